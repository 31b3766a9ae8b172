import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listRuns, methods, resolveExperiment, runResolved } from '../../bindings/index.js';
import type { Checkpoint, CheckpointStore, ExperimentResult, ResolvedExperiment, RunOutcome } from '../../bindings/index.js';
import { asyncAbort, base } from './shared.js';

/** Keeps copies of checkpoints, as a disk does. */
class MemoryStore implements CheckpointStore {
  readonly kept = new Map<string, Checkpoint>();
  saved = 0;

  load(): Checkpoint[] {
    return [...this.kept.values()].map((checkpoint) => structuredClone(checkpoint));
  }

  save(checkpoint: Checkpoint): void {
    this.saved += 1;
    this.kept.set(checkpoint.runs.join(' '), structuredClone(checkpoint));
  }

  remove(runs: readonly number[]): void {
    expect(this.kept.delete(runs.join(' '))).toBe(true);
  }
}

const lasting = ({ metrics, summary }: ExperimentResult): unknown => ({ metrics, summary: summary.map((record) => ({ ...record, wallSeconds: 0 })) });

/** Runs an experiment that is interrupted after so many reports of progress, again and again. */
async function inPieces(experiment: ResolvedExperiment, reports: number): Promise<{ result: ExperimentResult; store: MemoryStore; pieces: number; outcomes: RunOutcome[] }> {
  const store = new MemoryStore();
  const outcomes: RunOutcome[] = [];
  for (let pieces = 1; ; pieces += 1) {
    const { signal, onProgress } = asyncAbort(reports);
    const result = await runResolved(experiment, { checkpoints: store, known: [...outcomes], signal, onProgress, onOutcome: (outcome) => void outcomes.push(outcome) });
    if (!result.interrupted) return { result, store, pieces, outcomes };
  }
}

// Real time passes by a second with every look at the clock, so that slices are of a few events each.
beforeEach(() => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000));
});
afterEach(() => vi.restoreAllMocks());

describe('a study that is interrupted again and again', () => {
  it.each([
    ['runs together', { kind: 'quadratic', form: 'random', dimension: 3, noise: 0.1 }],
    ['runs alone', { kind: 'quadratic', form: 'random', dimension: 3, noise: 0 }],
  ] as const)('ends with the same results, with %s', async (_, problem) => {
    const experiment = await resolveExperiment({
      ...base, problem, seeds: [1, 2], methods: ['asgd', 'ringleader-asgd', 'loscar-sgd'], stepsizes: [0.02, 1e4, 0.05], budget: { updates: 30 }, evaluate: { updates: 10 },
    });
    const plain = await runResolved(experiment);
    const { result, store, pieces, outcomes } = await inPieces(experiment, 6);
    expect(lasting(result)).toEqual(lasting(plain));
    expect(outcomes.map(({ index }) => index).sort((a, b) => a - b)).toEqual(listRuns(experiment).map(({ index }) => index));
    expect(store.saved).toBeGreaterThan(5);
    expect(pieces).toBeGreaterThan(5);
    expect(store.kept.size).toBe(0);
  });

  it('is not told again of a run that was over before', async () => {
    const experiment = await resolveExperiment({
      ...base, problem: { kind: 'quadratic', form: 'random', dimension: 3, noise: 0.1 }, methods: ['asgd'], stepsizes: [0.02, 0.05], budget: { updates: 30 }, evaluate: { updates: 10 },
    });
    const store = new MemoryStore();
    const { signal, onProgress } = asyncAbort(2);
    await runResolved(experiment, { checkpoints: store, signal, onProgress });
    expect([...store.kept.keys()]).toEqual(['0 1']);
    const known: RunOutcome[] = [];
    await runResolved(experiment, { runs: [0], onOutcome: (outcome) => void known.push(outcome) });
    const told: number[] = [];
    await runResolved(experiment, { checkpoints: store, known, onMetrics: (_, run) => void told.push(run) });
    expect([...new Set(told)]).toEqual([1]);
  });

  it.each(methods.map(({ name }) => name))('goes on within a run of %s', async (name) => {
    const experiment = await resolveExperiment({ ...base, workers: { count: 3, computation: { kind: 'paper', redraw: true }, network: { latency: 0.1 } }, methods: [name], budget: { updates: 100 }, evaluate: { updates: 10 } });
    const { result, pieces } = await inPieces(experiment, 7);
    expect(pieces).toBeGreaterThan(2);
    expect(lasting(result)).toEqual(lasting(await runResolved(experiment)));
  });
});
