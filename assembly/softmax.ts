// Softmax cross-entropy over rows, float32.
import { exp4 } from './exponential';
import { loadPart, storePart } from './lanes';

/** The largest of n ≥ 1 float32; NaN when one of them is. */
function largest(n: i32, x: usize): f32 {
  const fours = n & ~3;
  let v = f32x4.splat(-Infinity);
  for (let j = 0; j < fours; j += 4) v = f32x4.max(v, v128.load(x + ((<usize>j) << 2)));
  if (fours < n) v = f32x4.max(v, loadPart(x + ((<usize>fours) << 2), n - fours, -Infinity));
  v = f32x4.max(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  v = f32x4.max(v, v128.shuffle<f32>(v, v, 1, 0, 3, 2));
  return f32x4.extract_lane(v, 0);
}

/** e_j = exp(x_j − shift) for n float32; e may be x, or 0 to store nothing. @returns Σ e_j in float64. */
function exponentials(n: i32, x: usize, shift: f32, e: usize): f64 {
  const fours = n & ~3;
  const s = f32x4.splat(shift);
  let low = f64x2.splat(0), high = low;
  for (let j = 0; j < fours; j += 4) {
    const offset = (<usize>j) << 2;
    const v = exp4(f32x4.sub(v128.load(x + offset), s));
    low = f64x2.add(low, f64x2.promote_low_f32x4(v));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 0, 1)));
    if (e) v128.store(e + offset, v);
  }
  if (fours < n) {
    const offset = (<usize>fours) << 2;
    const v = exp4(f32x4.sub(loadPart(x + offset, n - fours, -Infinity), s));
    low = f64x2.add(low, f64x2.promote_low_f32x4(v));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 0, 1)));
    if (e) storePart(e + offset, v, n - fours);
  }
  low = f64x2.add(low, high);
  return f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1);
}

/** Whether entry `label` of n float32 is the largest; of equal ones the first counts. NaN is never the largest. */
function isLargest(n: i32, x: usize, label: i32, maximum: f32): bool {
  if (load<f32>(x + ((<usize>label) << 2)) != maximum) return false;
  for (let j = 0; j < label; ++j) if (load<f32>(x + ((<usize>j) << 2)) == maximum) return false;
  return true;
}

/**
 * Loss and gradient of rows of logits.
 *
 * logits: rows×classes float32, ldLogits elements from row to row; classes ≥ 1 when rows ≥ 1. labels: uint8 per row, < classes.
 * weights: float32 per row, or 0: then every row's gradient is multiplied by `weight` and the losses are summed unweighted.
 * losses: float32 per row out, or 0. correct: uint8 per row out, 1 where the label has the largest logit, or 0.
 * gradient: rows×classes out, w_r (softmax − onehot), ldGradient elements from row to row; may be logits (with the same
 * leading dimension), or 0. No alignment needed. A NaN or +∞ among a row's logits makes its loss and gradient NaN.
 * @returns Σ_r w_r loss_r, or Σ_r loss_r without weights, added up in float64 in the order of the rows.
 */
export function softmaxRows(
  rows: i32, classes: i32, logits: usize, ldLogits: i32, labels: usize, weights: usize, weight: f32, losses: usize, correct: usize,
  gradient: usize, ldGradient: i32,
): f64 {
  let total: f64 = 0;
  const fours = classes & ~3;
  for (let r = 0; r < rows; ++r) {
    const label = <i32>load<u8>(labels + <usize>r);
    const maximum = largest(classes, logits);
    if (correct) store<u8>(correct + <usize>r, isLargest(classes, logits, label, maximum) ? 1 : 0);
    const margin = <f64>load<f32>(logits + ((<usize>label) << 2)) - <f64>maximum;
    const sum = exponentials(classes, logits, maximum, gradient);
    const loss = Math.log(sum) - margin;
    if (losses) store<f32>(losses + ((<usize>r) << 2), <f32>loss);
    if (weights) {
      weight = load<f32>(weights + ((<usize>r) << 2));
      total += <f64>weight * loss;
    } else total += loss;
    if (gradient) {
      const scale = <f32>(<f64>weight / sum), factor = f32x4.splat(scale);
      for (let j = 0; j < fours; j += 4) {
        const p = gradient + ((<usize>j) << 2);
        v128.store(p, f32x4.mul(v128.load(p), factor));
      }
      for (let j = fours; j < classes; ++j) {
        const p = gradient + ((<usize>j) << 2);
        store<f32>(p, load<f32>(p) * scale);
      }
      const p = gradient + ((<usize>label) << 2);
      store<f32>(p, load<f32>(p) - weight);
      gradient += (<usize>ldGradient) << 2;
    }
    logits += (<usize>ldLogits) << 2;
  }
  return total;
}

/** Softmax cross-entropy, weights 0 meaning 1/rows each. Contract: `softmaxRows`. @returns Σ_r w_r loss_r; 0 without rows. */
export function softmaxCrossEntropy(
  rows: i32, classes: i32, logits: usize, ldLogits: i32, labels: usize, weights: usize, losses: usize, gradient: usize, ldGradient: i32,
): f64 {
  if (rows == 0) return 0;
  const weight = <f32>(1.0 / <f64>rows);
  const total = softmaxRows(rows, classes, logits, ldLogits, labels, weights, weight, losses, 0, gradient, ldGradient);
  return weights ? total : total / <f64>rows;
}
