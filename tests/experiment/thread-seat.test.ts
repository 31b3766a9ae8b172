import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError, resolveExperiment, runResolved } from '../../bindings/index.js';
import type { MetricsRecord, RunOutcome, TraceRecord } from '../../bindings/index.js';
import { startSeats, ThreadSeat } from '../../bindings/experiment/run-pool.js';
import { FakeThread } from './fake-thread.js';
import { base } from './shared.js';

const experiment = await resolveExperiment({ ...base, seeds: [1, 2], methods: ['asgd', 'ringleader-asgd'], evaluate: { every: 10 } });
const unit = { runs: [0, 2], entry: 0, seed: 1 };

function seatIn(thread: FakeThread): ThreadSeat {
  return new ThreadSeat(experiment, () => thread);
}

/** The units that a thread was given, and what it told of them, in order and without repetitions. */
function told(thread: FakeThread): unknown[] {
  const words = thread.log.map(({ message }) => message['tell'] ?? message['do'] ?? message['role']);
  return words.filter((word, place) => word !== words[place - 1]);
}

describe('a seat in another thread', () => {
  it('runs units and tells everything that happens, in order', async () => {
    const [outcomes, metrics, trace] = [[] as RunOutcome[], [] as MetricsRecord[], [] as [TraceRecord, number][]];
    const underWay: number[] = [];
    const seat = seatIn(new FakeThread());
    await seat.ready();
    const events = {
      onOutcome: (outcome: RunOutcome) => void outcomes.push(outcome),
      onMetrics: (record: MetricsRecord) => void metrics.push(record),
      onTrace: (record: TraceRecord, run: number) => void trace.push([record, run]),
      onProgress: (_: number, share: number) => void underWay.push(share),
    };
    for (const index of [0, 2]) await seat.run({ ...unit, runs: [index] }, [1], events);
    await seat.run({ runs: [5], entry: 1, seed: 2 }, [], events);
    const expected: TraceRecord[] = [];
    const { summary, metrics: all } = await runResolved(experiment, { runs: [0, 2, 5], onTrace: (record) => expected.push(record) });
    expect(outcomes.map(({ index }) => index)).toEqual([0, 2, 5]);
    outcomes.forEach((outcome, place) => expect(outcome.summary).toEqual({ ...summary[place], wallSeconds: expect.any(Number) as number }));
    expect(metrics).toEqual(all);
    expect(outcomes.flatMap((outcome) => outcome.metrics)).toEqual(all);
    expect(trace.map(([record]) => record)).toEqual(expected);
    expect([...new Set(trace.map(([, run]) => run))]).toEqual([0, 2, 5]);
    expect(outcomes[0]!.workers!.gradients).toHaveLength(3);
    expect(underWay.filter((share) => share === 1)).toHaveLength(3);
  });

  it('pauses while many records are on their way', async () => {
    const thread = new FakeThread();
    const long = await resolveExperiment({ ...base, methods: ['asgd'], budget: { updates: 50_000 } });
    const seat = new ThreadSeat(long, () => thread);
    await seat.ready();
    let trace = 0;
    thread.hold();
    const run = seat.run({ runs: [0], entry: 0, seed: 1 }, [], { onTrace: () => (trace += 1) });
    const parts = (): Record<string, unknown>[] => thread.log.map(({ message }) => message).filter(({ tell }) => tell === 'records');
    const turns = async (count: number): Promise<void> => {
      for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
    };
    while (parts().length < 5) await turns(1);
    await turns(10);
    const before = parts().length;
    await turns(30);
    expect(parts().length).toBe(before);
    expect(thread.log.some(({ message }) => message['tell'] === 'done')).toBe(false);
    thread.release();
    await run;
    expect(trace).toBeGreaterThan(100_000);
    for (const { trace: records, metrics } of parts()) expect((records as unknown[]).length + (metrics as unknown[]).length).toBeLessThanOrEqual(2000);
  });

  it('ends a unit that is aborted, with the records of the run in progress', async () => {
    const endless = await resolveExperiment({ ...base, methods: ['asgd'], budget: { updates: 1e9 }, evaluate: { updates: 1e5 } });
    const seat = new ThreadSeat(endless, () => new FakeThread());
    await seat.ready();
    const outcomes: RunOutcome[] = [];
    let reports = 0;
    await seat.run({ runs: [0], entry: 0, seed: 1 }, [], {
      onOutcome: (outcome) => void outcomes.push(outcome),
      onProgress: () => {
        reports += 1;
        if (reports === 3) seat.abort();
      },
    });
    expect(outcomes.map(({ index, summary }) => [index, summary.status])).toEqual([[0, 'interrupted']]);
    expect(outcomes[0]!.metrics.at(-1)!.updates).toBe(outcomes[0]!.summary.updates);
  });

  it('throws what a unit threw, with its class', async () => {
    const file = join(tmpdir(), `straggler-${process.pid}.json`);
    writeFileSync(file, JSON.stringify({ dimension: 1, workers: [{ A: [[1]], b: [1] }] }));
    const { workers, ...rest } = base;
    const missing = await resolveExperiment({ ...rest, problem: { kind: 'quadratic', file }, methods: ['asgd'] });
    rmSync(file);
    const seat = new ThreadSeat(missing, () => new FakeThread());
    await seat.ready();
    const error: unknown = await seat.run({ runs: [0], entry: 0, seed: 1 }, [], {}).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ where: 'experiment', what: 'problem.file', got: file });
    // It can go on with another unit.
    await expect(seat.run({ runs: [1], entry: 0, seed: 1 }, [], {})).rejects.toThrow(InputError);
  });

  it('throws what a callback threw, and calls none any more', async () => {
    const thread = new FakeThread();
    const seat = seatIn(thread);
    await seat.ready();
    let calls = 0;
    const onMetrics = (): void => {
      calls += 1;
      throw new TypeError('the disk is full');
    };
    await expect(seat.run(unit, [], { onMetrics })).rejects.toThrow(new TypeError('the disk is full'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls).toBe(1);
  });

  it('throws what its thread died of, at once or with the next unit', async () => {
    const thread = new FakeThread();
    const seat = seatIn(thread);
    await seat.ready();
    const run = seat.run(unit, [], {});
    thread.die(new RangeError('out of memory'));
    await expect(run).rejects.toThrow(new RangeError('out of memory'));
    await expect(seat.run(unit, [], {})).rejects.toThrow(new RangeError('out of memory'));
  });

  it('is told to use further threads', async () => {
    const thread = new FakeThread();
    const seat = seatIn(thread);
    await seat.ready();
    seat.grant(3);
    expect(thread.log.at(-1)).toEqual({ from: 'caller', message: { do: 'grant', threads: 3 } });
    expect(told(thread)).toEqual(['runs', 'ready', 'grant']);
  });
});

describe('where threads cannot be started', () => {
  const started = (threads: readonly FakeThread[], failing: number): (() => FakeThread) => {
    let next = 0;
    return () => {
      const thread = threads[next]!;
      next += 1;
      if (next === failing) throw new Error('no threads here');
      return thread;
    };
  };

  it('there are no seats, and those that were made are given back', async () => {
    const threads = [new FakeThread(), new FakeThread(), new FakeThread()];
    expect(await startSeats(3, experiment, started(threads, 3))).toBeUndefined();
    expect(threads.map(({ ended }) => ended)).toEqual([true, true, false]);
    expect(await startSeats(3, experiment, started([new FakeThread(), new FakeThread(), new FakeThread()], 0))).toHaveLength(3);
  });

  it('a thread that dies before it is ready counts as one', async () => {
    const [good, bad] = [new FakeThread(), new FakeThread(true)];
    const seats = startSeats(2, experiment, started([good, bad], 0));
    bad.die(new Error('Cannot find module'));
    expect(await seats).toBeUndefined();
    expect([good.ended, bad.ended]).toEqual([true, true]);
  });
});
