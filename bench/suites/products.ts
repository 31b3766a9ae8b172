import type { Kernels } from '../../bindings/index.js';
import { Arena } from '../arena.js';
import { productResidual, rowMajor, transposed } from '../reference.js';
import { PRODUCT_SIZES, PRODUCT_TOLERANCE } from '../sizes.js';
import type { BenchCase } from './case.js';

/** Those of the network's last layer, forward, weights and back, and of its first layer at batch 1. */
const THIN_SIZES: readonly (readonly [number, number, number])[] = [
  [256, 10, 128],
  [128, 10, 256],
  [256, 128, 10],
  [1, 128, 784],
  [1, 10, 128],
];

/** The three forms of the matrix product: A·B, Aᵀ·B and A·Bᵀ. */
export function products(kernels: Kernels): BenchCase[] {
  const forms = ['gemmNN', 'gemmTN', 'gemmNT'] as const;
  return forms.flatMap((form) => [...PRODUCT_SIZES, ...THIN_SIZES].map(([m, n, k]) => product(kernels, form, m, n, k)));
}

function product(kernels: Kernels, form: 'gemmNN' | 'gemmTN' | 'gemmNT', m: number, n: number, k: number): BenchCase {
  const { exports } = kernels;
  const arena = new Arena(kernels);
  const a = arena.normals(m * k);
  const b = arena.normals(k * n);
  const c = arena.allocate(4 * m * n);
  const scratch = arena.allocate(exports.gemmScratchBytes(m, n, k));
  const lda = form === 'gemmTN' ? m : k;
  const ldb = form === 'gemmNT' ? k : n;
  const run = (): void => exports[form](m, n, k, a, lda, b, ldb, c, n, 0, 0, scratch);
  return {
    name: `${form} ${m}×${n}×${k}`,
    unit: 'GFLOP/s',
    work: 2 * m * n * k,
    run,
    residual: () => {
      arena.poison(c, 4 * m * n);
      run();
      const left = rowMajor(arena.f32(a, m * k), lda);
      const right = rowMajor(arena.f32(b, k * n), ldb);
      const [opA, opB] = [form === 'gemmTN' ? transposed(left) : left, form === 'gemmNT' ? transposed(right) : right];
      return productResidual(m, n, k, opA, opB, rowMajor(arena.f32(c, m * n), n));
    },
    tolerance: PRODUCT_TOLERANCE,
  };
}
