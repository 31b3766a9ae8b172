import type { network } from './reference.js';
import { generator, parameterCount, uniformF32 } from './reference.js';
import type { Workbench } from './workbench.js';

/** A network and a batch. */
export interface Problem {
  widths: readonly number[];
  samples: number;
  batch: number;
  indexed?: boolean;
  weighted?: boolean;
  accumulate?: boolean;
  /** Share of inputs that are not 0; given, the rows are compressed. */
  density?: number;
  seed?: number;
}

export function makeProblem({ widths, samples, batch, indexed = false, weighted = false, density = 1, seed = 1 }: Problem): Parameters<typeof network>[0] & {
  parameters: Float32Array;
  inputs: Float32Array;
  labels: Uint8Array;
} {
  const next = generator(seed + 99);
  const indices = Array.from({ length: batch }, (_, j) => (indexed ? Math.floor(next() * samples) : j));
  const weights = Array.from({ length: batch }, () => (weighted ? Math.fround(2 * next() - 0.5) : 1 / batch));
  return {
    widths,
    parameters: uniformF32(seed, parameterCount(widths), 0.7),
    inputs: uniformF32(seed + 1, samples * widths[0]!).map((value) => (next() < density ? value : 0)),
    labels: Uint8Array.from({ length: samples }, () => Math.floor(next() * widths.at(-1)!)),
    indices,
    weights,
  };
}

/** The inputs in memory: as they are, or compressed by rows. */
export function placeInputs(bench: Workbench, inputs: Float32Array, columns: number, compressed: boolean): { inputs: number; starts: number; longest: number } {
  if (!compressed) return { inputs: bench.input(inputs), starts: 0, longest: 0 };
  const starts = [0];
  const entries: number[] = [];
  const bits = new Uint32Array(inputs.buffer);
  let longest = 1;
  for (let row = 0; row < inputs.length / columns; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      if (inputs[row * columns + column] !== 0) entries.push(column, bits[row * columns + column]!);
    }
    longest = Math.max(longest, entries.length / 2 - starts.at(-1)!);
    starts.push(entries.length / 2);
  }
  // One entry more must be readable; this one would not go unnoticed if it were used.
  entries.push(0xffffffff, 0x7fc00000);
  return { inputs: bench.input(Uint32Array.from(entries)), starts: bench.input(Uint32Array.from(starts)), longest };
}
