import type { VectorOperations } from '../methods/method.js';
import type { Kernels } from './load.js';
import type { Scalar } from './vector.js';
import { Vector } from './vector.js';

/** Linear algebra on the vectors of one run: all of one length and number format. */
export class RunVectors implements VectorOperations {
  readonly #kernels: Kernels;
  readonly #pointers: number;
  readonly #weights: number;

  /** @param listCapacity The longest list that `weightedSum` must handle. */
  constructor(
    kernels: Kernels,
    readonly length: number,
    readonly scalar: Scalar,
    readonly listCapacity: number,
  ) {
    this.#kernels = kernels;
    this.#pointers = kernels.pool.allocate(listCapacity * 4, 'vector lists');
    this.#weights = kernels.pool.allocate(listCapacity * 8, 'vector lists');
  }

  /** A new vector with undefined content. */
  create(purpose: string): Vector {
    return new Vector(this.#kernels.pool, this.length, this.scalar, purpose);
  }

  zeros(): Vector {
    const vector = this.create('method tables');
    this.clear(vector);
    return vector;
  }

  clear(x: Vector): void {
    const { exports } = this.#kernels;
    if (this.scalar === 'float32') exports.fillF32(this.length, 0, x.pointer);
    else exports.fillF64(this.length, 0, x.pointer);
  }

  add(x: Vector, y: Vector): void {
    this.axpy(1, x, y);
  }

  axpy(a: number, x: Vector, y: Vector): void {
    const { exports } = this.#kernels;
    if (this.scalar === 'float32') exports.axpyF32(this.length, a, x.pointer, y.pointer);
    else exports.axpyF64(this.length, a, x.pointer, y.pointer);
  }

  weightedSum(weights: ArrayLike<number>, vectors: readonly Vector[], out: Vector): void {
    const { exports, pool } = this.#kernels;
    const count = vectors.length;
    if (count > this.listCapacity || weights.length !== count) {
      throw new RangeError(`weightedSum: 'weights' must match at most ${this.listCapacity} vectors, got ${weights.length} for ${count}`);
    }
    const pointers = pool.u32;
    const numbers = pool.f64;
    for (let j = 0; j < count; j += 1) {
      pointers[this.#pointers / 4 + j] = vectors[j]!.pointer;
      numbers[this.#weights / 8 + j] = weights[j]!;
    }
    if (this.scalar === 'float32') exports.weightedSumF32(this.length, count, this.#pointers, this.#weights, out.pointer);
    else exports.weightedSumF64(this.length, count, this.#pointers, this.#weights, out.pointer);
  }

  /** out ← x − γ g */
  step(stepsize: number, x: Vector, g: Vector, out: Vector): void {
    const { exports } = this.#kernels;
    if (this.scalar === 'float32') exports.stepF32(this.length, stepsize, x.pointer, g.pointer, out.pointer);
    else exports.stepF64(this.length, stepsize, x.pointer, g.pointer, out.pointer);
  }

  dispose(): void {
    this.#kernels.pool.release(this.#pointers);
    this.#kernels.pool.release(this.#weights);
  }
}
