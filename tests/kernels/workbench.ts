import { expect } from 'vitest';
import type { KernelExports } from '../../bindings/kernels/abi.js';
import { type Kernels, loadKernels } from '../../bindings/kernels/load.js';

export const kernels: Kernels = await loadKernels();
export const exports: KernelExports = kernels.exports;
const { pool } = kernels;

const GUARD = 64;
const GUARD_BYTE = 0xa5;
type Numbers = Float32Array | Float64Array | Uint32Array | Uint8Array;
type NumbersClass = typeof Float32Array | typeof Float64Array | typeof Uint32Array | typeof Uint8Array;

/** Memory for one kernel call: every array has guard bytes around it, outputs and scratch start as NaN. */
export class Workbench {
  readonly #blocks: { begin: number; end: number; block: number }[] = [];
  readonly #inputs: { pointer: number; bytes: Uint8Array }[] = [];

  /** Places values, by default misaligned by one element, so that no alignment is taken for granted. */
  input(values: Numbers): number {
    const pointer = this.#place(values.byteLength, values.BYTES_PER_ELEMENT);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
    pool.u8.set(bytes, pointer);
    this.#inputs.push({ pointer, bytes });
    return pointer;
  }

  /** Places values that the kernel may change. */
  inout(values: Numbers): number {
    const pointer = this.input(values);
    this.#inputs.pop();
    return pointer;
  }

  /** Room for `count` elements, all bits set: NaN as a number. */
  output(count: number, size: number): number {
    const pointer = this.#place(count * size, size);
    pool.u8.fill(0xff, pointer, pointer + count * size);
    return pointer;
  }

  /** Scratch of exactly `bytes`, aligned, full of NaN. */
  scratch(bytes: number): number {
    const pointer = this.#place(bytes, 0);
    pool.u8.fill(0xff, pointer, pointer + bytes);
    return pointer;
  }

  read<Class extends NumbersClass>(Class: Class, pointer: number, count: number): InstanceType<Class> {
    const bytes = pool.u8.slice(pointer, pointer + count * Class.BYTES_PER_ELEMENT);
    return new Class(bytes.buffer) as InstanceType<Class>;
  }

  f32(pointer: number, count: number): Float32Array {
    return this.read(Float32Array, pointer, count);
  }

  f64(pointer: number, count: number): Float64Array {
    return this.read(Float64Array, pointer, count);
  }

  /** Checks that guards and inputs are untouched, and gives the memory back. */
  close(): void {
    const { u8 } = pool;
    for (const { begin, end, block } of this.#blocks) {
      for (let j = 1; j <= GUARD; j += 1) {
        if (u8[begin - j] !== GUARD_BYTE) expect.fail(`byte ${j} before a block was overwritten`);
        if (u8[end + j - 1] !== GUARD_BYTE) expect.fail(`byte ${j} after a block was overwritten`);
      }
      pool.release(block);
    }
    for (const { pointer, bytes } of this.#inputs) {
      if (!sameBytes(u8.subarray(pointer, pointer + bytes.length), bytes)) expect.fail('an input was overwritten');
    }
    this.#blocks.length = 0;
    this.#inputs.length = 0;
  }

  #place(bytes: number, shift: number): number {
    const block = pool.allocate(bytes + 2 * GUARD + 8, 'tests');
    const begin = block + GUARD + shift;
    const { u8 } = pool;
    u8.fill(GUARD_BYTE, begin - GUARD, begin);
    u8.fill(GUARD_BYTE, begin + bytes, begin + bytes + GUARD);
    this.#blocks.push({ begin, end: begin + bytes, block });
    return begin;
  }
}

/** Whether two arrays have the same bits; much faster than to compare them by `expect`. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** Runs a test body with a workbench and closes it. */
export function onWorkbench<Result>(body: (bench: Workbench) => Result): Result {
  const bench = new Workbench();
  const result = body(bench);
  bench.close();
  return result;
}
