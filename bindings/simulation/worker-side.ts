import type { Vector } from '../kernels/vector.js';
import type { RunVectors } from '../kernels/vector-operations.js';
import type { Worker, WorkerHalf } from '../methods/method.js';
import type { Lane, LaneSurroundings } from './lane.js';
import type { WorkerCommands } from './worker-handle.js';
import { WorkerHandle } from './worker-handle.js';

/** What the worker halves of a lane are at one instant. */
export interface WorkerSideState {
  readonly states: readonly unknown[];
  readonly revision: number;
  readonly roundMean: Vector | null;
}

/** The worker halves of a lane: their states, what they may do, and the rounds of local methods. */
export class WorkerSide {
  readonly #half: WorkerHalf;
  readonly #lane: Lane;
  readonly #shared: LaneSurroundings;
  readonly #vectors: RunVectors;
  readonly #handles: readonly Worker[];
  #states: unknown[] = [];
  #revision = 0;
  /** The mean of the models of those who have completed the round, where somebody watches it. */
  #roundMean: Vector | null = null;
  #mean: Vector | null = null;

  constructor(half: WorkerHalf, lane: Lane, shared: LaneSurroundings) {
    this.#half = half;
    this.#lane = lane;
    this.#shared = shared;
    this.#vectors = shared.vectors;
    const commands = this.#makeCommands();
    this.#handles = Array.from({ length: shared.problem.workers }, (_, worker) => new WorkerHandle(commands, worker));
  }

  /** Makes the states; every worker holds x⁰. */
  start(model: Vector, parameters: unknown): void {
    for (const handle of this.#handles) {
      this.#lane.hold(handle.index, model.retain());
      this.#states.push(this.#half.start(handle, parameters as never));
    }
  }

  /** Changes whenever a worker's model does. */
  get revision(): number {
    return this.#revision;
  }

  /** The mean of the workers' models, taken now; valid until it is asked for again. */
  get mean(): Vector {
    this.#mean ??= this.#vectors.create('evaluation');
    const n = this.#handles.length;
    this.#vectors.weightedSum(new Array<number>(n).fill(1 / n), this.#lane.held as Vector[], this.#mean);
    return this.#mean;
  }

  /** The server has told a worker to go on at the model that it now holds. */
  receive(worker: number): void {
    if (this.#half.onModel === undefined) this.#lane.timing.compute(worker);
    else this.#half.onModel(this.#states[worker], this.#handles[worker]!);
  }

  /** Values from the server reach a worker. */
  message(worker: number, values: Vector, number: number): void {
    this.#half.onMessage?.(this.#states[worker], this.#handles[worker]!, values, number);
  }

  /** A worker's gradient is ready. @param index Its number. */
  stepEnds(worker: number, index: number): void {
    const gradient = this.#shared.arrivals.take(worker, index, this.#lane.held[worker]!);
    try {
      this.#half.onGradient(this.#states[worker], this.#handles[worker]!, gradient);
    } finally {
      gradient.release();
    }
  }

  dispose(): void {
    for (const state of this.#states) this.#half.dispose?.(state);
    this.#roundMean?.release();
    this.#mean?.release();
  }

  save(): WorkerSideState {
    return { states: this.#states, revision: this.#revision, roundMean: this.#roundMean };
  }

  restore({ states, revision, roundMean }: WorkerSideState): void {
    this.#states = [...states];
    this.#revision = revision;
    this.#roundMean = roundMean;
  }

  #makeCommands(): WorkerCommands {
    const { problem, computation, vectors, coordinates, instantaneous } = this.#shared;
    const lane = this.#lane;
    return {
      workers: problem.workers,
      vectors,
      instantaneous,
      expectedTime: (worker) => computation.expectedTime(worker),
      model: (worker) => lane.held[worker]!,
      compute: (worker) => lane.timing.compute(worker),
      withdraw: (worker) => lane.withdraw(worker),
      step: (worker, direction, stepsize) => {
        const model = this.#changing(worker);
        const target = model.holders === 1 ? model : vectors.create('worker models');
        vectors.step(stepsize, model, direction, target);
        if (target !== model) lane.hold(worker, target);
      },
      own: (worker) => {
        const model = this.#changing(worker);
        return model.holders === 1 ? model : lane.hold(worker, vectors.copy(model, 'worker models'));
      },
      adopt: (worker, model) => {
        this.#changing(worker);
        lane.hold(worker, model.retain());
      },
      send: (worker, values, number) => lane.send(worker, 'up', values, number),
      coordinates: (round, count) => coordinates.draw(round, count),
      completeRound: (worker) => this.#completeRound(worker),
    };
  }

  /** The model of a worker, which is about to change. */
  #changing(worker: number): Vector {
    this.#lane.timing.changeModel(worker);
    this.#revision += 1;
    return this.#lane.held[worker]!;
  }

  #completeRound(worker: number): void {
    const lane = this.#lane;
    const ends = lane.timing.completeRound(worker);
    if (this.#shared.observer?.onUpdate !== undefined) {
      this.#roundMean ??= this.#vectors.zeros();
      this.#vectors.axpy(1 / this.#handles.length, lane.held[worker]!, this.#roundMean);
    }
    if (!ends) return;
    lane.updated(worker, 0, lane.stepsize, this.#roundMean ?? lane.held[worker]!);
    if (this.#roundMean !== null) this.#vectors.clear(this.#roundMean);
  }
}
