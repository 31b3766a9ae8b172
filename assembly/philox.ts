// Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
//
// A stream is given by the key (seed) and counter words 1 … 3 (index, worker, purpose); counter word 0 numbers its blocks of
// four 32-bit words. Draw j of 32 bits is word j mod 4 of block ⌊j/4⌋.

const MULTIPLIER0: u32 = 0xd2511f53;
const MULTIPLIER1: u32 = 0xcd9e8d57;
const WEYL0: u32 = 0x9e3779b9;
const WEYL1: u32 = 0xbb67ae85;

// Results of `block`: one block's words.
export let word0: u32 = 0;
export let word1: u32 = 0;
export let word2: u32 = 0;
export let word3: u32 = 0;

/** One block; the words are left in word0 … word3. */
export function block(key0: u32, key1: u32, c0: u32, c1: u32, c2: u32, c3: u32): void {
  for (let round = 0; round < 10; ++round) {
    const p0 = <u64>MULTIPLIER0 * <u64>c0, p1 = <u64>MULTIPLIER1 * <u64>c2;
    c0 = <u32>(p1 >> 32) ^ c1 ^ key0;
    c2 = <u32>(p0 >> 32) ^ c3 ^ key1;
    c1 = <u32>p1;
    c3 = <u32>p0;
    key0 += WEYL0;
    key1 += WEYL1;
  }
  word0 = c0;
  word1 = c1;
  word2 = c2;
  word3 = c3;
}

/** One block: writes uint32[4]. */
export function philox(key0: u32, key1: u32, c0: u32, c1: u32, c2: u32, c3: u32, out: usize): void {
  block(key0, key1, c0, c1, c2, c3);
  store<u32>(out, word0);
  store<u32>(out, word1, 4);
  store<u32>(out, word2, 8);
  store<u32>(out, word3, 12);
}

// Results of `fourBlocks`: lane l of words_w is word w of block first + l.
export let words0: v128 = i32x4.splat(0);
export let words1: v128 = i32x4.splat(0);
export let words2: v128 = i32x4.splat(0);
export let words3: v128 = i32x4.splat(0);

/** Blocks first … first + 3 of a stream; the words are left in words0 … words3, lane l belonging to block first + l. */
export function fourBlocks(key0: u32, key1: u32, first: u32, index: u32, worker: u32, purpose: u32): void {
  let c0 = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  let c1 = i32x4.splat(index), c2 = i32x4.splat(worker), c3 = i32x4.splat(purpose);
  const m0 = i32x4.splat(MULTIPLIER0), m1 = i32x4.splat(MULTIPLIER1);
  for (let round = 0; round < 10; ++round) {
    const p = i64x2.extmul_low_i32x4_u(c0, m0), q = i64x2.extmul_high_i32x4_u(c0, m0);
    const r = i64x2.extmul_low_i32x4_u(c2, m1), s = i64x2.extmul_high_i32x4_u(c2, m1);
    c0 = v128.xor(v128.xor(v128.shuffle<i32>(r, s, 1, 3, 5, 7), c1), i32x4.splat(key0));
    c1 = v128.shuffle<i32>(r, s, 0, 2, 4, 6);
    c2 = v128.xor(v128.xor(v128.shuffle<i32>(p, q, 1, 3, 5, 7), c3), i32x4.splat(key1));
    c3 = v128.shuffle<i32>(p, q, 0, 2, 4, 6);
    key0 += WEYL0;
    key1 += WEYL1;
  }
  words0 = c0;
  words1 = c1;
  words2 = c2;
  words3 = c3;
}

// Results of `transpose`: rows of the 4×4 matrix.
export let row0: v128 = i32x4.splat(0);
export let row1: v128 = i32x4.splat(0);
export let row2: v128 = i32x4.splat(0);
export let row3: v128 = i32x4.splat(0);

/** Transposes four vectors of four 32-bit lanes into row0 … row3: from one word of four blocks to the words of one block. */
// @ts-ignore: decorator
@inline
export function transpose(a: v128, b: v128, c: v128, d: v128): void {
  const x = v128.shuffle<i32>(a, b, 0, 4, 1, 5), y = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const z = v128.shuffle<i32>(c, d, 0, 4, 1, 5), w = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  row0 = v128.shuffle<i64>(x, z, 0, 2);
  row1 = v128.shuffle<i64>(x, z, 1, 3);
  row2 = v128.shuffle<i64>(y, w, 0, 2);
  row3 = v128.shuffle<i64>(y, w, 1, 3);
}
