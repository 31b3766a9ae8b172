import { describe, expect, test } from 'vitest';
import { loadKernels } from '../../bindings/kernels/load.js';
import { normalCdf, philoxBlock, philoxWords, ulpsF32, uniformF32, uniformF64 } from './reference.js';
import { withRelaxedSimd } from './relaxed-simd.js';
import { exports, kernels, onWorkbench, sameBytes } from './workbench.js';

const key = [42, 0] as const;
const stream = [key[0], key[1], 3, 1, 7] as const;
const sizes = [...Array(18).keys(), 31, 32, 33, 47, 48, 49, 63, 64, 65, 100];

function normals(n: number, index: number = stream[2]): Float32Array {
  return onWorkbench((bench) => {
    const out = bench.output(n, 4);
    exports.fillNormalF32(n, key[0], key[1], index, stream[3], stream[4], out);
    return bench.f32(out, n);
  });
}

describe('fillNormalF32', () => {
  test('is Box–Muller of the words, near float32 accuracy', () => {
    const n = 100_000;
    const words = philoxWords(n, key, 3, 1, 7);
    const z = normals(n);
    let worst = 0;
    for (let j = 0; j < n; j += 2) {
      const radius = Math.sqrt(-2 * Math.log(Math.max(Math.fround(words[j]!), 0.5) / 2 ** 32));
      const angle = (2 * Math.PI * words[j + 1]!) / 2 ** 32;
      // Relative to the result, or to the radius's spacing where the cosine is tiny: the angle's rounding is relative.
      worst = Math.max(worst, ulpsF32(z[j]!, radius * Math.cos(angle)), ulpsF32(z[j + 1]!, radius * Math.sin(angle)));
    }
    expect(worst).toBeLessThan(5);
  });

  test.each(sizes)('the first %i of a longer fill are the shorter fill', (n) => {
    expect(normals(n)).toEqual(normals(1000).slice(0, n));
  });

  test('moments, tails and distribution of a million draws', () => {
    const n = 1_000_000;
    const z = normals(n);
    const mean = (power: number): number => z.reduce((sum, x) => sum + x ** power, 0) / n;
    // Bounds: 4.5 standard errors; the variance of x^p is E x^2p − (E x^p)².
    expect(Math.abs(mean(1))).toBeLessThan(4.5 * Math.sqrt(1 / n));
    expect(Math.abs(mean(2) - 1)).toBeLessThan(4.5 * Math.sqrt(2 / n));
    expect(Math.abs(mean(3))).toBeLessThan(4.5 * Math.sqrt(15 / n));
    expect(Math.abs(mean(4) - 3)).toBeLessThan(4.5 * Math.sqrt(96 / n));
    for (const sigma of [1, 2, 3, 4]) {
      const p = 2 * normalCdf(-sigma);
      const beyond = z.reduce((count, x) => count + Number(Math.abs(x) > sigma), 0);
      expect(Math.abs(beyond - n * p), `beyond ${sigma} sigma`).toBeLessThan(4.5 * Math.sqrt(n * p));
    }
    const sorted = z.slice().sort();
    let distance = 0;
    sorted.forEach((x, j) => {
      const p = normalCdf(x);
      distance = Math.max(distance, p - j / n, (j + 1) / n - p);
    });
    expect(distance).toBeLessThan(1.95 / Math.sqrt(n)); // Kolmogorov–Smirnov, level 0.001
  });

  test('neighbouring draws and neighbouring streams are uncorrelated', () => {
    const n = 200_000;
    const z = normals(n);
    const other = normals(n, stream[2] + 1);
    const correlation = (f: (j: number) => number): number => Math.abs(z.reduce((sum, _, j) => sum + f(j), 0) / n) * Math.sqrt(n);
    expect(correlation((j) => z[j]! * other[j]!)).toBeLessThan(4.5);
    for (const lag of [1, 2, 3, 4]) expect(correlation((j) => (j < lag ? 0 : z[j]! * z[j - lag]!))).toBeLessThan(4.5);
    expect(correlation((j) => (j % 2 === 0 ? (z[j]! ** 2 - 1) * (z[j + 1]! ** 2 - 1) : 0))).toBeLessThan(9);
  });
});

test.each([
  { index: 615, draw: 246_328, word: 1 }, // found by search
  { index: 186, draw: 975_388, word: 6 },
  { index: 12_035, draw: 345_532, word: 0 },
])('the word $word gives the radius of the far tail', ({ index, draw, word }) => {
  const [radiusWord] = philoxBlock(key, [draw / 4, index, 1, 7]);
  expect(radiusWord).toBe(word);
  const z = normals(draw + 2, index);
  expect(Math.hypot(z[draw]!, z[draw + 1]!)).toBeCloseTo(Math.sqrt(-2 * Math.log(Math.max(word, 0.5) / 2 ** 32)), 5);
});

test('tails reach beyond five sigma', () => {
  let largest = 0;
  for (let index = 100; index < 140; index += 1) for (const z of normals(1_000_000, index)) largest = Math.max(largest, Math.abs(z));
  expect(largest).toBeGreaterThan(5);
  expect(largest).toBeLessThan(6.8);
});

test.each(sizes)('addNormal adds σ times the same numbers, n = %i', (n) => {
  const z = normals(n);
  const x = uniformF32(1, n);
  const y = uniformF64(2, n);
  const sigma = 0.3;
  onWorkbench((bench) => {
    const out32 = bench.inout(x);
    exports.addNormalF32(n, sigma, ...stream, out32);
    expect(bench.f32(out32, n)).toEqual(x.map((v, j) => v + Math.fround(Math.fround(sigma) * z[j]!)));
    const out64 = bench.inout(y);
    exports.addNormalF64(n, sigma, ...stream, out64);
    expect(bench.f64(out64, n)).toEqual(y.map((v, j) => v + sigma * z[j]!));
  });
});

describe('normal', () => {
  test('is Box–Muller in float64 of the first block', () => {
    for (let index = 0; index < 200; index += 1) {
      const [a, b, c, d] = philoxWords(4, key, index, 1, 7) as [number, number, number, number];
      const unit = (high: number, low: number): number => ((high >>> 5) * 2 ** 26 + (low >>> 6)) * 2 ** -53;
      const expected = Math.sqrt(-2 * Math.log(1 - unit(a, b))) * Math.cos(2 * Math.PI * unit(c, d));
      expect(Math.abs(exports.normal(key[0], key[1], index, 1, 7) - expected)).toBeLessThan(4e-15);
    }
  });

  test('has mean 0 and variance 1 over streams', () => {
    const n = 200_000;
    let sum = 0;
    let squares = 0;
    for (let index = 0; index < n; index += 1) {
      const z = exports.normal(key[0], key[1], index, 2, 7);
      sum += z;
      squares += z * z;
    }
    expect(Math.abs(sum / n)).toBeLessThan(4.5 / Math.sqrt(n));
    expect(Math.abs(squares / n - 1)).toBeLessThan(4.5 * Math.sqrt(2 / n));
  });
});

test('the build with fused operations gives the same random numbers to the bit', async () => {
  const n = 100_003;
  const builds = [kernels, await withRelaxedSimd(() => loadKernels({ variant: 'fma' }))];
  const [plain, fused] = builds.map(({ exports: build, pool }) => {
    const out = pool.allocate(8 * n, 'tests');
    const bytes = (size: number): Uint8Array => pool.u8.slice(out, out + size * n);
    const results: Uint8Array[] = [];
    build.fillNormalF32(n, ...stream, out);
    results.push(bytes(4));
    build.addNormalF32(n, 0.3, ...stream, out);
    results.push(bytes(4));
    build.fillUniformF64(n, ...stream, out);
    results.push(bytes(8));
    build.addNormalF64(n, 0.3, ...stream, out);
    results.push(bytes(8));
    build.fillUniformF32(n, ...stream, out);
    results.push(bytes(4));
    build.sampleIndices(n, 1000, 50, ...stream, out);
    results.push(bytes(4));
    pool.release(out);
    return results;
  });
  for (const [k, bytes] of plain!.entries()) expect(sameBytes(bytes, fused![k]!), `result ${k}`).toBe(true);
});
