/** For tests that start a Node of their own, with or without relaxed SIMD. */
import { FLAG } from './relaxed-simd.js';

/** Node 20 has relaxed SIMD behind a flag, later versions always have it. */
export const behindFlag = process.versions.node.startsWith('20.');

/** What a Node is started with to have relaxed SIMD. */
export const flagsWith: readonly string[] = behindFlag ? [FLAG] : [];
/** What a Node is started with to have none, or to look as if. */
export const flagsWithout: readonly string[] = behindFlag ? [] : ['--import', 'data:text/javascript,WebAssembly.validate=()=>false'];
