import { describe, expect, test } from 'vitest';
import { uniformF64 } from './reference.js';
import { exports, onWorkbench } from './workbench.js';

const sizes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 17, 100];

describe.each([false, true])('with a right-hand side: %s', (hasB) => {
  test.each(sizes)('tridiagonalGradient, d = %i', (d) => {
    const x = uniformF64(d, d);
    const b = uniformF64(d + 1, d);
    const [diagonal, offDiagonal] = [0.7, -0.3];
    onWorkbench((bench) => {
      const out = bench.output(d, 8);
      exports.tridiagonalGradient(d, diagonal, offDiagonal, bench.input(x), hasB ? bench.input(b) : 0, out);
      const expected = x.map((v, i) => {
        const product = diagonal * v + offDiagonal * ((x[i - 1] ?? 0) + (x[i + 1] ?? 0));
        return hasB ? product - b[i]! : product;
      });
      expect(bench.f64(out, d)).toEqual(expected);
    });
  });

  test.each(sizes)('denseGradient, d = %i', (d) => {
    const a = uniformF64(d + 2, d * d);
    const x = uniformF64(d, d);
    const b = uniformF64(d + 1, d);
    onWorkbench((bench) => {
      const out = bench.output(d, 8);
      exports.denseGradient(d, bench.input(a), bench.input(x), hasB ? bench.input(b) : 0, out);
      const result = bench.f64(out, d);
      for (let i = 0; i < d; i += 1) {
        const exact = x.reduce((sum, v, j) => sum + a[i * d + j]! * v, 0) - (hasB ? b[i]! : 0);
        expect(Math.abs(result[i]! - exact)).toBeLessThanOrEqual(2 ** -52 * (d + 2));
      }
    });
  });
});

describe('a tridiagonal gradient with noise in one pass', () => {
  const sizes = [...Array(71).keys(), 95, 96, 97, 128, 129, 1729];
  const [diagonal, offDiagonal, sigma, a] = [0.7, -0.3, 0.1, -0.4];
  const stream = [42, 7, 3, 1, 5] as const;

  test.each(sizes)('has the bits of product, noise and step one after the other, d = %i', (d) => {
    const x = uniformF64(d, d);
    const y = uniformF64(d + 2, d);
    for (const leading of new Set([0, 1, 2, 33, 64, d].filter((count) => count <= d))) {
      const b = uniformF64(d + 1, d).fill(0, leading);
      onWorkbench((bench) => {
        const [at, minus, from] = [bench.input(x), leading > 0 ? bench.input(b) : 0, bench.input(y)];
        const gradient = bench.output(d, 8);
        exports.tridiagonalGradient(d, diagonal, offDiagonal, at, minus, gradient);
        exports.addNormalF64(d, sigma, ...stream, gradient);
        const scratch = bench.scratch(128);
        const out = bench.output(d, 8);
        exports.tridiagonalNoisyGradient(d, diagonal, offDiagonal, at, leading, minus, sigma, ...stream, out, scratch);
        expect(bench.f64(out, d)).toEqual(bench.f64(gradient, d));
        const stepped = bench.output(d, 8);
        exports.stepF64(d, -a, from, gradient, stepped);
        exports.tridiagonalNoisyStep(d, diagonal, offDiagonal, at, leading, minus, sigma, ...stream, a, from, out, scratch);
        expect(bench.f64(out, d)).toEqual(bench.f64(stepped, d));
        const inPlace = bench.inout(y);
        exports.tridiagonalNoisyStep(d, diagonal, offDiagonal, at, leading, minus, sigma, ...stream, a, inPlace, inPlace, scratch);
        expect(bench.f64(inPlace, d)).toEqual(bench.f64(stepped, d));
      });
    }
  });
});
