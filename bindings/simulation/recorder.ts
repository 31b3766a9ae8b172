import type { ComputationModel } from '../computation/computation-model.js';
import type { Direction } from '../computation/network-model.js';
import type { IntervalKind, SimulationObserver, WorkerStatistics } from './observer.js';
import { INTERVAL_KINDS } from './observer.js';

/** A copy of the books. */
export interface RecorderState {
  readonly counts: Readonly<Record<Count, number>>;
  readonly delaySum: number;
  readonly arrivals: number;
  readonly computingTime: number;
  readonly histogram: Float64Array;
  readonly seconds: Readonly<Record<IntervalKind, Float64Array>>;
  readonly finished: Float64Array;
}

const COUNTS = ['gradients', 'discarded', 'discardedTime', 'maxDelay', 'bytesUp', 'bytesDown'] as const;
type Count = (typeof COUNTS)[number];

/** Keeps the books of a run: how every worker spends its time, what is discarded, how stale messages are and how much is sent. */
export class Recorder {
  gradients = 0;
  discarded = 0;
  discardedTime = 0;
  maxDelay = 0;
  bytesUp = 0;
  bytesDown = 0;
  #delaySum = 0;
  #arrivals = 0;
  #computingTime = 0;
  /** Arrivals per delay. */
  #histogram = new Float64Array(64);
  readonly #seconds: Record<IntervalKind, Float64Array>;
  readonly #finished: Float64Array;
  readonly #computation: ComputationModel;
  readonly #offTimes: ComputationModel['offTimes'];
  readonly #observer: SimulationObserver | undefined;

  constructor(workers: number, computation: ComputationModel, observer: SimulationObserver | undefined) {
    this.#seconds = Object.fromEntries(INTERVAL_KINDS.map((kind) => [kind, new Float64Array(workers)])) as Record<IntervalKind, Float64Array>;
    this.#finished = new Float64Array(workers);
    this.#computation = computation;
    this.#offTimes = computation.offTimes?.bind(computation);
    this.#observer = observer;
  }

  /** A worker has finished a stochastic gradient, and it counts from now on. */
  gradient(worker: number): void {
    this.gradients += 1;
    this.#finished[worker] = this.#finished[worker]! + 1;
  }

  /** Something has reached the server. */
  arrival(delay: number): void {
    this.#arrivals += 1;
    this.#delaySum += delay;
    if (delay > this.maxDelay) this.maxDelay = delay;
    if (delay >= this.#histogram.length) {
      const longer = new Float64Array(2 * delay);
      longer.set(this.#histogram);
      this.#histogram = longer;
    }
    this.#histogram[delay] = this.#histogram[delay]! + 1;
  }

  /** A worker has spent a stretch of time on a gradient; off times within it are told apart. */
  computed(worker: number, start: number, end: number, wasted: boolean): void {
    const kind = wasted ? 'wasted' : 'busy';
    let from = start;
    if (this.#offTimes !== undefined) {
      for (const [off, on] of this.#offTimes(worker, start, end)) {
        this.#compute(worker, kind, from, off);
        this.spent(worker, 'off', off, on);
        from = on;
      }
    }
    this.#compute(worker, kind, from, end);
    if (wasted) this.discarded += 1;
  }

  /** A worker has spent a stretch of time in this way. */
  spent(worker: number, kind: IntervalKind, start: number, end: number): void {
    if (end <= start) return;
    const seconds = this.#seconds[kind];
    seconds[worker] = seconds[worker]! + (end - start);
    this.#observer?.onInterval?.({ worker, kind, start, end });
  }

  /** A message has been sent. */
  sent(direction: Direction, bytes: number): void {
    if (direction === 'up') this.bytesUp += bytes;
    else this.bytesDown += bytes;
  }

  /** A message has arrived. */
  flight(worker: number, direction: Direction, bytes: number, start: number, end: number): void {
    if (end > start) this.#observer?.onFlight?.({ worker, direction, bytes, start, end });
  }

  /** Over the messages that arrived: the mean of δ; 0 without any. */
  get meanDelay(): number {
    return this.#arrivals === 0 ? 0 : this.#delaySum / this.#arrivals;
  }

  /** Worker time spent computing, over all workers. */
  get computingTime(): number {
    return this.#computingTime;
  }

  workers(): WorkerStatistics {
    const delays: [number, number][] = [];
    this.#histogram.forEach((count, delay) => {
      if (count > 0) delays.push([delay, count]);
    });
    const seconds = Object.fromEntries(INTERVAL_KINDS.map((kind) => [kind, Array.from(this.#seconds[kind])])) as Record<IntervalKind, number[]>;
    return { delays, seconds, gradients: Array.from(this.#finished) };
  }

  save(): RecorderState {
    return {
      counts: Object.fromEntries(COUNTS.map((count) => [count, this[count]])) as Record<Count, number>,
      delaySum: this.#delaySum,
      arrivals: this.#arrivals,
      computingTime: this.#computingTime,
      histogram: this.#histogram.slice(),
      seconds: Object.fromEntries(INTERVAL_KINDS.map((kind) => [kind, this.#seconds[kind].slice()])) as Record<IntervalKind, Float64Array>,
      finished: this.#finished.slice(),
    };
  }

  restore(state: RecorderState): void {
    for (const count of COUNTS) this[count] = state.counts[count];
    this.#delaySum = state.delaySum;
    this.#arrivals = state.arrivals;
    this.#computingTime = state.computingTime;
    this.#histogram = state.histogram.slice();
    for (const kind of INTERVAL_KINDS) this.#seconds[kind].set(state.seconds[kind]);
    this.#finished.set(state.finished);
  }

  /** A copy of the books, of which no observer is told. */
  copy(): Recorder {
    const copy = new Recorder(this.#finished.length, this.#computation, undefined);
    copy.restore(this.save());
    return copy;
  }

  #compute(worker: number, kind: 'busy' | 'wasted', start: number, end: number): void {
    if (end <= start) return;
    this.#computingTime += end - start;
    if (kind === 'wasted') this.discardedTime += end - start;
    this.spent(worker, kind, start, end);
  }
}
