import { describe, expect, it } from 'vitest';
import { explicitQuadratic, heterogeneousQuadraticData, tridiagonalQuadratic, Vector } from '../../bindings/index.js';
import type { Problem } from '../../bindings/index.js';
import { evaluateAt as evaluate, testKernels } from '../quadratics.js';

async function gradientOf(problem: Problem, x: readonly number[], worker = 0, index = 0): Promise<number[]> {
  const { pool } = await testKernels();
  const at = new Vector(pool, problem.dimension, 'float64', 'test');
  at.view().set(x);
  const out = new Vector(pool, problem.dimension, 'float64', 'test');
  out.view().fill(NaN);
  problem.gradient(worker, index, at, out);
  const values = Array.from(out.view());
  at.release();
  out.release();
  return values;
}

describe('the papers’ tridiagonal quadratic', () => {
  it('is ½ xᵀA x − bᵀx with A = ¼ tridiag(−1, 2, −1), b = ¼ (−1, 0, …), x⁰ = (√d, 0, …)', async () => {
    const kernels = await testKernels();
    const d = 7;
    const problem = tridiagonalQuadratic(kernels, 3, d, 0, kernels.random(1));
    const x = [1, -2, 0.5, 3, 0, -1, 2];
    const Ax = x.map((value, j) => (2 * value - (x[j - 1] ?? 0) - (x[j + 1] ?? 0)) / 4);
    const gradient = Ax.map((value, j) => value + (j === 0 ? 0.25 : 0));
    expect(await gradientOf(problem, x)).toEqual(gradient);
    const objective = 0.5 * Ax.reduce((sum, value, j) => sum + value * x[j]!, 0) + 0.25 * x[0]!;
    const evaluation = await evaluate(problem, x);
    expect(evaluation.objective).toBeCloseTo(objective, 14);
    expect(evaluation.worstWorkerObjective).toBe(evaluation.objective);
    expect(evaluation.gradientNormSquared).toBeCloseTo(gradient.reduce((sum, g) => sum + g * g, 0), 13);
    const start = problem.initial();
    expect(Array.from(start.view())).toEqual([Math.sqrt(d), 0, 0, 0, 0, 0, 0]);
    start.release();
    problem.dispose();
  });

  it('has noise of standard deviation σ₀ that depends on seed, worker and index only', async () => {
    const kernels = await testKernels();
    const d = 20_000;
    const x = new Array<number>(d).fill(0);
    const exact = tridiagonalQuadratic(kernels, 2, d, 0, kernels.random(1));
    const noisy = tridiagonalQuadratic(kernels, 2, d, 0.5, kernels.random(1));
    const base = await gradientOf(exact, x);
    const noise = (await gradientOf(noisy, x, 1, 4)).map((g, j) => g - base[j]!);
    const mean = noise.reduce((sum, z) => sum + z, 0) / d;
    const variance = noise.reduce((sum, z) => sum + (z - mean) ** 2, 0) / d;
    expect(Math.abs(mean)).toBeLessThan(4 * (0.5 / Math.sqrt(d)));
    expect(Math.abs(variance - 0.25)).toBeLessThan(0.25 * 4 * Math.sqrt(2 / d));
    expect(await gradientOf(noisy, x, 1, 4)).toEqual(await gradientOf(noisy, x, 1, 4));
    expect(await gradientOf(noisy, x, 1, 5)).not.toEqual(await gradientOf(noisy, x, 1, 4));
    expect(await gradientOf(noisy, x, 0, 4)).not.toEqual(await gradientOf(noisy, x, 1, 4));
    exact.dispose();
    noisy.dispose();
  });

  it('can put off gradients with noise: written or added to a model they have the same bits', async () => {
    const kernels = await testKernels();
    const { pool, exports } = kernels;
    const d = 201;
    expect(tridiagonalQuadratic(kernels, 2, d, 0, kernels.random(1)).pending).toBeUndefined();
    const problem = tridiagonalQuadratic(kernels, 2, d, 0.5, kernels.random(1));
    const [x, y, gradient, out] = Array.from({ length: 4 }, () => new Vector(pool, d, 'float64', 'test')) as [Vector, Vector, Vector, Vector];
    x.view().set(Array.from({ length: d }, (_, j) => Math.cos(j)));
    y.view().set(Array.from({ length: d }, (_, j) => Math.sin(3 * j)));
    problem.gradient(1, 4, x, gradient);
    const put = new Vector(pool, d, 'float64', 'test', problem.pending!(1, 4, x));
    expect(x.holders).toBe(2);
    exports.stepF64(d, 0.3, y.pointer, gradient.pointer, out.pointer);
    const stepped = out.bytes();
    put.pending!.add(-0.3, y.pointer, out.pointer);
    expect(out.bytes()).toEqual(stepped);
    put.pending!.add(-0.3, y.pointer, y.pointer);
    expect(y.bytes()).toEqual(stepped);
    expect(put.pending!.include(put.pending!)).toBe(false);
    expect(put.bytes()).toEqual(gradient.bytes());
    expect([put.pending, x.holders]).toEqual([null, 1]);
    put.release();
    const unread = new Vector(pool, d, 'float64', 'test', problem.pending!(1, 4, x));
    unread.release();
    expect(x.holders).toBe(1);
    for (const vector of [x, y, gradient, out]) vector.release();
    problem.dispose();
  });
});

describe('quadratics given by their numbers', () => {
  const data = {
    dimension: 2,
    workers: [
      { A: [[2, 1], [1, 3]], b: [1, -1] },
      { A: [[1, 0], [0, 1]], b: [0, 4] },
    ],
    x0: [1, 2],
  };

  it('evaluate as the mean over workers', async () => {
    const kernels = await testKernels();
    const problem = explicitQuadratic(kernels, data, 0, kernels.random(1));
    // At (1, 2): A₁x = (4, 7), f₁ = ½ 18 − (−1) = 10, ∇f₁ = (3, 8); f₂ = ½ 5 − 8 = −5.5, ∇f₂ = (1, −2).
    expect(await gradientOf(problem, [1, 2], 0)).toEqual([3, 8]);
    expect(await gradientOf(problem, [1, 2], 1)).toEqual([1, -2]);
    // Ā = [[1.5, 0.5], [0.5, 2]], b̄ = (0.5, 1.5): x* = (1, 8)/11, f* = −½ b̄ᵀx* = −6.25/11.
    const { suboptimality, ...rest } = await evaluate(problem, [1, 2]);
    expect(rest).toEqual({ objective: 2.25, worstWorkerObjective: 10, gradientNormSquared: 13 });
    expect(suboptimality).toBeCloseTo(2.25 + 6.25 / 11, 14);
    problem.dispose();
  });

  it('may be symmetric up to rounding errors, which are averaged out', async () => {
    const kernels = await testKernels();
    const nearly = { dimension: 2, workers: [{ A: [[1, 0.1], [0.10000000000000002, 1]], b: [0, 0] }] };
    const problem = explicitQuadratic(kernels, nearly, 0, kernels.random(1));
    const [g0] = await gradientOf(problem, [0, 1]);
    const [, g1] = await gradientOf(problem, [1, 0]);
    expect(g0).toBe(g1);
    problem.dispose();
  });

  it.each([
    [{ ...data, dimension: 0 }, "q.json: 'dimension' must be an integer of at least 1, got 0"],
    [{ ...data, x0: [1] }, "q.json: 'x0' must have 2 entries to match 'dimension', got 1"],
    [{ ...data, workers: [{ A: [[1, 0], [0, 1]], b: [0, 0], constant: NaN }] }, "q.json: 'workers[0].constant' must be a finite number, got NaN"],
    [{ ...data, workers: [] }, "q.json: 'workers' must name at least one worker, got []"],
    [{ ...data, workers: [{ A: [[1, 2], [3, 4]], b: [0, 0] }] }, "q.json: 'workers[0].A' must be symmetric, got 'A[1][0] = 3, A[0][1] = 2'"],
    [{ ...data, workers: [{ A: [[1, 0]], b: [0, 0] }] }, "q.json: 'workers[0].A' must have 2 rows to match 'dimension', got 1"],
    [{ ...data, workers: [{ A: [[1, 0], [0, NaN]], b: [0, 0] }] }, "q.json: 'workers[0].A[1][1]' must be a finite number, got NaN"],
  ])('refuse what does not fit', async (bad, message) => {
    const kernels = await testKernels();
    expect(() => explicitQuadratic(kernels, bad, 0, kernels.random(1), 'q.json')).toThrow(message);
  });
});

describe('random heterogeneous quadratics', () => {
  it('have eigenvalues in the range and minimisers as far apart as the spread says', async () => {
    const kernels = await testKernels();
    const d = 6;
    const { workers } = heterogeneousQuadraticData(200, d, 3, [0.5, 2], kernels.random(4));
    let squares = 0;
    for (const worker of workers) {
      const A = worker.A.map((row) => Array.from(row));
      const b = Array.from(worker.b);
      const largest = topEigenvalue(A);
      const smallest = 10 - topEigenvalue(A.map((row, r) => row.map((a, c) => (r === c ? 10 : 0) - a)));
      expect(largest).toBeLessThanOrEqual(2 + 1e-6);
      expect(smallest).toBeGreaterThanOrEqual(0.5 - 1e-2);
      A.forEach((row, r) => row.forEach((a, c) => expect(a).toBe(A[c]![r])));
      squares += solve(A, b).reduce((sum, value) => sum + value * value, 0);
    }
    expect(squares / (200 * d)).toBeGreaterThan(9 * 0.85);
    expect(squares / (200 * d)).toBeLessThan(9 * 1.15);
  });
});

/** Largest eigenvalue of a positive definite matrix, by power iteration. */
function topEigenvalue(A: readonly (readonly number[])[]): number {
  let x = A.map((_, j) => 1 + 0.1 * j);
  let value = 0;
  for (let k = 0; k < 500; k += 1) {
    const y = A.map((row) => row.reduce((sum, a, j) => sum + a * x[j]!, 0));
    value = Math.hypot(...y);
    x = y.map((entry) => entry / value);
  }
  return value;
}

/** Solves A x = b by Gaussian elimination; A is positive definite. */
function solve(A: readonly (readonly number[])[], b: readonly number[]): number[] {
  const rows = A.map((row, r) => [...row, b[r]!]);
  const d = rows.length;
  for (let p = 0; p < d; p += 1) {
    for (let r = p + 1; r < d; r += 1) {
      const factor = rows[r]![p]! / rows[p]![p]!;
      for (let c = p; c <= d; c += 1) rows[r]![c]! -= factor * rows[p]![c]!;
    }
  }
  const x = new Array<number>(d).fill(0);
  for (let r = d - 1; r >= 0; r -= 1) {
    let rest = rows[r]![d]!;
    for (let c = r + 1; c < d; c += 1) rest -= rows[r]![c]! * x[c]!;
    x[r] = rest / rows[r]![r]!;
  }
  return x;
}
