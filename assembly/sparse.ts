// Products with a sparse matrix X whose rows are compressed: row r has the entries starts[r] … starts[r+1]−1, each a uint32 column
// and a float32 value (8 bytes), columns ascending. Xᵀ·B is computed the same way from lists by column, made anew for every batch.
import { fetch } from './fetch';
import { multiplyAdd } from './lanes';
import { addScaled } from './vectors-f32';

/** Lists by column have room for the whole batch each as long as all of them take at most this; beyond it they are packed. */
const ROOM: usize = 1 << 22;
/** With at most so many columns of B no lists are made. */
const NARROW: i32 = 16;
/** Bytes of a list from which on most of it is taken in groups of eight entries. */
const LONG: usize = 40 * 8;
/** Rows whose entries are fetched together: all at once would push each other out of the cache before they are used. */
const FETCHED: i32 = 16;

// An entry as one word: the column, or where a row of B lies, below; the value above.
// @ts-ignore: decorator
@inline
function valueOf(entry: u64): v128 {
  return f32x4.splat(reinterpret<f32>(<u32>(entry >>> 32)));
}

/**
 * out (n values) = Σ value·B[place] over the entries first … end−1 in their order, at least one, + [addend].
 * Row `place` of B begins at b + place·stride. addend: n values or 0; it may be out. Nothing needs alignment.
 * Reads one entry beyond the last, but not what it points at.
 */
// @ts-ignore: decorator
@inline
function combineRows(n: i32, first: usize, end: usize, b: usize, stride: usize, out: usize, addend: usize): void {
  // Four columns or more, or none, are left over.
  const wide = (n & 31) == 0 || (n & 31) > 3 ? n & ~31 : max(0, (n & ~31) - 32);
  if (wide > 0) {
    if (end - first <= 16 && !addend) combineTwo(wide, first, end, b, stride, out);
    else if (end - first < LONG) combineWide(wide, first, end, b, stride, out, addend, 1);
    else combineLong(wide, first, end, b, stride, out, addend);
    n -= wide; b += (<usize>wide) << 2; out += (<usize>wide) << 2;
    if (addend) addend += (<usize>wide) << 2;
  }
  while (n >= 4) {
    const width = n <= 16 ? n : n < 20 ? 12 : 16;
    combineNarrow(width, first, end, b, stride, out, addend);
    n -= width; b += (<usize>width) << 2; out += (<usize>width) << 2;
    if (addend) addend += (<usize>width) << 2;
  }
  while (n > 0) {
    combineColumn(first, end, b, stride, out, addend);
    n -= 1; b += 4; out += 4;
    if (addend) addend += 4;
  }
}

/**
 * `combineRows` for a multiple of 32 columns: sums stay in registers, 32 at a time. Where there is an addend the sums are multiplied by `scale`
 * before they are added to it; a factor of 1 changes no bit.
 *
 * Loads bound this loop: per entry and 4 columns one load, one product and one sum. The next entry is taken up before the
 * columns of the present one, so that its address is ready in time.
 */
// @ts-ignore: decorator
@inline
function combineWide(n: i32, first: usize, end: usize, b: usize, stride: usize, out: usize, addend: usize, scale: f32): void {
  const entry = load<u64>(first), value = valueOf(entry), stop = out + ((<usize>n) << 2);
  let row = b + <usize>(<u32>entry) * stride;
  do {
    let p = first + 8, w = load<u64>(p), v = value;
    let c0 = f32x4.mul(v, v128.load(row)), c1 = f32x4.mul(v, v128.load(row, 16));
    let c2 = f32x4.mul(v, v128.load(row, 32)), c3 = f32x4.mul(v, v128.load(row, 48));
    let c4 = f32x4.mul(v, v128.load(row, 64)), c5 = f32x4.mul(v, v128.load(row, 80));
    let c6 = f32x4.mul(v, v128.load(row, 96)), c7 = f32x4.mul(v, v128.load(row, 112));
    let r = b + <usize>(<u32>w) * stride;
    v = valueOf(w);
    while (p < end) {
      p += 8;
      w = load<u64>(p);
      const next = b + <usize>(<u32>w) * stride, nextValue = valueOf(w);
      c0 = multiplyAdd(v, v128.load(r), c0); c1 = multiplyAdd(v, v128.load(r, 16), c1);
      c2 = multiplyAdd(v, v128.load(r, 32), c2); c3 = multiplyAdd(v, v128.load(r, 48), c3);
      if (p == 1) break; // Never true: it ends the basic block, see `tile`.
      c4 = multiplyAdd(v, v128.load(r, 64), c4); c5 = multiplyAdd(v, v128.load(r, 80), c5);
      c6 = multiplyAdd(v, v128.load(r, 96), c6); c7 = multiplyAdd(v, v128.load(r, 112), c7);
      r = next;
      v = nextValue;
    }
    if (addend) {
      v = f32x4.splat(scale);
      c0 = multiplyAdd(v, c0, v128.load(addend)); c1 = multiplyAdd(v, c1, v128.load(addend, 16));
      c2 = multiplyAdd(v, c2, v128.load(addend, 32)); c3 = multiplyAdd(v, c3, v128.load(addend, 48));
      c4 = multiplyAdd(v, c4, v128.load(addend, 64)); c5 = multiplyAdd(v, c5, v128.load(addend, 80));
      c6 = multiplyAdd(v, c6, v128.load(addend, 96)); c7 = multiplyAdd(v, c7, v128.load(addend, 112));
      addend += 128;
    }
    v128.store(out, c0); v128.store(out, c1, 16); v128.store(out, c2, 32); v128.store(out, c3, 48);
    v128.store(out, c4, 64); v128.store(out, c5, 80); v128.store(out, c6, 96); v128.store(out, c7, 112);
    b += 128; row += 128; out += 128;
  } while (out < stop);
}

/** `combineRows` for a multiple of 16 columns and one or two entries, which most lists of small batches have. */
// @ts-ignore: decorator
@inline
function combineTwo(n: i32, first: usize, end: usize, b: usize, stride: usize, out: usize): void {
  const entry = load<u64>(first), v = valueOf(entry), stop = out + ((<usize>n) << 2);
  let r = b + <usize>(<u32>entry) * stride;
  if (first + 8 == end) {
    do {
      v128.store(out, f32x4.mul(v, v128.load(r))); v128.store(out, f32x4.mul(v, v128.load(r, 16)), 16);
      v128.store(out, f32x4.mul(v, v128.load(r, 32)), 32); v128.store(out, f32x4.mul(v, v128.load(r, 48)), 48);
      out += 64; r += 64;
    } while (out < stop);
    return;
  }
  const second = load<u64>(first, 8), w = valueOf(second);
  let q = b + <usize>(<u32>second) * stride;
  do {
    v128.store(out, multiplyAdd(w, v128.load(q), f32x4.mul(v, v128.load(r))));
    v128.store(out, multiplyAdd(w, v128.load(q, 16), f32x4.mul(v, v128.load(r, 16))), 16);
    v128.store(out, multiplyAdd(w, v128.load(q, 32), f32x4.mul(v, v128.load(r, 32))), 32);
    v128.store(out, multiplyAdd(w, v128.load(q, 48), f32x4.mul(v, v128.load(r, 48))), 48);
    out += 64; r += 64; q += 64;
  } while (out < stop);
}

/** `combineRows` for a multiple of 32 columns and many entries: after the first one to eight the others by eights. */
function combineLong(n: i32, first: usize, end: usize, b: usize, stride: usize, out: usize, addend: usize): void {
  const split = first + ((end - first - 8) & 56) + 8;
  combineWide(n, first, split, b, stride, out, addend, 1);
  for (let p = split; p < end; p += 64) addEight(n, p, b, stride, out);
}

/**
 * out += Σ value·B[place] over the eight entries from p on, one after the other, for n columns, a multiple of 32.
 *
 * The entries' values stay in registers and rows of B are read from end to end: for long lists faster than `combineWide`, whose
 * cost per entry comes again for every 32 columns.
 */
function addEight(n: i32, p: usize, b: usize, stride: usize, out: usize): void {
  const w0 = load<u64>(p), v0 = valueOf(w0);
  let r0 = b + <usize>(<u32>w0) * stride;
  const w1 = load<u64>(p, 8), v1 = valueOf(w1);
  let r1 = b + <usize>(<u32>w1) * stride;
  const w2 = load<u64>(p, 16), v2 = valueOf(w2);
  let r2 = b + <usize>(<u32>w2) * stride;
  const w3 = load<u64>(p, 24), v3 = valueOf(w3);
  let r3 = b + <usize>(<u32>w3) * stride;
  const w4 = load<u64>(p, 32), v4 = valueOf(w4);
  let r4 = b + <usize>(<u32>w4) * stride;
  const w5 = load<u64>(p, 40), v5 = valueOf(w5);
  let r5 = b + <usize>(<u32>w5) * stride;
  const w6 = load<u64>(p, 48), v6 = valueOf(w6);
  let r6 = b + <usize>(<u32>w6) * stride;
  const w7 = load<u64>(p, 56), v7 = valueOf(w7);
  let r7 = b + <usize>(<u32>w7) * stride;
  const end = out + ((<usize>n) << 2);
  let c: v128;
  do {
    c = v128.load(out);
    c = multiplyAdd(v0, v128.load(r0), c); c = multiplyAdd(v1, v128.load(r1), c);
    c = multiplyAdd(v2, v128.load(r2), c); c = multiplyAdd(v3, v128.load(r3), c);
    c = multiplyAdd(v4, v128.load(r4), c); c = multiplyAdd(v5, v128.load(r5), c);
    c = multiplyAdd(v6, v128.load(r6), c); c = multiplyAdd(v7, v128.load(r7), c);
    v128.store(out, c);
    if (out == 1) break;
    c = v128.load(out, 16);
    c = multiplyAdd(v0, v128.load(r0, 16), c); c = multiplyAdd(v1, v128.load(r1, 16), c);
    c = multiplyAdd(v2, v128.load(r2, 16), c); c = multiplyAdd(v3, v128.load(r3, 16), c);
    c = multiplyAdd(v4, v128.load(r4, 16), c); c = multiplyAdd(v5, v128.load(r5, 16), c);
    c = multiplyAdd(v6, v128.load(r6, 16), c); c = multiplyAdd(v7, v128.load(r7, 16), c);
    v128.store(out, c, 16);
    if (out == 3) break;
    c = v128.load(out, 32);
    c = multiplyAdd(v0, v128.load(r0, 32), c); c = multiplyAdd(v1, v128.load(r1, 32), c);
    c = multiplyAdd(v2, v128.load(r2, 32), c); c = multiplyAdd(v3, v128.load(r3, 32), c);
    c = multiplyAdd(v4, v128.load(r4, 32), c); c = multiplyAdd(v5, v128.load(r5, 32), c);
    c = multiplyAdd(v6, v128.load(r6, 32), c); c = multiplyAdd(v7, v128.load(r7, 32), c);
    v128.store(out, c, 32);
    if (out == 5) break;
    c = v128.load(out, 48);
    c = multiplyAdd(v0, v128.load(r0, 48), c); c = multiplyAdd(v1, v128.load(r1, 48), c);
    c = multiplyAdd(v2, v128.load(r2, 48), c); c = multiplyAdd(v3, v128.load(r3, 48), c);
    c = multiplyAdd(v4, v128.load(r4, 48), c); c = multiplyAdd(v5, v128.load(r5, 48), c);
    c = multiplyAdd(v6, v128.load(r6, 48), c); c = multiplyAdd(v7, v128.load(r7, 48), c);
    v128.store(out, c, 48);
    if (out == 7) break;
    c = v128.load(out, 64);
    c = multiplyAdd(v0, v128.load(r0, 64), c); c = multiplyAdd(v1, v128.load(r1, 64), c);
    c = multiplyAdd(v2, v128.load(r2, 64), c); c = multiplyAdd(v3, v128.load(r3, 64), c);
    c = multiplyAdd(v4, v128.load(r4, 64), c); c = multiplyAdd(v5, v128.load(r5, 64), c);
    c = multiplyAdd(v6, v128.load(r6, 64), c); c = multiplyAdd(v7, v128.load(r7, 64), c);
    v128.store(out, c, 64);
    if (out == 9) break;
    c = v128.load(out, 80);
    c = multiplyAdd(v0, v128.load(r0, 80), c); c = multiplyAdd(v1, v128.load(r1, 80), c);
    c = multiplyAdd(v2, v128.load(r2, 80), c); c = multiplyAdd(v3, v128.load(r3, 80), c);
    c = multiplyAdd(v4, v128.load(r4, 80), c); c = multiplyAdd(v5, v128.load(r5, 80), c);
    c = multiplyAdd(v6, v128.load(r6, 80), c); c = multiplyAdd(v7, v128.load(r7, 80), c);
    v128.store(out, c, 80);
    if (out == 11) break;
    c = v128.load(out, 96);
    c = multiplyAdd(v0, v128.load(r0, 96), c); c = multiplyAdd(v1, v128.load(r1, 96), c);
    c = multiplyAdd(v2, v128.load(r2, 96), c); c = multiplyAdd(v3, v128.load(r3, 96), c);
    c = multiplyAdd(v4, v128.load(r4, 96), c); c = multiplyAdd(v5, v128.load(r5, 96), c);
    c = multiplyAdd(v6, v128.load(r6, 96), c); c = multiplyAdd(v7, v128.load(r7, 96), c);
    v128.store(out, c, 96);
    if (out == 13) break;
    c = v128.load(out, 112);
    c = multiplyAdd(v0, v128.load(r0, 112), c); c = multiplyAdd(v1, v128.load(r1, 112), c);
    c = multiplyAdd(v2, v128.load(r2, 112), c); c = multiplyAdd(v3, v128.load(r3, 112), c);
    c = multiplyAdd(v4, v128.load(r4, 112), c); c = multiplyAdd(v5, v128.load(r5, 112), c);
    c = multiplyAdd(v6, v128.load(r6, 112), c); c = multiplyAdd(v7, v128.load(r7, 112), c);
    v128.store(out, c, 112);
    r0 += 128; r1 += 128; r2 += 128; r3 += 128; r4 += 128; r5 += 128; r6 += 128; r7 += 128;
    out += 128;
  } while (out < end);
}

/** `combineRows` for 4 to 16 columns: the last four are taken together, whether or not another vector has some of them too. */
// @ts-ignore: decorator
@inline
function combineNarrow(n: i32, p: usize, end: usize, b: usize, stride: usize, out: usize, addend: usize): void {
  const second: usize = n > 8 ? 16 : 0, third: usize = n > 12 ? 32 : 0, last = (<usize>(n - 4)) << 2;
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0;
  let w = load<u64>(p), r = b + <usize>(<u32>w) * stride, v = valueOf(w);
  while (p < end) {
    p += 8;
    w = load<u64>(p);
    const next = b + <usize>(<u32>w) * stride, nextValue = valueOf(w);
    c0 = multiplyAdd(v, v128.load(r), c0); c1 = multiplyAdd(v, v128.load(r + second), c1);
    c2 = multiplyAdd(v, v128.load(r + third), c2); c3 = multiplyAdd(v, v128.load(r + last), c3);
    r = next;
    v = nextValue;
  }
  if (addend) {
    c0 = f32x4.add(c0, v128.load(addend)); c1 = f32x4.add(c1, v128.load(addend + second));
    c2 = f32x4.add(c2, v128.load(addend + third)); c3 = f32x4.add(c3, v128.load(addend + last));
  }
  v128.store(out, c0); v128.store(out + second, c1); v128.store(out + third, c2); v128.store(out + last, c3);
}

/** `combineRows` for one column. */
function combineColumn(p: usize, end: usize, b: usize, stride: usize, out: usize, addend: usize): void {
  let c: f32 = 0;
  while (p < end) {
    c += load<f32>(p, 4) * load<f32>(b + <usize>load<u32>(p) * stride);
    p += 8;
  }
  store<f32>(out, addend ? c + load<f32>(addend) : c);
}

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
// @ts-ignore: decorator
@inline
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
  const stride = (<usize>n) << 2;
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
      combineRows(n, first, end, b, 1, c, accumulate ? c : 0);
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
