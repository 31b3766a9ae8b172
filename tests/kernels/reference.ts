// Plain float64 references, and the random numbers that tests feed to kernels.

/** A small generator for test data (mulberry32). @returns A function that gives numbers in [0, 1). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** n numbers in [−scale, scale). */
export function uniformF32(seed: number, n: number, scale = 1): Float32Array {
  const next = generator(seed);
  return Float32Array.from({ length: n }, () => (2 * next() - 1) * scale);
}

export function uniformF64(seed: number, n: number, scale = 1): Float64Array {
  const next = generator(seed);
  return Float64Array.from({ length: n }, () => (2 * next() - 1) * scale);
}

/** How many float32 numbers `x` lies away from the real number `exact`, in units of the spacing at `exact`. */
export function ulpsF32(x: number, exact: number): number {
  if (Object.is(x, exact) || x === exact) return 0;
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(exact))));
  return Math.abs(x - exact) / 2 ** (exponent - 23);
}

export interface Matrix {
  rows: number;
  columns: number;
  at(i: number, j: number): number;
}

/** A row-major matrix with a leading dimension. */
export function matrix(values: ArrayLike<number>, rows: number, columns: number, leading = columns): Matrix {
  return { rows, columns, at: (i, j) => values[i * leading + j]! };
}

export function transposed(a: Matrix): Matrix {
  return { rows: a.columns, columns: a.rows, at: (i, j) => a.at(j, i) };
}

/** A·B in float64, and Σ|a||b| per entry, which rounding errors are proportional to. */
export function product(a: Matrix, b: Matrix): { value: Float64Array; magnitude: Float64Array } {
  const value = new Float64Array(a.rows * b.columns);
  const magnitude = new Float64Array(a.rows * b.columns);
  for (let i = 0; i < a.rows; i += 1) {
    for (let l = 0; l < a.columns; l += 1) {
      const x = a.at(i, l);
      for (let j = 0; j < b.columns; j += 1) {
        const y = x * b.at(l, j);
        value[i * b.columns + j]! += y;
        magnitude[i * b.columns + j]! += Math.abs(y);
      }
    }
  }
  return { value, magnitude };
}

/** Softmax of a row, its loss for a label, and whether the label comes first among the largest. */
export function softmax(row: ArrayLike<number>, label: number): { probabilities: number[]; loss: number; correct: boolean } {
  const values = Array.from(row);
  const largest = Math.max(...values);
  const exponentials = values.map((x) => Math.exp(x - largest));
  const sum = exponentials.reduce((s, e) => s + e, 0);
  return {
    probabilities: exponentials.map((e) => e / sum),
    loss: Math.log(sum) - (values[label]! - largest),
    correct: values.indexOf(largest) === label,
  };
}

export interface Network {
  widths: readonly number[];
  parameters: ArrayLike<number>;
  inputs: ArrayLike<number>;
  labels: ArrayLike<number>;
  indices: readonly number[];
  weights: readonly number[];
}

export function parameterCount(widths: readonly number[]): number {
  return widths.slice(1).reduce((sum, width, l) => sum + (widths[l]! + 1) * width, 0);
}

/** Weighted loss, per-sample losses, correctness and analytical gradient of a multilayer perceptron, in float64. */
export function network({ widths, parameters, inputs, labels, indices, weights }: Network): {
  loss: number;
  losses: number[];
  correct: number[];
  gradient: Float64Array;
} {
  const layers = widths.length - 1;
  const offsets = widths.map((_, l) => parameterCount(widths.slice(0, l + 1)));
  const gradient = new Float64Array(parameterCount(widths));
  const losses: number[] = [];
  const correct: number[] = [];
  let loss = 0;
  indices.forEach((row, position) => {
    const activations: number[][] = [Array.from({ length: widths[0]! }, (_, j) => inputs[row * widths[0]! + j]!)];
    for (let l = 1; l <= layers; l += 1) {
      const before = activations[l - 1]!;
      const offset = offsets[l - 1]!;
      const width = widths[l]!;
      activations.push(
        Array.from({ length: width }, (_, j) => {
          const bias = parameters[offset + before.length * width + j]!;
          const z = before.reduce((sum, x, i) => sum + x * parameters[offset + i * width + j]!, bias);
          return l < layers ? Math.max(0, z) : z;
        }),
      );
    }
    const label = labels[row]!;
    const top = softmax(activations[layers]!, label);
    losses.push(top.loss);
    correct.push(top.correct ? 1 : 0);
    loss += weights[position]! * top.loss;
    let delta = top.probabilities.map((p, j) => weights[position]! * (p - (j === label ? 1 : 0)));
    for (let l = layers; l >= 1; l -= 1) {
      const before = activations[l - 1]!;
      const offset = offsets[l - 1]!;
      const width = widths[l]!;
      before.forEach((x, i) => delta.forEach((d, j) => (gradient[offset + i * width + j]! += x * d)));
      delta.forEach((d, j) => (gradient[offset + before.length * width + j]! += d));
      const current = delta;
      delta = before.map((x, i) => (x > 0 ? current.reduce((sum, d, j) => sum + d * parameters[offset + i * width + j]!, 0) : 0));
    }
  });
  return { loss, losses, correct, gradient };
}

/** One block of Philox4x32-10, with big integers. */
export function philoxBlock(key: readonly [number, number], counter: readonly [number, number, number, number]): number[] {
  const mask = 0xffff_ffffn;
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  let [c0, c1, c2, c3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  for (let round = 0; round < 10; round += 1) {
    const p0 = 0xd251_1f53n * c0;
    const p1 = 0xcd9e_8d57n * c2;
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & mask, (p0 >> 32n) ^ c3 ^ k1, p0 & mask];
    k0 = (k0 + 0x9e37_79b9n) & mask;
    k1 = (k1 + 0xbb67_ae85n) & mask;
  }
  return [c0, c1, c2, c3].map(Number);
}

/** First n draws of 32 bits of a stream. */
export function philoxWords(n: number, key: readonly [number, number], index: number, worker: number, purpose: number): number[] {
  const words: number[] = [];
  for (let block = 0; words.length < n; block += 1) words.push(...philoxBlock(key, [block, index, worker, purpose]));
  return words.slice(0, n);
}

/** Distribution function of the standard normal law, absolute error about 1e-15 (series and continued fraction). */
export function normalCdf(x: number): number {
  const z = Math.abs(x);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  let upper: number;
  if (z < 3) {
    let term = z;
    let sum = z;
    for (let n = 3; Math.abs(term) > 1e-18 * sum && n < 400; n += 2) {
      term *= (z * z) / n;
      sum += term;
    }
    upper = 0.5 - density * sum;
  } else {
    let fraction = 0;
    for (let n = 60; n >= 1; n -= 1) fraction = n / (z + fraction);
    upper = density / (z + fraction);
  }
  return x > 0 ? 1 - upper : upper;
}
