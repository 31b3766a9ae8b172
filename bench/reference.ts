// Float64 references, and how far a float32 result may be from them.

/** ‖actual − expected‖ / ‖expected‖ in the Euclidean norm (the plain error where nothing but zeros is expected); NaN when a number is missing. */
export function residual(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return NaN;
  let error = 0;
  let size = 0;
  for (let j = 0; j < expected.length; j += 1) {
    error += (actual[j]! - expected[j]!) ** 2;
    size += expected[j]! ** 2;
  }
  return Math.sqrt(size === 0 ? error : error / size);
}

/** A matrix as it is stored: entry (i, j) is `values[i * rowStride + j * columnStride]`. */
export interface StoredMatrix {
  readonly values: Float32Array;
  readonly rowStride: number;
  readonly columnStride: number;
}

export function rowMajor(values: Float32Array, columns: number): StoredMatrix {
  return { values, rowStride: columns, columnStride: 1 };
}

export function transposed({ values, rowStride, columnStride }: StoredMatrix): StoredMatrix {
  return { values, rowStride: columnStride, columnStride: rowStride };
}

/**
 * How far C is from A·B (m×k times k×n): the residual of C·v against A·(B·v) for a vector v without pattern, relative to the size that
 * A·(B·v) has when its terms do not cancel. A wrong entry of C changes C·v, and no product of three nested loops is needed.
 */
export function productResidual(m: number, n: number, k: number, a: StoredMatrix, b: StoredMatrix, c: StoredMatrix): number {
  const v = Float64Array.from({ length: n }, (_, j) => Math.sin(1 + 12.9898 * j));
  const bv = times(k, n, b, v);
  const abv = times(m, k, a, bv);
  const error = norm(times(m, n, c, v).map((value, i) => value - abv[i]!));
  return error / ((norm(a.values) * norm(bv)) / Math.sqrt(k));
}

function norm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < values.length; j += 1) sum += values[j]! ** 2;
  return Math.sqrt(sum);
}

function times(rows: number, columns: number, { values, rowStride, columnStride }: StoredMatrix, v: Float64Array): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < columns; j += 1) sum += values[i * rowStride + j * columnStride]! * v[j]!;
    return sum;
  });
}

export interface NetworkReference {
  /** Mean loss over the samples. */
  readonly loss: number;
  readonly losses: Float64Array;
  /** Of the mean loss, in the parameters' layout: per layer W (in×out, row-major), then b. */
  readonly gradient: Float64Array;
  /** Distance from 0 of the unit nearest to its kink: rounding that exceeds it switches the unit, and the gradient is another one. */
  readonly margin: number;
}

/** Loss and gradient of a ReLU network with softmax cross-entropy on the samples with these indices. */
export function networkReference(
  widths: readonly number[], parameters: Float32Array, inputs: Float32Array, labels: Uint8Array, indices: ArrayLike<number>,
): NetworkReference {
  const layers = widths.length - 1;
  const offsets = [0];
  for (let l = 0; l < layers; l += 1) offsets.push(offsets[l]! + (widths[l]! + 1) * widths[l + 1]!);
  const gradient = new Float64Array(parameters.length);
  const losses = new Float64Array(indices.length);
  let margin = Infinity;
  for (let position = 0; position < indices.length; position += 1) {
    const row = indices[position]!;
    const activations: Float64Array[] = [Float64Array.from(inputs.subarray(row * widths[0]!, (row + 1) * widths[0]!))];
    for (let l = 0; l < layers; l += 1) {
      const sums = forward(activations[l]!, widths[l + 1]!, parameters.subarray(offsets[l], offsets[l + 1]));
      if (l < layers - 1) margin = sums.reduce((least, sum) => Math.min(least, Math.abs(sum)), margin);
      activations.push(l < layers - 1 ? sums.map((sum) => Math.max(0, sum)) : sums);
    }
    let delta: Float64Array = activations[layers]!;
    const label = labels[row]!;
    losses[position] = softmaxLoss(delta, label);
    for (let l = layers - 1; l >= 0; l -= 1) {
      const weights = parameters.subarray(offsets[l], offsets[l + 1]);
      delta = backward(activations[l]!, delta, weights, gradient.subarray(offsets[l], offsets[l + 1]));
    }
  }
  for (let j = 0; j < gradient.length; j += 1) gradient[j]! /= indices.length;
  return { loss: losses.reduce((sum, loss) => sum + loss, 0) / indices.length, losses, gradient, margin };
}

/** x·W + b. */
function forward(x: Float64Array, width: number, weights: Float32Array): Float64Array {
  const y = Float64Array.from(weights.subarray(x.length * width));
  for (let i = 0; i < x.length; i += 1) {
    if (x[i] === 0) continue;
    for (let j = 0; j < width; j += 1) y[j]! += x[i]! * weights[i * width + j]!;
  }
  return y;
}

/** Adds a layer's gradient. @returns That of the layer's inputs, which are outputs of ReLU. */
function backward(x: Float64Array, delta: Float64Array, weights: Float32Array, gradient: Float64Array): Float64Array {
  const width = delta.length;
  const before = new Float64Array(x.length);
  for (let i = 0; i < x.length; i += 1) {
    if (x[i] === 0) continue;
    for (let j = 0; j < width; j += 1) {
      gradient[i * width + j]! += x[i]! * delta[j]!;
      before[i]! += weights[i * width + j]! * delta[j]!;
    }
  }
  for (let j = 0; j < width; j += 1) gradient[x.length * width + j]! += delta[j]!;
  return before;
}

/** Turns logits into softmax − onehot in place. @returns The loss. */
export function softmaxLoss(logits: Float64Array, label: number): number {
  const largest = logits.reduce((most, x) => Math.max(most, x));
  const total = logits.reduce((sum, x) => sum + Math.exp(x - largest), 0);
  const loss = Math.log(total) - (logits[label]! - largest);
  for (let j = 0; j < logits.length; j += 1) logits[j] = Math.exp(logits[j]! - largest) / total - (j === label ? 1 : 0);
  return loss;
}
