/**
 * A loop of multiplications and additions that touches registers only: about what kernels can reach without fused operations.
 * Performs 56 floating point operations per iteration: 7 independent multiplications and 7 additions of 4 numbers.
 * @returns A number that depends on all of them: 784 (iterations + 3), until float32 cannot represent it.
 */
export function peakLoop(iterations: i32): f32 {
  // 1, in a way that no compiler sees: V8 13.6 (Node 24) would make the constant anew at every use.
  const unit: i32 = 1 + (iterations >>> 31);
  const one = f32x4.splat(<f32>unit);
  // No two chains begin alike, so that no compiler merges them.
  let s0 = f32x4.splat(0), s1 = one, s2 = f32x4.splat(2), s3 = f32x4.splat(3), s4 = f32x4.splat(4), s5 = f32x4.splat(5), s6 = f32x4.splat(6);
  let p0 = one, p1 = s2, p2 = s3, p3 = s4, p4 = s5, p5 = s6, p6 = f32x4.splat(7);
  for (let i = 0; i < iterations; ++i) {
    s0 = f32x4.add(s0, one); p0 = f32x4.mul(p0, one); s1 = f32x4.add(s1, one); p1 = f32x4.mul(p1, one);
    s2 = f32x4.add(s2, one); p2 = f32x4.mul(p2, one); s3 = f32x4.add(s3, one); p3 = f32x4.mul(p3, one);
    s4 = f32x4.add(s4, one); p4 = f32x4.mul(p4, one); s5 = f32x4.add(s5, one); p5 = f32x4.mul(p5, one);
    s6 = f32x4.add(s6, one); p6 = f32x4.mul(p6, one);
  }
  const s = f32x4.add(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), f32x4.add(f32x4.add(s4, s5), s6));
  const p = f32x4.add(f32x4.add(f32x4.add(p0, p1), f32x4.add(p2, p3)), f32x4.add(f32x4.add(p4, p5), p6));
  const t = f32x4.mul(s, p);
  return f32x4.extract_lane(t, 0) + f32x4.extract_lane(t, 1) + f32x4.extract_lane(t, 2) + f32x4.extract_lane(t, 3);
}
