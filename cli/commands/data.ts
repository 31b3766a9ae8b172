import { join } from 'node:path';
import { Option, type Command } from 'commander';
import {
  datasetFolder, InputError, loadDataset, loadKernels, partition, partitionDefaults, PARTITION_KINDS, readableBytes,
  type PartitionKind, type PartitionSpec,
} from '../../bindings/index.js';
import { readableNumber, readablePercentage, wrapText } from '../../figures/index.js';
import { drawPartition, drawSamples, labelName } from '../data/drawing.js';
import { fetchDataset, sizeOf, type FetchedFile } from '../data/fetch.js';
import { dataFigure } from '../data/figure.js';
import { SOURCES, type DatasetSource } from '../data/sources.js';
import { countLabels, describeInputs, dominance, pickEvenly, summarise, type SetSummary } from '../data/summary.js';
import { heedInterrupts, INTERRUPTED } from '../interrupt.js';
import { createProgress } from '../output/progress.js';
import { colourAllowed, terminalWidth } from '../output/style.js';
import { writeFigure } from '../output/write-figure.js';

/** More workers than this are not drawn. */
const MOST_WORKERS = 40;
/** More labels than this are not tabulated. */
const MOST_LABELS = 36;

const LIST_EXAMPLES = `
Examples:
  $ straggler data list
  $ straggler data list --json`;

const FETCH_EXAMPLES = `
Files are kept in $STRAGGLER_CACHE, or in the user's cache folder. An
interrupted download goes on where it stopped; a file gets its name when its
checksum is right.

Examples:
  $ straggler data fetch mnist
  $ straggler data fetch fashion-mnist --mirror https://example.org/fashion/`;

const SHOW_EXAMPLES = `
Partitions: iid (at random), dirichlet (per class, shares from a Dirichlet
distribution; small alpha: few labels per worker), shards (sorted by label, cut,
dealt at random), by-label (sorted by label, cut, in worker order).

Examples:
  $ straggler data show digits
  $ straggler data show mnist --workers 100 --partition dirichlet --alpha 0.1 --seed 1
  $ straggler data show digits --partition shards --shards 2 --svg digits.svg
  $ straggler data show path/to/idx-files --json
  $ straggler data show a9a.libsvm --workers 20 --partition iid`;

interface ShowOptions {
  workers?: string;
  partition: PartitionKind;
  alpha?: string;
  shards?: string;
  seed: string;
  svg?: string;
  json?: true;
}

/** Adds `straggler data list`, `data fetch` and `data show` to the command line. */
export function registerData(program: Command): void {
  const data = program
    .command('data')
    .summary('list, fetch (checksum-verified, cached), inspect data sets')
    .description('List, fetch and inspect data sets and the ways to divide them over workers.')
    .addHelpText('after', '\nExamples:\n  $ straggler data list\n  $ straggler data fetch mnist\n  $ straggler data show digits --workers 20');
  data
    .command('list')
    .summary('the data sets by name, and whether they are here')
    .description('List the data sets that have a name; any folder with IDX files and any .libsvm or .csv file is one as well.')
    .option('--json', 'print JSON')
    .addHelpText('after', LIST_EXAMPLES)
    .action(list);
  data
    .command('fetch')
    .summary('download a data set into the cache')
    .description('Download a data set from its publishers, verify its checksums and keep it.')
    .argument('<name>', SOURCES.map(({ name }) => name).join(' or '))
    .option('--mirror <url>', 'a folder to download from instead; may be repeated', repeated)
    .option('--json', 'print JSON')
    .addHelpText('after', FETCH_EXAMPLES)
    .action(fetchNamed);
  data
    .command('show')
    .summary('counts, samples and a partition of a data set')
    .description('Show what is in a data set and how a partition divides it over workers.')
    .argument('<data>', `digits, ${SOURCES.map(({ name }) => name).join(', ')}, a .libsvm or .csv file, or a folder with IDX files`)
    .option('--workers <n>', 'workers to divide the training samples over (default: 10)')
    .addOption(new Option('--partition <kind>', 'how to divide them').choices([...PARTITION_KINDS]).default('dirichlet'))
    .option('--alpha <number>', `concentration of a dirichlet partition (default: ${partitionDefaults.alpha})`)
    .option('--shards <n>', `shards per worker of a shards partition (default: ${partitionDefaults.shardsPerWorker})`)
    .addOption(new Option('--seed <n>', 'seed of the partition').default('1', '1'))
    .option('--svg <file>', 'write a contact sheet and the partition as SVG; an existing file is replaced')
    .option('--json', 'print JSON')
    .addHelpText('after', SHOW_EXAMPLES)
    .action(show);
}

async function list({ json }: { json?: true }): Promise<void> {
  const title = 'generated handwriting, 6,000 + 1,000 grey images of 28×28';
  const rows = [{ name: 'digits', title, state: 'built in', bytes: 0, folder: '' }];
  for (const source of SOURCES) {
    const folder = datasetFolder(source.name);
    const sizes = await Promise.all(source.files.map(({ name }) => sizeOf(join(folder, name))));
    const here = sizes.filter((size) => size > 0).length;
    const state = here === sizes.length ? 'fetched' : here === 0 ? 'not fetched' : `${here} of ${sizes.length} files`;
    rows.push({ name: source.name, title: source.title, state, bytes: totalBytes(source), folder });
  }
  if (json) {
    print(JSON.stringify(rows.map(({ folder, ...row }) => ({ ...row, folder: folder === '' ? null : folder }))));
    return;
  }
  const size = (bytes: number): string => (bytes === 0 ? '—' : readableBytes(bytes));
  for (const row of rows) {
    const start = row.name.padEnd(15) + row.state.padEnd(14) + size(row.bytes).padEnd(10);
    const indent = ' '.repeat(start.length);
    print(start + wrapText(indent + row.title, terminalWidth(), indent).join('\n').slice(indent.length));
  }
  print(`\nFetched data is kept in ${join(datasetFolder('mnist'), '..')}`);
}

async function fetchNamed(name: string, { mirror, json }: { mirror?: string[]; json?: true }): Promise<void> {
  const source = SOURCES.find((candidate) => candidate.name === name);
  if (source === undefined) throw new InputError('data fetch', 'name', `be ${SOURCES.map((one) => one.name).join(' or ')}`, name);
  const stray = mirror?.find((url) => !/^https?:\/\/./.test(url) || !URL.canParse(url));
  if (stray !== undefined) throw new InputError('data fetch', '--mirror', 'be an http or https address', stray);
  const folder = datasetFolder(name);
  const files = await fetchWithProgress(source, folder, mirror);
  if (files === undefined) {
    process.stderr.write(`Interrupted; the same command goes on with what has arrived in ${folder}\n`);
    process.exitCode = INTERRUPTED;
    return;
  }
  print(json ? JSON.stringify({ name, folder, files }) : `${name} is complete in ${folder}`);
}

/** Shows progress on the standard error. @returns Undefined after Ctrl-C, which keeps what has arrived. */
async function fetchWithProgress(source: DatasetSource, folder: string, mirrors?: string[]): Promise<FetchedFile[] | undefined> {
  const total = totalBytes(source);
  const progress = createProgress({ total: 1 });
  const interrupts = heedInterrupts();
  let before = 0;
  progress.start(source.name);
  try {
    return await fetchDataset(source, {
      folder,
      ...(mirrors === undefined ? {} : { mirrors }),
      signal: interrupts.signal,
      onProgress: (file, received) => progress.update((before + Math.min(received, file.bytes)) / total, file.name),
      onFile: ({ file, bytes, status, url }) => {
        before += bytes;
        progress.log(`${file}  ${readableBytes(bytes)}  ${status}${url === undefined ? '' : ` from ${new URL(url).host}`}, checksum right`);
      },
    });
  } catch (error) {
    if (!interrupts.signal.aborted) throw error;
    return undefined;
  } finally {
    progress.finish();
    interrupts.release();
  }
}

async function show(name: string, options: ShowOptions): Promise<void> {
  const spec = readSpec(options);
  const seed = readNumber('--seed', options.seed);
  const wanted = options.workers === undefined ? undefined : readNumber('--workers', options.workers);
  const kernels = await loadKernels();
  const dataset = await loadDataset(kernels, name);
  const { train, test, classes, features, shape = null, classNames } = dataset;
  const workers = wanted ?? Math.min(10, train.count);
  const indices = namingOptions(() => partition(kernels, spec, train.labels, classes, workers, seed));
  const parts = indices.map((chosen) => countLabels(train.labels, classes, chosen));
  const shown = pickEvenly(workers, MOST_WORKERS);
  const title = `${describeSpec(spec)}, ${workers} ${workers === 1 ? 'worker' : 'workers'}, seed ${seed}`;
  if (options.svg !== undefined) {
    await writeFigure(options.svg, dataFigure({ dataset, parts, workers: shown, partition: title }), 'data show', '--svg');
  }
  const [training, testing] = [summarise(train, dataset), summarise(test, dataset)];
  if (options.json) {
    const divided = { ...spec, workers, seed, dominance: dominance(parts), labels: parts };
    print(JSON.stringify({ name, features, classes, classNames, shape, train: training, test: testing, partition: divided }));
    return;
  }
  const width = process.stdout.columns || 80;
  const colour = colourAllowed();
  print(`${name}: ${classes} classes, ${describeInputs(dataset)}\n`);
  print([describeSet('training', training), describeSet('test', testing), '', ...histogram(training, testing), ''].join('\n'));
  if (classNames !== undefined) print(wrapText(describeClasses(classNames), width, '  ').join('\n') + '\n');
  const samples = drawSamples(dataset, width, colour);
  if (samples.length > 0) print([...samples, ''].join('\n'));
  print(`Training samples per worker, by label: ${title}`);
  if (shown.length < workers) print(`(${shown.length} of the ${workers} workers, evenly picked)`);
  print(drawPartition(parts, shown, width, colour).join('\n'));
  print(`A worker's most frequent label makes up ${readablePercentage(dominance(parts))} of its samples on average.`);
  if (options.svg !== undefined) print(`Wrote ${options.svg}`);
}

function readSpec({ partition: kind, alpha, shards }: ShowOptions): PartitionSpec {
  if (alpha !== undefined && kind !== 'dirichlet') throw new InputError('data show', '--alpha', 'be used with --partition dirichlet', kind);
  if (shards !== undefined && kind !== 'shards') throw new InputError('data show', '--shards', 'be used with --partition shards', kind);
  if (kind === 'dirichlet') return { kind, alpha: alpha === undefined ? partitionDefaults.alpha : readNumber('--alpha', alpha) };
  if (kind === 'shards') {
    return { kind, shardsPerWorker: shards === undefined ? partitionDefaults.shardsPerWorker : readNumber('--shards', shards) };
  }
  return { kind };
}

function describeSpec({ kind, alpha, shardsPerWorker }: PartitionSpec): string {
  if (alpha !== undefined) return `${kind} with alpha ${alpha}`;
  return shardsPerWorker === undefined ? kind : `${shardsPerWorker} shards each`;
}

/** The library checks ranges; here only that it is a number at all. */
function readNumber(option: string, text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (Number.isNaN(value)) throw new InputError('data show', option, 'be a number', text);
  return value;
}

/** The options behind the arguments of `partition`. */
const OPTIONS: Readonly<Record<string, string>> = { workers: '--workers', alpha: '--alpha', shardsPerWorker: '--shards', seed: '--seed' };

/** Lets errors of the library about its arguments name the options. */
function namingOptions<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    const option = error instanceof InputError ? OPTIONS[error.what] : undefined;
    if (!(error instanceof InputError) || option === undefined) throw error;
    throw new InputError('data show', option, error.rule, error.got);
  }
}

function describeSet(set: string, { samples, nonZero }: SetSummary): string {
  return `${set.padEnd(9)}${readableNumber(samples)} samples, ${readablePercentage(nonZero)} of the inputs are not 0`;
}

/** `Labels as the file has them: 0 = -1, 1 = 1` */
function describeClasses(names: readonly string[]): string {
  const some = names.slice(0, MOST_LABELS).map((name, label) => `${labelName(label)} = ${name}`);
  return `Labels as the file has them: ${some.join(', ')}${names.length > MOST_LABELS ? ', …' : ''}`;
}

function histogram(training: SetSummary, testing: SetSummary): string[] {
  const most = Math.max(...training.labels);
  if (training.labels.length > MOST_LABELS) {
    return [`${training.labels.length} labels with ${Math.min(...training.labels)} to ${most} training samples`];
  }
  const width = Math.max(most, ...testing.labels).toString().length + 1;
  const row = (name: string, cells: readonly (string | number)[]): string =>
    name.padEnd(9) + cells.map((cell) => String(cell).padStart(width)).join('');
  const names = training.labels.map((_count, label) => labelName(label));
  return [row('label', names), row('training', training.labels), row('test', testing.labels)];
}

function repeated(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

function totalBytes({ files }: DatasetSource): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
