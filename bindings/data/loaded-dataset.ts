import type { Kernels } from '../kernels/load.js';
import type { CompressedSamples, Dataset, DenseSamples, Samples } from './dataset.js';
import { writeRows } from './dense.js';

/**
 * The largest share of non-zero inputs at which they are stored compressed: up to it the compressed form is the faster
 * (docs/performance.md) and takes no more memory.
 */
const COMPRESSED_DENSITY = 0.5;
/** Bytes of an entry of a compressed row: its column (uint32) and its value (float32). */
const ENTRY_BYTES = 8;

/** Samples in WebAssembly memory. */
export interface LoadedSamples {
  /** Rows. */
  readonly count: number;
  /** First byte of the inputs: rows of float32, or, where `starts` is not 0, the entries of compressed rows. */
  readonly inputs: number;
  /** First byte of the rows' starts among the entries (uint32[count + 1]); 0 where rows are not compressed. */
  readonly starts: number;
  /** The most entries of a row; 0 where rows are not compressed. */
  readonly longest: number;
  /** First byte of the labels (uint8). */
  readonly labels: number;
}

/**
 * A data set in WebAssembly memory, to be shared by the problems of several seeds. Where at most half of the training inputs are
 * not 0, only those are stored, compressed by rows; the choice depends on nothing else, so that results stay the same.
 */
export class LoadedDataset {
  /** What workers train on. */
  readonly train: LoadedSamples;
  /** What is kept for testing. */
  readonly test: LoadedSamples;
  readonly #kernels: Kernels;

  /** @throws MemoryLimitError when the data set does not fit. */
  constructor(
    kernels: Kernels,
    /** The data set as it was given. */
    readonly dataset: Dataset,
  ) {
    this.#kernels = kernels;
    const { train, test } = dataset;
    const compressed = countNonZeros(train) <= COMPRESSED_DENSITY * train.count * dataset.features;
    this.train = this.#upload(train, compressed);
    this.test = this.#upload(test, compressed);
  }

  /** Returns the memory. */
  dispose(): void {
    const { pool } = this.#kernels;
    for (const { inputs, starts, labels } of [this.train, this.test]) {
      pool.release(inputs);
      pool.release(labels);
      if (starts !== 0) pool.release(starts);
    }
  }

  #upload(samples: Samples, compressed: boolean): LoadedSamples {
    const { pool } = this.#kernels;
    const labels = pool.allocate(samples.labels.length, 'data set');
    pool.u8.set(samples.labels, labels);
    if (compressed) return { count: samples.count, labels, ...('starts' in samples ? this.#copyRows(samples) : this.#compress(samples)) };
    const inputs = pool.allocate(samples.count * this.dataset.features * 4, 'data set');
    const rows = pool.f32.subarray(inputs / 4, inputs / 4 + samples.count * this.dataset.features);
    if ('starts' in samples) writeRows(samples, this.dataset.features, rows);
    else rows.set(samples.inputs);
    return { count: samples.count, inputs, starts: 0, longest: 0, labels };
  }

  /** Blocks for compressed rows. The kernels read, but do not use, one entry beyond the last. */
  #allocateRows(count: number, entries: number): Pick<LoadedSamples, 'inputs' | 'starts'> {
    const { pool } = this.#kernels;
    return { inputs: pool.allocate((entries + 1) * ENTRY_BYTES, 'data set'), starts: pool.allocate((count + 1) * 4, 'data set') };
  }

  #compress(samples: DenseSamples): Pick<LoadedSamples, 'inputs' | 'starts' | 'longest'> {
    const { count, inputs: values } = samples;
    const { features } = this.dataset;
    const { inputs, starts } = this.#allocateRows(count, countNonZeros(samples));
    const { f32, u32 } = this.#kernels.pool;
    let longest = 1;
    let entries = 0;
    for (let row = 0; row < count; row += 1) {
      const first = entries;
      u32[starts / 4 + row] = first;
      for (let column = 0; column < features; column += 1) {
        const value = values[row * features + column]!;
        if (value === 0) continue;
        u32[inputs / 4 + 2 * entries] = column;
        f32[inputs / 4 + 2 * entries + 1] = value;
        entries += 1;
      }
      longest = Math.max(longest, entries - first);
    }
    u32[starts / 4 + count] = entries;
    return { inputs, starts, longest };
  }

  #copyRows({ count, starts: from, columns, values }: CompressedSamples): Pick<LoadedSamples, 'inputs' | 'starts' | 'longest'> {
    const { inputs, starts } = this.#allocateRows(count, values.length);
    const { f32, u32 } = this.#kernels.pool;
    u32.set(from, starts / 4);
    for (let at = inputs / 4, entry = 0; entry < values.length; entry += 1, at += 2) {
      u32[at] = columns[entry]!;
      f32[at + 1] = values[entry]!;
    }
    let longest = 1;
    for (let row = 0; row < count; row += 1) longest = Math.max(longest, from[row + 1]! - from[row]!);
    return { inputs, starts, longest };
  }
}

function countNonZeros(samples: Samples): number {
  if ('starts' in samples) return samples.values.length;
  let count = 0;
  for (const value of samples.inputs) if (value !== 0) count += 1;
  return count;
}
