// Gradients of quadratics, float64.
import { dotF64 } from './vectors-f64';

/** Entry i of T x − b, see `tridiagonalGradient`. */
// @ts-ignore: decorator
@inline
export function tridiagonalEntry(d: i32, diagonal: f64, offDiagonal: f64, x: usize, b: usize, i: i32): f64 {
  const p = x + (<usize>i << 3);
  let v = diagonal * load<f64>(p);
  if (i > 0 && i < d - 1) v += offDiagonal * (load<f64>(p - 8) + load<f64>(p, 8));
  else if (i > 0) v += offDiagonal * load<f64>(p - 8);
  else if (d > 1) v += offDiagonal * load<f64>(p, 8);
  return b ? v - load<f64>(b + (<usize>i << 3)) : v;
}

/** Two entries of T x inside; x: the entry before them. */
// @ts-ignore: decorator
@inline
export function tridiagonalPair(main: v128, off: v128, x: usize): v128 {
  return f64x2.add(f64x2.mul(main, v128.load(x, 8)), f64x2.mul(off, f64x2.add(v128.load(x), v128.load(x, 16))));
}

/**
 * out ← T x − b, T d×d symmetric tridiagonal with constant diagonal and off-diagonal. x, b, out: d float64, no alignment
 * needed; b may be 0 (none); out aliases no input. Entry i is diagonal·x_i + offDiagonal·(x_{i−1} + x_{i+1}) − b_i, with x 0
 * outside.
 */
export function tridiagonalGradient(d: i32, diagonal: f64, offDiagonal: f64, x: usize, b: usize, out: usize): void {
  if (d == 0) return;
  if (d == 1) {
    store<f64>(out, diagonal * load<f64>(x) - (b ? load<f64>(b) : 0));
    return;
  }
  const main = f64x2.splat(diagonal), off = f64x2.splat(offDiagonal);
  store<f64>(out, diagonal * load<f64>(x) + offDiagonal * load<f64>(x, 8) - (b ? load<f64>(b) : 0));
  const last = (<usize>(d - 1)) << 3;
  let i: usize = 8;
  for (; i + 8 < last; i += 16) {
    const p = x + i;
    let v = f64x2.add(f64x2.mul(main, v128.load(p)), f64x2.mul(off, f64x2.add(v128.load(p - 8), v128.load(p, 8))));
    if (b) v = f64x2.sub(v, v128.load(b + i));
    v128.store(out + i, v);
  }
  for (; i < last; i += 8) {
    const p = x + i;
    store<f64>(out + i, diagonal * load<f64>(p) + offDiagonal * (load<f64>(p - 8) + load<f64>(p, 8)) - (b ? load<f64>(b + i) : 0));
  }
  store<f64>(out + last, diagonal * load<f64>(x + last) + offDiagonal * load<f64>(x + last - 8) - (b ? load<f64>(b + last) : 0));
}

/** out ← A x − b, A d×d row-major and contiguous. x, b, out: d float64; b may be 0 (none); out aliases no input. */
export function denseGradient(d: i32, a: usize, x: usize, b: usize, out: usize): void {
  const end = out + ((<usize>d) << 3);
  while (out < end) {
    const product = dotF64(d, a, x);
    store<f64>(out, b ? product - load<f64>(b) : product);
    if (b) b += 8;
    a += (<usize>d) << 3;
    out += 8;
  }
}
