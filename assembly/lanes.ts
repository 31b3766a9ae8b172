// Operations on four float32 lanes: products with sums, and loads and stores of fewer than four lanes, for the ends of rows.

/**
 * a·b + c in every lane. The default build rounds the product and the sum, which gives the same bits everywhere; the build with
 * relaxed SIMD leaves it to the processor, which rounds once where it has fused operations. The sum is the first operand: V8 then
 * places each load just before its product, and otherwise all loads of a block before the first product, so that more values are
 * alive at once than there are registers.
 */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}

/** The first `count` (1 … 3) float32 at `source`; the other lanes are `fill`. Reads nothing beyond them. */
// @ts-ignore: decorator
@inline
export function loadPart(source: usize, count: i32, fill: f32): v128 {
  let v = f32x4.replace_lane(f32x4.splat(fill), 0, load<f32>(source));
  if (count > 1) v = f32x4.replace_lane(v, 1, load<f32>(source, 4));
  if (count > 2) v = f32x4.replace_lane(v, 2, load<f32>(source, 8));
  return v;
}

/** Writes the first `count` lanes of 32 bits; 4 or more writes all, 0 or less none. */
// @ts-ignore: decorator
@inline
export function storePart(target: usize, v: v128, count: i32): void {
  if (count >= 4) {
    v128.store(target, v);
    return;
  }
  if (count > 0) v128.store_lane<i32>(target, v, 0);
  if (count > 1) v128.store_lane<i32>(target, v, 1, 4);
  if (count > 2) v128.store_lane<i32>(target, v, 2, 8);
}
