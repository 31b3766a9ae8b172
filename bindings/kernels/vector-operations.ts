import type { Coordinates, VectorOperations } from '../methods/method.js';
import type { Kernels } from './load.js';
import type { Scalar } from './vector.js';
import { scalarBytes, Vector } from './vector.js';

/** Linear algebra on the vectors of one run, which share a number format. */
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
  create(purpose: string, length = this.length): Vector {
    return new Vector(this.#kernels.pool, length, this.scalar, purpose);
  }

  zeros(length = this.length): Vector {
    const vector = this.create('method tables', length);
    this.clear(vector);
    return vector;
  }

  clear(x: Vector): void {
    const { exports } = this.#kernels;
    if (this.scalar === 'float32') exports.fillF32(x.length, 0, x.pointer);
    else exports.fillF64(x.length, 0, x.pointer);
  }

  add(x: Vector, y: Vector): void {
    if (x.pending !== null && y.pending?.include(x.pending) === true) return;
    this.axpy(1, x, y);
  }

  axpy(a: number, x: Vector, y: Vector): void {
    const { exports } = this.#kernels;
    if (x.pending !== null && x !== y) x.pending.add(a, y.pointer, y.pointer);
    else if (this.scalar === 'float32') exports.axpyF32(y.length, a, x.pointer, y.pointer);
    else exports.axpyF64(y.length, a, x.pointer, y.pointer);
  }

  weightedSum(weights: ArrayLike<number>, vectors: readonly Vector[], out: Vector): void {
    const { exports, pool } = this.#kernels;
    const count = vectors.length;
    if (count > this.listCapacity || weights.length !== count) {
      throw new RangeError(`weightedSum: 'weights' must match at most ${this.listCapacity} vectors, got ${weights.length} for ${count}`);
    }
    const places = vectors.map(({ pointer }) => pointer); // may make memory grow, after which views are taken
    const pointers = pool.u32;
    const numbers = pool.f64;
    for (let j = 0; j < count; j += 1) {
      pointers[this.#pointers / 4 + j] = places[j]!;
      numbers[this.#weights / 8 + j] = weights[j]!;
    }
    if (this.scalar === 'float32') exports.weightedSumF32(out.length, count, this.#pointers, this.#weights, out.pointer);
    else exports.weightedSumF64(out.length, count, this.#pointers, this.#weights, out.pointer);
  }

  /** A new vector with the same entries. */
  copy(x: Vector, purpose: string): Vector {
    const out = this.create(purpose, x.length);
    this.#kernels.exports.copyBytes(x.length * scalarBytes(x.scalar), x.pointer, out.pointer);
    return out;
  }

  gather(x: Vector, { count, pointer }: Coordinates): Vector {
    const { exports } = this.#kernels;
    if (pointer === 0) return this.copy(x, 'messages');
    const out = this.create('messages', count);
    if (this.scalar === 'float32') exports.gatherF32(count, pointer, x.pointer, out.pointer);
    else exports.gatherF64(count, pointer, x.pointer, out.pointer);
    return out;
  }

  scatter(values: Vector, { count, pointer }: Coordinates, x: Vector): void {
    const { exports } = this.#kernels;
    if (pointer === 0) exports.copyBytes(count * scalarBytes(this.scalar), values.pointer, x.pointer);
    else if (this.scalar === 'float32') exports.scatterF32(count, pointer, values.pointer, x.pointer);
    else exports.scatterF64(count, pointer, values.pointer, x.pointer);
  }

  /** out ← x − γ g; out may be x. A γ that was left out would look like a method that diverges. @throws RangeError when γ is no number. */
  step(stepsize: number, x: Vector, g: Vector, out: Vector): void {
    if (typeof stepsize !== 'number') throw new RangeError(`step: 'stepsize' must be a number, got ${String(stepsize)}`);
    const { exports } = this.#kernels;
    if (g.pending !== null) g.pending.add(-stepsize, x.pointer, out.pointer);
    else if (this.scalar === 'float32') exports.stepF32(this.length, stepsize, x.pointer, g.pointer, out.pointer);
    else exports.stepF64(this.length, stepsize, x.pointer, g.pointer, out.pointer);
  }

  dispose(): void {
    this.#kernels.pool.release(this.#pointers);
    this.#kernels.pool.release(this.#weights);
  }
}
