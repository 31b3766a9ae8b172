import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InputError, INTERVAL_KINDS } from '../../../bindings/index.js';
import type { IntervalKind } from '../../../bindings/index.js';
import { streamJsonLines, type JsonLine } from '../json-lines.js';
import { Folding, type Stretch } from './folding.js';

/** Which run of a trace to read. */
export interface TraceKey {
  method: string;
  stepsize: number;
  seed: number;
}

export interface Flight {
  direction: 'up' | 'down';
  start: number;
  end: number;
}

/** The beginning of a run, as a trace tells it. */
export interface Timeline {
  /** Per worker that was asked for: its stretches of time, in order. */
  stretches: Map<number, Stretch[]>;
  /** Per worker that was asked for: the messages that took time. */
  flights: Map<number, Flight[]>;
  /** Times of the model updates: the first ones, if there are more than `mostUpdates`. */
  updates: number[];
  /** How many model updates there are. */
  updateCount: number;
}

export interface TraceRange {
  /** Read what begins before this simulated time. */
  until: number;
  /** Workers to keep. */
  workers: readonly number[];
  /** Shorter stretches are put together with their neighbours, and shorter flights are left out. */
  resolution: number;
  mostUpdates: number;
}

/**
 * Reads the beginnings of runs from `events.jsonl`. The file is read piece by piece, no farther than needed, and what is held does
 * not grow with it.
 * @returns a timeline per key, in that order; without stretches where the trace does not have the run.
 * @throws InputError when there is no such file, or a line is damaged.
 */
export async function readTimelines(file: string, keys: readonly TraceKey[], range: TraceRange): Promise<Timeline[]> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw new InputError('plot', '--timeline', "be used with a run that was made with 'straggler run --trace'", dirname(file));
  const names = [...new Set(keys.map(({ method }) => JSON.stringify(method)))];
  const readers = keys.map(() => new TimelineReader(range));
  for await (const line of streamJsonLines(file, (text) => names.some((name) => text.includes(name)))) {
    const { method, stepsize, seed } = line.value;
    const index = keys.findIndex((key) => key.method === method && key.stepsize === stepsize && key.seed === seed);
    readers[index]?.take(line);
    if (readers.every((reader) => reader.done)) break;
  }
  return readers.map((reader) => reader.finish());
}

class TimelineReader {
  readonly #range: TraceRange;
  readonly #folding = new Map<number, Folding>();
  readonly #flights = new Map<number, Flight[]>();
  readonly #updates: number[] = [];
  readonly #open: Set<number>;
  #updateCount = 0;
  #longestFlight = 0;
  #latest = 0;

  constructor(range: TraceRange) {
    this.#range = range;
    this.#open = new Set(range.workers);
    for (const worker of range.workers) {
      this.#folding.set(worker, new Folding(range.resolution));
      this.#flights.set(worker, []);
    }
  }

  /** Whether nothing that follows belongs to the range. Lines come when a stretch or flight has ended. */
  get done(): boolean {
    return this.#open.size === 0 && this.#latest >= this.#range.until + this.#longestFlight;
  }

  take({ value, where }: JsonLine): void {
    if (this.done) return;
    const { type, worker } = value;
    if (type === undefined) return this.#takeUpdate(numberOf(value, 'time', where));
    const [start, end] = [numberOf(value, 'start', where), numberOf(value, 'end', where)];
    this.#latest = Math.max(this.#latest, end);
    const { until, resolution } = this.#range;
    if (type === 'flight') this.#longestFlight = Math.max(this.#longestFlight, end - start);
    if (start >= until) {
      if (type === 'interval') this.#open.delete(worker as number);
      return;
    }
    if (type === 'flight') {
      const { direction } = value;
      if (direction !== 'up' && direction !== 'down') throw new InputError(where, 'direction', "be 'up' or 'down'", direction);
      if (end - start >= resolution) this.#flights.get(worker as number)?.push({ direction, start, end: Math.min(end, until) });
    } else if (type === 'interval') {
      const { kind } = value;
      if (!INTERVAL_KINDS.includes(kind as IntervalKind)) throw new InputError(where, 'kind', `be one of ${INTERVAL_KINDS.join(', ')}`, kind);
      this.#folding.get(worker as number)?.add({ kind: kind as IntervalKind, start, end: Math.min(end, until) });
      if (end >= until) this.#open.delete(worker as number);
    }
  }

  finish(): Timeline {
    const stretches = new Map([...this.#folding].map(([worker, folding]) => [worker, folding.finish()]));
    return { stretches, flights: this.#flights, updates: this.#updates, updateCount: this.#updateCount };
  }

  #takeUpdate(time: number): void {
    this.#latest = Math.max(this.#latest, time);
    if (time > this.#range.until) return;
    this.#updateCount += 1;
    if (this.#updates.length < this.#range.mostUpdates) this.#updates.push(time);
  }
}

function numberOf(value: Record<string, unknown>, key: string, where: string): number {
  const entry = value[key];
  if (typeof entry !== 'number') throw new InputError(where, key, 'be a number', entry);
  return entry;
}
