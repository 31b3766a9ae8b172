// Products with a sparse matrix X whose rows are compressed: row r has the entries starts[r] … starts[r+1]−1, each a uint32 column
// and a float32 value (8 bytes), columns ascending. Xᵀ·B is computed the same way from lists by column, made anew for every batch.
import { fetch } from './fetch';
import { multiplyAdd } from './lanes';
import { LONG, combineRows, combineWhole, combineWide, valueOf } from './sparse-rows';
import { addScaled } from './vectors-f32';

/** Lists by column have room for the whole batch each as long as all of them take at most this; beyond it they are packed. */
const ROOM: usize = 1 << 22;
/** With at most so many columns of B no lists are made. */
const NARROW: i32 = 16;
/** Rows whose entries are fetched together: all at once would push each other out of the cache before they are used. */
const FETCHED: i32 = 16;

/** Pointer to row i's start, or to that of row rows[i] when `rows` is not 0. */
// @ts-ignore: decorator
@inline
function startOf(starts: usize, rows: usize, i: i32): usize {
  return starts + ((rows ? <usize>load<u32>(rows + ((<usize>i) << 2)) : <usize>i) << 2);
}

/** Pointer to the first entry of the row whose start is at `start`; the row ends where the next one begins. */
// @ts-ignore: decorator
@inline
function firstEntry(entries: usize, start: usize): usize {
  return entries + ((<usize>load<u32>(start)) << 3);
}

/** Fetches the entries of the rows i to i + FETCHED − 1 of m, which a large data set has in far memory, when i is a multiple of FETCHED. */
// @ts-ignore: decorator
@inline
function fetchRows(i: i32, m: i32, entries: usize, starts: usize, rows: usize): void {
  if ((i & (FETCHED - 1)) != 0) return;
  const end = min(m, i + FETCHED);
  for (let r = i; r < end; ++r) fetch(startOf(starts, rows, r), startOf(starts, rows, r) + 8);
  for (; i < end; ++i) {
    const start = startOf(starts, rows, i);
    fetch(firstEntry(entries, start), firstEntry(entries, start + 4));
  }
}

/**
 * C (m×n) = X·B + bias. X: the compressed rows `rows` (uint32[m]), or the first m when 0. B: k×n, C: m×n, contiguous; bias: n
 * values. C aliases no input.
 */
export function sparseProduct(m: i32, n: i32, entries: usize, starts: usize, rows: usize, b: usize, c: usize, bias: usize): void {
  const stride = (<usize>n) << 2;
  for (let i = 0; i < m; ++i) {
    fetchRows(i, m, entries, starts, rows);
    const start = startOf(starts, rows, i);
    const first = firstEntry(entries, start), end = firstEntry(entries, start + 4);
    if (first < end) combineRows(n, first, end, b, stride, c, bias);
    else memory.copy(c, bias, stride);
    c += stride;
  }
}

/** C (k×n) += Xᵀ·B for at most 16 columns, row after row of X: C is small then, and lists would cost more than its traffic. */
function scatter(m: i32, n: i32, entries: usize, starts: usize, rows: usize, b: usize, c: usize): void {
  const stride = (<usize>n) << 2;
  // As in combineNarrow the last four columns are taken together; all are read before any is written.
  const second: usize = n > 8 ? 16 : 0, third: usize = n > 12 ? 32 : 0, last: usize = n < 4 ? 0 : (<usize>(n - 4)) << 2;
  for (let i = 0; i < m; ++i) {
    const start = startOf(starts, rows, i);
    const end = firstEntry(entries, start + 4);
    let p = firstEntry(entries, start);
    if (n >= 4) {
      const b0 = v128.load(b), b1 = v128.load(b + second), b2 = v128.load(b + third), b3 = v128.load(b + last);
      for (; p < end; p += 8) {
        const entry = load<u64>(p), v = valueOf(entry), to = c + <usize>(<u32>entry) * stride;
        const c0 = multiplyAdd(v, b0, v128.load(to)), c1 = multiplyAdd(v, b1, v128.load(to + second));
        const c2 = multiplyAdd(v, b2, v128.load(to + third)), c3 = multiplyAdd(v, b3, v128.load(to + last));
        v128.store(to, c0); v128.store(to + second, c1); v128.store(to + third, c2); v128.store(to + last, c3);
      }
    } else {
      for (; p < end; p += 8) {
        const v = load<f32>(p, 4), to = c + <usize>load<u32>(p) * stride;
        for (let j: usize = 0; j < stride; j += 4) store<f32>(to + j, load<f32>(to + j) + v * load<f32>(b + j));
      }
    }
    b += stride;
  }
}

/** Bytes that lists of at most `most` entries are apart: an odd number of cache lines, so that they spread over the cache's sets. */
// @ts-ignore: decorator
@inline
function spacing(most: i32): usize {
  return (((<usize>most + 7) << 3) & ~63) | 64;
}

/** Bytes of the lists' ends, one for every column. */
// @ts-ignore: decorator
@inline
function endsBytes(k: i32): usize {
  return (((<usize>k) << 2) + 63) & ~63;
}

/** Bytes of scratch for `sparseTransposedProduct` with at most `most` rows of at most `longest` entries and k columns. */
export function sparseScratchBytes(most: i32, k: i32, longest: i32): f64 {
  const spaced = <f64>k * <f64>spacing(most);
  return <f64>endsBytes(k) + (spaced <= <f64>ROOM ? spaced : 8.0 * <f64>most * <f64>longest) + 64;
}

/** Adds up the entries of every column and writes where, one after the other, their lists begin behind `lists`. */
function packLists(m: i32, k: i32, entries: usize, starts: usize, rows: usize, ends: usize, lists: usize): void {
  memory.fill(ends, 0, (<usize>k) << 2);
  for (let i = 0; i < m; ++i) {
    const start = startOf(starts, rows, i);
    const last = firstEntry(entries, start + 4);
    for (let p = firstEntry(entries, start); p < last; p += 8) {
      const end = ends + ((<usize>load<u32>(p)) << 2);
      store<u32>(end, load<u32>(end) + 8);
    }
  }
  for (let end = ends, last = ends + ((<usize>k) << 2); end < last; end += 4) {
    const bytes = load<u32>(end);
    store<u32>(end, <u32>lists);
    lists += <usize>bytes;
  }
}

/** Writes k addresses, `lists` first, `distance` bytes apart. */
function spaceLists(k: i32, ends: usize, lists: usize, distance: usize): void {
  let at = i32x4.add(i32x4.splat(<i32>lists), i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(<i32>distance)));
  const step = i32x4.splat(<i32>(distance << 2));
  for (let end = ends, last = ends + ((<usize>k) << 2); end < last; end += 16) {
    v128.store(end, at);
    at = i32x4.add(at, step);
  }
}

/**
 * Sorts the entries of X (m rows as for `sparseProduct`, k columns) into lists by column, each as (byte offset of its row of B, value), and
 * writes where every list ends. most: at least m. @returns Bytes from the beginning of a list to the next one; 0: they follow each other.
 */
function makeLists(m: i32, k: i32, stride: usize, entries: usize, starts: usize, rows: usize, most: i32, ends: usize, lists: usize): usize {
  const distance = spacing(most), packed = <f64>k * <f64>distance > <f64>ROOM;
  if (packed) packLists(m, k, entries, starts, rows, ends, lists);
  else spaceLists(k, ends, lists, distance);
  let offset: u64 = 0;
  for (let i = 0; i < m; ++i) {
    fetchRows(i, m, entries, starts, rows);
    const start = startOf(starts, rows, i);
    const last = firstEntry(entries, start + 4);
    for (let p = firstEntry(entries, start); p < last; p += 8) {
      const entry = load<u64>(p), end = ends + ((<usize>(<u32>entry)) << 2), to = <usize>load<u32>(end);
      store<u64>(to, (entry & 0xffffffff00000000) | offset);
      store<u32>(end, <u32>to + 8);
    }
    offset += <u64>stride;
  }
  return packed ? 0 : distance;
}

/**
 * C (k×n) = Xᵀ·B + [C itself, when accumulate]. X: m rows as for `sparseProduct`, with k columns. B: m×n, C: k×n, contiguous.
 * most: at least m. scratch: 64-byte aligned, sparseScratchBytes(most, k, longest row). Sums run over the rows of X in their order.
 */
export function sparseTransposedProduct(
  m: i32, n: i32, k: i32, entries: usize, starts: usize, rows: usize, b: usize, c: usize, accumulate: bool, most: i32, scratch: usize,
): void {
  const stride = (<usize>n) << 2, whole = (n & 31) == 0;
  if (n <= NARROW) {
    if (!accumulate) memory.fill(c, 0, <usize>k * stride);
    scatter(m, n, entries, starts, rows, b, c);
    return;
  }
  const ends = scratch, lists = scratch + endsBytes(k);
  const distance = makeLists(m, k, stride, entries, starts, rows, most, ends, lists);
  let first = lists, zeros = c;
  for (let j = 0; j < k; ++j) {
    const end = <usize>load<u32>(ends + ((<usize>j) << 2));
    if (first < end) {
      if (!accumulate && zeros < c) memory.fill(zeros, 0, c - zeros);
      if (whole) combineWhole(n, first, end, b, 1, c, accumulate ? c : 0);
      else combineRows(n, first, end, b, 1, c, accumulate ? c : 0);
      zeros = c + stride;
    }
    first = distance == 0 ? end : first + distance;
    c += stride;
  }
  if (!accumulate && zeros < c) memory.fill(zeros, 0, c - zeros);
}

/** Whether `sparseTransposedAdd` can take B with n columns. */
// @ts-ignore: decorator
@inline
export function canAddTransposed(n: i32): bool {
  return n > NARROW;
}

/**
 * out (k×n) = C + a·Xᵀ·B, with the bits of `sparseTransposedProduct` followed by a sum: every entry of the product is complete before it is
 * multiplied. c, out: k×n; out may be c. row: room for n values. The others as `sparseTransposedProduct`; n as `canAddTransposed` says.
 */
export function sparseTransposedAdd(
  m: i32, n: i32, k: i32, entries: usize, starts: usize, rows: usize, b: usize, a: f32, c: usize, out: usize, most: i32,
  scratch: usize, row: usize,
): void {
  const stride = (<usize>n) << 2, whole = (n & 31) == 0;
  if (m == 1 && whole) {
    // The row's entries are the lists: what they do not name stays as it is.
    if (out != c) memory.copy(out, c, <usize>k * stride);
    const start = startOf(starts, rows, 0);
    const last = firstEntry(entries, start + 4);
    for (let p = firstEntry(entries, start); p < last; p += 8) addProduct(n, p, b, a, out + <usize>load<u32>(p) * stride);
    return;
  }
  const ends = scratch, lists = scratch + endsBytes(k);
  const distance = makeLists(m, k, stride, entries, starts, rows, most, ends, lists);
  let first = lists;
  for (let j = 0; j < k; ++j) {
    const end = <usize>load<u32>(ends + ((<usize>j) << 2));
    if (first == end) {
      if (out != c) memory.copy(out, c, stride);
    } else if (whole && end - first < LONG) combineWide(n, first, end, b, 1, out, c, a);
    else {
      combineRows(n, first, end, b, 1, row, 0);
      addScaled(n, a, row, c, out);
    }
    first = distance == 0 ? end : first + distance;
    c += stride;
    out += stride;
  }
}

/** c += a·(value of the entry at p)·b, the product with the value rounded first; n values, a multiple of 16. */
// @ts-ignore: decorator
@inline
function addProduct(n: i32, p: usize, b: usize, a: f32, c: usize): void {
  const v = f32x4.splat(load<f32>(p, 4)), s = f32x4.splat(a), end = c + ((<usize>n) << 2);
  for (; c < end; c += 64, b += 64) {
    v128.store(c, multiplyAdd(s, f32x4.mul(v, v128.load(b)), v128.load(c)));
    v128.store(c, multiplyAdd(s, f32x4.mul(v, v128.load(b, 16)), v128.load(c, 16)), 16);
    v128.store(c, multiplyAdd(s, f32x4.mul(v, v128.load(b, 32)), v128.load(c, 32)), 32);
    v128.store(c, multiplyAdd(s, f32x4.mul(v, v128.load(b, 48)), v128.load(c, 48)), 48);
  }
}
