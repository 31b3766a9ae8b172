import { describe, expect, it } from 'vitest';
import { LoadedDataset, MlpProblem, Purpose, sampledProblem, Vector } from '../../bindings/index.js';
import type { DenseDataset, DenseSamples } from '../../bindings/index.js';
import { testKernels } from '../quadratics.js';
import { tinyDataset as dataset, tinyPartition as partition } from './tiny.js';

/** Softmax regression at W (3×2), b (2), in float64. */
function reference(x: readonly number[], sample: number, { inputs, labels }: DenseSamples = dataset.train): { loss: number; gradient: number[]; correct: boolean } {
  const features = Array.from(inputs.subarray(3 * sample, 3 * sample + 3));
  const logits = [0, 1].map((c) => x[6 + c]! + features.reduce((sum, value, j) => sum + value * x[2 * j + c]!, 0));
  const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
  const label = labels[sample]!;
  const error = logits.map((z, c) => Math.exp(z) / total - (c === label ? 1 : 0));
  return {
    loss: Math.log(total) - logits[label]!,
    gradient: [...features.flatMap((value) => error.map((e) => value * e)), ...error],
    correct: logits[label]! > logits[1 - label]!,
  };
}

describe('MlpProblem', () => {
  const at = [0.3, -0.2, 0.1, 0.4, -0.5, 0.2, 0.05, -0.1];

  it('weighs workers equally, not samples', async () => {
    const kernels = await testKernels();
    const data = new LoadedDataset(kernels, dataset);
    const problem = new MlpProblem(kernels, data, { hidden: [], batch: 2, partition }, kernels.random(1));
    expect(problem.dimension).toBe(8);
    const x = new Vector(kernels.pool, 8, 'float32', 'test');
    x.view().set(at);
    const own = partition.map((samples) => Array.from(samples, (sample) => reference(at, sample)));
    const means = own.map((results) => results.reduce((sum, { loss }) => sum + loss, 0) / results.length);
    const gradient = at.map((_, j) =>
      own.reduce((sum, results) => sum + results.reduce((part, result) => part + result.gradient[j]!, 0) / results.length / 2, 0),
    );
    const evaluation = problem.evaluate(x);
    expect(evaluation.objective).toBeCloseTo((means[0]! + means[1]!) / 2, 6);
    expect(evaluation.worstWorkerObjective).toBeCloseTo(Math.max(...means), 6);
    expect(evaluation.gradientNormSquared).toBeCloseTo(gradient.reduce((sum, g) => sum + g * g, 0), 6);
    expect(evaluation.trainAccuracy).toBe(own.flat().filter(({ correct }) => correct).length / 5);
    // Logits at (1, 0, 2): (−0.65, 0.1), at (0, 1, 0): (0.15, 0.3): both times class 1; the labels are 0 and 1.
    expect(evaluation.testAccuracy).toBe(0.5);

    // Worker 0 has one sample, so that its stochastic gradient is exact.
    const out = new Vector(kernels.pool, 8, 'float32', 'test');
    problem.gradient(0, 17, x, out);
    out.view().forEach((g, j) => expect(g).toBeCloseTo(own[0]![0]!.gradient[j]!, 6));
    // Worker 1's averages to its mean gradient.
    const sum = new Array<number>(8).fill(0);
    const draws = 4000;
    for (let index = 0; index < draws; index += 1) {
      problem.gradient(1, index, x, out);
      out.view().forEach((g, j) => (sum[j]! += g / draws));
    }
    sum.forEach((g, j) => expect(Math.abs(g - own[1]!.reduce((part, { gradient: one }) => part + one[j]! / 4, 0))).toBeLessThan(0.04));
    [x, out].forEach((vector) => vector.release());
    problem.dispose();
    data.dispose();
  });

  it('evaluates any number of samples', async () => {
    const kernels = await testKernels();
    const random = kernels.random(8);
    const make = (count: number, index: number) => ({
      count,
      inputs: Float32Array.from(random.uniforms(Purpose.data, 0, index, 3 * count), (u) => 4 * u - 2),
      labels: Uint8Array.from(random.uniforms(Purpose.data, 1, index, count), (u) => (u < 0.4 ? 0 : 1)),
    });
    const large: DenseDataset = { ...dataset, train: make(1301, 0), test: make(777, 1) };
    const data = new LoadedDataset(kernels, large);
    const order = random.permutation(Purpose.partition, 0, 0, 1301);
    const parts = [order.subarray(0, 100), order.subarray(100, 1301)];
    const problem = new MlpProblem(kernels, data, { hidden: [], batch: 1, partition: parts }, random);
    const x = new Vector(kernels.pool, 8, 'float32', 'test');
    x.view().set(at);
    const evaluation = problem.evaluate(x);
    const results = parts.map((samples) => Array.from(samples, (sample) => reference(at, sample, large.train)));
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(evaluation.objective).toBeCloseTo(mean(results.map((own) => mean(own.map(({ loss }) => loss)))), 5);
    const gradient = at.map((_, j) => mean(results.map((own) => mean(own.map((result) => result.gradient[j]!)))));
    expect(evaluation.gradientNormSquared).toBeCloseTo(gradient.reduce((sum, g) => sum + g * g, 0), 5);
    expect(evaluation.trainAccuracy).toBe(mean(results.flat().map(({ correct }) => Number(correct))));
    expect(evaluation.testAccuracy).toBe(mean(Array.from({ length: 777 }, (_, sample) => Number(reference(at, sample, large.test).correct))));
    x.release();
    problem.dispose();
    data.dispose();
  });

  it('starts at 0 without hidden layers, else with weights scaled to the layer’s inputs', async () => {
    const kernels = await testKernels();
    const data = new LoadedDataset(kernels, dataset);
    const linear = new MlpProblem(kernels, data, { hidden: [], batch: 1, partition }, kernels.random(1));
    const zero = linear.initial();
    expect(Array.from(zero.view())).toEqual(new Array(8).fill(0));
    const wide = new MlpProblem(kernels, data, { hidden: [3000], batch: 1, partition }, kernels.random(1));
    const start = wide.initial();
    const view = Array.from(start.view());
    const variance = (from: number, count: number): number => view.slice(from, from + count).reduce((sum, w) => sum + (w * w) / count, 0);
    expect(variance(0, 9000)).toBeCloseTo(2 / 3, 1);
    expect(variance(9000, 3000)).toBe(0);
    expect(variance(12_000, 6000) * 3000).toBeCloseTo(1, 1);
    [zero, start].forEach((vector) => vector.release());
    [linear, wide].forEach((problem) => problem.dispose());
    data.dispose();
  });

  it('returns all its memory', async () => {
    const kernels = await testKernels();
    const before = kernels.pool.usage();
    const data = new LoadedDataset(kernels, dataset);
    const problem = new MlpProblem(kernels, data, { hidden: [4, 3], batch: 2, partition }, kernels.random(1));
    const x = problem.initial();
    problem.evaluate(x);
    x.release();
    problem.dispose();
    data.dispose();
    expect(kernels.pool.usage()).toEqual(before);
  });

  it.each([
    [{ hidden: [0], batch: 1, partition }, "mlp: 'hidden[0]' must be an integer of at least 1, got 0"],
    [{ hidden: [], batch: 1.5, partition }, "mlp: 'batch' must be an integer of at least 1, got 1.5"],
    [{ hidden: [], batch: 1, partition: [...partition, new Uint32Array(0)] }, "mlp: 'partition[2]' must hold at least one sample, got 0"],
  ])('refuses what does not fit', async (options, message) => {
    const kernels = await testKernels();
    const data = new LoadedDataset(kernels, dataset);
    expect(() => new MlpProblem(kernels, data, options, kernels.random(1))).toThrow(message);
    data.dispose();
  });
});

describe('sampledProblem', () => {
  it('averages a user’s own loss and gradient over samples, then over workers', async () => {
    const kernels = await testKernels();
    const options = {
      x0: [1, 1],
      samples: [[{ target: 3 }], [{ target: 0 }, { target: 2 }, { target: 4 }]],
      batch: 5000,
      loss: (x: Float64Array, { target }: { target: number }) => 0.5 * (x[0]! + x[1]! - target) ** 2,
      gradient: (x: Float64Array, { target }: { target: number }) => [x[0]! + x[1]! - target, x[0]! + x[1]! - target],
    };
    const problem = sampledProblem(kernels, options, kernels.random(1));
    const x = problem.initial();
    // Residuals at x⁰: −1 for worker 0; 2, 0, −2 for worker 1.
    expect(problem.evaluate(x)).toEqual({ objective: (0.5 + 4 / 3) / 2, worstWorkerObjective: 4 / 3, gradientNormSquared: 0.5 });
    const out = new Vector(kernels.pool, 2, 'float64', 'test');
    problem.gradient(1, 0, x, out);
    expect(Math.abs(out.view()[0]!)).toBeLessThan(0.1);
    [x, out].forEach((vector) => vector.release());
    expect(() => sampledProblem(kernels, { ...options, samples: [[]] }, kernels.random(1))).toThrow(
      "sampledProblem: 'samples[0]' must hold at least one sample, got []",
    );
  });
});
