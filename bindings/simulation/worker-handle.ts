import type { Vector } from '../kernels/vector.js';
import type { Coordinates, VectorOperations, Worker } from '../methods/method.js';

/** What the engine does for the worker halves; every command names the worker. */
export interface WorkerCommands {
  readonly workers: number;
  readonly vectors: VectorOperations;
  readonly instantaneous: boolean;
  expectedTime(worker: number): number;
  model(worker: number): Vector;
  compute(worker: number): void;
  withdraw(worker: number): boolean;
  step(worker: number, direction: Vector, stepsize: number): void;
  own(worker: number): Vector;
  adopt(worker: number, model: Vector): void;
  send(worker: number, values: Vector, number: number): void;
  coordinates(round: number, count: number): Coordinates;
  completeRound(worker: number): void;
}

/** A worker, as its worker half sees it. */
export class WorkerHandle implements Worker {
  readonly #commands: WorkerCommands;

  constructor(
    commands: WorkerCommands,
    readonly index: number,
  ) {
    this.#commands = commands;
  }

  get workers(): number {
    return this.#commands.workers;
  }

  get vectors(): VectorOperations {
    return this.#commands.vectors;
  }

  get instantaneous(): boolean {
    return this.#commands.instantaneous;
  }

  get expectedTime(): number {
    return this.#commands.expectedTime(this.index);
  }

  get model(): Vector {
    return this.#commands.model(this.index);
  }

  compute(): void {
    this.#commands.compute(this.index);
  }

  withdraw(): boolean {
    return this.#commands.withdraw(this.index);
  }

  step(direction: Vector, stepsize: number): void {
    this.#commands.step(this.index, direction, stepsize);
  }

  own(): Vector {
    return this.#commands.own(this.index);
  }

  adopt(model: Vector): void {
    this.#commands.adopt(this.index, model);
  }

  send(values: Vector, number = NaN): void {
    this.#commands.send(this.index, values, number);
  }

  coordinates(round: number, count: number): Coordinates {
    return this.#commands.coordinates(round, count);
  }

  completeRound(): void {
    this.#commands.completeRound(this.index);
  }
}
