import type { AnyMethod, Server } from '../methods/method.js';
import type { EventQueue } from './event-queue.js';
import type { Fleet } from './fleet.js';

const NOBODY: readonly number[] = [];

/** What the watch remembers. */
export interface StallWatchState {
  readonly updatedAt: number;
  readonly lookAgainAt: number;
}

/** Tells a run that waits from one that waits in vain. */
export class StallWatch {
  readonly #method: AnyMethod;
  readonly #fleet: Fleet;
  readonly #queue: EventQueue;
  #updatedAt = 0;
  /** Gradients without an update after which a wait in vain is looked for. */
  #lookAgainAt = 1;

  readonly #isLost = (worker: number): boolean => this.#fleet.isLost(worker);

  constructor(method: AnyMethod, fleet: Fleet, queue: EventQueue) {
    this.#method = method;
    this.#fleet = fleet;
    this.#queue = queue;
  }

  /** The model has been updated. @param gradients How many there have been so far. */
  updated(gradients: number): void {
    this.#updatedAt = gradients;
    this.#lookAgainAt = 1;
  }

  /**
   * The workers that the run waits for in vain: not empty when the model can never change again, because the queue is
   * empty or because a worker that the method must hear from will never report.
   */
  waitsFor(state: unknown, server: Server, gradients: number): readonly number[] {
    if (this.#queue.size === 0) {
      const all = Array.from({ length: this.#fleet.size }, (_, worker) => worker);
      const never = all.filter(this.#isLost);
      return never.length > 0 ? never : all;
    }
    // Only a run with lost workers can wait in vain; it is looked at after 1, 2, 4, 8, … fruitless gradients, or a little later.
    const fruitless = gradients - this.#updatedAt;
    if (this.#fleet.lost === 0 || fruitless < this.#lookAgainAt) return NOBODY;
    this.#lookAgainAt = 2 * fruitless;
    const wait = this.#method.waitingFor?.(state, server, this.#isLost);
    if (wait === undefined) return NOBODY;
    const inVain = wait.workers.filter(this.#isLost);
    return wait.need === 'any' && inVain.length < wait.workers.length ? NOBODY : inVain;
  }

  save(): StallWatchState {
    return { updatedAt: this.#updatedAt, lookAgainAt: this.#lookAgainAt };
  }

  restore({ updatedAt, lookAgainAt }: StallWatchState): void {
    this.#updatedAt = updatedAt;
    this.#lookAgainAt = lookAgainAt;
  }
}
