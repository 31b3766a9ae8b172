import { writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { denseDataset, InputError, loadDataset as load, loadKernels, type DenseDataset, type Kernels, type LoadDatasetOptions } from '../../bindings/index.js';
import { folderWith, idx, idxImages, idxLabels } from './idx-files.js';
import { mnistFolderOr } from './mnist.js';

let kernels: Kernels;
const loadDataset = async (using: Kernels, name: string, options?: LoadDatasetOptions): Promise<DenseDataset> => denseDataset(await load(using, name, options));
beforeAll(async () => {
  kernels = await loadKernels();
});
afterEach(() => vi.unstubAllEnvs());

const BOTH = {
  'train-images-idx3-ubyte': idxImages(12),
  'train-labels-idx1-ubyte': idxLabels(12),
  't10k-images-idx3-ubyte': idxImages(5),
  't10k-labels-idx1-ubyte': idxLabels(5),
};

describe('loadDataset', () => {
  test('reads both sets, plain or packed, under either spelling', async () => {
    const plain = await loadDataset(kernels, await folderWith(BOTH));
    expect(plain).toMatchObject({ features: 6, classes: 3, shape: [2, 3], train: { count: 12 }, test: { count: 5 } });
    expect([...plain.train.labels.subarray(0, 4)]).toEqual([0, 1, 2, 0]);
    expect(plain.train.inputs.subarray(6, 12)).toEqual(Float32Array.from([7, 47, 87, 127, 167, 207], (value) => value / 255));
    const packed = Object.fromEntries(Object.entries(BOTH).map(([name, bytes]) => [`${name}.gz`, bytes]));
    const dotted = Object.fromEntries(Object.entries(BOTH).map(([name, bytes]) => [name.replace('-idx', '.idx'), bytes]));
    for (const files of [packed, dotted]) {
      const { train, test: testing } = await loadDataset(kernels, `${await folderWith(files)}/`);
      expect({ train, test: testing }).toEqual({ train: plain.train, test: plain.test });
    }
  });

  test('a lone set is split: every sample once, the same split again, another one with another seed', async () => {
    const folder = await folderWith({ 't10k-images-idx3-ubyte': idxImages(30), 't10k-labels-idx1-ubyte': idxLabels(30) });
    const { train, test: testing, features } = await loadDataset(kernels, folder);
    expect([train.count, testing.count]).toEqual([25, 5]);
    const numbers = [train, testing].flatMap(({ inputs, labels, count }) =>
      Array.from({ length: count }, (_, j) => {
        const image = Math.round((inputs[j * features]! * 255) / 7);
        expect(labels[j]).toBe(image % 3);
        return image;
      }),
    );
    expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, j) => j));
    expect((await loadDataset(kernels, folder)).train.inputs).toEqual(train.inputs);
    expect((await loadDataset(kernels, folder, { seed: 1 })).train.inputs).not.toEqual(train.inputs);
  });

  test('the 10,000 real test digits of MNIST give 8,333 and 1,667', async () => {
    const generated = { 't10k-images-idx3-ubyte.gz': idxImages(10_000), 't10k-labels-idx1-ubyte.gz': idxLabels(10_000) };
    const real = mnistFolderOr('the split is tested on generated files');
    const dataset = await loadDataset(kernels, real ?? (await folderWith(generated)));
    expect([dataset.train.count, dataset.test.count]).toEqual([8333, 1667]);
    if (real === undefined) return;
    expect(dataset).toMatchObject({ classes: 10, shape: [28, 28] });
    const nonZero = dataset.train.inputs.reduce((count, value) => count + (value === 0 ? 0 : 1), 0) / dataset.train.inputs.length;
    expect(nonZero).toBeCloseTo(0.193, 2);
  });

  test.each([
    ['images without labels', { 'train-images-idx3-ubyte': idxImages(3) }, "'train-labels-idx1-ubyte' must come with"],
    ['labels without images', { 't10k-labels-idx1-ubyte': idxLabels(3) }, "'t10k-images-idx3-ubyte' must come with"],
    ['as many labels as images', { ...BOTH, 'train-labels-idx1-ubyte': idxLabels(11) }, "'labels' must be as many as the 12 images of"],
    ['sets of different heights', { ...BOTH, 't10k-images-idx3-ubyte': idxImages(5, 3, 3) }, 'have the same size for training and testing'],
    ['sets of different widths', { ...BOTH, 't10k-images-idx3-ubyte': idxImages(5, 2, 4) }, "testing, got '2×3 and 2×4'"],
    ['one class', { 'train-images-idx3-ubyte': idxImages(3), 'train-labels-idx1-ubyte': idx([3], new Uint8Array(3)) }, 'two classes'],
    ['one image', { 'train-images-idx3-ubyte': idxImages(1), 'train-labels-idx1-ubyte': idxLabels(1) }, 'at least 2'],
    ['an empty folder', {}, "must be digits, mnist, fashion-mnist, a .libsvm or .csv file, or a folder with IDX files such as 'train-images-idx3-ubyte.gz', got"],
  ])('is an error: %s', async (_what, files, message) => {
    const folder = await folderWith(files);
    await expect(loadDataset(kernels, folder)).rejects.toThrow(message);
    await expect(loadDataset(kernels, folder)).rejects.toBeInstanceOf(InputError);
  });

  test('what is not there is an error that names it', async () => {
    await expect(loadDataset(kernels, 'no-such-folder')).rejects.toThrow("data: 'no-such-folder' must be digits");
  });

  test('mnist comes from the cache, and tells how to fetch it', async () => {
    const cache = await folderWith({});
    vi.stubEnv('STRAGGLER_CACHE', cache);
    await expect(loadDataset(kernels, 'mnist')).rejects.toThrow(
      "data: 'mnist' must be fetched first with 'straggler data fetch mnist', got nothing",
    );
    await mkdir(join(cache, 'mnist'));
    for (const [name, bytes] of Object.entries(BOTH).slice(0, 2)) await writeFile(join(cache, 'mnist', name), bytes);
    await expect(loadDataset(kernels, 'mnist')).rejects.toThrow("'straggler data fetch mnist', got 'a part of it'");
    for (const [name, bytes] of Object.entries(BOTH)) await writeFile(join(cache, 'mnist', name), bytes);
    expect(await loadDataset(kernels, 'mnist')).toMatchObject({ name: 'mnist', train: { count: 12 }, test: { count: 5 } });
  });
});
