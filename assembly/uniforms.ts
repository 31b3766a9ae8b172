// Uniform random numbers and indices. The first n draws of a stream are the same however many are asked for.
import { storePart } from './lanes';
import { block, fourBlocks, row0, row1, row2, row3, transpose, word0, word1, words0, words1, words2, words3 } from './philox';

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

/** out_j = ⌊u_j / 2⁸⌋ · 2⁻²⁴, n float32 in [0, 1); u_j is draw j of 32 bits. */
export function fillUniformF32(n: i32, key0: u32, key1: u32, index: u32, worker: u32, purpose: u32, out: usize): void {
  const scale = f32x4.splat(5.9604644775390625e-8);
  for (let j = 0; j < n; j += 16) {
    fourBlocks(key0, key1, j >> 2, index, worker, purpose);
    transpose(words0, words1, words2, words3);
    storePart(out, f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(row0, 8)), scale), n - j);
    storePart(out + 16, f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(row1, 8)), scale), n - j - 4);
    storePart(out + 32, f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(row2, 8)), scale), n - j - 8);
    storePart(out + 48, f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(row3, 8)), scale), n - j - 12);
    out += 64;
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

// @ts-ignore: decorator
@inline
function storePair(out: usize, v: v128, count: i32): void {
  if (count >= 2) v128.store(out, v);
  else if (count == 1) v128.store_lane<i64>(out, v, 0);
}

/** out_j = 53 bits of words 2(j mod 2) and 2(j mod 2) + 1 of block ⌊j/2⌋, n float64 in [0, 1). */
export function fillUniformF64(n: i32, key0: u32, key1: u32, index: u32, worker: u32, purpose: u32, out: usize): void {
  for (let j = 0; j < n; j += 8) {
    fourBlocks(key0, key1, j >> 1, index, worker, purpose);
    transpose(words0, words1, words2, words3);
    storePair(out, fractions(row0), n - j);
    storePair(out + 16, fractions(row1), n - j - 2);
    storePair(out + 32, fractions(row2), n - j - 4);
    storePair(out + 48, fractions(row3), n - j - 6);
    out += 64;
  }
}

/** High halves of the products of four words and a number of 32 bits. */
// @ts-ignore: decorator
@inline
function highProducts(words: v128, factor: v128): v128 {
  return v128.shuffle<i32>(i64x2.extmul_low_i32x4_u(words, factor), i64x2.extmul_high_i32x4_u(words, factor), 1, 3, 5, 7);
}

/** out_j = offset + ⌊bound · u_j / 2³²⌋, uint32[count], independent draws with replacement; u_j is draw j of 32 bits. */
export function sampleIndices(
  count: i32, bound: u32, offset: u32, key0: u32, key1: u32, index: u32, worker: u32, purpose: u32, out: usize,
): void {
  const factor = i32x4.splat(bound), shift = i32x4.splat(offset);
  for (let j = 0; j < count; j += 16) {
    fourBlocks(key0, key1, j >> 2, index, worker, purpose);
    transpose(words0, words1, words2, words3);
    storePart(out, i32x4.add(highProducts(row0, factor), shift), count - j);
    storePart(out + 16, i32x4.add(highProducts(row1, factor), shift), count - j - 4);
    storePart(out + 32, i32x4.add(highProducts(row2, factor), shift), count - j - 8);
    storePart(out + 48, i32x4.add(highProducts(row3, factor), shift), count - j - 12);
    out += 64;
  }
}
