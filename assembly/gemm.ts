// Matrix products, float32: C (m×n) = op(A)·op(B) + [bias per column] + [C itself].
import { STEP, gather, packColumns, packPanel, packPanelTransposed, panelStride } from './pack';
import { corner, row16, row32, shallow, tile12, tile8 } from './thin';
import { TILE_COLUMNS, TILE_ROWS, tile } from './tile';

// Block sizes: a block of A (rows × depth) stays in the L2 cache, a panel of B (depth × 16) in the L1 cache.
const ROWS: i32 = 96;
const DEPTH: i32 = 400;
const COLUMNS: i32 = 448;
/** With fewer rows than this every value of B is used so few times that packing it costs more than it saves. */
const PACKING_ROWS: i32 = 8;
/** The same for a product that is a single panel. */
const RAW_ROWS: i32 = 16;
/** Columns of the widest tile that need not be full. */
const NARROW: i32 = 12;
/** Depth to which tiles cost more for what surrounds their loops than for their sums. */
const SHALLOW: i32 = 4;

/** Depth of the blocks that k is split into: as few as possible, evenly, a multiple of 4. */
// @ts-ignore: decorator
@inline
function depthBlock(k: i32): i32 {
  const blocks = (k + DEPTH - 1) / DEPTH;
  return blocks == 0 ? 0 : ((k + blocks - 1) / blocks + 3) & ~3;
}

/** Bytes of `rows` times `columns` float32, a multiple of 64. */
// @ts-ignore: decorator
@inline
function blockBytes(rows: i32, columns: i32): usize {
  return (((<usize>rows * <usize>columns) << 2) + 63) & ~63;
}

/** Rows in a block of A, rounded up to whole vectors. */
// @ts-ignore: decorator
@inline
function blockRows(m: i32): i32 {
  return min(ROWS, (m + 3) & ~3);
}

/** Bytes of scratch for an m×n×k product; at most about 1 MB, whatever the size. */
export function gemmScratchBytes(m: i32, n: i32, k: i32): f64 {
  const depth = depthBlock(k), rows = blockRows(m);
  return <f64>(2 * blockBytes(rows, depth) + (n < 4 ? blockBytes(n, rows) : blockBytes(min(COLUMNS, (n + 3) & ~3), depth)));
}

/**
 * The product behind all forms.
 *
 * a: m×k, or k×m when transposeA; `rows`, when not 0, are uint32 numbers of the stored rows of A to use in their order.
 * b: k×n, or n×k when transposeB. lda, ldb, ldc: elements from row to row. bias: n values or 0. c: aliases no input.
 * scratch: 64-byte aligned, gemmScratchBytes(m, n, k). Nothing else needs alignment.
 *
 * Entry (i, j) is Σ_k in ascending order within blocks of k, plus bias, plus the old entry, plus the later blocks in turn: it
 * depends on row i of op(A), column j of op(B), k and the form, and not on m, n or the place of i and j.
 */
export function gemm(
  transposeA: bool, transposeB: bool, m: i32, n: i32, k: i32, a: usize, lda: i32, rows: usize, b: usize, ldb: i32,
  c: usize, ldc: i32, bias: usize, accumulate: bool, scratch: usize,
): void {
  const strideC = (<usize>ldc) << 2, strideB = (<usize>ldb) << 2;
  if (k == 0 || (bias != 0 && accumulate)) {
    prepare(m, n, c, strideC, bias, accumulate);
    if (k == 0) return;
  }
  const depth = depthBlock(k);
  const copyA = scratch, packedA = copyA + blockBytes(blockRows(m), depth), packedB = packedA + blockBytes(blockRows(m), depth);
  // Bytes from column to column and from k to k of op(B).
  const columnB = transposeB ? strideB : <usize>4, stepB = transposeB ? <usize>4 : strideB;
  for (let j0 = 0, columns = 0; j0 < n; j0 += columns) {
    columns = blockColumns(n - j0);
    for (let k0 = 0; k0 < k; k0 += depth) {
      const kb = min(depth, k - k0);
      const blockB = b + <usize>j0 * columnB + <usize>k0 * stepB;
      // What the sums of this block are added to: the bias or C's old entries first, C's entries so far later.
      const toC = k0 > 0 || accumulate;
      for (let i0 = 0; i0 < m; i0 += ROWS) {
        const mb = min(ROWS, m - i0);
        let blockA = a + ((transposeA ? <usize>k0 * <usize>lda + <usize>i0 : <usize>i0 * <usize>lda + <usize>k0) << 2);
        let strideA = (<usize>lda) << 2;
        if (rows) {
          if (transposeA) gather(a, lda, rows + ((<usize>k0) << 2), kb, i0, mb, copyA);
          else gather(a, lda, rows + ((<usize>i0) << 2), mb, k0, kb, copyA);
          blockA = copyA;
          strideA = (<usize>(transposeA ? mb : kb)) << 2;
        }
        const target = c + <usize>i0 * strideC + ((<usize>j0) << 2);
        const addend = toC ? target : bias ? bias + ((<usize>j0) << 2) : 0, strideAddend = toC ? strideC : 0;
        const rowA = transposeA ? <usize>4 : strideA, stepA = transposeA ? strideA : <usize>4;
        if (n < 4 && mb < 4) {
          if (n >= mb) corner(mb, n, kb, blockA, rowA, stepA, blockB, columnB, stepB, target, strideC, 4, addend, strideAddend, 4);
          else corner(n, mb, kb, blockB, columnB, stepB, blockA, rowA, stepA, target, 4, strideC, addend, 4, strideAddend);
        } else if (n < 4) {
          // As the transposed product, whose rows are long: (n×m) = op(B)ᵀ·op(A)ᵀ. Writing it back costs as much as a product of
          // depth 1: there 3 columns take longer than 4.
          const stride = (<usize>blockRows(m)) << 2;
          block(n, true, n, mb, kb, blockB, columnB, stepB, !transposeA, blockA, strideA, packedB, stride, 0, 0, 0, packedA);
          addTransposed(mb, n, packedB, stride, target, strideC, addend, strideAddend);
        } else {
          block(
            m, i0 == 0, mb, columns, kb, blockA, rowA, stepA, transposeB, blockB, strideB,
            target, strideC, addend, strideAddend, packedA, packedB,
          );
        }
      }
    }
  }
}

/** Columns of the next block of B when n remain: leaves none or at least 4, which is what kernels need. */
function blockColumns(n: i32): i32 {
  return n > COLUMNS && n < COLUMNS + 4 ? COLUMNS - 16 : min(COLUMNS, n);
}

/** Columns of the next panel when n remain, `most` if possible: leaves none or at least 4. 13 to 15 fill no tile. */
function panelColumns(n: i32, most: i32): i32 {
  if (n == most || n >= most + 4) return most;
  if (n <= NARROW) return n;
  return n < 16 ? 8 : n < 20 ? 12 : 16;
}

/**
 * A block of the product, C (m×n) = A·B + [addend]. The first of the blocks that share B packs it; all of them have `total` rows.
 * a: rows `strideRow` bytes apart, steps of k `strideK` bytes apart. b: stored k×n, or n×k when transposeB.
 */
function block(
  total: i32, first: bool, m: i32, n: i32, k: i32, a: usize, strideRow: usize, strideK: usize, transposeB: bool, b: usize, strideB: usize,
  c: usize, strideC: usize, addend: usize, strideAddend: usize, packedA: usize, packedB: usize,
): void {
  if (k <= SHALLOW && !transposeB) {
    shallow(m, n, k, a, strideRow, strideK, b, strideB, c, strideC, addend, strideAddend);
    return;
  }
  const narrow = n <= NARROW || (!transposeB && total < PACKING_ROWS && total % TILE_ROWS != 0);
  const rawRows = narrow ? RAW_ROWS : PACKING_ROWS, raw = !transposeB && total < rawRows;
  let most = TILE_COLUMNS;
  if (total == 1) most = raw ? 32 : 16;
  // Tiles of 3×12 or 4×8, whichever has fewer rows to spare.
  else if (narrow) most = (total + 2) / 3 * 3 <= ((total + 3) & ~3) ? 12 : 8;
  const tileRows = narrow ? 0 : m / TILE_ROWS * TILE_ROWS;
  let tiles = a, tileRow = strideRow, tileK = strideK, nextTile = <usize>TILE_ROWS * strideRow;
  if (strideK != 4 && tileRows >= PACKING_ROWS) {
    packColumns(a, strideK, tileRows, k, packedA);
    tiles = packedA; tileRow = 4; tileK = STEP; nextTile = <usize>k * STEP;
  }
  for (let j = 0, width = 0; j < n; j += width) {
    width = total == 1 && n - j < most ? n - j : panelColumns(n - j, most);
    let panel = b + ((<usize>j) << 2), stride = strideB, last = (<usize>(width - 4)) << 2;
    if (!raw) {
      panel = packedB + <usize>j * <usize>k * 4;
      stride = panelStride(width);
      last = stride - 16;
      if (first) {
        if (transposeB) packPanelTransposed(b + <usize>j * strideB, strideB, k, width, panel);
        else packPanel(b + ((<usize>j) << 2), strideB, k, width, panel);
      }
    }
    let i = 0, rowA = a, rowC = c + ((<usize>j) << 2), rowAddend = addend ? addend + ((<usize>j) << 2) : 0;
    if (width == TILE_COLUMNS) {
      for (let p = tiles; i < tileRows; i += TILE_ROWS) {
        tile(k, p, tileRow, tileK, panel, stride, rowC, strideC, rowAddend, strideAddend);
        p += nextTile;
        rowC += <usize>TILE_ROWS * strideC;
        if (addend) rowAddend += <usize>TILE_ROWS * strideAddend;
      }
      rowA += <usize>i * strideRow;
    }
    const step = total == 1 || width > NARROW ? 1 : width > 8 ? 3 : 4;
    for (; i < m; i += step) {
      if (width > 16) row32(width, k, rowA, strideK, panel, stride, rowC, rowAddend);
      else if (step == 1) row16(width, k, rowA, strideK, panel, stride, last, rowC, rowAddend);
      else if (step == 3) tile12(min(3, m - i), width, k, rowA, strideRow, strideK, panel, stride, last, rowC, strideC, rowAddend, strideAddend);
      else tile8(min(4, m - i), width, k, rowA, strideRow, strideK, panel, stride, last, rowC, strideC, rowAddend, strideAddend);
      rowA += <usize>step * strideRow;
      rowC += <usize>step * strideC;
      if (addend) rowAddend += <usize>step * strideAddend;
    }
  }
}

/** C (m×n) = source transposed, + [addend]. source: n rows `strideSource` bytes apart. */
function addTransposed(
  m: i32, n: i32, source: usize, strideSource: usize, c: usize, strideC: usize, addend: usize, strideAddend: usize,
): void {
  for (let i = 0; i < m; ++i) {
    for (let j = 0; j < n; ++j) {
      const column = (<usize>j) << 2;
      const value = load<f32>(source + <usize>j * strideSource);
      store<f32>(c + column, addend ? value + load<f32>(addend + column) : value);
    }
    source += 4;
    c += strideC;
    addend += strideAddend;
  }
}

/** C ← bias + [C], row by row. */
function prepare(m: i32, n: i32, c: usize, strideC: usize, bias: usize, accumulate: bool): void {
  const rowBytes = (<usize>n) << 2;
  for (let i = 0; i < m; ++i) {
    if (!accumulate) {
      if (bias) memory.copy(c, bias, rowBytes);
      else memory.fill(c, 0, rowBytes);
    } else if (bias) {
      for (let j: usize = 0; j < rowBytes; j += 4) store<f32>(c + j, load<f32>(bias + j) + load<f32>(c + j));
    }
    c += strideC;
  }
}

/** C = A·B + …: A m×k, B k×n. Contract: `gemm`. */
export function gemmNN(
  m: i32, n: i32, k: i32, a: usize, lda: i32, b: usize, ldb: i32, c: usize, ldc: i32, bias: usize, accumulate: i32, scratch: usize,
): void {
  gemm(false, false, m, n, k, a, lda, 0, b, ldb, c, ldc, bias, accumulate != 0, scratch);
}

/** C = Aᵀ·B + …: A stored k×m, B k×n. Contract: `gemm`. */
export function gemmTN(
  m: i32, n: i32, k: i32, a: usize, lda: i32, b: usize, ldb: i32, c: usize, ldc: i32, bias: usize, accumulate: i32, scratch: usize,
): void {
  gemm(true, false, m, n, k, a, lda, 0, b, ldb, c, ldc, bias, accumulate != 0, scratch);
}

/** C = A·Bᵀ + …: A m×k, B stored n×k. Contract: `gemm`. */
export function gemmNT(
  m: i32, n: i32, k: i32, a: usize, lda: i32, b: usize, ldb: i32, c: usize, ldc: i32, bias: usize, accumulate: i32, scratch: usize,
): void {
  gemm(false, true, m, n, k, a, lda, 0, b, ldb, c, ldc, bias, accumulate != 0, scratch);
}
