// Activation functions, float32.

/** max(0, x); NaN stays NaN, −0 becomes 0 by the sum. `f32x4.max` would take V8 eight instructions. */
// @ts-ignore: decorator
@inline
function positive(x: v128): v128 {
  const zero = f32x4.splat(0);
  return f32x4.add(f32x4.pmax(x, zero), zero);
}

/** y_j = max(0, x_j); NaN stays NaN. x, y: n contiguous float32, no alignment needed; y may be x. */
export function relu(n: i32, x: usize, y: usize): void {
  const end = (<usize>n) << 2, endOfBlocks = (<usize>(n & ~31)) << 2, endOfFours = (<usize>(n & ~3)) << 2;
  let i: usize = 0;
  for (; i < endOfBlocks; i += 128) {
    const p = x + i, q = y + i;
    v128.store(q, positive(v128.load(p))); v128.store(q, positive(v128.load(p, 16)), 16);
    v128.store(q, positive(v128.load(p, 32)), 32); v128.store(q, positive(v128.load(p, 48)), 48);
    v128.store(q, positive(v128.load(p, 64)), 64); v128.store(q, positive(v128.load(p, 80)), 80);
    v128.store(q, positive(v128.load(p, 96)), 96); v128.store(q, positive(v128.load(p, 112)), 112);
  }
  for (; i < endOfFours; i += 16) v128.store(y + i, positive(v128.load(x + i)));
  for (; i < end; i += 4) store<f32>(y + i, max<f32>(load<f32>(x + i), 0));
}

// @ts-ignore: decorator
@inline
function masked(activation: v128, gradient: v128): v128 {
  return v128.andnot(gradient, f32x4.le(activation, f32x4.splat(0)));
}

/** gradient_j ← 0 where activation_j ≤ 0, unchanged elsewhere. n contiguous float32 each, no alignment needed. */
export function reluMask(n: i32, activation: usize, gradient: usize): void {
  const end = (<usize>n) << 2, endOfBlocks = (<usize>(n & ~31)) << 2, endOfFours = (<usize>(n & ~3)) << 2;
  let i: usize = 0;
  for (; i < endOfBlocks; i += 128) {
    const p = activation + i, q = gradient + i;
    v128.store(q, masked(v128.load(p), v128.load(q)));
    v128.store(q, masked(v128.load(p, 16), v128.load(q, 16)), 16);
    v128.store(q, masked(v128.load(p, 32), v128.load(q, 32)), 32);
    v128.store(q, masked(v128.load(p, 48), v128.load(q, 48)), 48);
    v128.store(q, masked(v128.load(p, 64), v128.load(q, 64)), 64);
    v128.store(q, masked(v128.load(p, 80), v128.load(q, 80)), 80);
    v128.store(q, masked(v128.load(p, 96), v128.load(q, 96)), 96);
    v128.store(q, masked(v128.load(p, 112), v128.load(q, 112)), 112);
  }
  for (; i < endOfFours; i += 16) v128.store(gradient + i, masked(v128.load(activation + i), v128.load(gradient + i)));
  for (; i < end; i += 4) if (load<f32>(activation + i) <= 0) store<f32>(gradient + i, 0);
}
