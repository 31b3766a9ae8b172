import { dataCacheDirectory, readFileBytes } from '#platform';
import { InputError } from '../errors.js';
import type { Kernels } from '../kernels/load.js';
import type { Dataset, DenseSamples } from './dataset.js';
import { digits } from './digits.js';
import { gunzip, parseIdxImages, parseIdxLabels } from './idx.js';
import { isTableName, loadTable } from './load-table.js';
import { splitSamples } from './split.js';

/** The data sets that are fetched from their publishers into the cache. */
export const FETCHED_DATASETS = ['mnist', 'fashion-mnist'] as const;

/** What the loading of a data set depends on, besides its name. */
export interface LoadDatasetOptions {
  /** Decides the built-in digits and how a lone set is split; default 0. It is not the seed of an experiment. */
  seed?: number;
}

/**
 * Loads a data set by name.
 *
 * `digits` is built in; `mnist` and `fashion-mnist` come from the cache; a name that ends in `.libsvm`, `.svm` or `.csv`, with or
 * without a further `.gz`, is a file of that format; any other name is a folder (in browsers: its URL) with IDX files, gzipped or
 * not: `train-images-idx3-ubyte[.gz]`, `train-labels-idx1-ubyte[.gz]` and the same with `t10k` for the test set (or
 * `train-images.idx3-ubyte[.gz]` and so on). Pixels become float32 value/255.
 *
 * The test set of `a.libsvm` is the first there is of `a.libsvm.t`, `a.t.libsvm` and `a.t`, each possibly gzipped; that of
 * `a.csv` likewise. A file without one, or a folder with one of the two sets only, is split at random into a training set of
 * five sixths (rounded down) and a test set of the rest, so that the 10,000 test digits of MNIST give 8,333 and 1,667. The split
 * depends on `seed` alone: experiments with different seeds share it.
 * @throws InputError when there is no such data set, it was not fetched, or a file is damaged or does not match the others.
 * @example
 * const { train, classes } = await loadDataset(kernels, 'digits');
 */
export async function loadDataset(kernels: Kernels, name: string, options: LoadDatasetOptions = {}): Promise<Dataset> {
  const { seed = 0 } = options;
  if (name === 'digits') return digits(kernels, { seed });
  if (isTableName(name)) return loadTable(kernels, name, seed);
  const fetched = (FETCHED_DATASETS as readonly string[]).includes(name);
  const folder = fetched ? datasetFolder(name) : name.replace(/[/\\]+$/, '');
  const [train, test] = [await readSet(folder, 'train'), await readSet(folder, 't10k')];
  if (fetched && (train === undefined || test === undefined)) {
    const found = (train ?? test) ? 'a part of it' : undefined;
    throw new InputError('data', name, `be fetched first with 'straggler data fetch ${name}'`, found);
  }
  if (train === undefined && test === undefined) {
    const rule = "be digits, mnist, fashion-mnist, a .libsvm or .csv file, or a folder with IDX files such as 'train-images-idx3-ubyte.gz'";
    throw new InputError('data', name, rule, undefined);
  }
  const [one, other] = (train !== undefined && test !== undefined ? [train, test] : split(kernels, (train ?? test)!, seed)) as [ImageSet, ImageSet];
  if (one.height !== other.height || one.width !== other.width) {
    const shapes = `${one.height}×${one.width} and ${other.height}×${other.width}`;
    throw new InputError(folder, 'images', 'have the same size for training and testing', shapes);
  }
  const classes = 1 + Math.max(largest(one.samples.labels), largest(other.samples.labels));
  if (classes < 2) throw new InputError(folder, 'labels', 'name at least two classes', 'only label 0');
  return {
    name,
    features: one.height * one.width,
    classes,
    shape: [one.height, one.width],
    train: one.samples,
    test: other.samples,
  };
}

/** Samples with the size of their images. */
interface ImageSet {
  readonly height: number;
  readonly width: number;
  readonly samples: DenseSamples;
  /** The file that the images are from. */
  readonly file: string;
}

/**
 * Where a fetched data set is kept: `$STRAGGLER_CACHE/<name>`, or the same in the user's cache folder.
 * @throws InputError in a browser, which has no such place.
 */
export function datasetFolder(name: string): string {
  const directory = dataCacheDirectory();
  if (directory === undefined) {
    throw new InputError('data', 'data', 'be digits or the URL of a folder with IDX files where there is no cache', name);
  }
  return `${directory}/${name}`;
}

/** Reads images and labels that belong together; undefined when neither is there. */
async function readSet(folder: string, set: 'train' | 't10k'): Promise<ImageSet | undefined> {
  const [images, labels] = [await readFirst(folder, `${set}-images`, 'idx3-ubyte'), await readFirst(folder, `${set}-labels`, 'idx1-ubyte')];
  if (images === undefined && labels === undefined) return undefined;
  if (images === undefined) throw new InputError(folder, `${set}-images-idx3-ubyte`, `come with ${labels!.file}`, undefined);
  if (labels === undefined) throw new InputError(folder, `${set}-labels-idx1-ubyte`, `come with ${images.file}`, undefined);
  const { count, height, width, pixels } = parseIdxImages(images.bytes, images.file);
  const numbers = parseIdxLabels(labels.bytes, labels.file);
  if (numbers.length !== count) {
    throw new InputError(labels.file, 'labels', `be as many as the ${count} images of ${images.file}`, numbers.length);
  }
  const inputs = new Float32Array(pixels.length);
  for (let j = 0; j < pixels.length; j += 1) inputs[j] = pixels[j]! / 255;
  return { height, width, file: images.file, samples: { count, inputs, labels: numbers.slice() } };
}

/** The first file there is among the usual names, unpacked. */
async function readFirst(folder: string, stem: string, type: string): Promise<{ file: string; bytes: Uint8Array } | undefined> {
  for (const file of [`${stem}-${type}.gz`, `${stem}-${type}`, `${stem}.${type}.gz`, `${stem}.${type}`]) {
    const path = `${folder}/${file}`;
    const bytes = await readFileBytes(path);
    if (bytes !== undefined) return { file: path, bytes: await gunzip(bytes, path) };
  }
  return undefined;
}

function split(kernels: Kernels, set: ImageSet, seed: number): ImageSet[] {
  return splitSamples(kernels, set.samples, seed, set.file).map((samples) => ({ ...set, samples }));
}

function largest(labels: Uint8Array): number {
  return labels.reduce((most, label) => Math.max(most, label), 0);
}
