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

// Read rather than written where they are used: V8 13.6 (Node 24) would make a constant anew at every use.
const constants = memory.data<u32>([MULTIPLIER0, MULTIPLIER1, WEYL0, WEYL1]);

// Results of `eightBlocks`: lane l of low_w and of high_w is word w of block first + l and of block first + 4 + l.
export let low0: v128 = i32x4.splat(0);
export let low1: v128 = i32x4.splat(0);
export let low2: v128 = i32x4.splat(0);
export let low3: v128 = i32x4.splat(0);
export let high0: v128 = i32x4.splat(0);
export let high1: v128 = i32x4.splat(0);
export let high2: v128 = i32x4.splat(0);
export let high3: v128 = i32x4.splat(0);

/** High halves of the 64-bit products in a (lanes 0 and 1) and b (lanes 2 and 3). */
// @ts-ignore: decorator
@inline
function highHalves(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 1, 3, 5, 7);
}

/**
 * Blocks first … first + 7 of a stream; the words are left in low0 … high3. A round waits for multiplication, shuffle and xor
 * one after the other: two groups of four blocks side by side fill the waiting, and key and word meet before the product is there.
 * Counter words 1 … 3 are the same in all blocks, so that half of the products of the first two rounds are too.
 */
export function eightBlocks(key0: u32, key1: u32, first: u32, index: u32, worker: u32, purpose: u32): void {
  const m0 = v128.load32_splat(constants), m1 = v128.load32_splat(constants, 4);
  const w0 = v128.load32_splat(constants, 8), w1 = v128.load32_splat(constants, 12);
  // Round 1: words 0 and 1 become the same in all blocks.
  let product = <u64>MULTIPLIER1 * <u64>worker;
  const common0 = <u32>(product >> 32) ^ index ^ key0, common1 = <u32>product;
  let a0 = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3)), b0 = i32x4.add(i32x4.splat(first), i32x4(4, 5, 6, 7));
  let p = i64x2.extmul_low_i32x4_u(a0, m0), q = i64x2.extmul_high_i32x4_u(a0, m0);
  let key = i32x4.splat(purpose ^ key1);
  let a2 = v128.xor(highHalves(p, q), key), a3 = i32x4.mul(a0, m0);
  p = i64x2.extmul_low_i32x4_u(b0, m0); q = i64x2.extmul_high_i32x4_u(b0, m0);
  let b2 = v128.xor(highHalves(p, q), key), b3 = i32x4.mul(b0, m0);
  // Round 2: word 3 becomes the same.
  key0 += WEYL0;
  key1 += WEYL1;
  product = <u64>MULTIPLIER0 * <u64>common0;
  let r = i64x2.extmul_low_i32x4_u(a2, m1), s = i64x2.extmul_high_i32x4_u(a2, m1);
  key = i32x4.splat(common1 ^ key0);
  a0 = v128.xor(highHalves(r, s), key);
  let a1 = i32x4.mul(a2, m1);
  r = i64x2.extmul_low_i32x4_u(b2, m1); s = i64x2.extmul_high_i32x4_u(b2, m1);
  b0 = v128.xor(highHalves(r, s), key);
  let b1 = i32x4.mul(b2, m1);
  key = i32x4.splat(<u32>(product >> 32) ^ key1);
  a2 = v128.xor(a3, key); b2 = v128.xor(b3, key);
  a3 = i32x4.splat(<u32>product); b3 = a3;
  let k0 = i32x4.splat(key0), k1 = i32x4.splat(key1);
  for (let round = 2; round < 10; ++round) {
    k0 = i32x4.add(k0, w0);
    k1 = i32x4.add(k1, w1);
    p = i64x2.extmul_low_i32x4_u(a0, m0); q = i64x2.extmul_high_i32x4_u(a0, m0);
    r = i64x2.extmul_low_i32x4_u(a2, m1); s = i64x2.extmul_high_i32x4_u(a2, m1);
    let low = i32x4.mul(a0, m0);
    a0 = v128.xor(highHalves(r, s), v128.xor(a1, k0)); a1 = i32x4.mul(a2, m1);
    a2 = v128.xor(highHalves(p, q), v128.xor(a3, k1)); a3 = low;
    p = i64x2.extmul_low_i32x4_u(b0, m0); q = i64x2.extmul_high_i32x4_u(b0, m0);
    r = i64x2.extmul_low_i32x4_u(b2, m1); s = i64x2.extmul_high_i32x4_u(b2, m1);
    low = i32x4.mul(b0, m0);
    b0 = v128.xor(highHalves(r, s), v128.xor(b1, k0)); b1 = i32x4.mul(b2, m1);
    b2 = v128.xor(highHalves(p, q), v128.xor(b3, k1)); b3 = low;
  }
  low0 = a0; low1 = a1; low2 = a2; low3 = a3;
  high0 = b0; high1 = b1; high2 = b2; high3 = b3;
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
