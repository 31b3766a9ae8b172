import type { ComputationModel } from '../computation/computation-model.js';
import type { EventQueue } from './event-queue.js';
import type { Recorder } from './recorder.js';

/** What a fleet knows at one instant. */
export interface FleetState {
  readonly version: Float64Array;
  readonly started: Float64Array;
  readonly computeStart: Float64Array;
  readonly computeEnd: Float64Array;
  readonly flying: Uint8Array;
  readonly computing: Uint8Array;
  readonly since: Float64Array;
  readonly lost: number;
}

/** The workers of a run: whether each computes and since when. Every call names the simulated time. */
export class Fleet {
  readonly size: number;
  /** Version of the model received last; for local methods the rounds completed. */
  readonly version: Float64Array;
  /** Gradients started. */
  readonly started: Float64Array;
  /** Start and end of the computation in progress, or of the last one. */
  readonly computeStart: Float64Array;
  readonly computeEnd: Float64Array;
  /** Messages under way from or to a worker. */
  readonly flying: Uint8Array;
  readonly #computing: Uint8Array;
  /** When a worker stopped computing, or what it waits for changed. */
  readonly #since: Float64Array;
  readonly #computation: ComputationModel;
  readonly #queue: EventQueue;
  /** Slots of a worker in the queue; the first one is that of its computation. */
  readonly #stride: number;
  readonly #recorder: Recorder;
  #lost = 0;

  constructor(computation: ComputationModel, queue: EventQueue, stride: number, recorder: Recorder) {
    const n = computation.workers;
    this.size = n;
    this.version = new Float64Array(n);
    this.started = new Float64Array(n);
    this.computeStart = new Float64Array(n);
    this.computeEnd = new Float64Array(n);
    this.flying = new Uint8Array(n);
    this.#computing = new Uint8Array(n);
    this.#since = new Float64Array(n);
    this.#computation = computation;
    this.#queue = queue;
    this.#stride = stride;
    this.#recorder = recorder;
  }

  isComputing(worker: number): boolean {
    return this.#computing[worker] === 1;
  }

  /** Whether the worker computes and will never be ready. */
  isLost(worker: number): boolean {
    return this.#computing[worker] === 1 && !this.#queue.has(worker * this.#stride);
  }

  /** Workers whose computation never ends. */
  get lost(): number {
    return this.#lost;
  }

  /** The worker starts its next gradient. */
  begin(worker: number, time: number): void {
    if (this.#computing[worker] === 1) throw new RangeError(`worker: 'compute' must not be called while the worker computes, got worker ${worker}`);
    this.closeWait(worker, time);
    this.#computing[worker] = 1;
    this.computeStart[worker] = time;
    const index = this.started[worker]!;
    this.started[worker] = index + 1;
    const duration = this.#computation.duration(worker, index, time);
    if (!(duration > 0)) throw new RangeError(`computation: 'duration' must be greater than 0, got ${duration} for gradient ${index} of worker ${worker}`);
    const end = time + duration;
    if (end === Infinity) this.#lost += 1;
    else this.#queue.schedule(worker * this.#stride, end);
  }

  /** The worker's gradient is ready. */
  end(worker: number, time: number): void {
    this.#computing[worker] = 0;
    this.computeEnd[worker] = time;
    this.#since[worker] = time;
  }

  /** Takes back a computation that began at this very instant. @returns Whether the worker is now free. */
  withdraw(worker: number, time: number): boolean {
    if (this.#computing[worker] === 0) return true;
    if (this.computeStart[worker]! < time) return false;
    this.#unschedule(worker);
    this.started[worker] = this.started[worker]! - 1;
    this.end(worker, time);
    return true;
  }

  /** Ends the worker's computation before it is ready; the gradient is lost. */
  stop(worker: number, time: number): void {
    if (this.withdraw(worker, time)) return;
    this.#unschedule(worker);
    this.end(worker, time);
    this.#recorder.computed(worker, this.computeStart[worker]!, time, true);
  }

  /** Records the gradient that the worker finished last. */
  settle(worker: number, wasted: boolean): void {
    this.#recorder.computed(worker, this.computeStart[worker]!, this.computeEnd[worker]!, wasted);
    this.computeStart[worker] = this.computeEnd[worker]!;
  }

  /** Ends the worker's current stretch of waiting, and begins another. */
  closeWait(worker: number, time: number): void {
    if (this.#computing[worker] === 1) return;
    this.#recorder.spent(worker, this.flying[worker]! > 0 ? 'flight' : 'idle', this.#since[worker]!, time);
    this.#since[worker] = time;
  }

  /** As `closeWait`, but the stretch is not recorded: the caller does it. */
  skipWait(worker: number, time: number): void {
    this.#since[worker] = time;
  }

  /**
   * Records in some books what is open at an instant, as if the run ended there.
   * @param unsettled Whether a worker's last gradient is still to be recorded.
   */
  close(time: number, unsettled: (worker: number) => boolean, books: Recorder): void {
    for (let worker = 0; worker < this.size; worker += 1) {
      const start = this.computeStart[worker]!;
      if (this.#computing[worker] === 1) {
        books.computed(worker, start, time, false);
        continue;
      }
      if (unsettled(worker)) books.computed(worker, start, this.computeEnd[worker]!, false);
      books.spent(worker, this.flying[worker]! > 0 ? 'flight' : 'idle', this.#since[worker]!, time);
    }
  }

  save(): FleetState {
    return {
      version: this.version.slice(),
      started: this.started.slice(),
      computeStart: this.computeStart.slice(),
      computeEnd: this.computeEnd.slice(),
      flying: this.flying.slice(),
      computing: this.#computing.slice(),
      since: this.#since.slice(),
      lost: this.#lost,
    };
  }

  restore(state: FleetState): void {
    this.version.set(state.version);
    this.started.set(state.started);
    this.computeStart.set(state.computeStart);
    this.computeEnd.set(state.computeEnd);
    this.flying.set(state.flying);
    this.#computing.set(state.computing);
    this.#since.set(state.since);
    this.#lost = state.lost;
  }

  #unschedule(worker: number): void {
    if (!this.#queue.cancel(worker * this.#stride)) this.#lost -= 1;
  }
}
