// Multilayer perceptron with ReLU on hidden layers and softmax cross-entropy on top. `layers` counts weight matrices (≥ 1; one
// is multinomial logistic regression). widths: uint32[layers + 1]. parameters: per layer W (in×out, row-major), then b (out).
import { relu, reluMask } from './activations';
import { columnSums } from './columns';
import { gemm, gemmScratchBytes } from './gemm';
import { softmaxRows } from './softmax';
import { sparseProduct, sparseScratchBytes, sparseTransposedProduct } from './sparse';

/** Rows that go through the network at a time: bounds the scratch; larger batches are split. */
const CHUNK: i32 = 512;

// @ts-ignore: decorator
@inline
function width(widths: usize, layer: i32): i32 {
  return load<i32>(widths + ((<usize>layer) << 2));
}

// @ts-ignore: decorator
@inline
function aligned(bytes: usize): usize {
  return (bytes + 63) & ~63;
}

/** Byte offset of layer `layer` (0 …) within the parameters; of their end for `layer` = number of layers. */
function parameterOffset(widths: usize, layer: i32): usize {
  let offset: usize = 0;
  for (let l = 0; l < layer; ++l) offset += (<usize>width(widths, l) + 1) * <usize>width(widths, l + 1) * 4;
  return offset;
}

// The scratch holds, in this order: the activations of layers 1 … layers, two buffers for hidden gradients, the chunk's labels, and
// scratch for products.

/** Byte offset of the activations of layer `layer` (1 …), or of what follows them for `layer` = layers + 1. */
function activationOffset(widths: usize, layer: i32, rows: i32): usize {
  let offset: usize = 0;
  for (let l = 1; l < layer; ++l) offset += aligned(<usize>rows * <usize>width(widths, l) * 4);
  return offset;
}

/** Bytes of one buffer for hidden gradients. */
function hiddenBytes(layers: i32, widths: usize, rows: i32): usize {
  let widest = 0;
  for (let l = 1; l < layers; ++l) widest = max(widest, width(widths, l));
  return aligned(<usize>rows * <usize>widest * 4);
}

/** Bytes of scratch for mlpGradient and mlpEvaluate; bounded in the batch. longest: most entries of a compressed row, or 0. */
export function mlpScratchBytes(layers: i32, widths: usize, batch: i32, longest: i32): f64 {
  const rows = min(batch, CHUNK);
  let product: f64 = longest > 0 ? sparseScratchBytes(rows, width(widths, 0), longest) : 0;
  for (let l = longest > 0 ? 2 : 1; l <= layers; ++l) {
    const before = width(widths, l - 1), after = width(widths, l);
    product = max(product, gemmScratchBytes(rows, after, before));
    product = max(product, gemmScratchBytes(before, after, rows));
    product = max(product, gemmScratchBytes(rows, before, after));
  }
  return <f64>(activationOffset(widths, layers + 1, rows) + 2 * hiddenBytes(layers, widths, rows) + aligned(rows)) + product;
}

// The call in progress, and the chunk of its batch: so many rows, `first` on, or, when `selection` is not 0, those it names.
let layers: i32 = 0;
let widths: usize = 0;
let parameters: usize = 0;
let compressed: bool = false;
let inputs: usize = 0;
let chunk: i32 = 0;
let scratch: usize = 0;
let hidden: usize = 0;
let hiddenSize: usize = 0;
let labelBuffer: usize = 0;
let work: usize = 0;
let rows: i32 = 0;
let selection: usize = 0;
let first: usize = 0;
let y: usize = 0;

/** Notes the network and where things are in the scratch. */
function begin(layerCount: i32, widthList: usize, model: usize, batch: i32, scratchStart: usize): void {
  layers = layerCount;
  widths = widthList;
  parameters = model;
  chunk = min(batch, CHUNK);
  scratch = scratchStart;
  hidden = scratch + activationOffset(widths, layers + 1, chunk);
  hiddenSize = hiddenBytes(layers, widths, chunk);
  labelBuffer = hidden + 2 * hiddenSize;
  work = labelBuffer + aligned(chunk);
}

/** Chooses the chunk of the batch that begins at `start`; `first` is its first row, or the start of it when rows are compressed. */
function choose(start: i32, batch: i32, entriesOrInputs: usize, starts: usize, indices: usize, labels: usize): void {
  rows = min(chunk, batch - start);
  compressed = starts != 0;
  inputs = entriesOrInputs;
  selection = 0;
  first = compressed ? starts : inputs;
  if (!indices) {
    first += compressed ? (<usize>start) << 2 : <usize>start * <usize>width(widths, 0) * 4;
    y = labels + <usize>start;
    return;
  }
  selection = indices + ((<usize>start) << 2);
  y = labelBuffer;
  for (let r = 0; r < rows; ++r) store<u8>(y + <usize>r, load<u8>(labels + <usize>load<u32>(selection + ((<usize>r) << 2))));
}

/** Fills the activations from layer 1 to the logits. */
function forward(): void {
  let source = first;
  for (let l = 1; l <= layers; ++l) {
    const before = width(widths, l - 1), after = width(widths, l);
    const weight = parameters + parameterOffset(widths, l - 1);
    const bias = weight + <usize>before * <usize>after * 4;
    const target = scratch + activationOffset(widths, l, chunk);
    if (l == 1 && compressed) sparseProduct(rows, after, inputs, first, selection, weight, target, bias);
    else gemm(false, false, rows, after, before, source, before, l == 1 ? selection : 0, weight, after, target, after, bias, false, work);
    if (l < layers) relu(rows * after, target, target);
    source = target;
  }
}

/** Adds the chunk's gradient, given its activations and the logits' gradient in the logits' place. */
function backward(gradient: usize, accumulate: bool): void {
  let delta = scratch + activationOffset(widths, layers, chunk);
  for (let l = layers; l >= 1; --l) {
    const before = width(widths, l - 1), after = width(widths, l);
    const offset = parameterOffset(widths, l - 1);
    const activation = l == 1 ? first : scratch + activationOffset(widths, l - 1, chunk);
    // dW = activationᵀ · delta, db = column sums of delta.
    const target = gradient + offset;
    if (l == 1 && compressed) {
      sparseTransposedProduct(rows, after, before, inputs, first, selection, delta, target, accumulate, chunk, work);
    } else {
      gemm(true, false, before, after, rows, activation, before, l == 1 ? selection : 0, delta, after, target, after, 0, accumulate, work);
    }
    columnSums(rows, after, delta, after, target + <usize>before * <usize>after * 4, accumulate);
    if (l > 1) {
      // delta ← (delta · Wᵀ) where the activation is positive.
      const next = hidden + ((l & 1) ? hiddenSize : 0);
      gemm(false, true, rows, before, after, delta, after, 0, parameters + offset, after, next, before, 0, false, work);
      reluMask(rows * before, activation, next);
      delta = next;
    }
  }
}

/**
 * Gradient of Σ_r w_r loss_r with respect to the parameters.
 *
 * inputs: float32, contiguous rows of widths[0] when starts is 0; otherwise rows are compressed (see `sparse`): inputs are the
 * entries and starts the rows' starts. labels: uint8 per row. indices: uint32[batch] of rows to take, or 0 for the first `batch`
 * rows. weights: float32[batch] by position in the batch, or 0 for 1/batch. gradient: as parameters, added to when
 * accumulate ≠ 0. losses: float32[batch] out, or 0. correct: uint8[batch] out, 1 where the label has the largest logit (of equal
 * ones the first counts), or 0. scratch: 64-byte aligned, mlpScratchBytes. Outputs alias no input. An empty batch has gradient 0
 * and loss 0.
 * @returns Σ_r w_r loss_r, added up in float64 in the order of the batch.
 */
export function mlpGradient(
  layers: i32, widths: usize, batch: i32, inputs: usize, starts: usize, indices: usize, labels: usize, weights: usize,
  parameters: usize, gradient: usize, accumulate: i32, losses: usize, correct: usize, scratch: usize,
): f64 {
  if (batch == 0) {
    if (!accumulate) memory.fill(gradient, 0, parameterOffset(widths, layers));
    return 0;
  }
  begin(layers, widths, parameters, batch, scratch);
  const classes = width(widths, layers), logits = scratch + activationOffset(widths, layers, chunk);
  const weight = <f32>(1.0 / <f64>batch);
  let total: f64 = 0;
  for (let start = 0; start < batch; start += chunk) {
    choose(start, batch, inputs, starts, indices, labels);
    forward();
    total += softmaxRows(
      rows, classes, logits, classes, y, weights ? weights + ((<usize>start) << 2) : 0, weight,
      losses ? losses + ((<usize>start) << 2) : 0, correct ? correct + <usize>start : 0, logits, classes,
    );
    backward(gradient, start > 0 || accumulate != 0);
  }
  return weights ? total : total / <f64>batch;
}

/** Losses and correctness of a batch without a gradient. Contract: `mlpGradient`; a row's results do not depend on the others. */
export function mlpEvaluate(
  layers: i32, widths: usize, batch: i32, inputs: usize, starts: usize, indices: usize, labels: usize, parameters: usize,
  losses: usize, correct: usize, scratch: usize,
): void {
  if (batch == 0) return;
  begin(layers, widths, parameters, batch, scratch);
  const classes = width(widths, layers), logits = scratch + activationOffset(widths, layers, chunk);
  for (let start = 0; start < batch; start += chunk) {
    choose(start, batch, inputs, starts, indices, labels);
    forward();
    softmaxRows(
      rows, classes, logits, classes, y, 0, 0, losses ? losses + ((<usize>start) << 2) : 0, correct ? correct + <usize>start : 0, 0, 0,
    );
  }
}
