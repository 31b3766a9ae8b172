import type { Kernels } from '../kernels/load.js';
import type { Dataset, Samples } from './dataset.js';

/**
 * The largest share of non-zero inputs at which they are stored compressed: up to it the compressed form is the faster
 * (docs/performance.md) and takes no more memory.
 */
const COMPRESSED_DENSITY = 0.5;
/** Bytes of an entry of a compressed row: its column (uint32) and its value (float32). */
const ENTRY_BYTES = 8;

/** Samples in WebAssembly memory. */
export interface LoadedSamples {
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
  readonly train: LoadedSamples;
  readonly test: LoadedSamples;
  readonly #kernels: Kernels;

  /** @throws MemoryLimitError when the data set does not fit. */
  constructor(
    kernels: Kernels,
    readonly dataset: Dataset,
  ) {
    this.#kernels = kernels;
    const { train, test } = dataset;
    const compressed = countNonZeros(train.inputs) <= COMPRESSED_DENSITY * train.inputs.length;
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
    if (compressed) return { count: samples.count, labels, ...this.#compress(samples) };
    const inputs = pool.allocate(samples.inputs.length * 4, 'data set');
    pool.f32.set(samples.inputs, inputs / 4);
    return { count: samples.count, inputs, starts: 0, longest: 0, labels };
  }

  #compress({ count, inputs: values }: Samples): Pick<LoadedSamples, 'inputs' | 'starts' | 'longest'> {
    const { pool } = this.#kernels;
    const { features } = this.dataset;
    // The kernels read, but do not use, one entry beyond the last.
    const inputs = pool.allocate((countNonZeros(values) + 1) * ENTRY_BYTES, 'data set');
    const starts = pool.allocate((count + 1) * 4, 'data set');
    const { f32, u32 } = pool;
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
}

function countNonZeros(values: Float32Array): number {
  let count = 0;
  for (const value of values) if (value !== 0) count += 1;
  return count;
}
