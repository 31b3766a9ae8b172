// The micro-kernel of all matrix products.

export const TILE_ROWS: i32 = 2;
export const TILE_COLUMNS: i32 = 16;
/** Bytes of one tile, which is also the size of the buffer that incomplete tiles go through. */
export const TILE_BYTES: usize = 128;

/**
 * C (2×16) = A·B + [addend], float32, depth k ≥ 1.
 *
 * a: packed panel, 2 values per step of k, contiguous. b: 16 values per step of k, steps `strideB` bytes apart (64 in a
 * packed panel). c: rows `strideC` bytes apart. addend: 0 for none, otherwise a 2×16 block with rows `strideAddend` bytes
 * apart (0 repeats one row); it may be c. Nothing needs alignment. Every entry is summed over k in ascending order and then
 * added to the addend, so its bits do not depend on where in a tile it lies.
 *
 * V8 moves all loads of a basic block to its top and spills when they and the eight accumulators exceed 15 registers. The
 * branches that compare b with impossible addresses are never taken: they end the block, and each needs a constant of its
 * own, because equal ones would be merged.
 */
export function tile(
  a: usize, b: usize, strideB: usize, k: i32, c: usize, strideC: usize, addend: usize, strideAddend: usize,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c02 = c00, c03 = c00;
  let c10 = c00, c11 = c00, c12 = c00, c13 = c00;
  let x: v128, b0: v128, b1: v128, b2: v128, b3: v128;
  const end = a + ((<usize>k) << 3);
  const endOfFours = a + ((<usize>(k & ~3)) << 3);
  if (a < endOfFours) {
    do {
      b0 = v128.load(b); b1 = v128.load(b, 16); b2 = v128.load(b, 32); b3 = v128.load(b, 48);
      if (b == 1) break;
      x = v128.load32_splat(a);
      c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
      c02 = f32x4.add(c02, f32x4.mul(x, b2)); c03 = f32x4.add(c03, f32x4.mul(x, b3));
      if (b == 3) break;
      x = v128.load32_splat(a, 4);
      c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
      c12 = f32x4.add(c12, f32x4.mul(x, b2)); c13 = f32x4.add(c13, f32x4.mul(x, b3));
      b += strideB;
      if (b == 5) break;
      b0 = v128.load(b); b1 = v128.load(b, 16); b2 = v128.load(b, 32); b3 = v128.load(b, 48);
      if (b == 7) break;
      x = v128.load32_splat(a, 8);
      c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
      c02 = f32x4.add(c02, f32x4.mul(x, b2)); c03 = f32x4.add(c03, f32x4.mul(x, b3));
      if (b == 9) break;
      x = v128.load32_splat(a, 12);
      c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
      c12 = f32x4.add(c12, f32x4.mul(x, b2)); c13 = f32x4.add(c13, f32x4.mul(x, b3));
      b += strideB;
      if (b == 11) break;
      b0 = v128.load(b); b1 = v128.load(b, 16); b2 = v128.load(b, 32); b3 = v128.load(b, 48);
      if (b == 13) break;
      x = v128.load32_splat(a, 16);
      c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
      c02 = f32x4.add(c02, f32x4.mul(x, b2)); c03 = f32x4.add(c03, f32x4.mul(x, b3));
      if (b == 15) break;
      x = v128.load32_splat(a, 20);
      c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
      c12 = f32x4.add(c12, f32x4.mul(x, b2)); c13 = f32x4.add(c13, f32x4.mul(x, b3));
      b += strideB;
      if (b == 17) break;
      b0 = v128.load(b); b1 = v128.load(b, 16); b2 = v128.load(b, 32); b3 = v128.load(b, 48);
      if (b == 19) break;
      x = v128.load32_splat(a, 24);
      c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
      c02 = f32x4.add(c02, f32x4.mul(x, b2)); c03 = f32x4.add(c03, f32x4.mul(x, b3));
      if (b == 21) break;
      x = v128.load32_splat(a, 28);
      c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
      c12 = f32x4.add(c12, f32x4.mul(x, b2)); c13 = f32x4.add(c13, f32x4.mul(x, b3));
      b += strideB;
      a += 32;
    } while (a < endOfFours);
  }
  while (a < end) {
    b0 = v128.load(b); b1 = v128.load(b, 16); b2 = v128.load(b, 32); b3 = v128.load(b, 48);
    x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
    c02 = f32x4.add(c02, f32x4.mul(x, b2)); c03 = f32x4.add(c03, f32x4.mul(x, b3));
    if (b == 23) break;
    x = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
    c12 = f32x4.add(c12, f32x4.mul(x, b2)); c13 = f32x4.add(c13, f32x4.mul(x, b3));
    b += strideB;
    a += 8;
  }
  if (addend) {
    c00 = f32x4.add(c00, v128.load(addend)); c01 = f32x4.add(c01, v128.load(addend, 16));
    c02 = f32x4.add(c02, v128.load(addend, 32)); c03 = f32x4.add(c03, v128.load(addend, 48));
    addend += strideAddend;
    c10 = f32x4.add(c10, v128.load(addend)); c11 = f32x4.add(c11, v128.load(addend, 16));
    c12 = f32x4.add(c12, v128.load(addend, 32)); c13 = f32x4.add(c13, v128.load(addend, 48));
  }
  v128.store(c, c00); v128.store(c, c01, 16); v128.store(c, c02, 32); v128.store(c, c03, 48);
  c += strideC;
  v128.store(c, c10); v128.store(c, c11, 16); v128.store(c, c12, 32); v128.store(c, c13, 48);
}
