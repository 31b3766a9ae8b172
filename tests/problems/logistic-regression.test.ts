import { describe, expect, it } from 'vitest';
import { LoadedDataset, LogisticRegressionProblem, Purpose } from '../../bindings/index.js';
import type { DenseDataset, DenseSamples, LogisticRegressionOptions, Vector } from '../../bindings/index.js';
import { testKernels } from '../quadratics.js';
import { tinyDataset, tinyPartition as partition } from './tiny.js';

const dataset: DenseDataset = {
  ...tinyDataset,
  test: { count: 3, inputs: Float32Array.from([1, 0, 2, 0, 1, 0, 1, 1, 1]), labels: Uint8Array.from([0, 0, 0]) },
};
/** The same with so many empty columns that rows are compressed. */
const wide: DenseDataset = { ...dataset, features: 9, train: widen(dataset.train), test: widen(dataset.test) };
const at = [0.3, -0.2, 0.1];
const lambda = 0.25;

function widen({ count, inputs, labels }: DenseSamples): DenseSamples {
  const rows = new Float32Array(count * 9);
  for (let row = 0; row < count; row += 1) rows.set(inputs.subarray(3 * row, 3 * row + 3), 9 * row);
  return { count, labels, inputs: rows };
}

function penalty(x: readonly number[]): { value: number; gradient: number[] } {
  return {
    value: lambda * x.reduce((sum, v) => sum + (v * v) / (1 + v * v), 0),
    gradient: x.map((v) => (lambda * 2 * v) / (1 + v * v) ** 2),
  };
}

function sampleAt(x: readonly number[], sample: number, { inputs, labels }: DenseSamples = dataset.train) {
  const a = Array.from(inputs.subarray(3 * sample, 3 * sample + 3));
  const y = labels[sample] === 1 ? 1 : -1;
  const z = a.reduce((sum, value, j) => sum + value * x[j]!, 0);
  return { loss: Math.log(1 + Math.exp(-y * z)), gradient: a.map((value) => (-y * value) / (1 + Math.exp(y * z))), correct: z > 0 === y > 0 };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

async function withProblem(data: DenseDataset, options: Partial<LogisticRegressionOptions>, body: (problem: LogisticRegressionProblem, x: Vector, out: Vector) => void) {
  const kernels = await testKernels();
  const before = kernels.pool.usage();
  const loaded = new LoadedDataset(kernels, data);
  const problem = new LogisticRegressionProblem(kernels, loaded, { batch: 2, partition, ...options }, kernels.random(1));
  const [x, out] = [problem.initial(), problem.initial()];
  expect([...x.view()].every((value) => value === 0)).toBe(true);
  x.view().set(at);
  body(problem, x, out);
  [x, out].forEach((vector) => vector.release());
  problem.dispose();
  loaded.dispose();
  expect(kernels.pool.usage()).toEqual(before);
}

describe.each([['whole rows', dataset], ['compressed rows', wide]])('LogisticRegressionProblem on %s', (_, data) => {
  it('weighs workers equally, not samples', async () => {
    await withProblem(data, { nonconvexRegularizer: lambda }, (problem, x) => {
      const own = partition.map((samples) => Array.from(samples, (sample) => sampleAt(at, sample)));
      const gradient = at.map((_v, j) => mean(own.map((results) => mean(results.map((result) => result.gradient[j]!)))) + penalty(at).gradient[j]!);
      const evaluation = problem.evaluate(x);
      const means = own.map((results) => mean(results.map(({ loss }) => loss)) + penalty(at).value);
      expect(evaluation.objective).toBeCloseTo(mean(means), 14);
      expect(evaluation.worstWorkerObjective).toBeCloseTo(Math.max(...means), 14);
      expect(evaluation.gradientNormSquared).toBeCloseTo(gradient.reduce((sum, g) => sum + g * g, 0), 14);
      expect(evaluation.trainAccuracy).toBe(mean(own.flat().map(({ correct }) => Number(correct))));
      expect(evaluation.testAccuracy).toBe(mean([0, 1, 2].map((sample) => Number(sampleAt(at, sample, dataset.test).correct))));
      expect(evaluation).not.toHaveProperty('suboptimality');
    });
  });

  it('draws gradients whose mean is ∇f_i, the same for the same index', async () => {
    await withProblem(data, { nonconvexRegularizer: lambda }, (problem, x, out) => {
      // Worker 0 has one sample, so that its stochastic gradient is exact.
      problem.gradient(0, 17, x, out);
      const exact = sampleAt(at, 3).gradient.map((g, j) => g + penalty(at).gradient[j]!);
      exact.forEach((g, j) => expect(out.view()[j]).toBeCloseTo(g, 14));
      const sum = [0, 0, 0];
      const draws = 4000;
      for (let index = 0; index < draws; index += 1) {
        problem.gradient(1, index, x, out);
        at.forEach((_v, j) => (sum[j]! += out.view()[j]! / draws));
      }
      const own = [0, 4, 1, 2].map((sample) => sampleAt(at, sample).gradient);
      sum.forEach((g, j) => expect(Math.abs(g - mean(own.map((one) => one[j]!)) - penalty(at).gradient[j]!)).toBeLessThan(0.04));
      const last = out.bytes();
      problem.gradient(0, 0, x, out);
      problem.gradient(1, draws - 1, x, out);
      expect(out.bytes()).toEqual(last);
    });
  });
});

describe('LogisticRegressionProblem', () => {
  it('draws the samples that the stream says', async () => {
    const kernels = await testKernels();
    await withProblem(dataset, { batch: 5 }, (problem, x, out) => {
      problem.gradient(1, 6, x, out);
      const block = kernels.pool.allocate(20, 'test');
      const { key0, key1 } = kernels.random(1);
      kernels.exports.sampleIndices(5, 4, 0, key0, key1, 6, 1, Purpose.samples, block);
      const drawn = Array.from(kernels.pool.u32.subarray(block / 4, block / 4 + 5), (place) => partition[1]![place]!);
      kernels.pool.release(block);
      at.forEach((_v, j) => expect(out.view()[j]).toBeCloseTo(mean(drawn.map((sample) => sampleAt(at, sample).gradient[j]!)), 14));
    });
  });

  it.each([
    [{ ...dataset, classes: 3 }, {}, "logistic-regression: 'data' must have two classes (for more, 'kind: mlp' with 'hidden: []' is multinomial logistic regression), got '3 classes'"],
    [dataset, { nonconvexRegularizer: -1 }, "logistic-regression: 'nonconvexRegularizer' must be a finite number of at least 0, got -1"],
    [dataset, { batch: 0 }, "logistic-regression: 'batch' must be an integer of at least 1, got 0"],
    [dataset, { partition: [new Uint32Array(0)] }, "logistic-regression: 'partition[0]' must hold at least one sample, got 0"],
  ])('refuses what does not fit', async (data, options, message) => {
    const kernels = await testKernels();
    const loaded = new LoadedDataset(kernels, data);
    expect(() => new LogisticRegressionProblem(kernels, loaded, { batch: 1, partition, ...options }, kernels.random(1))).toThrow(message);
    loaded.dispose();
  });
});
