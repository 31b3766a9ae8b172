import type { Direction } from '../computation/network-model.js';

/**
 * What a lane's commands do to the schedule, which depends on times only and is the same for all lanes. The first lane acts on the
 * schedule itself; the others repeat its commands.
 */
export interface Timing {
  /** The model has been updated. */
  update(): void;
  /** The worker, which must be free, is sent the model. @returns Whether it is there at once. */
  assign(worker: number): boolean;
  /** The worker, which must be free, is told to go on. @returns Whether it knows at once. */
  resume(worker: number): boolean;
  /** The worker stops, and so does what is on its way from and to it. */
  stop(worker: number): void;
  /** The gradient that has just arrived is not used. */
  discard(): void;
  /** Values travel between the server and the worker. */
  send(worker: number, direction: Direction, bytes: number): void;
  /** The worker starts its next gradient. */
  compute(worker: number): void;
  /** Takes back a computation that began at this very instant. @returns Whether the worker is now free. */
  withdraw(worker: number): boolean;
  /** The worker's own model is about to change, which it must not while the worker computes. */
  changeModel(worker: number): void;
  /** The worker has merged. @returns Whether all workers have, so that the round ends with an update. */
  completeRound(worker: number): boolean;
}
