import { describe, expect, test } from 'vitest';
import { generator, uniformF32, uniformF64 } from './reference.js';
import { exports, onWorkbench, type Workbench } from './workbench.js';

interface Case {
  d: number;
  rows: number;
  batch: number;
  /** Share of inputs that are not 0; given, the rows are compressed. */
  density?: number;
  indexed?: boolean;
  weighted?: boolean;
  accumulate?: boolean;
  seed?: number;
}

function makeData({ d, rows, batch, density = 1, indexed = false, weighted = false, seed = 1 }: Case) {
  const next = generator(seed + 7);
  return {
    d,
    inputs: uniformF32(seed, rows * d).map((value) => (next() < density ? value : 0)),
    labels: Uint8Array.from({ length: rows }, () => (next() < 0.5 ? 0 : 1)),
    indices: Uint32Array.from({ length: batch }, (_, j) => (indexed ? Math.floor(next() * rows) : j)),
    weights: Float64Array.from({ length: batch }, () => (weighted ? 2 * next() - 0.5 : 1 / batch)),
    x: uniformF64(seed + 1, d, 2),
  };
}
type Data = ReturnType<typeof makeData>;

/** Sums in float64, one after the other. */
function reference({ d, inputs, labels, indices, weights, x }: Data): { total: number; gradient: number[]; losses: number[]; correct: number[] } {
  const gradient = new Array<number>(d).fill(0);
  const losses: number[] = [];
  const correct: number[] = [];
  let total = 0;
  indices.forEach((row, j) => {
    const a = inputs.subarray(row * d, (row + 1) * d);
    const y = labels[row] === 1 ? 1 : -1;
    const z = a.reduce((sum, value, k) => sum + value * x[k]!, 0);
    const loss = y * z > 0 ? Math.log1p(Math.exp(-y * z)) : Math.log1p(Math.exp(y * z)) - y * z;
    losses.push(loss);
    correct.push(Number(z > 0 === (y > 0)));
    total += weights[j]! * loss;
    const c = (-y * weights[j]!) / (1 + Math.exp(y * z));
    a.forEach((value, k) => (gradient[k]! += c * value));
  });
  return { total, gradient, losses, correct };
}

function place(bench: Workbench, { d, inputs, labels }: Data, compressed: boolean): { inputs: number; starts: number } {
  if (!compressed) return { inputs: bench.input(inputs), starts: 0 };
  const bits = new Uint32Array(inputs.buffer);
  const starts = [0];
  const entries: number[] = [];
  for (let row = 0; row < labels.length; row += 1) {
    for (let k = 0; k < d; k += 1) if (inputs[row * d + k] !== 0) entries.push(k, bits[row * d + k]!);
    starts.push(entries.length / 2);
  }
  return { inputs: bench.input(Uint32Array.from(entries)), starts: bench.input(Uint32Array.from(starts)) };
}

/** Runs the kernel. @param before What the gradient holds on entry. */
function run(data: Data, { density, indexed = false, weighted = false, accumulate = false }: Partial<Case>, before: Float64Array) {
  return onWorkbench((bench) => {
    const batch = data.indices.length;
    const { inputs, starts } = place(bench, data, density !== undefined);
    const gradient = bench.inout(before);
    const losses = bench.output(batch, 8);
    const correct = bench.output(batch, 1);
    const indices = indexed ? bench.input(data.indices) : 0;
    const [labels, weights, x] = [bench.input(data.labels), weighted ? bench.input(data.weights) : 0, bench.input(data.x)];
    const total = exports.logisticGradient(data.d, batch, inputs, starts, indices, labels, weights, x, gradient, Number(accumulate), losses, correct);
    const losses2 = bench.output(batch, 8);
    // Without a gradient everything else is the same, to the last bit.
    expect(exports.logisticGradient(data.d, batch, inputs, starts, indices, labels, weights, x, 0, 0, losses2, 0)).toBe(total);
    expect(bench.f64(losses2, batch)).toEqual(bench.f64(losses, batch));
    return { total, gradient: bench.f64(gradient, data.d), losses: bench.f64(losses, batch), correct: [...bench.read(Uint8Array, correct, batch)] };
  });
}

function check(options: Case): void {
  const data = makeData(options);
  const before = options.accumulate === true ? uniformF64(9, data.d) : new Float64Array(data.d).fill(NaN);
  const expected = reference(data);
  const result = run(data, options, before);
  const tolerance = 1e-14 * (data.d + data.indices.length + 1);
  expect(Math.abs(result.total - expected.total)).toBeLessThan(tolerance);
  expected.losses.forEach((loss, j) => expect(Math.abs(result.losses[j]! - loss)).toBeLessThan(tolerance));
  expected.gradient.forEach((g, k) => {
    expect(Math.abs(result.gradient[k]! - g - (options.accumulate === true ? before[k]! : 0))).toBeLessThan(tolerance);
  });
  expect(result.correct).toEqual(expected.correct);
}

describe.each([undefined, 0.4])('rows of density %s', (density) => {
  const form = density === undefined ? {} : { density };

  test.each([0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 100])('%i features against a float64 reference', (d) => {
    for (const batch of [0, 1, 2, 5]) check({ d, rows: 6, batch, ...form });
  });

  test('indices, weights, accumulate', () => {
    for (const indexed of [false, true]) {
      for (const weighted of [false, true]) {
        for (const accumulate of [false, true]) check({ d: 13, rows: 20, batch: 11, indexed, weighted, accumulate, ...form });
      }
    }
  });

  test('an empty batch clears the gradient, or leaves it', () => {
    const data = makeData({ d: 9, rows: 2, batch: 0 });
    expect(run(data, form, new Float64Array(9).fill(NaN))).toMatchObject({ total: 0, gradient: new Float64Array(9) });
    expect(run(data, { ...form, accumulate: true }, new Float64Array(9).fill(3)).gradient).toEqual(new Float64Array(9).fill(3));
  });

  test('a row’s loss has the same bits whatever batch it is in', () => {
    const data = makeData({ d: 19, rows: 30, batch: 30, ...form });
    const whole = run(data, form, new Float64Array(19)).losses;
    const indices = Uint32Array.of(29, 3, 3);
    const some = run({ ...data, indices, weights: new Float64Array(3) }, { ...form, indexed: true }, new Float64Array(19)).losses;
    expect(some).toEqual(Float64Array.from(indices, (row) => whole[row]!));
  });
});

test('against central differences', () => {
  const data = makeData({ d: 11, rows: 8, batch: 8, weighted: true, seed: 5 });
  const { gradient } = run(data, { weighted: true }, new Float64Array(11));
  const h = 1e-5;
  data.x.forEach((_, k) => {
    const shifted = (by: number): number => reference({ ...data, x: data.x.map((value, other) => (other === k ? value + by : value)) }).total;
    expect(Math.abs((shifted(h) - shifted(-h)) / (2 * h) - gradient[k]!)).toBeLessThan(1e-9);
  });
});

test('large margins neither overflow nor lose the small loss', () => {
  const at = (z: number, label: number): { total: number; gradient: number; correct: number } => {
    const [inputs, labels, indices] = [Float32Array.of(1), Uint8Array.of(label), Uint32Array.of(0)];
    const { total, gradient, correct } = run({ d: 1, inputs, labels, indices, weights: Float64Array.of(1), x: Float64Array.of(z) }, {}, new Float64Array(1));
    return { total, gradient: gradient[0]!, correct: correct[0]! };
  };
  expect(at(2000, 0)).toEqual({ total: 2000, gradient: 1, correct: 0 });
  expect(at(-2000, 1)).toEqual({ total: 2000, gradient: -1, correct: 0 });
  expect(at(2000, 1)).toMatchObject({ total: 0, correct: 1 });
  const small = Math.exp(-50);
  expect(at(50, 1).total / small).toBeCloseTo(1, 14);
  expect(at(50, 1).gradient / -small).toBeCloseTo(1, 14);
  expect(at(20, 1).total / Math.log1p(Math.exp(-20))).toBeCloseTo(1, 14);
  // At 0 the prediction is the first class.
  expect(at(0, 0)).toEqual({ total: Math.LN2, gradient: 0.5, correct: 1 });
  expect(at(0, 1)).toEqual({ total: Math.LN2, gradient: -0.5, correct: 0 });
  expect(at(NaN, 0)).toEqual({ total: NaN, gradient: NaN, correct: 0 });
});

test.each([0, 1, 2, 3, 9])('nonconvexRegularizer of %i entries', (d) => {
  const x = uniformF64(3, d, 3);
  const before = uniformF64(4, d);
  const value = (at: Float64Array): number => at.reduce((sum, v) => sum + (v * v) / (1 + v * v), 0);
  onWorkbench((bench) => {
    const gradient = bench.inout(before);
    const at = bench.input(x);
    expect(exports.nonconvexRegularizer(d, 0.7, at, gradient)).toBeCloseTo(0.7 * value(x), 14);
    expect(exports.nonconvexRegularizer(d, 0.7, at, 0)).toBeCloseTo(0.7 * value(x), 14);
    bench.f64(gradient, d).forEach((g, j) => {
      const h = 1e-5;
      const shifted = (by: number): number => value(x.map((v, other) => (other === j ? v + by : v)));
      expect(g - before[j]!).toBeCloseTo((0.7 * (shifted(h) - shifted(-h))) / (2 * h), 9);
    });
  });
});

test('nonconvexRegularizer approaches λ per entry far away', () => {
  onWorkbench((bench) => {
    const gradient = bench.inout(Float64Array.of(0, 0));
    expect(exports.nonconvexRegularizer(2, 3, bench.input(Float64Array.of(1e200, -1e200)), gradient)).toBe(6);
    expect([...bench.f64(gradient, 2)]).toEqual([0, 0]);
  });
});
