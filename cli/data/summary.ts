import type { Dataset, Samples } from '../../bindings/index.js';

/** What there is to know about a set of samples at a glance. */
export interface SetSummary {
  readonly samples: number;
  /** Share of the inputs that are not 0, from 0 to 1. */
  readonly nonZero: number;
  /** Samples per label. */
  readonly labels: readonly number[];
}

/** Counts of a set. */
export function summarise(samples: Samples, { classes, features }: Dataset): SetSummary {
  const { count, labels } = samples;
  return { samples: count, nonZero: count === 0 ? 0 : countNonZeros(samples) / (count * features), labels: countLabels(labels, classes) };
}

function countNonZeros(samples: Samples): number {
  if ('starts' in samples) return samples.values.length;
  let nonZero = 0;
  for (const value of samples.inputs) if (value !== 0) nonZero += 1;
  return nonZero;
}

/** Samples per label; of those numbered by `chosen` if given. */
export function countLabels(labels: Uint8Array, classes: number, chosen?: Uint32Array): number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (const label of chosen === undefined ? labels : Array.from(chosen, (sample) => labels[sample]!)) counts[label]! += 1;
  return counts;
}

/** The mean over workers of the share of each worker's most frequent label: 1 when all hold one label. */
export function dominance(parts: readonly (readonly number[])[]): number {
  const shares = parts.map((counts) => Math.max(...counts) / counts.reduce((sum, count) => sum + count, 0));
  return shares.reduce((sum, share) => sum + share, 0) / parts.length;
}

/** At most `most` of the numbers 0 … count − 1, evenly spread, first and last among them. */
export function pickEvenly(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, j) => j);
  return Array.from({ length: most }, (_, j) => Math.round((j * (count - 1)) / (most - 1)));
}

/** The first `most` samples of each label, as positions in the set. */
export function firstOfEach({ labels }: Samples, classes: number, most: number): number[][] {
  const found: number[][] = Array.from({ length: classes }, () => []);
  labels.forEach((label, sample) => {
    if (found[label]!.length < most) found[label]!.push(sample);
  });
  return found;
}

/** `images of 28×28` or `784 features`. */
export function describeInputs({ shape, features }: Dataset): string {
  return shape === undefined ? `${features} features` : `images of ${shape[0]}×${shape[1]}`;
}
