import type { Vector } from '../kernels/vector.js';
import type { RunVectors } from '../kernels/vector-operations.js';
import type { Arrival } from '../methods/method.js';
import type { Problem } from '../problems/problem.js';

/** The arrival being handled; its gradient is computed when it is first read. */
export class CurrentArrival implements Arrival {
  /** Whether the method has declared that it does not use the gradient. */
  discarded = false;
  #gradient: Vector | null = null;

  constructor(
    readonly worker: number,
    readonly delay: number,
    readonly duration: number,
    readonly index: number,
    readonly model: Vector,
    readonly problem: Problem,
    readonly vectors: RunVectors,
  ) {}

  get gradient(): Vector {
    if (this.#gradient === null) {
      this.#gradient = this.vectors.create('gradients');
      this.problem.gradient(this.worker, this.index, this.model, this.#gradient);
    }
    return this.#gradient;
  }

  dispose(): void {
    this.#gradient?.release();
    this.model.release();
  }
}
