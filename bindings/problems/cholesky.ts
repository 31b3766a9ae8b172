import type { Kernels } from '../kernels/load.js';

/**
 * Solves A x = b by Cholesky's factorisation A = L Lᵀ and one step of iterative refinement; float64, about d³/6 multiplications and as
 * many additions.
 * @param a First byte of A: d×d float64, row-major, symmetric; the lower triangle is read.
 * @param b d numbers.
 * @returns x, or undefined where A is not positive definite, or so nearly singular that rounding errors decide.
 */
export function solvePositiveDefinite(kernels: Kernels, d: number, a: number, b: Float64Array): Float64Array | undefined {
  const factor = kernels.pool.allocate(d * d * 8, 'evaluation');
  try {
    if (!factorise(kernels, d, a, factor)) return undefined;
    const { f64 } = kernels.pool;
    const L = f64.subarray(factor / 8, factor / 8 + d * d);
    const x = substitute(L, b);
    const correction = substitute(L, residual(f64.subarray(a / 8, a / 8 + d * d), x, b));
    return x.map((value, j) => value + correction[j]!);
  } finally {
    kernels.pool.release(factor);
  }
}

/** Writes L row by row, on and below the diagonal. @returns Whether there is one. */
function factorise({ exports, pool }: Kernels, d: number, a: number, factor: number): boolean {
  const A = pool.f64.subarray(a / 8, a / 8 + d * d);
  const L = pool.f64.subarray(factor / 8, factor / 8 + d * d);
  let largest = 0;
  for (let i = 0; i < d; i += 1) largest = Math.max(largest, A[i * d + i]!);
  const smallestPivot = d * Number.EPSILON * largest;
  for (let i = 0; i < d; i += 1) {
    const row = factor + i * d * 8;
    for (let j = 0; j < i; j += 1) {
      L[i * d + j] = (A[i * d + j]! - exports.dotF64(j, row, factor + j * d * 8)) / L[j * d + j]!;
    }
    const pivot = A[i * d + i]! - exports.dotF64(i, row, row);
    if (!(pivot > smallestPivot)) return false;
    L[i * d + i] = Math.sqrt(pivot);
  }
  return true;
}

/** b − A x */
function residual(A: Float64Array, x: Float64Array, b: Float64Array): Float64Array {
  const d = b.length;
  return b.map((value, i) => {
    let rest = value;
    for (let j = 0; j < d; j += 1) rest -= A[i * d + j]! * x[j]!;
    return rest;
  });
}

/** Solves L Lᵀ x = b. */
function substitute(L: Float64Array, b: Float64Array): Float64Array {
  const d = b.length;
  const x = Float64Array.from(b);
  for (let i = 0; i < d; i += 1) {
    let rest = x[i]!;
    for (let j = 0; j < i; j += 1) rest -= L[i * d + j]! * x[j]!;
    x[i] = rest / L[i * d + i]!;
  }
  for (let i = d - 1; i >= 0; i -= 1) {
    x[i] = x[i]! / L[i * d + i]!;
    for (let j = 0; j < i; j += 1) x[j] = x[j]! - L[i * d + j]! * x[i]!;
  }
  return x;
}
