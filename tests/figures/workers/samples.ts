import type { FlightRecord, IntervalKind, IntervalRecord, TraceRecord, UpdateRecord, WorkersRecord } from '../../../bindings/index.js';

const KEY = { method: 'asgd', stepsize: 0.1, seed: 1 };

export function interval(worker: number, kind: IntervalKind, start: number, end: number, key = KEY): IntervalRecord {
  return { type: 'interval', ...key, worker, kind, start, end };
}

export function flight(worker: number, direction: 'up' | 'down', start: number, end: number, key = KEY): FlightRecord {
  return { type: 'flight', ...key, worker, direction, bytes: 4000, start, end };
}

export function update(time: number, key = KEY): UpdateRecord {
  return { ...key, time, update: 1, worker: 0, delay: 0, gamma: 0.1 };
}

/** Two workers in ten seconds: the first computes and discards, the second computes, waits for a message and for others. */
export function workersRecord(fields: Partial<WorkersRecord> = {}): WorkersRecord {
  return {
    ...KEY, delays: [[0, 6], [1, 3], [4, 1]],
    seconds: { busy: [8, 5], wasted: [2, 0], off: [0, 0], flight: [0, 1], idle: [0, 4] }, gradients: [8, 2], ...fields,
  };
}

/** The trace of that run, in the order of time: gradients of one second, and of two and a half. */
export function traceOf(key = KEY): TraceRecord[] {
  const first = Array.from({ length: 10 }, (_, second) => [
    interval(0, second % 5 === 4 ? 'wasted' : 'busy', second, second + 1, key), ...(second % 5 === 4 ? [] : [update(second + 1, key)]),
  ]).flat();
  const second = [
    interval(1, 'busy', 0, 2.5, key), interval(1, 'busy', 2.5, 5, key), flight(1, 'up', 2.5, 3.5, key), interval(1, 'flight', 5, 6, key),
    interval(1, 'idle', 6, 10, key),
  ];
  const ended = (record: TraceRecord): number => ('end' in record ? record.end : record.time);
  return [...first, ...second].sort((a, b) => ended(a) - ended(b));
}
