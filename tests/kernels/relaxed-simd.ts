import { setFlagsFromString } from 'node:v8';
import { vi } from 'vitest';
import { relaxedSimd } from 'wasm-feature-detect';

const FLAG = '--experimental-wasm-relaxed-simd';

/** Node 20 has relaxed SIMD behind a flag, later versions always have it. */
export const behindFlag = process.versions.node.startsWith('20.');

/** What a Node is started with to have relaxed SIMD. */
export const flagsWith: readonly string[] = behindFlag ? [FLAG] : [];
/** What a Node is started with to have none, or to look as if. */
export const flagsWithout: readonly string[] = behindFlag ? [] : ['--import', 'data:text/javascript,WebAssembly.validate=()=>false'];

/** Runs a test's body in an engine with relaxed SIMD. */
export async function withRelaxedSimd<Result>(body: () => Promise<Result>): Promise<Result> {
  if (await relaxedSimd()) return body();
  setFlagsFromString(FLAG);
  try {
    return await body();
  } finally {
    setFlagsFromString(FLAG.replace('--', '--no-'));
  }
}

/** Runs a test's body in an engine without relaxed SIMD: a real one in Node 20, later ones are made to look so. */
export async function withoutRelaxedSimd<Result>(body: () => Promise<Result>): Promise<Result> {
  if (!(await relaxedSimd())) return body();
  const validate = vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
  try {
    return await body();
  } finally {
    validate.mockRestore();
  }
}
