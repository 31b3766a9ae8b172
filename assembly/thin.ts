// Kernels for what does not fill tiles: narrow products, single rows, depth 1. They read both operands where they lie. Widths
// that are not multiples of 4 need no care of their own: the last vector of a row ends with the row and overlaps the one before,
// whose entries it computes again with the same bits. Likewise a missing row is a row of the tile once more.
import { multiplyAdd } from './lanes';

/**
 * C (rows×width) = A·B + [addend], float32, 1 to 3 rows, width 8 to 12, depth k ≥ 1.
 *
 * a: rows `strideRow` bytes apart, steps of k `strideK` bytes apart. b: steps of k `strideB` bytes apart, `width` contiguous
 * values each. c: rows `strideC` bytes apart. addend: 0, or rows `strideAddend` bytes apart (0 repeats one row); it may be c.
 */
export function tile12(
  rows: i32, width: i32, k: i32, a: usize, strideRow: usize, strideK: usize, b: usize, strideB: usize,
  c: usize, strideC: usize, addend: usize, strideAddend: usize,
): void {
  const last = (<usize>(width - 4)) << 2;
  const row1 = rows < 2 ? <usize>0 : strideRow, row2 = rows < 3 ? <usize>0 : 2 * strideRow;
  let c00 = f32x4.splat(0), c01 = c00, c02 = c00, c10 = c00, c11 = c00, c12 = c00, c20 = c00, c21 = c00, c22 = c00;
  let x: v128, b0: v128, b1: v128, b2: v128;
  const end = b + <usize>k * strideB;
  // The never-true branches end basic blocks, see `tile`.
  while (b < end) {
    b0 = v128.load(b); b1 = v128.load(b, 16); b2 = v128.load(b + last);
    x = v128.load32_splat(a);
    c00 = multiplyAdd(x, b0, c00); c01 = multiplyAdd(x, b1, c01); c02 = multiplyAdd(x, b2, c02);
    if (b == 1) break;
    x = v128.load32_splat(a + row1);
    c10 = multiplyAdd(x, b0, c10); c11 = multiplyAdd(x, b1, c11); c12 = multiplyAdd(x, b2, c12);
    if (b == 3) break;
    x = v128.load32_splat(a + row2);
    c20 = multiplyAdd(x, b0, c20); c21 = multiplyAdd(x, b1, c21); c22 = multiplyAdd(x, b2, c22);
    a += strideK;
    b += strideB;
  }
  writeRow12(c, last, c00, c01, c02, addend);
  if (rows == 1) return;
  writeRow12(c + strideC, last, c10, c11, c12, addend ? addend + strideAddend : 0);
  if (rows == 2) return;
  writeRow12(c + 2 * strideC, last, c20, c21, c22, addend ? addend + 2 * strideAddend : 0);
}

/** Three vectors of a row of C, the last at byte `last`, plus the addend, which is read before: it may be the row itself. */
// @ts-ignore: decorator
@inline
function writeRow12(c: usize, last: usize, c0: v128, c1: v128, c2: v128, addend: usize): void {
  if (addend) {
    c0 = f32x4.add(c0, v128.load(addend)); c1 = f32x4.add(c1, v128.load(addend, 16)); c2 = f32x4.add(c2, v128.load(addend + last));
  }
  v128.store(c, c0); v128.store(c, c1, 16); v128.store(c + last, c2);
}

/** `tile12` for 1 to 4 rows and width 4 to 8. */
export function tile8(
  rows: i32, width: i32, k: i32, a: usize, strideRow: usize, strideK: usize, b: usize, strideB: usize,
  c: usize, strideC: usize, addend: usize, strideAddend: usize,
): void {
  const last = (<usize>(width - 4)) << 2;
  const row1 = rows < 2 ? <usize>0 : strideRow, row2 = rows < 3 ? <usize>0 : 2 * strideRow, row3 = rows < 4 ? <usize>0 : 3 * strideRow;
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  let x: v128, b0: v128, b1: v128;
  const end = b + <usize>k * strideB;
  while (b < end) {
    b0 = v128.load(b); b1 = v128.load(b + last);
    x = v128.load32_splat(a); c00 = multiplyAdd(x, b0, c00); c01 = multiplyAdd(x, b1, c01);
    x = v128.load32_splat(a + row1); c10 = multiplyAdd(x, b0, c10); c11 = multiplyAdd(x, b1, c11);
    x = v128.load32_splat(a + row2); c20 = multiplyAdd(x, b0, c20); c21 = multiplyAdd(x, b1, c21);
    x = v128.load32_splat(a + row3); c30 = multiplyAdd(x, b0, c30); c31 = multiplyAdd(x, b1, c31);
    a += strideK;
    b += strideB;
  }
  writeRow8(c, last, c00, c01, addend);
  if (rows == 1) return;
  writeRow8(c + strideC, last, c10, c11, addend ? addend + strideAddend : 0);
  if (rows == 2) return;
  writeRow8(c + 2 * strideC, last, c20, c21, addend ? addend + 2 * strideAddend : 0);
  if (rows == 3) return;
  writeRow8(c + 3 * strideC, last, c30, c31, addend ? addend + 3 * strideAddend : 0);
}

/** `writeRow12` for two vectors. */
// @ts-ignore: decorator
@inline
function writeRow8(c: usize, last: usize, c0: v128, c1: v128, addend: usize): void {
  if (addend) {
    c0 = f32x4.add(c0, v128.load(addend)); c1 = f32x4.add(c1, v128.load(addend + last));
  }
  v128.store(c, c0); v128.store(c + last, c1);
}

/** `tile12` for one row and width 16 to 32. */
export function row32(width: i32, k: i32, a: usize, strideK: usize, b: usize, strideB: usize, c: usize, addend: usize): void {
  const half = (<usize>(width - 16)) << 2;
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
  let x: v128, q: usize;
  const end = b + <usize>k * strideB;
  while (b < end) {
    q = b + half;
    x = v128.load32_splat(a);
    c0 = multiplyAdd(x, v128.load(b), c0); c1 = multiplyAdd(x, v128.load(b, 16), c1);
    c2 = multiplyAdd(x, v128.load(b, 32), c2); c3 = multiplyAdd(x, v128.load(b, 48), c3);
    if (b == 1) break;
    c4 = multiplyAdd(x, v128.load(q), c4); c5 = multiplyAdd(x, v128.load(q, 16), c5);
    c6 = multiplyAdd(x, v128.load(q, 32), c6); c7 = multiplyAdd(x, v128.load(q, 48), c7);
    a += strideK;
    b += strideB;
  }
  if (addend) {
    c0 = f32x4.add(c0, v128.load(addend)); c1 = f32x4.add(c1, v128.load(addend, 16));
    c2 = f32x4.add(c2, v128.load(addend, 32)); c3 = f32x4.add(c3, v128.load(addend, 48));
    addend += half;
    c4 = f32x4.add(c4, v128.load(addend)); c5 = f32x4.add(c5, v128.load(addend, 16));
    c6 = f32x4.add(c6, v128.load(addend, 32)); c7 = f32x4.add(c7, v128.load(addend, 48));
  }
  v128.store(c, c0); v128.store(c, c1, 16); v128.store(c, c2, 32); v128.store(c, c3, 48);
  c += half;
  v128.store(c, c4); v128.store(c, c5, 16); v128.store(c, c6, 32); v128.store(c, c7, 48);
}

/** `tile12` for one row and width 4 to 16. Vectors that the width does not need are the last one again. */
export function row16(width: i32, k: i32, a: usize, strideK: usize, b: usize, strideB: usize, c: usize, addend: usize): void {
  const last = (<usize>(width - 4)) << 2, second = min<usize>(16, last), third = min<usize>(32, last);
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0;
  const end = b + <usize>k * strideB;
  while (b < end) {
    const x = v128.load32_splat(a);
    c0 = multiplyAdd(x, v128.load(b), c0); c1 = multiplyAdd(x, v128.load(b + second), c1);
    c2 = multiplyAdd(x, v128.load(b + third), c2); c3 = multiplyAdd(x, v128.load(b + last), c3);
    a += strideK;
    b += strideB;
  }
  if (addend) {
    c0 = f32x4.add(c0, v128.load(addend)); c1 = f32x4.add(c1, v128.load(addend + second));
    c2 = f32x4.add(c2, v128.load(addend + third)); c3 = f32x4.add(c3, v128.load(addend + last));
  }
  v128.store(c, c0); v128.store(c + second, c1); v128.store(c + third, c2); v128.store(c + last, c3);
}

/**
 * C (m×n) = a·bᵀ + [addend]: product of a column and a row, float32.
 * a: m values, `strideA` bytes apart. b: n contiguous values. c: rows `strideC` bytes apart. addend: 0, or rows `strideAddend`
 * bytes apart; it may be c.
 */
export function outer(
  m: i32, n: i32, a: usize, strideA: usize, b: usize, c: usize, strideC: usize, addend: usize, strideAddend: usize,
): void {
  const rowBytes = (<usize>n) << 2, blocks = rowBytes & ~63, fours = rowBytes & ~15;
  for (let i = 0; i < m; ++i) {
    const x = load<f32>(a), v = v128.load32_splat(a);
    let j: usize = 0;
    if (addend) {
      for (; j < fours; j += 16) v128.store(c + j, f32x4.add(f32x4.mul(v, v128.load(b + j)), v128.load(addend + j)));
      for (; j < rowBytes; j += 4) store<f32>(c + j, x * load<f32>(b + j) + load<f32>(addend + j));
    } else {
      for (; j < blocks; j += 64) {
        const p = b + j, q = c + j;
        v128.store(q, f32x4.mul(v, v128.load(p))); v128.store(q, f32x4.mul(v, v128.load(p, 16)), 16);
        v128.store(q, f32x4.mul(v, v128.load(p, 32)), 32); v128.store(q, f32x4.mul(v, v128.load(p, 48)), 48);
      }
      for (; j < fours; j += 16) v128.store(c + j, f32x4.mul(v, v128.load(b + j)));
      for (; j < rowBytes; j += 4) store<f32>(c + j, x * load<f32>(b + j));
    }
    a += strideA;
    c += strideC;
    if (addend) addend += strideAddend;
  }
}
