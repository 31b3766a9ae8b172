// Standard normal numbers by Box–Muller. The first n numbers of a stream are the same however many are asked for.
import { block, eightBlocks, high0, high1, high2, high3, low0, low1, low2, low3, word0, word1, word2, word3 } from './philox';
import { tridiagonalEntry, tridiagonalPair } from './quadratic';
import { fraction } from './uniforms';

/** First standard normal of the stream in float64: radius from words 0 and 1 of block 0, angle from words 2 and 3. */
export function normal(key0: u32, key1: u32, index: u32, worker: u32, purpose: u32): f64 {
  block(key0, key1, 0, index, worker, purpose);
  const u = 1.0 - fraction(word0, word1); // in (0, 1]
  return Math.sqrt(-2.0 * Math.log(u)) * Math.cos(6.283185307179586 * fraction(word2, word3));
}

// What follows makes 32 normals of eight blocks at a time, in four chains side by side: of each block, words 0 and 1 give radius and angle of
// normals 0 (cosine) and 1 (sine), words 2 and 3 of normals 2 and 3. Chains 0 and 1 are those of blocks 0 … 3, chains 2 and 3 of blocks 4 … 7.
// A step of a chain waits for the one before, so that every line below is one step of all four.
//
// Radius: √(−2 ln u) with u = max(w, ½)·2⁻³², w rounded to float32: at most 6.8, relative error about 2 ulp. u = 2^e (1 + f), √½ ≤ 1 + f < √2.
// Angle: w = q·2³⁰ + r with |r| ≤ 2²⁹: quadrant q, the two upper bits of w + 2²⁹, and an angle of at most π/4. Odd quadrants swap sine and
// cosine; the signs are the upper bit of q for the sine, of q + 1 for the cosine. Polynomials: Cephes, logf, sinf and cosf.

/** Constants that are read before the loop and stay in its frame: V8 would make those that are written where they are used anew at every use. */
const numbers = memory.data<f32>([
  7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1,
  3.3333331174e-1, -2.12194440e-4, 0.693359375, -1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1, 2.443315711809948e-5,
  -1.388731625493765e-3, 4.166664568298827e-2, 1.462918079267159645e-9, 549764202496, 0.5, 1, -2,
]);
const masks = memory.data<u32>([
  0x0000ffff, 0x4b000000, 0x53000000, 0x4f3504f3, 0x007fffff, 0x3f3504f3, 0x20000000, 0xc0000000, 0x40000000, 0x80000000,
]);

// @ts-ignore: decorator
@inline
function number(j: usize): v128 {
  return v128.load32_splat(numbers + (j << 2));
}

// @ts-ignore: decorator
@inline
function mask(j: usize): v128 {
  return v128.load32_splat(masks + (j << 2));
}

/** p x + c: one step of a polynomial. */
// @ts-ignore: decorator
@inline
function next(p: v128, x: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(p, x), c);
}

/** Four words as float32, rounded once: halves of 16 bits, each put below the leading bit of a float, then added. At least `least`. */
// @ts-ignore: decorator
@inline
function floats(words: v128, half: v128, two23: v128, two39: v128, offset: v128, least: v128): v128 {
  const low = v128.or(v128.and(words, half), two23); // 2²³ + low half
  const high = v128.or(i32x4.shr_u(words, 16), two39); // 2³⁹ + 2¹⁶ high half
  return f32x4.pmax(f32x4.add(low, f32x4.sub(high, offset)), least); // − 2³⁹ − 2²³
}

/** √(−2 (f + p + e ln 2)) with p = f³ (polynomial q) − f²/2 and ln 2 in two parts. */
// @ts-ignore: decorator
@inline
function radius(q: v128, f: v128, e: v128, lnLow: v128, lnHigh: v128, half: v128, minusTwo: v128): v128 {
  const z = f32x4.mul(f, f);
  const p = f32x4.sub(f32x4.add(f32x4.mul(f32x4.mul(q, f), z), f32x4.mul(e, lnLow)), f32x4.mul(z, half));
  return f32x4.sqrt(f32x4.mul(f32x4.add(f32x4.add(f, p), f32x4.mul(e, lnHigh)), minusTwo));
}

/** 1 − z/2 + z² (polynomial p) */
// @ts-ignore: decorator
@inline
function cosine(p: v128, z: v128, half: v128, one: v128): v128 {
  return f32x4.add(f32x4.sub(f32x4.mul(f32x4.mul(p, z), z), f32x4.mul(z, half)), one);
}

/** Where sine and cosine differ, in odd quadrants; elsewhere 0. */
// @ts-ignore: decorator
@inline
function swap(sine: v128, cosine: v128, shifted: v128): v128 {
  return v128.and(v128.xor(sine, cosine), i32x4.shr_s(i32x4.shl(shifted, 1), 31));
}

/** What is done with normals. One function does all of it: beside the making of 32 normals the choice costs nothing. */
export const enum Use {
  FillF32,
  AddF32,
  AddF64,
  Gradient,
  Step,
}

/** Uses eight normals of two pairs of blocks as float32. */
// @ts-ignore: decorator
@inline
function putFours(use: Use, out: usize, sigma: v128, a: v128, b: v128): void {
  let low = v128.shuffle<i64>(a, b, 0, 2), high = v128.shuffle<i64>(a, b, 1, 3);
  if (use == Use.AddF32) {
    low = f32x4.add(v128.load(out), f32x4.mul(sigma, low));
    high = f32x4.add(v128.load(out, 16), f32x4.mul(sigma, high));
  }
  v128.store(out, low); v128.store(out, high, 16);
}

/** Uses two pairs of normals as float64: of entries 0 and 1, and 4 and 5, behind byte `at`. x is the entry before that of out, b and y. */
// @ts-ignore: decorator
@inline
function putPairs(use: Use, sigma: v128, z: v128, at: usize, out: usize, main: v128, off: v128, x: usize, factor: v128, y: usize): void {
  putPair(use, sigma, z, at, out, main, off, x, factor, y);
  putPair(use, sigma, v128.shuffle<i64>(z, z, 1, 0), at + 32, out, main, off, x, factor, y);
}

// @ts-ignore: decorator
@inline
function putPair(use: Use, sigma: v128, z: v128, at: usize, out: usize, main: v128, off: v128, x: usize, factor: v128, y: usize): void {
  const noise = f64x2.mul(sigma, f64x2.promote_low_f32x4(z));
  if (use == Use.AddF64) v128.store(out + at, f64x2.add(v128.load(out + at), noise));
  else {
    const g = f64x2.add(tridiagonalPair(main, off, x + at), noise);
    v128.store(out + at, use == Use.Gradient ? g : f64x2.add(v128.load(y + at), f64x2.mul(factor, g)));
  }
}

/** Uses 32 normals as float64. `use` is a constant, so that each has its own instructions; scalars are spread here to keep registers free. */
// @ts-ignore: decorator
@inline
function putBlock(
  use: Use, sigma: f64, g0: v128, g1: v128, g2: v128, g3: v128, g4: v128, g5: v128, g6: v128, g7: v128,
  out: usize, diagonal: f64, offDiagonal: f64, x: usize, a: f64, y: usize,
): void {
  const s = f64x2.splat(sigma), main = f64x2.splat(diagonal), off = f64x2.splat(offDiagonal), factor = f64x2.splat(a);
  putPairs(use, s, g0, 0, out, main, off, x, factor, y);
  putPairs(use, s, g1, 16, out, main, off, x, factor, y);
  putPairs(use, s, g2, 64, out, main, off, x, factor, y);
  putPairs(use, s, g3, 80, out, main, off, x, factor, y);
  putPairs(use, s, g4, 128, out, main, off, x, factor, y);
  putPairs(use, s, g5, 144, out, main, off, x, factor, y);
  putPairs(use, s, g6, 192, out, main, off, x, factor, y);
  putPairs(use, s, g7, 208, out, main, off, x, factor, y);
}

/** Uses the first `count` of eight normals of two pairs of blocks, at the end of a stream; 8 or more uses all. */
function putSome(use: Use, out: usize, sigma: f64, a: v128, b: v128, count: i32): void {
  let z = v128.shuffle<i64>(a, b, 0, 2);
  for (let i = 0; i < min(count, 8); ++i) {
    if (i == 4) z = v128.shuffle<i64>(a, b, 1, 3);
    const first = f32x4.extract_lane(z, 0);
    if (use == Use.AddF64) store<f64>(out, load<f64>(out) + sigma * <f64>first);
    else store<f32>(out, use == Use.AddF32 ? load<f32>(out) + <f32>sigma * first : first);
    out += use == Use.AddF64 ? 8 : 4;
    z = v128.shuffle<i32>(z, z, 1, 2, 3, 0);
  }
}

/**
 * Goes through the first n normals z_j of a stream, 32 at a time. FillF32: out_j ← z_j. AddF32 and AddF64: out_j ← out_j + σ z_j.
 * Gradient: out ← T x − b + σ z, see tridiagonalGradient; entries of b from `leading` ≥ 1 on are 0. Step: out ← y + a (T x − b + σ z);
 * out may be y. These two need `scratch`: 128 bytes. The product hides the waiting for x, which has often left the caches, behind the
 * arithmetic of the normals.
 */
export function useNormals(
  use: Use, n: i32, sigma: f64, key0: u32, key1: u32, index: u32, worker: u32, purpose: u32, out: usize,
  diagonal: f64, offDiagonal: f64, x: usize, leading: i32, b: usize, a: f64, y: usize, scratch: usize,
): void {
  const l0 = number(0), l1 = number(1), l2 = number(2), l3 = number(3), l4 = number(4);
  const l5 = number(5), l6 = number(6), l7 = number(7), l8 = number(8);
  const lnLow = number(9), lnHigh = number(10), s0 = number(11), s1 = number(12), s2 = number(13), c0 = number(14), c1 = number(15), c2 = number(16);
  const toAngle = number(17), offset = number(18), half = number(19), one = number(20), minusTwo = number(21);
  const lowHalf = mask(0), two23 = mask(1), two39 = mask(2), root = mask(3), fraction = mask(4), unit = mask(5);
  const eighth = mask(6), quadrant = mask(7), quarter = mask(8), sign = mask(9);
  const single = f32x4.splat(<f32>sigma);
  for (let j = 0; j < n; j += 32) {
    eightBlocks(key0, key1, j >> 2, index, worker, purpose);
    const w0 = floats(low0, lowHalf, two23, two39, offset, half), w1 = floats(low2, lowHalf, two23, two39, offset, half);
    const w2 = floats(high0, lowHalf, two23, two39, offset, half), w3 = floats(high2, lowHalf, two23, two39, offset, half);
    // The exponent of w counts from 2³² √½.
    const d0 = i32x4.sub(w0, root), d1 = i32x4.sub(w1, root), d2 = i32x4.sub(w2, root), d3 = i32x4.sub(w3, root);
    const f0 = f32x4.sub(i32x4.add(v128.and(d0, fraction), unit), one), f1 = f32x4.sub(i32x4.add(v128.and(d1, fraction), unit), one);
    const f2 = f32x4.sub(i32x4.add(v128.and(d2, fraction), unit), one), f3 = f32x4.sub(i32x4.add(v128.and(d3, fraction), unit), one);
    const e0 = f32x4.convert_i32x4_s(i32x4.shr_s(d0, 23)), e1 = f32x4.convert_i32x4_s(i32x4.shr_s(d1, 23));
    const e2 = f32x4.convert_i32x4_s(i32x4.shr_s(d2, 23)), e3 = f32x4.convert_i32x4_s(i32x4.shr_s(d3, 23));
    let p0 = next(l0, f0, l1), p1 = next(l0, f1, l1), p2 = next(l0, f2, l1), p3 = next(l0, f3, l1);
    p0 = next(p0, f0, l2); p1 = next(p1, f1, l2); p2 = next(p2, f2, l2); p3 = next(p3, f3, l2);
    p0 = next(p0, f0, l3); p1 = next(p1, f1, l3); p2 = next(p2, f2, l3); p3 = next(p3, f3, l3);
    p0 = next(p0, f0, l4); p1 = next(p1, f1, l4); p2 = next(p2, f2, l4); p3 = next(p3, f3, l4);
    p0 = next(p0, f0, l5); p1 = next(p1, f1, l5); p2 = next(p2, f2, l5); p3 = next(p3, f3, l5);
    p0 = next(p0, f0, l6); p1 = next(p1, f1, l6); p2 = next(p2, f2, l6); p3 = next(p3, f3, l6);
    p0 = next(p0, f0, l7); p1 = next(p1, f1, l7); p2 = next(p2, f2, l7); p3 = next(p3, f3, l7);
    p0 = next(p0, f0, l8); p1 = next(p1, f1, l8); p2 = next(p2, f2, l8); p3 = next(p3, f3, l8);
    const r0 = radius(p0, f0, e0, lnLow, lnHigh, half, minusTwo), r1 = radius(p1, f1, e1, lnLow, lnHigh, half, minusTwo);
    const r2 = radius(p2, f2, e2, lnLow, lnHigh, half, minusTwo), r3 = radius(p3, f3, e3, lnLow, lnHigh, half, minusTwo);
    const q0 = i32x4.add(low1, eighth), q1 = i32x4.add(low3, eighth), q2 = i32x4.add(high1, eighth), q3 = i32x4.add(high3, eighth);
    const t0 = f32x4.mul(f32x4.convert_i32x4_s(i32x4.sub(low1, v128.and(q0, quadrant))), toAngle);
    const t1 = f32x4.mul(f32x4.convert_i32x4_s(i32x4.sub(low3, v128.and(q1, quadrant))), toAngle);
    const t2 = f32x4.mul(f32x4.convert_i32x4_s(i32x4.sub(high1, v128.and(q2, quadrant))), toAngle);
    const t3 = f32x4.mul(f32x4.convert_i32x4_s(i32x4.sub(high3, v128.and(q3, quadrant))), toAngle);
    const z0 = f32x4.mul(t0, t0), z1 = f32x4.mul(t1, t1), z2 = f32x4.mul(t2, t2), z3 = f32x4.mul(t3, t3);
    let u0 = next(s0, z0, s1), u1 = next(s0, z1, s1), u2 = next(s0, z2, s1), u3 = next(s0, z3, s1);
    let v0 = next(c0, z0, c1), v1 = next(c0, z1, c1), v2 = next(c0, z2, c1), v3 = next(c0, z3, c1);
    u0 = next(u0, z0, s2); u1 = next(u1, z1, s2); u2 = next(u2, z2, s2); u3 = next(u3, z3, s2);
    v0 = next(v0, z0, c2); v1 = next(v1, z1, c2); v2 = next(v2, z2, c2); v3 = next(v3, z3, c2);
    u0 = next(f32x4.mul(u0, z0), t0, t0); u1 = next(f32x4.mul(u1, z1), t1, t1);
    u2 = next(f32x4.mul(u2, z2), t2, t2); u3 = next(f32x4.mul(u3, z3), t3, t3);
    v0 = cosine(v0, z0, half, one); v1 = cosine(v1, z1, half, one); v2 = cosine(v2, z2, half, one); v3 = cosine(v3, z3, half, one);
    const m0 = swap(u0, v0, q0), m1 = swap(u1, v1, q1), m2 = swap(u2, v2, q2), m3 = swap(u3, v3, q3);
    v0 = f32x4.mul(r0, v128.xor(v128.xor(v0, m0), v128.and(i32x4.add(q0, quarter), sign)));
    v1 = f32x4.mul(r1, v128.xor(v128.xor(v1, m1), v128.and(i32x4.add(q1, quarter), sign)));
    v2 = f32x4.mul(r2, v128.xor(v128.xor(v2, m2), v128.and(i32x4.add(q2, quarter), sign)));
    v3 = f32x4.mul(r3, v128.xor(v128.xor(v3, m3), v128.and(i32x4.add(q3, quarter), sign)));
    u0 = f32x4.mul(r0, v128.xor(v128.xor(u0, m0), v128.and(q0, sign))); u1 = f32x4.mul(r1, v128.xor(v128.xor(u1, m1), v128.and(q1, sign)));
    u2 = f32x4.mul(r2, v128.xor(v128.xor(u2, m2), v128.and(q2, sign))); u3 = f32x4.mul(r3, v128.xor(v128.xor(u3, m3), v128.and(q3, sign)));
    // Normals 0 and 1, or 2 and 3, of two blocks in a vector.
    const g0 = v128.shuffle<i32>(v0, u0, 0, 4, 1, 5), g1 = v128.shuffle<i32>(v1, u1, 0, 4, 1, 5);
    const g2 = v128.shuffle<i32>(v0, u0, 2, 6, 3, 7), g3 = v128.shuffle<i32>(v1, u1, 2, 6, 3, 7);
    const g4 = v128.shuffle<i32>(v2, u2, 0, 4, 1, 5), g5 = v128.shuffle<i32>(v3, u3, 0, 4, 1, 5);
    const g6 = v128.shuffle<i32>(v2, u2, 2, 6, 3, 7), g7 = v128.shuffle<i32>(v3, u3, 2, 6, 3, 7);
    const here = n - j, i = <usize>j << (use >= Use.AddF64 ? 3 : 2), o = out + i;
    // Entries with b or with one neighbour only, to which their normals are brought by scratch.
    const edge = use >= Use.Gradient && (here <= 32 || j < leading);
    if (edge || (use <= Use.AddF32 && here >= 32)) {
      const target = edge ? scratch : o;
      putFours(use, target, single, g0, g1); putFours(use, target + 32, single, g2, g3);
      putFours(use, target + 64, single, g4, g5); putFours(use, target + 96, single, g6, g7);
    } else if (use == Use.Step) putBlock(Use.Step, sigma, g0, g1, g2, g3, g4, g5, g6, g7, o, diagonal, offDiagonal, x + i - 8, a, y + i);
    else if (use == Use.Gradient) putBlock(Use.Gradient, sigma, g0, g1, g2, g3, g4, g5, g6, g7, o, diagonal, offDiagonal, x + i - 8, a, 0);
    else if (here >= 32) putBlock(Use.AddF64, sigma, g0, g1, g2, g3, g4, g5, g6, g7, o, 0, 0, 0, 0, 0);
    else {
      const eight: usize = use == Use.AddF64 ? 64 : 32;
      putSome(use, o, sigma, g0, g1, here);
      if (here > 8) putSome(use, o + eight, sigma, g2, g3, here - 8);
      if (here > 16) putSome(use, o + 2 * eight, sigma, g4, g5, here - 16);
      if (here > 24) putSome(use, o + 3 * eight, sigma, g6, g7, here - 24);
    }
    if (edge) {
      for (let i = j, end = min(j + 32, n); i < end; ++i) {
        const at = <usize>i << 3;
        const g = tridiagonalEntry(n, diagonal, offDiagonal, x, i < leading ? b : 0, i) + sigma * <f64>load<f32>(scratch + (<usize>(i - j) << 2));
        store<f64>(out + at, use == Use.Gradient ? g : load<f64>(y + at) + a * g);
      }
    }
  }
}

/** First n standard normals of the stream, float32 accuracy; out: n float32. */
export function fillNormalF32(n: i32, key0: u32, key1: u32, index: u32, worker: u32, purpose: u32, out: usize): void {
  useNormals(Use.FillF32, n, 0, key0, key1, index, worker, purpose, out, 0, 0, 0, 0, 0, 0, 0, 0);
}

/** x_j ← x_j + σ z_j in float32, σ rounded once, z_j as fillNormalF32 gives them; x: n float32. */
export function addNormalF32(n: i32, sigma: f64, key0: u32, key1: u32, index: u32, worker: u32, purpose: u32, x: usize): void {
  useNormals(Use.AddF32, n, sigma, key0, key1, index, worker, purpose, x, 0, 0, 0, 0, 0, 0, 0, 0);
}

/** x_j ← x_j + σ z_j in float64, z_j as fillNormalF32 gives them, widened; x: n float64. */
export function addNormalF64(n: i32, sigma: f64, key0: u32, key1: u32, index: u32, worker: u32, purpose: u32, x: usize): void {
  useNormals(Use.AddF64, n, sigma, key0, key1, index, worker, purpose, x, 0, 0, 0, 0, 0, 0, 0, 0);
}
