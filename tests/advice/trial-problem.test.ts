import { beforeAll, describe, expect, test } from 'vitest';
import { TRIAL_DIMENSION, TrialProblem } from '../../bindings/advice/trial-problem.js';
import type { TrialQuantities } from '../../bindings/advice/trial-problem.js';
import { loadKernels, Vector } from '../../bindings/index.js';
import type { Kernels } from '../../bindings/index.js';

const QUANTITIES: TrialQuantities = { workers: 5, smoothness: 2, maxSmoothness: 7, delta: 3, variance: 0, epsilon: 0.05, heterogeneity: 4 };
const d = TRIAL_DIMENSION;
let kernels: Kernels;
beforeAll(async () => void (kernels = await loadKernels()));

const problemOf = (change: Partial<TrialQuantities> = {}, seed = 1) => new TrialProblem(kernels, { ...QUANTITIES, ...change }, kernels.random(seed));

function vectorOf(values: ArrayLike<number>): Vector {
  const vector = new Vector(kernels.pool, d, 'float64', 'test');
  vector.view().set(Array.from(values));
  return vector;
}

function gradientAt(problem: TrialProblem, worker: number, point: ArrayLike<number>, index = 0): number[] {
  const out = vectorOf(new Float64Array(d).fill(NaN));
  problem.gradient(worker, index, vectorOf(point), out);
  return Array.from(out.view());
}

/** (1/n) Σ ∇f_i at a point. */
function meanGradient(problem: TrialProblem, point: ArrayLike<number>): number[] {
  const all = Array.from({ length: problem.workers }, (_, worker) => gradientAt(problem, worker, point));
  return Array.from({ length: d }, (_, j) => all.reduce((sum, gradient) => sum + gradient[j]!, 0) / all.length);
}

const squared = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0);
const unit = (j: number) => Array.from({ length: d }, (_, k) => (k === j ? 1 : 0));
const POINT = [1, -2, 0.5, 3, -1, 0.25, 2, -0.75];

describe.each([1, 2, 5, 8])('%i workers', (workers) => {
  test('Δ, ‖∇f(x⁰)‖², and the mean of the gradients is the gradient of the mean', () => {
    const problem = problemOf({ workers });
    const start = problem.initial();
    const { objective, gradientNormSquared, suboptimality } = problem.evaluate(start);
    expect(objective).toBeCloseTo(3, 12);
    expect(suboptimality).toBe(objective);
    expect(gradientNormSquared).toBeCloseTo(squared(meanGradient(problem, Array.from(start.view()))), 9);
    expect(gradientNormSquared).toBeGreaterThan(QUANTITIES.epsilon);
    const slopes = meanGradient(problem, POINT);
    const step = 1e-5;
    POINT.forEach((_, j) => {
      const moved = (sign: number) => problem.evaluate(vectorOf(POINT.map((value, k) => value + (k === j ? sign * step : 0)))).objective;
      expect(slopes[j]).toBeCloseTo((moved(1) - moved(-1)) / (2 * step), 6);
    });
  });

  test('the minimum is at 0, and there the gradients have mean 0 and mean square ζ²', () => {
    const problem = problemOf({ workers });
    expect(squared(meanGradient(problem, new Float64Array(d)))).toBeLessThan(1e-24);
    const squares = Array.from({ length: workers }, (_, worker) => squared(gradientAt(problem, worker, new Float64Array(d))));
    const square = squares.reduce((a, b) => a + b, 0) / workers;
    // One worker cannot differ from the mean.
    expect(square).toBeCloseTo(workers === 1 ? 0 : 4, 9);
  });
});

test('eigenvalues of the mean go from eε/Δ to L_f by equal factors; the largest of a worker is L_max', () => {
  const problem = problemOf();
  const zero = meanGradient(problem, new Float64Array(d));
  const eigenvalues = Array.from({ length: d }, (_, j) => meanGradient(problem, unit(j))[j]! - zero[j]!);
  expect(eigenvalues[0]).toBeCloseTo(2, 9);
  expect(eigenvalues[d - 1]).toBeCloseTo((Math.E * 0.05) / 3, 9);
  for (let j = 2; j < d; j += 1) expect(eigenvalues[j]! / eigenvalues[j - 1]!).toBeCloseTo(eigenvalues[1]! / eigenvalues[0]!, 9);
  const own = Array.from({ length: 5 }, (_, i) => gradientAt(problem, i, unit(0))[0]! - gradientAt(problem, i, new Float64Array(d))[0]!);
  own.sort((a, b) => a - b).forEach((value, i) => expect(value).toBeCloseTo([-3, -3, 2, 7, 7][i]!, 9));
});

test('a start near the target: all eigenvalues are L_f', () => {
  const problem = problemOf({ delta: 0.05 });
  expect(problem.evaluate(problem.initial()).gradientNormSquared).toBeCloseTo(2 * 2 * 0.05, 12);
});

test.each([20, 100, 1000])('gradient descent needs about LΔ/(2eε) steps: LΔ/ε = %i', (rounds) => {
  const problem = problemOf({ workers: 2, smoothness: 1, maxSmoothness: 1, delta: 1, epsilon: 1 / rounds, variance: 0, heterogeneity: 0 });
  const x = problem.initial();
  const gradient = problem.initial();
  let steps = 0;
  for (; problem.evaluate(x).gradientNormSquared > 1 / rounds; steps += 1) {
    problem.gradient(0, 0, x, gradient);
    x.view().forEach((value, j, model) => (model[j] = value - gradient.view()[j]!));
  }
  expect(steps / (rounds / (2 * Math.E))).toBeGreaterThan(0.9);
  expect(steps / (rounds / (2 * Math.E))).toBeLessThan(1.7);
});

test('noise has mean 0 and variance σ² in all; without it gradients are exact', () => {
  const exact = gradientAt(problemOf(), 1, POINT);
  expect(gradientAt(problemOf(), 1, POINT, 7)).toEqual(exact);
  const noisy = problemOf({ variance: 6 });
  const draws = 4000;
  let square = 0;
  const mean = new Array<number>(d).fill(0);
  for (let index = 0; index < draws; index += 1) {
    const difference = gradientAt(noisy, 1, POINT, index).map((value, j) => value - exact[j]!);
    square += squared(difference) / draws;
    difference.forEach((value, j) => (mean[j]! += value / draws));
  }
  expect(Math.abs(square - 6)).toBeLessThan(0.3);
  expect(squared(mean)).toBeLessThan(0.02);
});

test('the seed draws the data; workers differ', () => {
  const zero = new Float64Array(d);
  expect(gradientAt(problemOf(), 0, zero)).toEqual(gradientAt(problemOf(), 0, zero));
  expect(gradientAt(problemOf({}, 2), 0, zero)).not.toEqual(gradientAt(problemOf(), 0, zero));
  expect(gradientAt(problemOf(), 0, zero)).not.toEqual(gradientAt(problemOf(), 1, zero));
  expect(gradientAt(problemOf({ heterogeneity: 0 }), 0, zero).map(Math.abs)).toEqual(Array.from(zero));
});
