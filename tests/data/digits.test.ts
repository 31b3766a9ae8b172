import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { GLYPHS } from '../../bindings/data/glyphs.js';
import { digits, loadKernels, type DenseDataset, type Kernels } from '../../bindings/index.js';
import { countLabels } from '../../cli/data/summary.js';
import { trainedAccuracy } from './training.js';

let kernels: Kernels;
let dataset: DenseDataset;
beforeAll(async () => {
  kernels = await loadKernels();
  dataset = digits(kernels);
});

/** The digest of pixels as whole grey values. */
function digest(inputs: Float32Array): string {
  return bytesToHex(sha256(Uint8Array.from(inputs, (value) => Math.round(255 * value))));
}

describe('digits', () => {
  test('has 6000 and 1000 images of 28×28, each class equally often', () => {
    expect(dataset).toMatchObject({ name: 'digits', features: 784, classes: 10, shape: [28, 28] });
    expect(countLabels(dataset.train.labels, 10)).toEqual(Array.from({ length: 10 }, () => 600));
    expect(countLabels(dataset.test.labels, 10)).toEqual(Array.from({ length: 10 }, () => 100));
    expect(countLabels(digits(kernels, { train: 13, test: 10 }).train.labels, 10).every((count) => count === 1 || count === 2)).toBe(true);
  });

  test('has the same bits on every machine', () => {
    expect(digest(dataset.train.inputs)).toBe('7957b5a5b1c48353f386b6cb86a3151f49d50b56515918b7e07b5f72744b1fc6');
    expect(digest(dataset.test.inputs)).toBe('ca2aba728d83fa41bf2c4a64a9464c551e8c873e51ed789d3f1cfd96f0d2db97');
  });

  test('values are whole grey values over 255 in float32, from 0 to 1', () => {
    const { inputs } = dataset.train;
    expect(inputs.every((value) => value >= 0 && value <= 1 && value === Math.fround(Math.round(255 * value) / 255))).toBe(true);
  });

  test('about a fifth of the pixels are not 0, and no digit touches the edge with most of its ink', () => {
    let [nonZero, ink, edge] = [0, 0, 0];
    dataset.train.inputs.forEach((value, j) => {
      const [row, column] = [Math.floor(j / 28) % 28, j % 28];
      ink += value;
      if (value !== 0) nonZero += 1;
      if (row === 0 || row === 27 || column === 0 || column === 27) edge += value;
    });
    expect(nonZero / dataset.train.inputs.length).toBeGreaterThan(0.15);
    expect(nonZero / dataset.train.inputs.length).toBeLessThan(0.25);
    expect(edge / ink).toBeLessThan(0.002);
  });

  test('a sample does not depend on how many there are', () => {
    const few = digits(kernels, { train: 137, test: 10 });
    expect(few.train.inputs).toEqual(dataset.train.inputs.subarray(0, 137 * 784));
    expect(few.train.labels).toEqual(dataset.train.labels.subarray(0, 137));
    expect(few.test.inputs).toEqual(dataset.test.inputs.subarray(0, 10 * 784));
  });

  test('no two samples are alike, nor those of another seed', () => {
    const seen = new Set([dataset, digits(kernels, { train: 100, test: 10, seed: 1 })].flatMap(({ train, test: testing }) =>
      [train, testing].flatMap(({ inputs, count }) =>
        Array.from({ length: count }, (_, j) => digest(inputs.subarray(784 * j, 784 * (j + 1)))))));
    expect(seen.size).toBe(7000 + 110);
  });

  test('every way to write a digit can be drawn', () => {
    for (const { strokes, weight } of GLYPHS.flat()) {
      expect(weight).toBeGreaterThan(0);
      expect(strokes.every((stroke) => stroke.length >= 4 && stroke.length % 2 === 0)).toBe(true);
      expect(strokes.flat().every((value) => value >= 0 && value <= 100)).toBe(true);
      expect(strokes.flat().length).toBeLessThanOrEqual(48); // 3 draws per coordinate, of 192 with 44 for the rest
    }
  });

  test('is about as hard as MNIST: a linear model does well, 128 hidden units do much better', () => {
    const linear = trainedAccuracy(kernels, dataset, [], 12);
    const hidden = trainedAccuracy(kernels, dataset, [128], 12);
    console.log(`test accuracy on digits: linear ${linear.toFixed(4)}, 128 hidden units ${hidden.toFixed(4)}`);
    expect(linear).toBeGreaterThan(0.88);
    expect(linear).toBeLessThan(0.95);
    expect(hidden).toBeGreaterThan(0.965);
    expect(hidden).toBeLessThan(0.995);
  });

  test.each([
    [{ train: 9 }, "digits: 'train' must be an integer from 10 to 1000000, got 9"],
    [{ test: 10.5 }, "'test' must be an integer"],
    [{ train: Number.NaN }, 'got NaN'],
    [{ seed: -1 }, "'seed' must be"],
  ])('refuses %j', (options, message) => {
    expect(() => digits(kernels, options)).toThrow(message);
  });
});
