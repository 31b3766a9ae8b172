import { describe, expect, test } from 'vitest';
import { explicitQuadratic, heterogeneousQuadraticData, sampledProblem, tridiagonalQuadratic } from '../../bindings/index.js';
import type { Problem, SampledProblemOptions } from '../../bindings/index.js';
import { testKernels } from '../quadratics.js';

const kernels = await testKernels();
const random = kernels.random(1);

test.each<[string, () => Problem]>([
  ["quadratic: 'workers' must be an integer of at least 1, got 0", () => tridiagonalQuadratic(kernels, 0, 5, 0, random)],
  ["quadratic: 'dimension' must be an integer of at least 1, got 2.5", () => tridiagonalQuadratic(kernels, 1, 2.5, 0, random)],
  ["quadratic: 'noise' must be a finite number of at least 0, got -1", () => tridiagonalQuadratic(kernels, 1, 5, -1, random)],
  ["quadratic: 'noise' must be a finite number of at least 0, got NaN", () => explicitQuadratic(kernels, { dimension: 1, workers: [{ A: [[1]], b: [1] }] }, NaN, random)],
])('%s', (message, make) => {
  expect(make).toThrow(message);
});

test.each<[string, [workers: number, dimension: number, spread: number, range: [number, number]]]>([
  ["'workers' must be an integer of at least 1, got 0", [0, 2, 1, [0.1, 1]]],
  ["'dimension' must be an integer of at least 1, got 0", [1, 0, 1, [0.1, 1]]],
  ["'spread' must be a finite number of at least 0, got -1", [1, 2, -1, [0.1, 1]]],
  ["'eigenvalues' must be a range [smallest, largest] of finite numbers, got [1,0.1]", [1, 2, 1, [1, 0.1]]],
])('heterogeneousQuadraticData: %s', (message, [workers, dimension, spread, range]) => {
  expect(() => heterogeneousQuadraticData(workers, dimension, spread, range, random)).toThrow(`heterogeneousQuadraticData: ${message}`);
});

describe('sampledProblem', () => {
  const good: SampledProblemOptions<number> = { x0: [0, 0], samples: [[1], [2]], loss: () => 0, gradient: () => [0, 0] };
  // What programs in plain JavaScript may pass.
  const nothing = undefined as never;

  test.each<[string, Partial<SampledProblemOptions<number>>]>([
    ["'x0' must have at least one entry, got nothing", { x0: nothing }],
    ["'x0[1]' must be a finite number, got NaN", { x0: [0, NaN] }],
    ["'samples' must have a list of samples for at least one worker, got []", { samples: [] }],
    ["'samples' must have a list of samples for at least one worker, got nothing", { samples: nothing }],
    ["'samples[0]' must hold at least one sample, got 1", { samples: [1, 2] as never }],
    ["'samples[1]' must hold at least one sample, got []", { samples: [[1], []] }],
    ["'batch' must be an integer of at least 1, got 0", { batch: 0 }],
    ["'loss' must be a function, got 'undefined'", { loss: nothing }],
  ])('%s', (message, change) => {
    expect(() => sampledProblem(kernels, { ...good, ...change }, random)).toThrow(`sampledProblem: ${message}`);
  });

  test.each<[string, Partial<SampledProblemOptions<number>>]>([
    ["'gradient' must return 2 numbers to match 'x0', got 1", { gradient: () => [0] }],
    ["'gradient' must return 2 numbers to match 'x0', got NaN", { gradient: () => nothing }],
    ["'loss' must return a number, got nothing", { loss: () => nothing }],
  ])('at an evaluation, %s', (message, change) => {
    const problem = sampledProblem(kernels, { ...good, ...change }, random);
    const x = problem.initial();
    expect(() => problem.evaluate(x)).toThrow(`sampledProblem: ${message}`);
    x.release();
  });

  test('a loss may be NaN, where a run diverges', () => {
    const problem = sampledProblem(kernels, { ...good, loss: () => NaN }, random);
    const x = problem.initial();
    expect(problem.evaluate(x).objective).toBeNaN();
    x.release();
  });
});
