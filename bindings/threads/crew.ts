import { availableThreads, startThread } from '#platform';
import type { Kernels } from '../kernels/load.js';
import type { GradientRecipe } from '../problems/gradient-recipe.js';
import type { JobBoard } from '../simulation/job-board.js';
import type { BoardMessage, GradientThreadStart } from './gradient-thread.js';
import type { BoardPatience } from './shared-job-board.js';
import { SharedJobBoard } from './shared-job-board.js';
import { Jobs } from './jobs.js';
import type { Thread } from './port.js';

/** Helper threads that compute gradients in the memory of the thread that started them. */
export interface Crew {
  /** How many helpers there are. */
  readonly helpers: number;
  /** Why there are fewer than asked for; undefined where all is well. */
  readonly notice: string | undefined;
  /**
   * Opens a board for the gradients of a recipe, one at a time.
   * @returns undefined where there are no helpers.
   * @throws RangeError while another board is open.
   */
  board(recipe: GradientRecipe): JobBoard | undefined;
  /**
   * Bytes of the kernels' memory that a run takes with such a board beyond what it takes alone, at most.
   * @param vectorBytes Of a model or a gradient: there may be one of each per job.
   */
  boardBytes(recipe: GradientRecipe, vectorBytes: number): number;
  /** Closes the board and ends the threads. */
  dispose(): Promise<void>;
}

/** Slots of a board per thread, and at most. */
const SLOTS_PER_THREAD = 8;
const MOST_SLOTS = 64;

/** Kernels want their scratch aligned so; it is a cache line, too. */
const SCRATCH_ALIGNMENT = 64;
/** The pool rounds up to an eighth. */
const ROUNDING = 9 / 8;

/** How long helpers, and the owner of a board, look for work or results before they sleep, in seconds: where every thread has a core, and where not. */
const HELPER_PATIENCE = { alone: 50e-6, crowded: 5e-6 };
const OWNER_PATIENCE = { alone: 200e-6, crowded: 10e-6 };
/** A job counts as lost after this many seconds, and so many times the time that a gradient should take. */
const LOST_SECONDS = 60;
const LOST_TIMES = 1000;

/** A thread that is ready for boards, or has died. */
interface Helper {
  readonly thread: Thread;
  failure: string | undefined;
}

/**
 * Starts helper threads, each with an instance of the kernels over the same memory. They do not keep the process alive.
 * @param kernels Loaded with `shared: true`.
 * @param helpers How many threads besides the calling one.
 * @returns A crew without helpers, and a notice, where memory cannot be shared or threads cannot be started.
 */
export async function startCrew(kernels: Kernels, helpers: number): Promise<Crew> {
  const { module, pool } = kernels;
  if (helpers < 1) return new SharedCrew(kernels, [], undefined);
  if (module === undefined) return new SharedCrew(kernels, [], missingMemory());
  const patience = helpers < availableThreads() ? HELPER_PATIENCE.alone : HELPER_PATIENCE.crowded;
  const started = await Promise.allSettled(
    Array.from({ length: helpers }, (_, helper) => startHelper({ role: 'gradients', module, memory: pool.memory, helper, patience })),
  );
  const failure = started.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
  const running = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (failure === undefined) return new SharedCrew(kernels, running, undefined);
  await Promise.all(running.map(({ thread }) => thread.end()));
  return new SharedCrew(kernels, [], `gradients are computed by one thread: others could not be started (${(failure.reason as Error).message})`);
}

function missingMemory(): string {
  const reason =
    typeof SharedArrayBuffer === 'undefined'
      ? 'memory can be shared in a cross-origin isolated page only (headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp)'
      : 'the kernels have no memory that can be shared';
  return `gradients are computed by one thread: ${reason}`;
}

async function startHelper(start: GradientThreadStart): Promise<Helper> {
  const helper: Helper = { thread: startThread(), failure: undefined };
  const { thread } = helper;
  try {
    await new Promise<void>((resolve, reject) => {
      thread.onFailure((error) => {
        helper.failure = error.message;
        reject(error);
      });
      thread.onMessage(() => resolve());
      thread.post(start);
    });
  } catch (error) {
    await thread.end();
    throw error;
  }
  thread.detach();
  return helper;
}

class SharedCrew implements Crew {
  readonly #kernels: Kernels;
  readonly #team: readonly Helper[];
  readonly #notice: string | undefined;
  #open: JobBoard | undefined;
  #disposed = false;

  constructor(kernels: Kernels, team: readonly Helper[], notice: string | undefined) {
    this.#kernels = kernels;
    this.#team = team;
    this.#notice = notice;
  }

  get helpers(): number {
    return this.#disposed ? 0 : this.#team.filter(({ failure }) => failure === undefined).length;
  }

  get notice(): string | undefined {
    const dead = this.#team.find(({ failure }) => failure !== undefined);
    return dead === undefined ? this.#notice : `a thread that computes gradients has died: ${dead.failure!}`;
  }

  board(recipe: GradientRecipe): JobBoard | undefined {
    const { helpers } = this;
    if (helpers === 0) return undefined;
    if (this.#open !== undefined) throw new RangeError('crew: the board must be closed before another one is opened');
    const { pool } = this.#kernels;
    const jobs = Jobs.create(slotsFor(helpers), this.#team.length);
    const stride = scratchStride(recipe);
    const scratch = pool.allocate(this.#team.length * stride, 'scratch');
    this.#team.forEach(({ thread, failure }, helper) => {
      if (failure !== undefined) return;
      const message: BoardMessage = { jobs: jobs.buffer, capacity: jobs.capacity, helpers: jobs.helpers, recipe, scratch: scratch + helper * stride };
      thread.post(message);
    });
    const crowded = this.#team.length >= availableThreads();
    const patience: BoardPatience = {
      look: crowded ? OWNER_PATIENCE.crowded : OWNER_PATIENCE.alone,
      maySleep: maySleep(),
      gradient: recipe.nanoseconds * 1e-9,
      limit: LOST_SECONDS + LOST_TIMES * recipe.nanoseconds * 1e-9,
    };
    this.#open = new SharedJobBoard(jobs, patience, {
      reservedBytes: () => pool.reservedBytes,
      failureOf: (helper) => this.#team[helper]?.failure,
      onClose: () => {
        pool.release(scratch);
        this.#open = undefined;
      },
    });
    return this.#open;
  }

  boardBytes(recipe: GradientRecipe, vectorBytes: number): number {
    if (this.helpers === 0) return 0;
    return ROUNDING * (this.#team.length * scratchStride(recipe) + slotsFor(this.helpers) * 2 * vectorBytes);
  }

  async dispose(): Promise<void> {
    try {
      this.#open?.close();
    } finally {
      this.#disposed = true;
      await Promise.all(this.#team.map(({ thread }) => thread.end()));
    }
  }
}

function slotsFor(helpers: number): number {
  return Math.min(SLOTS_PER_THREAD * (helpers + 1), MOST_SLOTS);
}

/** Bytes from one helper's scratch to the next one's. */
function scratchStride({ scratchBytes }: GradientRecipe): number {
  return Math.ceil(scratchBytes / SCRATCH_ALIGNMENT) * SCRATCH_ALIGNMENT;
}

/** Whether this thread may sleep: engines refuse it to the main thread of a page. */
function maySleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0);
    return true;
  } catch {
    return false;
  }
}
