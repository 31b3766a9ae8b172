import type { FlightRecord, IntervalRecord, TraceRecord } from '../../bindings/index.js';
import { Folding, type Stretch } from './folding.js';

export interface Flight {
  direction: 'up' | 'down';
  start: number;
  end: number;
}

/** The beginning of a run, as a trace tells it. */
export interface Timeline {
  /** Per worker that was asked for: its stretches of time, in order. */
  stretches: ReadonlyMap<number, readonly Stretch[]>;
  /** Per worker that was asked for: the messages that took time. */
  flights: ReadonlyMap<number, readonly Flight[]>;
  /** Times of the model updates: the first ones, if there are more than `mostUpdates`. */
  updates: readonly number[];
  /** How many model updates there are. */
  updateCount: number;
}

export interface TraceRange {
  /** Keep what begins before this simulated time. */
  until: number;
  /** Workers to keep. */
  workers: readonly number[];
  /** Shorter stretches are put together with their neighbours, and shorter flights are left out. */
  resolution: number;
  mostUpdates: number;
}

/**
 * Makes the timeline of one run from its trace, record by record. What it holds does not grow with the trace.
 *
 * @example
 * const builder = new TimelineBuilder(timelineRange(200, rows));
 * for (const record of trace) builder.add(record);
 * const figure = timelineFigure([{ label: 'asgd', timeline: builder.timeline }], { title: '', notes: [], until: 200, rows });
 */
export class TimelineBuilder {
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

  /** Whether nothing that follows belongs to the range. Records come when a stretch or flight has ended. */
  get done(): boolean {
    return this.#open.size === 0 && this.#latest >= this.#range.until + this.#longestFlight;
  }

  /** @param record Of this run, in the order of the trace. */
  add(record: TraceRecord): void {
    if (this.done) return;
    if (!('type' in record)) this.#addUpdate(record.time);
    else if (record.type === 'flight') this.#addFlight(record);
    else this.#addInterval(record);
  }

  /** What has been told so far; what follows does not change it. */
  get timeline(): Timeline {
    return {
      stretches: new Map([...this.#folding].map(([worker, folding]) => [worker, folding.stretches])),
      flights: new Map([...this.#flights].map(([worker, flights]) => [worker, [...flights]])),
      updates: [...this.#updates],
      updateCount: this.#updateCount,
    };
  }

  #addUpdate(time: number): void {
    this.#latest = Math.max(this.#latest, time);
    if (time > this.#range.until) return;
    this.#updateCount += 1;
    if (this.#updates.length < this.#range.mostUpdates) this.#updates.push(time);
  }

  #addFlight({ worker, direction, start, end }: FlightRecord): void {
    const { until, resolution } = this.#range;
    this.#latest = Math.max(this.#latest, end);
    this.#longestFlight = Math.max(this.#longestFlight, end - start);
    if (start < until && end - start >= resolution) this.#flights.get(worker)?.push({ direction, start, end: Math.min(end, until) });
  }

  #addInterval({ worker, kind, start, end }: IntervalRecord): void {
    const { until } = this.#range;
    this.#latest = Math.max(this.#latest, end);
    if (start < until) this.#folding.get(worker)?.add({ kind, start, end: Math.min(end, until) });
    if (end >= until) this.#open.delete(worker);
  }
}
