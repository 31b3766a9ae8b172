// The micro-kernels of the matrix products. Every entry is summed over k in ascending order, starting from 0, and then added to
// the addend: its bits do not depend on which kernel computes it, nor on its place in a tile.
//
// V8 moves all loads of a basic block to its top and spills when they and the accumulators exceed 15 registers. Branches that
// compare b with impossible addresses are never taken: they end the block, and each needs a constant of its own, because equal
// ones would be merged.
import { multiplyAdd } from './lanes';

// What fills the registers best. Without fused operations a product needs a register of its own, and sums take 3 cycles, two
// beginning in each: 8 accumulators are enough. Fused operations take 4 cycles and need no such register: 12 accumulators.
export const TILE_ROWS: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 2;
export const TILE_COLUMNS: i32 = ASC_FEATURE_RELAXED_SIMD ? 8 : 16;

/**
 * C (TILE_ROWS×TILE_COLUMNS) = A·B + [addend], float32, depth k ≥ 1.
 *
 * a: rows `strideRow` bytes apart, steps of k `strideK` bytes apart. b: steps of k `strideB` bytes apart. c: rows `strideC` bytes apart. addend: 0
 * for none, otherwise a tile with rows `strideAddend` bytes apart (0 repeats one row); it may be c. Nothing needs alignment.
 */
// @ts-ignore: decorator
@inline
export function tile(
  k: i32, a: usize, strideRow: usize, strideK: usize, b: usize, strideB: usize, c: usize, strideC: usize, addend: usize, strideAddend: usize,
): void {
  if (ASC_FEATURE_RELAXED_SIMD) tile6x8(k, a, strideRow, strideK, b, strideB, c, strideC, addend, strideAddend);
  else tile2x16(k, a, strideRow, strideK, b, strideB, c, strideC, addend, strideAddend);
}

function tile2x16(
  k: i32, a: usize, strideRow: usize, strideK: usize, b: usize, strideB: usize, c: usize, strideC: usize, addend: usize, strideAddend: usize,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c02 = c00, c03 = c00, c10 = c00, c11 = c00, c12 = c00, c13 = c00;
  let x: v128, b0: v128, b1: v128, b2: v128, b3: v128, a1 = a + strideRow;
  const end = b + <usize>k * strideB, endOfTwos = b + <usize>(k & ~1) * strideB;
  while (b < endOfTwos) {
    b0 = v128.load(b); b1 = v128.load(b, 16); b2 = v128.load(b, 32); b3 = v128.load(b, 48);
    x = v128.load32_splat(a);
    c00 = multiplyAdd(x, b0, c00); c01 = multiplyAdd(x, b1, c01); c02 = multiplyAdd(x, b2, c02); c03 = multiplyAdd(x, b3, c03);
    if (b == 1) break;
    x = v128.load32_splat(a1);
    c10 = multiplyAdd(x, b0, c10); c11 = multiplyAdd(x, b1, c11); c12 = multiplyAdd(x, b2, c12); c13 = multiplyAdd(x, b3, c13);
    a += strideK;
    a1 += strideK;
    b += strideB;
    if (b == 3) break;
    b0 = v128.load(b); b1 = v128.load(b, 16); b2 = v128.load(b, 32); b3 = v128.load(b, 48);
    x = v128.load32_splat(a);
    c00 = multiplyAdd(x, b0, c00); c01 = multiplyAdd(x, b1, c01); c02 = multiplyAdd(x, b2, c02); c03 = multiplyAdd(x, b3, c03);
    if (b == 5) break;
    x = v128.load32_splat(a1);
    c10 = multiplyAdd(x, b0, c10); c11 = multiplyAdd(x, b1, c11); c12 = multiplyAdd(x, b2, c12); c13 = multiplyAdd(x, b3, c13);
    a += strideK;
    a1 += strideK;
    b += strideB;
  }
  while (b < end) {
    b0 = v128.load(b); b1 = v128.load(b, 16); b2 = v128.load(b, 32); b3 = v128.load(b, 48);
    x = v128.load32_splat(a);
    c00 = multiplyAdd(x, b0, c00); c01 = multiplyAdd(x, b1, c01); c02 = multiplyAdd(x, b2, c02); c03 = multiplyAdd(x, b3, c03);
    if (b == 7) break;
    x = v128.load32_splat(a1);
    c10 = multiplyAdd(x, b0, c10); c11 = multiplyAdd(x, b1, c11); c12 = multiplyAdd(x, b2, c12); c13 = multiplyAdd(x, b3, c13);
    a += strideK;
    a1 += strideK;
    b += strideB;
  }
  if (addend) {
    c00 = f32x4.add(c00, v128.load(addend)); c01 = f32x4.add(c01, v128.load(addend, 16));
    c02 = f32x4.add(c02, v128.load(addend, 32)); c03 = f32x4.add(c03, v128.load(addend, 48)); addend += strideAddend;
    c10 = f32x4.add(c10, v128.load(addend)); c11 = f32x4.add(c11, v128.load(addend, 16));
    c12 = f32x4.add(c12, v128.load(addend, 32)); c13 = f32x4.add(c13, v128.load(addend, 48));
  }
  v128.store(c, c00); v128.store(c, c01, 16); v128.store(c, c02, 32); v128.store(c, c03, 48); c += strideC;
  v128.store(c, c10); v128.store(c, c11, 16); v128.store(c, c12, 32); v128.store(c, c13, 48);
}

function tile6x8(
  k: i32, a: usize, strideRow: usize, strideK: usize, b: usize, strideB: usize, c: usize, strideC: usize, addend: usize, strideAddend: usize,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
  let x: v128, b0: v128, b1: v128;
  const row2 = <usize>2 * strideRow, row3 = <usize>3 * strideRow, row4 = <usize>4 * strideRow, row5 = <usize>5 * strideRow;
  const end = b + <usize>k * strideB;
  while (b < end) {
    b0 = v128.load(b); b1 = v128.load(b, 16);
    if (b == 1) break;
    x = v128.load32_splat(a); c00 = multiplyAdd(x, b0, c00); c01 = multiplyAdd(x, b1, c01);
    if (b == 3) break;
    x = v128.load32_splat(a + strideRow); c10 = multiplyAdd(x, b0, c10); c11 = multiplyAdd(x, b1, c11);
    if (b == 5) break;
    x = v128.load32_splat(a + row2); c20 = multiplyAdd(x, b0, c20); c21 = multiplyAdd(x, b1, c21);
    if (b == 7) break;
    x = v128.load32_splat(a + row3); c30 = multiplyAdd(x, b0, c30); c31 = multiplyAdd(x, b1, c31);
    if (b == 9) break;
    x = v128.load32_splat(a + row4); c40 = multiplyAdd(x, b0, c40); c41 = multiplyAdd(x, b1, c41);
    if (b == 11) break;
    x = v128.load32_splat(a + row5); c50 = multiplyAdd(x, b0, c50); c51 = multiplyAdd(x, b1, c51);
    a += strideK;
    b += strideB;
  }
  if (addend) {
    c00 = f32x4.add(c00, v128.load(addend)); c01 = f32x4.add(c01, v128.load(addend, 16)); addend += strideAddend;
    c10 = f32x4.add(c10, v128.load(addend)); c11 = f32x4.add(c11, v128.load(addend, 16)); addend += strideAddend;
    c20 = f32x4.add(c20, v128.load(addend)); c21 = f32x4.add(c21, v128.load(addend, 16)); addend += strideAddend;
    c30 = f32x4.add(c30, v128.load(addend)); c31 = f32x4.add(c31, v128.load(addend, 16)); addend += strideAddend;
    c40 = f32x4.add(c40, v128.load(addend)); c41 = f32x4.add(c41, v128.load(addend, 16)); addend += strideAddend;
    c50 = f32x4.add(c50, v128.load(addend)); c51 = f32x4.add(c51, v128.load(addend, 16));
  }
  v128.store(c, c00); v128.store(c, c01, 16); c += strideC;
  v128.store(c, c10); v128.store(c, c11, 16); c += strideC;
  v128.store(c, c20); v128.store(c, c21, 16); c += strideC;
  v128.store(c, c30); v128.store(c, c31, 16); c += strideC;
  v128.store(c, c40); v128.store(c, c41, 16); c += strideC;
  v128.store(c, c50); v128.store(c, c51, 16);
}
