import type { KernelExports } from '../kernels/abi.js';
import type { Kernels } from '../kernels/load.js';
import { MemoryPool } from '../kernels/memory.js';
import type { Purpose } from '../kernels/random.js';
import { Random } from '../kernels/random.js';

/**
 * Kernels that compute nothing over a memory that holds nothing: its pool hands out addresses and keeps its books as any other, without
 * a limit. What does not depend on the content of vectors, such as the schedule of a run and the memory that it takes, is the same with them.
 * Views of vectors are empty; random numbers are 0.
 */
export function hollowKernels(variant: Kernels['variant']): Kernels {
  const exports = new Proxy({}, { get: () => () => 0 }) as KernelExports;
  const memory = { buffer: new ArrayBuffer(0), grow: () => 0 } as unknown as WebAssembly.Memory;
  const pool = new MemoryPool(memory, 0, Infinity);
  return { variant, exports, pool, shared: false, random: (seed) => new HollowRandom(exports, pool, seed) };
}

class HollowRandom extends Random {
  override uniforms(_purpose: Purpose, _worker: number, _index: number, count: number): Float64Array {
    this.pool.release(this.pool.allocate(count * 8, 'random numbers'));
    return new Float64Array(count);
  }
}
