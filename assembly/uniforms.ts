// Uniform random numbers and indices. The first n draws of a stream are the same however many are asked for.
import { storePart } from './lanes';
import {
  block, eightBlocks, high0, high1, high2, high3, low0, low1, low2, low3, row0, row1, row2, row3, transpose, word0, word1,
} from './philox';

/** First uniform of the stream, in [0, 1), 53 bits: 27 from word 0 of block 0, then 26 from word 1. */
export function uniform(key0: u32, key1: u32, index: u32, worker: u32, purpose: u32): f64 {
  block(key0, key1, 0, index, worker, purpose);
  return fraction(word0, word1);
}

/** 53 bits of two words as a number in [0, 1). */
// @ts-ignore: decorator
@inline
export function fraction(high: u32, low: u32): f64 {
  return (<f64>(high >>> 5) * 67108864.0 + <f64>(low >>> 6)) * (1.0 / 9007199254740992.0);
}

/** Writes the first `count` of 16 lanes of 32 bits; 16 or more writes all, 0 or less none. */
// @ts-ignore: decorator
@inline
function storeRows(out: usize, a: v128, b: v128, c: v128, d: v128, count: i32): void {
  if (count >= 16) {
    v128.store(out, a); v128.store(out, b, 16); v128.store(out, c, 32); v128.store(out, d, 48);
  } else if (count > 0) storeSome(out, a, b, c, d, count);
}

/** `storeRows` for the end of an array. */
function storeSome(out: usize, a: v128, b: v128, c: v128, d: v128, count: i32): void {
  for (; count > 0; count -= 4, out += 16) {
    storePart(out, a, count);
    a = b; b = c; c = d;
  }
}

/** 24 bits of each word as a number in [0, 1). */
// @ts-ignore: decorator
@inline
function fractions24(words: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(words, 8)), f32x4.splat(5.9604644775390625e-8));
}

/** out_j = ⌊u_j / 2⁸⌋ · 2⁻²⁴, n float32 in [0, 1); u_j is draw j of 32 bits. */
export function fillUniformF32(n: i32, key0: u32, key1: u32, index: u32, worker: u32, purpose: u32, out: usize): void {
  for (let j = 0; j < n; j += 32) {
    eightBlocks(key0, key1, j >> 2, index, worker, purpose);
    transpose(low0, low1, low2, low3);
    storeRows(out, fractions24(row0), fractions24(row1), fractions24(row2), fractions24(row3), n - j);
    transpose(high0, high1, high2, high3);
    storeRows(out + 64, fractions24(row0), fractions24(row1), fractions24(row2), fractions24(row3), n - j - 16);
    out += 128;
  }
}

/** Two fractions of the four words of a block. */
// @ts-ignore: decorator
@inline
function fractions(words: v128): v128 {
  const high = i32x4.shr_u(v128.shuffle<i32>(words, words, 0, 2, 0, 2), 5);
  const low = i32x4.shr_u(v128.shuffle<i32>(words, words, 1, 3, 1, 3), 6);
  const sum = f64x2.add(f64x2.mul(f64x2.convert_low_i32x4_u(high), f64x2.splat(67108864.0)), f64x2.convert_low_i32x4_u(low));
  return f64x2.mul(sum, f64x2.splat(1.0 / 9007199254740992.0));
}

/** out_j = 53 bits of words 2(j mod 2) and 2(j mod 2) + 1 of block ⌊j/2⌋, n float64 in [0, 1). */
export function fillUniformF64(n: i32, key0: u32, key1: u32, index: u32, worker: u32, purpose: u32, out: usize): void {
  for (let j = 0; j < n; j += 16) {
    eightBlocks(key0, key1, j >> 1, index, worker, purpose);
    transpose(low0, low1, low2, low3);
    storeRows(out, fractions(row0), fractions(row1), fractions(row2), fractions(row3), 2 * (n - j));
    transpose(high0, high1, high2, high3);
    storeRows(out + 64, fractions(row0), fractions(row1), fractions(row2), fractions(row3), 2 * (n - j - 8));
    out += 128;
  }
}

/** shift + the high halves of the products of four words and a factor of 32 bits. */
// @ts-ignore: decorator
@inline
function scaled(words: v128, factor: v128, shift: v128): v128 {
  const low = i64x2.extmul_low_i32x4_u(words, factor), high = i64x2.extmul_high_i32x4_u(words, factor);
  return i32x4.add(v128.shuffle<i32>(low, high, 1, 3, 5, 7), shift);
}

/** out_j = offset + ⌊bound · u_j / 2³²⌋, uint32[count], independent draws with replacement; u_j is draw j of 32 bits. */
export function sampleIndices(
  count: i32, bound: u32, offset: u32, key0: u32, key1: u32, index: u32, worker: u32, purpose: u32, out: usize,
): void {
  const f = i32x4.splat(bound), s = i32x4.splat(offset);
  for (let j = 0; j < count; j += 32) {
    eightBlocks(key0, key1, j >> 2, index, worker, purpose);
    transpose(low0, low1, low2, low3);
    storeRows(out, scaled(row0, f, s), scaled(row1, f, s), scaled(row2, f, s), scaled(row3, f, s), count - j);
    transpose(high0, high1, high2, high3);
    storeRows(out + 64, scaled(row0, f, s), scaled(row1, f, s), scaled(row2, f, s), scaled(row3, f, s), count - j - 16);
    out += 128;
  }
}

/**
 * out_j = order[⌊size · u_j / 2³²⌋], uint32[count]: independent draws with replacement from the `size` numbers at `order` (uint32);
 * u_j is draw j of 32 bits.
 */
export function sampleRows(
  count: i32, size: u32, order: usize, key0: u32, key1: u32, index: u32, worker: u32, purpose: u32, out: usize,
): void {
  sampleIndices(count, size, 0, key0, key1, index, worker, purpose, out);
  for (let p = out, end = out + ((<usize>count) << 2); p < end; p += 4) store<u32>(p, load<u32>(order + ((<usize>load<u32>(p)) << 2)));
}
