/**
 * out_j = Σ_r x_rj + [out_j], rows in ascending order. x: rows×n float32, ldx elements from row to row. out: n float32.
 * No alignment needed; out aliases no input.
 */
export function columnSums(rows: i32, n: i32, x: usize, ldx: i32, out: usize, accumulate: bool): void {
  const stride = (<usize>ldx) << 2;
  let j = 0;
  for (; j + 16 <= n; j += 16) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let p = x + ((<usize>j) << 2);
    for (let r = 0; r < rows; ++r) {
      s0 = f32x4.add(s0, v128.load(p)); s1 = f32x4.add(s1, v128.load(p, 16));
      s2 = f32x4.add(s2, v128.load(p, 32)); s3 = f32x4.add(s3, v128.load(p, 48));
      p += stride;
    }
    const target = out + ((<usize>j) << 2);
    if (accumulate) {
      s0 = f32x4.add(s0, v128.load(target)); s1 = f32x4.add(s1, v128.load(target, 16));
      s2 = f32x4.add(s2, v128.load(target, 32)); s3 = f32x4.add(s3, v128.load(target, 48));
    }
    v128.store(target, s0); v128.store(target, s1, 16); v128.store(target, s2, 32); v128.store(target, s3, 48);
  }
  for (; j < n; ++j) {
    let s: f32 = 0;
    let p = x + ((<usize>j) << 2);
    for (let r = 0; r < rows; ++r) {
      s += load<f32>(p);
      p += stride;
    }
    const target = out + ((<usize>j) << 2);
    store<f32>(target, accumulate ? s + load<f32>(target) : s);
  }
}
