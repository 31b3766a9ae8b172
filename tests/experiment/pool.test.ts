/** Studies in real threads. These start from the build, which is imported here as users do. */
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { availableThreads, startThread } from '../../dist/bindings/platform.node.js';
import { InputError, methods, resolveExperiment, runResolved } from '../../dist/bindings/index.js';
import type { ExperimentOptions, ExperimentResult, Progress, RunOutcome, TraceRecord } from '../../dist/bindings/index.js';
import { base } from './shared.js';

const quadratic = await resolveExperiment({
  ...base, seeds: [1, 2], methods: ['asgd', 'ringleader-asgd', 'malenia-sgd', 'loscar-sgd'], stepsizes: [0.02, 0.05, 1e4], budget: { time: 1000 }, evaluate: { every: 50 },
});
const digits = await resolveExperiment({
  seeds: [1, 2],
  problem: { kind: 'mlp', hidden: [8], data: 'digits', partition: { kind: 'dirichlet', alpha: 0.3 }, batch: 4 },
  workers: { count: 6, computation: { kind: 'sqrt' }, network: { latency: 0.1 } },
  methods: methods.map(({ name }) => name),
  stepsizes: [0.05],
  budget: { updates: 30 },
  evaluate: { updates: 10 },
});
const endless = await resolveExperiment({ ...base, seeds: [1, 2], methods: ['asgd'], budget: { updates: 1e9 }, evaluate: { updates: 1e5 } });

/** Everything that must not depend on threads. */
const lasting = ({ metrics, summary, best }: ExperimentResult): unknown => ({
  metrics,
  summary: summary.map((record) => ({ ...record, wallSeconds: 0 })),
  best: best.map((choice) => ({ ...choice, runs: choice.runs.length })),
});

const byIndex = (outcomes: readonly RunOutcome[]): RunOutcome[] =>
  [...outcomes].sort((a, b) => a.index - b.index).map(({ summary, ...rest }) => ({ ...rest, summary: { ...summary, wallSeconds: 0 } }));

/** Refuses to do without threads. */
const onNotice = (text: string): never => {
  throw new Error(text);
};

describe.each([['quadratics', quadratic, [1, 2, 3, 8]], ['a network', digits, [2]]])('a study of %s', (_, experiment, counts) => {
  it(`has the same results with ${counts.join(', ')} threads`, async () => {
    const expected: RunOutcome[] = [];
    const plain = await runResolved(experiment, { onOutcome: (outcome) => void expected.push(outcome) });
    if (experiment === quadratic) expect(new Set(plain.summary.map(({ status }) => status))).toEqual(new Set(['finished', 'diverged']));
    for (const threads of counts) {
      const outcomes: RunOutcome[] = [];
      const progress: Progress[] = [];
      const options = { threads, onNotice, onOutcome: (outcome: RunOutcome) => void outcomes.push(outcome), onProgress: (report: Progress) => void progress.push(report) };
      const result = await runResolved(experiment, options);
      expect(lasting(result)).toEqual(lasting(plain));
      expect(byIndex(outcomes)).toEqual(byIndex(expected));
      const fractions = progress.map(({ fraction }) => fraction);
      expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
      expect(fractions.at(-1)).toBe(1);
      expect(progress.at(-1)!.total).toBe(plain.summary.length);
    }
  });
});

describe('a study in threads', () => {
  it('has the same trace per run', async () => {
    const trace = async (threads: number): Promise<TraceRecord[][]> => {
      const runs: TraceRecord[][] = [[], [], [], []];
      await runResolved(quadratic, { threads, onNotice, runs: [0, 1, 2, 3], onTrace: (record, run) => void runs[run]!.push(record) });
      return runs;
    };
    const [alone, together] = [await trace(1), await trace(2)];
    expect(together).toEqual(alone);
    expect(Math.min(...alone.map(({ length }) => length))).toBeGreaterThan(100);
  });

  it('does only what is not known', async () => {
    const outcomes: RunOutcome[] = [];
    const plain = await runResolved(quadratic, { onOutcome: (outcome) => void outcomes.push(outcome) });
    const fresh: number[] = [];
    const known = outcomes.filter(({ index }) => index % 4 === 1);
    const result = await runResolved(quadratic, { threads: 2, onNotice, known, onOutcome: ({ index }) => void fresh.push(index) });
    expect(lasting(result)).toEqual(lasting(plain));
    expect(fresh.sort((a, b) => a - b)).toEqual(plain.summary.map((_, index) => index).filter((index) => index % 4 !== 1));
  });

  it('stops when asked: every run in progress is interrupted', async () => {
    const abort = new AbortController();
    const running = new Set<string>();
    const onMetrics: ExperimentOptions['onMetrics'] = (_, run) => {
      running.add(String(run));
      if (running.size === 2) abort.abort();
    };
    const result = await runResolved(endless, { threads: 2, onNotice, signal: abort.signal, onMetrics });
    expect(result.interrupted).toBe(true);
    expect(result.summary.map(({ status }) => status)).toEqual(['interrupted', 'interrupted']);
    expect(result.interruptedRuns.map(({ index }) => String(index)).sort()).toEqual([...running].sort());
    for (const { summary, metrics, workers } of result.interruptedRuns) {
      expect(metrics.at(-1)!.updates).toBe(summary.updates);
      expect(workers!.gradients).toHaveLength(3);
    }
  });

  it('ends with the error of a thread, of its class', async () => {
    const file = join(tmpdir(), `straggler-pool-${process.pid}.json`);
    writeFileSync(file, JSON.stringify({ dimension: 1, workers: [{ A: [[1]], b: [1] }] }));
    const { workers, ...rest } = base;
    const missing = await resolveExperiment({ ...rest, problem: { kind: 'quadratic', file }, methods: ['asgd'], stepsizes: [1, 2, 3, 4] });
    rmSync(file);
    const error: unknown = await runResolved(missing, { threads: 2, onNotice }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ where: 'experiment', what: 'problem.file', got: file });
  });

  it('ends with the error of a callback, and its threads end', async () => {
    for (const name of ['onMetrics', 'onProgress', 'onTrace'] as const) {
      const fault = (): never => {
        throw new RangeError(name);
      };
      await expect(runResolved(endless, { threads: 2, [name]: fault })).rejects.toThrow(new RangeError(name));
    }
    const fault = (): never => {
      throw new RangeError('onOutcome');
    };
    await expect(runResolved(quadratic, { threads: 2, onOutcome: fault })).rejects.toThrow(new RangeError('onOutcome'));
  });

  it('leaves no thread behind', () => {
    const threads = process.getActiveResourcesInfo().filter((resource) => resource === 'MessagePort');
    expect(threads.length).toBeLessThanOrEqual(1); // that of vitest
  });
});

describe('a thread', () => {
  it('dies of a role that it does not know', async () => {
    const thread = startThread();
    const failure = new Promise<Error>((resolve) => thread.onFailure(resolve));
    thread.post({ role: 'nobody' });
    expect((await failure).message).toMatch(/^thread: 'role' must be .*runs.*, got "nobody"$/);
    await thread.end();
    expect(availableThreads()).toBeGreaterThan(0);
  });
});
