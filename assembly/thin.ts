// Kernels for what does not fill tiles: narrow products, single rows, small depths, corners. Widths that are not multiples of 4
// need no care of their own: the last vector of a row ends with the row and overlaps the one before, whose entries it computes
// again with the same bits. Likewise a missing row is a row of the tile once more.
import { multiplyAdd } from './lanes';

/**
 * C (rows×width) = A·B + [addend], float32, 1 to 3 rows, width 8 to 12, depth k ≥ 1.
 *
 * a: rows `strideRow` bytes apart, steps of k `strideK` bytes apart. b: steps of k `strideB` bytes apart, the last vector of each
 * at byte `lastB`. c: rows `strideC` bytes apart. addend: 0, or rows `strideAddend` bytes apart (0 repeats one row); it may be c.
 */
export function tile12(
  rows: i32, width: i32, k: i32, a: usize, strideRow: usize, strideK: usize, b: usize, strideB: usize, lastB: usize,
  c: usize, strideC: usize, addend: usize, strideAddend: usize,
): void {
  const row1 = rows < 2 ? <usize>0 : strideRow, row2 = rows < 3 ? <usize>0 : 2 * strideRow;
  let c00 = f32x4.splat(0), c01 = c00, c02 = c00, c10 = c00, c11 = c00, c12 = c00, c20 = c00, c21 = c00, c22 = c00;
  let x: v128, b0: v128, b1: v128, b2: v128;
  const end = b + <usize>k * strideB, endOfTwos = b + <usize>(k & ~1) * strideB;
  // The never-true branches end basic blocks, see `tile`.
  while (b < endOfTwos) {
    b0 = v128.load(b); b1 = v128.load(b, 16); b2 = v128.load(b + lastB);
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
    if (b == 5) break;
    b0 = v128.load(b); b1 = v128.load(b, 16); b2 = v128.load(b + lastB);
    x = v128.load32_splat(a);
    c00 = multiplyAdd(x, b0, c00); c01 = multiplyAdd(x, b1, c01); c02 = multiplyAdd(x, b2, c02);
    if (b == 7) break;
    x = v128.load32_splat(a + row1);
    c10 = multiplyAdd(x, b0, c10); c11 = multiplyAdd(x, b1, c11); c12 = multiplyAdd(x, b2, c12);
    if (b == 9) break;
    x = v128.load32_splat(a + row2);
    c20 = multiplyAdd(x, b0, c20); c21 = multiplyAdd(x, b1, c21); c22 = multiplyAdd(x, b2, c22);
    a += strideK;
    b += strideB;
  }
  while (b < end) {
    b0 = v128.load(b); b1 = v128.load(b, 16); b2 = v128.load(b + lastB);
    x = v128.load32_splat(a);
    c00 = multiplyAdd(x, b0, c00); c01 = multiplyAdd(x, b1, c01); c02 = multiplyAdd(x, b2, c02);
    if (b == 11) break;
    x = v128.load32_splat(a + row1);
    c10 = multiplyAdd(x, b0, c10); c11 = multiplyAdd(x, b1, c11); c12 = multiplyAdd(x, b2, c12);
    if (b == 13) break;
    x = v128.load32_splat(a + row2);
    c20 = multiplyAdd(x, b0, c20); c21 = multiplyAdd(x, b1, c21); c22 = multiplyAdd(x, b2, c22);
    a += strideK;
    b += strideB;
  }
  const last = (<usize>(width - 4)) << 2;
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
  rows: i32, width: i32, k: i32, a: usize, strideRow: usize, strideK: usize, b: usize, strideB: usize, lastB: usize,
  c: usize, strideC: usize, addend: usize, strideAddend: usize,
): void {
  const row1 = rows < 2 ? <usize>0 : strideRow, row2 = rows < 3 ? <usize>0 : 2 * strideRow, row3 = rows < 4 ? <usize>0 : 3 * strideRow;
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  let x: v128, b0: v128, b1: v128;
  const end = b + <usize>k * strideB, endOfTwos = b + <usize>(k & ~1) * strideB;
  while (b < endOfTwos) {
    b0 = v128.load(b); b1 = v128.load(b + lastB);
    x = v128.load32_splat(a); c00 = multiplyAdd(x, b0, c00); c01 = multiplyAdd(x, b1, c01);
    x = v128.load32_splat(a + row1); c10 = multiplyAdd(x, b0, c10); c11 = multiplyAdd(x, b1, c11);
    x = v128.load32_splat(a + row2); c20 = multiplyAdd(x, b0, c20); c21 = multiplyAdd(x, b1, c21);
    x = v128.load32_splat(a + row3); c30 = multiplyAdd(x, b0, c30); c31 = multiplyAdd(x, b1, c31);
    a += strideK;
    b += strideB;
    if (b == 1) break;
    b0 = v128.load(b); b1 = v128.load(b + lastB);
    x = v128.load32_splat(a); c00 = multiplyAdd(x, b0, c00); c01 = multiplyAdd(x, b1, c01);
    x = v128.load32_splat(a + row1); c10 = multiplyAdd(x, b0, c10); c11 = multiplyAdd(x, b1, c11);
    x = v128.load32_splat(a + row2); c20 = multiplyAdd(x, b0, c20); c21 = multiplyAdd(x, b1, c21);
    x = v128.load32_splat(a + row3); c30 = multiplyAdd(x, b0, c30); c31 = multiplyAdd(x, b1, c31);
    a += strideK;
    b += strideB;
  }
  while (b < end) {
    b0 = v128.load(b); b1 = v128.load(b + lastB);
    x = v128.load32_splat(a); c00 = multiplyAdd(x, b0, c00); c01 = multiplyAdd(x, b1, c01);
    x = v128.load32_splat(a + row1); c10 = multiplyAdd(x, b0, c10); c11 = multiplyAdd(x, b1, c11);
    x = v128.load32_splat(a + row2); c20 = multiplyAdd(x, b0, c20); c21 = multiplyAdd(x, b1, c21);
    x = v128.load32_splat(a + row3); c30 = multiplyAdd(x, b0, c30); c31 = multiplyAdd(x, b1, c31);
    a += strideK;
    b += strideB;
  }
  const last = (<usize>(width - 4)) << 2;
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

/** `tile12` for one row and width 16 to 32; b is not packed. */
export function row32(width: i32, k: i32, a: usize, strideK: usize, b: usize, strideB: usize, c: usize, addend: usize): void {
  const half = (<usize>(width - 16)) << 2;
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
  let x: v128, q: usize;
  const end = b + <usize>k * strideB, endOfTwos = b + <usize>(k & ~1) * strideB;
  while (b < endOfTwos) {
    q = b + half;
    x = v128.load32_splat(a);
    c0 = multiplyAdd(x, v128.load(b), c0); c1 = multiplyAdd(x, v128.load(b, 16), c1);
    c2 = multiplyAdd(x, v128.load(b, 32), c2); c3 = multiplyAdd(x, v128.load(b, 48), c3);
    if (b == 1) break;
    c4 = multiplyAdd(x, v128.load(q), c4); c5 = multiplyAdd(x, v128.load(q, 16), c5);
    c6 = multiplyAdd(x, v128.load(q, 32), c6); c7 = multiplyAdd(x, v128.load(q, 48), c7);
    a += strideK;
    b += strideB;
    if (b == 3) break;
    q = b + half;
    x = v128.load32_splat(a);
    c0 = multiplyAdd(x, v128.load(b), c0); c1 = multiplyAdd(x, v128.load(b, 16), c1);
    c2 = multiplyAdd(x, v128.load(b, 32), c2); c3 = multiplyAdd(x, v128.load(b, 48), c3);
    if (b == 5) break;
    c4 = multiplyAdd(x, v128.load(q), c4); c5 = multiplyAdd(x, v128.load(q, 16), c5);
    c6 = multiplyAdd(x, v128.load(q, 32), c6); c7 = multiplyAdd(x, v128.load(q, 48), c7);
    a += strideK;
    b += strideB;
  }
  while (b < end) {
    q = b + half;
    x = v128.load32_splat(a);
    c0 = multiplyAdd(x, v128.load(b), c0); c1 = multiplyAdd(x, v128.load(b, 16), c1);
    c2 = multiplyAdd(x, v128.load(b, 32), c2); c3 = multiplyAdd(x, v128.load(b, 48), c3);
    if (b == 7) break;
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
export function row16(
  width: i32, k: i32, a: usize, strideK: usize, b: usize, strideB: usize, lastB: usize, c: usize, addend: usize,
): void {
  const secondB = min<usize>(16, lastB), thirdB = min<usize>(32, lastB);
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0;
  const end = b + <usize>k * strideB;
  while (b < end) {
    const x = v128.load32_splat(a);
    c0 = multiplyAdd(x, v128.load(b), c0); c1 = multiplyAdd(x, v128.load(b + secondB), c1);
    c2 = multiplyAdd(x, v128.load(b + thirdB), c2); c3 = multiplyAdd(x, v128.load(b + lastB), c3);
    a += strideK;
    b += strideB;
  }
  const last = (<usize>(width - 4)) << 2, second = min<usize>(16, last), third = min<usize>(32, last);
  if (addend) {
    c0 = f32x4.add(c0, v128.load(addend)); c1 = f32x4.add(c1, v128.load(addend + second));
    c2 = f32x4.add(c2, v128.load(addend + third)); c3 = f32x4.add(c3, v128.load(addend + last));
  }
  v128.store(c, c0); v128.store(c + second, c1); v128.store(c + third, c2); v128.store(c + last, c3);
}

/** x0·b + x1·(row of B after b) + … + [addend]: four columns of a row of C in a product of depth k. */
// @ts-ignore: decorator
@inline
function shallowSum(k: i32, x0: v128, x1: v128, x2: v128, x3: v128, b: usize, strideB: usize, addend: usize): v128 {
  let sum = multiplyAdd(x0, v128.load(b), f32x4.splat(0));
  if (k > 1) sum = multiplyAdd(x1, v128.load(b + strideB), sum);
  if (k > 2) sum = multiplyAdd(x2, v128.load(b + 2 * strideB), sum);
  if (k > 3) sum = multiplyAdd(x3, v128.load(b + 3 * strideB), sum);
  return addend ? f32x4.add(sum, v128.load(addend)) : sum;
}

/** `shallow` for a k that is known when this is compiled. */
// @ts-ignore: decorator
@inline
function shallowOf(
  k: i32, m: i32, n: i32, a: usize, strideRow: usize, strideK: usize, b: usize, strideB: usize,
  c: usize, strideC: usize, addend: usize, strideAddend: usize,
): void {
  const last = (<usize>(n - 4)) << 2, fours = last & ~63;
  for (let i = 0; i < m; ++i) {
    const x0 = v128.load32_splat(a), x1 = k > 1 ? v128.load32_splat(a + strideK) : x0;
    const x2 = k > 2 ? v128.load32_splat(a + 2 * strideK) : x0, x3 = k > 3 ? v128.load32_splat(a + 3 * strideK) : x0;
    // Before the others, which may overwrite its addend.
    const end = shallowSum(k, x0, x1, x2, x3, b + last, strideB, addend ? addend + last : 0);
    let j: usize = 0;
    if (addend) {
      for (; j < last; j += 16) v128.store(c + j, shallowSum(k, x0, x1, x2, x3, b + j, strideB, addend + j));
      addend += strideAddend;
    } else {
      for (; j < fours; j += 64) {
        const p = b + j, q = c + j;
        v128.store(q, shallowSum(k, x0, x1, x2, x3, p, strideB, 0));
        v128.store(q, shallowSum(k, x0, x1, x2, x3, p + 16, strideB, 0), 16);
        v128.store(q, shallowSum(k, x0, x1, x2, x3, p + 32, strideB, 0), 32);
        v128.store(q, shallowSum(k, x0, x1, x2, x3, p + 48, strideB, 0), 48);
      }
      for (; j < last; j += 16) v128.store(c + j, shallowSum(k, x0, x1, x2, x3, b + j, strideB, 0));
    }
    v128.store(c + last, end);
    a += strideRow;
    c += strideC;
  }
}

/**
 * C (m×n) = A·B + [addend], float32, depth k from 1 to 4, n ≥ 4: rows of C are sums of a few rows of B.
 * a: rows `strideRow` bytes apart, steps of k `strideK` bytes apart. b: steps of k `strideB` bytes apart. c, addend: as `tile12`.
 */
export function shallow(
  m: i32, n: i32, k: i32, a: usize, strideRow: usize, strideK: usize, b: usize, strideB: usize,
  c: usize, strideC: usize, addend: usize, strideAddend: usize,
): void {
  if (k == 1) shallowOf(1, m, n, a, strideRow, strideK, b, strideB, c, strideC, addend, strideAddend);
  else if (k == 2) shallowOf(2, m, n, a, strideRow, strideK, b, strideB, c, strideC, addend, strideAddend);
  else if (k == 3) shallowOf(3, m, n, a, strideRow, strideK, b, strideB, c, strideC, addend, strideAddend);
  else shallowOf(4, m, n, a, strideRow, strideK, b, strideB, c, strideC, addend, strideAddend);
}

/**
 * C (m×n) = A·B + [addend], float32, m and n from 1 to 3, depth k ≥ 1: sums without neighbours to share a vector with, n at a time.
 * Rows, columns and steps of k of every matrix are as many bytes apart as its arguments say; addend: 0, or the first entry.
 */
export function corner(
  m: i32, n: i32, k: i32, a: usize, rowA: usize, stepA: usize, b: usize, columnB: usize, stepB: usize,
  c: usize, rowC: usize, columnC: usize, addend: usize, rowAddend: usize, columnAddend: usize,
): void {
  const column1 = n < 2 ? <usize>0 : columnB, column2 = n < 3 ? <usize>0 : 2 * columnB;
  for (let i = 0; i < m; ++i) {
    let c0 = f32x4.splat(0), c1 = c0, c2 = c0, p = a, q = b;
    for (let l = 0; l < k; ++l) {
      const x = v128.load32_splat(p);
      c0 = multiplyAdd(x, v128.load32_splat(q), c0);
      c1 = multiplyAdd(x, v128.load32_splat(q + column1), c1);
      c2 = multiplyAdd(x, v128.load32_splat(q + column2), c2);
      p += stepA;
      q += stepB;
    }
    writeOne(c, c0, addend);
    if (n > 1) writeOne(c + columnC, c1, addend ? addend + columnAddend : 0);
    if (n > 2) writeOne(c + 2 * columnC, c2, addend ? addend + 2 * columnAddend : 0);
    a += rowA;
    c += rowC;
    if (addend) addend += rowAddend;
  }
}

/** Lane 0 plus the addend. */
// @ts-ignore: decorator
@inline
function writeOne(c: usize, sum: v128, addend: usize): void {
  const value = f32x4.extract_lane(sum, 0);
  store<f32>(c, addend ? value + load<f32>(addend) : value);
}
