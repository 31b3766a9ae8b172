import { MemoryLimitError } from '../errors.js';
import type { Kernels } from '../kernels/load.js';
import type { Vector } from '../kernels/vector.js';
import type { JobBoard } from './job-board.js';

/** Computes a worker's gradient `index` at x, in the form that the source wants, to `out`; both are pointers. */
export type ComputeGradient = (worker: number, index: number, x: number, out: number) => void;

/** A gradient that has begun: not computed yet, handed to other threads, or computed. */
export interface GradientJob {
  readonly worker: number;
  readonly index: number;
  /** The model that it is at; null once it is computed. */
  x: Vector | null;
  /** Where the result is or will be; −1: nowhere yet. */
  block: number;
  /** Place on the board; −1: not handed over. */
  slot: number;
}

/**
 * Gradients that are computed by this thread or, where there is a board, by others. A job holds its model until it is computed. Which thread
 * computes a job changes nothing.
 */
export class GradientJobs {
  readonly #kernels: Kernels;
  readonly #bytes: number;
  readonly #compute: ComputeGradient;
  readonly #board: JobBoard | undefined;
  /** In the order in which they were handed over. */
  #handed: GradientJob[] = [];

  /** @param bytes Of one result. @param board Absent: this thread computes everything. */
  constructor(kernels: Kernels, bytes: number, compute: ComputeGradient, board: JobBoard | undefined) {
    this.#kernels = kernels;
    this.#bytes = bytes;
    this.#compute = compute;
    this.#board = board;
  }

  create(worker: number, index: number, x: Vector): GradientJob {
    return { worker, index, x: x.retain(), block: -1, slot: -1 };
  }

  /** Hands a job over, where there is room on the board and in memory. @param priority The lowest is computed first. */
  hand(job: GradientJob, priority: number): void {
    if (this.#board === undefined || this.#handed.length >= this.#board.capacity || !this.#tryPlace(job)) return;
    job.slot = this.#board.submit(job.worker, job.index, job.x!.pointer, job.block, priority);
    if (job.slot !== -1) this.#handed.push(job);
  }

  /** Jobs that may still be handed over. */
  get room(): number {
    return this.#board === undefined ? 0 : this.#board.capacity - this.#handed.length;
  }

  /** Computes a job that is not handed over. */
  compute(job: GradientJob): void {
    this.#place(job);
    this.#compute(job.worker, job.index, job.x!.pointer, job.block);
    this.#computed(job);
  }

  /** Completes a job, whatever its state. @returns Where the result is; the memory passes to the caller. */
  complete(job: GradientJob): number {
    if (job.slot !== -1) this.#fetch(job);
    if (job.x !== null) this.compute(job);
    return job.block;
  }

  /** Lets go of a job whose result is not wanted. */
  drop(job: GradientJob): void {
    if (job.slot !== -1) {
      if (!this.#board!.reclaim(job.slot)) this.#board!.wait(job.slot);
      this.#takeDown(job);
    }
    job.x?.release();
    job.x = null;
    if (job.block !== -1) this.#kernels.pool.release(job.block);
    job.block = -1;
  }

  /** Lets go of the models of jobs that other threads have done. */
  collect(): void {
    const done = this.#handed.filter(({ slot }) => this.#board!.isDone(slot));
    for (const job of done) {
      this.#board!.wait(job.slot); // throws where it failed
      this.#takeDown(job);
      this.#computed(job);
    }
  }

  /** Completes all jobs that are handed over: the board is not used any more. */
  settle(): void {
    for (const job of [...this.#handed]) this.complete(job);
  }

  /** Takes a job back, or waits for it; meanwhile this thread computes other ones that nobody has begun. */
  #fetch(job: GradientJob): void {
    const board = this.#board!;
    if (board.reclaim(job.slot)) {
      this.#takeDown(job);
      return;
    }
    while (!board.isDone(job.slot)) {
      const other = this.#handed.find(({ slot }) => slot !== job.slot && board.reclaim(slot));
      if (other === undefined) break;
      this.#takeDown(other);
      this.compute(other);
    }
    board.wait(job.slot);
    this.#takeDown(job);
    this.#computed(job);
  }

  #takeDown(job: GradientJob): void {
    this.#board!.free(job.slot);
    job.slot = -1;
    this.#handed.splice(this.#handed.indexOf(job), 1);
  }

  #place(job: GradientJob): void {
    if (job.block === -1) job.block = this.#kernels.pool.allocate(this.#bytes, 'gradients');
  }

  /** What is computed ahead must not end a run for which there is just enough memory. */
  #tryPlace(job: GradientJob): boolean {
    try {
      this.#place(job);
      return true;
    } catch (error) {
      if (error instanceof MemoryLimitError) return false;
      throw error;
    }
  }

  #computed(job: GradientJob): void {
    job.x!.release();
    job.x = null;
  }
}
