import { describe, expect, test } from 'vitest';
import { InputError, MemoryLimitError } from '../../bindings/errors.js';
import { mlpEvaluate, mlpGradient, mlpParameterCount, multiply } from '../../bindings/kernels/arrays.js';
import type { GradientOptions, ProductOptions } from '../../bindings/kernels/arrays.js';
import { loadKernels } from '../../bindings/kernels/load.js';
import { Vector } from '../../bindings/kernels/vector.js';
import { matrix, network, product, transposed, uniformF32 } from './reference.js';

const kernels = await loadKernels();
const { pool } = kernels;

/** A vector in the kernels' memory with these entries. */
function vectorOf(values: Float32Array): Vector {
  const vector = new Vector(pool, values.length, 'float32', 'tests');
  vector.view().set(values);
  return vector;
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let j = 0; j < expected.length; j += 1) expect(Math.abs(actual[j]! - expected[j]!)).toBeLessThan(1e-5);
}

const [m, n, k] = [5, 7, 9];
const a = uniformF32(1, m * k);
const b = uniformF32(2, k * n);
const expected = product(matrix(a, m, k), matrix(b, k, n)).value;
const live = (): number => Object.values(pool.usage()).reduce((sum, bytes) => sum + bytes, 0);

describe('multiply', () => {
  test.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('transposeA %s, transposeB %s', (transposeA, transposeB) => {
    const opA = transposeA ? transposed(matrix(a, k, m)) : matrix(a, m, k);
    const opB = transposeB ? transposed(matrix(b, n, k)) : matrix(b, k, n);
    expectClose(multiply(kernels, a, b, { m, n, k, transposeA, transposeB }), product(opA, opB).value);
  });

  test('bias, accumulate and out', () => {
    const bias = uniformF32(3, n);
    const out = uniformF32(4, m * n);
    const before = out.slice();
    expect(multiply(kernels, a, b, { m, n, k, bias, accumulate: true, out })).toBe(out);
    expectClose(out, expected.map((value, j) => value + bias[j % n]! + before[j]!));
    expect(multiply(kernels, a, b, { m, n, k, out })).toBe(out);
    expectClose(out, expected);
  });

  test('arrays in the kernels’ memory are used in place, and nothing is kept', () => {
    const before = live();
    const result = multiply(kernels, a, b, { m, n, k });
    expect(live()).toBe(before);
    const [x, y, z] = [vectorOf(a), vectorOf(b), vectorOf(new Float32Array(m * n))];
    const inPlace = multiply(kernels, x, y, { m, n, k, out: z });
    expect(inPlace.buffer).toBe(pool.memory.buffer);
    expect(inPlace.byteOffset).toBe(z.pointer);
    expect(inPlace).toEqual(result);
    const view = z.view() as Float32Array;
    view.fill(0);
    expect(multiply(kernels, x.view() as Float32Array, y.view() as Float32Array, { m, n, k, out: view })).toBe(view);
    expect(view).toEqual(result);
    for (const vector of [x, y, z]) vector.release();
    expect(live()).toBe(before);
  });

  test('views survive memory that grows during the call', async () => {
    const fresh = await loadKernels();
    const out = new Vector(fresh.pool, 4, 'float32', 'out');
    const x = new Vector(fresh.pool, 2 * 1000, 'float32', 'x');
    x.view().fill(1);
    const outView = out.view() as Float32Array;
    const huge = new Float32Array(1_000_000 * 2).fill(1);
    expect(outView.length).toBe(4);
    const wide = multiply(fresh, x.view() as Float32Array, huge.subarray(0, 2000), { m: 2, n: 2, k: 1000, out: outView });
    expect([...wide]).toEqual([1000, 1000, 1000, 1000]);
    const row = new Vector(fresh.pool, 1, 'float32', 'row');
    const rowView = row.view() as Float32Array;
    const sum = multiply(fresh, huge, huge, { m: 1, n: 1, k: 2_000_000, out: rowView });
    expect(rowView.length).toBe(0); // memory grew: the old view is gone …
    expect(sum[0]).toBe(2_000_000); // … and the result is seen through a new one
    expect(sum.byteOffset).toBe(row.pointer);
  });

  test('nothing is kept after an error', async () => {
    const small = await loadKernels({ maximumBytes: 2 ** 20 });
    const big = new Float32Array(200_000);
    expect(() => multiply(small, big, big, { m: 1, n: 1, k: 200_000 })).toThrow(MemoryLimitError);
    expect(small.pool.usage()).toEqual({});
  });

  test('the example of its docstring', () => {
    expect([...multiply(kernels, Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6), { m: 2, n: 1, k: 2 })]).toEqual([17, 39]);
  });

  test('sizes of 0', () => {
    const none = new Float32Array(0);
    expect(multiply(kernels, none, none, { m: 0, n: 0, k: 0 })).toEqual(none);
    expect(multiply(kernels, none, none, { m: 1, n: 2, k: 0, bias: Float32Array.of(3, 4) })).toEqual(Float32Array.of(3, 4));
  });

  const wrong: [string, Partial<ProductOptions> & { a?: unknown; b?: unknown }, string][] = [
    ['a size that is not whole', { m: 1.5 }, "multiply: 'm' must be a whole number of at least 0, got 1.5"],
    ['a negative size', { k: -1 }, "multiply: 'k' must be a whole number of at least 0, got -1"],
    ['a short a', { a: a.subarray(1) }, "multiply: 'a' must have 45 entries (m×k = 5×9), got 44"],
    ['a short b', { b: b.subarray(1), transposeB: true }, "multiply: 'b' must have 63 entries (n×k = 7×9), got 62"],
    ['a plain array', { a: [1, 2] }, "multiply: 'a' must be a Float32Array or a Vector, got '[object Array]'"],
    ['a short bias', { bias: new Float32Array(3) }, "multiply: 'bias' must have 7 entries (n = 7), got 3"],
    ['a short out', { out: new Float32Array(3) }, "multiply: 'out' must have 35 entries (m×n = 5×7), got 3"],
    ['accumulate without out', { accumulate: true }, "multiply: 'out' must be given when 'accumulate' is true, got nothing"],
    ['a float64 vector', { a: new Vector(pool, 45, 'float64', 'tests') }, "multiply: 'a' must hold float32 numbers, got 'float64'"],
  ];
  test.each(wrong)('refuses %s', (_, { a: x = a, b: y = b, ...options }, message) => {
    const call = (): unknown => multiply(kernels, x as Float32Array, y as Float32Array, { m, n, k, ...options });
    expect(call).toThrow(InputError);
    expect(call).toThrow(message);
  });

  test('refuses an output that overlaps an input', () => {
    const both = vectorOf(uniformF32(1, 100));
    const view = both.view() as Float32Array;
    expect(() => multiply(kernels, view.subarray(0, 45), b, { m, n, k, out: view.subarray(44, 79) })).toThrow(
      `multiply: 'out' must not overlap 'a', got 'memory that both share from byte ${both.pointer + 176}'`,
    );
    multiply(kernels, view.subarray(0, 45), b, { m, n, k, out: view.subarray(45, 80) });
    both.release();
  });
});

describe('networks', () => {
  const widths = [4, 6, 3];
  const parameters = uniformF32(1, mlpParameterCount(widths));
  const inputs = uniformF32(2, 8 * 4);
  const labels = Uint8Array.of(0, 1, 2, 0, 1, 2, 0, 1);
  const base = { widths, parameters, inputs, labels };
  const all = [0, 1, 2, 3, 4, 5, 6, 7];

  test('mlpParameterCount', () => {
    expect(mlpParameterCount([784, 128, 10])).toBe(101_770);
    expect(mlpParameterCount([3, 2])).toBe(8);
  });

  test('mlpGradient of all samples', () => {
    const reference = network({ ...base, indices: all, weights: all.map(() => 1 / 8) });
    const { loss, gradient } = mlpGradient(kernels, base);
    expect(Math.abs(loss - reference.loss)).toBeLessThan(1e-6);
    expectClose(gradient, reference.gradient);
  });

  test('mlpGradient of chosen, weighted samples, added to what is there', () => {
    const indices = Uint32Array.of(3, 3, 7);
    const weights = Float32Array.of(0.5, 1, -2);
    const out = vectorOf(new Float32Array(parameters.length).fill(1));
    const reference = network({ ...base, indices: [...indices], weights: [...weights] });
    const { loss, gradient } = mlpGradient(kernels, { ...base, indices, weights, accumulate: true, out });
    expect(Math.abs(loss - reference.loss)).toBeLessThan(1e-6);
    expectClose(gradient, reference.gradient.map((g) => g + 1));
    expect(gradient.byteOffset).toBe(out.pointer);
    out.release();
  });

  test('mlpEvaluate', () => {
    const reference = network({ ...base, indices: [5, 1], weights: [0, 0] });
    const { losses, correct } = mlpEvaluate(kernels, { ...base, indices: Uint32Array.of(5, 1) });
    expectClose(losses, reference.losses);
    expect([...correct]).toEqual(reference.correct);
  });

  test('the examples of their docstrings', () => {
    const regression = { widths: [2, 3], parameters: new Float32Array(mlpParameterCount([2, 3])) };
    const { loss } = mlpGradient(kernels, { ...regression, inputs: Float32Array.of(1, -1), labels: Uint8Array.of(2) });
    expect(loss.toFixed(6)).toBe('1.098612');
    const signs = { widths: [1, 2], parameters: Float32Array.of(-1, 1, 0, 0) };
    expect([...mlpEvaluate(kernels, { ...signs, inputs: Float32Array.of(3, -3), labels: Uint8Array.of(1, 1) }).correct]).toEqual([1, 0]);
  });

  test('no samples', () => {
    const { loss, gradient } = mlpGradient(kernels, { ...base, indices: new Uint32Array(0) });
    expect(loss).toBe(0);
    expect(gradient).toEqual(new Float32Array(parameters.length));
  });

  const wrong: [string, Partial<GradientOptions>, string][] = [
    ['one width', { widths: [4] }, "mlpGradient: 'widths' must name at least two sizes, inputs first and classes last, got [4]"],
    ['a width of 0', { widths: [4, 0, 3] }, "mlpGradient: 'widths[1]' must be a whole number of at least 1, got 0"],
    ['too many classes', { widths: [4, 257] }, "mlpGradient: 'widths[1]' must be at most 256"],
    [
      'missing parameters',
      { parameters: parameters.subarray(1) },
      "mlpGradient: 'parameters' must have 51 entries (for layers of 4, 6, 3), got 50",
    ],
    [
      'missing inputs',
      { inputs: inputs.subarray(4) },
      "mlpGradient: 'inputs' must have 32 entries (8×4 to match 'labels' and 'widths'), got 28",
    ],
    [
      'an unknown label',
      { labels: Uint8Array.of(0, 1, 2, 3, 0, 0, 0, 0) },
      "mlpGradient: 'labels[3]' must be less than the number of classes, 3, got 3",
    ],
    ['an unknown sample', { indices: Uint32Array.of(0, 8) }, "mlpGradient: 'indices[1]' must be less than the number of samples, 8, got 8"],
    ['missing weights', { weights: Float32Array.of(1) }, "mlpGradient: 'weights' must have 8 entries (one per sample used), got 1"],
    ['a short out', { out: Float32Array.of(1) }, "mlpGradient: 'out' must have 51 entries (one per parameter), got 1"],
    ['accumulate without out', { accumulate: true }, "mlpGradient: 'out' must be given when 'accumulate' is true, got nothing"],
  ];
  test.each(wrong)('refuses %s', (_, options, message) => {
    expect(() => mlpGradient(kernels, { ...base, ...options })).toThrow(InputError);
    expect(() => mlpGradient(kernels, { ...base, ...options })).toThrow(message);
  });

  test('refuses an output that is the parameters', () => {
    const vector = vectorOf(parameters);
    expect(() => mlpGradient(kernels, { ...base, parameters: vector, out: vector })).toThrow(
      "mlpGradient: 'out' must not overlap 'parameters'",
    );
    vector.release();
  });
});
