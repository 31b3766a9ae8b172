import type { ComputationModel } from '../computation/computation-model.js';
import { INTERVAL_KINDS } from '../simulation/observer.js';
import type { IntervalKind, WorkerStatistics } from '../simulation/observer.js';
import type { DelayCount, RunKey, WorkersRecord } from './records.js';

/** Of more workers than these only so many are listed. */
export const MOST_LISTED = 200;
/** Different delays that are counted one by one. */
const MOST_DELAYS = 512;
/** Where there are more, delays below this still are, and each power of two from it on is divided into so many bins of equal width. */
const EXACT_DELAYS = 128;
const BINS_PER_OCTAVE = 32;

/**
 * Makes the record of how the workers of one run spent their time. It stays below about 30 kB whatever the number of workers and of
 * model updates.
 * @param statistics Of all workers and all delays.
 * @param computation Where the workers' order comes from: by expected time, of equal ones by number.
 */
export function workersRecord(key: RunKey, statistics: WorkerStatistics, computation: Pick<ComputationModel, 'expectedTime'>): WorkersRecord {
  const { seconds, gradients } = statistics;
  const record = { ...key, delays: boundedDelays(statistics.delays), seconds, gradients };
  const n = gradients.length;
  if (n <= MOST_LISTED) return record;
  const listed = spreadOverSpeeds(n, computation);
  const pick = (values: readonly number[]): number[] => listed.map((worker) => values[worker]!);
  return {
    ...record,
    seconds: perKind((kind) => pick(seconds[kind])),
    gradients: pick(gradients),
    listed,
    all: { workers: n, seconds: perKind((kind) => sum(seconds[kind])), gradients: sum(gradients) },
  };
}

/** Workers from the fastest to the slowest, at equal distances in that order; both ends are among them. */
function spreadOverSpeeds(n: number, computation: Pick<ComputationModel, 'expectedTime'>): number[] {
  const times = Float64Array.from({ length: n }, (_, worker) => computation.expectedTime(worker));
  // ∞ − ∞ is no order.
  const order = Array.from(times.keys()).sort((a, b) => (times[a] === times[b] ? a - b : times[a]! - times[b]!));
  return Array.from({ length: MOST_LISTED }, (_, place) => order[Math.round((place * (n - 1)) / (MOST_LISTED - 1))]!);
}

/** One by one where there are not too many, else large ones in bins that grow with the delay. */
function boundedDelays(delays: readonly DelayCount[]): DelayCount[] {
  if (delays.length <= MOST_DELAYS) return [...delays];
  const result: DelayCount[] = [];
  let end = 0;
  for (const [delay, count] of delays) {
    const last = result.at(-1);
    if (last !== undefined && delay < end) {
      last[1] += count;
      last[2] = delay;
      continue;
    }
    result.push([delay, count]);
    end = binEnd(delay);
  }
  return result;
}

/** The first delay beyond the bin of a delay. */
function binEnd(delay: number): number {
  if (delay < EXACT_DELAYS) return delay + 1;
  let power = EXACT_DELAYS;
  while (2 * power <= delay) power *= 2;
  const width = power / BINS_PER_OCTAVE;
  return (Math.floor(delay / width) + 1) * width;
}

function perKind<T>(value: (kind: IntervalKind) => T): Record<IntervalKind, T> {
  return Object.fromEntries(INTERVAL_KINDS.map((kind) => [kind, value(kind)])) as Record<IntervalKind, T>;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
