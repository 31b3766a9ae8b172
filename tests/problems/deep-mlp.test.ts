import { describe, expect, it } from 'vitest';
import { LoadedDataset, MlpProblem, Purpose, Vector } from '../../bindings/index.js';
import type { DenseDataset } from '../../bindings/index.js';
import { network } from '../kernels/reference.js';
import { testKernels } from '../quadratics.js';

const SAMPLES = 9;
const FEATURES = 6;

/** Random samples; below a density of ½ their rows are compressed. */
async function randomDataset(density: number): Promise<DenseDataset> {
  const random = (await testKernels()).random(4);
  const u = random.uniforms(Purpose.data, 0, 0, 2 * SAMPLES * FEATURES);
  const inputs = Float32Array.from({ length: SAMPLES * FEATURES }, (_, j) => (u[2 * j]! < density ? 4 * u[2 * j + 1]! - 2 : 0));
  const train = { count: SAMPLES, inputs, labels: Uint8Array.from({ length: SAMPLES }, (_, j) => j % 3) };
  return { name: 'random', features: FEATURES, classes: 3, train, test: { count: 0, inputs: new Float32Array(0), labels: new Uint8Array(0) } };
}

/** Networks of three hidden layers and more, against float64: formulas and central differences of the loss. */
describe.each([[[5, 4, 7]], [[8, 3, 5, 4]], [[3, 3, 3, 3, 3]]])('hidden layers of %j', (hidden) => {
  it.each([1, 0.4])('with inputs of density %d', async (density) => {
    const kernels = await testKernels();
    const dataset = await randomDataset(density);
    const data = new LoadedDataset(kernels, dataset);
    expect(data.train.starts === 0).toBe(density === 1);
    // A worker with a single sample has exact stochastic gradients.
    const partition = Array.from({ length: SAMPLES }, (_, j) => Uint32Array.of(j));
    const problem = new MlpProblem(kernels, data, { hidden, batch: 2, partition }, kernels.random(2));
    const widths = [FEATURES, ...hidden, 3];
    expect(problem.dimension).toBe(widths.slice(1).reduce((sum, width, l) => sum + (widths[l]! + 1) * width, 0));
    const [x, out] = [problem.initial(), new Vector(kernels.pool, problem.dimension, 'float32', 'test')];
    // Biases off 0, so that hardly any unit is dead.
    x.view().set(Float32Array.from(x.view(), (w, j) => (w === 0 ? 0.1 + 0.01 * (j % 7) : w)));
    const parameters = Float64Array.from(x.view());
    const { inputs, labels } = dataset.train;
    const at = (point: Float64Array, sample: number) => network({ widths, parameters: point, inputs, labels, indices: [sample], weights: [1] });
    let alive = 0;
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      problem.gradient(sample, 3, x, out);
      const { gradient } = at(parameters, sample);
      out.view().forEach((g, j) => {
        expect(Math.abs(g - gradient[j]!)).toBeLessThan(1e-5);
        if (gradient[j] !== 0) alive += 1;
      });
    }
    expect(alive).toBeGreaterThan(problem.dimension);
    const h = 1e-6;
    problem.gradient(0, 0, x, out);
    parameters.forEach((value, j) => {
      const shifted = (by: number): number => at(parameters.with(j, value + by), 0).loss;
      expect(Math.abs(out.view()[j]! - (shifted(h) - shifted(-h)) / (2 * h))).toBeLessThan(1e-5);
    });
    const losses = partition.map((_, sample) => at(parameters, sample).loss);
    expect(problem.evaluate(x).objective).toBeCloseTo(losses.reduce((sum, loss) => sum + loss / SAMPLES, 0), 5);
    [x, out].forEach((vector) => vector.release());
    problem.dispose();
    data.dispose();
  });
});
