import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveExperiment, runExperiment, targetReached } from '../../bindings/index.js';
import type { ExperimentInput } from '../../bindings/index.js';
import { testKernels } from '../quadratics.js';
import { base } from './shared.js';

const folder = mkdtempSync(join(tmpdir(), 'straggler-problem-'));
const file = (name: string): string => join(folder, name);
beforeAll(() => {
  const rows = (labels: readonly string[]): string =>
    Array.from({ length: 60 }, (_, j) => `${labels[j % labels.length]!} ${1 + (j % labels.length)}:1 ${4 + (j % 3)}:${0.1 * (j % 7)}\n`).join('');
  writeFileSync(file('two.libsvm'), rows(['-1', '+1']));
  writeFileSync(file('three.libsvm'), rows(['1', '2', '3']));
  writeFileSync(file('singular.json'), JSON.stringify({ dimension: 2, workers: [{ A: [[1, 0], [0, 0]], b: [1, 0] }] }));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = async (input: Partial<ExperimentInput>) => runExperiment({ ...base, methods: ['minibatch-sgd'], ...input }, { kernels: await testKernels() });

describe('logistic regression', () => {
  const experiment = (problem: object): Partial<ExperimentInput> => ({
    problem: { kind: 'logistic-regression', data: file('two.libsvm'), batch: 4, ...problem }, stepsizes: [0.5], budget: { updates: 200 },
  });

  it('trains on a LIBSVM file, the same way twice', async () => {
    const first = await run(experiment({ partition: { kind: 'by-label' } }));
    expect(first.metrics[0]).toMatchObject({ time: 0, trainAccuracy: 0.54 });
    expect(first.metrics[0]!.objective).toBeCloseTo(Math.LN2, 15);
    expect(first.metrics.at(-1)).toMatchObject({ trainAccuracy: 1, testAccuracy: 1 });
    expect(first.metrics.at(-1)!.objective).toBeLessThan(0.2);
    expect((await run(experiment({ partition: { kind: 'by-label' } }))).summary[0]!.digest).toBe(first.summary[0]!.digest);
  });

  it('the regulariser keeps the model small', async () => {
    const norm = async (problem: object): Promise<number> => {
      const { metrics } = await run(experiment(problem));
      return metrics.at(-1)!.objective;
    };
    expect(await norm({ nonconvexRegularizer: 0.1 })).toBeGreaterThan((await norm({})) + 0.05);
  });

  it('fills in its defaults', async () => {
    const { problem } = await resolveExperiment({ ...base, methods: ['asgd'], problem: { kind: 'logistic-regression', data: 'a.libsvm' } });
    expect(problem).toEqual({ kind: 'logistic-regression', data: 'a.libsvm', nonconvexRegularizer: 0, partition: { kind: 'iid' }, batch: 32 });
  });

  it.each([
    [{ data: file('three.libsvm') }, "experiment: 'problem.data' must have two classes (for more, 'kind: mlp' with 'hidden: []' is multinomial logistic regression), got '3 classes'"],
    [{ data: file('none.libsvm') }, `experiment: 'problem.data' must be a file that exists, got '${file('none.libsvm')}'`],
    [{ data: undefined }, "experiment: 'problem.data' must be given, got nothing"],
    [{ nonconvexRegularizer: -1 }, "experiment: 'problem.nonconvexRegularizer' must be at least 0, got -1"],
    [{ hidden: [] }, "experiment: 'problem.hidden' must be a key of 'problem'"],
  ])('refuses %j', async (problem, message) => {
    await expect(run(experiment(problem))).rejects.toThrow(message);
  });

  it('of more classes is an mlp without hidden layers', async () => {
    const { metrics } = await run({ ...experiment({}), problem: { kind: 'mlp', hidden: [], data: file('three.libsvm') } });
    expect(metrics.at(-1)!.trainAccuracy).toBe(1);
  });
});

describe('suboptimality', () => {
  it('is measured for every quadratic, and falls to nothing', async () => {
    const problems: ExperimentInput['problem'][] = [
      { kind: 'quadratic', dimension: 5, noise: 0 },
      { kind: 'quadratic', form: 'random', dimension: 5, noise: 0, eigenvalues: [0.5, 1] },
      { kind: 'quadratic', form: 'random', dimension: 5, noise: 0, homogeneous: true, eigenvalues: [0.5, 1] },
    ];
    for (const problem of problems) {
      const { metrics } = await run({ problem, stepsizes: [1], budget: { updates: 2000 } });
      expect(metrics.every(({ suboptimality }) => suboptimality! >= 0)).toBe(true);
      expect(metrics[0]!.suboptimality).toBeGreaterThan(0.01);
      expect(metrics.at(-1)!.suboptimality).toBeLessThan(1e-25);
      expect(metrics[3]!.objective - metrics.at(-1)!.objective).toBeCloseTo(metrics[3]!.suboptimality!, 12);
    }
  });

  it('may be the target', async () => {
    const problem = { kind: 'quadratic', form: 'random', noise: 0 } as const;
    const { metrics, summary } = await run({ problem, target: { suboptimality: 1e-3 }, budget: { time: 2000 }, evaluate: { every: 5 }, stepsizes: [0.5] });
    const reached = metrics.find(({ suboptimality }) => suboptimality! <= 1e-3)!;
    expect(reached.time).toBeGreaterThan(0);
    expect(summary[0]!.timeToTarget).toBe(reached.time);
  });

  it('counts as not reached where it is not measured', () => {
    const evaluation = { objective: 0, worstWorkerObjective: 0, gradientNormSquared: 0 };
    expect(targetReached(evaluation, { suboptimality: 1 })).toBe(false);
    expect(targetReached({ ...evaluation, suboptimality: 1 }, { suboptimality: 1 })).toBe(true);
    expect(targetReached({ ...evaluation, suboptimality: 1 }, { suboptimality: 1, objective: -1 })).toBe(false);
  });

  it.each([
    [{ kind: 'mlp' }, "experiment: 'target.suboptimality' must be given only where the minimum of f is known: for quadratics, got 0.1"],
    [{ kind: 'logistic-regression', data: 'x.csv' }, "experiment: 'target.suboptimality' must be given only where the minimum of f is known: for quadratics, got 0.1"],
    [
      { kind: 'quadratic', file: file('singular.json') },
      "experiment: 'target.suboptimality' must be given only where the minimum of f is known, which it is not here, got 0.1",
    ],
  ] as const)('as the target of %j is an error', async (problem, message) => {
    const workers = { count: problem.kind === 'quadratic' ? 1 : 3, computation: { kind: 'linear' } } as const;
    const before = (await testKernels()).pool.usage();
    await expect(run({ problem, workers, target: { suboptimality: 0.1 } })).rejects.toThrow(message);
    expect((await testKernels()).pool.usage()).toEqual(before);
  });
});

describe('homogeneous quadratics', () => {
  it('have the same objective for all workers, others do not', async () => {
    const worst = async (homogeneous: boolean): Promise<number> => {
      const { metrics } = await run({ problem: { kind: 'quadratic', form: 'random', homogeneous, noise: 0 }, stepsizes: [0.5], budget: { updates: 200 } });
      return metrics.at(-1)!.worstWorkerObjective - metrics.at(-1)!.objective;
    };
    expect(await worst(true)).toBe(0);
    expect(await worst(false)).toBeGreaterThan(0.1);
  });

  it('need one matrix, whatever the number of workers', async () => {
    const workers = { count: 100_000, computation: { kind: 'equal' } } as const;
    const problem = { kind: 'quadratic', form: 'random', dimension: 100 } as const;
    await expect(resolveExperiment({ ...base, workers, problem, methods: ['asgd'] })).rejects.toThrow(
      "experiment: 'problem.dimension' must be at most 73, so that the matrices of 100000 workers fit in memory, got 100",
    );
    expect((await resolveExperiment({ ...base, workers, problem: { ...problem, homogeneous: true }, methods: ['asgd'] })).problem).toEqual({
      ...problem, spread: 1, eigenvalues: [0.1, 1], homogeneous: true, noise: 0,
    });
  });

  it('are random ones only', async () => {
    for (const [problem, rule] of [
      [{ kind: 'quadratic', homogeneous: true }, "be given with 'form: random' only"],
      [{ kind: 'quadratic', file: file('singular.json'), homogeneous: true }, "not be given together with 'problem.file'"],
    ] as const) {
      await expect(run({ problem })).rejects.toThrow(`experiment: 'problem.homogeneous' must ${rule}, got true`);
    }
  });
});
