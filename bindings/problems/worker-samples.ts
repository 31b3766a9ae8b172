import { InputError } from '../errors.js';
import type { Kernels } from '../kernels/load.js';
import type { Random } from '../kernels/random.js';
import { Purpose } from '../kernels/random.js';

/** The training samples of a data set in the order of the workers that hold them, and the batches that are drawn from them. */
export class WorkerSamples {
  /** m_i: how many samples each worker holds. */
  readonly sizes: readonly number[];
  /** Σ m_i */
  readonly total: number;
  /** First byte of the samples' numbers in worker order (uint32[total]). */
  readonly order: number;
  readonly #kernels: Kernels;
  readonly #random: Random;
  readonly #batch: number;
  /** Where each worker's samples begin in the order. */
  readonly #offsets: readonly number[];
  readonly #order: Uint32Array;
  readonly #drawn: number;

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
    this.#random = random;
    this.#batch = batch;
    this.sizes = partition.map((samples) => samples.length);
    const offsets: number[] = [];
    let total = 0;
    for (const size of this.sizes) {
      offsets.push(total);
      total += size;
    }
    this.#offsets = offsets;
    this.total = total;
    this.#order = new Uint32Array(total);
    partition.forEach((samples, worker) => this.#order.set(samples, offsets[worker]));
    const { pool } = kernels;
    this.order = pool.allocate(total * 4, 'problem');
    pool.u32.set(this.#order, this.order / 4);
    this.#drawn = pool.allocate(batch * 4, 'problem');
  }

  /**
   * Draws a batch of a worker's samples with replacement: a pure function of (seed, worker, index).
   * @returns First byte of their numbers (uint32[batch]), valid until the next draw.
   */
  draw(worker: number, index: number): number {
    const { exports, pool } = this.#kernels;
    const { key0, key1 } = this.#random;
    const drawn = this.#drawn;
    exports.sampleIndices(this.#batch, this.sizes[worker]!, this.#offsets[worker]!, key0, key1, index, worker, Purpose.samples, drawn);
    const rows = pool.u32;
    for (let j = drawn / 4; j < drawn / 4 + this.#batch; j += 1) rows[j] = this.#order[rows[j]!]!;
    return drawn;
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
    this.#kernels.pool.release(this.#drawn);
  }
}

/** How many of the flags of a kernel (uint8, 0 or 1) are set. */
export function countFlags({ pool }: Kernels, flags: number, count: number): number {
  let set = 0;
  for (const flag of pool.u8.subarray(flags, flags + count)) set += flag;
  return set;
}
