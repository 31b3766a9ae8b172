// Vector operations, float64. As vectors-f32.ts, but products are rounded before they are added in every build.
import { contains, STRETCH, UNCACHED, vector } from './vectors-f32';

/** x_j ← value. */
export function fillF64(n: i32, value: f64, x: usize): void {
  if (reinterpret<u64>(value) == 0) {
    memory.fill(x, 0, (<usize>n) << 3); // the engine's own, with wider stores
    return;
  }
  const v = f64x2.splat(value);
  const endOfBlocks = (<usize>(n & ~15)) << 3, endOfRegisters = (<usize>(n & ~1)) << 3;
  let i: usize = 0;
  for (; i < endOfBlocks; i += 128) {
    const p = x + i;
    v128.store(p, v); v128.store(p, v, 16); v128.store(p, v, 32); v128.store(p, v, 48);
    v128.store(p, v, 64); v128.store(p, v, 80); v128.store(p, v, 96); v128.store(p, v, 112);
  }
  for (; i < endOfRegisters; i += 16) v128.store(x + i, v);
  if (n & 1) store<f64>(x + i, value);
}

/** x ← a x. */
export function scaleF64(n: i32, a: f64, x: usize): void {
  const v = f64x2.splat(a);
  const endOfBlocks = (<usize>(n & ~15)) << 3, endOfRegisters = (<usize>(n & ~1)) << 3;
  let i: usize = 0;
  for (; i < endOfBlocks; i += 128) {
    const p = x + i;
    v128.store(p, f64x2.mul(v, v128.load(p))); v128.store(p, f64x2.mul(v, v128.load(p, 16)), 16);
    v128.store(p, f64x2.mul(v, v128.load(p, 32)), 32); v128.store(p, f64x2.mul(v, v128.load(p, 48)), 48);
    v128.store(p, f64x2.mul(v, v128.load(p, 64)), 64); v128.store(p, f64x2.mul(v, v128.load(p, 80)), 80);
    v128.store(p, f64x2.mul(v, v128.load(p, 96)), 96); v128.store(p, f64x2.mul(v, v128.load(p, 112)), 112);
  }
  for (; i < endOfRegisters; i += 16) v128.store(x + i, f64x2.mul(v, v128.load(x + i)));
  if (n & 1) store<f64>(x + i, a * load<f64>(x + i));
}

/** out ← y + a x; out may be y or x. */
function addScaled(n: i32, a: f64, x: usize, y: usize, out: usize): void {
  const v = f64x2.splat(a);
  const endOfBlocks = (<usize>(n & ~15)) << 3, endOfRegisters = (<usize>(n & ~1)) << 3;
  let i: usize = 0;
  for (; i < endOfBlocks; i += 128) {
    const p = x + i, q = y + i, r = out + i;
    v128.store(r, f64x2.add(v128.load(q), f64x2.mul(v, v128.load(p))));
    v128.store(r, f64x2.add(v128.load(q, 16), f64x2.mul(v, v128.load(p, 16))), 16);
    v128.store(r, f64x2.add(v128.load(q, 32), f64x2.mul(v, v128.load(p, 32))), 32);
    v128.store(r, f64x2.add(v128.load(q, 48), f64x2.mul(v, v128.load(p, 48))), 48);
    v128.store(r, f64x2.add(v128.load(q, 64), f64x2.mul(v, v128.load(p, 64))), 64);
    v128.store(r, f64x2.add(v128.load(q, 80), f64x2.mul(v, v128.load(p, 80))), 80);
    v128.store(r, f64x2.add(v128.load(q, 96), f64x2.mul(v, v128.load(p, 96))), 96);
    v128.store(r, f64x2.add(v128.load(q, 112), f64x2.mul(v, v128.load(p, 112))), 112);
  }
  for (; i < endOfRegisters; i += 16) v128.store(out + i, f64x2.add(v128.load(y + i), f64x2.mul(v, v128.load(x + i))));
  if (n & 1) store<f64>(out + i, load<f64>(y + i) + a * load<f64>(x + i));
}

/** y ← y + a x; y may be x. */
export function axpyF64(n: i32, a: f64, x: usize, y: usize): void {
  addScaled(n, a, x, y, y);
}

/** out ← x − γ g; out may be x or g. */
export function stepF64(n: i32, gamma: f64, x: usize, g: usize, out: usize): void {
  addScaled(n, -gamma, g, x, out); // the sign changes no rounding
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

/** Weight j in every lane. */
// @ts-ignore: decorator
@inline
function weight(weights: usize, j: i32): v128 {
  return v128.load64_splat(weights + ((<usize>j) << 3));
}

/**
 * Bytes begin … end − 1 of out ← Σ_j weights_j vectors_j; begin is a multiple of 192. Twelve sums, which with a weight and a
 * product is what the registers hold: three lines in a row of each vector, so that the caches' prefetchers keep up.
 */
function sumInRegisters(begin: usize, end: usize, count: i32, vectors: usize, weights: usize, out: usize): void {
  let i = begin;
  for (; i + 192 <= end; i += 192) {
    let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0, s8 = s0, s9 = s0, s10 = s0, s11 = s0;
    for (let j = 0; j < count; ++j) {
      const w = weight(weights, j), p = vector(vectors, j) + i;
      s0 = f64x2.add(s0, f64x2.mul(w, v128.load(p))); s1 = f64x2.add(s1, f64x2.mul(w, v128.load(p, 16)));
      s2 = f64x2.add(s2, f64x2.mul(w, v128.load(p, 32))); s3 = f64x2.add(s3, f64x2.mul(w, v128.load(p, 48)));
      s4 = f64x2.add(s4, f64x2.mul(w, v128.load(p, 64))); s5 = f64x2.add(s5, f64x2.mul(w, v128.load(p, 80)));
      s6 = f64x2.add(s6, f64x2.mul(w, v128.load(p, 96))); s7 = f64x2.add(s7, f64x2.mul(w, v128.load(p, 112)));
      s8 = f64x2.add(s8, f64x2.mul(w, v128.load(p, 128))); s9 = f64x2.add(s9, f64x2.mul(w, v128.load(p, 144)));
      s10 = f64x2.add(s10, f64x2.mul(w, v128.load(p, 160))); s11 = f64x2.add(s11, f64x2.mul(w, v128.load(p, 176)));
    }
    const q = out + i;
    v128.store(q, s0); v128.store(q, s1, 16); v128.store(q, s2, 32); v128.store(q, s3, 48);
    v128.store(q, s4, 64); v128.store(q, s5, 80); v128.store(q, s6, 96); v128.store(q, s7, 112);
    v128.store(q, s8, 128); v128.store(q, s9, 144); v128.store(q, s10, 160); v128.store(q, s11, 176);
  }
  for (; i + 16 <= end; i += 16) {
    let s = f64x2.splat(0);
    for (let j = 0; j < count; ++j) s = f64x2.add(s, f64x2.mul(weight(weights, j), v128.load(vector(vectors, j) + i)));
    v128.store(out + i, s);
  }
  if (i < end) {
    let s: f64 = 0;
    for (let j = 0; j < count; ++j) s += load<f64>(weights + ((<usize>j) << 3)) * load<f64>(vector(vectors, j) + i);
    store<f64>(out + i, s);
  }
}

/** Adds weights_j vectors_j for j = first … first + 7 to bytes begin … end − 1 of out; end − begin is a multiple of 32. */
function addEight(begin: usize, end: usize, first: i32, vectors: usize, weights: usize, out: usize): void {
  const w0 = weight(weights, first), w1 = weight(weights, first + 1), w2 = weight(weights, first + 2), w3 = weight(weights, first + 3);
  const w4 = weight(weights, first + 4), w5 = weight(weights, first + 5), w6 = weight(weights, first + 6), w7 = weight(weights, first + 7);
  const v0 = vector(vectors, first), v1 = vector(vectors, first + 1), v2 = vector(vectors, first + 2), v3 = vector(vectors, first + 3);
  const v4 = vector(vectors, first + 4), v5 = vector(vectors, first + 5), v6 = vector(vectors, first + 6), v7 = vector(vectors, first + 7);
  for (let i = begin; i < end; i += 32) {
    const q = out + i, p0 = v0 + i, p1 = v1 + i, p2 = v2 + i, p3 = v3 + i, p4 = v4 + i, p5 = v5 + i, p6 = v6 + i, p7 = v7 + i;
    let s = v128.load(q), t = v128.load(q, 16);
    s = f64x2.add(s, f64x2.mul(w0, v128.load(p0))); t = f64x2.add(t, f64x2.mul(w0, v128.load(p0, 16)));
    s = f64x2.add(s, f64x2.mul(w1, v128.load(p1))); t = f64x2.add(t, f64x2.mul(w1, v128.load(p1, 16)));
    s = f64x2.add(s, f64x2.mul(w2, v128.load(p2))); t = f64x2.add(t, f64x2.mul(w2, v128.load(p2, 16)));
    s = f64x2.add(s, f64x2.mul(w3, v128.load(p3))); t = f64x2.add(t, f64x2.mul(w3, v128.load(p3, 16)));
    s = f64x2.add(s, f64x2.mul(w4, v128.load(p4))); t = f64x2.add(t, f64x2.mul(w4, v128.load(p4, 16)));
    s = f64x2.add(s, f64x2.mul(w5, v128.load(p5))); t = f64x2.add(t, f64x2.mul(w5, v128.load(p5, 16)));
    s = f64x2.add(s, f64x2.mul(w6, v128.load(p6))); t = f64x2.add(t, f64x2.mul(w6, v128.load(p6, 16)));
    s = f64x2.add(s, f64x2.mul(w7, v128.load(p7))); t = f64x2.add(t, f64x2.mul(w7, v128.load(p7, 16)));
    v128.store(q, s); v128.store(q, t, 16);
  }
}

/**
 * out ← Σ_j weights_j vectors_j, added up in the order of j; 0 when count is 0. vectors: uint32[count] of pointers, weights:
 * float64[count]. out may be one of the vectors.
 */
export function weightedSumF64(n: i32, count: i32, vectors: usize, weights: usize, out: usize): void {
  const bytes = (<usize>n) << 3;
  const head = count & 7; // leaves groups of eight
  if (<u64>bytes * <u64>count < UNCACHED || contains(head, count, vectors, out)) {
    sumInRegisters(0, bytes, count, vectors, weights, out);
    return;
  }
  // More streams than the prefetchers can follow: eight at a time, over long stretches.
  const whole = bytes - bytes % 192;
  for (let begin: usize = 0; begin < whole; begin += STRETCH) {
    const end = min(begin + STRETCH, whole);
    sumInRegisters(begin, end, head, vectors, weights, out);
    for (let j = head; j < count; j += 8) addEight(begin, end, j, vectors, weights, out);
  }
  sumInRegisters(whole, bytes, count, vectors, weights, out);
}
