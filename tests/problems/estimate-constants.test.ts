import { describe, expect, it } from 'vitest';
import {
  digits, estimateConstants, explicitQuadratic, heterogeneousQuadraticData, InputError, LoadedDataset, LogisticRegressionProblem, MlpProblem, partition, problemConstants,
  sampledProblem, tridiagonalQuadratic,
} from '../../bindings/index.js';
import type { Kernels, Problem, ProblemConstants } from '../../bindings/index.js';
import { centred, testKernels } from '../quadratics.js';
import { combine, dot, mean, norm, numbers } from './symmetric.js';
import { tinyDataset, tinyPartition } from './tiny.js';

/** The problem without its exact constants, and without its minimum unless told otherwise. */
function hide(problem: Problem, changes: Partial<Problem> = {}): Problem {
  return {
    dimension: problem.dimension,
    workers: problem.workers,
    scalar: problem.scalar,
    initial: () => problem.initial(),
    gradient: (worker, index, x, out) => problem.gradient(worker, index, x, out),
    evaluate: (x) => {
      const { suboptimality, ...rest } = problem.evaluate(x);
      return rest;
    },
    dispose: () => problem.dispose(),
    ...changes,
  };
}

/** Estimates, after which all memory must be back. */
async function estimate(make: (kernels: Kernels) => Problem): Promise<ProblemConstants> {
  const kernels = await testKernels();
  const before = kernels.pool.usage();
  const problem = make(kernels);
  try {
    return estimateConstants(problem, kernels);
  } finally {
    problem.dispose();
    expect(kernels.pool.usage()).toEqual(before);
  }
}

function expectWithin(actual: number, expected: number, relative: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * expected);
}

/** The outer product a aᵀ. */
const outer = (a: readonly number[]): number[][] => a.map((value) => a.map((other) => value * other));

function expectOrder({ smoothness, ringleaderSmoothness, maxSmoothness, workerSmoothness }: ProblemConstants): void {
  expect(smoothness).toBeGreaterThan(0);
  expect(ringleaderSmoothness).toBeGreaterThanOrEqual(smoothness);
  expect(maxSmoothness).toBeGreaterThanOrEqual(ringleaderSmoothness);
  expect(maxSmoothness).toBeGreaterThanOrEqual(Math.max(...workerSmoothness));
  expect(maxSmoothness).toBeLessThan(Infinity);
}

describe('estimates for quadratics', () => {
  it.each([[1, 1, false], [5, 20, false], [5, 20, true], [40, 8, false]])('n = %i, d = %i, homogeneous: %s', async (n, d, homogeneous) => {
    const kernels = await testKernels();
    const data = { ...heterogeneousQuadraticData(n, d, 1, [0.1, 2], kernels.random(4), homogeneous), x0: new Array<number>(d).fill(4) };
    const problem = explicitQuadratic(kernels, data, 0.2, kernels.random(1));
    const exact = problem.constants!();
    const constants = await estimate(() => hide(problem, { dispose: () => undefined }));
    expectOrder(constants);
    // From below: residuals of Lanczos' method are at most 2 %. Differences of gradients add about 1e-9.
    expectWithin(constants.smoothness, exact.smoothness, 0.02);
    expect(constants.smoothness).toBeLessThanOrEqual(exact.smoothness * (1 + 1e-7));
    const measured = n <= 32 ? exact.workerSmoothness : exact.workerSmoothness.filter((_, i) => i % 5 !== 4);
    expect(constants.workerSmoothness).toHaveLength(measured.length);
    constants.workerSmoothness.forEach((value, i) => {
      expectWithin(value, measured[i]!, 0.02);
      expect(value).toBeLessThanOrEqual(measured[i]! * (1 + 1e-7));
    });
    expect(constants.ringleaderSmoothness).toBeGreaterThanOrEqual(0.98 * exact.ringleaderSmoothness);
    // At least 31 n d squares of normal numbers in each of at most four points.
    expectWithin(constants.variance, exact.variance, 5 * Math.sqrt(2 / (31 * n * d)));
    expect(constants.equal).toBe(homogeneous || n === 1);
    const { objective } = evaluateInitial(problem);
    expect(constants.delta).toBe(objective);
    expect(constants.estimates!.optimum).toContain('taken as 0');
    const [first, ...later] = constants.estimates!.points;
    expect(first).toMatchObject({ updates: 0, objective });
    later.reduce((before, { updates, objective: value }) => {
      expect([10, 30, 100]).toContain(updates);
      expect(value).toBeLessThan(before);
      return value;
    }, objective);
    problem.dispose();
  });

  it('the papers’ one, whose largest eigenvalues are close together', async () => {
    const constants = await estimate((kernels) => hide(tridiagonalQuadratic(kernels, 3, 400, 0.01, kernels.random(1)), { evaluate: withOffset }));
    function withOffset(): { objective: number; worstWorkerObjective: number; gradientNormSquared: number } {
      return { objective: 1, worstWorkerObjective: 1, gradientNormSquared: 1 };
    }
    expectWithin(constants.smoothness, 1, 0.02);
    expect(constants.smoothness).toBeLessThan(1);
    expectWithin(constants.variance, 0.04, 0.02);
    expect(constants.equal).toBe(true);
    // The objective does not fall.
    expect(constants.estimates!.points).toHaveLength(1);
  });

  it('use a minimum that is known', async () => {
    const kernels = await testKernels();
    const problem = tridiagonalQuadratic(kernels, 3, 10, 0.01, kernels.random(1));
    const { delta } = problem.constants!();
    const known = await estimate(() => hide(problem, { optimum: problem.optimum, dispose: () => undefined }));
    expectWithin(known.delta, delta, 1e-12);
    expect(known.estimates!.optimum).toBe('at the known minimum of f');
    problem.dispose();
  });

  it('take no longer for 10,000 workers than for 1000', async () => {
    const work = async (n: number): Promise<number> => {
      let gradients = 0;
      await estimate((kernels) => {
        const problem = explicitQuadratic(kernels, centred(Array.from({ length: n }, (_, i) => [i / n, 1]), [9, 9]), 0.1, kernels.random(1));
        const gradient: Problem['gradient'] = (worker, index, x, out) => {
          gradients += 1;
          problem.gradient(worker, index, x, out);
        };
        return hide(problem, { gradient });
      });
      return gradients;
    };
    const thousand = await work(1000);
    expect(thousand).toBeGreaterThan(1000);
    expect(await work(10_000)).toBeLessThan(1.1 * thousand);
  });
});

function evaluateInitial(problem: Problem): { objective: number } {
  const x = problem.initial();
  const evaluation = problem.evaluate(x);
  x.release();
  return evaluation;
}

describe('estimates for problems with samples', () => {
  it('logistic regression: against its Hessian ¼ (1/n) Σ_i (1/m_i) Σ a aᵀ + 2λ I at x⁰ = 0', async () => {
    const kernels = await testKernels();
    const data = new LoadedDataset(kernels, tinyDataset);
    const [batch, lambda] = [64, 0.05];
    const options = { batch, partition: tinyPartition, nonconvexRegularizer: lambda };
    const constants = await estimate(() => new LogisticRegressionProblem(kernels, data, options, kernels.random(1)));
    const row = (sample: number): number[] => Array.from(tinyDataset.train.inputs.subarray(3 * sample, 3 * sample + 3));
    const hessians = tinyPartition.map((samples) => {
      const half = mean(Array.from(samples, (sample) => outer(row(sample))));
      return combine([0.25, 2 * lambda], [half, [[1, 0, 0], [0, 1, 0], [0, 0, 1]]]);
    });
    expectOrder(constants);
    const start = constants.estimates!.points[0]!;
    // 32 batches of 64 samples per worker for L_f, 8 for L_1; worker 0 has one sample.
    expectWithin(start.smoothness, norm(mean(hessians)), 0.03);
    expectWithin(constants.workerSmoothness[0]!, norm(hessians[0]!), 1e-3);
    expectWithin(constants.workerSmoothness[1]!, norm(hessians[1]!), 0.05);
    // Gradients of samples at 0 are −½ y a: worker 0's do not vary.
    const gradients = Array.from(tinyPartition[1]!, (sample) => row(sample).map((a) => (tinyDataset.train.labels[sample] === 1 ? -0.5 : 0.5) * a));
    const center = gradients[0]!.map((_, j) => gradients.reduce((sum, g) => sum + g[j]! / 4, 0));
    const variance = gradients.reduce((sum, g) => sum + dot(g, g) / 4, -dot(center, center)) / batch / 2;
    // 31 degrees of freedom times two to three dimensions: one standard deviation is some 20 %.
    expectWithin(start.variance, variance, 0.6);
    expect(constants.delta).toBeCloseTo(Math.log(2), 14);
    expect(constants.equal).toBe(false);
    data.dispose();
  });

  it('a problem of one’s own: least squares, whose Hessian is the same everywhere', async () => {
    const next = numbers(5);
    const samples = [1, 3].map((scale) => Array.from({ length: 6 }, () => ({ a: [next() * scale, next(), next(), next()] as const, y: 3 + next() })));
    const product = ([a0, a1, a2, a3]: readonly [number, number, number, number], x: Float64Array): number => a0 * x[0]! + a1 * x[1]! + a2 * x[2]! + a3 * x[3]!;
    const make = (kernels: Kernels): Problem =>
      sampledProblem(
        kernels,
        {
          x0: [1, -1, 1, 0],
          samples,
          batch: 100,
          loss: (x, { a, y }) => 0.5 * (product(a, x) - y) ** 2,
          gradient: (x, { a, y }) => a.map((value) => value * (product(a, x) - y)),
        },
        kernels.random(2),
      );
    const constants = await estimate(make);
    const hessians = samples.map((own) => mean(own.map(({ a }) => outer(a))));
    expectOrder(constants);
    expectWithin(constants.smoothness, norm(mean(hessians)), 0.05);
    constants.workerSmoothness.forEach((value, i) => expectWithin(value, norm(hessians[i]!), 0.08));
    const { points } = constants.estimates!;
    expect(points.length).toBeGreaterThan(1);
    for (const point of points) expectWithin(point.smoothness, points[0]!.smoothness, 1e-3);

    const kernels = await testKernels();
    kernels.random(9).uniforms(1, 1, 1, 100);
    expect(await estimate(make)).toEqual(constants);
    const problem = make(kernels);
    expect(problemConstants(problem, kernels)).toEqual(constants);
    problem.dispose();
  });

  it('a perceptron: finite, positive, the variance like 1/batch', async () => {
    const kernels = await testKernels();
    const dataset = digits(kernels, { train: 1000, test: 10 });
    const data = new LoadedDataset(kernels, dataset);
    const parts = partition(kernels, { kind: 'iid' }, dataset.train.labels, dataset.classes, 10, 1);
    const of = (batch: number, hidden: readonly number[]): Promise<ProblemConstants> =>
      estimate(() => new MlpProblem(kernels, data, { hidden, batch, partition: parts }, kernels.random(1)));
    for (const hidden of [[], [16]]) {
      const [small, large] = [await of(4, hidden), await of(64, hidden)];
      [small, large].forEach(expectOrder);
      expectWithin(small.estimates!.points[0]!.variance / 16, large.estimates!.points[0]!.variance, 0.1);
      expect(large.equal).toBe(false);
      expect(large.estimates!.points.map(({ updates }) => updates)).toEqual([0, 10, 30, 100]);
      expect(await of(64, hidden)).toEqual(large);
    }
    data.dispose();
  });

  it.each([1, 100, 10_000])('features of size %d: float32 and float64 agree with the Hessian at x⁰ = 0', async (scale) => {
    const kernels = await testKernels();
    const row = [3, 1, -2].map((value) => value * scale);
    const train = { count: 2, inputs: Float32Array.from([...row, ...row.map((value) => -value)]), labels: Uint8Array.from([1, 0]) };
    const data = new LoadedDataset(kernels, { ...tinyDataset, train });
    const options = { batch: 4, partition: [Uint32Array.of(0), Uint32Array.of(1)] };
    const logistic = await estimate(() => new LogisticRegressionProblem(kernels, data, options, kernels.random(1)));
    expectWithin(logistic.estimates!.points[0]!.smoothness, 0.25 * norm(outer(row)), 0.05);
    // Two columns of weights: ¼ (a, 1)(a, 1)ᵀ ⊗ [[1, −1], [−1, 1]].
    const softmax = await estimate(() => new MlpProblem(kernels, data, { ...options, hidden: [] }, kernels.random(1)));
    expectWithin(softmax.estimates!.points[0]!.smoothness, 0.5 * Math.max(norm(outer(row)), 1), 0.05 + 0.1 / scale);
    data.dispose();
  });

  it('exact constants come first', async () => {
    const kernels = await testKernels();
    const problem = tridiagonalQuadratic(kernels, 2, 5, 0.1, kernels.random(1));
    expect(problemConstants(problem, kernels)).toBe(problem.constants!());
    expect(problemConstants(hide(problem, { optimum: problem.optimum }), kernels)).toHaveProperty('estimates');
    problem.dispose();
  });
});

describe('estimates are refused, and memory is back,', () => {
  const quadratic = (kernels: Kernels): Problem => explicitQuadratic(kernels, centred([[1, 2], [3, 4]], [9, 9]), 0.1, kernels.random(1));

  it.each([[0], [-3], [NaN], [Infinity]])('where f(x⁰) = %d', async (objective) => {
    const changes = { evaluate: () => ({ objective, worstWorkerObjective: objective, gradientNormSquared: 1 }) };
    await expect(estimate((kernels) => hide(quadratic(kernels), changes))).rejects.toThrow(
      `estimateConstants: 'f(x⁰)' must be a number greater than 0 where no minimum is known, as f* is then taken as 0, got ${objective}`,
    );
  });

  it.each([['a linear function', 1, 0], ['gradients that are not numbers', NaN, NaN]])('for %s', async (_, value, got) => {
    const changes: Partial<Problem> = { gradient: (_worker, _index, _x, out) => void out.view().fill(value), evaluate: () => evaluation };
    const evaluation = { objective: 1, worstWorkerObjective: 1, gradientNormSquared: 1 };
    await expect(estimate((kernels) => hide(quadratic(kernels), changes))).rejects.toThrow(
      `estimateConstants: 'the smoothness of f' must be a finite number greater than 0 for estimates to be made, got ${got}`,
    );
  });

  it.each([
    ['sample 1', 1, NaN, "'the smoothness of f' must be a finite number greater than 0", NaN],
    ['sample 5', 5, NaN, "'the smoothness of worker 3's function' must be a finite number", NaN],
    ['sample 5, infinite', 5, Infinity, "'the smoothness of worker 3's function' must be a finite number", NaN],
    ['sample 20', 20, NaN, "'the variance of worker 3's gradients' must be a finite number", NaN],
    ['sample 20, too large a number', 20, 1e200, "'the variance of worker 3's gradients' must be a finite number", NaN],
  ])('where one gradient of one of 40 workers is not finite: %s', async (_, bad, value, rule, got) => {
    // L_f is made of 2 gradients of each, the L_i of 8, σ² of 32.
    const refused = estimate((kernels) => {
      const problem = explicitQuadratic(kernels, centred(Array.from({ length: 40 }, () => [1, 2]), [9, 9]), 0.1, kernels.random(1));
      const gradient: Problem['gradient'] = (worker, index, x, out) => {
        problem.gradient(worker, index, x, out);
        if (worker === 3 && index === bad) out.view()[1] = value;
      };
      return hide(problem, { gradient });
    });
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(`estimateConstants: ${rule} for estimates to be made, got ${got}`);
  });

  it.each([[{ suboptimality: NaN }, NaN], [{ objective: Infinity }, Infinity]])('where f(x⁰) = %j and the minimum is known', async (found, got) => {
    const evaluation = { objective: 1, worstWorkerObjective: 1, gradientNormSquared: 1, ...found };
    const changes: Partial<Problem> = { optimum: { x: Float64Array.of(0, 0), objective: 0 }, evaluate: () => evaluation };
    await expect(estimate((kernels) => hide(quadratic(kernels), changes))).rejects.toThrow(
      `estimateConstants: 'f(x⁰) − f*' must be a finite number for estimates to be made, got ${got}`,
    );
  });

  it.each([0, 100, 1000, 1600])('when gradient %i fails', async (last) => {
    let calls = 0;
    await expect(
      estimate((kernels) => {
        const problem = quadratic(kernels);
        const gradient: Problem['gradient'] = (worker, index, x, out) => {
          if (calls++ === last) throw new RangeError('out of order');
          problem.gradient(worker, index, x, out);
        };
        return hide(problem, { gradient });
      }),
    ).rejects.toThrow('out of order');
  });
});
