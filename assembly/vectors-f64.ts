// Vector operations, float64. As vectors-f32.ts.

/** x_j ← value. */
export function fillF64(n: i32, value: f64, x: usize): void {
  const v = f64x2.splat(value);
  const end = x + ((<usize>n) << 3), endOfTwos = x + ((<usize>(n & ~1)) << 3);
  while (x < endOfTwos) {
    v128.store(x, v);
    x += 16;
  }
  if (x < end) store<f64>(x, value);
}

/** x ← a x. */
export function scaleF64(n: i32, a: f64, x: usize): void {
  const v = f64x2.splat(a);
  const end = x + ((<usize>n) << 3), endOfBlocks = x + ((<usize>(n & ~7)) << 3);
  while (x < endOfBlocks) {
    v128.store(x, f64x2.mul(v, v128.load(x))); v128.store(x, f64x2.mul(v, v128.load(x, 16)), 16);
    v128.store(x, f64x2.mul(v, v128.load(x, 32)), 32); v128.store(x, f64x2.mul(v, v128.load(x, 48)), 48);
    x += 64;
  }
  while (x < end) {
    store<f64>(x, a * load<f64>(x));
    x += 8;
  }
}

/** y ← y + a x; y may be x. */
export function axpyF64(n: i32, a: f64, x: usize, y: usize): void {
  const v = f64x2.splat(a);
  const end = x + ((<usize>n) << 3), endOfBlocks = x + ((<usize>(n & ~7)) << 3);
  while (x < endOfBlocks) {
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(v, v128.load(x))));
    v128.store(y, f64x2.add(v128.load(y, 16), f64x2.mul(v, v128.load(x, 16))), 16);
    v128.store(y, f64x2.add(v128.load(y, 32), f64x2.mul(v, v128.load(x, 32))), 32);
    v128.store(y, f64x2.add(v128.load(y, 48), f64x2.mul(v, v128.load(x, 48))), 48);
    x += 64; y += 64;
  }
  while (x < end) {
    store<f64>(y, load<f64>(y) + a * load<f64>(x));
    x += 8; y += 8;
  }
}

/** Σ_j x_j y_j in eight interleaved partial sums: the order is fixed by n. */
export function dotF64(n: i32, x: usize, y: usize): f64 {
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
  const end = x + ((<usize>n) << 3), endOfBlocks = x + ((<usize>(n & ~7)) << 3);
  while (x < endOfBlocks) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(x), v128.load(y)));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(x, 16), v128.load(y, 16)));
    s2 = f64x2.add(s2, f64x2.mul(v128.load(x, 32), v128.load(y, 32)));
    s3 = f64x2.add(s3, f64x2.mul(v128.load(x, 48), v128.load(y, 48)));
    x += 64; y += 64;
  }
  let rest: f64 = 0;
  while (x < end) {
    rest += load<f64>(x) * load<f64>(y);
    x += 8; y += 8;
  }
  s0 = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
  return f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1) + rest;
}

/** out ← x − γ g; out may be x or g. */
export function stepF64(n: i32, gamma: f64, x: usize, g: usize, out: usize): void {
  const v = f64x2.splat(gamma);
  const end = x + ((<usize>n) << 3), endOfBlocks = x + ((<usize>(n & ~7)) << 3);
  while (x < endOfBlocks) {
    v128.store(out, f64x2.sub(v128.load(x), f64x2.mul(v, v128.load(g))));
    v128.store(out, f64x2.sub(v128.load(x, 16), f64x2.mul(v, v128.load(g, 16))), 16);
    v128.store(out, f64x2.sub(v128.load(x, 32), f64x2.mul(v, v128.load(g, 32))), 32);
    v128.store(out, f64x2.sub(v128.load(x, 48), f64x2.mul(v, v128.load(g, 48))), 48);
    x += 64; g += 64; out += 64;
  }
  while (x < end) {
    store<f64>(out, load<f64>(x) - gamma * load<f64>(g));
    x += 8; g += 8; out += 8;
  }
}

/**
 * out ← Σ_j weights_j vectors_j, added up in the order of j; 0 when count is 0. vectors: uint32[count] of pointers, weights:
 * float64[count]. out may be one of the vectors.
 */
export function weightedSumF64(n: i32, count: i32, vectors: usize, weights: usize, out: usize): void {
  let offset: usize = 0;
  const end = (<usize>n) << 3, endOfBlocks = (<usize>(n & ~7)) << 3;
  for (; offset < endOfBlocks; offset += 64) {
    let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (let j = 0; j < count; ++j) {
      const w = v128.load64_splat(weights + ((<usize>j) << 3));
      const p = <usize>load<u32>(vectors + ((<usize>j) << 2)) + offset;
      s0 = f64x2.add(s0, f64x2.mul(w, v128.load(p))); s1 = f64x2.add(s1, f64x2.mul(w, v128.load(p, 16)));
      s2 = f64x2.add(s2, f64x2.mul(w, v128.load(p, 32))); s3 = f64x2.add(s3, f64x2.mul(w, v128.load(p, 48)));
    }
    const q = out + offset;
    v128.store(q, s0); v128.store(q, s1, 16); v128.store(q, s2, 32); v128.store(q, s3, 48);
  }
  for (; offset < end; offset += 8) {
    let s: f64 = 0;
    for (let j = 0; j < count; ++j) {
      s += load<f64>(weights + ((<usize>j) << 3)) * load<f64>(<usize>load<u32>(vectors + ((<usize>j) << 2)) + offset);
    }
    store<f64>(out + offset, s);
  }
}
