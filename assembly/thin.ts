// Products with one row or with depth 1: the shapes of a single sample, where packing costs more than multiplying.

/**
 * C (1×32) = a·B + [addend], float32, depth k ≥ 1: `tile` for a single row, with the same sums in the same order.
 * a: k contiguous values. b: 32 values per step of k, steps `strideB` bytes apart. addend: 32 values or 0; it may be c.
 */
export function tileOfRow(a: usize, b: usize, strideB: usize, k: i32, c: usize, addend: usize): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
  const end = a + ((<usize>k) << 2), endOfTwos = a + ((<usize>(k & ~1)) << 2);
  // The never-true branches end basic blocks, see `tile`.
  while (a < endOfTwos) {
    let x = v128.load32_splat(a);
    c0 = f32x4.add(c0, f32x4.mul(x, v128.load(b))); c1 = f32x4.add(c1, f32x4.mul(x, v128.load(b, 16)));
    c2 = f32x4.add(c2, f32x4.mul(x, v128.load(b, 32))); c3 = f32x4.add(c3, f32x4.mul(x, v128.load(b, 48)));
    if (b == 1) break;
    c4 = f32x4.add(c4, f32x4.mul(x, v128.load(b, 64))); c5 = f32x4.add(c5, f32x4.mul(x, v128.load(b, 80)));
    c6 = f32x4.add(c6, f32x4.mul(x, v128.load(b, 96))); c7 = f32x4.add(c7, f32x4.mul(x, v128.load(b, 112)));
    b += strideB;
    if (b == 3) break;
    x = v128.load32_splat(a, 4);
    c0 = f32x4.add(c0, f32x4.mul(x, v128.load(b))); c1 = f32x4.add(c1, f32x4.mul(x, v128.load(b, 16)));
    c2 = f32x4.add(c2, f32x4.mul(x, v128.load(b, 32))); c3 = f32x4.add(c3, f32x4.mul(x, v128.load(b, 48)));
    if (b == 5) break;
    c4 = f32x4.add(c4, f32x4.mul(x, v128.load(b, 64))); c5 = f32x4.add(c5, f32x4.mul(x, v128.load(b, 80)));
    c6 = f32x4.add(c6, f32x4.mul(x, v128.load(b, 96))); c7 = f32x4.add(c7, f32x4.mul(x, v128.load(b, 112)));
    b += strideB;
    a += 8;
  }
  if (a < end) {
    const x = v128.load32_splat(a);
    c0 = f32x4.add(c0, f32x4.mul(x, v128.load(b))); c1 = f32x4.add(c1, f32x4.mul(x, v128.load(b, 16)));
    c2 = f32x4.add(c2, f32x4.mul(x, v128.load(b, 32))); c3 = f32x4.add(c3, f32x4.mul(x, v128.load(b, 48)));
    c4 = f32x4.add(c4, f32x4.mul(x, v128.load(b, 64))); c5 = f32x4.add(c5, f32x4.mul(x, v128.load(b, 80)));
    c6 = f32x4.add(c6, f32x4.mul(x, v128.load(b, 96))); c7 = f32x4.add(c7, f32x4.mul(x, v128.load(b, 112)));
  }
  if (addend) {
    c0 = f32x4.add(c0, v128.load(addend)); c1 = f32x4.add(c1, v128.load(addend, 16));
    c2 = f32x4.add(c2, v128.load(addend, 32)); c3 = f32x4.add(c3, v128.load(addend, 48));
    c4 = f32x4.add(c4, v128.load(addend, 64)); c5 = f32x4.add(c5, v128.load(addend, 80));
    c6 = f32x4.add(c6, v128.load(addend, 96)); c7 = f32x4.add(c7, v128.load(addend, 112));
  }
  v128.store(c, c0); v128.store(c, c1, 16); v128.store(c, c2, 32); v128.store(c, c3, 48);
  v128.store(c, c4, 64); v128.store(c, c5, 80); v128.store(c, c6, 96); v128.store(c, c7, 112);
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
