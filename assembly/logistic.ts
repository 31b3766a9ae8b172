// Logistic regression with two classes, no intercept: loss of a row a with label y ∈ {−1, +1}: log(1 + exp(−y aᵀx)). The model,
// the gradient, weights and losses are float64, the data float32. Products are rounded before they are added in every build.
import { exp, log } from './elementary';

/** Two float32 at `p` as float64. */
// @ts-ignore: decorator
@inline
function pair(p: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(p));
}

/** aᵀx, a: d float32, x: d float64; eight interleaved partial sums, so that the order is fixed by d. */
function denseDot(d: i32, a: usize, x: usize): f64 {
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
  const end = x + ((<usize>d) << 3), endOfBlocks = x + ((<usize>(d & ~7)) << 3);
  for (; x < endOfBlocks; x += 64, a += 32) {
    s0 = f64x2.add(s0, f64x2.mul(pair(a), v128.load(x)));
    s1 = f64x2.add(s1, f64x2.mul(pair(a + 8), v128.load(x, 16)));
    s2 = f64x2.add(s2, f64x2.mul(pair(a + 16), v128.load(x, 32)));
    s3 = f64x2.add(s3, f64x2.mul(pair(a + 24), v128.load(x, 48)));
  }
  let rest: f64 = 0;
  for (; x < end; x += 8, a += 4) rest += <f64>load<f32>(a) * load<f64>(x);
  s0 = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
  return f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1) + rest;
}

/** g ← g + c a, a: d float32, g: d float64. */
function addDense(d: i32, c: f64, a: usize, g: usize): void {
  const v = f64x2.splat(c);
  const end = g + ((<usize>d) << 3), endOfBlocks = g + ((<usize>(d & ~7)) << 3);
  for (; g < endOfBlocks; g += 64, a += 32) {
    v128.store(g, f64x2.add(v128.load(g), f64x2.mul(v, pair(a))));
    v128.store(g, f64x2.add(v128.load(g, 16), f64x2.mul(v, pair(a + 8))), 16);
    v128.store(g, f64x2.add(v128.load(g, 32), f64x2.mul(v, pair(a + 16))), 32);
    v128.store(g, f64x2.add(v128.load(g, 48), f64x2.mul(v, pair(a + 24))), 48);
  }
  for (; g < end; g += 8, a += 4) store<f64>(g, load<f64>(g) + c * <f64>load<f32>(a));
}

/** The value of the entry at `p` times the number of x in its column. */
// @ts-ignore: decorator
@inline
function product(p: usize, x: usize): f64 {
  return <f64>load<f32>(p, 4) * load<f64>(x + ((<usize>load<u32>(p)) << 3));
}

/** aᵀx for the entries from `p` to `end`; four interleaved partial sums. */
function sparseDot(p: usize, end: usize, x: usize): f64 {
  let s0: f64 = 0, s1: f64 = 0, s2: f64 = 0, s3: f64 = 0;
  for (; p + 32 <= end; p += 32) {
    s0 += product(p, x);
    s1 += product(p + 8, x);
    s2 += product(p + 16, x);
    s3 += product(p + 24, x);
  }
  for (; p < end; p += 8) s0 += product(p, x);
  return s0 + s1 + (s2 + s3);
}

/** g ← g + c a for the entries from `p` to `end`. */
function addSparse(c: f64, p: usize, end: usize, g: usize): void {
  for (; p < end; p += 8) {
    const q = g + ((<usize>load<u32>(p)) << 3);
    store<f64>(q, load<f64>(q) + c * <f64>load<f32>(p, 4));
  }
}

/** log(1 + t) for 0 ≤ t ≤ 1, to a few units in the last place also where t is tiny. */
// @ts-ignore: decorator
@inline
function log1p(t: f64): f64 {
  const u = 1 + t;
  return u == 1 ? t : log(u) * (t / (u - 1)); // the rounding error of u cancels
}

/**
 * Loss, correctness and gradient of a batch: Σ_r w_r log(1 + exp(−y_r a_rᵀx)).
 *
 * x: d float64. inputs: float32, contiguous rows of d when starts is 0; otherwise rows are compressed as for `mlpGradient`: inputs are
 * the entries, starts the rows' starts. labels: uint8 per row, 1 for y = +1 and 0 for y = −1. indices: uint32[batch] of rows to take, or
 * 0 for the first `batch`. weights: float64[batch] by position in the batch, or 0 for 1/batch. gradient: d float64, added to when
 * accumulate ≠ 0; 0 for none. losses: float64[batch] out, or 0. correct: uint8[batch] out, 1 where the sign of aᵀx is that of y (0 counts as
 * −), or 0. Outputs alias no input. An empty batch has gradient 0 and loss 0. Nothing overflows: where the margin y aᵀx is very
 * negative the loss is −margin. A row's loss does not depend on the rest of the batch.
 * @returns Σ_r w_r loss_r, added up in the order of the batch.
 */
export function logisticGradient(
  d: i32, batch: i32, inputs: usize, starts: usize, indices: usize, labels: usize, weights: usize, x: usize, gradient: usize, accumulate: i32,
  losses: usize, correct: usize,
): f64 {
  if (gradient && !accumulate) memory.fill(gradient, 0, (<usize>d) << 3);
  const share = 1.0 / <f64>batch;
  let total: f64 = 0;
  for (let j = 0; j < batch; ++j) {
    const row = indices ? <usize>load<u32>(indices + ((<usize>j) << 2)) : <usize>j;
    let begin: usize, end: usize = 0;
    if (starts) {
      begin = inputs + ((<usize>load<u32>(starts + (row << 2))) << 3);
      end = inputs + ((<usize>load<u32>(starts + (row << 2), 4)) << 3);
    } else begin = inputs + row * ((<usize>d) << 2);
    const z = starts ? sparseDot(begin, end, x) : denseDot(d, begin, x);
    const positive = load<u8>(labels + row) != 0;
    const margin = positive ? z : -z;
    const t = exp(-abs(margin));
    const loss = margin > 0 ? log1p(t) : log1p(t) - margin;
    const weight = weights ? load<f64>(weights + ((<usize>j) << 3)) : share;
    total += weight * loss;
    if (losses) store<f64>(losses + ((<usize>j) << 3), loss);
    if (correct) store<u8>(correct + <usize>j, (positive ? z > 0 : z <= 0) ? 1 : 0);
    if (!gradient) continue;
    // ∂loss/∂z = −y / (1 + exp(margin))
    const slope = (margin > 0 ? t : 1) / (1 + t);
    const c = weight * (positive ? -slope : slope);
    if (starts) addSparse(c, begin, end, gradient);
    else addDense(d, c, begin, gradient);
  }
  return total;
}

/**
 * gradient_j ← gradient_j + λ · 2x_j / (1 + x_j²)², the gradient of the non-convex regulariser λ Σ_j x_j² / (1 + x_j²). x, gradient: d float64;
 * gradient may be 0 (none) and does not alias x.
 * @returns λ Σ_j x_j² / (1 + x_j²), each term at most 1, also where x_j² overflows.
 */
export function nonconvexRegularizer(d: i32, lambda: f64, x: usize, gradient: usize): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0, end = (<usize>d) << 3; i < end; i += 8) {
    const v = load<f64>(x + i);
    const r = 1 / (1 + v * v);
    sum += abs(v) < 1 ? v * v * r : 1 - r;
    if (gradient) store<f64>(gradient + i, load<f64>(gradient + i) + lambda * (2 * (v * r) * r));
  }
  return lambda * sum;
}
