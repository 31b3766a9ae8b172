import type { Kernels } from '../kernels/load.js';
import { Purpose } from '../kernels/random.js';
import type { Scalar, Vector } from '../kernels/vector.js';
import { withWorkspace } from './workspace.js';

/** out ← A x with A symmetric, or nearly so; x must stay as it is. */
export type SymmetricOperator = (x: Vector, out: Vector) => void;

/** When to be content with an approximation. */
export interface Precision {
  /** Relative bound on the residual ‖A v − λ v‖, and so on the error of λ, which is of the order of its square. */
  readonly tolerance: number;
  /** The most applications of A; never more than d are needed. */
  readonly steps: number;
}

/** As accurate as float64 gives. */
const FULL_PRECISION: Precision = { tolerance: 1e-14, steps: Infinity };

/** Up to this many steps the approximation is looked at after each one, then after every eighth. */
const CLOSELY_WATCHED = 32;

/** Sizes from the inverse of this up to this are left as they are: their squares are far from the ends of float64. */
const ORDINARY = 2 ** 200;

/** Scales nothing by more: the smallest numbers would need what is no number. */
const LARGEST_SCALE = 2 ** 1000;

/**
 * The power of two that brings a size to within [1, 2), so that squares neither overflow nor vanish; products with it are exact.
 * @returns 1 for ordinary sizes, 0 and what is not finite.
 */
export function unitScale(size: number): number {
  if (!(size > 0 && size < Infinity) || (size >= 1 / ORDINARY && size <= ORDINARY)) return 1;
  let scale = 1;
  while (size * scale >= 2) scale /= 2;
  while (size * scale < 1 && scale < LARGEST_SCALE) scale *= 2;
  return scale;
}

/**
 * The largest |eigenvalue| of a symmetric operator: Lanczos' method from a fixed random vector, with full reorthogonalisation. In d steps it
 * is a direct method; well before that, its extreme eigenvalues are those of A. Memory: one vector per step. Right for any scale of A at which A x
 * itself neither overflows nor vanishes.
 * @param apply A; d×d.
 * @param dimension d ≥ 1
 * @returns ‖A‖₂; from below where the steps are limited, up to rounding errors. NaN where A gives NaN.
 * @remarks Source: Golub, Van Loan, "Matrix Computations", 4th ed., 10.1 and 10.3.
 */
export function spectralNorm(kernels: Kernels, dimension: number, scalar: Scalar, apply: SymmetricOperator, precision = FULL_PRECISION): number {
  return withWorkspace(kernels, dimension, scalar, (space) => {
    const most = Math.min(dimension, precision.steps);
    const basis: Vector[] = [];
    const diagonal: number[] = [];
    const offDiagonal: number[] = [];
    let next = space.create();
    space.randomize(next, Purpose.constants);
    space.scale(1 / space.norm(next), next);
    // A is taken times this, as β² must be a number.
    let scale = 1;
    for (let step = 1; ; step += 1) {
      const q = next;
      basis.push(q);
      next = space.create();
      apply(q, next);
      if (step === 1) scale = unitScale(largestEntry(next));
      if (scale !== 1) space.scale(scale, next);
      diagonal.push(space.dot(q, next));
      // In exact arithmetic the last two would do; what rounding errors leave of all of them would grow from step to step.
      for (const earlier of [...basis.slice(-2), ...basis]) space.axpy(-space.dot(earlier, next), earlier, next);
      const beta = space.norm(next);
      const last = step >= most || !(beta > 0);
      if (last || step <= CLOSELY_WATCHED || step % 8 === 0) {
        const ends = [largestEigenvalue(diagonal, offDiagonal, 1), largestEigenvalue(diagonal, offDiagonal, -1)] as const;
        const [norm, other] = ends[0].value >= ends[1].value ? ends : [ends[1], ends[0]];
        const tolerance = precision.tolerance * norm.value;
        // The other end of the spectrum counts if it may still turn out to be the farther one.
        const otherError = beta * other.lastComponent;
        const settled = beta * norm.lastComponent <= tolerance && (otherError <= tolerance || other.value + otherError <= norm.value);
        if (last || settled || Number.isNaN(norm.value)) return norm.value / scale;
      }
      offDiagonal.push(beta);
      space.scale(1 / beta, next);
    }
  });
}

/** @returns The largest |x_j|; NaN where an entry is. */
function largestEntry(x: Vector): number {
  let largest = 0;
  for (const value of x.view()) largest = Math.max(largest, Math.abs(value));
  return largest;
}

/**
 * The largest eigenvalue λ of sign·T with T symmetric and tridiagonal, by bisection: λI − T has positive pivots exactly where λ lies above the
 * spectrum.
 * @param offDiagonal Not negative.
 * @returns It, and the last component's size in its unit eigenvector.
 */
function largestEigenvalue(diagonal: readonly number[], offDiagonal: readonly number[], sign: 1 | -1): { value: number; lastComponent: number } {
  const k = diagonal.length;
  const isAbove = (lambda: number): boolean => {
    let pivot = lambda - sign * diagonal[0]!;
    for (let i = 1; i < k && pivot > 0; i += 1) pivot = lambda - sign * diagonal[i]! - (offDiagonal[i - 1]! * offDiagonal[i - 1]!) / pivot;
    return pivot > 0;
  };
  // Between the largest entry of the diagonal and Gershgorin's bound.
  let below = -Infinity;
  let above = -Infinity;
  for (let i = 0; i < k; i += 1) {
    below = Math.max(below, sign * diagonal[i]!);
    above = Math.max(above, sign * diagonal[i]! + (offDiagonal[i - 1] ?? 0) + (offDiagonal[i] ?? 0));
  }
  for (;;) {
    const middle = below + (above - below) / 2;
    if (!(middle > below && middle < above)) break;
    if (isAbove(middle)) above = middle;
    else below = middle;
  }
  return { value: above, lastComponent: lastComponent(diagonal.map((a) => above - sign * a), offDiagonal) };
}

/**
 * The last component's size in the unit vector z with M z = 0, where M = tridiag(−b, a, −b) is positive semidefinite up to rounding errors. Pivots
 * from both ends meet at the row where M is nearest to singular; from there, components are products of positive ratios b/pivot, which
 * is accurate however small they are.
 * @remarks Source: Dhillon, Parlett, "Multiple representations to compute orthogonal eigenvectors", Linear Algebra Appl. 387 (2004), Algorithm Getvec.
 */
function lastComponent(a: readonly number[], b: readonly number[]): number {
  const k = a.length;
  const down = new Float64Array(k);
  const up = new Float64Array(k);
  // A pivot that rounding errors have made 0 or negative stands for a tiny one.
  const positive = (pivot: number): number => Math.max(pivot, Number.MIN_VALUE * 2 ** 100);
  for (let i = 0; i < k; i += 1) down[i] = positive(a[i]! - (i === 0 ? 0 : (b[i - 1]! * b[i - 1]!) / down[i - 1]!));
  for (let i = k - 1; i >= 0; i -= 1) up[i] = positive(a[i]! - (i === k - 1 ? 0 : (b[i]! * b[i]!) / up[i + 1]!));
  let twist = 0;
  const singularity = (i: number): number => Math.abs(down[i]! + up[i]! - a[i]!);
  for (let i = 1; i < k; i += 1) if (singularity(i) < singularity(twist)) twist = i;
  let squares = 1;
  let z = 1;
  for (let i = twist; i > 0; i -= 1) {
    z *= b[i - 1]! / down[i - 1]!;
    squares += z * z;
  }
  z = 1;
  for (let i = twist + 1; i < k; i += 1) {
    z *= b[i - 1]! / up[i]!;
    squares += z * z;
  }
  return z / Math.sqrt(squares);
}
