// Gradients of the tridiagonal quadratic with their noise, float64, in one pass over the model.
import { Use, useNormals } from './normals';

/** out ← T x − b + σ z: tridiagonalGradient, then addNormalF64, to the bit. scratch: 128 bytes. */
export function tridiagonalNoisyGradient(
  d: i32, diagonal: f64, offDiagonal: f64, x: usize, leading: i32, b: usize, sigma: f64, key0: u32, key1: u32, index: u32, worker: u32, purpose: u32,
  out: usize, scratch: usize,
): void {
  useNormals(Use.Gradient, d, sigma, key0, key1, index, worker, purpose, out, diagonal, offDiagonal, x, max(leading, 1), leading ? b : 0, 0, 0, scratch);
}

/** out ← y + a (T x − b + σ z): tridiagonalNoisyGradient, then its sum with y, to the bit; out may be y. scratch: 128 bytes. */
export function tridiagonalNoisyStep(
  d: i32, diagonal: f64, offDiagonal: f64, x: usize, leading: i32, b: usize, sigma: f64, key0: u32, key1: u32, index: u32, worker: u32, purpose: u32,
  a: f64, y: usize, out: usize, scratch: usize,
): void {
  useNormals(Use.Step, d, sigma, key0, key1, index, worker, purpose, out, diagonal, offDiagonal, x, max(leading, 1), leading ? b : 0, a, y, scratch);
}
