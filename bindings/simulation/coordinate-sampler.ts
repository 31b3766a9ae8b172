import type { Kernels } from '../kernels/load.js';
import type { Random } from '../kernels/random.js';
import { Purpose } from '../kernels/random.js';
import type { Coordinates } from '../methods/method.js';

/** Rounds whose coordinates are kept: workers may be in two rounds at a time. */
const KEPT_ROUNDS = 2;

/**
 * Draws the coordinates that messages of a round carry: K of d without replacement, every set with the same probability, a pure
 * function of (seed, round, K).
 */
export class CoordinateSampler {
  readonly #kernels: Kernels;
  readonly #random: Random;
  readonly #dimension: number;
  readonly #kept: { round: number; count: number; pointer: number }[] = [];

  constructor(kernels: Kernels, random: Random, dimension: number) {
    this.#kernels = kernels;
    this.#random = random;
    this.#dimension = dimension;
  }

  /** @throws RangeError when `count` is not an integer from 1 to d. */
  draw(round: number, count: number): Coordinates {
    const d = this.#dimension;
    if (!Number.isInteger(count) || count < 1 || count > d) throw new RangeError(`worker: 'count' must be an integer from 1 to ${d}, got ${count}`);
    if (count === d) return { count, pointer: 0 };
    const known = this.#kept.find((entry) => entry.round === round && entry.count === count);
    if (known !== undefined) return known;
    const { pool } = this.#kernels;
    if (this.#kept.length === KEPT_ROUNDS) pool.release(this.#kept.shift()!.pointer);
    const uniforms = this.#random.uniforms(Purpose.coordinates, 0, round, d);
    const drawn = { round, count, pointer: pool.allocate(count * 4, 'coordinates') };
    const numbers = pool.u32;
    // Selection sampling: coordinate j is taken with probability (still to take)/(still to come).
    let taken = 0;
    for (let j = 0; taken < count; j += 1) {
      if (uniforms[j]! * (d - j) < count - taken) {
        numbers[drawn.pointer / 4 + taken] = j;
        taken += 1;
      }
    }
    this.#kept.push(drawn);
    return drawn;
  }

  dispose(): void {
    for (const { pointer } of this.#kept) this.#kernels.pool.release(pointer);
    this.#kept.length = 0;
  }
}
