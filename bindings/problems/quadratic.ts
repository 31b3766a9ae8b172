import { InputError } from '../errors.js';
import type { Kernels } from '../kernels/load.js';
import type { Random } from '../kernels/random.js';
import { Purpose } from '../kernels/random.js';
import { Vector } from '../kernels/vector.js';
import type { Problem } from './problem.js';

/** How far a matrix may be from symmetric, relative to its largest entry. */
const SYMMETRY_TOLERANCE = 1e-12;

/** f_i(x) = ½ xᵀA_i x − b_iᵀx */
export interface QuadraticWorker {
  /** d×d, symmetric. */
  readonly A: readonly ArrayLike<number>[];
  /** d numbers. */
  readonly b: ArrayLike<number>;
}

/** Quadratics given by their numbers: the content of a problem file. */
export interface QuadraticData {
  readonly dimension: number;
  readonly workers: readonly QuadraticWorker[];
  /** x⁰; default 0. */
  readonly x0?: readonly number[] | undefined;
}

/** One worker's part, in WebAssembly memory. */
interface Part {
  /** out ← ∇f_i(x) without noise. */
  gradient(x: Vector, out: Vector): void;
  /** Pointer to b_i. */
  readonly b: number;
}

class QuadraticProblem implements Problem {
  readonly scalar = 'float64';
  /** ∇f_i and ∇f during an evaluation. */
  readonly #part: Vector;
  readonly #mean: Vector;

  constructor(
    readonly kernels: Kernels,
    readonly random: Random,
    readonly dimension: number,
    readonly parts: readonly Part[],
    readonly start: Float64Array,
    readonly noise: number,
    readonly blocks: readonly number[],
    /** Whether all f_i are the same. */
    readonly homogeneous: boolean,
  ) {
    this.#part = new Vector(kernels.pool, dimension, 'float64', 'evaluation');
    this.#mean = new Vector(kernels.pool, dimension, 'float64', 'evaluation');
  }

  get workers(): number {
    return this.parts.length;
  }

  initial(): Vector {
    const x = new Vector(this.kernels.pool, this.dimension, 'float64', 'model versions');
    x.view().set(this.start);
    return x;
  }

  gradient(worker: number, index: number, x: Vector, out: Vector): void {
    this.parts[worker]!.gradient(x, out);
    if (this.noise === 0) return;
    const { key0, key1 } = this.random;
    this.kernels.exports.addNormalF64(this.dimension, this.noise, key0, key1, index, worker, Purpose.noise, out.pointer);
  }

  evaluate(x: Vector) {
    const { dimension: d, kernels } = this;
    const { exports } = kernels;
    const out = this.#part;
    const mean = this.#mean;
    exports.fillF64(d, 0, mean.pointer);
    const n = this.homogeneous ? 1 : this.workers;
    let objective = 0;
    let worstWorkerObjective = -Infinity;
    for (let i = 0; i < n; i += 1) {
      const part = this.parts[i]!;
      part.gradient(x, out);
      exports.axpyF64(d, 1 / n, out.pointer, mean.pointer);
      // ½ xᵀAx − bᵀx = ½ (xᵀ∇f − bᵀx)
      const value = 0.5 * (exports.dotF64(d, x.pointer, out.pointer) - exports.dotF64(d, part.b, x.pointer));
      objective += value / n;
      if (!(value <= worstWorkerObjective)) worstWorkerObjective = value;
    }
    const gradientNormSquared = exports.dotF64(d, mean.pointer, mean.pointer);
    return { objective, worstWorkerObjective, gradientNormSquared };
  }

  dispose(): void {
    for (const block of this.blocks) this.kernels.pool.release(block);
    this.#part.release();
    this.#mean.release();
  }
}

/**
 * The quadratic of the papers, the same for all workers: A = ¼ tridiag(−1, 2, −1), b = ¼ (−1, 0, …, 0)ᵀ,
 * x⁰ = (√d, 0, …, 0), gradients with noise N(0, noise² I).
 * @param dimension d ≥ 1; 1729 in the papers.
 * @param noise σ₀ ≥ 0; 0.01 in the papers.
 * @remarks Source: experiments of arXiv 2305.12387 and 2501.16168.
 */
export function tridiagonalQuadratic(kernels: Kernels, workers: number, dimension: number, noise: number, random: Random): Problem {
  const { exports, pool } = kernels;
  const b = pool.allocate(dimension * 8, 'problem');
  const numbers = pool.f64.subarray(b / 8, b / 8 + dimension).fill(0);
  numbers[0] = -0.25;
  const part: Part = { b, gradient: (x, out) => exports.tridiagonalGradient(dimension, 0.5, -0.25, x.pointer, b, out.pointer) };
  const start = new Float64Array(dimension);
  start[0] = Math.sqrt(dimension);
  return new QuadraticProblem(kernels, random, dimension, new Array<Part>(workers).fill(part), start, noise, [b], true);
}

/**
 * Quadratics f_i(x) = ½ xᵀA_i x − b_iᵀx given by their numbers.
 * @param noise σ₀ ≥ 0: standard deviation of the noise in every entry of a gradient.
 * @param where Named in errors, e.g. the file that the numbers come from.
 * @throws InputError when a shape does not fit the dimension, a number is not finite or a matrix is not symmetric.
 */
export function explicitQuadratic(kernels: Kernels, data: QuadraticData, noise: number, random: Random, where = 'quadratic'): Problem {
  validate(data, where);
  const { exports, pool } = kernels;
  const { dimension: d } = data;
  const blocks: number[] = [];
  const parts = data.workers.map(({ A, b }): Part => {
    const block = pool.allocate((d * d + d) * 8, 'problem');
    blocks.push(block);
    const numbers = pool.f64;
    A.forEach((row, r) => {
      for (let c = 0; c < d; c += 1) numbers[block / 8 + r * d + c] = (row[c]! + A[c]![r]!) / 2;
    });
    pool.f64.set(b, block / 8 + d * d);
    const vector = block + d * d * 8;
    return { b: vector, gradient: (x, out) => exports.denseGradient(d, block, x.pointer, vector, out.pointer) };
  });
  const start = Float64Array.from(data.x0 ?? new Float64Array(d));
  return new QuadraticProblem(kernels, random, d, parts, start, noise, blocks, false);
}

/**
 * Random heterogeneous quadratics f_i(x) = ½ (x − c_i)ᵀA_i(x − c_i) (without the constant), c_i ∼ N(0, spread² I),
 * A_i = H_i Λ_i H_i with eigenvalues uniform in [smallest, largest] and a random reflection H_i; x⁰ = 0.
 * @param spread ≥ 0: how far apart the workers' minimisers are.
 * @param eigenvalues The range [smallest, largest] of all A_i's eigenvalues.
 */
export function heterogeneousQuadraticData(
  workers: number,
  dimension: number,
  spread: number,
  eigenvalues: readonly [number, number],
  random: Random,
): QuadraticData {
  const d = dimension;
  const [smallest, largest] = eigenvalues;
  const normals = (worker: number, index: number): number[] => {
    const values = new Array<number>(d);
    for (let j = 0; j < d; j += 1) values[j] = random.normal(Purpose.problem, worker, index * d + j);
    return values;
  };
  const parts = Array.from({ length: workers }, (_, i) => {
    const v = normals(i, 0);
    const center = normals(i, 1).map((z) => spread * z);
    const uniforms = random.uniforms(Purpose.problem, i, 2 * d, d);
    const lambda = Array.from(uniforms, (u) => smallest + (largest - smallest) * u);
    const norm = v.reduce((sum, z) => sum + z * z, 0);
    // H = I − β v vᵀ with β = 2/‖v‖², so that H Λ H = Λ − β (Λv vᵀ + v (Λv)ᵀ) + β² (vᵀΛv) v vᵀ, symmetric to the last bit.
    const beta = 2 / norm;
    const scaled = v.map((z, j) => lambda[j]! * z);
    const curvature = beta * beta * v.reduce((sum, z, j) => sum + z * scaled[j]!, 0);
    const A = Array.from({ length: d }, () => new Float64Array(d));
    for (let r = 0; r < d; r += 1) {
      for (let c = 0; c <= r; c += 1) {
        const value = (r === c ? lambda[r]! : 0) - beta * (scaled[r]! * v[c]! + v[r]! * scaled[c]!) + curvature * v[r]! * v[c]!;
        A[r]![c] = value;
        A[c]![r] = value;
      }
    }
    const b = A.map((row) => row.reduce((sum, a, j) => sum + a * center[j]!, 0));
    return { A, b };
  });
  return { dimension: d, workers: parts };
}

function validate({ dimension: d, workers, x0 }: QuadraticData, where: string): void {
  if (!Number.isInteger(d) || d < 1) throw new InputError(where, 'dimension', 'be an integer of at least 1', d);
  if (workers.length === 0) throw new InputError(where, 'workers', 'name at least one worker', workers);
  const checkVector = (what: string, values: ArrayLike<number>): void => {
    if (values.length !== d) throw new InputError(where, what, `have ${d} entries to match 'dimension'`, values.length);
    const bad = Array.prototype.findIndex.call(values, (value: number) => !Number.isFinite(value));
    if (bad !== -1) throw new InputError(where, `${what}[${bad}]`, 'be a finite number', values[bad]);
  };
  if (x0 !== undefined) checkVector('x0', x0);
  workers.forEach(({ A, b }, i) => {
    if (A.length !== d) throw new InputError(where, `workers[${i}].A`, `have ${d} rows to match 'dimension'`, A.length);
    A.forEach((row, r) => checkVector(`workers[${i}].A[${r}]`, row));
    checkVector(`workers[${i}].b`, b);
    let largest = 0;
    for (const row of A) for (let c = 0; c < d; c += 1) largest = Math.max(largest, Math.abs(row[c]!));
    for (let r = 0; r < d; r += 1) {
      for (let c = 0; c < r; c += 1) {
        const [lower, upper] = [A[r]![c]!, A[c]![r]!];
        // Room for the rounding errors of whoever computed the matrix.
        if (Math.abs(lower - upper) > SYMMETRY_TOLERANCE * largest) {
          throw new InputError(where, `workers[${i}].A`, 'be symmetric', `A[${r}][${c}] = ${lower}, A[${c}][${r}] = ${upper}`);
        }
      }
    }
  });
}
