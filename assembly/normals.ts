// Standard normal numbers by Box–Muller. The first n numbers of a stream are the same however many are asked for.
import { loadPart, storePart } from './lanes';
import {
  block, eightBlocks, high0, high1, high2, high3, low0, low1, low2, low3, row0, row1, row2, row3, transpose, word0, word1, word2, word3,
} from './philox';
import { fraction, storeRows } from './uniforms';

/** First standard normal of the stream in float64: radius from words 0 and 1 of block 0, angle from words 2 and 3. */
export function normal(key0: u32, key1: u32, index: u32, worker: u32, purpose: u32): f64 {
  block(key0, key1, 0, index, worker, purpose);
  const u = 1.0 - fraction(word0, word1); // in (0, 1]
  return Math.sqrt(-2.0 * Math.log(u)) * Math.cos(6.283185307179586 * fraction(word2, word3));
}

/** Four words as float32, rounded once: halves of 16 bits, each put below the leading bit of a float, then added. */
// @ts-ignore: decorator
@inline
function floats(words: v128): v128 {
  const low = v128.or(v128.and(words, i32x4.splat(0xffff)), i32x4.splat(0x4b000000)); // 2²³ + low half
  const high = v128.or(i32x4.shr_u(words, 16), i32x4.splat(0x53000000)); // 2³⁹ + 2¹⁶ high half
  return f32x4.add(low, f32x4.sub(high, f32x4.splat(549764202496))); // − 2³⁹ − 2²³
}

/**
 * √(−2 ln u) of four words with u = max(w, ½)·2⁻³², w rounded to float32: at most 6.8, relative error about 2 ulp.
 * Polynomial: Cephes, logf.
 */
// @ts-ignore: decorator
@inline
function radius(words: v128): v128 {
  const w = f32x4.pmax(floats(words), f32x4.splat(0.5));
  // u = 2^e (1 + f), √½ ≤ 1 + f < √2: the exponent of w counts from 2³² √½, 0x4f3504f3.
  const d = i32x4.sub(w, i32x4.splat(0x4f3504f3)), e = i32x4.shr_s(d, 23);
  const f = f32x4.sub(i32x4.add(v128.and(d, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3)), f32x4.splat(1));
  const z = f32x4.mul(f, f), n = f32x4.convert_i32x4_s(e);
  let p = f32x4.splat(7.0376836292e-2);
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-1.1514610310e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1.1676998740e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-1.2420140846e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1.4249322787e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-1.6668057665e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(2.0000714765e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-2.4999993993e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(3.3333331174e-1));
  p = f32x4.mul(f32x4.mul(p, f), z);
  p = f32x4.add(p, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  p = f32x4.sub(p, f32x4.mul(z, f32x4.splat(0.5)));
  const log = f32x4.add(f32x4.add(f, p), f32x4.mul(n, f32x4.splat(0.693359375)));
  return f32x4.sqrt(f32x4.mul(log, f32x4.splat(-2)));
}

/** sin and cos of an angle in ±π/4. Polynomials: Cephes, sinf and cosf. */
// @ts-ignore: decorator
@inline
function smallSine(t: v128, z: v128): v128 {
  let p = f32x4.splat(-1.9515295891e-4);
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(8.3321608736e-3));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-1.6666654611e-1));
  return f32x4.add(f32x4.mul(f32x4.mul(p, z), t), t);
}

// @ts-ignore: decorator
@inline
function smallCosine(z: v128): v128 {
  let p = f32x4.splat(2.443315711809948e-5);
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-1.388731625493765e-3));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(4.166664568298827e-2));
  return f32x4.add(f32x4.sub(f32x4.mul(f32x4.mul(p, z), z), f32x4.mul(z, f32x4.splat(0.5))), f32x4.splat(1));
}

// Results of `turn`.
let cosines: v128 = f32x4.splat(0);
let sines: v128 = f32x4.splat(0);

/** cos and sin of 2π w/2³² for four words, left in `cosines` and `sines`. */
// @ts-ignore: decorator
@inline
function turn(words: v128): void {
  // w = q·2³⁰ + r with |r| ≤ 2²⁹: quadrant q, the two upper bits of w + 2²⁹, and an angle of at most π/4.
  const shifted = i32x4.add(words, i32x4.splat(1 << 29));
  const r = i32x4.sub(words, v128.and(shifted, i32x4.splat(0xc0000000)));
  const t = f32x4.mul(f32x4.convert_i32x4_s(r), f32x4.splat(1.462918079267159645e-9));
  const z = f32x4.mul(t, t), s = smallSine(t, z), c = smallCosine(z);
  // Odd quadrants swap sine and cosine; the signs are the upper bit of q for the sine, of q + 1 for the cosine.
  const difference = v128.and(v128.xor(s, c), i32x4.shr_s(i32x4.shl(shifted, 1), 31));
  const sign = i32x4.splat(0x80000000);
  cosines = v128.xor(v128.xor(c, difference), v128.and(i32x4.add(shifted, i32x4.splat(1 << 30)), sign));
  sines = v128.xor(v128.xor(s, difference), v128.and(shifted, sign));
}

/**
 * 16 normals of four blocks, left in row0 … row3; lane l of the arguments is a word of block l. Of each block, words 0 and 1
 * give radius and angle of normals 0 (cosine) and 1 (sine), words 2 and 3 of normals 2 and 3.
 */
// @ts-ignore: decorator
@inline
function sixteenNormals(words0: v128, words1: v128, words2: v128, words3: v128): void {
  const r = radius(words0), s = radius(words2);
  turn(words1);
  const z0 = f32x4.mul(r, cosines), z1 = f32x4.mul(r, sines);
  turn(words3);
  transpose(z0, z1, f32x4.mul(s, cosines), f32x4.mul(s, sines));
}

/** First n standard normals of the stream, float32 accuracy; out: n float32. */
export function fillNormalF32(n: i32, key0: u32, key1: u32, index: u32, worker: u32, purpose: u32, out: usize): void {
  for (let j = 0; j < n; j += 32) {
    eightBlocks(key0, key1, j >> 2, index, worker, purpose);
    sixteenNormals(low0, low1, low2, low3);
    storeRows(out, row0, row1, row2, row3, n - j);
    sixteenNormals(high0, high1, high2, high3);
    storeRows(out + 64, row0, row1, row2, row3, n - j - 16);
    out += 128;
  }
}

// @ts-ignore: decorator
@inline
function addF32(x: usize, sigma: v128, z: v128, count: i32): void {
  if (count >= 4) v128.store(x, f32x4.add(v128.load(x), f32x4.mul(sigma, z)));
  else if (count > 0) storePart(x, f32x4.add(loadPart(x, count, 0), f32x4.mul(sigma, z)), count);
}

// @ts-ignore: decorator
@inline
function addRowsF32(x: usize, sigma: v128, count: i32): void {
  addF32(x, sigma, row0, count);
  addF32(x + 16, sigma, row1, count - 4);
  addF32(x + 32, sigma, row2, count - 8);
  addF32(x + 48, sigma, row3, count - 12);
}

/** x_j ← x_j + σ z_j in float32, σ rounded once, z_j as fillNormalF32 gives them; x: n float32. */
export function addNormalF32(n: i32, sigma: f64, key0: u32, key1: u32, index: u32, worker: u32, purpose: u32, x: usize): void {
  const s = f32x4.splat(<f32>sigma);
  for (let j = 0; j < n; j += 32) {
    eightBlocks(key0, key1, j >> 2, index, worker, purpose);
    sixteenNormals(low0, low1, low2, low3);
    addRowsF32(x, s, n - j);
    sixteenNormals(high0, high1, high2, high3);
    addRowsF32(x + 64, s, n - j - 16);
    x += 128;
  }
}

// @ts-ignore: decorator
@inline
function addPair(x: usize, sigma: v128, z: v128, count: i32): void {
  if (count >= 2) v128.store(x, f64x2.add(v128.load(x), f64x2.mul(sigma, f64x2.promote_low_f32x4(z))));
  else if (count == 1) store<f64>(x, load<f64>(x) + f64x2.extract_lane(sigma, 0) * <f64>f32x4.extract_lane(z, 0));
}

// @ts-ignore: decorator
@inline
function addRowF64(x: usize, sigma: v128, z: v128, count: i32): void {
  addPair(x, sigma, z, count);
  addPair(x + 16, sigma, v128.shuffle<i64>(z, z, 1, 0), count - 2);
}

// @ts-ignore: decorator
@inline
function addRowsF64(x: usize, sigma: v128, count: i32): void {
  addRowF64(x, sigma, row0, count);
  addRowF64(x + 32, sigma, row1, count - 4);
  addRowF64(x + 64, sigma, row2, count - 8);
  addRowF64(x + 96, sigma, row3, count - 12);
}

/** Adds σ z to entries 0, 1 and 4, 5 of x: pairs of normals of two blocks. */
// @ts-ignore: decorator
@inline
function addPairs(x: usize, sigma: v128, z: v128): void {
  v128.store(x, f64x2.add(v128.load(x), f64x2.mul(sigma, f64x2.promote_low_f32x4(z))));
  v128.store(x, f64x2.add(v128.load(x, 32), f64x2.mul(sigma, f64x2.promote_low_f32x4(v128.shuffle<i64>(z, z, 1, 0)))), 32);
}

/** Adds σ times 16 normals, as sixteenNormals makes them, to x. Half of the transposition is enough for pairs. */
// @ts-ignore: decorator
@inline
function addSixteen(x: usize, sigma: v128, words0: v128, words1: v128, words2: v128, words3: v128): void {
  const r = radius(words0), s = radius(words2);
  turn(words1);
  const z0 = f32x4.mul(r, cosines), z1 = f32x4.mul(r, sines);
  turn(words3);
  const z2 = f32x4.mul(s, cosines), z3 = f32x4.mul(s, sines);
  addPairs(x, sigma, v128.shuffle<i32>(z0, z1, 0, 4, 1, 5));
  addPairs(x + 64, sigma, v128.shuffle<i32>(z0, z1, 2, 6, 3, 7));
  addPairs(x + 16, sigma, v128.shuffle<i32>(z2, z3, 0, 4, 1, 5));
  addPairs(x + 80, sigma, v128.shuffle<i32>(z2, z3, 2, 6, 3, 7));
}

/** x_j ← x_j + σ z_j in float64, z_j as fillNormalF32 gives them, widened; x: n float64. */
export function addNormalF64(n: i32, sigma: f64, key0: u32, key1: u32, index: u32, worker: u32, purpose: u32, x: usize): void {
  const s = f64x2.splat(sigma);
  let j = 0;
  for (; j + 32 <= n; j += 32) {
    eightBlocks(key0, key1, j >> 2, index, worker, purpose);
    addSixteen(x, s, low0, low1, low2, low3);
    addSixteen(x + 128, s, high0, high1, high2, high3);
    x += 256;
  }
  if (j < n) {
    eightBlocks(key0, key1, j >> 2, index, worker, purpose);
    sixteenNormals(low0, low1, low2, low3);
    addRowsF64(x, s, n - j);
    sixteenNormals(high0, high1, high2, high3);
    addRowsF64(x + 128, s, n - j - 16);
  }
}
