import type { Vector } from '../kernels/vector.js';
import type { GradientSource } from './gradient-source.js';

/** Gives lanes their gradients of one event: the first that is read brings those of all lanes. */
export class LaneGradients implements Pick<GradientSource, 'take'> {
  readonly #source: Required<GradientSource>;
  /** The points of the lanes, and their gradients as long as they have not been taken. */
  #points: readonly Vector[] = [];
  #gradients: (Vector | null)[] = [];
  #computed = false;

  private constructor(source: Required<GradientSource>) {
    this.#source = source;
  }

  /** Absent where the source computes gradients one by one. */
  static of(source: GradientSource): LaneGradients | undefined {
    return source.takeAll === undefined ? undefined : new LaneGradients(source as Required<GradientSource>);
  }

  /** A gradient is ready. @param points The lanes' points, which are held until the gradients are computed. */
  open(points: readonly Vector[]): void {
    this.#points = points;
    for (const point of points) point.retain();
    this.#computed = false;
  }

  take(worker: number, index: number, x: Vector): Vector {
    const lane = this.#points.indexOf(x);
    if (lane === -1) return this.#source.take(worker, index, x); // one lane is left
    if (!this.#computed) {
      this.#gradients = this.#source.takeAll(worker, index, this.#points);
      this.#letGo();
    }
    const gradient = this.#gradients[lane]!;
    this.#gradients[lane] = null;
    return gradient;
  }

  /** The event has been handled. */
  close(): void {
    if (!this.#computed) this.#letGo();
    for (const gradient of this.#gradients) gradient?.release();
    this.#gradients = [];
    this.#points = [];
  }

  /** So that a lane that alone holds its point may write to it. */
  #letGo(): void {
    for (const point of this.#points) point.release();
    this.#computed = true;
  }
}
