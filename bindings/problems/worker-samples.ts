import { InputError } from '../errors.js';
import type { Kernels } from '../kernels/load.js';
import type { Random } from '../kernels/random.js';
import type { SamplesRecipe } from './gradient-recipe.js';

/** The training samples of a data set in the order of the workers that hold them, and the batches that are drawn from them. */
export class WorkerSamples {
  /** m_i: how many samples each worker holds. */
  readonly sizes: readonly number[];
  /** Σ m_i */
  readonly total: number;
  /** First byte of the samples' numbers in worker order (uint32[total]). */
  readonly order: number;
  /** How batches are drawn. */
  readonly recipe: SamplesRecipe;
  readonly #kernels: Kernels;
  /** Where each worker's samples begin in the order. */
  readonly #offsets: readonly number[];

  /**
   * @param partition Sample numbers of each worker.
   * @param batch Samples per stochastic gradient.
   * @param where The problem, for errors.
   * @throws InputError when the batch is not a positive integer, or a worker has no samples.
   */
  constructor(kernels: Kernels, partition: readonly Uint32Array[], batch: number, random: Random, where: string) {
    if (!Number.isInteger(batch) || batch < 1) throw new InputError(where, 'batch', 'be an integer of at least 1', batch);
    partition.forEach((samples, worker) => {
      if (samples.length === 0) throw new InputError(where, `partition[${worker}]`, 'hold at least one sample', 0);
    });
    this.#kernels = kernels;
    this.sizes = partition.map((samples) => samples.length);
    const offsets: number[] = [];
    let total = 0;
    for (const size of this.sizes) {
      offsets.push(total);
      total += size;
    }
    this.#offsets = offsets;
    this.total = total;
    const { pool } = kernels;
    this.order = pool.allocate(total * 4, 'problem');
    partition.forEach((samples, worker) => pool.u32.set(samples, this.order / 4 + offsets[worker]!));
    this.recipe = {
      batch,
      sizes: Uint32Array.from(this.sizes),
      rows: Uint32Array.from(offsets, (offset) => this.order + offset * 4),
      key0: random.key0,
      key1: random.key1,
    };
  }

  /** Writes every sample's weight in f, 1/(n m_i), in worker order. @param out Σ m_i numbers. */
  writeWeights(out: Float32Array | Float64Array): void {
    this.sizes.forEach((size, worker) => {
      const from = this.#offsets[worker]!;
      out.fill(1 / (this.sizes.length * size), from, from + size);
    });
  }

  /** f and max_i f_i from the losses of all samples in worker order. */
  objectives(losses: Float32Array | Float64Array): { objective: number; worstWorkerObjective: number } {
    let objective = 0;
    let worstWorkerObjective = -Infinity;
    this.sizes.forEach((size, worker) => {
      const from = this.#offsets[worker]!;
      let sum = 0;
      for (let j = from; j < from + size; j += 1) sum += losses[j]!;
      const mean = sum / size;
      objective += mean / this.sizes.length;
      if (!(mean <= worstWorkerObjective)) worstWorkerObjective = mean;
    });
    return { objective, worstWorkerObjective };
  }

  /** Returns the memory. */
  dispose(): void {
    this.#kernels.pool.release(this.order);
  }
}

/** How many of the flags of a kernel (uint8, 0 or 1) are set. */
export function countFlags({ pool }: Kernels, flags: number, count: number): number {
  let set = 0;
  for (const flag of pool.u8.subarray(flags, flags + count)) set += flag;
  return set;
}
