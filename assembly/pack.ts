// Packing: the only place where the transposition forms of a product differ. A panel of A holds 2 rows of op(A), a panel of B
// 16 columns of op(B); within a panel the values of one step of k are contiguous. Incomplete panels are padded with zeros.

/** Pointer to row i of a matrix, or to row rows[i] when `rows` (uint32) is not 0. */
// @ts-ignore: decorator
@inline
function rowPointer(matrix: usize, stride: usize, rows: usize, i: i32): usize {
  return matrix + (rows ? <usize>load<u32>(rows + ((<usize>i) << 2)) : <usize>i) * stride;
}

/**
 * Packs rows i0 … i0+m−1, columns k0 … k0+k−1 of a row-major float32 matrix into panels of 2 rows.
 * lda: in elements. rows: uint32 row numbers to take instead of i0 + i, or 0. Reads nothing outside the named entries.
 * packed: ⌈m/2⌉·2·k float32.
 */
export function packRows(a: usize, lda: i32, rows: usize, i0: i32, m: i32, k0: i32, k: i32, packed: usize): void {
  const stride = (<usize>lda) << 2;
  const first = a + ((<usize>k0) << 2);
  for (let i = 0; i < m; i += 2) {
    let p = rowPointer(first, stride, rows, i0 + i);
    const end = p + ((<usize>k) << 2);
    const endOfFours = p + ((<usize>(k & ~3)) << 2);
    if (i + 1 < m) {
      let q = rowPointer(first, stride, rows, i0 + i + 1);
      while (p < endOfFours) {
        const x = v128.load(p), y = v128.load(q);
        v128.store(packed, v128.shuffle<f32>(x, y, 0, 4, 1, 5));
        v128.store(packed, v128.shuffle<f32>(x, y, 2, 6, 3, 7), 16);
        p += 16; q += 16; packed += 32;
      }
      while (p < end) {
        store<f32>(packed, load<f32>(p));
        store<f32>(packed, load<f32>(q), 4);
        p += 4; q += 4; packed += 8;
      }
    } else {
      const zero = f32x4.splat(0);
      while (p < endOfFours) {
        const x = v128.load(p);
        v128.store(packed, v128.shuffle<f32>(x, zero, 0, 4, 1, 5));
        v128.store(packed, v128.shuffle<f32>(x, zero, 2, 6, 3, 7), 16);
        p += 16; packed += 32;
      }
      while (p < end) {
        store<f32>(packed, load<f32>(p));
        store<f32>(packed, 0, 4);
        p += 4; packed += 8;
      }
    }
  }
}

/**
 * As `packRows` for a matrix that is stored transposed: op(A)'s row i is the stored column i, its column k the stored row k
 * (or row rows[k]). Walks the stored rows in steps of 16 columns, so that each cache line is read once.
 */
export function packColumns(a: usize, lda: i32, rows: usize, i0: i32, m: i32, k0: i32, k: i32, packed: usize): void {
  const stride = (<usize>lda) << 2;
  const panel = (<usize>k) << 3;
  const first = a + ((<usize>i0) << 2);
  let i = 0;
  for (; i + 16 <= m; i += 16) {
    const column = first + ((<usize>i) << 2);
    let p0 = packed + (<usize>(i >> 1)) * panel, p2 = p0 + 2 * panel, p4 = p2 + 2 * panel, p6 = p4 + 2 * panel;
    for (let j = 0; j < k; ++j) {
      const source = rowPointer(column, stride, rows, k0 + j);
      const x = v128.load(source), y = v128.load(source, 16), z = v128.load(source, 32), w = v128.load(source, 48);
      v128.store_lane<i64>(p0, x, 0); v128.store_lane<i64>(p0 + panel, x, 1);
      v128.store_lane<i64>(p2, y, 0); v128.store_lane<i64>(p2 + panel, y, 1);
      v128.store_lane<i64>(p4, z, 0); v128.store_lane<i64>(p4 + panel, z, 1);
      v128.store_lane<i64>(p6, w, 0); v128.store_lane<i64>(p6 + panel, w, 1);
      p0 += 8; p2 += 8; p4 += 8; p6 += 8;
    }
  }
  for (; i < m; i += 2) {
    const column = first + ((<usize>i) << 2);
    let p = packed + (<usize>(i >> 1)) * panel;
    const pair = i + 1 < m;
    for (let j = 0; j < k; ++j) {
      const source = rowPointer(column, stride, rows, k0 + j);
      store<f32>(p, load<f32>(source));
      store<f32>(p, pair ? load<f32>(source, 4) : 0, 4);
      p += 8;
    }
  }
}

/** Packs a k×n block of a row-major matrix, ldb in elements, into panels of 16 columns; packed: k·⌈n/16⌉·16 float32. */
export function packB(b: usize, ldb: i32, k: i32, n: i32, packed: usize): void {
  const stride = (<usize>ldb) << 2;
  let j = 0;
  for (; j + 16 <= n; j += 16) {
    let p = b + ((<usize>j) << 2);
    const end = packed + ((<usize>k) << 6);
    while (packed < end) {
      v128.store(packed, v128.load(p)); v128.store(packed, v128.load(p, 16), 16);
      v128.store(packed, v128.load(p, 32), 32); v128.store(packed, v128.load(p, 48), 48);
      p += stride; packed += 64;
    }
  }
  const width = n - j;
  if (width == 0) return;
  let p = b + ((<usize>j) << 2);
  for (let r = 0; r < k; ++r) {
    let l = 0;
    for (; l + 4 <= width; l += 4) v128.store(packed + ((<usize>l) << 2), v128.load(p + ((<usize>l) << 2)));
    for (; l < width; ++l) store<f32>(packed + ((<usize>l) << 2), load<f32>(p + ((<usize>l) << 2)));
    for (; l < 16; ++l) store<f32>(packed + ((<usize>l) << 2), 0);
    p += stride; packed += 64;
  }
}

/** As `packB` for a block that is stored transposed, n×k. */
export function packBTransposed(b: usize, ldb: i32, k: i32, n: i32, packed: usize): void {
  const stride = (<usize>ldb) << 2;
  const panel = (<usize>k) << 6;
  // Groups of four columns of op(B): four stored rows.
  for (let j = 0; j < n; j += 4) {
    let target = packed + (<usize>(j >> 4)) * panel + ((<usize>(j & 15)) << 2);
    const r0 = b + <usize>j * stride;
    if (j + 4 <= n) {
      let p = r0;
      const end = p + ((<usize>k) << 2), endOfFours = p + ((<usize>(k & ~3)) << 2);
      while (p < endOfFours) {
        const x0 = v128.load(p), x1 = v128.load(p + stride), x2 = v128.load(p + 2 * stride), x3 = v128.load(p + 3 * stride);
        const y0 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), y1 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
        const y2 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5), y3 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
        v128.store(target, v128.shuffle<i64>(y0, y2, 0, 2)); v128.store(target, v128.shuffle<i64>(y0, y2, 1, 3), 64);
        v128.store(target, v128.shuffle<i64>(y1, y3, 0, 2), 128); v128.store(target, v128.shuffle<i64>(y1, y3, 1, 3), 192);
        p += 16; target += 256;
      }
      while (p < end) {
        store<f32>(target, load<f32>(p)); store<f32>(target, load<f32>(p + stride), 4);
        store<f32>(target, load<f32>(p + 2 * stride), 8); store<f32>(target, load<f32>(p + 3 * stride), 12);
        p += 4; target += 64;
      }
    } else {
      for (let r = 0; r < k; ++r) {
        for (let l = 0; l < 4; ++l) {
          store<f32>(target + ((<usize>l) << 2), j + l < n ? load<f32>(r0 + <usize>l * stride + ((<usize>r) << 2)) : 0);
        }
        target += 64;
      }
    }
  }
  // Columns of the last panel that no group reached.
  for (let j = (n + 3) & ~3; (j & 15) != 0; j += 4) {
    let target = packed + (<usize>(j >> 4)) * panel + ((<usize>(j & 15)) << 2);
    for (let r = 0; r < k; ++r) {
      v128.store(target, f32x4.splat(0));
      target += 64;
    }
  }
}
