import { describe, expect, it } from 'vitest';
import type { Scalar } from '../../bindings/index.js';
import { spectralNorm } from '../../bindings/problems/spectral-norm.js';
import type { Precision } from '../../bindings/problems/spectral-norm.js';
import { testKernels } from '../quadratics.js';

/** The norm of a diagonal matrix, and how often it was applied. */
async function ofDiagonal(values: readonly number[], precision?: Precision, scalar: Scalar = 'float64'): Promise<{ norm: number; steps: number }> {
  const kernels = await testKernels();
  const before = kernels.pool.usage();
  let steps = 0;
  const apply: Parameters<typeof spectralNorm>[3] = (x, out) => {
    steps += 1;
    const [from, to] = [x.view(), out.view()];
    values.forEach((value, j) => (to[j] = value * from[j]!));
  };
  const norm = spectralNorm(kernels, values.length, scalar, apply, precision);
  expect(kernels.pool.usage()).toEqual(before);
  return { norm, steps };
}

const evenly = (count: number, from: number, to: number): number[] => Array.from({ length: count }, (_, j) => from + ((to - from) * j) / count);

describe('spectralNorm', () => {
  it.each([
    [[0], 0],
    [[-3], 3],
    [[0, 0, 0], 0],
    [[1e-100, -2e-100], 2e-100],
    [[1e100, 3e100, 2e100], 3e100],
    [[5, 5, 5, 5], 5],
    [[0, 0, 0, 0, 0, -1], 1],
  ])('of diag(%j)', async (values, expected) => {
    expect(Math.abs((await ofDiagonal(values)).norm - expected)).toBeLessThanOrEqual(1e-15 * expected);
  });

  it.each([-307, -250, -200, -170, -160, 160, 170, 200, 250, 306])('is right to the last digits at the scale 1e%i', async (exponent) => {
    const scale = Number(`1e${exponent}`);
    const { norm, steps } = await ofDiagonal(Array.from({ length: 20 }, (_, j) => (j + 1) * scale));
    expect(Math.abs(norm / (20 * scale) - 1)).toBeLessThanOrEqual(1e-15);
    expect(steps).toBe(20);
  });

  it('has the same digits at all scales that are powers of two', async () => {
    const values = Array.from({ length: 30 }, (_, j) => Math.sqrt(j + 1));
    const { norm } = await ofDiagonal(values);
    for (const exponent of [-900, -500, -300, -201, -200, -199, -1, 1, 199, 200, 201, 300, 500, 900]) {
      expect((await ofDiagonal(values.map((value) => value * 2 ** exponent))).norm).toBe(norm * 2 ** exponent);
    }
  });

  it('is found in far fewer than d steps to full accuracy', async () => {
    const { norm, steps } = await ofDiagonal([...evenly(1000, 0, 1), 1, 1 - 1e-4]);
    expect(Math.abs(norm - 1)).toBeLessThanOrEqual(2e-15);
    expect(steps).toBeLessThan(300);
  });

  it('waits for the end of the spectrum that comes later if it may be the farther one', async () => {
    // The eigenvalue 1 of many vectors is found in three steps; a negative one of 10 % more is still on its way then.
    const precision = { tolerance: 0.02, steps: 24 };
    const values = [-1.1, ...new Array<number>(50).fill(1), ...evenly(50, 0, -1)];
    expect((await ofDiagonal(values, precision)).norm).toBeCloseTo(1.1, 2);
    expect((await ofDiagonal(values.map((value) => -value), precision)).norm).toBeCloseTo(1.1, 2);
  });

  it('needs no more than d steps where eigenvalues at one end are close together', async () => {
    // 0.999 is found at once, which of those near −1 is the last takes longer.
    const values = [-1, 0.999, ...Array.from({ length: 40 }, (_, j) => -1 + 1e-6 * (j + 1))];
    const { norm, steps } = await ofDiagonal(values);
    expect(Math.abs(norm - 1)).toBeLessThanOrEqual(4e-15);
    expect(steps).toBeLessThanOrEqual(values.length);
  });

  it('is a bound from below after a limited number of steps', async () => {
    const values = evenly(500, 1, 0);
    const norms = await Promise.all([1, 2, 5, 20].map(async (steps) => ofDiagonal(values, { tolerance: 0, steps })));
    expect(norms.map(({ steps }) => steps)).toEqual([1, 2, 5, 20]);
    norms.reduce((before, { norm }) => {
      expect(norm).toBeGreaterThan(before);
      return norm;
    }, 0.4);
    expect(norms[3]!.norm).toBeGreaterThan(0.98);
    expect(norms[3]!.norm).toBeLessThan(1);
  });

  it('works in float32', async () => {
    expect((await ofDiagonal([...evenly(50, 0, 0.9), 1.5], { tolerance: 1e-4, steps: 40 }, 'float32')).norm).toBeCloseTo(1.5, 5);
  });

  it('is not a number where the operator gives none', async () => {
    expect(await ofDiagonal([1, NaN, 2])).toEqual({ norm: NaN, steps: 1 });
    expect(await ofDiagonal([1e250, NaN])).toEqual({ norm: NaN, steps: 1 });
  });
});
