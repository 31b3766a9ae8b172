/** Rough estimates of the real time of one stochastic gradient on one core, in nanoseconds: to tell what is worth being handed to another thread. */
import type { LoadedSamples } from '../data/loaded-dataset.js';
import type { Kernels } from '../kernels/load.js';

/** Bytes per nanosecond that a result is written, or a matrix read, at. */
const MEMORY = 80;
/** Floating-point operations per nanosecond in products. */
const PRODUCTS = 45;
/** Of the call itself. */
const CALL = 100;
/** Per number drawn from N(0, 1). */
const NORMAL = 2.2;

/** The mean number of entries of a row that are stored: all where rows are not compressed. */
export function meanEntries({ pool }: Kernels, { count, starts }: LoadedSamples, features: number): number {
  return starts === 0 ? features : pool.u32[starts / 4 + count]! / Math.max(1, count);
}

/** @param widths Input, hidden layers, classes. @param entries See `meanEntries`. */
export function networkNanoseconds(widths: readonly number[], batch: number, entries: number): number {
  let flops = 0;
  let parameters = 0;
  for (let layer = 1; layer < widths.length; layer += 1) {
    const [before, after] = [widths[layer - 1]!, widths[layer]!];
    parameters += (before + 1) * after;
    // Forwards and for the weights' gradient, and, but for the first layer, backwards.
    flops += batch * (layer === 1 ? 4 * entries : 6 * before) * after;
  }
  return CALL + flops / PRODUCTS + (parameters * 4) / MEMORY;
}

/** @param entries See `meanEntries`. */
export function logisticNanoseconds(features: number, batch: number, entries: number, lambda: number): number {
  const perEntry = entries < features ? 2 : 0.7;
  return CALL + batch * (30 + perEntry * entries) + (features * 8) / MEMORY + (lambda > 0 ? 4 * features : 0);
}

export function tridiagonalNanoseconds(dimension: number, noise: number): number {
  return CALL + (0.4 + (noise > 0 ? NORMAL : 0)) * dimension;
}

export function denseNanoseconds(dimension: number, noise: number): number {
  return CALL + (dimension * dimension * 8) / MEMORY + (noise > 0 ? NORMAL * dimension : 0);
}
