import type { Vector } from '../kernels/vector.js';
import type { JobBoard } from '../threads/job-board.js';

/** A computation that goes on, and the model that it is at. */
export type VisitComputation = (worker: number, index: number, x: Vector, end: number) => void;

/** Goes through the computations whose results arrive next, the soonest first, at most so many. */
export type Upcoming = (count: number, visit: VisitComputation) => void;

/**
 * Where a simulation has its stochastic gradients from. A gradient is determined when it begins and needed when it arrives: when it is
 * computed, and by which thread, is a matter of time and memory, and changes no bit of it.
 */
export interface GradientSource {
  /** Whether it holds the models of computations that have begun itself, for as long as it needs them, so that the workers need not. */
  readonly holdsModels: boolean;
  /** Worker i begins its gradient `index` at x. */
  begin(worker: number, index: number, x: Vector): void;
  /** The worker's gradient will not be taken. */
  forget(worker: number): void;
  /** @param x The model it is at; null where the source holds the models. @returns The gradient, which the caller releases. */
  take(worker: number, index: number, x: Vector | null): Vector;
  /** The server is about to leave its model behind. */
  beforeStep(model: Vector): void;
  /** Lets other threads compute gradients from now on. */
  share(board: JobBoard): void;
  /** An event has been handled. */
  afterEvent(upcoming: Upcoming): void;
  dispose(): void;
}
