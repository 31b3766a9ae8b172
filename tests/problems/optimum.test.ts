import { describe, expect, it } from 'vitest';
import { explicitQuadratic, heterogeneousQuadraticData, tridiagonalQuadratic } from '../../bindings/index.js';
import type { Problem, QuadraticData } from '../../bindings/index.js';
import { evaluateAt as evaluate, testKernels } from '../quadratics.js';

async function make(data: QuadraticData): Promise<Problem> {
  const kernels = await testKernels();
  return explicitQuadratic(kernels, data, 0, kernels.random(1));
}

describe('the minimum of quadratics', () => {
  it.each([1, 2, 3, 50, 1729])('of the papers’ quadratic with d = %i', async (d) => {
    const kernels = await testKernels();
    const problem = tridiagonalQuadratic(kernels, 4, d, 0.01, kernels.random(1));
    const { x, objective } = problem.optimum!;
    const at = await evaluate(problem, x);
    expect(at.gradientNormSquared).toBeLessThan(1e-30);
    expect(at.objective / objective).toBeCloseTo(1, 12);
    expect(at.suboptimality).toBe(0);
    const start = await evaluate(problem, [Math.sqrt(d), ...new Array<number>(d - 1).fill(0)]);
    expect(start.suboptimality! / (start.objective - objective)).toBeCloseTo(1, 12);
    problem.dispose();
  });

  it.each([1, 2, 7, 8, 9, 40])('of random ones with d = %i', async (d) => {
    const kernels = await testKernels();
    const problem = await make(heterogeneousQuadraticData(5, d, 2, [0.05, 1], kernels.random(3)));
    const { x, objective } = problem.optimum!;
    expect((await evaluate(problem, x)).gradientNormSquared).toBeLessThan(1e-28);
    expect((await evaluate(problem, x)).objective).toBeCloseTo(objective, 12);
    const y = x.map((value, j) => value + Math.cos(j));
    const { suboptimality, objective: value } = await evaluate(problem, y);
    expect(suboptimality).toBeCloseTo(value - objective, 11);
    problem.dispose();
  });

  it('suboptimality is accurate where f(x) and f* agree in all their digits', async () => {
    const problem = await make({ dimension: 2, workers: [{ A: [[2, 0], [0, 4]], b: [2e3, 4] }, { A: [[2, 0], [0, 0]], b: [2e3, 0] }] });
    // Ā = diag(2, 2), x* = (1000, 1), f* = −10⁶ − 1.
    expect(problem.optimum).toEqual({ x: Float64Array.of(1000, 1), objective: -1_000_001 });
    const { objective, suboptimality } = await evaluate(problem, [1000, 1 + 2 ** -30]);
    expect(objective).toBe(-1_000_001);
    expect(suboptimality).toBe(2 ** -60);
    problem.dispose();
  });

  it('has the constants of the f_i', async () => {
    const identity = [[1]];
    const problem = await make({ dimension: 1, workers: [{ A: identity, b: [1], constant: 0.5 }, { A: identity, b: [3], constant: 4.5 }] });
    // ½(x − 1)² and ½(x − 3)²
    expect(problem.optimum).toEqual({ x: Float64Array.of(2), objective: 0.5 });
    expect(await evaluate(problem, [1])).toEqual({ objective: 1, worstWorkerObjective: 2, gradientNormSquared: 1, suboptimality: 0.5 });
    problem.dispose();
  });

  it.each([
    ['singular', [[1, -1], [-1, 1]]],
    ['singular up to rounding errors', [[1, 0.7], [0.7, 0.49]]],
    ['unbounded below', [[1, 0], [0, -1]]],
    ['zero', [[0, 0], [0, 0]]],
  ])('is absent where the mean matrix is %s', async (_, A) => {
    const { pool } = await testKernels();
    const before = pool.usage();
    const problem = await make({ dimension: 2, workers: [{ A, b: [1, 0] }, { A: A.map((row) => [...row]), b: [0, 1] }] });
    expect(problem.optimum).toBeUndefined();
    expect(await evaluate(problem, [1, 2])).not.toHaveProperty('suboptimality');
    problem.dispose();
    expect(pool.usage()).toEqual(before);
  });

  it('gives its memory back', async () => {
    const kernels = await testKernels();
    const before = kernels.pool.usage();
    for (const homogeneous of [false, true]) {
      const problem = await make(heterogeneousQuadraticData(3, 5, 1, [0.5, 1], kernels.random(1), homogeneous));
      await evaluate(problem, [1, 2, 3, 4, 5]);
      problem.dispose();
    }
    expect(kernels.pool.usage()).toEqual(before);
  });
});

describe('random quadratics', () => {
  it('are ½ (x − c_i)ᵀA_i(x − c_i): never negative, 0 at c_i', async () => {
    const kernels = await testKernels();
    const { workers, dimension } = heterogeneousQuadraticData(4, 6, 3, [0.2, 2], kernels.random(2));
    for (const worker of workers) {
      const problem = await make({ dimension, workers: [worker] });
      const { x, objective } = problem.optimum!;
      expect(objective).toBeCloseTo(0, 12);
      expect(x.some((value) => Math.abs(value) > 0.5)).toBe(true);
      problem.dispose();
    }
  });

  it('may be homogeneous: worker 0’s for all, at the memory and time of one', async () => {
    const kernels = await testKernels();
    const draw = (workers: number, homogeneous: boolean) => heterogeneousQuadraticData(workers, 30, 1, [0.1, 1], kernels.random(2), homogeneous);
    const same = draw(1000, true);
    expect(new Set(same.workers).size).toBe(1);
    expect(same.workers[0]).toEqual(draw(3, false).workers[0]);
    const before = kernels.pool.usage()['problem'] ?? 0;
    const problem = await make(same);
    expect((kernels.pool.usage()['problem'] ?? 0) - before).toBeLessThan(10_000);
    expect(problem.workers).toBe(1000);
    const x = problem.initial();
    const [first, last] = [problem.initial(), problem.initial()];
    problem.gradient(0, 0, x, first);
    problem.gradient(999, 5, x, last);
    expect(last.bytes()).toEqual(first.bytes());
    const { objective, worstWorkerObjective, suboptimality } = problem.evaluate(x);
    expect(worstWorkerObjective).toBe(objective);
    expect(suboptimality).toBeCloseTo(objective, 12);
    [x, first, last].forEach((vector) => vector.release());
    problem.dispose();
  });
});
