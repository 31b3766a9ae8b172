import { InputError } from '../errors.js';
import type { KernelExports } from './abi.js';
import type { MemoryPool } from './memory.js';

/**
 * What a random stream is for. Streams of different purposes are independent, so that, for example, the samples a worker
 * draws do not depend on how its computation times are drawn. The numbers are part of every digest: never change one.
 */
export const Purpose = {
  model: 1,
  data: 2,
  partition: 3,
  problem: 4,
  computation: 5,
  samples: 6,
  noise: 7,
  split: 8,
  network: 9,
  coordinates: 10,
  outages: 11,
  regimes: 12,
  phases: 13,
  departures: 14,
  constants: 15,
} as const;
export type Purpose = (typeof Purpose)[keyof typeof Purpose];

/**
 * Counter-based random numbers (Philox4x32-10): a draw is a pure function of (seed, purpose, worker, index), whatever was
 * drawn before.
 * @remarks Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
export class Random {
  readonly key0: number;
  readonly key1: number;

  /** @param seed An integer from 0 to 2⁵³ − 1. @throws InputError otherwise. */
  constructor(
    readonly kernels: KernelExports,
    readonly pool: MemoryPool,
    readonly seed: number,
  ) {
    if (!Number.isSafeInteger(seed) || seed < 0) throw new InputError('random', 'seed', 'be an integer from 0 to 2^53 - 1', seed);
    this.key0 = seed >>> 0;
    this.key1 = Math.floor(seed / 2 ** 32);
  }

  /** A uniform number in [0, 1) with 53 random bits. */
  uniform(purpose: Purpose, worker: number, index: number): number {
    return this.kernels.uniform(this.key0, this.key1, index, worker, purpose);
  }

  /** A standard normal number. */
  normal(purpose: Purpose, worker: number, index: number): number {
    return this.kernels.normal(this.key0, this.key1, index, worker, purpose);
  }

  /** The first `count` uniform numbers of the stream, in [0, 1). */
  uniforms(purpose: Purpose, worker: number, index: number, count: number): Float64Array {
    const { kernels, pool } = this;
    const pointer = pool.allocate(count * 8, 'random numbers');
    kernels.fillUniformF64(count, this.key0, this.key1, index, worker, purpose, pointer);
    const values = pool.f64.slice(pointer / 8, pointer / 8 + count);
    pool.release(pointer);
    return values;
  }

  /** A uniformly random permutation of 0 … count − 1 (Fisher–Yates). */
  permutation(purpose: Purpose, worker: number, index: number, count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, j) => j);
    const u = this.uniforms(purpose, worker, index, count);
    for (let j = count - 1; j > 0; j -= 1) {
      const other = Math.floor(u[j]! * (j + 1));
      const held = order[j]!;
      order[j] = order[other]!;
      order[other] = held;
    }
    return order;
  }
}
