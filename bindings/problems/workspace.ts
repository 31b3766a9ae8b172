import type { Kernels } from '../kernels/load.js';
import type { Scalar } from '../kernels/vector.js';
import { Vector } from '../kernels/vector.js';

/** Vectors of one length and number format for one computation, all returned at its end, however it ends. */
export class Workspace {
  readonly #vectors: Vector[] = [];

  constructor(
    readonly kernels: Kernels,
    readonly length: number,
    readonly scalar: Scalar,
  ) {}

  /** A vector with undefined content, released with the workspace. */
  create(): Vector {
    return this.adopt(new Vector(this.kernels.pool, this.length, this.scalar, 'evaluation'));
  }

  /** Takes over a vector that the caller would have to release. @returns The vector. */
  adopt(vector: Vector): Vector {
    this.#vectors.push(vector);
    return vector;
  }

  /** x ← 0 */
  clear(x: Vector): void {
    const { exports } = this.kernels;
    if (this.scalar === 'float32') exports.fillF32(this.length, 0, x.pointer);
    else exports.fillF64(this.length, 0, x.pointer);
  }

  /** x ← a x */
  scale(a: number, x: Vector): void {
    const { exports } = this.kernels;
    if (this.scalar === 'float32') exports.scaleF32(this.length, a, x.pointer);
    else exports.scaleF64(this.length, a, x.pointer);
  }

  /** y ← y + a x */
  axpy(a: number, x: Vector, y: Vector): void {
    const { exports } = this.kernels;
    if (this.scalar === 'float32') exports.axpyF32(this.length, a, x.pointer, y.pointer);
    else exports.axpyF64(this.length, a, x.pointer, y.pointer);
  }

  /** out ← x + a y; out may be x. */
  sum(x: Vector, a: number, y: Vector, out: Vector): void {
    const { exports } = this.kernels;
    if (this.scalar === 'float32') exports.stepF32(this.length, -a, x.pointer, y.pointer, out.pointer);
    else exports.stepF64(this.length, -a, x.pointer, y.pointer, out.pointer);
  }

  /** Σ x_j y_j */
  dot(x: Vector, y: Vector): number {
    const { exports } = this.kernels;
    return this.scalar === 'float32' ? exports.dotF32(this.length, x.pointer, y.pointer) : exports.dotF64(this.length, x.pointer, y.pointer);
  }

  /** ‖x‖ */
  norm(x: Vector): number {
    return Math.sqrt(this.dot(x, x));
  }

  /** x ← standard normal numbers, always the same ones for the same purpose. */
  randomize(x: Vector, purpose: number): void {
    this.clear(x);
    const { exports } = this.kernels;
    if (this.scalar === 'float32') exports.addNormalF32(this.length, 1, 0, 0, 0, 0, purpose, x.pointer);
    else exports.addNormalF64(this.length, 1, 0, 0, 0, 0, purpose, x.pointer);
  }

  /** Returns the memory. */
  dispose(): void {
    for (const vector of this.#vectors.splice(0)) vector.release();
  }
}

/** Runs a computation in a workspace of its own. @returns What the computation returns. */
export function withWorkspace<T>(kernels: Kernels, length: number, scalar: Scalar, compute: (workspace: Workspace) => T): T {
  const workspace = new Workspace(kernels, length, scalar);
  try {
    return compute(workspace);
  } finally {
    workspace.dispose();
  }
}
