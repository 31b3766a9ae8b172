import type { ComputationModel } from '../computation/computation-model.js';
import type { Kernels } from '../kernels/load.js';
import type { Vector } from '../kernels/vector.js';
import { scalarBytes } from '../kernels/vector.js';
import { RunVectors } from '../kernels/vector-operations.js';
import type { AnyMethod, Arrival, Server } from '../methods/method.js';
import type { Problem } from '../problems/problem.js';
import { EventQueue } from './event-queue.js';

/** A model update, as told to an observer. */
export interface UpdateEvent {
  time: number;
  /** k after the update. */
  update: number;
  /** Whose arrival led to it. */
  worker: number;
  /** Delay of that arrival. */
  delay: number;
  /** The stepsize used. */
  gamma: number;
  /** The new model; valid during the call. */
  model: Vector;
}

/** A stretch of a worker's time, as told to an observer. */
export interface IntervalEvent {
  worker: number;
  kind: 'busy' | 'idle';
  start: number;
  end: number;
}

/** Told what happens, as it happens; for traces. */
export interface SimulationObserver {
  onUpdate?(event: UpdateEvent): void;
  onInterval?(event: IntervalEvent): void;
}

export interface SimulationOptions {
  readonly kernels: Kernels;
  readonly problem: Problem;
  readonly computation: ComputationModel;
  readonly method: AnyMethod;
  /** The method's parameters with its stepsize. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly observer?: SimulationObserver;
}

/** Counts of a run so far. */
export interface SimulationStatistics {
  updates: number;
  gradients: number;
  gradientsDiscarded: number;
  /** Simulated worker time spent on them. */
  discardedTime: number;
  /** Over the gradients that arrived: k − v at arrival. */
  meanDelay: number;
  maxDelay: number;
  /** Fraction of worker time spent computing, over all workers and the whole run. */
  utilization: number;
  bytesUp: number;
  bytesDown: number;
}

const NOBODY: readonly number[] = [];

/**
 * A server and n workers in simulated time: owns the clock, the event queue, the model versions and the counts, and knows
 * no concrete method. Server work and messages take no time. One event is the end of one stochastic gradient.
 */
export class Simulation {
  readonly #problem: Problem;
  readonly #computation: ComputationModel;
  readonly #method: AnyMethod;
  readonly #observer: SimulationObserver | undefined;
  readonly #vectors: RunVectors;
  readonly #queue: EventQueue;
  readonly #state: unknown;
  readonly #server: Server;
  readonly #messageBytes: number;

  // Per worker.
  readonly #held: (Vector | null)[];
  readonly #version: Float64Array;
  readonly #started: Float64Array;
  readonly #computing: Uint8Array;
  /** Start of the computation, or of the idle time. */
  readonly #since: Float64Array;

  #model: Vector;
  #time = 0;
  #updates = 0;
  #gradients = 0;
  #discarded = 0;
  #discardedTime = 0;
  #delaySum = 0;
  #maxDelay = 0;
  #busyTime = 0;
  #assignments = 0;
  #current: CurrentArrival | null = null;
  #updatedAtGradient = 0;
  /** Workers whose computation never ends. */
  #lost = 0;

  /** @throws RangeError when the computation model and the problem disagree about the number of workers. */
  constructor(options: SimulationOptions) {
    const { kernels, problem, computation, method, parameters, observer } = options;
    const n = problem.workers;
    if (computation.workers !== n) throw new RangeError(`simulation: 'computation' must have ${n} workers, got ${computation.workers}`);
    this.#problem = problem;
    this.#computation = computation;
    this.#method = method;
    this.#observer = observer;
    this.#vectors = new RunVectors(kernels, problem.dimension, problem.scalar, n);
    this.#queue = new EventQueue(n);
    this.#messageBytes = problem.dimension * scalarBytes(problem.scalar);
    this.#held = new Array<Vector | null>(n).fill(null);
    this.#version = new Float64Array(n);
    this.#started = new Float64Array(n);
    this.#computing = new Uint8Array(n);
    this.#since = new Float64Array(n);
    this.#model = problem.initial();
    this.#server = this.#makeServer();
    try {
      this.#state = method.start(this.#server, parameters as never);
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  /** Simulated time of the last event; 0 before the first. */
  get time(): number {
    return this.#time;
  }

  /** k: model updates so far. */
  get updates(): number {
    return this.#updates;
  }

  /** Stochastic gradients that have arrived so far. */
  get gradients(): number {
    return this.#gradients;
  }

  /** x^k; valid until the next event. */
  get model(): Vector {
    return this.#model;
  }

  /** Simulated time of the next event; Infinity when nothing can happen any more. */
  get nextTime(): number {
    return this.#queue.nextTime;
  }

  /** Processes the next event: one gradient arrives, and the method answers. There must be one. */
  advance(): void {
    const time = this.#queue.nextTime;
    const worker = this.#queue.pop();
    if (worker === -1) throw new RangeError("simulation: 'advance' must not be called when nothing can happen any more");
    this.#time = time;
    const start = this.#since[worker]!;
    const delay = this.#updates - this.#version[worker]!;
    this.#endInterval(worker, 'busy');
    this.#computing[worker] = 0;
    this.#gradients += 1;
    this.#delaySum += delay;
    if (delay > this.#maxDelay) this.#maxDelay = delay;

    const model = this.#held[worker]!.retain(); // the handler may assign a new one before it reads the gradient
    const arrival = new CurrentArrival(worker, delay, time - start, this.#started[worker]! - 1, model, this.#problem, this.#vectors);
    this.#current = arrival;
    try {
      this.#method.onGradient(this.#state, this.#server, arrival);
    } finally {
      this.#current = null;
      arrival.dispose();
    }
  }

  /**
   * The workers that the run waits for in vain: not empty when the model can never change again, because the queue is
   * empty or because a worker that the method must hear from will never report.
   */
  stalledOn(): readonly number[] {
    const lost = (worker: number): boolean => this.#computing[worker] === 1 && !this.#queue.has(worker);
    if (this.#queue.size === 0) {
      const all = Array.from({ length: this.#problem.workers }, (_, worker) => worker);
      const never = all.filter(lost);
      return never.length > 0 ? never : all;
    }
    // Only a run with lost workers can wait in vain; it is looked at after 1, 2, 4, 8, … fruitless arrivals.
    const fruitless = this.#gradients - this.#updatedAtGradient;
    if (this.#lost === 0 || fruitless === 0 || (fruitless & (fruitless - 1)) !== 0) return NOBODY;
    const wait = this.#method.waitingFor?.(this.#state, this.#server);
    if (wait === undefined) return NOBODY;
    const inVain = wait.workers.filter(lost);
    return wait.need === 'any' && inVain.length < wait.workers.length ? NOBODY : inVain;
  }

  /** The counts so far, with computations in progress counted as busy until `end`. */
  statistics(end: number): SimulationStatistics {
    const n = this.#problem.workers;
    let busy = this.#busyTime;
    for (let worker = 0; worker < n; worker += 1) {
      if (this.#computing[worker] === 1) busy += end - this.#since[worker]!;
    }
    return {
      updates: this.#updates,
      gradients: this.#gradients,
      gradientsDiscarded: this.#discarded,
      discardedTime: this.#discardedTime,
      meanDelay: this.#gradients === 0 ? 0 : this.#delaySum / this.#gradients,
      maxDelay: this.#maxDelay,
      utilization: end === 0 ? 0 : Math.min(1, busy / (n * end)),
      bytesUp: this.#gradients * this.#messageBytes,
      bytesDown: this.#assignments * this.#messageBytes,
    };
  }

  /** Tells the observer the intervals that are still open at the end of the run. */
  closeIntervals(end: number): void {
    this.#time = end;
    for (let worker = 0; worker < this.#problem.workers; worker += 1) {
      this.#endInterval(worker, this.#computing[worker] === 1 ? 'busy' : 'idle');
    }
  }

  /** Returns the run's memory; the problem stays with its owner. */
  dispose(): void {
    this.#method.dispose?.(this.#state);
    this.#release();
  }

  #release(): void {
    for (const held of this.#held) held?.release();
    this.#held.fill(null);
    this.#model.release();
    this.#vectors.dispose();
  }

  #makeServer(): Server {
    const updates = (): number => this.#updates;
    return {
      workers: this.#problem.workers,
      get version() {
        return updates();
      },
      vectors: this.#vectors,
      expectedTime: (worker) => this.#computation.expectedTime(worker),
      step: (direction, stepsize) => this.#step(direction, stepsize),
      assign: (worker) => this.#assign(worker),
      resume: (worker) => this.#begin(worker),
      stop: (worker) => this.#stop(worker),
      discard: ({ duration }) => {
        this.#discarded += 1;
        this.#discardedTime += duration;
      },
    };
  }

  #step(direction: Vector, stepsize: number): void {
    const next = this.#vectors.create('model versions');
    this.#vectors.step(stepsize, this.#model, direction, next);
    this.#model.release();
    this.#model = next;
    this.#updates += 1;
    this.#updatedAtGradient = this.#gradients;
    this.#observer?.onUpdate?.({
      time: this.#time,
      update: this.#updates,
      worker: this.#current?.worker ?? -1,
      delay: this.#current?.delay ?? 0,
      gamma: stepsize,
      model: next,
    });
  }

  #assign(worker: number): void {
    if (!(worker in this.#held)) throw new RangeError(`server: 'worker' must be a number from 0 to ${this.#held.length - 1}, got ${worker}`);
    this.#held[worker]?.release();
    this.#held[worker] = this.#model.retain();
    this.#version[worker] = this.#updates;
    this.#assignments += 1;
    this.#begin(worker);
  }

  /** The worker starts its next gradient at the point it holds. */
  #begin(worker: number): void {
    if (this.#computing[worker] === 1) throw new RangeError(`server: worker ${worker} must not be computing when it is assigned or resumed`);
    if ((this.#held[worker] ?? null) === null) throw new RangeError(`server: worker ${worker} must have been assigned a model before it is resumed`);
    this.#endInterval(worker, 'idle');
    this.#computing[worker] = 1;
    const index = this.#started[worker]!;
    this.#started[worker] = index + 1;
    const end = this.#time + this.#computation.duration(worker, index, this.#time);
    if (end === Infinity) this.#lost += 1;
    else this.#queue.schedule(worker, end);
  }

  #stop(worker: number): void {
    if (this.#computing[worker] === 0) return;
    if (!this.#queue.cancel(worker)) this.#lost -= 1;
    this.#discarded += 1;
    this.#discardedTime += this.#time - this.#since[worker]!;
    this.#endInterval(worker, 'busy');
    this.#computing[worker] = 0;
  }

  /** Ends the worker's current stretch of busy or idle time now. */
  #endInterval(worker: number, kind: 'busy' | 'idle'): void {
    const start = this.#since[worker]!;
    const end = this.#time;
    if (kind === 'busy') this.#busyTime += end - start;
    if (end > start) this.#observer?.onInterval?.({ worker, kind, start, end });
    this.#since[worker] = end;
  }
}

/** The arrival being handled; its gradient is computed when it is first read. */
class CurrentArrival implements Arrival {
  #gradient: Vector | null = null;

  constructor(
    readonly worker: number,
    readonly delay: number,
    readonly duration: number,
    readonly index: number,
    readonly model: Vector,
    readonly problem: Problem,
    readonly vectors: RunVectors,
  ) {}

  get gradient(): Vector {
    if (this.#gradient === null) {
      this.#gradient = this.vectors.create('gradients');
      this.problem.gradient(this.worker, this.index, this.model, this.#gradient);
    }
    return this.#gradient;
  }

  dispose(): void {
    this.#gradient?.release();
    this.model.release();
  }
}
