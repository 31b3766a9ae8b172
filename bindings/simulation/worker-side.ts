import type { ComputationModel } from '../computation/computation-model.js';
import type { Vector } from '../kernels/vector.js';
import type { RunVectors } from '../kernels/vector-operations.js';
import type { Worker, WorkerHalf } from '../methods/method.js';
import type { Problem } from '../problems/problem.js';
import type { CoordinateSampler } from './coordinate-sampler.js';
import type { Fleet } from './fleet.js';
import type { Parcel } from './post.js';
import { valuesParcel } from './post.js';
import type { Recorder } from './recorder.js';
import type { WorkerCommands } from './worker-handle.js';
import { WorkerHandle } from './worker-handle.js';

/** What the worker side needs of the engine. */
export interface Engine {
  readonly time: number;
  readonly problem: Problem;
  readonly computation: ComputationModel;
  readonly fleet: Fleet;
  readonly vectors: RunVectors;
  readonly coordinates: CoordinateSampler;
  readonly recorder: Recorder;
  /** Whether no message ever takes time. */
  readonly instantaneous: boolean;
  /** Whether somebody wants the mean of the models after every round. */
  readonly watched: boolean;
  sendUp(worker: number, parcel: Parcel): void;
  /** All workers have merged. @param model The mean of their models then, where it is watched. */
  roundEnds(lastWorker: number, model: Vector | null): void;
}

/** The worker halves of a method that has one: their states, what they may do, and the rounds of local methods. */
export class WorkerSide {
  readonly #half: WorkerHalf;
  readonly #engine: Engine;
  readonly #fleet: Fleet;
  readonly #vectors: RunVectors;
  readonly #handles: readonly Worker[];
  readonly #states: unknown[] = [];
  /** Computing time since the last message. */
  readonly #worked: Float64Array;
  #revision = 0;
  /** Workers that have completed the round, and the mean of their models where it is watched. */
  #merged = 0;
  #roundMean: Vector | null = null;
  #mean: Vector | null = null;

  constructor(half: WorkerHalf, engine: Engine) {
    const { fleet, vectors } = engine;
    this.#half = half;
    this.#engine = engine;
    this.#fleet = fleet;
    this.#vectors = vectors;
    this.#worked = new Float64Array(fleet.size);
    const commands = this.#makeCommands();
    this.#handles = Array.from({ length: fleet.size }, (_, worker) => new WorkerHandle(commands, worker));
  }

  /** Makes the states; every worker holds x⁰. */
  start(model: Vector, parameters: unknown): void {
    for (const handle of this.#handles) {
      this.#fleet.hold(handle.index, model.retain());
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
    const n = this.#fleet.size;
    this.#vectors.weightedSum(new Array<number>(n).fill(1 / n), this.#fleet.held as Vector[], this.#mean);
    return this.#mean;
  }

  /** The server has told a worker to go on at the model that it now holds. */
  receive(worker: number): void {
    if (this.#half.onModel === undefined) this.#fleet.begin(worker, this.#engine.time);
    else this.#half.onModel(this.#states[worker], this.#handles[worker]!);
  }

  /** Values from the server reach a worker. */
  message(worker: number, values: Vector, number: number): void {
    this.#half.onMessage?.(this.#states[worker], this.#handles[worker]!, values, number);
  }

  /** A worker's gradient is ready. */
  stepEnds(worker: number): void {
    const { time, problem, recorder } = this.#engine;
    const fleet = this.#fleet;
    fleet.end(worker, time);
    this.#worked[worker] = this.#worked[worker]! + (time - fleet.computeStart[worker]!);
    fleet.settle(worker, false);
    recorder.gradient(worker);
    const gradient = this.#vectors.create('gradients');
    try {
      problem.gradient(worker, fleet.started[worker]! - 1, fleet.held[worker]!, gradient);
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

  #makeCommands(): WorkerCommands {
    const { fleet, vectors, computation, coordinates, instantaneous } = this.#engine;
    return {
      workers: fleet.size,
      vectors,
      instantaneous,
      expectedTime: (worker) => computation.expectedTime(worker),
      model: (worker) => fleet.held[worker]!,
      compute: (worker) => fleet.begin(worker, this.#engine.time),
      withdraw: (worker) => fleet.withdraw(worker, this.#engine.time),
      step: (worker, direction, stepsize) => {
        const model = this.#changing(worker);
        const target = model.holders === 1 ? model : vectors.create('worker models');
        vectors.step(stepsize, model, direction, target);
        if (target !== model) fleet.hold(worker, target);
      },
      own: (worker) => {
        const model = this.#changing(worker);
        return model.holders === 1 ? model : fleet.hold(worker, vectors.copy(model, 'worker models'));
      },
      adopt: (worker, model) => {
        this.#changing(worker);
        fleet.hold(worker, model.retain());
      },
      send: (worker, values, number) => {
        const duration = this.#worked[worker]!;
        this.#worked[worker] = 0;
        this.#engine.sendUp(worker, valuesParcel(values, number, duration));
      },
      coordinates: (round, count) => coordinates.draw(round, count),
      completeRound: (worker) => this.#completeRound(worker),
    };
  }

  /** The model of a worker, which is about to change. */
  #changing(worker: number): Vector {
    if (this.#fleet.isComputing(worker)) throw new RangeError(`worker: 'model' must not change while the worker computes, got worker ${worker}`);
    this.#revision += 1;
    return this.#fleet.held[worker]!;
  }

  #completeRound(worker: number): void {
    const { size, version, held } = this.#fleet;
    version[worker] = version[worker]! + 1;
    if (this.#engine.watched) {
      this.#roundMean ??= this.#vectors.zeros();
      this.#vectors.axpy(1 / size, held[worker]!, this.#roundMean);
    }
    this.#merged += 1;
    if (this.#merged < size) return;
    this.#merged = 0;
    this.#engine.roundEnds(worker, this.#roundMean);
    if (this.#roundMean !== null) this.#vectors.clear(this.#roundMean);
  }
}
