// Sums of rows of a matrix B, each with a value of its own: what the products with sparse matrices consist of. An entry is a uint32 place
// and a float32 value (8 bytes), and sums run over entries in their order.
import { multiplyAdd } from './lanes';

/** Bytes of a list from which on most of it is taken in groups of eight entries. */
export const LONG: usize = 40 * 8;

// An entry as one word: the column, or where a row of B lies, below; the value above.
// @ts-ignore: decorator
@inline
export function valueOf(entry: u64): v128 {
  return f32x4.splat(reinterpret<f32>(<u32>(entry >>> 32)));
}

/**
 * out (n values) = Σ value·B[place] over the entries first … end−1 in their order, at least one, + [addend].
 * Row `place` of B begins at b + place·stride. addend: n values or 0; it may be out. Nothing needs alignment.
 * Reads one entry beyond the last, but not what it points at.
 */
export function combineRows(n: i32, first: usize, end: usize, b: usize, stride: usize, out: usize, addend: usize): void {
  // Four columns or more, or none, are left over.
  const wide = (n & 31) == 0 || (n & 31) > 3 ? n & ~31 : max(0, (n & ~31) - 32);
  if (wide > 0) {
    combineWhole(wide, first, end, b, stride, out, addend);
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

/** `combineRows` for a multiple of 32 columns. A part of its caller: beside the lists of a small batch a call would take its time. */
// @ts-ignore: decorator
@inline
export function combineWhole(n: i32, first: usize, end: usize, b: usize, stride: usize, out: usize, addend: usize): void {
  if (end - first <= 16 && !addend) combineTwo(n, first, end, b, stride, out);
  else if (end - first < LONG) combineWide(n, first, end, b, stride, out, addend, 1);
  else combineLong(n, first, end, b, stride, out, addend);
}

/**
 * `combineWhole` for short lists: sums stay in registers, 32 at a time. Where there is an addend the sums are multiplied by `scale`
 * before they are added to it; a factor of 1 changes no bit.
 *
 * Loads bound this loop: per entry and 4 columns one load, one product and one sum. The next entry is taken up before the
 * columns of the present one, so that its address is ready in time.
 */
// @ts-ignore: decorator
@inline
export function combineWide(n: i32, first: usize, end: usize, b: usize, stride: usize, out: usize, addend: usize, scale: f32): void {
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

/** `combineWhole` for one or two entries, which most lists of small batches have. */
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

/** `combineWhole` for many entries: after the first one to eight the others by eights. */
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
