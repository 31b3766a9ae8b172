/** However a study is computed, its results are the same: threads, pieces, shards. Threads start from the build, which is imported here. */
import { describe, expect, it } from 'vitest';
import { loadKernels, methods, resolveExperiment, runResolved, shardRuns } from '../../dist/bindings/index.js';
import type { Checkpoint, CheckpointStore, ExperimentResult, RunOutcome } from '../../dist/bindings/index.js';

const THREADS = [1, 2, 3, 8];

/** Refuses to do without threads. */
const onNotice = (text: string): never => {
  throw new Error(text);
};

/** What must not depend on how it was computed. */
const lasting = ({ metrics, summary }: Pick<ExperimentResult, 'metrics' | 'summary'>): unknown => ({
  metrics,
  summary: summary.map((record) => ({ ...record, wallSeconds: 0 })),
});

/** Keeps copies of checkpoints, as a disk does. */
class MemoryStore implements CheckpointStore {
  readonly kept = new Map<string, Checkpoint>();
  load(): Checkpoint[] {
    return [...this.kept.values()].map((checkpoint) => structuredClone(checkpoint));
  }
  save(checkpoint: Checkpoint): void {
    this.kept.set(checkpoint.runs.join(' '), structuredClone(checkpoint));
  }
  remove(runs: readonly number[]): void {
    this.kept.delete(runs.join(' '));
  }
}

const network = {
  problem: { kind: 'mlp', hidden: [32], data: 'digits', partition: { kind: 'dirichlet', alpha: 0.3 }, batch: 32 },
  workers: { count: 6, computation: { kind: 'linear' } },
  budget: { updates: 60 },
  evaluate: { updates: 20 },
} as const;
const quadratic = {
  problem: { kind: 'quadratic', dimension: 2500, noise: 0.1 },
  workers: { count: 6, computation: { kind: 'paper', redraw: true }, network: { latency: 0.3 } },
  budget: { gradients: 300 },
  evaluate: { updates: 10 },
} as const;

describe.each(methods.map(({ name }) => name))('%s', (name) => {
  // A single run: its gradients are computed by several threads. Several runs: each is computed by a thread.
  it.each([
    ['a network', network, [0.05]],
    ['a quadratic', quadratic, [0.05]],
    ['several stepsizes', quadratic, [0.02, 0.05, 1e4]],
  ] as const)('has the same results with any number of threads: %s', async (_, input, stepsizes) => {
    const experiment = await resolveExperiment({ ...input, methods: [name], stepsizes: [...stepsizes] });
    const expected = lasting(await runResolved(experiment));
    for (const threads of THREADS) expect(lasting(await runResolved(experiment, { threads, onNotice }))).toEqual(expected);
    expect(lasting(await runResolved(experiment, { kernels: await loadKernels() }))).toEqual(expected);
  });

  it('has the same results when it is computed in pieces, whatever the threads', async () => {
    const experiment = await resolveExperiment({ ...network, budget: { updates: 200 }, methods: [name], stepsizes: [0.02, 0.05] });
    const expected = lasting(await runResolved(experiment));
    const store = new MemoryStore();
    const known: RunOutcome[] = [];
    for (let piece = 0; ; piece += 1) {
      const controller = new AbortController();
      let reports = 0;
      const result = await runResolved(experiment, {
        threads: THREADS[piece % THREADS.length]!,
        checkpoints: store,
        known: [...known],
        signal: controller.signal,
        onMetrics: () => {
          reports += 1;
          if (reports > 3) controller.abort();
        },
        onOutcome: (outcome) => void known.push(outcome),
        onNotice,
      });
      if (result.interrupted) continue;
      expect(lasting(result)).toEqual(expected);
      expect(store.kept.size).toBe(0);
      return;
    }
  });

  it('has the same results in shards', async () => {
    const experiment = await resolveExperiment({ ...quadratic, seeds: [1, 2], methods: [name], stepsizes: [0.02, 0.05] });
    const whole = await runResolved(experiment);
    const outcomes: RunOutcome[] = [];
    for (const shard of [1, 2, 3]) {
      await runResolved(experiment, { runs: shardRuns(experiment, shard, 3), threads: shard, onNotice, onOutcome: (outcome) => void outcomes.push(outcome) });
    }
    outcomes.sort((a, b) => a.index - b.index);
    expect(lasting({ metrics: outcomes.flatMap(({ metrics }) => metrics), summary: outcomes.map(({ summary }) => summary) })).toEqual(lasting(whole));
  });
});

it('further threads are done without where a run needs all the memory, and said to be', async () => {
  const experiment = await resolveExperiment({ ...network, methods: ['asgd', 'local-sgd'], stepsizes: [0.05] });
  const alone = await loadKernels({ shared: true });
  const expected = lasting(await runResolved(experiment, { kernels: alone }));
  for (const spare of [0, 2 ** 17]) {
    const notices: string[] = [];
    const kernels = await loadKernels({ shared: true, maximumBytes: alone.pool.reservedBytes + spare });
    const result = await runResolved(experiment, { kernels, threads: 3, onNotice: (text) => void notices.push(text) });
    expect(lasting(result)).toEqual(expected);
    expect(notices).toEqual([expect.stringMatching(/one thread: there is no memory/)]);
    expect(kernels.pool.usage()).toEqual({});
  }
});
