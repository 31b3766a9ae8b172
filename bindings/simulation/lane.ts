import type { ComputationModel } from '../computation/computation-model.js';
import type { Vector } from '../kernels/vector.js';
import { scalarBytes } from '../kernels/vector.js';
import type { RunVectors } from '../kernels/vector-operations.js';
import type { AnyMethod, Arrival, Server } from '../methods/method.js';
import type { Problem } from '../problems/problem.js';
import { CurrentArrival } from './arrival.js';
import type { CoordinateSampler } from './coordinate-sampler.js';
import type { GradientSource } from './gradient-source.js';
import type { MailboxState } from './mailbox.js';
import { Mailbox } from './mailbox.js';
import type { SimulationObserver } from './observer.js';
import type { Schedule } from './schedule.js';
import type { ScheduledEvent } from './scheduled-event.js';
import type { Timing } from './timing.js';
import type { WorkerSideState } from './worker-side.js';
import { WorkerSide } from './worker-side.js';

/** A lane of a simulation, to look at. */
export interface SimulationLane {
  /** γ */
  readonly stepsize: number;
  /** Whether its handlers are still called. */
  readonly live: boolean;
  /** The model to evaluate: x^k, or for local methods the mean of the workers' models; valid until the next event. */
  readonly model: Vector;
  /** Changes whenever that model does. */
  readonly revision: number;
}

/** What the lanes of a simulation share. */
export interface LaneSurroundings {
  readonly problem: Problem;
  readonly method: AnyMethod;
  readonly computation: ComputationModel;
  /** Whether no message ever takes time. */
  readonly instantaneous: boolean;
  readonly vectors: RunVectors;
  readonly coordinates: CoordinateSampler;
  readonly schedule: Schedule;
  readonly gradients: GradientSource;
  /** Where the gradients that have arrived are taken from. */
  readonly arrivals: Pick<GradientSource, 'take'>;
  readonly observer: SimulationObserver | undefined;
}

/** All that a lane is at one instant: plain data and vectors, each of which has one holder for every place at which it stands here. */
export interface LaneState {
  readonly live: boolean;
  readonly updates: number;
  readonly revision: number;
  readonly model: Vector;
  readonly held: readonly (Vector | null)[];
  readonly mail: MailboxState | null;
  readonly server: unknown;
  readonly workers: WorkerSideState | null;
}

/** One stepsize: the values of the simulation. Models, what the workers hold, what messages contain and the method's state. */
export class Lane implements SimulationLane {
  readonly index: number;
  readonly stepsize: number;
  /** What the method's server half sees. */
  readonly server: Server;
  /** The model that each worker holds. */
  readonly held: (Vector | null)[];
  /** What this lane's commands do to the schedule. */
  timing: Timing;
  readonly #shared: LaneSurroundings;
  readonly #method: AnyMethod;
  /** Absent for methods without a worker half. */
  readonly #workers: WorkerSide | undefined;
  /** Absent where messages take no time: then nothing is under way. */
  readonly #mail: Mailbox | undefined;
  #state: unknown;
  #model: Vector;
  #updates = 0;
  #arrival: CurrentArrival | null = null;
  #live = true;
  #started = false;
  #finalRevision = 0;

  constructor(shared: LaneSurroundings, index: number, stepsize: number, timing: Timing) {
    const { problem, method, instantaneous } = shared;
    this.index = index;
    this.stepsize = stepsize;
    this.timing = timing;
    this.held = new Array<Vector | null>(problem.workers).fill(null);
    this.#shared = shared;
    this.#method = method;
    this.#mail = instantaneous && method.worker === undefined ? undefined : new Mailbox(problem.workers);
    this.#workers = method.worker === undefined ? undefined : new WorkerSide(method.worker, this, shared);
    this.server = this.#makeServer();
    this.#model = problem.initial();
  }

  get live(): boolean {
    return this.#live;
  }

  get state(): unknown {
    return this.#state;
  }

  get revision(): number {
    if (!this.#live) return this.#finalRevision;
    return this.#method.local === true ? this.#workers!.revision : this.#updates;
  }

  get model(): Vector {
    return this.#live && this.#method.local === true ? this.#workers!.mean : this.#model;
  }

  /** Makes the method's states and the first assignments. */
  start(parameters: unknown): void {
    this.#workers?.start(this.#model, parameters);
    this.#state = this.#method.start(this.server, parameters as never);
    this.#started = true;
  }

  /** The method answers to an event. */
  handle(event: ScheduledEvent): void {
    const { kind, worker } = event;
    if (kind === 'gradient') this.#gradientArrives(event);
    else if (kind === 'step') this.#workers!.stepEnds(worker, event.index);
    else if (kind === 'model') this.#receive(worker, this.#mail!.take(worker, 'down'));
    else if (kind !== 'nothing') this.#valuesArrive(event);
  }

  /** Nothing happens in this lane any more; its model stays. */
  end(): void {
    if (!this.#live) return;
    const revision = this.revision;
    const model = this.model.retain();
    this.#letGo();
    this.#model.release();
    this.#model = model;
    this.#finalRevision = revision;
  }

  dispose(): void {
    if (this.#live) this.#letGo();
    this.#model.release();
  }

  /** The worker lets go of its model and holds this one. @returns The model. */
  hold(worker: number, model: Vector): Vector {
    this.held[worker]?.release();
    this.held[worker] = model;
    return model;
  }

  /** Takes back a computation that began at this very instant. @returns Whether the worker is now free. */
  withdraw(worker: number): boolean {
    const free = this.timing.withdraw(worker);
    if (free) this.#shared.gradients.forget(worker);
    return free;
  }

  /** Sends values. They and the number, which is NaN if there is none, are there when the schedule says so. */
  send(worker: number, direction: 'up' | 'down', values: Vector, number: number): void {
    const size = scalarBytes(values.scalar);
    this.timing.send(worker, direction, values.length * size + (Number.isNaN(number) ? 0 : size));
    this.#mail!.put(worker, direction, values.retain(), number);
  }

  /** The model has changed. @param model What the observer is shown. */
  updated(worker: number, delay: number, gamma: number, model: Vector): void {
    const { schedule, observer } = this.#shared;
    this.#updates += 1;
    this.timing.update();
    observer?.onUpdate?.({ time: schedule.time, update: this.#updates, worker, delay, gamma, model }, this.index);
  }

  /** The lane as it is; its vectors are still the lane's. */
  save(): LaneState {
    return {
      live: this.#live,
      updates: this.#updates,
      revision: this.revision,
      model: this.#model,
      held: this.held,
      mail: this.#mail?.save() ?? null,
      server: this.#live ? this.#state : null,
      workers: (this.#live ? this.#workers?.save() : null) ?? null,
    };
  }

  /** Takes over a state with its vectors, instead of `start`. */
  restore(state: LaneState): void {
    this.#model.release();
    this.#model = state.model;
    state.held.forEach((model, worker) => (this.held[worker] = model));
    if (state.mail !== null) this.#mail!.restore(state.mail);
    this.#updates = state.updates;
    this.#state = state.server;
    this.#live = state.live;
    this.#started = true;
    this.#finalRevision = state.revision;
    if (state.workers !== null) this.#workers!.restore(state.workers);
  }

  #letGo(): void {
    this.#live = false;
    if (this.#started) this.#method.dispose?.(this.#state);
    this.#workers?.dispose();
    this.#mail?.dispose();
    for (const model of this.held) model?.release();
    this.held.fill(null);
  }

  #makeServer(): Server {
    const { problem, computation, vectors, schedule, gradients } = this.#shared;
    const updates = (): number => this.#updates;
    return {
      workers: problem.workers,
      get version() {
        return updates();
      },
      vectors,
      expectedTime: (worker) => computation.expectedTime(worker),
      step: (direction, stepsize) => this.#step(direction, stepsize),
      assign: (worker) => this.#assign(worker),
      resume: (worker) => this.#resume(worker),
      stop: (worker) => {
        this.timing.stop(worker);
        this.#mail?.drop(worker);
        gradients.forget(worker);
      },
      discard: (arrival) => this.#discard(arrival),
      reports: (worker) => schedule.reports(worker),
      send: (worker, values, number = NaN) => this.send(worker, 'down', values, number),
    };
  }

  #step(direction: Vector, stepsize: number): void {
    const { vectors, schedule, gradients } = this.#shared;
    gradients.beforeStep();
    const next = this.#model.holders === 1 ? this.#model : vectors.create('model versions');
    vectors.step(stepsize, this.#model, direction, next);
    if (next !== this.#model) this.#model.release();
    this.#model = next;
    const { worker, delay } = schedule.event;
    this.updated(worker, delay, stepsize, next);
  }

  #assign(worker: number): void {
    const { gradients, schedule } = this.#shared;
    const there = this.timing.assign(worker);
    if (gradients.holdsModels) {
      gradients.begin(worker, schedule.fleet.started[worker]!, this.#model);
      if (there) this.timing.compute(worker);
      return;
    }
    const model = this.#model.retain();
    if (there) this.#receive(worker, model);
    else this.#mail!.put(worker, 'down', model, NaN);
  }

  #resume(worker: number): void {
    if (this.#method.resumes === false) throw new RangeError(`server: 'resume' must not be called by a method with 'resumes: false', got ${this.#method.name}`);
    if (this.held[worker] === null) throw new RangeError(`server: 'worker' must have been assigned a model before it is resumed, got ${worker}`);
    if (this.timing.resume(worker)) this.#receive(worker, null);
  }

  #discard(arrival: Arrival): void {
    if (arrival === this.#arrival) this.timing.discard();
  }

  /** A model, or the command to go on, reaches a worker. */
  #receive(worker: number, model: Vector | null): void {
    if (model !== null) this.hold(worker, model);
    if (this.#workers === undefined) this.timing.compute(worker);
    else this.#workers.receive(worker);
  }

  #gradientArrives({ worker, delay, duration, index }: ScheduledEvent): void {
    const model = this.held[worker]?.retain() ?? null; // the handler may assign a new one before it reads the gradient
    const arrival = new CurrentArrival(worker, delay, duration, index, model, this.#shared.arrivals);
    this.#arrival = arrival;
    try {
      this.#method.onGradient!(this.#state, this.server, arrival);
    } finally {
      this.#arrival = null;
      arrival.dispose();
    }
  }

  /** What a worker half or its server sent is there. */
  #valuesArrive({ kind, worker, index, delay, duration }: ScheduledEvent): void {
    const direction = kind === 'report' ? 'up' : 'down';
    const number = this.#mail!.number(worker, direction);
    const values = this.#mail!.take(worker, direction)!;
    try {
      if (kind === 'report') this.#method.onMessage!(this.#state, this.server, { worker, index, values, number, delay, duration });
      else this.#workers!.message(worker, values, number);
    } finally {
      values.release();
    }
  }
}
