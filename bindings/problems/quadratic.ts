import { InputError } from '../errors.js';
import type { Kernels } from '../kernels/load.js';
import type { Random } from '../kernels/random.js';
import { Vector } from '../kernels/vector.js';
import { solvePositiveDefinite } from './cholesky.js';
import { denseNanoseconds, tridiagonalNanoseconds } from './gradient-cost.js';
import type { DenseRecipe, TridiagonalRecipe } from './gradient-recipe.js';
import { NOISY_SCRATCH_BYTES } from './gradient-recipe.js';
import type { Problem } from './problem.js';
import { requireCount, requireDeviation } from './ranges.js';
import type { QuadraticMinimum, QuadraticPart } from './quadratic-problem.js';
import { LARGEST_SOLVED, QuadraticProblem } from './quadratic-problem.js';

/** How far a matrix may be from symmetric, relative to its largest entry. */
const SYMMETRY_TOLERANCE = 1e-12;

/** f_i(x) = ½ xᵀA_i x − b_iᵀx + constant */
export interface QuadraticWorker {
  /** d×d, symmetric. */
  readonly A: readonly ArrayLike<number>[];
  /** d numbers. */
  readonly b: ArrayLike<number>;
  /** Default 0. */
  readonly constant?: number;
}

/** Quadratics given by their numbers: the content of a problem file. */
export interface QuadraticData {
  /** d */
  readonly dimension: number;
  /** f_1 … f_n; workers may share an object, and then its memory. */
  readonly workers: readonly QuadraticWorker[];
  /** x⁰; default 0. */
  readonly x0?: readonly number[] | undefined;
}

/**
 * The quadratic of the papers, the same for all workers: A = ¼ tridiag(−1, 2, −1), b = ¼ (−1, 0, …, 0)ᵀ,
 * x⁰ = (√d, 0, …, 0), gradients with noise N(0, noise² I). Its minimum: x*_j = −(d + 1 − j)/(d + 1), f* = −d/(8 (d + 1)); its largest
 * eigenvalue: ½ (1 + cos(π/(d + 1))).
 * @param kernels They compute it, and their memory holds it.
 * @param workers n ≥ 1.
 * @param dimension d ≥ 1; 1729 in the papers.
 * @param noise σ₀ ≥ 0; 0.01 in the papers.
 * @param random The random streams of a seed, as `kernels.random(seed)` gives them.
 * @returns The problem, in float64; `dispose` it to get its memory back.
 * @throws InputError when n or d is not a positive integer, or σ₀ is not a finite number of at least 0.
 * @remarks Source: experiments of arXiv 2305.12387 and 2501.16168.
 * @example
 * const kernels = await loadKernels();
 * const problem = tridiagonalQuadratic(kernels, 4, 100, 0.01, kernels.random(1));
 * problem.optimum.objective; // −0.12376…, which is −100/808
 */
export function tridiagonalQuadratic(kernels: Kernels, workers: number, dimension: number, noise: number, random: Random): Problem {
  const where = 'quadratic';
  requireCount(where, 'workers', workers);
  requireCount(where, 'dimension', dimension);
  requireDeviation(where, 'noise', noise);
  const { exports, pool } = kernels;
  const b = pool.allocate(dimension * 8, 'problem');
  const numbers = pool.f64.subarray(b / 8, b / 8 + dimension).fill(0);
  numbers[0] = -0.25;
  const curvature = (e: Vector, out: Vector): void => exports.tridiagonalGradient(dimension, 0.5, -0.25, e.pointer, 0, out.pointer);
  const part: QuadraticPart = {
    b,
    constant: 0,
    gradient: (x, out) => exports.tridiagonalGradient(dimension, 0.5, -0.25, x.pointer, b, out.pointer),
    curvature,
    norm: (1 + exports.cos(Math.PI / (dimension + 1))) / 2,
  };
  const start = new Float64Array(dimension);
  start[0] = Math.sqrt(dimension);
  const findMinimum = (): QuadraticMinimum => {
    const x = new Vector(pool, dimension, 'float64', 'evaluation');
    x.view().forEach((_, j, numbers) => (numbers[j] = -(dimension - j) / (dimension + 1)));
    return { x, blocks: [], curvature };
  };
  const recipe: TridiagonalRecipe = {
    kind: 'tridiagonal',
    dimension,
    diagonal: 0.5,
    offDiagonal: -0.25,
    b,
    leading: 1,
    noise: { deviation: noise, key0: random.key0, key1: random.key1 },
    scratchBytes: noise === 0 ? 0 : NOISY_SCRATCH_BYTES,
    nanoseconds: tridiagonalNanoseconds(dimension, noise),
  };
  const parts = new Array<QuadraticPart>(workers).fill(part);
  return new QuadraticProblem(kernels, { where, dimension, parts, areEqual: () => true, start, recipe, blocks: [b], findMinimum });
}

/**
 * Quadratics f_i(x) = ½ xᵀA_i x − b_iᵀx + constant given by their numbers. Workers that are the same object share its memory. The minimum is
 * known where the mean of the A_i is positive definite and d ≤ 2048.
 * @param kernels They compute it, and their memory holds it.
 * @param data Copied.
 * @param noise σ₀ ≥ 0: standard deviation of the noise in every entry of a gradient.
 * @param random The random streams of a seed, as `kernels.random(seed)` gives them.
 * @param where Named in errors, e.g. the file that the numbers come from.
 * @returns The problem, in float64; `dispose` it to get its memory back.
 * @throws InputError when a shape does not fit the dimension, a number is not finite, a matrix is not symmetric or σ₀ is negative.
 */
export function explicitQuadratic(kernels: Kernels, data: QuadraticData, noise: number, random: Random, where = 'quadratic'): Problem {
  validate(data, where);
  requireDeviation(where, 'noise', noise);
  const { pool } = kernels;
  const { dimension: d, workers } = data;
  const distinct = new Map([...new Set(workers)].map((worker) => [worker, placeWorker(kernels, d, worker)]));
  const start = Float64Array.from(data.x0 ?? new Float64Array(d));
  const blocks = [...distinct.values()].map(({ matrix }) => matrix);
  const parts = workers.map((worker) => distinct.get(worker)!);
  const findMinimum = (): QuadraticMinimum | undefined => {
    if (d > LARGEST_SOLVED) return undefined;
    const [matrix, b] = blocks.length === 1 ? [blocks[0]!, pool.f64.slice(parts[0]!.b / 8, parts[0]!.b / 8 + d)] : meanOf(kernels, d, parts);
    const own = blocks.length === 1 ? [] : [matrix];
    const solution = solvePositiveDefinite(kernels, d, matrix, b);
    if (solution === undefined) {
      own.forEach((block) => pool.release(block));
      return undefined;
    }
    const x = new Vector(pool, d, 'float64', 'evaluation');
    x.view().set(solution);
    return { x, blocks: own, curvature: (e, out) => kernels.exports.denseGradient(d, matrix, e.pointer, 0, out.pointer) };
  };
  const areEqual = (): boolean => [...distinct.values()].every((part, _, [first]) => sameFunction(kernels, d, part, first!));
  const recipe: DenseRecipe = {
    kind: 'dense',
    dimension: d,
    matrices: Uint32Array.from(parts, ({ matrix }) => matrix),
    noise: { deviation: noise, key0: random.key0, key1: random.key1 },
    scratchBytes: 0,
    nanoseconds: denseNanoseconds(d, noise),
  };
  return new QuadraticProblem(kernels, { where, dimension: d, parts, areEqual, start, recipe, blocks, findMinimum });
}

/** A worker's part with a matrix of its own: A_i, then b_i. */
interface DensePart extends QuadraticPart {
  readonly matrix: number;
}

function placeWorker({ exports, pool }: Kernels, d: number, { A, b, constant = 0 }: QuadraticWorker): DensePart {
  const matrix = pool.allocate((d * d + d) * 8, 'problem');
  const numbers = pool.f64;
  A.forEach((row, r) => {
    for (let c = 0; c < d; c += 1) numbers[matrix / 8 + r * d + c] = (row[c]! + A[c]![r]!) / 2;
  });
  pool.f64.set(b, matrix / 8 + d * d);
  const vector = matrix + d * d * 8;
  return {
    matrix,
    b: vector,
    constant,
    gradient: (x, out) => exports.denseGradient(d, matrix, x.pointer, vector, out.pointer),
    curvature: (e, out) => exports.denseGradient(d, matrix, e.pointer, 0, out.pointer),
  };
}

/** Whether two parts agree in all their numbers. */
function sameFunction({ pool }: Kernels, d: number, one: DensePart, other: DensePart): boolean {
  if (one.constant !== other.constant) return false;
  const numbers = pool.f64;
  const [from, to] = [one.matrix / 8, other.matrix / 8];
  for (let j = 0; j < d * d + d; j += 1) if (numbers[from + j] !== numbers[to + j]) return false;
  return true;
}

/** The means of the A_i, in a new block, and of the b_i. */
function meanOf({ exports, pool }: Kernels, d: number, parts: readonly DensePart[]): [matrix: number, b: Float64Array] {
  const size = d * d + d;
  const mean = pool.allocate(size * 8, 'evaluation');
  exports.fillF64(size, 0, mean);
  for (const { matrix } of parts) exports.axpyF64(size, 1 / parts.length, matrix, mean);
  return [mean, pool.f64.slice(mean / 8 + d * d, mean / 8 + size)];
}

function validate({ dimension: d, workers, x0 }: QuadraticData, where: string): void {
  requireCount(where, 'dimension', d);
  if (workers.length === 0) throw new InputError(where, 'workers', 'name at least one worker', workers);
  const checkVector = (what: string, values: ArrayLike<number>): void => {
    if (values.length !== d) throw new InputError(where, what, `have ${d} entries to match 'dimension'`, values.length);
    const bad = Array.prototype.findIndex.call(values, (value: number) => !Number.isFinite(value));
    if (bad !== -1) throw new InputError(where, `${what}[${bad}]`, 'be a finite number', values[bad]);
  };
  if (x0 !== undefined) checkVector('x0', x0);
  workers.forEach((worker, i) => {
    if (i > 0 && worker === workers[i - 1]) return;
    const { A, b, constant = 0 } = worker;
    if (!Number.isFinite(constant)) throw new InputError(where, `workers[${i}].constant`, 'be a finite number', constant);
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
