import { mlpParameterCount } from '../bindings/index.js';
import type { DenseDataset, Kernels, LoadedSamples } from '../bindings/index.js';
import { Arena } from './arena.js';
import { networkReference, residual, type NetworkReference } from './reference.js';

/** Rounding of a float32 gradient against a float64 one: what correct kernels stay below by a factor of three or more. */
export const GRADIENT_TOLERANCE = 3e-6;
/** Units of the network must be this far from their kinks for gradients to be comparable: ten times what rounding moves them. */
const LEAST_MARGIN = 3e-6;
/** Samples that all the batches of a size have together, and bounds on the number of batches. */
const SAMPLES_DRAWN = 8192;
const MOST_BATCHES = 256;

/** The training samples of a data set as rows of float32, zeros included. */
export function placeDense(kernels: Kernels, { train }: DenseDataset): LoadedSamples {
  const arena = new Arena(kernels);
  return { count: train.count, inputs: arena.place(train.inputs), starts: 0, longest: 0, labels: arena.place(train.labels) };
}

/** Random batches of one size, a different one at every call. */
export interface Batches {
  readonly size: number;
  /** Sample indices, batch after batch. */
  readonly indices: Uint32Array;
  readonly count: number;
  /** Floating point operations of a batch, on average: those with stored inputs, zeros included where rows are dense. */
  readonly operations: number;
  /** Computes the gradient of the next batch. */
  readonly next: () => void;
  /** A copy of the gradient of a batch. */
  readonly gradient: (batch: number) => Float32Array;
  /** The first batch whose gradient rounding does not change, since no unit of the network is near its kink. */
  readonly steadyBatch: () => number;
  /** How far loss and gradient of that batch are from a float64 reference. */
  readonly residual: () => number;
}

/** A network with random parameters whose gradients are measured on the samples of a data set. */
export class MeasuredNetwork {
  readonly parameters: Float32Array;
  readonly parametersPointer: number;
  readonly widthsPointer: number;
  readonly arena: Arena;
  readonly #gradient: number;

  constructor(
    readonly kernels: Kernels,
    readonly widths: readonly number[],
    readonly dataset: DenseDataset,
    readonly samples: LoadedSamples,
  ) {
    this.arena = new Arena(kernels);
    const pieces = widths.slice(1).flatMap((width, l) => {
      const weights = this.arena.f32(this.arena.normals(widths[l]! * width, Math.sqrt(2 / widths[l]!)), widths[l]! * width);
      return [weights, new Float32Array(width)];
    });
    this.parameters = new Float32Array(mlpParameterCount(widths));
    let at = 0;
    for (const piece of pieces) {
      this.parameters.set(piece, at);
      at += piece.length;
    }
    this.parametersPointer = this.arena.place(this.parameters);
    this.widthsPointer = this.arena.place(Uint32Array.from(widths));
    this.#gradient = this.arena.allocate(4 * this.parameters.length);
  }

  batches(size: number): Batches {
    const { arena, widths, dataset, samples, parameters, parametersPointer, widthsPointer } = this;
    const { exports } = this.kernels;
    const layers = widths.length - 1;
    const count = Math.min(MOST_BATCHES, Math.ceil(SAMPLES_DRAWN / size));
    const pointer = arena.indices(count * size, samples.count);
    const scratch = arena.allocate(exports.mlpScratchBytes(layers, widthsPointer, size, samples.longest));
    const { inputs, starts, labels } = samples;
    const target = this.#gradient;
    const compute = (batch: number): number =>
      exports.mlpGradient(
        layers, widthsPointer, size, inputs, starts, pointer + 4 * size * batch, labels, 0, parametersPointer, target, 0, 0, 0, scratch,
      );
    const indices = arena.u32(pointer, count * size);
    let turn = 0;
    let found: { batch: number; reference: NetworkReference } | undefined;
    const steady = (): { batch: number; reference: NetworkReference } => {
      for (let batch = 0; found === undefined && batch < count; batch += 1) {
        const reference = networkReference(widths, parameters, dataset.train.inputs, dataset.train.labels, indices.subarray(batch * size, (batch + 1) * size));
        if (reference.margin >= LEAST_MARGIN) found = { batch, reference };
      }
      if (found === undefined) throw new Error(`network: some batch of ${size} must keep its units off their kinks, got none of ${count}`);
      return found;
    };
    return {
      size,
      indices,
      count,
      operations: this.#operations(indices) / count,
      next: () => void compute((turn = (turn + 1) % count)),
      gradient: (batch) => {
        compute(batch);
        return arena.f32(target, parameters.length);
      },
      steadyBatch: () => steady().batch,
      residual: () => {
        const { batch, reference } = steady();
        arena.poison(target, 4 * parameters.length);
        const loss = compute(batch);
        return Math.max(residual([loss], [reference.loss]), residual(arena.f32(target, parameters.length), reference.gradient));
      },
    };
  }

  /** Products and sums: forward and for the weights in every layer, back in every layer but the first. */
  #operations(indices: Uint32Array): number {
    const { u32 } = this.kernels.pool;
    const first = this.samples.starts / 4;
    const entries = first === 0 ? indices.length * this.widths[0]! : indices.reduce((sum, row) => sum + u32[first + row + 1]! - u32[first + row]!, 0);
    const inner = this.widths.slice(1, -1).reduce((sum, width, l) => sum + width * this.widths[l + 2]!, 0);
    return 2 * (2 * entries * this.widths[1]! + 3 * indices.length * inner);
  }
}
