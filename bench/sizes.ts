/** Matrix products m×n×k that are measured everywhere: first the two of the network's first layer at batch 64. */
export const PRODUCT_SIZES: readonly (readonly [m: number, n: number, k: number])[] = [
  [64, 128, 784],
  [784, 128, 64],
  [256, 256, 256],
  [512, 512, 512],
  [1024, 1024, 1024],
];

export const BATCH_SIZES: readonly number[] = [1, 4, 16, 32, 64, 256];

/** The network that is measured everywhere, for 28×28 pixels and ten classes: 101,770 parameters. */
export const NETWORK: readonly number[] = [784, 128, 10];

/** Rounding of a float32 product against a float64 one: what correct kernels stay below by a factor of three or more. */
export const PRODUCT_TOLERANCE = 3e-6;
