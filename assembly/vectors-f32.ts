// Vector operations, float32. Vectors are contiguous and need no alignment; n ≥ 0 counts elements. Scalars come as float64 and
// are rounded once. The ends that do not fill a vector register get the same operations, hence the same results.

/** Copies bytes; the ranges may overlap. */
export function copyBytes(bytes: usize, source: usize, target: usize): void {
  memory.copy(target, source, bytes);
}

/** x_j ← value. */
export function fillF32(n: i32, value: f64, x: usize): void {
  const v = f32x4.splat(<f32>value);
  const end = x + ((<usize>n) << 2), endOfFours = x + ((<usize>(n & ~3)) << 2);
  while (x < endOfFours) {
    v128.store(x, v);
    x += 16;
  }
  while (x < end) {
    store<f32>(x, <f32>value);
    x += 4;
  }
}

/** x ← a x. */
export function scaleF32(n: i32, a: f64, x: usize): void {
  const s = <f32>a, v = f32x4.splat(s);
  const end = x + ((<usize>n) << 2), endOfBlocks = x + ((<usize>(n & ~15)) << 2);
  while (x < endOfBlocks) {
    v128.store(x, f32x4.mul(v, v128.load(x))); v128.store(x, f32x4.mul(v, v128.load(x, 16)), 16);
    v128.store(x, f32x4.mul(v, v128.load(x, 32)), 32); v128.store(x, f32x4.mul(v, v128.load(x, 48)), 48);
    x += 64;
  }
  while (x < end) {
    store<f32>(x, s * load<f32>(x));
    x += 4;
  }
}

/** y ← y + a x; y may be x. */
export function axpyF32(n: i32, a: f64, x: usize, y: usize): void {
  const s = <f32>a, v = f32x4.splat(s);
  const end = x + ((<usize>n) << 2), endOfBlocks = x + ((<usize>(n & ~15)) << 2);
  while (x < endOfBlocks) {
    v128.store(y, f32x4.add(v128.load(y), f32x4.mul(v, v128.load(x))));
    v128.store(y, f32x4.add(v128.load(y, 16), f32x4.mul(v, v128.load(x, 16))), 16);
    v128.store(y, f32x4.add(v128.load(y, 32), f32x4.mul(v, v128.load(x, 32))), 32);
    v128.store(y, f32x4.add(v128.load(y, 48), f32x4.mul(v, v128.load(x, 48))), 48);
    x += 64; y += 64;
  }
  while (x < end) {
    store<f32>(y, load<f32>(y) + s * load<f32>(x));
    x += 4; y += 4;
  }
}

/**
 * Σ_j x_j y_j. Products and sums are float64 (a product of two float32 is exact there). Eight interleaved partial sums: the
 * order is fixed by n.
 */
export function dotF32(n: i32, x: usize, y: usize): f64 {
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
  const end = x + ((<usize>n) << 2), endOfBlocks = x + ((<usize>(n & ~7)) << 2);
  while (x < endOfBlocks) {
    const a = v128.load(x), b = v128.load(y), c = v128.load(x, 16), d = v128.load(y, 16);
    s0 = f64x2.add(s0, f64x2.mul(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b)));
    s1 = f64x2.add(s1, f64x2.mul(promoteHigh(a), promoteHigh(b)));
    s2 = f64x2.add(s2, f64x2.mul(f64x2.promote_low_f32x4(c), f64x2.promote_low_f32x4(d)));
    s3 = f64x2.add(s3, f64x2.mul(promoteHigh(c), promoteHigh(d)));
    x += 32; y += 32;
  }
  let rest: f64 = 0;
  while (x < end) {
    rest += <f64>load<f32>(x) * <f64>load<f32>(y);
    x += 4; y += 4;
  }
  s0 = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
  return f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1) + rest;
}

// @ts-ignore: decorator
@inline
function promoteHigh(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 0, 1));
}

/** out ← x − γ g; out may be x or g. */
export function stepF32(n: i32, gamma: f64, x: usize, g: usize, out: usize): void {
  const s = <f32>gamma, v = f32x4.splat(s);
  const end = x + ((<usize>n) << 2), endOfBlocks = x + ((<usize>(n & ~15)) << 2);
  while (x < endOfBlocks) {
    v128.store(out, f32x4.sub(v128.load(x), f32x4.mul(v, v128.load(g))));
    v128.store(out, f32x4.sub(v128.load(x, 16), f32x4.mul(v, v128.load(g, 16))), 16);
    v128.store(out, f32x4.sub(v128.load(x, 32), f32x4.mul(v, v128.load(g, 32))), 32);
    v128.store(out, f32x4.sub(v128.load(x, 48), f32x4.mul(v, v128.load(g, 48))), 48);
    x += 64; g += 64; out += 64;
  }
  while (x < end) {
    store<f32>(out, load<f32>(x) - s * load<f32>(g));
    x += 4; g += 4; out += 4;
  }
}

/**
 * out ← Σ_j weights_j vectors_j, added up in the order of j in float32; 0 when count is 0. vectors: uint32[count] of pointers,
 * weights: float64[count], each rounded once. out may be one of the vectors.
 */
export function weightedSumF32(n: i32, count: i32, vectors: usize, weights: usize, out: usize): void {
  let offset: usize = 0;
  const end = (<usize>n) << 2, endOfBlocks = (<usize>(n & ~15)) << 2;
  for (; offset < endOfBlocks; offset += 64) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (let j = 0; j < count; ++j) {
      const w = f32x4.splat(<f32>load<f64>(weights + ((<usize>j) << 3)));
      const p = <usize>load<u32>(vectors + ((<usize>j) << 2)) + offset;
      s0 = f32x4.add(s0, f32x4.mul(w, v128.load(p))); s1 = f32x4.add(s1, f32x4.mul(w, v128.load(p, 16)));
      s2 = f32x4.add(s2, f32x4.mul(w, v128.load(p, 32))); s3 = f32x4.add(s3, f32x4.mul(w, v128.load(p, 48)));
    }
    const q = out + offset;
    v128.store(q, s0); v128.store(q, s1, 16); v128.store(q, s2, 32); v128.store(q, s3, 48);
  }
  for (; offset < end; offset += 4) {
    let s: f32 = 0;
    for (let j = 0; j < count; ++j) {
      const w = <f32>load<f64>(weights + ((<usize>j) << 3));
      s += w * load<f32>(<usize>load<u32>(vectors + ((<usize>j) << 2)) + offset);
    }
    store<f32>(out + offset, s);
  }
}
