import type { Direction, NetworkModel } from '../computation/network-model.js';
import type { EventQueue } from './event-queue.js';
import type { Recorder } from './recorder.js';

/** A message, without its content: that is the lanes'. */
export interface Parcel {
  /** A worker's gradient, which is computed when it is read; a model; the command to go on; or values of a method. */
  readonly what: 'gradient' | 'model' | 'continue' | 'values';
  readonly bytes: number;
  /** Version of a model. */
  readonly version: number;
  /** Computing time that went into values. */
  readonly duration: number;
}

/** What is under way at one instant. */
export interface PostState {
  readonly flights: readonly (Parcel | null)[];
  readonly starts: Float64Array;
  readonly sentUp: Float64Array;
  readonly sentDown: Float64Array;
}

/** Slots of a worker in the queue, in the order of events at the same instant. */
export const SLOTS_PER_WORKER = 3;
export const COMPUTATION_SLOT = 0;
export const UP_SLOT = 1;
const SLOTS: Readonly<Record<Direction, number>> = { up: UP_SLOT, down: 2 };

/** Messages between the server and the workers: at most one each way per worker is under way. */
export class Post {
  readonly #network: NetworkModel | undefined;
  readonly #queue: EventQueue;
  readonly #recorder: Recorder;
  /** What is under way, and since when, by slot. */
  readonly #flights: (Parcel | null)[];
  readonly #starts: Float64Array;
  /** Messages sent per worker. */
  readonly #sent: Readonly<Record<Direction, Float64Array>>;

  /** @param network Absent: messages take no time. */
  constructor(workers: number, network: NetworkModel | undefined, queue: EventQueue, recorder: Recorder) {
    this.#network = network;
    this.#queue = queue;
    this.#recorder = recorder;
    this.#flights = new Array<Parcel | null>(SLOTS_PER_WORKER * workers).fill(null);
    this.#starts = new Float64Array(SLOTS_PER_WORKER * workers);
    this.#sent = { up: new Float64Array(workers), down: new Float64Array(workers) };
  }

  /** What is under way to or from a worker. */
  underWay(worker: number, direction: Direction): Parcel | null {
    return this.#flights[worker * SLOTS_PER_WORKER + SLOTS[direction]] ?? null;
  }

  /**
   * Sends a parcel.
   * @param queued Whether it is queued even when it takes no time.
   * @returns Whether it is queued; otherwise it is there at once, and the caller takes it.
   */
  send(worker: number, direction: Direction, parcel: Parcel, time: number, queued: boolean): boolean {
    const slot = worker * SLOTS_PER_WORKER + SLOTS[direction];
    if (this.#flights[slot] !== null) throw new RangeError(`send: 'worker' must have no other message on its way ${direction}, got ${worker}`);
    const sent = this.#sent[direction];
    const index = sent[worker]!;
    sent[worker] = index + 1;
    this.#recorder.sent(direction, parcel.bytes);
    this.#flights[slot] = parcel;
    this.#starts[slot] = time;
    const duration = this.#network?.flightTime(worker, direction, index, parcel.bytes) ?? 0;
    if (duration === 0 && !queued) return false;
    this.#queue.schedule(slot, time + duration);
    return true;
  }

  /** Takes the parcel that has arrived. */
  take(worker: number, direction: Direction, time: number): Parcel {
    const slot = worker * SLOTS_PER_WORKER + SLOTS[direction];
    const flight = this.#flights[slot]!;
    this.#flights[slot] = null;
    this.#recorder.flight(worker, direction, flight.bytes, this.#starts[slot]!, time);
    return flight;
  }

  /** Drops everything that is under way to or from a worker. */
  drop(worker: number): void {
    for (const slot of [SLOTS.up, SLOTS.down].map((kind) => worker * SLOTS_PER_WORKER + kind)) {
      this.#queue.cancel(slot);
      this.#flights[slot] = null;
    }
  }

  save(): PostState {
    const flights = this.#flights.map((flight) => (flight === null ? null : { ...flight }));
    return { flights, starts: this.#starts.slice(), sentUp: this.#sent.up.slice(), sentDown: this.#sent.down.slice() };
  }

  restore({ flights, starts, sentUp, sentDown }: PostState): void {
    flights.forEach((flight, slot) => (this.#flights[slot] = flight));
    this.#starts.set(starts);
    this.#sent.up.set(sentUp);
    this.#sent.down.set(sentDown);
  }
}
