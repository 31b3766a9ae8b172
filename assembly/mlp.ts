// Multilayer perceptron with ReLU on hidden layers and softmax cross-entropy on top. `layers` counts weight matrices (≥ 1; one
// is multinomial logistic regression). widths: uint32[layers + 1]. parameters: per layer W (in×out, row-major), then b (out).
import { relu, reluMask } from './activations';
import { columnSums } from './columns';
import { fetch } from './fetch';
import { gemm, gemmScratchBytes } from './gemm';
import { softmaxRows } from './softmax';
import { canAddTransposed, sparseProduct, sparseScratchBytes, sparseTransposedAdd, sparseTransposedProduct } from './sparse';
import { addScaled } from './vectors-f32';

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

/** Byte offset of the activations of layer `layer` (1 …), or of what follows them for `layer` = layers + 1. */
function activationOffset(widths: usize, layer: i32, rows: i32): usize {
  let offset: usize = 0;
  for (let l = 1; l < layer; ++l) offset += aligned(<usize>rows * <usize>width(widths, l) * 4);
  return offset;
}

/** Bytes of the activations of layers 1 … layers (the logits, later their gradient) and of the gradients of the hidden ones. */
function passBytes(layers: i32, widths: usize, rows: i32): usize {
  return activationOffset(widths, layers + 1, rows) + activationOffset(widths, layers, rows);
}

/** Bytes for the gradient of a layer that cannot be added to a model in passing, or for a row of one that can. */
function layerBytes(layers: i32, widths: usize, compressed: bool): usize {
  let most: usize = 0;
  for (let l = 1; l <= layers; ++l) {
    const after = <usize>width(widths, l);
    most = max(most, addsInPassing(l, <i32>after, compressed) ? after : (<usize>width(widths, l - 1) + 1) * after);
  }
  return aligned(most << 2);
}

/** Whether a layer's gradient is added to a model without being written down first. */
// @ts-ignore: decorator
@inline
function addsInPassing(layer: i32, after: i32, compressed: bool): bool {
  return layer == 1 && compressed && canAddTransposed(after);
}

/** Bytes of scratch for all functions of this file; bounded in the batch. longest: most entries of a compressed row, or 0. */
export function mlpScratchBytes(layers: i32, widths: usize, batch: i32, longest: i32): f64 {
  const rows = min(batch, CHUNK);
  let product: f64 = longest > 0 ? sparseScratchBytes(rows, width(widths, 0), longest) : 0;
  for (let l = longest > 0 ? 2 : 1; l <= layers; ++l) {
    const before = width(widths, l - 1), after = width(widths, l);
    product = max(product, gemmScratchBytes(rows, after, before));
    product = max(product, gemmScratchBytes(before, after, rows));
    product = max(product, gemmScratchBytes(rows, before, after));
  }
  return <f64>(passBytes(layers, widths, rows) + aligned(rows) + layerBytes(layers, widths, longest > 0)) + product;
}

// The call in progress, and the chunk of its batch: so many rows, `first` on, or, when `selection` is not 0, those it names.
let layers: i32 = 0;
let widths: usize = 0;
let parameters: usize = 0;
let compressed: bool = false;
let inputs: usize = 0;
let chunk: i32 = 0;
let activations: usize = 0;
let hidden: usize = 0;
let labelBuffer: usize = 0;
let layerBuffer: usize = 0;
let work: usize = 0;
let rows: i32 = 0;
let selection: usize = 0;
let first: usize = 0;
let y: usize = 0;

/** Notes the network, and where the activations and gradients of its layers are; `scratch` holds what else is needed. */
function begin(layerCount: i32, widthList: usize, model: usize, batch: i32, starts: usize, pass: usize, scratch: usize): void {
  layers = layerCount;
  widths = widthList;
  parameters = model;
  chunk = min(batch, CHUNK);
  activations = pass;
  hidden = pass + activationOffset(widths, layers + 1, chunk);
  compressed = starts != 0;
  labelBuffer = scratch;
  layerBuffer = scratch + aligned(chunk);
  work = layerBuffer + layerBytes(layers, widths, compressed);
}

/** The activations of a layer, 1 … layers. */
// @ts-ignore: decorator
@inline
function activationOf(layer: i32): usize {
  return activations + activationOffset(widths, layer, chunk);
}

/** The gradient with respect to what a layer, 1 … layers, computes; that of the logits stands in their place. */
// @ts-ignore: decorator
@inline
function deltaOf(layer: i32): usize {
  return layer == layers ? activationOf(layer) : hidden + activationOffset(widths, layer, chunk);
}

/** Chooses the chunk of the batch that begins at `start`, with its labels. */
function choose(start: i32, batch: i32, entriesOrInputs: usize, starts: usize, indices: usize, labels: usize): void {
  const count = min(chunk, batch - start);
  if (indices) {
    useRows(count, entriesOrInputs, starts, indices + ((<usize>start) << 2));
    gatherLabels(labels);
    return;
  }
  useRows(count, entriesOrInputs, starts, 0);
  first += compressed ? (<usize>start) << 2 : <usize>start * <usize>width(widths, 0) * 4;
  y = labels + <usize>start;
}

/** Chooses the rows named by `count` uint32 at `indices`, or the first ones; `first` is the first row, or its start when rows are compressed. */
function useRows(count: i32, entriesOrInputs: usize, starts: usize, indices: usize): void {
  rows = count;
  inputs = entriesOrInputs;
  selection = indices;
  first = compressed ? starts : inputs;
}

/** Collects the labels of the rows that are named. */
function gatherLabels(labels: usize): void {
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
    const target = activationOf(l);
    if (l == 1 && compressed) sparseProduct(rows, after, inputs, first, selection, weight, target, bias);
    else gemm(false, false, rows, after, before, source, before, l == 1 ? selection : 0, weight, after, target, after, bias, false, work);
    if (l < layers) relu(rows * after, target, target);
    source = target;
  }
}

/** Fills the gradients of the hidden layers, given their activations and the logits' gradient. */
function backward(): void {
  for (let l = layers; l > 1; --l) {
    const before = width(widths, l - 1), after = width(widths, l);
    // delta ← (delta · Wᵀ) where the activation is positive.
    const weight = parameters + parameterOffset(widths, l - 1), target = deltaOf(l - 1);
    gemm(false, true, rows, before, after, deltaOf(l), after, 0, weight, after, target, before, 0, false, work);
    reluMask(rows * before, activationOf(l - 1), target);
  }
}

/** dW = activationᵀ · delta and db = column sums of delta, of one layer, to where its W and b would be from `target` on. */
function layerGradient(l: i32, target: usize, accumulate: bool): void {
  const before = width(widths, l - 1), after = width(widths, l), delta = deltaOf(l);
  if (l == 1 && compressed) {
    sparseTransposedProduct(rows, after, before, inputs, first, selection, delta, target, accumulate, chunk, work);
  } else {
    const activation = l == 1 ? first : activationOf(l - 1);
    gemm(true, false, before, after, rows, activation, before, l == 1 ? selection : 0, delta, after, target, after, 0, accumulate, work);
  }
  columnSums(rows, after, delta, after, target + <usize>before * <usize>after * 4, accumulate);
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
  begin(layers, widths, parameters, batch, starts, scratch, scratch + passBytes(layers, widths, min(batch, CHUNK)));
  const classes = width(widths, layers), logits = activationOf(layers);
  const weight = <f32>(1.0 / <f64>batch);
  let total: f64 = 0;
  for (let start = 0; start < batch; start += chunk) {
    choose(start, batch, inputs, starts, indices, labels);
    forward();
    total += softmaxRows(
      rows, classes, logits, classes, y, weights ? weights + ((<usize>start) << 2) : 0, weight,
      losses ? losses + ((<usize>start) << 2) : 0, correct ? correct + <usize>start : 0, logits, classes,
    );
    backward();
    for (let l = layers; l >= 1; --l) layerGradient(l, gradient + parameterOffset(widths, l - 1), start > 0 || accumulate != 0);
  }
  return weights ? total : total / <f64>batch;
}

/** Losses and correctness of a batch without a gradient. Contract: `mlpGradient`; a row's results do not depend on the others. */
export function mlpEvaluate(
  layers: i32, widths: usize, batch: i32, inputs: usize, starts: usize, indices: usize, labels: usize, parameters: usize,
  losses: usize, correct: usize, scratch: usize,
): void {
  if (batch == 0) return;
  begin(layers, widths, parameters, batch, starts, scratch, scratch + passBytes(layers, widths, min(batch, CHUNK)));
  const classes = width(widths, layers), logits = activationOf(layers);
  for (let start = 0; start < batch; start += chunk) {
    choose(start, batch, inputs, starts, indices, labels);
    forward();
    softmaxRows(
      rows, classes, logits, classes, y, 0, 0, losses ? losses + ((<usize>start) << 2) : 0, correct ? correct + <usize>start : 0, 0, 0,
    );
  }
}

// The compact form of a gradient: the numbers of the batch's rows (uint32[batch], written there by the caller), then the activations and the
// gradients of all layers, from which the gradient is made. For small batches it takes a small part of the gradient's memory, and the
// gradient can be added to a model in passing.

/** Bytes of the compact form for a batch of at most 512. */
export function mlpCompactBytes(layers: i32, widths: usize, batch: i32): f64 {
  return <f64>(aligned((<usize>batch) << 2) + passBytes(layers, widths, batch));
}

/** Begins a call on a compact form, all of whose rows are one chunk. It is fetched: where there are many, each was last used long ago. */
function beginCompact(
  layers: i32, widths: usize, batch: i32, inputs: usize, starts: usize, parameters: usize, compact: usize, scratch: usize,
): void {
  const pass = compact + aligned((<usize>batch) << 2);
  fetch(compact, pass + passBytes(layers, widths, batch));
  begin(layers, widths, parameters, batch, starts, pass, scratch);
  useRows(batch, inputs, starts, compact);
}

/** Completes the compact form of the gradient of the mean loss of the rows that it names. Arguments as `mlpGradient`; batch ≤ 512. */
export function mlpCompact(
  layers: i32, widths: usize, batch: i32, inputs: usize, starts: usize, labels: usize, parameters: usize, compact: usize, scratch: usize,
): void {
  beginCompact(layers, widths, batch, inputs, starts, parameters, compact, scratch);
  gatherLabels(labels);
  forward();
  const classes = width(widths, layers), logits = activationOf(layers);
  softmaxRows(rows, classes, logits, classes, y, 0, <f32>(1.0 / <f64>batch), 0, 0, logits, classes);
  backward();
}

/** gradient ← the gradient with this compact form, with the bits of `mlpGradient`. inputs and starts as when it was made. */
export function mlpExpand(
  layers: i32, widths: usize, batch: i32, inputs: usize, starts: usize, compact: usize, gradient: usize, scratch: usize,
): void {
  beginCompact(layers, widths, batch, inputs, starts, 0, compact, scratch);
  for (let l = layers; l >= 1; --l) layerGradient(l, gradient + parameterOffset(widths, l - 1), false);
}

/** out ← x + a·(the gradient with this compact form), with the bits of `axpyF32` on the gradient; out may be x. */
export function mlpAdd(
  layers: i32, widths: usize, batch: i32, inputs: usize, starts: usize, compact: usize, a: f64, x: usize, out: usize, scratch: usize,
): void {
  beginCompact(layers, widths, batch, inputs, starts, 0, compact, scratch);
  const factor = <f32>a;
  for (let l = layers; l >= 1; --l) {
    const before = width(widths, l - 1), after = width(widths, l), delta = deltaOf(l), buffer = layerBuffer;
    const offset = parameterOffset(widths, l - 1), size = before * after;
    if (addsInPassing(l, after, compressed)) {
      sparseTransposedAdd(rows, after, before, inputs, first, selection, delta, factor, x + offset, out + offset, chunk, work, buffer);
      columnSums(rows, after, delta, after, buffer, false);
      const bias = offset + ((<usize>size) << 2);
      addScaled(after, factor, buffer, x + bias, out + bias);
    } else {
      layerGradient(l, buffer, false);
      addScaled(size + after, factor, buffer, x + offset, out + offset);
    }
  }
}
