import { describe, expect, test } from 'vitest';
import { generator, ulpsF32 } from './reference.js';
import { exports, onWorkbench } from './workbench.js';

/** Distance in units of the spacing of float64 at `b`. */
function ulps(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  return Math.abs(a - b) / 2 ** (Math.max(-1022, Math.floor(Math.log2(Math.abs(b)))) - 52);
}

describe('float64 functions agree with the engine to the last bits', () => {
  const next = generator(1);
  const cases = [
    { name: 'exp', inputs: Array.from({ length: 5000 }, () => -740 + 1440 * next()) },
    { name: 'log', inputs: Array.from({ length: 5000 }, () => Math.exp(-700 + 1400 * next())).concat([0.999_999_999, 1.000_000_001]) },
    { name: 'cos', inputs: Array.from({ length: 5000 }, () => 2000 * next() - 1000).concat([1e6, 1e22, 1.5707963267948966]) },
  ] as const;
  test.each(cases)('$name', ({ name, inputs }) => {
    for (const x of inputs) expect(ulps(exports[name](x), Math[name](x)), `${name}(${x})`).toBeLessThanOrEqual(2);
  });
});

test.each([
  ['exp', 0, 1],
  ['exp', -Infinity, 0],
  ['exp', Infinity, Infinity],
  ['exp', NaN, NaN],
  ['log', 1, 0],
  ['log', 0, -Infinity],
  ['log', -1, NaN],
  ['log', Infinity, Infinity],
  ['cos', 0, 1],
  ['cos', Infinity, NaN],
] as const)('%s(%d) is %d', (name, x, expected) => {
  expect(exports[name](x)).toBe(expected);
});

describe('the exponential of the softmax', () => {
  /** exp(x) in float32 for x ≤ 0: the gradient of a certain prediction, whose sum of exponentials is 1 to float32. */
  function exponential(xs: Float32Array): Float32Array {
    const rows = xs.length;
    return onWorkbench((bench) => {
      const logits = bench.input(Float32Array.from({ length: 2 * rows }, (_, j) => (j % 2 === 0 ? 0 : xs[(j - 1) / 2]!)));
      const gradient = bench.output(2 * rows, 4);
      const weights = bench.input(new Float32Array(rows).fill(1));
      exports.softmaxCrossEntropy(rows, 2, logits, 2, bench.input(new Uint8Array(rows)), weights, 0, gradient, 2);
      return bench.f32(gradient, 2 * rows).filter((_, j) => j % 2 === 1);
    });
  }

  test('is within 2 ulp from e⁻¹⁷ down to the smallest subnormal numbers', () => {
    const xs = Float32Array.from({ length: 20_000 }, (_, j) => -17 - (j * 90) / 20_000);
    const results = exponential(xs);
    let worst = 0;
    xs.forEach((x, j) => (worst = Math.max(worst, ulpsF32(results[j]!, Math.exp(x)))));
    expect(worst).toBeLessThanOrEqual(2);
    expect(exponential(Float32Array.of(-1e4, -Infinity))).toEqual(Float32Array.of(0, 0));
  });

  test('is within 2 ulp, and one more for the division, up to 1', () => {
    const xs = Float32Array.from({ length: 20_000 }, (_, j) => (-17 * j) / 20_000);
    const results = exponential(xs);
    let worst = 0;
    xs.forEach((x, j) => (worst = Math.max(worst, ulpsF32(results[j]!, Math.exp(x) / (1 + Math.exp(x))))));
    expect(worst).toBeLessThanOrEqual(3.5);
  });
});
