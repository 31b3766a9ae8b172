// Activation functions, float32.

/** y_j = max(0, x_j); NaN stays NaN. x, y: n contiguous float32, no alignment needed; y may be x. */
export function relu(n: i32, x: usize, y: usize): void {
  const zero = f32x4.splat(0);
  const end = x + ((<usize>n) << 2), endOfFours = x + ((<usize>(n & ~3)) << 2);
  while (x < endOfFours) {
    v128.store(y, f32x4.max(v128.load(x), zero));
    x += 16; y += 16;
  }
  while (x < end) {
    store<f32>(y, max<f32>(load<f32>(x), 0));
    x += 4; y += 4;
  }
}

/** gradient_j ← 0 where activation_j ≤ 0, unchanged elsewhere. n contiguous float32 each, no alignment needed. */
export function reluMask(n: i32, activation: usize, gradient: usize): void {
  const zero = f32x4.splat(0);
  const end = activation + ((<usize>n) << 2), endOfFours = activation + ((<usize>(n & ~3)) << 2);
  while (activation < endOfFours) {
    v128.store(gradient, v128.andnot(v128.load(gradient), f32x4.le(v128.load(activation), zero)));
    activation += 16; gradient += 16;
  }
  while (activation < end) {
    if (load<f32>(activation) <= 0) store<f32>(gradient, 0);
    activation += 4; gradient += 4;
  }
}
