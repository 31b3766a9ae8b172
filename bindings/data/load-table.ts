import { readFileBytes } from '#platform';
import { InputError } from '../errors.js';
import type { Kernels } from '../kernels/load.js';
import { numberClasses } from './classes.js';
import { parseCsv } from './csv.js';
import type { CompressedSamples, Dataset, Samples } from './dataset.js';
import { gunzip } from './idx.js';
import { parseLibsvm } from './libsvm.js';
import { splitSamples } from './split.js';

const NAME = /^(.*?)(\.(?:libsvm|svm|csv))(\.gz)?$/i;

/** Samples of a file, before their labels are numbered. */
interface Table {
  readonly file: string;
  readonly features: number;
  readonly rows: { readonly count: number; readonly inputs: Float32Array } | Omit<CompressedSamples, 'labels'>;
  readonly labels: ArrayLike<number | string>;
}

/** Whether a data set of this name is a LIBSVM or CSV file. */
export function isTableName(name: string): boolean {
  return NAME.test(name);
}

/**
 * Loads a LIBSVM or CSV file and the file of its test samples, if there is one: see `loadDataset`. Features that only test samples of a
 * LIBSVM file have are left out, as nothing can be learnt about them.
 * @throws InputError when there is no such file, or one is damaged or does not match the other.
 */
export async function loadTable(kernels: Kernels, name: string, seed: number): Promise<Dataset> {
  const table = await readTable(name, isCsv(name));
  if (table === undefined) throw new InputError('data', name, 'be a file that exists', undefined);
  if (table.features === 0) throw new InputError(name, 'samples', 'have at least one feature', `${table.rows.count} samples without any`);
  const own = await readTestTable(name);
  const { features } = table;
  if (own !== undefined && isCsv(name) && own.features !== features) {
    throw new InputError(own.file, 'columns', `be ${features + 1} as in ${name}`, own.features + 1);
  }
  const { names, labels } = numberClasses(own === undefined ? [table.labels] : [table.labels, own.labels], name);
  const all: Samples = { ...table.rows, labels: labels[0]! };
  const [train, test]: Samples[] =
    own === undefined ? splitSamples(kernels, all, seed, name) : [all, { ...withoutColumnsFrom(own.rows, features), labels: labels[1]! }];
  const plain = names.every((label, number) => label === String(number));
  return { name, features, classes: names.length, ...(plain ? {} : { classNames: names }), train: train!, test: test! };
}

function isCsv(name: string): boolean {
  return /\.csv(\.gz)?$/i.test(name);
}

async function readTestTable(name: string): Promise<Table | undefined> {
  const [, stem, ending] = NAME.exec(name)!;
  for (const file of [`${stem}${ending}.t`, `${stem}.t${ending}`, `${stem}.t`]) {
    const table = (await readTable(file, isCsv(name))) ?? (await readTable(`${file}.gz`, isCsv(name)));
    if (table !== undefined) return table;
  }
  return undefined;
}

async function readTable(file: string, csv: boolean): Promise<Table | undefined> {
  const packed = await readFileBytes(file);
  if (packed === undefined) return undefined;
  const bytes = await gunzip(packed, file);
  if (!csv) return { file, ...parseLibsvm(bytes, file) };
  const { count, inputs, features, labels } = parseCsv(bytes, file);
  return { file, features, labels, rows: { count, inputs } };
}

/** Rows without their entries in columns from `features` on. */
function withoutColumnsFrom(rows: Table['rows'], features: number): Table['rows'] {
  if (!('starts' in rows) || rows.columns.every((column) => column < features)) return rows;
  const { count } = rows;
  const starts = new Uint32Array(count + 1);
  for (let row = 0; row < count; row += 1) {
    let kept = 0;
    for (let at = rows.starts[row]!; at < rows.starts[row + 1]!; at += 1) if (rows.columns[at]! < features) kept += 1;
    starts[row + 1] = starts[row]! + kept;
  }
  const values = rows.values.filter((_, at) => rows.columns[at]! < features);
  return { count, starts, columns: rows.columns.filter((column) => column < features), values };
}
