import type { Kernels } from '../kernels/load.js';
import { scalarBytes, Vector } from '../kernels/vector.js';
import { CompactSum } from '../kernels/compact-gradient.js';
import type { Problem } from '../problems/problem.js';
import type { JobBoard } from './job-board.js';
import type { GradientJob } from './gradient-jobs.js';
import { GradientJobs } from './gradient-jobs.js';
import type { GradientSource, KeptGradient, Upcoming } from './gradient-source.js';

/** Computes gradients when they are taken. Where other threads help, they compute those that arrive next before that. */
export class GradientsOnArrival implements GradientSource {
  readonly holdsModels = false;
  readonly #kernels: Kernels;
  readonly #problem: Problem;
  readonly takeAll?: (worker: number, index: number, xs: readonly Vector[]) => Vector[];
  /** Jobs of other threads, by worker. */
  readonly #begun = new Map<number, GradientJob>();
  #arrived: GradientJob | undefined;
  #shared: { jobs: GradientJobs; capacity: number } | undefined;

  constructor(kernels: Kernels, problem: Problem) {
    this.#kernels = kernels;
    this.#problem = problem;
    if (problem.gradients !== undefined) this.takeAll = (worker, index, xs) => this.#computeAll(worker, index, xs);
  }

  begin(): void {
    // What is computed ahead is chosen after every event.
  }

  forget(worker: number): void {
    const job = this.#begun.get(worker);
    if (job === undefined) return;
    this.#begun.delete(worker);
    this.#shared!.jobs.drop(job);
  }

  arrive(worker: number): void {
    if (this.#shared === undefined) return;
    this.#arrived = this.#begun.get(worker);
    this.#begun.delete(worker);
  }

  take(worker: number, index: number, x: Vector): Vector {
    const job = this.#arrived;
    if (job === undefined) return this.#compute(worker, index, x);
    this.#arrived = undefined;
    const block = this.#shared!.jobs.complete(job);
    const { compact, dimension, scalar } = this.#problem;
    if (compact !== undefined) return CompactSum.vector(this.#kernels, compact, dimension, block);
    return new Vector(this.#kernels.pool, dimension, scalar, 'gradients', block);
  }

  beforeStep(): void {
    // Workers hold their models as long as they need them.
  }

  share(board: JobBoard | undefined): void {
    const { program, compact, dimension, scalar } = this.#problem;
    if (program === undefined) return;
    this.#shared?.jobs.settle();
    const bytes = compact?.bytes ?? dimension * scalarBytes(scalar);
    this.#shared = { jobs: new GradientJobs(this.#kernels, bytes, program, board), capacity: board?.capacity ?? 0 };
  }

  afterEvent(upcoming: Upcoming): void {
    if (this.#shared === undefined) return;
    const { jobs, capacity } = this.#shared;
    if (this.#arrived !== undefined) jobs.drop(this.#arrived);
    this.#arrived = undefined;
    if (capacity === 0 || 2 * jobs.room < capacity) return;
    jobs.collect();
    upcoming(capacity, (worker, index, x, end) => {
      if (jobs.room === 0 || this.#begun.has(worker)) return;
      const job = jobs.create(worker, index, x);
      this.#begun.set(worker, job);
      jobs.hand(job, end);
    });
  }

  save(): KeptGradient[] {
    return [];
  }

  restore(): void {
    // Workers hold their models.
  }

  dispose(): void {
    if (this.#shared === undefined) return;
    for (const job of this.#begun.values()) this.#shared.jobs.drop(job);
    this.#begun.clear();
    if (this.#arrived !== undefined) this.#shared.jobs.drop(this.#arrived);
    this.#arrived = undefined;
    this.#shared = undefined;
  }

  #compute(worker: number, index: number, x: Vector): Vector {
    const { compact, dimension, scalar } = this.#problem;
    const { pool } = this.#kernels;
    if (compact !== undefined) {
      const block = pool.allocate(compact.bytes, 'gradients');
      compact.make(worker, index, x.pointer, block);
      return CompactSum.vector(this.#kernels, compact, dimension, block);
    }
    const pending = this.#problem.pending?.(worker, index, x);
    const gradient = new Vector(pool, dimension, scalar, 'gradients', pending);
    if (pending === undefined) this.#problem.gradient(worker, index, x, gradient);
    return gradient;
  }

  #computeAll(worker: number, index: number, xs: readonly Vector[]): Vector[] {
    const { dimension, scalar } = this.#problem;
    const outs: Vector[] = [];
    try {
      while (outs.length < xs.length) outs.push(new Vector(this.#kernels.pool, dimension, scalar, 'gradients'));
      this.#problem.gradients!(worker, index, xs, outs);
      return outs;
    } catch (error) {
      for (const out of outs) out.release();
      throw error;
    }
  }
}
