import { describe, expect, it } from 'vitest';
import { explicitQuadratic, heterogeneousQuadraticData, InputError, tridiagonalQuadratic } from '../../bindings/index.js';
import type { Kernels, Problem, ProblemConstants, QuadraticData, QuadraticWorker, Vector } from '../../bindings/index.js';
import { evaluateAt, testKernels } from '../quadratics.js';
import { combine, dot, eigen, identity, mean, norm, numbers, randomSymmetric, square, times, withEigenvalues } from './symmetric.js';
import type { Matrix } from './symmetric.js';

/** The constants of a problem, which must return all its memory. */
async function constantsOf(make: (kernels: Kernels) => Problem): Promise<ProblemConstants> {
  const kernels = await testKernels();
  const before = kernels.pool.usage();
  const problem = make(kernels);
  try {
    return problem.constants!();
  } finally {
    problem.dispose();
    expect(kernels.pool.usage()).toEqual(before);
  }
}

const ofData = (data: QuadraticData, noise = 0): Promise<ProblemConstants> =>
  constantsOf((kernels) => explicitQuadratic(kernels, data, noise, kernels.random(1), 'q.json'));

const ofMatrices = (...matrices: readonly Matrix[]): Promise<ProblemConstants> =>
  ofData({ dimension: matrices[0]!.length, workers: matrices.map((A) => ({ A, b: A.map(() => 1) })) });

const diagonal = (...values: readonly number[]): number[][] => identity(values.length).map((row, r) => row.map((entry) => entry * values[r]!));

function expectClose(actual: number, expected: number, relative = 1e-12): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));
}

describe('the constants of the papers’ quadratic', () => {
  it.each([
    [1, 0.5],
    [2, 0.75],
    [3, (1 + Math.SQRT1_2) / 2],
    [10, Math.cos(Math.PI / 22) ** 2],
    [1729, Math.cos(Math.PI / 3460) ** 2],
  ])('with d = %i', async (d, largest) => {
    const { smoothness, ringleaderSmoothness, maxSmoothness, workerSmoothness, delta, variance, ...rest } = await constantsOf((kernels) =>
      tridiagonalQuadratic(kernels, 3, d, 0.01, kernels.random(1)),
    );
    for (const value of [smoothness, ringleaderSmoothness, maxSmoothness, ...workerSmoothness]) expectClose(value, largest, 4e-16);
    expect(workerSmoothness).toHaveLength(3);
    // At (√d, 0, …): ½ · ½ d + ¼ √d; f* = −d/(8 (d + 1)).
    expectClose(delta, d / 4 + Math.sqrt(d) / 4 + d / (8 * (d + 1)));
    expectClose(variance, d * 1e-4);
    expect(rest).toEqual({ equal: true });
  });

  it('are those of its matrix', async () => {
    const tridiagonal = identity(10).map((row, r) => row.map((_, c) => (r === c ? 0.5 : Math.abs(r - c) === 1 ? -0.25 : 0)));
    expectClose((await ofMatrices(tridiagonal)).smoothness, Math.cos(Math.PI / 22) ** 2, 1e-14);
  });
});

describe('the smoothness constants of quadratics', () => {
  it.each<[string, Matrix[], number[], number, number]>([
    // matrices, L_i, L_f, L²
    ['diagonal', [diagonal(4, -1), diagonal(0, 3)], [4, 3], 2, 8],
    ['farthest from 0 below it', [diagonal(1, -5), diagonal(1, 7)], [5, 7], 1, 37],
    ['with a zero matrix', [diagonal(0, 0), diagonal(2, 2)], [0, 2], 1, 2],
    ['of two signs', [[[0, 3], [3, 0]], diagonal(4, 4)], [3, 4], 3.5, 12.5],
    ['of one dimension', [[[-1]], [[3]]], [1, 3], 1, 5],
  ])('%s', async (_, matrices, workerSmoothness, smoothness, ringleaderSquare) => {
    const constants = await ofMatrices(...matrices);
    constants.workerSmoothness.forEach((value, i) => expectClose(value, workerSmoothness[i]!, 1e-14));
    expectClose(constants.maxSmoothness, Math.max(...workerSmoothness), 1e-14);
    expectClose(constants.smoothness, smoothness, 1e-14);
    expectClose(constants.ringleaderSmoothness, Math.sqrt(ringleaderSquare), 1e-14);
    expect(constants).not.toHaveProperty('estimates');
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])('agree with Jacobi’s eigenvalues for d = %i', async (d) => {
    const next = numbers(d);
    const [S, T] = [randomSymmetric(d, next), randomSymmetric(d, next)];
    // Indefinite ones, one of them twice, and one that makes the mean positive definite.
    const matrices = [S, T, S, combine([1, 8 * d], [randomSymmetric(d, next), identity(d)])];
    const workers = matrices.map((A): QuadraticWorker => ({ A, b: A.map(() => next()) }));
    workers[2] = workers[0]!;
    const constants = await ofData({ dimension: d, workers });
    matrices.forEach((A, i) => expectClose(constants.workerSmoothness[i]!, norm(A)));
    expectClose(constants.smoothness, norm(mean(matrices)));
    expectClose(constants.ringleaderSmoothness, Math.sqrt(norm(mean(matrices.map(square)))));
    expect(constants.maxSmoothness).toBe(Math.max(...constants.workerSmoothness));
  });

  it.each([
    ['clustered', [1, 1 - 1e-9, 1 - 2e-9, 0.5]],
    ['clustered more closely', [1, 1 - 1e-11, 0.3, -0.9]],
    ['of opposite signs', [-1, 1 - 1e-10, 0.7, -0.6]],
    ['multiple', [1, 1, 1, 1]],
  ])('are accurate where eigenvalues are %s', async (_, top) => {
    const next = numbers(3);
    const A = withEigenvalues([...top, ...Array.from({ length: 60 }, next).map((value) => 0.9 * value)], next);
    const constants = await ofMatrices(A, combine([2], [identity(A.length)]));
    expectClose(constants.workerSmoothness[0]!, 1, 1e-13);
  });

  it.each([-250, -160, -90, -40, 40, 90, 160, 250])('are right at the scale 1e%i', async (exponent) => {
    const scale = Number(`1e${exponent}`);
    const scaled = (values: readonly number[]): Matrix => diagonal(...values.map((value) => value * scale));
    const values = Array.from({ length: 20 }, (_, j) => j + 1);
    const constants = await ofMatrices(scaled(values), scaled(values.map((value) => 21 - value)), scaled(values.map((value) => 3 * value)));
    [20, 20, 60].forEach((value, i) => expectClose(constants.workerSmoothness[i]!, value * scale, 1e-14));
    // Largest for the last entry: 20, 1 and 60.
    expectClose(constants.smoothness, 27 * scale, 1e-14);
    expectClose(constants.ringleaderSmoothness, Math.sqrt((400 + 1 + 3600) / 3) * scale, 1e-14);
    expect(constants.maxSmoothness).toBe(Math.max(...constants.workerSmoothness));
  });

  it('keep their order where rounding errors would change it', async () => {
    const kernels = await testKernels();
    for (let seed = 0; seed < 20; seed += 1) {
      const { workers, dimension } = heterogeneousQuadraticData(1, 9, 1, [0.1, 1], kernels.random(seed));
      const { A, b } = workers[0]!;
      const constants = await ofData({ dimension, workers: [{ A, b }, { A: [...A], b: Array.from(b, (value) => -value) }, { A, b: A[0]! }] });
      expect(constants.equal).toBe(false);
      expect(constants.smoothness).toBeLessThanOrEqual(constants.ringleaderSmoothness);
      expect(constants.ringleaderSmoothness).toBeLessThanOrEqual(constants.maxSmoothness);
      expectClose(constants.smoothness, constants.maxSmoothness);
    }
  });

  it('bound differences of gradients, and are attained', async () => {
    const kernels = await testKernels();
    const d = 6;
    const data = heterogeneousQuadraticData(5, d, 2, [-0.4, 2], kernels.random(7));
    const { smoothness: Lf, ringleaderSmoothness: L } = await ofData(data);
    const problem = explicitQuadratic(kernels, data, 0, kernels.random(1));
    const gradientOf = (worker: number, x: readonly number[]): number[] => {
      const [at, out] = [problem.initial(), problem.initial()];
      at.view().set(x);
      problem.gradient(worker, 0, at, out);
      const values = Array.from(out.view());
      [at, out].forEach((vector) => vector.release());
      return values;
    };
    const meanOf = (points: readonly (readonly number[])[]): number[] => {
      const gradients = points.map((y, i) => gradientOf(i, y));
      return gradients[0]!.map((_, j) => gradients.reduce((sum, g) => sum + g[j]! / 5, 0));
    };
    const minus = (x: readonly number[], y: readonly number[]): number[] => x.map((value, j) => value - y[j]!);
    /** ‖∇f(x) − (1/n) Σ ∇f_i(y_i)‖² over (1/n) Σ ‖x − y_i‖² */
    const ratio = (x: readonly number[], points: readonly (readonly number[])[]): number => {
      const difference = minus(meanOf(points.map(() => x)), meanOf(points));
      return dot(difference, difference) / points.reduce((sum, y) => sum + dot(minus(x, y), minus(x, y)) / 5, 0);
    };
    const next = numbers(11);
    const point = (): number[] => Array.from({ length: d }, next);
    let most = 0;
    for (let trial = 0; trial < 200; trial += 1) {
      const [x, y] = [point(), point()];
      expect(ratio(x, new Array<number[]>(5).fill(y))).toBeLessThanOrEqual(Lf * Lf);
      most = Math.max(most, ratio(x, Array.from({ length: 5 }, point)));
    }
    expect(most).toBeLessThanOrEqual(L * L);

    const matrices = data.workers.map(({ A }) => A.map((row) => Array.from(row)));
    const x = point();
    const { vector: v } = eigen(mean(matrices))[0]!;
    expectClose(ratio(x, new Array<number[]>(5).fill(minus(x, v))), Lf * Lf, 1e-10);
    const { vector: w } = eigen(mean(matrices.map(square)))[0]!;
    expectClose(ratio(x, matrices.map((A) => minus(x, times(A, w)))), L * L, 1e-10);
    expect(Lf).toBeLessThan(0.95 * L);
    problem.dispose();
  });
});

describe('the other constants of quadratics', () => {
  it('Δ is the distance of the objective at x⁰ from its minimum', async () => {
    const kernels = await testKernels();
    const data = { ...heterogeneousQuadraticData(4, 5, 2, [0.2, 1], kernels.random(3)), x0: [1, -2, 3, 0, 5] };
    const { delta } = await ofData(data);
    const problem = explicitQuadratic(kernels, data, 0, kernels.random(1));
    expectClose(delta, (await evaluateAt(problem, data.x0)).objective - problem.optimum!.objective);
    problem.dispose();
    // x⁰ = 0 is the minimiser of all.
    expect((await ofData(heterogeneousQuadraticData(3, 4, 0, [0.5, 1], kernels.random(1)))).delta).toBe(0);
  });

  it('σ² is the variance of the noise', async () => {
    const kernels = await testKernels();
    const d = 5;
    const data = heterogeneousQuadraticData(2, d, 1, [0.2, 1], kernels.random(3));
    const { variance } = await ofData(data, 0.3);
    const [exact, noisy] = [0, 0.3].map((noise) => explicitQuadratic(kernels, data, noise, kernels.random(1))) as [Problem, Problem];
    const [x, g, h] = [0, 0, 0].map(() => exact.initial()) as [Vector, Vector, Vector];
    const draws = 4000;
    let sum = 0;
    for (let index = 0; index < draws; index += 1) {
      exact.gradient(1, index, x, g);
      noisy.gradient(1, index, x, h);
      g.view().forEach((value, j) => (sum += (h.view()[j]! - value) ** 2 / draws));
    }
    // A sum of 20,000 squares of normal numbers: four standard deviations are 4 %.
    expectClose(variance, sum, 0.04);
    expectClose(variance, d * 0.09);
    [x, g, h].forEach((vector) => vector.release());
    [exact, noisy].forEach((problem) => problem.dispose());
  });

  it('f_i are equal where all their numbers are', async () => {
    const kernels = await testKernels();
    const one = (): QuadraticWorker => heterogeneousQuadraticData(1, 3, 1, [0.1, 1], kernels.random(5)).workers[0]!;
    const equal = async (...workers: readonly QuadraticWorker[]): Promise<boolean> => (await ofData({ dimension: 3, workers })).equal;
    const same = one();
    expect(await equal(same, same)).toBe(true);
    expect(await equal(one(), one(), one())).toBe(true);
    expect(await equal(one(), { ...one(), constant: 7 })).toBe(false);
    expect(await equal(one(), one(), { ...one(), b: [1, 2, 3] })).toBe(false);
    expect(await equal(one(), { ...one(), A: identity(3) })).toBe(false);
    const { smoothness, ringleaderSmoothness, maxSmoothness, workerSmoothness } = await ofData({ dimension: 3, workers: [one(), one()] });
    expect([ringleaderSmoothness, maxSmoothness, ...workerSmoothness]).toEqual(new Array<number>(4).fill(smoothness));
  });

  it.each([
    ['unbounded below', [[1, 0], [0, -1]]],
    ['singular', [[1, -1], [-1, 1]]],
  ])('a mean that is %s is refused', async (_, A) => {
    await expect(ofMatrices(A, combine([2], [A]))).rejects.toThrow(InputError);
    await expect(ofMatrices(A)).rejects.toThrow(
      "q.json: 'the mean of the matrices A' must be positive definite for f to have a minimum, and f(x⁰) − f* a value, got 'one with an eigenvalue",
    );
  });

  it('dimensions at which the minimum is not computed are refused', async () => {
    const d = 2049;
    const A = Array.from({ length: d }, (_, r) => new Float64Array(d).fill(1, r, r + 1));
    await expect(ofData({ dimension: d, workers: [{ A, b: new Float64Array(d) }] })).rejects.toThrow(
      "q.json: 'dimension' must be at most 2048 for f(x⁰) − f* to be known, got 2049",
    );
  });

  it('are computed once', async () => {
    const kernels = await testKernels();
    const problem = tridiagonalQuadratic(kernels, 2, 5, 0, kernels.random(1));
    expect(problem.constants!()).toBe(problem.constants!());
    problem.dispose();
  });
});
