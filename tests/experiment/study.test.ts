import { describe, expect, it } from 'vitest';
import { listRuns, resolveExperiment, runExperiment, runResolved, sampledProblem } from '../../bindings/index.js';
import type { CheckpointStore, ExperimentOptions, ExperimentResult, Progress, RunOutcome } from '../../bindings/index.js';
import { runTask } from '../../bindings/experiment/unit.js';
import { asyncAbort, base } from './shared.js';

const experiment = await resolveExperiment({ ...base, seeds: [1, 2], methods: ['asgd', 'ringleader-asgd'], stepsizes: [0.02, 0.05, 1e4], evaluate: { every: 10 }, budget: { time: 2000 } });
const total = listRuns(experiment).length;

/** Everything that must not depend on how a study is run. */
const lasting = ({ metrics, summary }: Pick<ExperimentResult, 'metrics' | 'summary'>): unknown => ({ metrics, summary: summary.map((record) => ({ ...record, wallSeconds: 0 })) });

async function outcomesOf(options: ExperimentOptions = {}): Promise<{ outcomes: RunOutcome[]; result: ExperimentResult }> {
  const outcomes: RunOutcome[] = [];
  const result = await runResolved(experiment, { ...options, onOutcome: (outcome) => void outcomes.push(outcome) });
  return { outcomes, result };
}

const whole = await outcomesOf();

describe('a study', () => {
  it('has an outcome per run, with its records', () => {
    const { outcomes, result } = whole;
    expect(outcomes.map(({ index }) => index).sort((a, b) => a - b)).toEqual(listRuns(experiment).map(({ index }) => index));
    const sorted = [...outcomes].sort((a, b) => a.index - b.index);
    expect(sorted.map(({ summary }) => summary)).toEqual(result.summary);
    expect(sorted.flatMap(({ metrics }) => metrics)).toEqual(result.metrics);
    expect(result.summary.map(({ status }) => status)).toContain('diverged');
    for (const { index, summary, workers } of outcomes) {
      const { method, stepsize, seed } = listRuns(experiment)[index]!;
      for (const record of [summary, workers]) expect(record).toMatchObject({ method, stepsize, seed });
    }
    expect(structuredClone(outcomes)).toEqual(outcomes);
    expect(result.interruptedRuns).toEqual([]);
  });

  it('can be confined to some of its runs', async () => {
    const { outcomes, result } = await outcomesOf({ runs: [7, 2, 10] });
    expect(result.summary.map(({ digest }) => digest)).toEqual([2, 7, 10].map((index) => whole.result.summary[index]!.digest));
    expect(outcomes).toHaveLength(3);
    expect((await outcomesOf({ runs: [] })).result).toMatchObject({ summary: [], metrics: [], best: [], interrupted: false });
  });

  it('takes known outcomes for its own, and runs the others', async () => {
    const known = whole.outcomes.filter(({ index }) => index % 3 !== 0);
    const fractions: Progress[] = [];
    const { outcomes, result } = await outcomesOf({ known, onProgress: (progress) => void fractions.push(progress) });
    expect(outcomes.map(({ index }) => index).sort((a, b) => a - b)).toEqual([0, 3, 6, 9]);
    expect(lasting(result)).toEqual(lasting(whole.result));
    expect(result.best.map(({ stepsize }) => stepsize)).toEqual(whole.result.best.map(({ stepsize }) => stepsize));
    expect(fractions[0]).toMatchObject({ done: 8, total });
    expect(fractions[0]!.fraction).toBeGreaterThan(8 / total);
    expect(fractions.at(-1)).toMatchObject({ fraction: 1, done: total - 1 });
  });

  it('is made of known outcomes alone when no runs are wanted', async () => {
    const { outcomes, result } = await outcomesOf({ runs: [], known: [...whole.outcomes].reverse() });
    expect(outcomes).toEqual([]);
    expect(lasting(result)).toEqual(lasting(whole.result));
  });

  it('refuses runs, known outcomes and threads that make no sense', async () => {
    const [outcome] = whole.outcomes;
    const refused = async (options: ExperimentOptions): Promise<string> => runResolved(experiment, options).then(() => 'accepted', (error: unknown) => (error as Error).message);
    for (const index of [-1, total, 0.5]) expect(await refused({ runs: [0, index] })).toBe(`runExperiment: 'runs' must hold whole numbers from 0 to ${total - 1}, got ${index}`);
    for (const index of [outcome!.index + 1, total]) {
      expect(await refused({ known: [{ ...outcome!, index }] })).toMatch(/^runExperiment: 'known\[0\]' must be the outcome of a run of the experiment, got \{"index":/);
    }
    for (const threads of [0, -1, 1.5, NaN]) expect(await refused({ threads })).toBe(`runExperiment: 'threads' must be a whole number of at least 1, got ${threads}`);
  });

  it('tells nobody of a run that is interrupted until the end, and runs it again', async () => {
    const { signal, onProgress } = asyncAbort(3);
    const endless = { ...experiment, budget: { updates: 1e9 }, evaluate: { updates: 1e5 } };
    const outcomes: RunOutcome[] = [];
    const result = await runResolved(endless, { runs: [0], signal, onProgress, onOutcome: (outcome) => void outcomes.push(outcome) });
    expect(outcomes).toEqual([]);
    expect(result.interruptedRuns).toMatchObject([{ index: 0, summary: { status: 'interrupted' } }]);
    expect(result.summary).toEqual([result.interruptedRuns[0]!.summary]);
    expect(result.interruptedRuns[0]!.workers!.gradients).toHaveLength(3);
    const short = { ...experiment, methods: experiment.methods.slice(0, 1) };
    const again = await runResolved(short, { runs: [0], known: result.interruptedRuns });
    expect(again.summary).toMatchObject([{ status: 'finished' }]);
  });

  it('takes no run for ended because of what an interruption found', async () => {
    const { signal, onProgress } = asyncAbort(2);
    const endless = { ...experiment, budget: { updates: 1e9 }, evaluate: { updates: 1e9 } };
    const { summary } = await runResolved(endless, { runs: [4], signal, onProgress });
    expect(summary).toMatchObject([{ stepsize: 1e4, status: 'interrupted', finalObjective: NaN }]);
    expect(summary[0]).not.toHaveProperty('reason');
  });

  it('ends with the error of a callback', async () => {
    const fault = (): never => {
      throw new RangeError('a fault');
    };
    for (const options of [{ onMetrics: fault }, { onOutcome: fault }, { onProgress: fault }, { onTrace: fault }]) {
      await expect(runResolved(experiment, options)).rejects.toThrow(new RangeError('a fault'));
    }
  });
});

describe('threads', () => {
  it('that cannot be started leave the work to this one, which says so', async () => {
    // Beside the sources there is no compiled thread.js.
    const notices: string[] = [];
    const { result } = await outcomesOf({ threads: 2, onNotice: (text) => void notices.push(text) });
    expect(notices).toEqual(['Threads cannot be started here, so that everything runs in one thread.']);
    expect(lasting(result)).toEqual(lasting(whole.result));
  });

  it('are not started where memory cannot be shared', async () => {
    const shared = globalThis.SharedArrayBuffer;
    const notices: string[] = [];
    try {
      Reflect.deleteProperty(globalThis, 'SharedArrayBuffer');
      await runResolved(experiment, { runs: [0, 1], threads: 2, onNotice: (text) => void notices.push(text) });
    } finally {
      globalThis.SharedArrayBuffer = shared;
    }
    expect(notices).toEqual(['Memory cannot be shared between threads here, so that everything runs in one thread.']);
  });

  it('are not needed for one run, nor for what cannot be handed over', async () => {
    const problem: ExperimentOptions['problem'] = (kernels, random) =>
      sampledProblem(kernels, { x0: [0], samples: [[1]], loss: (x, s) => 0.5 * (x[0]! - s) ** 2, gradient: (x, s) => [x[0]! - s] }, random);
    const onNotice = (text: string): never => {
      throw new Error(text);
    };
    await runResolved(experiment, { runs: [4], threads: 4, onNotice });
    await runExperiment({ ...base, problem: { kind: 'own' }, workers: { count: 1 }, methods: ['asgd'] }, { problem, threads: 4, onNotice });
  });
});

describe('checkpoints', () => {
  const store = (log: unknown[], ...kept: number[][]): CheckpointStore => ({
    load: () => kept.map((runs) => ({ runs, state: null })),
    save: ({ runs }) => void log.push(['save', runs]),
    remove: (runs) => void log.push(['remove', runs]),
  });

  it('of runs that are known are removed', async () => {
    const log: unknown[] = [];
    await runResolved(experiment, { known: whole.outcomes, checkpoints: store(log, [0, 2], [5]) });
    expect(log).toEqual([['remove', [0, 2]], ['remove', [5]]]);
  });

  it('are left alone by a study that traces', async () => {
    const log: unknown[] = [];
    await runResolved(experiment, { runs: [0], checkpoints: store(log, [0]), onTrace: () => undefined });
    expect(log).toEqual([]);
  });
});

describe('a unit of work', () => {
  it('is a pure value', async () => {
    const runs = [0, 2, 4];
    const outcomes = await runTask(structuredClone({ experiment, runs }));
    const expected = runs.map((index) => whole.outcomes.find((outcome) => outcome.index === index)!);
    expect(outcomes.sort((a, b) => a.index - b.index).map(({ summary, ...rest }) => ({ ...rest, summary: { ...summary, wallSeconds: 0 } }))).toEqual(
      expected.map(({ summary, ...rest }) => ({ ...rest, summary: { ...summary, wallSeconds: 0 } })),
    );
  });
});
