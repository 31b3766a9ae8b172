import { describe, expect, it } from 'vitest';
import { workersRecord } from '../../bindings/experiment/workers-record.js';
import type { DelayCount } from '../../bindings/experiment/records.js';
import type { WorkerStatistics } from '../../bindings/simulation/observer.js';

const key = { method: 'asgd', stepsize: 0.1, seed: 1 };

/** Worker i computes for i + 1/3 seconds, idles as long, and finishes i gradients. */
function statistics(workers: number, delays: [number, number][] = []): WorkerStatistics {
  const list = (value: (worker: number) => number): number[] => Array.from({ length: workers }, (_, worker) => value(worker));
  const seconds = { busy: list((i) => i + 1 / 3), wasted: list(() => 0), off: list(() => 0), flight: list(() => 0), idle: list((i) => i + 1 / 3) };
  return { delays, seconds, gradients: list((i) => i) };
}

const byNumber = { expectedTime: (worker: number) => worker + 1 };

describe('the record of the workers', () => {
  it('has everybody where there are few, and every delay', () => {
    const all = statistics(200, [[0, 4], [1_000_000, 1]]);
    expect(workersRecord(key, all, byNumber)).toEqual({ ...key, ...all });
  });

  it('lists workers from the fastest to the slowest where there are many, and sums over all', () => {
    const descending = { expectedTime: (worker: number) => (worker === 7 ? Infinity : 1000 - worker) };
    const { listed, all, seconds, gradients } = workersRecord(key, statistics(1000), descending);
    expect([listed!.length, new Set(listed).size]).toEqual([200, 200]);
    expect([listed![0], listed![1], listed!.at(-1)]).toEqual([999, 994, 7]);
    expect(seconds.busy).toEqual(listed!.map((worker) => worker + 1 / 3));
    expect(gradients).toEqual(listed);
    expect(all).toEqual({ workers: 1000, seconds: { busy: expect.closeTo(499_833.33, 1) as number, wasted: 0, off: 0, flight: 0, idle: expect.closeTo(499_833.33, 1) as number }, gradients: 499_500 });
  });

  it('workers of equal speed keep their order, lost ones too', () => {
    expect(workersRecord(key, statistics(399), { expectedTime: () => 1 }).listed!.slice(0, 4)).toEqual([0, 2, 4, 6]);
    expect(workersRecord(key, statistics(399), { expectedTime: () => Infinity }).listed!.slice(0, 4)).toEqual([0, 2, 4, 6]);
  });

  it('puts many different delays in bins that grow, keeps their number and both ends', () => {
    const delays = Array.from({ length: 600 }, (_, index): [number, number] => [index === 599 ? 5000 : 3 * index, index + 1]);
    const { delays: bounded } = workersRecord(key, statistics(1, delays), byNumber);
    expect(bounded.slice(0, 43)).toEqual(delays.slice(0, 43)); // to 126
    expect(bounded.filter(([delay]) => delay >= 128 && delay < 148)).toEqual([[129, 44], [132, 45 + 46, 135], [138, 47], [141, 48], [144, 49 + 50, 147]]);
    expect(bounded.find(([delay]) => delay >= 1024)).toEqual([1026, (10 * (343 + 352)) / 2, 1053]); // of 1024 … 1055
    expect(bounded.at(-1)).toEqual([5000, 600]);
    const total = (list: readonly DelayCount[]): number => list.reduce((sum, [, count]) => sum + count, 0);
    expect(total(bounded)).toBe(total(delays));
    for (const [first, , last = first] of bounded) {
      expect(delays.some(([delay]) => delay === first) && delays.some(([delay]) => delay === last)).toBe(true);
      expect(last - first).toBeLessThanOrEqual(first / 32);
    }
  });

  it('stays below 30 kB, whatever there is', () => {
    const seconds = (worker: number): number => 123_456.789 + worker / 1000;
    const many = statistics(100_000, Array.from({ length: 300_000 }, (_, index) => [57 * index, 12_345]));
    for (const kind of ['busy', 'wasted', 'flight', 'idle'] as const) many.seconds[kind] = many.seconds[kind].map((_, worker) => Number(seconds(worker).toPrecision(9)));
    many.gradients.fill(123_456);
    expect(JSON.stringify(workersRecord(key, many, byNumber)).length).toBeLessThan(30_000);
  });
});
