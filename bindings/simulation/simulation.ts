import type { ComputationModel } from '../computation/computation-model.js';
import type { Direction, NetworkModel } from '../computation/network-model.js';
import type { Kernels } from '../kernels/load.js';
import type { Random } from '../kernels/random.js';
import type { Vector } from '../kernels/vector.js';
import { scalarBytes } from '../kernels/vector.js';
import { RunVectors } from '../kernels/vector-operations.js';
import type { AnyMethod, Server, WorkerHalf } from '../methods/method.js';
import { requireHandlers } from '../methods/method.js';
import type { Problem } from '../problems/problem.js';
import { CurrentArrival } from './arrival.js';
import { CoordinateSampler } from './coordinate-sampler.js';
import { EventQueue } from './event-queue.js';
import { Fleet } from './fleet.js';
import type { SimulationObserver, WorkerStatistics } from './observer.js';
import type { Parcel } from './post.js';
import { COMPUTATION_SLOT, Post, SLOTS_PER_WORKER, UP_SLOT, valuesParcel } from './post.js';
import { Recorder } from './recorder.js';
import { StallWatch } from './stall-watch.js';
import type { Engine } from './worker-side.js';
import { WorkerSide } from './worker-side.js';

/** What a simulation is of: a method on a problem, with workers and a network. */
export interface SimulationOptions {
  readonly kernels: Kernels;
  readonly problem: Problem;
  readonly computation: ComputationModel;
  /** Absent: messages take no time. */
  readonly network?: NetworkModel | undefined;
  /** Where the coordinates of sparse messages come from. */
  readonly random: Random;
  readonly method: AnyMethod;
  /** The method's parameters with its stepsize. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly observer?: SimulationObserver;
}

/** Counts of a run so far. */
export interface SimulationStatistics {
  /** Model updates; for local methods rounds. */
  updates: number;
  /** Stochastic gradients that arrived; for methods with a worker half those that were computed. */
  gradients: number;
  gradientsDiscarded: number;
  /** Simulated worker time spent on them. */
  discardedTime: number;
  /** Over the messages that arrived: k − v at arrival. */
  meanDelay: number;
  maxDelay: number;
  /** Fraction of worker time spent computing, over all workers and the whole run. */
  utilization: number;
  bytesUp: number;
  bytesDown: number;
}

/**
 * A server and n workers in simulated time: owns the clock, the event queue, the model versions and the counts, and knows no
 * concrete method. Server work takes no time. An event is the end of one stochastic gradient or the arrival of a message; a message
 * that takes no time is delivered at once to methods without a worker half, and at the same instant, in its turn, to the others.
 */
export class Simulation {
  readonly #problem: Problem;
  readonly #method: AnyMethod;
  readonly #observer: SimulationObserver | undefined;
  readonly #vectors: RunVectors;
  readonly #coordinates: CoordinateSampler;
  readonly #recorder: Recorder;
  readonly #queue: EventQueue;
  readonly #fleet: Fleet;
  readonly #stalls: StallWatch;
  /** Absent where messages take no time and need no turn: then a worker has one slot in the queue. */
  readonly #post: Post | undefined;
  readonly #server: Server;
  /** Absent for methods without a worker half. */
  readonly #workers: WorkerSide | undefined;
  readonly #state: unknown;
  /** Bytes of a model or a gradient. */
  readonly #modelBytes: number;
  readonly #stepsize: number;
  /** Messages of a worker half that have reached the server. */
  readonly #reports: Float64Array;

  #model: Vector;
  #time = 0;
  #updates = 0;
  #current: { worker: number; delay: number } | null = null;
  #starting = true;

  /**
   * @throws RangeError when the computation model, the network and the problem disagree about the number of workers.
   * @throws InputError when the method lacks a handler that it needs.
   */
  constructor(options: SimulationOptions) {
    const { kernels, problem, computation, method, parameters, observer } = options;
    const n = problem.workers;
    const network = options.network?.instantaneous === true ? undefined : options.network;
    if (computation.workers !== n) throw new RangeError(`simulation: 'computation' must have ${n} workers, got ${computation.workers}`);
    if (network !== undefined && network.workers !== n) throw new RangeError(`simulation: 'network' must have ${n} workers, got ${network.workers}`);
    requireHandlers(method);
    this.#problem = problem;
    this.#method = method;
    this.#observer = observer;
    this.#stepsize = parameters['stepsize'] as number;
    this.#modelBytes = problem.dimension * scalarBytes(problem.scalar);
    this.#vectors = new RunVectors(kernels, problem.dimension, problem.scalar, n);
    this.#coordinates = new CoordinateSampler(kernels, options.random, problem.dimension);
    this.#recorder = new Recorder(n, computation, observer);
    const stride = network === undefined && method.worker === undefined ? 1 : SLOTS_PER_WORKER;
    this.#queue = new EventQueue(stride * n);
    this.#fleet = new Fleet(computation, this.#queue, stride, this.#recorder);
    this.#stalls = new StallWatch(method, this.#fleet, this.#queue);
    this.#post = stride === 1 ? undefined : new Post(n, network, this.#queue, this.#recorder);
    this.#reports = new Float64Array(n);
    this.#model = problem.initial();
    this.#server = this.#makeServer(computation);
    this.#workers = method.worker === undefined ? undefined : this.#makeWorkers(method.worker, computation, network);
    try {
      this.#workers?.start(this.#model, parameters);
      this.#state = method.start(this.#server, parameters as never);
      this.#starting = false;
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  /** Simulated time of the last event; 0 before the first. */
  get time(): number {
    return this.#time;
  }

  /** k: model updates so far; for local methods rounds. */
  get updates(): number {
    return this.#updates;
  }

  /** Stochastic gradients so far; see `SimulationStatistics`. */
  get gradients(): number {
    return this.#recorder.gradients;
  }

  /** Changes whenever the model to evaluate does. */
  get revision(): number {
    return this.#method.local === true ? this.#workers!.revision : this.#updates;
  }

  /** The model to evaluate: x^k, or for local methods the mean of the workers' models; valid until the next event. */
  get model(): Vector {
    return this.#method.local === true ? this.#workers!.mean : this.#model;
  }

  /** Simulated time of the next event; Infinity when nothing can happen any more. */
  get nextTime(): number {
    return this.#queue.nextTime;
  }

  /** Processes the next event: a gradient is ready or a message arrives, and the method answers. There must be one. */
  advance(): void {
    const time = this.#queue.nextTime;
    const slot = this.#queue.pop();
    if (slot === -1) throw new RangeError("simulation: 'advance' must not be called when nothing can happen any more");
    this.#time = time;
    if (this.#post === undefined) {
      this.#fleet.end(slot, time);
      this.#recorder.sent('up', this.#modelBytes);
      this.#arrive(slot);
      return;
    }
    const worker = Math.floor(slot / SLOTS_PER_WORKER);
    const kind = slot % SLOTS_PER_WORKER;
    if (kind !== COMPUTATION_SLOT) this.#deliver(worker, kind === UP_SLOT ? 'up' : 'down');
    else if (this.#workers === undefined) {
      this.#fleet.end(worker, time);
      this.#send(worker, 'up', { what: 'gradient', content: null, number: NaN, version: 0, duration: 0, bytes: this.#modelBytes });
    } else this.#workers.stepEnds(worker);
  }

  /** Workers whose computation never ends. */
  get lost(): number {
    return this.#fleet.lost;
  }

  /** The workers that the run waits for in vain; see `StallWatch`. */
  stalledOn(): readonly number[] {
    return this.#stalls.waitsFor(this.#state, this.#server, this.gradients);
  }

  /** The counts so far, with computations in progress counted as used until `end`. */
  statistics(end: number): SimulationStatistics {
    const { gradients, discarded, discardedTime, meanDelay, maxDelay, bytesUp, bytesDown, computingTime } = this.#recorder;
    const computing = computingTime + this.#fleet.openTime(end, this.#unsettled);
    return {
      updates: this.#updates,
      gradients,
      gradientsDiscarded: discarded,
      discardedTime,
      meanDelay,
      maxDelay,
      utilization: end === 0 ? 0 : Math.min(1, computing / (this.#fleet.size * end)),
      bytesUp,
      bytesDown,
    };
  }

  /** How the workers spent the time until the intervals were closed. */
  workerStatistics(): WorkerStatistics {
    return this.#recorder.workers();
  }

  /** Records the intervals that are still open at the end of the run. */
  closeIntervals(end: number): void {
    this.#time = end;
    this.#fleet.close(end, this.#unsettled);
  }

  /** Returns the run's memory; the problem stays with its owner. */
  dispose(): void {
    this.#method.dispose?.(this.#state);
    this.#release();
  }

  #release(): void {
    this.#workers?.dispose();
    this.#fleet.dispose();
    this.#post?.dispose();
    this.#model.release();
    this.#coordinates.dispose();
    this.#vectors.dispose();
  }

  #makeServer(computation: ComputationModel): Server {
    const updates = (): number => this.#updates;
    return {
      workers: this.#problem.workers,
      get version() {
        return updates();
      },
      vectors: this.#vectors,
      expectedTime: (worker) => computation.expectedTime(worker),
      step: (direction, stepsize) => this.#step(direction, stepsize),
      assign: (worker) => this.#assign(worker),
      resume: (worker) => this.#resume(worker),
      stop: (worker) => this.#stop(worker),
      discard: (arrival) => {
        if (arrival instanceof CurrentArrival) arrival.discarded = true;
      },
      reports: (worker) => this.#reports[worker]!,
      send: (worker, values, number = NaN) => {
        this.#requireWorker(worker);
        if (this.#workers === undefined) throw new RangeError(`server: 'send' must be called by a method with a worker half, got ${this.#method.name}`);
        this.#send(worker, 'down', valuesParcel(values, number, 0));
      },
    };
  }

  #makeWorkers(half: WorkerHalf, computation: ComputationModel, network: NetworkModel | undefined): WorkerSide {
    const time = (): number => this.#time;
    const engine: Engine = {
      get time() {
        return time();
      },
      problem: this.#problem,
      computation,
      instantaneous: network === undefined,
      fleet: this.#fleet,
      vectors: this.#vectors,
      coordinates: this.#coordinates,
      recorder: this.#recorder,
      watched: this.#observer?.onUpdate !== undefined,
      sendUp: (worker, parcel) => this.#send(worker, 'up', parcel),
      roundEnds: (worker, model) => this.#updated(worker, 0, this.#stepsize, model ?? this.#model),
    };
    return new WorkerSide(half, engine);
  }

  #step(direction: Vector, stepsize: number): void {
    const next = this.#vectors.create('model versions');
    this.#vectors.step(stepsize, this.#model, direction, next);
    this.#model.release();
    this.#model = next;
    this.#updated(this.#current?.worker ?? -1, this.#current?.delay ?? 0, stepsize, next);
  }

  #updated(worker: number, delay: number, gamma: number, model: Vector): void {
    this.#updates += 1;
    this.#stalls.updated(this.gradients);
    this.#observer?.onUpdate?.({ time: this.#time, update: this.#updates, worker, delay, gamma, model });
  }

  #assign(worker: number): void {
    this.#requireFree(worker);
    const content = this.#model.retain();
    const version = this.#updates;
    if (this.#starting) this.#receive(worker, content, version); // everybody holds x⁰: nothing travels
    else if (this.#post !== undefined) this.#send(worker, 'down', { what: 'model', content, number: NaN, version, duration: 0, bytes: this.#modelBytes });
    else {
      this.#recorder.sent('down', this.#modelBytes);
      this.#receive(worker, content, version);
    }
  }

  #resume(worker: number): void {
    this.#requireFree(worker);
    if ((this.#fleet.held[worker] ?? null) === null) throw new RangeError(`server: 'worker' must have been assigned a model before it is resumed, got ${worker}`);
    if (this.#post === undefined || this.#starting) this.#receive(worker, null, 0);
    else this.#send(worker, 'down', { what: 'continue', content: null, number: NaN, version: 0, duration: 0, bytes: 0 });
  }

  #stop(worker: number): void {
    this.#requireWorker(worker);
    if (this.#workers !== undefined) throw new RangeError(`server: 'stop' must not be called by a method with a worker half, got ${this.#method.name}`);
    this.#fleet.stop(worker, this.#time);
    if (this.#fleet.flying[worker] === 0) return;
    if (this.#unsettled(worker)) this.#fleet.settle(worker, true);
    this.#fleet.closeWait(worker, this.#time);
    this.#post!.drop(worker);
    this.#fleet.flying[worker] = 0;
  }

  /** A model, or the command to go on, reaches a worker. */
  #receive(worker: number, content: Vector | null, version: number): void {
    if (content !== null) {
      this.#fleet.hold(worker, content);
      this.#fleet.version[worker] = version;
    }
    if (this.#workers === undefined) this.#fleet.begin(worker, this.#time);
    else this.#workers.receive(worker);
  }

  #send(worker: number, direction: Direction, parcel: Parcel): void {
    this.#fleet.closeWait(worker, this.#time);
    this.#fleet.flying[worker] = this.#fleet.flying[worker]! + 1;
    const queued = this.#post!.send(worker, direction, parcel, this.#time, this.#workers !== undefined);
    if (!queued) this.#deliver(worker, direction);
  }

  #deliver(worker: number, direction: Direction): void {
    const fleet = this.#fleet;
    const { what, content, number, version, duration } = this.#post!.take(worker, direction, this.#time);
    if (what !== 'gradient') fleet.closeWait(worker, this.#time);
    fleet.flying[worker] = fleet.flying[worker]! - 1;
    if (what === 'gradient') return this.#arrive(worker);
    if (what !== 'values') return this.#receive(worker, content, version);
    try {
      if (direction === 'up') this.#report(worker, content!, number, duration);
      else this.#workers!.message(worker, content!, number);
    } finally {
      content!.release();
    }
  }

  /** A gradient of a worker without a worker half reaches the server, after a flight of no or some time. */
  #arrive(worker: number): void {
    const { computeStart, computeEnd, version, held, started } = this.#fleet;
    const start = computeStart[worker]!;
    const end = computeEnd[worker]!;
    const delay = this.#updates - version[worker]!;
    this.#recorder.gradient(worker);
    this.#recorder.arrival(delay);
    this.#fleet.skipWait(worker, this.#time);
    const model = held[worker]!.retain(); // the handler may assign a new one before it reads the gradient
    const arrival = new CurrentArrival(worker, delay, end - start, started[worker]! - 1, model, this.#problem, this.#vectors);
    this.#current = arrival;
    try {
      this.#method.onGradient!(this.#state, this.#server, arrival);
    } finally {
      this.#current = null;
      arrival.dispose();
    }
    // Now it is known whether the gradient is used.
    this.#recorder.computed(worker, start, end, arrival.discarded);
    this.#recorder.spent(worker, 'flight', end, this.#time);
  }

  /** What a worker half sent reaches the server. */
  #report(worker: number, values: Vector, number: number, duration: number): void {
    const delay = Math.max(0, this.#updates - this.#fleet.version[worker]!);
    this.#recorder.arrival(delay);
    const index = this.#reports[worker]!;
    this.#reports[worker] = index + 1;
    this.#current = { worker, delay };
    try {
      this.#method.onMessage!(this.#state, this.#server, { worker, index, values, number, delay, duration });
    } finally {
      this.#current = null;
    }
  }

  /** Whether the worker's last gradient is on its way, so that it is not known yet whether it is used. */
  readonly #unsettled = (worker: number): boolean => this.#post?.underWay(worker, 'up')?.what === 'gradient';

  #requireWorker(worker: number): void {
    if (!(worker in this.#fleet.held)) throw new RangeError(`server: 'worker' must be a number from 0 to ${this.#fleet.size - 1}, got ${worker}`);
  }

  #requireFree(worker: number): void {
    this.#requireWorker(worker);
    if (this.#fleet.isComputing(worker)) throw new RangeError(`server: 'worker' must not be computing when it is assigned or resumed, got ${worker}`);
    if (this.#fleet.flying[worker] !== 0) throw new RangeError(`server: 'worker' must have no message on its way when it is assigned or resumed, got ${worker}`);
  }
}
