import { InputError } from '../errors.js';
import type { KernelExports } from './abi.js';
import type { MemoryPool } from './memory.js';

/**
 * What a random stream is for. Streams of different purposes are independent, so that, for example, the samples a worker
 * draws do not depend on how its computation times are drawn. The numbers are part of every digest: never change one.
 */
export const Purpose = {
  /** x⁰, drawn by a problem. */
  model: 1,
  /** Generated data sets. */
  data: 2,
  /** Which worker gets which samples. */
  partition: 3,
  /** The numbers of random quadratics. */
  problem: 4,
  /** Computation times. */
  computation: 5,
  /** The samples of a stochastic gradient. */
  samples: 6,
  /** The noise of a quadratic's stochastic gradient. */
  noise: 7,
  /** Which samples are kept for testing. */
  split: 8,
  /** Jitter of messages. */
  network: 9,
  /** The coordinates of sparse messages. */
  coordinates: 10,
  /** When workers are off. */
  outages: 11,
  /** How speeds change. */
  regimes: 12,
  /** Where sinusoidal speeds begin. */
  phases: 13,
  /** Who leaves for good, and when. */
  departures: 14,
  /** Where iterations for the constants of a problem begin. */
  constants: 15,
} as const;
/** One of the numbers in `Purpose`. */
export type Purpose = (typeof Purpose)[keyof typeof Purpose];

/**
 * Counter-based random numbers (Philox4x32-10): a draw is a pure function of (seed, purpose, worker, index), whatever was
 * drawn before.
 * @remarks Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
export class Random {
  /** Low 32 bits of the seed. */
  readonly key0: number;
  /** High 21 bits of the seed. */
  readonly key1: number;

  /** @param seed An integer from 0 to 2⁵³ − 1. @throws InputError otherwise. */
  constructor(
    /** The functions that draw. */
    readonly kernels: KernelExports,
    /** Where they write what they draw. */
    readonly pool: MemoryPool,
    /** What all streams depend on. */
    readonly seed: number,
  ) {
    if (!Number.isSafeInteger(seed) || seed < 0) throw new InputError('random', 'seed', 'be an integer from 0 to 2^53 - 1', seed);
    this.key0 = seed >>> 0;
    this.key1 = Math.floor(seed / 2 ** 32);
  }

  /**
   * A uniform number in [0, 1) with 53 random bits.
   * @param purpose What it is for.
   * @param worker Whose stream it is; a whole number from 0 to 2³² − 1.
   * @param index Which of its streams, from 0 to 2³² − 1.
   */
  uniform(purpose: Purpose, worker: number, index: number): number {
    return this.kernels.uniform(this.key0, this.key1, index, worker, purpose);
  }

  /**
   * A standard normal number.
   * @param purpose What it is for.
   * @param worker Whose stream it is; a whole number from 0 to 2³² − 1.
   * @param index Which of its streams, from 0 to 2³² − 1.
   */
  normal(purpose: Purpose, worker: number, index: number): number {
    return this.kernels.normal(this.key0, this.key1, index, worker, purpose);
  }

  /**
   * The first `count` uniform numbers of the stream, in [0, 1).
   * @param purpose What it is for.
   * @param worker Whose stream it is; a whole number from 0 to 2³² − 1.
   * @param index Which of its streams, from 0 to 2³² − 1.
   * @param count How many, ≥ 0.
   * @returns A new array outside the kernels' memory.
   */
  uniforms(purpose: Purpose, worker: number, index: number, count: number): Float64Array {
    const { kernels, pool } = this;
    const pointer = pool.allocate(count * 8, 'random numbers');
    kernels.fillUniformF64(count, this.key0, this.key1, index, worker, purpose, pointer);
    const values = pool.f64.slice(pointer / 8, pointer / 8 + count);
    pool.release(pointer);
    return values;
  }

  /**
   * A uniformly random permutation of 0 … count − 1 (Fisher–Yates).
   * @param purpose What it is for.
   * @param worker Whose stream it is; a whole number from 0 to 2³² − 1.
   * @param index Which of its streams, from 0 to 2³² − 1.
   * @param count How many, ≥ 0.
   * @returns A new array outside the kernels' memory.
   */
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
