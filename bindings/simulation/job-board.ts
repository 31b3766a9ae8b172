/** Jobs of one run for helper threads. All calls come from the thread that opened the board. */
export interface JobBoard {
  /** How many jobs there can be at a time. */
  readonly capacity: number;
  /**
   * Offers a job: worker's gradient number `index` at the model at byte x, to be written to byte `out`. A helper takes the one with the lowest
   * priority number first; where helpers sleep and waking them does not pay, nobody may ever: `reclaim` it then. Until the job is done or withdrawn, x must not change, and `out` belongs to the helpers.
   * @returns The job's slot, −1 where all are in use.
   */
  submit(worker: number, index: number, x: number, out: number, priority: number): number;
  /** Whether a helper has finished the job, well or not: `wait` tells, and then takes no time. */
  isDone(slot: number): boolean;
  /** Withdraws a job that nobody has begun; it then belongs to the caller, who may run it or drop it. @returns Whether that was so. */
  reclaim(slot: number): boolean;
  /**
   * Waits until a job that a helper has begun is done.
   * @throws StragglerError when it failed, or its thread has died or seems to have. RangeError when nobody has begun it.
   */
  wait(slot: number): void;
  /** Gives back the slot of a job that is done or withdrawn. @throws RangeError for others. */
  free(slot: number): void;
  /** Withdraws all jobs, waits for those that have been begun, and sends the helpers away. May be called again. */
  close(): void;
}
