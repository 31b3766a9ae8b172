import { describe, expect, it } from 'vitest';
import { methods, runExperiment } from '../../bindings/index.js';
import type { ExperimentInput, SummaryRecord, WorkersRecord } from '../../bindings/index.js';
import { testKernels } from '../quadratics.js';

const COUNT = 100_000;
const fleet: Omit<ExperimentInput, 'methods'> = {
  problem: { kind: 'quadratic', dimension: 10, noise: 0.01 },
  workers: { count: COUNT, computation: { kind: 'lognormal', sigma: 0.25 } },
  stepsizes: [1e-6],
  budget: { gradients: 130_000 },
  evaluate: { updates: 20_000 },
};

/** The record of a run, and that of its workers. */
async function run(input: Omit<ExperimentInput, 'methods'>, method: string): Promise<{ summary: SummaryRecord; workers: WorkersRecord }> {
  const kernels = await testKernels();
  const books: WorkersRecord[] = [];
  const { summary } = await runExperiment({ ...input, methods: [method] }, { kernels, onOutcome: ({ workers }) => books.push(workers!) });
  expect(kernels.pool.usage()).toEqual({});
  return { summary: summary[0]!, workers: books[0]! };
}

function check(input: Omit<ExperimentInput, 'methods'>, { summary, workers }: { summary: SummaryRecord; workers: WorkersRecord }): void {
  expect(summary).toMatchObject({ status: 'finished', gradients: input.budget.gradients });
  const { all, listed, delays, gradients } = workers;
  const count = input.workers!.count!;
  expect([all!.workers, listed!.length, gradients.length]).toEqual([count, 200, 200]);
  expect(all!.gradients).toBe(summary.gradients);
  const time = Object.values(all!.seconds).reduce((sum, seconds) => sum + seconds, 0);
  expect(time / (count * summary.time)).toBeCloseTo(1, 9);
  expect((all!.seconds.busy + all!.seconds.wasted) / time).toBeCloseTo(summary.utilization, 9);
  expect(delays.at(-1)?.[2] ?? delays.at(-1)?.[0] ?? 0).toBe(summary.maxDelay);
  expect(JSON.stringify(workers).length).toBeLessThan(30_000);
}

describe('100,000 workers', () => {
  it.each(methods.map(({ name }) => [name]))('%s', async (name) => check(fleet, await run(fleet, name)));

  it.each(['asgd', 'ringleader-asgd', 'loscar-sgd'])('%s on a network', async (name) => {
    const linked = { ...fleet, workers: { ...fleet.workers, network: { latency: 0.1, bandwidth: 1e4 } } };
    check(linked, await run(linked, name));
  });

  it('lists of a value per worker', async () => {
    const each = Array.from({ length: COUNT }, (_, worker) => 1 + (worker % 7));
    const listed = { ...fleet, budget: { gradients: 20_000 }, workers: { count: COUNT, computation: { kind: 'fixed' as const, times: each }, network: { latencyUp: each } } };
    check(listed, await run(listed, 'fedbuff'));
  });
});

it('6174 workers and 1729 dimensions, as in the experiments on quadratics of the papers', async () => {
  const paper: Omit<ExperimentInput, 'methods'> = {
    ...fleet, problem: { kind: 'quadratic', dimension: 1729, noise: 0.01 }, workers: { count: 6174, computation: { kind: 'paper' } }, budget: { gradients: 12_000 },
  };
  for (const name of ['asgd', 'rennala-sgd', 'ia2-sgd']) check(paper, await run(paper, name));
});
