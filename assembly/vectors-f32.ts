// Vector operations, float32. Vectors are contiguous and need no alignment; n ≥ 0 counts elements. Scalars come as float64 and
// are rounded once. The ends that do not fill a vector register get the same operations, hence the same results.
//
// The loops take 128 bytes of an array per iteration and address every array as pointer + one running offset: with less, their
// own instructions (an end test, V8's interrupt test, a sum per array) keep the core from its two 128-bit loads per cycle.
import { loadPart, multiplyAdd, storePart } from './lanes';

/** Copies bytes; the ranges may overlap. */
export function copyBytes(bytes: usize, source: usize, target: usize): void {
  memory.copy(target, source, bytes);
}

/** x_j ← value. */
export function fillF32(n: i32, value: f64, x: usize): void {
  if (reinterpret<u64>(value) == 0) {
    memory.fill(x, 0, (<usize>n) << 2); // the engine's own, with wider stores
    return;
  }
  const v = f32x4.splat(<f32>value);
  const endOfBlocks = (<usize>(n & ~31)) << 2, endOfRegisters = (<usize>(n & ~3)) << 2;
  let i: usize = 0;
  for (; i < endOfBlocks; i += 128) {
    const p = x + i;
    v128.store(p, v); v128.store(p, v, 16); v128.store(p, v, 32); v128.store(p, v, 48);
    v128.store(p, v, 64); v128.store(p, v, 80); v128.store(p, v, 96); v128.store(p, v, 112);
  }
  for (; i < endOfRegisters; i += 16) v128.store(x + i, v);
  storePart(x + i, v, n & 3);
}

/** x ← a x. */
export function scaleF32(n: i32, a: f64, x: usize): void {
  const v = f32x4.splat(<f32>a);
  const endOfBlocks = (<usize>(n & ~31)) << 2, endOfRegisters = (<usize>(n & ~3)) << 2;
  let i: usize = 0;
  for (; i < endOfBlocks; i += 128) {
    const p = x + i;
    v128.store(p, f32x4.mul(v, v128.load(p))); v128.store(p, f32x4.mul(v, v128.load(p, 16)), 16);
    v128.store(p, f32x4.mul(v, v128.load(p, 32)), 32); v128.store(p, f32x4.mul(v, v128.load(p, 48)), 48);
    v128.store(p, f32x4.mul(v, v128.load(p, 64)), 64); v128.store(p, f32x4.mul(v, v128.load(p, 80)), 80);
    v128.store(p, f32x4.mul(v, v128.load(p, 96)), 96); v128.store(p, f32x4.mul(v, v128.load(p, 112)), 112);
  }
  for (; i < endOfRegisters; i += 16) v128.store(x + i, f32x4.mul(v, v128.load(x + i)));
  if (n & 3) storePart(x + i, f32x4.mul(v, loadPart(x + i, n & 3, 0)), n & 3);
}

/** out ← y + a x; out may be y or x. */
export function addScaled(n: i32, a: f32, x: usize, y: usize, out: usize): void {
  const v = f32x4.splat(a);
  const endOfBlocks = (<usize>(n & ~31)) << 2, endOfRegisters = (<usize>(n & ~3)) << 2;
  let i: usize = 0;
  for (; i < endOfBlocks; i += 128) {
    const p = x + i, q = y + i, r = out + i;
    v128.store(r, multiplyAdd(v, v128.load(p), v128.load(q)));
    v128.store(r, multiplyAdd(v, v128.load(p, 16), v128.load(q, 16)), 16);
    v128.store(r, multiplyAdd(v, v128.load(p, 32), v128.load(q, 32)), 32);
    v128.store(r, multiplyAdd(v, v128.load(p, 48), v128.load(q, 48)), 48);
    v128.store(r, multiplyAdd(v, v128.load(p, 64), v128.load(q, 64)), 64);
    v128.store(r, multiplyAdd(v, v128.load(p, 80), v128.load(q, 80)), 80);
    v128.store(r, multiplyAdd(v, v128.load(p, 96), v128.load(q, 96)), 96);
    v128.store(r, multiplyAdd(v, v128.load(p, 112), v128.load(q, 112)), 112);
  }
  for (; i < endOfRegisters; i += 16) v128.store(out + i, multiplyAdd(v, v128.load(x + i), v128.load(y + i)));
  if (n & 3) storePart(out + i, multiplyAdd(v, loadPart(x + i, n & 3, 0), loadPart(y + i, n & 3, 0)), n & 3);
}

/** y ← y + a x; y may be x. */
export function axpyF32(n: i32, a: f64, x: usize, y: usize): void {
  addScaled(n, <f32>a, x, y, y);
}

/** out ← x − γ g; out may be x or g. */
export function stepF32(n: i32, gamma: f64, x: usize, g: usize, out: usize): void {
  addScaled(n, -<f32>gamma, g, x, out); // the sign changes no rounding
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
    s0 = addProduct(s0, f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b));
    s1 = addProduct(s1, promoteHigh(a), promoteHigh(b));
    s2 = addProduct(s2, f64x2.promote_low_f32x4(c), f64x2.promote_low_f32x4(d));
    s3 = addProduct(s3, promoteHigh(c), promoteHigh(d));
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

/**
 * s + a b in float64 where a b is exact: one rounding either way, so that both builds give the same bits. What bounds dotF32 is
 * the adders, which also convert; the fused form leaves them two conversions instead of two conversions and a sum.
 */
// @ts-ignore: decorator
@inline
function addProduct(s: v128, a: v128, b: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, s);
  return f64x2.add(s, f64x2.mul(a, b));
}

// @ts-ignore: decorator
@inline
function promoteHigh(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 0, 1));
}

/** Weight j, rounded, in every lane. */
// @ts-ignore: decorator
@inline
function weight(weights: usize, j: i32): v128 {
  return f32x4.splat(<f32>load<f64>(weights + ((<usize>j) << 3)));
}

/** Vector j's address. */
// @ts-ignore: decorator
@inline
export function vector(vectors: usize, j: i32): usize {
  return <usize>load<u32>(vectors + ((<usize>j) << 2));
}

/**
 * Bytes begin … end − 1 of out ← Σ_j weights_j vectors_j; begin is a multiple of 192. Twelve sums, which with a weight and a
 * product is what the registers hold: three lines in a row of each vector, so that the caches' prefetchers keep up.
 */
function sumInRegisters(begin: usize, end: usize, count: i32, vectors: usize, weights: usize, out: usize): void {
  let i = begin;
  for (; i + 192 <= end; i += 192) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0, s8 = s0, s9 = s0, s10 = s0, s11 = s0;
    for (let j = 0; j < count; ++j) {
      const w = weight(weights, j), p = vector(vectors, j) + i;
      s0 = multiplyAdd(w, v128.load(p), s0); s1 = multiplyAdd(w, v128.load(p, 16), s1);
      s2 = multiplyAdd(w, v128.load(p, 32), s2); s3 = multiplyAdd(w, v128.load(p, 48), s3);
      s4 = multiplyAdd(w, v128.load(p, 64), s4); s5 = multiplyAdd(w, v128.load(p, 80), s5);
      s6 = multiplyAdd(w, v128.load(p, 96), s6); s7 = multiplyAdd(w, v128.load(p, 112), s7);
      s8 = multiplyAdd(w, v128.load(p, 128), s8); s9 = multiplyAdd(w, v128.load(p, 144), s9);
      s10 = multiplyAdd(w, v128.load(p, 160), s10); s11 = multiplyAdd(w, v128.load(p, 176), s11);
    }
    const q = out + i;
    v128.store(q, s0); v128.store(q, s1, 16); v128.store(q, s2, 32); v128.store(q, s3, 48);
    v128.store(q, s4, 64); v128.store(q, s5, 80); v128.store(q, s6, 96); v128.store(q, s7, 112);
    v128.store(q, s8, 128); v128.store(q, s9, 144); v128.store(q, s10, 160); v128.store(q, s11, 176);
  }
  for (; i + 16 <= end; i += 16) {
    let s = f32x4.splat(0);
    for (let j = 0; j < count; ++j) s = multiplyAdd(weight(weights, j), v128.load(vector(vectors, j) + i), s);
    v128.store(out + i, s);
  }
  if (i < end) {
    const rest = <i32>(end - i) >> 2;
    let s = f32x4.splat(0);
    for (let j = 0; j < count; ++j) s = multiplyAdd(weight(weights, j), loadPart(vector(vectors, j) + i, rest, 0), s);
    storePart(out + i, s, rest);
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
    s = multiplyAdd(w0, v128.load(p0), s); t = multiplyAdd(w0, v128.load(p0, 16), t);
    s = multiplyAdd(w1, v128.load(p1), s); t = multiplyAdd(w1, v128.load(p1, 16), t);
    s = multiplyAdd(w2, v128.load(p2), s); t = multiplyAdd(w2, v128.load(p2, 16), t);
    s = multiplyAdd(w3, v128.load(p3), s); t = multiplyAdd(w3, v128.load(p3, 16), t);
    s = multiplyAdd(w4, v128.load(p4), s); t = multiplyAdd(w4, v128.load(p4, 16), t);
    s = multiplyAdd(w5, v128.load(p5), s); t = multiplyAdd(w5, v128.load(p5, 16), t);
    s = multiplyAdd(w6, v128.load(p6), s); t = multiplyAdd(w6, v128.load(p6, 16), t);
    s = multiplyAdd(w7, v128.load(p7), s); t = multiplyAdd(w7, v128.load(p7, 16), t);
    v128.store(q, s); v128.store(q, t, 16);
  }
}

/** Whether the vectors first … count − 1 contain `pointer`. */
export function contains(first: i32, count: i32, vectors: usize, pointer: usize): bool {
  for (let j = first; j < count; ++j) if (vector(vectors, j) == pointer) return true;
  return false;
}

/** From this many bytes of vectors on, no cache holds them and what counts is how memory is read. */
export const UNCACHED: u64 = 24 << 20;

/** Bytes of each vector that are read in a row when they come from memory: a multiple of 192 near two pages. */
export const STRETCH: usize = 8064;

/**
 * out ← Σ_j weights_j vectors_j, added up in the order of j in float32; 0 when count is 0. vectors: uint32[count] of pointers,
 * weights: float64[count], each rounded once. out may be one of the vectors.
 */
export function weightedSumF32(n: i32, count: i32, vectors: usize, weights: usize, out: usize): void {
  const bytes = (<usize>n) << 2;
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
