// Matrix products, float32: C (m×n) = op(A)·op(B) + [bias per column] + [C itself].
import { packB, packBTransposed, packColumns, packRows } from './pack';
import { outer, tileOfRow } from './thin';
import { TILE_BYTES, TILE_COLUMNS, TILE_ROWS, tile } from './tile';

// Block sizes: a block of A (rows × depth) stays in the L2 cache, a panel of B (depth × 16) in the L1 cache.
const ROWS: i32 = 96;
const DEPTH: i32 = 400;
const COLUMNS: i32 = 512;
/** With fewer rows than this every value of B is used so few times that packing it costs more than it saves. */
const PACKING_ROWS: i32 = 8;

/** Depth of the blocks that k is split into: as few as possible, evenly, a multiple of 4. */
// @ts-ignore: decorator
@inline
function depthBlock(k: i32): i32 {
  const blocks = (k + DEPTH - 1) / DEPTH;
  return blocks == 0 ? 0 : ((k + blocks - 1) / blocks + 3) & ~3;
}

/** Bytes of a packed block of A, a multiple of 64. */
// @ts-ignore: decorator
@inline
function packedBytesA(m: i32, depth: i32): usize {
  return ((<usize>min(ROWS, (m + 1) & ~1) * <usize>depth * 4) + 63) & ~63;
}

/** Bytes of scratch for an m×n×k product; at most about 1 MB, whatever the size. */
export function gemmScratchBytes(m: i32, n: i32, k: i32): f64 {
  const depth = depthBlock(k);
  const packedB = <usize>min(COLUMNS, (n + 15) & ~15) * <usize>depth * 4;
  return <f64>(TILE_BYTES + packedBytesA(m, depth) + packedB);
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
  const strideC = (<usize>ldc) << 2;
  if (k == 0 || (bias != 0 && accumulate)) {
    prepare(m, n, c, strideC, bias, accumulate);
    if (k == 0) return;
  }
  if (k == 1 && !transposeB && !(rows && !transposeA)) {
    const column = rows ? a + ((<usize>load<u32>(rows) * <usize>lda) << 2) : a;
    outer(m, n, column, transposeA ? 4 : (<usize>lda) << 2, b, c, strideC, accumulate ? c : bias, accumulate ? strideC : 0);
    return;
  }
  const depth = depthBlock(k);
  const packedA = scratch + TILE_BYTES;
  const packedB = packedA + packedBytesA(m, depth);
  const direct = !transposeB && m < PACKING_ROWS;
  const single = direct && m == 1 && !transposeA;
  const row = single && rows ? a + ((<usize>load<u32>(rows) * <usize>lda) << 2) : a;
  for (let j0 = 0; j0 < n; j0 += COLUMNS) {
    const columns = min(COLUMNS, n - j0);
    const full = columns & ~15;
    for (let k0 = 0; k0 < k; k0 += depth) {
      const kb = min(depth, k - k0);
      const blockB = b + ((transposeB ? <usize>j0 * <usize>ldb + <usize>k0 : <usize>k0 * <usize>ldb + <usize>j0) << 2);
      if (transposeB) packBTransposed(blockB, ldb, kb, columns, packedB);
      else if (!direct) packB(blockB, ldb, kb, columns, packedB);
      else if (full < columns) packB(blockB + ((<usize>full) << 2), ldb, kb, columns - full, packedB + ((<usize>full * <usize>kb) << 2));
      // What the sums of this block are added to: the bias or C's old entries first, C's entries so far later.
      const toC = k0 > 0 || accumulate;
      let start = 0;
      if (single) {
        for (; start + 32 <= columns; start += 32) {
          const target = c + ((<usize>(j0 + start)) << 2);
          const addend = toC ? target : bias ? bias + ((<usize>(j0 + start)) << 2) : 0;
          tileOfRow(row + ((<usize>k0) << 2), blockB + ((<usize>start) << 2), (<usize>ldb) << 2, kb, target, addend);
        }
        if (start == columns) continue;
      }
      for (let i0 = 0; i0 < m; i0 += ROWS) {
        const mb = min(ROWS, m - i0);
        if (transposeA) packColumns(a, lda, rows, i0, mb, k0, kb, packedA);
        else packRows(a, lda, rows, i0, mb, k0, kb, packedA);
        for (let j = start; j < columns; j += TILE_COLUMNS) {
          const raw = direct && j < full;
          const panelB = raw ? blockB + ((<usize>j) << 2) : packedB + ((<usize>j * <usize>kb) << 2);
          const target = c + <usize>i0 * strideC + ((<usize>(j0 + j)) << 2);
          const addend = toC ? target : bias ? bias + ((<usize>(j0 + j)) << 2) : 0;
          tiles(
            packedA, mb, panelB, raw ? (<usize>ldb) << 2 : 64, kb, min(TILE_COLUMNS, columns - j), target, strideC, addend,
            toC ? strideC : 0, scratch,
          );
        }
      }
    }
  }
}

/** Up to 16 columns of C: the rows' packed panels of A times one panel of B, plus the addend. `buffer` has room for a tile. */
function tiles(
  panelA: usize, m: i32, panelB: usize, strideB: usize, k: i32, width: i32, c: usize, strideC: usize, addend: usize, strideAddend: usize,
  buffer: usize,
): void {
  for (let i = 0; i < m; i += TILE_ROWS) {
    if (width == TILE_COLUMNS && i + 1 < m) tile(panelA, panelB, strideB, k, c, strideC, addend, strideAddend);
    else {
      tile(panelA, panelB, strideB, k, buffer, 64, 0, 0);
      addPart(buffer, min(TILE_ROWS, m - i), width, c, strideC, addend, strideAddend);
    }
    c += 2 * strideC;
    if (addend) addend += 2 * strideAddend;
    panelA += (<usize>k) << 3;
  }
}

/** Writes a tile's first `height` rows and `width` columns, plus the addend, to C. */
function addPart(source: usize, height: i32, width: i32, c: usize, strideC: usize, addend: usize, strideAddend: usize): void {
  for (let i = 0; i < height; ++i) {
    const rowBytes = (<usize>width) << 2, fours = rowBytes & ~15;
    if (addend) {
      for (let j: usize = 0; j < fours; j += 16) v128.store(c + j, f32x4.add(v128.load(source + j), v128.load(addend + j)));
      for (let j = fours; j < rowBytes; j += 4) store<f32>(c + j, load<f32>(source + j) + load<f32>(addend + j));
      addend += strideAddend;
    } else {
      for (let j: usize = 0; j < fours; j += 16) v128.store(c + j, v128.load(source + j));
      for (let j = fours; j < rowBytes; j += 4) store<f32>(c + j, load<f32>(source + j));
    }
    source += 64;
    c += strideC;
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
