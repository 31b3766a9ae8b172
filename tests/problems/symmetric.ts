/** Small symmetric matrices, for tests. */
export type Matrix = readonly (readonly number[])[];

export const identity = (d: number): number[][] => Array.from({ length: d }, (_, r) => Array.from({ length: d }, (_, c) => (r === c ? 1 : 0)));

export const combine = (weights: readonly number[], matrices: readonly Matrix[]): number[][] =>
  matrices[0]!.map((row, r) => row.map((_, c) => matrices.reduce((sum, matrix, i) => sum + weights[i]! * matrix[r]![c]!, 0)));

export const mean = (matrices: readonly Matrix[]): number[][] => combine(matrices.map(() => 1 / matrices.length), matrices);

export const times = (A: Matrix, x: readonly number[]): number[] => A.map((row) => row.reduce((sum, a, j) => sum + a * x[j]!, 0));

/** A² of a symmetric A. */
export const square = (A: Matrix): number[][] => A.map((row) => times(A, row));

export const dot = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, value, j) => sum + value * y[j]!, 0);

/** Eigenvalues and eigenvectors by Jacobi's rotations, the largest |eigenvalue| first. */
export function eigen(A: Matrix): { value: number; vector: number[] }[] {
  const d = A.length;
  const M = A.map((row) => [...row]);
  const V = identity(d);
  for (let sweep = 0; sweep < 30; sweep += 1) {
    for (let p = 0; p < d; p += 1) {
      for (let q = p + 1; q < d; q += 1) {
        if (M[p]![q] === 0) continue;
        const theta = (M[q]![q]! - M[p]![p]!) / (2 * M[p]![q]!);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        const rotate = (read: (k: number) => [number, number], write: (k: number, a: number, b: number) => void): void => {
          for (let k = 0; k < d; k += 1) {
            const [a, b] = read(k);
            write(k, c * a - s * b, s * a + c * b);
          }
        };
        rotate((k) => [M[k]![p]!, M[k]![q]!], (k, a, b) => ([M[k]![p], M[k]![q]] = [a, b]));
        rotate((k) => [M[p]![k]!, M[q]![k]!], (k, a, b) => ([M[p]![k], M[q]![k]] = [a, b]));
        rotate((k) => [V[k]![p]!, V[k]![q]!], (k, a, b) => ([V[k]![p], V[k]![q]] = [a, b]));
      }
    }
  }
  const pairs = M.map((row, j) => ({ value: row[j]!, vector: V.map((entries) => entries[j]!) }));
  return pairs.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
}

/** ‖A‖₂ */
export const norm = (A: Matrix): number => Math.abs(eigen(A)[0]!.value);

/** Numbers in [−1, 1) that look random, the same for the same seed. */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  };
}

/** A random symmetric matrix. */
export function randomSymmetric(d: number, next: () => number): number[][] {
  const A = identity(d);
  for (let r = 0; r < d; r += 1) for (let c = 0; c <= r; c += 1) A[r]![c] = A[c]![r] = next();
  return A;
}

/** H Λ H with a random reflection H. */
export function withEigenvalues(values: readonly number[], next: () => number): number[][] {
  const v = values.map(() => next());
  const H = identity(values.length).map((row, r) => row.map((entry, c) => entry - (2 * v[r]! * v[c]!) / dot(v, v)));
  const A = identity(values.length);
  for (let r = 0; r < v.length; r += 1) {
    for (let c = 0; c <= r; c += 1) A[r]![c] = A[c]![r] = values.reduce((sum, value, j) => sum + value * H[r]![j]! * H[c]![j]!, 0);
  }
  return A;
}
