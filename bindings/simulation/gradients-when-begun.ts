import type { Kernels } from '../kernels/load.js';
import type { Vector } from '../kernels/vector.js';
import { CompactSum } from '../kernels/compact-gradient.js';
import type { CompactForm } from '../kernels/compact-gradient.js';
import type { JobBoard } from './job-board.js';
import type { GradientJob } from './gradient-jobs.js';
import { GradientJobs } from './gradient-jobs.js';
import type { GradientSource, KeptGradient } from './gradient-source.js';

/**
 * Computes gradients in compact form soon after they begin, before the server leaves their model behind. What waits for its arrival is then
 * the compact form instead of a model, and the server changes its model in place.
 */
export class GradientsWhenBegun implements GradientSource {
  readonly holdsModels = true;
  readonly #kernels: Kernels;
  readonly #form: CompactForm;
  readonly #length: number;
  #jobs: GradientJobs;
  readonly #begun: (GradientJob | undefined)[];
  /** Those of them that have begun at the server's present model. */
  readonly #fresh = new Set<GradientJob>();
  #arrived: GradientJob | undefined;
  #sequence = 0;

  constructor(kernels: Kernels, form: CompactForm, length: number, workers: number) {
    this.#kernels = kernels;
    this.#form = form;
    this.#length = length;
    this.#jobs = this.#makeJobs(undefined);
    this.#begun = new Array<GradientJob | undefined>(workers).fill(undefined);
  }

  begin(worker: number, index: number, x: Vector): void {
    const job = this.#jobs.create(worker, index, x);
    this.#begun[worker] = job;
    this.#fresh.add(job);
    this.#sequence += 1;
    this.#jobs.hand(job, this.#sequence);
  }

  forget(worker: number): void {
    const job = this.#leave(worker);
    if (job !== undefined) this.#jobs.drop(job);
  }

  arrive(worker: number): void {
    this.#arrived = this.#leave(worker);
  }

  take(): Vector {
    const job = this.#arrived!;
    this.#arrived = undefined;
    return CompactSum.vector(this.#kernels, this.#form, this.#length, this.#jobs.complete(job));
  }

  beforeStep(): void {
    this.#jobs.collect();
    const left = [...this.#fresh].filter(({ x, slot }) => x !== null && slot === -1);
    // Where more memory would be needed for them than for the model, the model is kept.
    if (left.length * this.#form.bytes <= this.#length * 4) for (const job of left) this.#jobs.compute(job);
    this.#fresh.clear();
  }

  afterEvent(): void {
    if (this.#arrived !== undefined) this.#jobs.drop(this.#arrived);
    this.#arrived = undefined;
  }

  share(board: JobBoard | undefined): void {
    this.#jobs.settle();
    this.#jobs = this.#makeJobs(board);
  }

  /** All gradients that have begun, computed. */
  save(): KeptGradient[] {
    const { pool } = this.#kernels;
    return this.#begun.flatMap((job) => {
      if (job === undefined) return [];
      const block = this.#jobs.complete(job);
      return [{ worker: job.worker, index: job.index, block: pool.u8.slice(block, block + this.#form.bytes) }];
    });
  }

  restore(kept: readonly KeptGradient[]): void {
    const { pool } = this.#kernels;
    for (const { worker, index, block } of kept) {
      const pointer = pool.allocate(this.#form.bytes, 'gradients');
      pool.u8.set(block, pointer);
      this.#begun[worker] = { worker, index, x: null, block: pointer, slot: -1 };
    }
  }

  dispose(): void {
    for (const job of this.#begun) if (job !== undefined) this.#jobs.drop(job);
    this.#begun.fill(undefined);
    this.#fresh.clear();
    this.afterEvent();
  }

  /** The worker's gradient is not among those that have begun any more. */
  #leave(worker: number): GradientJob | undefined {
    const job = this.#begun[worker];
    if (job === undefined) return undefined;
    this.#begun[worker] = undefined;
    this.#fresh.delete(job);
    return job;
  }

  #makeJobs(board: JobBoard | undefined): GradientJobs {
    return new GradientJobs(this.#kernels, this.#form.bytes, this.#form.make, board);
  }
}
