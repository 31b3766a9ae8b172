// Packing: copies of blocks whose values lie in the order in which `tile` reads them.
import { TILE_COLUMNS, TILE_ROWS } from './tile';

/** Bytes of one step of k in a packed panel of A. */
export const STEP: usize = <usize>TILE_ROWS * 4;

/**
 * Copies `width` values each, from column `first` on, of the rows named by `count` uint32 at `rows`, one row after the other.
 * lda: in elements.
 */
export function gather(a: usize, lda: i32, rows: usize, count: i32, first: i32, width: i32, target: usize): void {
  const rowBytes = (<usize>width) << 2, fours = rowBytes & ~15;
  for (let i = 0; i < count; ++i) {
    const source = a + ((<usize>load<u32>(rows + ((<usize>i) << 2)) * <usize>lda + <usize>first) << 2);
    let j: usize = 0;
    for (; j < fours; j += 16) v128.store(target + j, v128.load(source + j));
    for (; j < rowBytes; j += 4) store<f32>(target + j, load<f32>(source + j));
    target += rowBytes;
  }
}

/** Where rows 2 pair and 2 pair + 1 begin in packed panels of depth k. */
// @ts-ignore: decorator
@inline
function pairPointer(packed: usize, pair: i32, k: i32): usize {
  return packed + <usize>(pair / (TILE_ROWS / 2)) * <usize>k * STEP + ((<usize>(pair % (TILE_ROWS / 2))) << 3);
}

/**
 * Packs a matrix that is stored transposed, k×m, rows `stride` bytes apart, into panels of TILE_ROWS rows; m is a multiple of it.
 * Within a panel the values of one step of k are contiguous. Takes 8 columns at a time, to visit cache lines seldom. packed: m·k
 * float32.
 */
export function packColumns(a: usize, stride: usize, m: i32, k: i32, packed: usize): void {
  const pairs = m >> 1;
  let pair = 0;
  for (; pair + 4 <= pairs; pair += 4) {
    let source = a + ((<usize>pair) << 3);
    let p0 = pairPointer(packed, pair, k), p1 = pairPointer(packed, pair + 1, k);
    let p2 = pairPointer(packed, pair + 2, k), p3 = pairPointer(packed, pair + 3, k);
    for (let r = 0; r < k; ++r) {
      const x = v128.load(source), y = v128.load(source, 16);
      v128.store_lane<i64>(p0, x, 0); v128.store_lane<i64>(p1, x, 1);
      v128.store_lane<i64>(p2, y, 0); v128.store_lane<i64>(p3, y, 1);
      source += stride; p0 += STEP; p1 += STEP; p2 += STEP; p3 += STEP;
    }
  }
  for (; pair < pairs; ++pair) {
    let source = a + ((<usize>pair) << 3), p = pairPointer(packed, pair, k);
    for (let r = 0; r < k; ++r) {
      store<u64>(p, load<u64>(source));
      source += stride; p += STEP;
    }
  }
}

/** Bytes of one step of k in a packed panel of B: room for whole vectors. */
// @ts-ignore: decorator
@inline
export function panelStride(width: i32): usize {
  return (<usize>((width + 3) & ~3)) << 2;
}

/**
 * Packs a panel of k×width, width ≥ 4, rows `stride` bytes apart: the values of one step of k are contiguous, steps are panelStride(width)
 * bytes apart. The last vector of a step ends with the panel's last column and may repeat some of the one before.
 */
export function packPanel(b: usize, stride: usize, k: i32, width: i32, packed: usize): void {
  const step = panelStride(width);
  const end = packed + <usize>k * step;
  const last = (<usize>(width - 4)) << 2;
  if (width == TILE_COLUMNS) {
    for (; packed < end; packed += TILE_COLUMNS * 4) {
      v128.store(packed, v128.load(b)); v128.store(packed, v128.load(b, 16), 16);
      if (TILE_COLUMNS == 16) {
        v128.store(packed, v128.load(b, 32), 32); v128.store(packed, v128.load(b, 48), 48);
      }
      b += stride;
    }
    return;
  }
  for (; packed < end; packed += step) {
    for (let l: usize = 0; l < last; l += 16) v128.store(packed + l, v128.load(b + l));
    v128.store(packed + step - 16, v128.load(b + last));
    b += stride;
  }
}

/** As `packPanel` for a panel that is stored transposed, width×k. */
export function packPanelTransposed(b: usize, stride: usize, k: i32, width: i32, packed: usize): void {
  const step = panelStride(width);
  // Four columns of the panel, that is four stored rows, at a time.
  for (let j = 0; j < width; j += 4) {
    let target = packed + ((<usize>j) << 2), p = b + <usize>min(j, width - 4) * stride, q = p + 2 * stride;
    const end = p + ((<usize>k) << 2), endOfFours = p + ((<usize>(k & ~3)) << 2);
    while (p < endOfFours) {
      const x0 = v128.load(p), x1 = v128.load(p + stride), x2 = v128.load(q), x3 = v128.load(q + stride);
      const y0 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), y1 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
      const y2 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5), y3 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
      v128.store(target, v128.shuffle<i64>(y0, y2, 0, 2)); v128.store(target + step, v128.shuffle<i64>(y0, y2, 1, 3));
      target += 2 * step;
      v128.store(target, v128.shuffle<i64>(y1, y3, 0, 2)); v128.store(target + step, v128.shuffle<i64>(y1, y3, 1, 3));
      target += 2 * step;
      p += 16; q += 16;
    }
    while (p < end) {
      store<f32>(target, load<f32>(p)); store<f32>(target, load<f32>(p + stride), 4);
      store<f32>(target, load<f32>(q), 8); store<f32>(target, load<f32>(q + stride), 12);
      p += 4; q += 4; target += step;
    }
  }
}
