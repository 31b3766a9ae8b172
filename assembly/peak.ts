import { multiplyAdd } from './lanes';

/**
 * A loop of multiplications and additions that touches registers only: the most that kernels can reach.
 * Performs 56 floating point operations per iteration: 7 times a·b + c for 4 numbers, fused where `multiplyAdd` is.
 * @returns A number that depends on all of them: 784 (iterations + 3), until float32 cannot represent it.
 */
export function peakLoop(iterations: i32): f32 {
  // 1, in a way that no compiler sees: V8 13.6 (Node 24) would make the constant anew at every use.
  const unit: i32 = 1 + (iterations >>> 31);
  const one = f32x4.splat(<f32>unit);
  // 13 chains: a product and a sum take 6 cycles and two of each begin per cycle, so 12 or fewer would wait for each other, and
  // 14 do not fit V8's registers. No two begin alike, so that no compiler merges them; together they begin at 21.
  let s0 = f32x4.splat(-5), s1 = f32x4.splat(-4), s2 = f32x4.splat(-3), s3 = f32x4.splat(-2), s4 = f32x4.splat(-1);
  let s5 = f32x4.splat(0), s6 = one, s7 = f32x4.splat(2), s8 = f32x4.splat(3), s9 = f32x4.splat(4);
  let s10 = f32x4.splat(5), s11 = f32x4.splat(6), s12 = f32x4.splat(15);
  let left = 7 * iterations;
  for (; left >= 13; left -= 13) {
    s0 = multiplyAdd(s0, one, one); s1 = multiplyAdd(s1, one, one); s2 = multiplyAdd(s2, one, one); s3 = multiplyAdd(s3, one, one);
    s4 = multiplyAdd(s4, one, one); s5 = multiplyAdd(s5, one, one); s6 = multiplyAdd(s6, one, one); s7 = multiplyAdd(s7, one, one);
    s8 = multiplyAdd(s8, one, one); s9 = multiplyAdd(s9, one, one); s10 = multiplyAdd(s10, one, one);
    s11 = multiplyAdd(s11, one, one); s12 = multiplyAdd(s12, one, one);
  }
  for (; left > 0; --left) s0 = multiplyAdd(s0, one, one);
  const s = f32x4.add(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), f32x4.add(f32x4.add(s4, s5), s6));
  const t = f32x4.add(f32x4.add(f32x4.add(s7, s8), f32x4.add(s9, s10)), f32x4.add(s11, s12));
  return 112 * f32x4.extract_lane(f32x4.add(s, t), 0);
}
