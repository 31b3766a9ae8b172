import type { Vector } from '../kernels/vector.js';
import type { JobBoard } from './job-board.js';

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
  /** The worker's gradient has arrived: it is taken before the event is over, or never. */
  arrive(worker: number): void;
  /**
   * The gradient that has arrived, number `index` of the worker.
   * @param x The model it is at; null where the source holds the models.
   * @returns A vector that the caller releases, and may write to where nobody else holds it.
   */
  take(worker: number, index: number, x: Vector | null): Vector;
  /** As `take` for several lanes: the gradient of the same sample at each point. Absent where that gains nothing. */
  takeAll?(worker: number, index: number, xs: readonly Vector[]): Vector[];
  /** The server is about to leave its model behind. */
  beforeStep(): void;
  /** Lets other threads compute gradients from now on; undefined: this one alone. A board that was used before may be closed afterwards. */
  share(board: JobBoard | undefined): void;
  /** An event has been handled. */
  afterEvent(upcoming: Upcoming): void;
  /** What must be kept so that a run can go on: gradients in compact form. Empty where they follow from the workers' models. */
  save(): KeptGradient[];
  restore(kept: readonly KeptGradient[]): void;
  dispose(): void;
}

/** A gradient that has begun, as it is kept. */
export interface KeptGradient {
  readonly worker: number;
  readonly index: number;
  readonly block: Uint8Array<ArrayBuffer>;
}
