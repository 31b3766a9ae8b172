import type { ComputationModel } from '../computation/computation-model.js';
import type { Direction, NetworkModel } from '../computation/network-model.js';
import type { AnyMethod, Server } from '../methods/method.js';
import type { QueueState } from './event-queue.js';
import { EventQueue } from './event-queue.js';
import type { FleetState } from './fleet.js';
import { Fleet } from './fleet.js';
import type { SimulationObserver } from './observer.js';
import type { Parcel, PostState } from './post.js';
import { COMPUTATION_SLOT, Post, SLOTS_PER_WORKER, UP_SLOT } from './post.js';
import type { RecorderState } from './recorder.js';
import { Recorder } from './recorder.js';
import type { StallWatchState } from './stall-watch.js';
import type { ScheduledEvent } from './scheduled-event.js';
import { StallWatch } from './stall-watch.js';
import type { Timing } from './timing.js';

const CONTINUE: Parcel = { what: 'continue', bytes: 0, version: 0, duration: 0 };

/** All that a schedule is at one instant. */
export interface ScheduleState {
  readonly time: number;
  readonly updates: number;
  readonly merged: number;
  readonly reports: Float64Array;
  readonly worked: Float64Array;
  readonly queue: QueueState;
  readonly fleet: FleetState;
  readonly post: PostState | null;
  readonly recorder: RecorderState;
  readonly stalls: StallWatchState;
}

/**
 * Who does what when: the clock, the event queue, the workers' computations, the messages and the books. Knows no vector: what it does depends on
 * times and on the commands of the first lane.
 */
export class Schedule implements Timing {
  readonly fleet: Fleet;
  readonly recorder: Recorder;
  readonly #method: AnyMethod;
  readonly #queue: EventQueue;
  /** Absent where messages take no time and need no turn: then a worker has one slot in the queue. */
  readonly #post: Post | undefined;
  readonly #stalls: StallWatch;
  /** Bytes of a model or a gradient. */
  readonly #modelBytes: number;
  /** Messages of a worker half that have reached the server, and its computing time since the last. */
  readonly #reports: Float64Array;
  readonly #worked: Float64Array;
  readonly #event: { -readonly [K in keyof ScheduledEvent]: ScheduledEvent[K] } = { kind: 'nothing', worker: -1, index: 0, delay: 0, duration: 0 };
  /** Of the gradient that arrived last: when it was computed, and whether the method discards it. */
  #arrivalStart = 0;
  #arrivalEnd = 0;
  #discarded = false;
  /** Workers that have completed the round. */
  #merged = 0;
  #time = 0;
  #updates = 0;
  #starting = true;
  #closed = false;

  constructor(method: AnyMethod, computation: ComputationModel, network: NetworkModel | undefined, modelBytes: number, observer: SimulationObserver | undefined) {
    const n = computation.workers;
    this.#method = method;
    this.#modelBytes = modelBytes;
    this.recorder = new Recorder(n, computation, observer);
    const stride = network === undefined && method.worker === undefined ? 1 : SLOTS_PER_WORKER;
    this.#queue = new EventQueue(stride * n);
    this.fleet = new Fleet(computation, this.#queue, stride, this.recorder);
    this.#stalls = new StallWatch(method, this.fleet, this.#queue);
    this.#post = stride === 1 ? undefined : new Post(n, network, this.#queue, this.recorder);
    this.#reports = new Float64Array(n);
    this.#worked = new Float64Array(n);
  }

  /** Simulated time of the last event; 0 before the first. */
  get time(): number {
    return this.#time;
  }

  get updates(): number {
    return this.#updates;
  }

  get nextTime(): number {
    return this.#queue.nextTime;
  }

  /** The event in progress. */
  get event(): ScheduledEvent {
    return this.#event;
  }

  /** The gradients that are computed or on their way to the server, the soonest first, at most so many. */
  upcoming(count: number, visit: (worker: number, index: number, end: number) => void): void {
    const { started } = this.fleet;
    const stride = this.#post === undefined ? 1 : SLOTS_PER_WORKER;
    for (const [slot, time] of this.#queue.first(count)) {
      const worker = Math.floor(slot / stride);
      if (slot % stride === COMPUTATION_SLOT || (slot % stride === UP_SLOT && this.#unsettled(worker))) visit(worker, started[worker]! - 1, time);
    }
  }

  reports(worker: number): number {
    return this.#reports[worker]!;
  }

  /** The method has started; from now on messages travel. */
  begin(): void {
    this.#starting = false;
  }

  /** Makes the next event happen, as far as it is not the method's business. */
  next(): ScheduledEvent {
    const time = this.#queue.nextTime;
    const slot = this.#queue.pop();
    if (slot === -1) throw new RangeError("simulation: 'advance' must not be called when nothing can happen any more");
    this.#time = time;
    if (this.#post === undefined) {
      this.fleet.end(slot, time);
      this.recorder.sent('up', this.#modelBytes);
      return this.#gradientArrives(slot);
    }
    const worker = Math.floor(slot / SLOTS_PER_WORKER);
    const kind = slot % SLOTS_PER_WORKER;
    if (kind === COMPUTATION_SLOT) return this.#gradientEnds(worker);
    return this.#arrives(worker, kind === UP_SLOT ? 'up' : 'down');
  }

  /** The method has answered: now it is known whether the gradient that arrived is used. */
  settle({ kind, worker }: ScheduledEvent): void {
    if (kind !== 'gradient') return;
    const end = this.#arrivalEnd;
    this.recorder.computed(worker, this.#arrivalStart, end, this.#discarded);
    this.recorder.spent(worker, 'flight', end, this.#time);
  }

  /** The workers that the run waits for in vain; see `StallWatch`. */
  stalledOn(state: unknown, server: Server): readonly number[] {
    return this.#stalls.waitsFor(state, server, this.recorder.gradients);
  }

  /** The books as they are if the run ends there. */
  books(end: number): Recorder {
    if (this.#closed) return this.recorder;
    const books = this.recorder.copy();
    this.fleet.close(end, this.#unsettled, books);
    return books;
  }

  /** The run ends: what is open is recorded. */
  end(time: number): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#time = time;
    this.fleet.close(time, this.#unsettled, this.recorder);
  }

  update(): void {
    this.#updates += 1;
    this.#stalls.updated(this.recorder.gradients);
  }

  discard(): void {
    this.#discarded = true;
  }

  assign(worker: number): boolean {
    this.#requireFree(worker);
    const version = this.#updates;
    // Before the run everybody holds x⁰: nothing travels.
    if (this.#post !== undefined && !this.#starting) return this.#send(worker, 'down', { what: 'model', bytes: this.#modelBytes, version, duration: 0 });
    if (!this.#starting) this.recorder.sent('down', this.#modelBytes);
    this.fleet.version[worker] = version;
    return true;
  }

  resume(worker: number): boolean {
    this.#requireFree(worker);
    return this.#post === undefined || this.#starting || this.#send(worker, 'down', CONTINUE);
  }

  stop(worker: number): void {
    this.#requireWorker(worker);
    if (this.#method.worker !== undefined) throw new RangeError(`server: 'stop' must not be called by a method with a worker half, got ${this.#method.name}`);
    const { fleet } = this;
    fleet.stop(worker, this.#time);
    if (fleet.flying[worker] === 0) return;
    if (this.#unsettled(worker)) fleet.settle(worker, true);
    fleet.closeWait(worker, this.#time);
    this.#post!.drop(worker);
    fleet.flying[worker] = 0;
  }

  send(worker: number, direction: Direction, bytes: number): void {
    this.#requireWorker(worker);
    if (this.#method.worker === undefined) throw new RangeError(`server: 'send' must be called by a method with a worker half, got ${this.#method.name}`);
    const duration = direction === 'up' ? this.#worked[worker]! : 0;
    if (direction === 'up') this.#worked[worker] = 0;
    this.#send(worker, direction, { what: 'values', bytes, version: 0, duration });
  }

  compute(worker: number): void {
    this.fleet.begin(worker, this.#time);
  }

  withdraw(worker: number): boolean {
    return this.fleet.withdraw(worker, this.#time);
  }

  changeModel(worker: number): void {
    if (this.fleet.isComputing(worker)) throw new RangeError(`worker: 'model' must not change while the worker computes, got worker ${worker}`);
  }

  completeRound(worker: number): boolean {
    const { version, size } = this.fleet;
    version[worker] = version[worker]! + 1;
    this.#merged += 1;
    if (this.#merged < size) return false;
    this.#merged = 0;
    return true;
  }

  save(): ScheduleState {
    return {
      time: this.#time,
      updates: this.#updates,
      merged: this.#merged,
      reports: this.#reports.slice(),
      worked: this.#worked.slice(),
      queue: this.#queue.save(),
      fleet: this.fleet.save(),
      post: this.#post?.save() ?? null,
      recorder: this.recorder.save(),
      stalls: this.#stalls.save(),
    };
  }

  restore(state: ScheduleState): void {
    this.#starting = false;
    this.#time = state.time;
    this.#updates = state.updates;
    this.#merged = state.merged;
    this.#reports.set(state.reports);
    this.#worked.set(state.worked);
    this.#queue.restore(state.queue);
    this.fleet.restore(state.fleet);
    if (state.post !== null) this.#post!.restore(state.post);
    this.recorder.restore(state.recorder);
    this.#stalls.restore(state.stalls);
  }

  /** A gradient is ready: the worker half goes on with it, or it is sent. */
  #gradientEnds(worker: number): ScheduledEvent {
    const { fleet, recorder } = this;
    fleet.end(worker, this.#time);
    if (this.#method.worker === undefined) {
      const there = this.#send(worker, 'up', { what: 'gradient', bytes: this.#modelBytes, version: 0, duration: 0 });
      return there ? this.#gradientArrives(worker) : this.#tell('nothing', worker, 0, 0, 0);
    }
    this.#worked[worker] = this.#worked[worker]! + (this.#time - fleet.computeStart[worker]!);
    fleet.settle(worker, false);
    recorder.gradient(worker);
    return this.#tell('step', worker, fleet.started[worker]! - 1, 0, 0);
  }

  /** @returns Whether it is there at once. Worker halves get what takes no time at the same instant, in its turn. */
  #send(worker: number, direction: Direction, parcel: Parcel): boolean {
    const { fleet } = this;
    fleet.closeWait(worker, this.#time);
    fleet.flying[worker] = fleet.flying[worker]! + 1;
    const queued = this.#post!.send(worker, direction, parcel, this.#time, this.#method.worker !== undefined);
    if (!queued) this.#land(worker, direction);
    return !queued;
  }

  /** A message is there. */
  #land(worker: number, direction: Direction): Parcel {
    const { fleet } = this;
    const parcel = this.#post!.take(worker, direction, this.#time);
    if (parcel.what !== 'gradient') fleet.closeWait(worker, this.#time);
    fleet.flying[worker] = fleet.flying[worker]! - 1;
    if (parcel.what === 'model') fleet.version[worker] = parcel.version;
    return parcel;
  }

  #arrives(worker: number, direction: Direction): ScheduledEvent {
    const { what, duration } = this.#land(worker, direction);
    if (what === 'gradient') return this.#gradientArrives(worker);
    if (what !== 'values') return this.#tell('model', worker, 0, 0, 0);
    if (direction === 'down') return this.#tell('values', worker, 0, 0, 0);
    const delay = Math.max(0, this.#updates - this.fleet.version[worker]!);
    this.recorder.arrival(delay);
    const index = this.#reports[worker]!;
    this.#reports[worker] = index + 1;
    return this.#tell('report', worker, index, delay, duration);
  }

  /** A gradient of a worker without a worker half reaches the server, after a flight of no or some time. */
  #gradientArrives(worker: number): ScheduledEvent {
    const { computeStart, computeEnd, version, started } = this.fleet;
    this.#discarded = false;
    this.#arrivalStart = computeStart[worker]!;
    this.#arrivalEnd = computeEnd[worker]!;
    const delay = this.#updates - version[worker]!;
    this.recorder.gradient(worker);
    this.recorder.arrival(delay);
    this.fleet.skipWait(worker, this.#time);
    return this.#tell('gradient', worker, started[worker]! - 1, delay, this.#arrivalEnd - this.#arrivalStart);
  }

  #tell(kind: ScheduledEvent['kind'], worker: number, index: number, delay: number, duration: number): ScheduledEvent {
    const event = this.#event;
    event.kind = kind;
    event.worker = worker;
    event.index = index;
    event.delay = delay;
    event.duration = duration;
    return event;
  }

  /** Whether the worker's last gradient is on its way, so that it is not known yet whether it is used. */
  readonly #unsettled = (worker: number): boolean => this.#post?.underWay(worker, 'up')?.what === 'gradient';

  #requireWorker(worker: number): void {
    if (this.fleet.version[worker] === undefined) throw new RangeError(`server: 'worker' must be a number from 0 to ${this.fleet.size - 1}, got ${worker}`);
  }

  #requireFree(worker: number): void {
    this.#requireWorker(worker);
    if (this.fleet.isComputing(worker)) throw new RangeError(`server: 'worker' must not be computing when it is assigned or resumed, got ${worker}`);
    if (this.fleet.flying[worker] !== 0) throw new RangeError(`server: 'worker' must have no message on its way when it is assigned or resumed, got ${worker}`);
  }
}
