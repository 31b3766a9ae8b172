import { basename, join, resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { bestStepsizes, InputError } from '../../bindings/index.js';
import { lineLabel, linesOf, quantityOf, seriesFigure, seriesOf, svgOf, X_FIELDS, Y_FIELDS } from '../../figures/index.js';
import type { DrawOptions, FigureLine, Series, XField, YField } from '../../figures/index.js';
import { chosenMethods } from '../output/chosen-methods.js';
import { figureFormat } from '../output/figure-format.js';
import { readRun, type RunFolder } from '../output/read-run.js';
import { plotWorkers, WORKER_FIGURES, type WorkerFigureOptions } from '../output/workers/plot.js';
import { readPredictions } from '../output/theory/read.js';
import { writeFigure } from '../output/write-figure.js';

interface PlotOptions extends WorkerFigureOptions {
  x: XField;
  y?: YField;
  log?: true;
  linear?: true;
  allStepsizes?: true;
}

const EXAMPLES = `
A line is the median over seeds, with a band: minimum to maximum below four
seeds, else the inter-quartile range. Each method is shown with its best
stepsize unless --all-stepsizes is given.

Without options, the one run's figure.svg is written again, as 'straggler run'
writes it (with predicted times after 'run --theory'). With options or several runs the figure goes to plot.svg in the
folder of the first run, or to --out; an existing file of that name is replaced.
With several runs the colour tells the method and the dashes tell the run.

Four figures tell about the workers of one run, to <figure>.svg in its folder:
  --timeline     what each worker does, from the start; needs 'run --trace'
  --delays       how stale the messages were that reached the server
  --utilization  the shares of each worker's time
  --workers      how long each worker needs for a gradient; takes an experiment
                 file as well, and without one the built-in example
They show each method with its best stepsize, --timeline its first seed.

Examples:
  $ straggler plot runs/digits
  $ straggler plot runs/digits --y testAccuracy --out accuracy.pdf
  $ straggler plot runs/digits --x gradients --methods asgd,ringleader-asgd
  $ straggler plot runs/alpha-0.1 runs/alpha-1 --out comparison.png
  $ straggler plot runs/digits --timeline 200 --methods asgd
  $ straggler plot runs/digits --utilization --out utilization.pdf
  $ straggler plot study.yaml --workers`;

/** Adds `straggler plot` to the command line. */
export function registerPlot(program: Command): void {
  program
    .command('plot')
    .summary('figures from finished runs (SVG, PNG, PDF)')
    .description('Draw a figure from one or several run folders; interrupted runs are drawn as far as they came.')
    .argument('[run...]', 'run folders; with several, labels begin with the name of the folder')
    .addOption(new Option('--x <quantity>', 'horizontal axis').choices([...X_FIELDS]).default('time'))
    .addOption(new Option('--y <quantity>', 'vertical axis').choices([...Y_FIELDS]).default(undefined, 'that of the target, else objective'))
    .option('--out <file>', 'where to write the figure; its ending chooses the format: .svg, .png or .pdf')
    .addOption(new Option('--log', 'logarithmic vertical axis (default: when the values span more than a decade)').conflicts('linear'))
    .option('--linear', 'linear vertical axis')
    .option('--all-stepsizes', 'a line per stepsize instead of the best one only')
    .option('--methods <names>', 'only these methods, separated by commas')
    .addOption(workerOption('timeline', ' [time]', 'draw what each worker does until this simulated time').argParser(positiveTime))
    .addOption(workerOption('delays', '', 'draw histograms of the delays'))
    .addOption(workerOption('utilization', '', 'draw how each worker’s time is spent'))
    .addOption(workerOption('workers', '', 'draw the speeds of the workers of a run or an experiment file'))
    .option('--json', 'print the names of the written files as JSON')
    .addHelpText('after', EXAMPLES)
    .action(plot);
}

/** An option for a figure about workers: it goes with no other figure, and has no axes to choose. */
function workerOption(name: (typeof WORKER_FIGURES)[number], value: string, description: string): Option {
  const others = WORKER_FIGURES.filter((other) => other !== name);
  const methods = name === 'workers' ? ['methods'] : [];
  return new Option(`--${name}${value}`, description).conflicts([...others, 'x', 'y', 'log', 'linear', 'allStepsizes', ...methods]);
}

function positiveTime(text: string): number {
  const time = Number(text);
  if (text.trim() === '' || !(time > 0 && Number.isFinite(time))) {
    throw new InvalidArgumentError('It must be a simulated time greater than 0; the run stands before the option.');
  }
  return time;
}

async function plot(folders: string[], options: PlotOptions, command: Command): Promise<void> {
  const figure = WORKER_FIGURES.find((name) => options[name] !== undefined);
  if (folders.length === 0 && figure !== 'workers') command.error("error: missing required argument 'run'", { code: 'commander.missingArgument' });
  if (figure !== undefined) return plotWorkers(figure, folders, options);
  const file = options.out ?? join(folders[0]!, isDefault(folders, options) ? 'figure.svg' : 'plot.svg');
  const convert = figureFormat(file);
  const runs: RunFolder[] = [];
  for (const folder of folders) runs.push(await readRun(folder));
  const wanted = chosenMethods(runs, options.methods);
  const y = options.y ?? quantity(runs);
  const series = runs.flatMap((run) => seriesFrom(run, y, options, wanted, prefixes(runs)));
  checkDrawable(series, runs, y, options);
  // Of several runs, each would have its own; other figures do not show them.
  const predicted = runs.length === 1 && options.x === 'time' && y === 'gradientNormSquared';
  const predictions = predicted ? await readPredictions(folders[0]!) : undefined;
  const svg = await svgOf(seriesFigure(series, { ...drawOptions(runs, y, options), x: options.x, y, predictions }));
  await writeFigure(file, await convert(svg), 'plot', '--out');
  for (const note of runs.flatMap((run) => run.notes)) process.stderr.write(`${note}\n`);
  process.stdout.write(options.json ? `${JSON.stringify({ files: [file] })}\n` : `Wrote ${file}\n`);
}

/** Whether the figure is the one that `run` writes. */
function isDefault(folders: readonly string[], { x, y, log, linear, allStepsizes, methods }: PlotOptions): boolean {
  return folders.length === 1 && x === 'time' && y === undefined && !log && !linear && !allStepsizes && methods === undefined;
}

/** What labels begin with: nothing for one run, else the folder's name, or all of its path when two are named alike. */
function prefixes(runs: readonly RunFolder[]): Prefix {
  if (runs.length === 1) return () => '';
  const names = runs.map(({ folder }) => basename(resolve(folder)));
  const unique = new Set(names).size === names.length;
  return ({ folder }) => `${unique ? basename(resolve(folder)) : folder}: `;
}

/** The quantity that the targets of all runs are about, else the objective. */
function quantity(runs: readonly RunFolder[]): YField {
  const quantities = new Set(runs.map(({ target, metrics }) => quantityOf(target, metrics).y));
  return quantities.size === 1 ? [...quantities][0]! : 'objective';
}

type Prefix = (run: RunFolder) => string;

function seriesFrom(run: RunFolder, y: YField, options: PlotOptions, wanted: Set<string> | undefined, prefix: Prefix): Series[] {
  const lines = options.allStepsizes ? allLines(run) : linesOf(bestStepsizes(run.summary));
  const shown = lines
    .filter(({ method }) => wanted?.has(method) ?? true)
    .map((line) => ({ ...line, label: `${prefix(run)}${line.label}` }));
  return seriesOf(run.metrics, shown, options.x, y).map((line) => ({ ...line, run: run.folder }));
}

function allLines({ metrics }: RunFolder): FigureLine[] {
  const grids = new Map<string, Set<number>>();
  for (const { method, stepsize } of metrics) grids.set(method, (grids.get(method) ?? new Set()).add(stepsize));
  return [...grids].flatMap(([method, grid]) =>
    [...grid].sort((a, b) => a - b).map((stepsize) => ({ method, stepsize, label: lineLabel(method, stepsize) })),
  );
}

function checkDrawable(series: readonly Series[], runs: readonly RunFolder[], y: YField, { log }: PlotOptions): void {
  if (series.length === 0) {
    const measured = Y_FIELDS.filter((field) => runs.some(({ metrics }) => metrics.some((record) => Number.isFinite(record[field]))));
    throw new InputError('plot', '--y', `be a quantity with finite values in these runs (${measured.join(', ') || 'there is none'})`, y);
  }
  const highest = series.flatMap(({ points }) => points.map(({ median }) => median)).reduce((a, b) => Math.max(a, b), -Infinity);
  if (log && highest <= 0) throw new InputError('plot', '--log', `be used with positive values of ${y}`, highest);
}

function drawOptions(runs: readonly RunFolder[], y: YField, { log, linear }: PlotOptions): DrawOptions {
  const titles = [...new Set(runs.map(({ name }) => name))];
  const targets = new Set(runs.map(({ target }) => (target as Partial<Record<YField, number | undefined>>)[y]));
  const [target] = targets;
  return {
    title: titles.length <= 3 ? titles.join(', ') : `${titles.length} experiments`,
    scale: log ? 'log' : linear ? 'linear' : 'auto',
    ...(targets.size === 1 && target !== undefined ? { target } : {}),
  };
}
