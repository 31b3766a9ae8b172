import { wallClock } from '../experiment/clock.js';
import { StragglerError } from '../errors.js';
import type { JobBoard } from '../simulation/job-board.js';
import type { Jobs } from './jobs.js';
import { JobState } from './jobs.js';
import { Waker } from './waker.js';

/** How a board's owner waits. */
export interface BoardPatience {
  /** How long to look before sleeping, in seconds. */
  readonly look: number;
  /** Whether the thread may sleep: not the main thread of a browser page. */
  readonly maySleep: boolean;
  /** After how many seconds a job counts as lost. */
  readonly limit: number;
  /** How long a gradient takes, about, in seconds. */
  readonly gradient: number;
}

/** What a board knows about its surroundings. */
export interface BoardSurroundings {
  /** How much of the kernels' memory is in use. */
  reservedBytes(): number;
  /** Why a helper is dead; undefined while it is not, as far as is known. */
  failureOf(helper: number): string | undefined;
  /** Called once, when no helper computes any more. */
  onClose(): void;
}

/** How often to look at a job between two looks at the clock. */
const LOOKS = 50;
/** Milliseconds of sleep between two looks at whether the thread is alive. */
const NAP = 100;

/** A board over shared slots. */
export class SharedJobBoard implements JobBoard {
  readonly #jobs: Jobs;
  readonly #patience: BoardPatience;
  readonly #surroundings: BoardSurroundings;
  readonly #waker: Waker;
  /** Slots that are free. */
  readonly #free: number[];
  #closed = false;

  constructor(jobs: Jobs, patience: BoardPatience, surroundings: BoardSurroundings) {
    this.#jobs = jobs;
    this.#patience = patience;
    this.#surroundings = surroundings;
    this.#waker = new Waker(jobs, patience.gradient);
    this.#free = Array.from({ length: jobs.capacity }, (_, j) => jobs.capacity - 1 - j);
  }

  get capacity(): number {
    return this.#jobs.capacity;
  }

  submit(worker: number, index: number, x: number, out: number, priority: number): number {
    if (this.#closed) throw new RangeError('board: a closed one must not be used');
    const slot = this.#free.pop();
    if (slot === undefined) return -1;
    const jobs = this.#jobs;
    jobs.workers[slot] = worker;
    jobs.indices[slot] = index;
    jobs.x[slot] = x;
    jobs.out[slot] = out;
    jobs.priorities[slot] = priority;
    jobs.offer(slot, this.#surroundings.reservedBytes());
    const sleeper = jobs.sleeper();
    if (sleeper !== -1) this.#waker.consider(sleeper, wallClock());
    return slot;
  }

  isDone(slot: number): boolean {
    const state = this.#jobs.state(slot);
    return state === JobState.done || state === JobState.failed;
  }

  reclaim(slot: number): boolean {
    return this.#jobs.reclaim(slot);
  }

  wait(slot: number): void {
    if (this.#jobs.state(slot) === JobState.taken && !this.#look(slot)) this.#sleep(slot);
    const state = this.#jobs.state(slot);
    if (state === JobState.done) return;
    if (state !== JobState.failed) throw new RangeError(`board: a job must have been begun by a helper to be waited for, got slot ${slot}`);
    const helper = this.#jobs.holder(slot);
    throw new StragglerError(`thread: a gradient must be computable, but helper ${helper} failed: ${this.#jobs.error(helper)}`);
  }

  free(slot: number): void {
    const state = this.#jobs.state(slot);
    if (state !== JobState.done && state !== JobState.failed && state !== JobState.reclaimed) {
      throw new RangeError(`board: a job must be done or withdrawn for its slot to be given back, got slot ${slot}`);
    }
    this.#jobs.free(slot);
    this.#free.push(slot);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (let slot = 0; slot < this.capacity; slot += 1) this.#jobs.reclaim(slot);
    try {
      for (let slot = 0; slot < this.capacity; slot += 1) {
        if (this.#jobs.state(slot) === JobState.taken && !this.#look(slot)) this.#sleep(slot);
      }
    } finally {
      this.#jobs.close();
      this.#surroundings.onClose();
    }
  }

  /** Looks for a while. @returns Whether the job has been finished. */
  #look(slot: number): boolean {
    const { look, maySleep, limit } = this.#patience;
    const begun = wallClock();
    const until = begun + (maySleep ? look : limit);
    do {
      for (let count = 0; count < LOOKS; count += 1) if (this.#jobs.state(slot) !== JobState.taken) return true;
    } while (wallClock() < until);
    if (!maySleep) throw this.#lost(slot, limit);
    return false;
  }

  #sleep(slot: number): void {
    // Time is counted in naps: a process that was stopped for a while goes on as if nothing had happened.
    const naps = Math.ceil((this.#patience.limit * 1000) / NAP);
    for (let nap = 0; nap < naps; nap += 1) {
      const failure = this.#surroundings.failureOf(this.#jobs.holder(slot));
      if (failure !== undefined) throw new StragglerError(`thread: a gradient must be computable, but helper ${this.#jobs.holder(slot)} died: ${failure}`);
      this.#jobs.awaitFinish(slot, NAP);
      if (this.#jobs.state(slot) !== JobState.taken) return;
    }
    throw this.#lost(slot, this.#patience.limit);
  }

  #lost(slot: number, seconds: number): StragglerError {
    return new StragglerError(`thread: helper ${this.#jobs.holder(slot)} must finish a gradient within ${seconds} s, and has not; it seems to have died`);
  }
}
