import type { KernelExports } from '../kernels/abi.js';
import { Purpose } from '../kernels/random.js';
import type { Pending, Vector } from '../kernels/vector.js';
import type { TridiagonalRecipe } from './gradient-recipe.js';

/** Worker i's gradient T x − b + σ z, number `index`, before anybody has asked for it. Added to a model, it is computed in passing. */
export class NoisyTridiagonal implements Pending {
  readonly #x: Vector;

  /**
   * @param x The model that it is at; held until the release.
   * @param scratch First byte of `recipe.scratchBytes`.
   */
  constructor(
    readonly exports: KernelExports,
    readonly recipe: TridiagonalRecipe,
    readonly scratch: number,
    readonly worker: number,
    readonly index: number,
    x: Vector,
  ) {
    this.#x = x.retain();
  }

  write(out: number): void {
    const { dimension, diagonal, offDiagonal, leading, b, noise } = this.recipe;
    const { deviation, key0, key1 } = noise;
    const x = this.#x.pointer;
    this.exports.tridiagonalNoisyGradient(
      dimension, diagonal, offDiagonal, x, leading, b, deviation, key0, key1, this.index, this.worker, Purpose.noise, out, this.scratch,
    );
  }

  add(a: number, y: number, out: number): void {
    const { dimension, diagonal, offDiagonal, leading, b, noise } = this.recipe;
    const { deviation, key0, key1 } = noise;
    const x = this.#x.pointer;
    this.exports.tridiagonalNoisyStep(
      dimension, diagonal, offDiagonal, x, leading, b, deviation, key0, key1, this.index, this.worker, Purpose.noise, a, y, out, this.scratch,
    );
  }

  include(): boolean {
    return false; // two of them hold as much memory as the vector of their sum, or more
  }

  blocks(): null {
    return null;
  }

  release(): void {
    this.#x.release();
  }
}
