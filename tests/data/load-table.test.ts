import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { denseDataset, InputError, loadDataset, LoadedDataset, loadKernels, MlpProblem, Vector } from '../../bindings/index.js';
import type { CompressedSamples, Dataset, Kernels } from '../../bindings/index.js';
import { folderWith } from './idx-files.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const lines = (count: number): string => Array.from({ length: count }, (_, j) => `${j % 2 === 0 ? '+1' : '-1'} ${1 + (j % 5)}:${j + 1} 9:0.5\n`).join('');

async function load(files: Readonly<Record<string, string>>, name: string, seed = 0): Promise<Dataset> {
  const folder = await folderWith(Object.fromEntries(Object.entries(files).map(([file, text]) => [file, bytes(text)])));
  return loadDataset(kernels, join(folder, name), { seed });
}

describe('loadDataset of a LIBSVM file', () => {
  test('a lone file is split: every sample once, the same split again, another one with another seed', async () => {
    const files = { 'a.libsvm': lines(30) };
    const dataset = await load(files, 'a.libsvm');
    expect(dataset).toMatchObject({ features: 9, classes: 2, classNames: ['-1', '1'], train: { count: 25 }, test: { count: 5 } });
    const { train, test: testing } = denseDataset(dataset);
    const numbers = [train, testing].flatMap(({ inputs, labels, count }) =>
      Array.from({ length: count }, (_, j) => {
        const row = inputs.subarray(9 * j, 9 * j + 9);
        const sample = row.subarray(0, 5).reduce((sum, value) => sum + value, 0) - 1;
        expect(row[sample % 5]).toBe(sample + 1);
        expect(row[8]).toBe(0.5);
        expect(labels[j]).toBe(sample % 2 === 0 ? 1 : 0);
        return sample;
      }),
    );
    expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, j) => j));
    expect((await load(files, 'a.libsvm')).train).toEqual(dataset.train);
    expect((await load(files, 'a.libsvm', 1)).train).not.toEqual(dataset.train);
  });

  test.each(['a.libsvm.t', 'a.t.libsvm', 'a.t', 'a.t.gz', 'a.libsvm.t.gz'])('%s is its test set', async (name) => {
    const { train, test: testing, features } = await load({ 'a.libsvm': lines(6), [name]: '-1 2:3\n+1 4:1 10:7 11:8\n-1 12:1\n' }, 'a.libsvm');
    expect([train.count, testing.count, features]).toEqual([6, 3, 9]);
    // Features that training does not have are left out.
    expect(testing).toEqual({
      count: 3, starts: Uint32Array.of(0, 1, 2, 2), columns: Uint32Array.of(1, 3), values: Float32Array.of(3, 1), labels: Uint8Array.of(0, 1, 0),
    });
  });

  test('gzipped, or called .svm; classes 0, 1, 2 need no names', async () => {
    const files = { 'a.svm.gz': '0 1:1\n2 2:1\n1 3:1\n2 1:1\n', 'a.t': '0 1:1\n' };
    expect(await load(files, 'a.svm.gz')).toMatchObject({ classes: 3, train: { count: 4, labels: Uint8Array.of(0, 2, 1, 2) } });
    expect(await load(files, 'a.svm.gz')).not.toHaveProperty('classNames');
    expect(await load({ 'A.SVM': files['a.svm.gz'] }, 'A.SVM')).toMatchObject({ classes: 3, train: { count: 3 } });
  });

  test('classes of the test set count', async () => {
    expect(await load({ 'a.svm': '1 1:1\n3 1:2\n', 'a.t': '2 1:1\n' }, 'a.svm')).toMatchObject({
      classes: 3, classNames: ['1', '2', '3'], train: { labels: Uint8Array.of(0, 2) }, test: { labels: Uint8Array.of(1) },
    });
  });

  test.each([
    ['a.libsvm', {}, "a.libsvm' must be a file that exists, got nothing"],
    ['a.libsvm', { 'a.libsvm': '1 1:1\n2 2:x\n' }, "a.libsvm:2: 'value of index 2' must be a number that float32 can hold, got 'x'"],
    ['a.libsvm', { 'a.libsvm': '1 1:1\n2 2:1\n', 'a.t': '\n5\n1 1:y' }, "a.t:3: 'value of index 1' must be"],
    ['a.libsvm', { 'a.libsvm': '' }, "'samples' must have at least one feature, got '0 samples without any'"],
    ['a.libsvm', { 'a.libsvm': '1\n2\n' }, "'samples' must have at least one feature, got '2 samples without any'"],
    ['a.libsvm', { 'a.libsvm': '1 1:1\n1 2:1\n' }, "'labels' must name at least two classes, got 'only 1'"],
    ['a.csv', { 'a.csv': '1,2\n3,x,4\n' }, "a.csv:2: 'line' must have 2 cells"],
    ['a.csv', { 'a.csv': '1,2\n3,4\n', 'a.t.csv': '1,2,3\n' }, "a.t.csv: 'columns' must be 2 as in"],
  ])('%s of %j is an error', async (name, files, message) => {
    await expect(load(files, name)).rejects.toThrow(message);
    await expect(load(files, name)).rejects.toBeInstanceOf(InputError);
  });
});

describe('loadDataset of a CSV file', () => {
  test('rows are stored whole, text labels are numbered by name', async () => {
    const dataset = await load({ 'a.csv': 'x,y,label\n1,2,dog\n3,4,cat\n5,6,dog\n', 'a.t.csv': 'x,y,label\n7,8,cat\n' }, 'a.csv');
    expect(dataset).toMatchObject({
      features: 2, classes: 2, classNames: ['cat', 'dog'],
      train: { count: 3, inputs: Float32Array.of(1, 2, 3, 4, 5, 6), labels: Uint8Array.of(1, 0, 1) },
      test: { count: 1, inputs: Float32Array.of(7, 8), labels: Uint8Array.of(0) },
    });
  });
});

describe('LoadedDataset of compressed samples', () => {
  const compress = async (density: number): Promise<Dataset> => {
    let text = '';
    for (let row = 0; row < 24; row += 1) {
      text += `${row % 3}`;
      for (let column = 1; column <= 20; column += 1) if ((row * 7 + column * 11) % 20 < 20 * density) text += ` ${column}:${row - column + 0.5}`;
      text += '\n';
    }
    return load({ 'a.libsvm': text }, 'a.libsvm');
  };

  test.each([0.1, 0.5, 0.55, 1])('of density %d lie in memory as the same samples stored whole do', async (density) => {
    const dataset = await compress(density);
    expect('starts' in dataset.train).toBe(true);
    const image = (data: Dataset): unknown => {
      const { pool } = kernels;
      const loaded = new LoadedDataset(kernels, data);
      const parts = [loaded.train, loaded.test].map(({ count, inputs, starts, longest, labels }) => {
        const entries = starts === 0 ? 0 : pool.u32[starts / 4 + count]!;
        return {
          count, longest, compressed: starts !== 0,
          inputs: pool.u8.slice(inputs, inputs + (starts === 0 ? count * 20 * 4 : entries * 8)),
          starts: starts === 0 ? [] : pool.u32.slice(starts / 4, starts / 4 + count + 1),
          labels: pool.u8.slice(labels, labels + count),
        };
      });
      loaded.dispose();
      return parts;
    };
    const seen = image(dataset);
    expect(seen).toMatchObject([{ compressed: density <= 0.5 }, { compressed: density <= 0.5 }]);
    expect(seen).toEqual(image(denseDataset(dataset)));
    expect(kernels.pool.usage()).toEqual({});
  });

  test('a wide file takes memory for what is not 0 only, and a network of four layers trains on it', async () => {
    const text = Array.from({ length: 12 }, (_, j) => `${j % 2} ${1 + j}:1 ${100_000 + 1000 * j}:2 2000000:${j}\n`).join('');
    const dataset = await load({ 'a.libsvm': text }, 'a.libsvm');
    expect(dataset.features).toBe(2_000_000);
    expect((dataset.train as CompressedSamples).values.length).toBeLessThanOrEqual(30);
    const loaded = new LoadedDataset(kernels, dataset);
    expect(kernels.pool.usage()['data set']).toBeLessThan(2000);
    const partition = [Uint32Array.from({ length: 10 }, (_, j) => j)];
    const problem = new MlpProblem(kernels, loaded, { hidden: [3, 4, 2], batch: 3, partition }, kernels.random(1));
    const [x, out] = [problem.initial(), new Vector(kernels.pool, problem.dimension, 'float32', 'test')];
    problem.gradient(0, 0, x, out);
    expect(out.view().some((g) => g !== 0)).toBe(true);
    expect(problem.evaluate(x).objective).toBeGreaterThan(0);
    [x, out].forEach((vector) => vector.release());
    problem.dispose();
    loaded.dispose();
  });
});
