import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Spec } from 'vega';
import {
  bestStepsizes, exampleExperiment, InputError, loadKernels, parseExperiment, resolveExperiment, workerModels,
} from '../../../bindings/index.js';
import type { BestStepsize, ResolvedExperiment, WorkersRecord } from '../../../bindings/index.js';
import {
  delaysFigure, lineLabel, rowsFor, speedRange, speedsFigure, speedsOf, svgOf, timelineFigure, timelineRange, usualSpan, utilizationFigure,
} from '../../../figures/index.js';
import type { MethodWorkers } from '../../../figures/index.js';
import { chosenMethods } from '../chosen-methods.js';
import { figureFormat } from '../figure-format.js';
import { readRun, type RunFolder } from '../read-run.js';
import { writeFigure } from '../write-figure.js';
import { readTimelines } from './read-events.js';
import { readWorkers } from './read-workers.js';

/** The figures about workers: names of options of `straggler plot`, and of the files. */
export const WORKER_FIGURES = ['timeline', 'delays', 'utilization', 'workers'] as const;

export interface WorkerFigureOptions {
  /** The simulated time to show; true for what is usual. */
  timeline?: number | true;
  delays?: true;
  utilization?: true;
  workers?: true;
  methods?: string;
  out?: string;
  json?: true;
}

/** What a figure is to be made of, and what the user should know besides. */
interface Drawing {
  specification: Spec;
  notes: readonly string[];
}

/**
 * Draws one of the figures about workers and writes it.
 * @param inputs One run folder; for `workers` also an experiment file, or nothing.
 */
export async function plotWorkers(figure: (typeof WORKER_FIGURES)[number], inputs: readonly string[], options: WorkerFigureOptions): Promise<void> {
  const [input, second] = inputs;
  if (second !== undefined) throw new InputError('plot', `--${figure}`, 'be used with one run', inputs.join(' '));
  const inFolder = input !== undefined && (await isFolder(input));
  const file = options.out ?? join(inFolder ? input : '.', `${figure}.svg`);
  const convert = figureFormat(file);
  const { specification, notes } = figure === 'workers' ? await drawSpeeds(input, inFolder) : await drawRun(figure, await readRun(input!), options);
  await writeFigure(file, await convert(await svgOf(specification)), 'plot', '--out');
  for (const note of notes) process.stderr.write(`${note}\n`);
  process.stdout.write(options.json ? `${JSON.stringify({ files: [file] })}\n` : `Wrote ${file}\n`);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function drawRun(figure: 'timeline' | 'delays' | 'utilization', run: RunFolder, options: WorkerFigureOptions): Promise<Drawing> {
  const wanted = chosenMethods([run], options.methods);
  const best = bestStepsizes(run.summary).filter(({ method }) => wanted?.has(method) ?? true);
  const records = await readWorkers(run.folder);
  const { notes } = run;
  if (figure === 'timeline') return { specification: await drawTimeline(run, best, records, options.timeline), notes };
  if (records === undefined) throw new InputError('plot', 'run', "be the folder of a run, with a file 'workers.jsonl'", run.folder);
  const methods = best.map((line) => workersOf(line, records)).filter(({ runs }) => runs.length > 0);
  if (methods.length === 0) throw new InputError('plot', `--${figure}`, 'be used with a run of which something is in workers.jsonl', run.folder);
  const title = `${figure === 'delays' ? 'Delays' : 'Use of the workers’ time'}: ${run.name}`;
  return { specification: figure === 'delays' ? delaysFigure(methods, title) : utilizationFigure(methods, title), notes };
}

function workersOf({ method, stepsize }: BestStepsize, records: readonly WorkersRecord[]): MethodWorkers {
  return { label: lineLabel(method, stepsize), runs: records.filter((record) => record.method === method && record.stepsize === stepsize) };
}

async function drawTimeline(
  run: RunFolder,
  best: readonly BestStepsize[],
  records: readonly WorkersRecord[] | undefined,
  time: number | true | undefined,
): Promise<Spec> {
  const runs = best.map(({ runs: [first] }) => first!);
  const recordOf = ({ method, stepsize, seed }: (typeof runs)[number]): WorkersRecord | undefined =>
    records?.find((record) => record.method === method && record.stepsize === stepsize && record.seed === seed);
  const whole = Math.max(...runs.map((summary) => summary.time));
  const until = typeof time === 'number' ? Math.min(time, whole) : usualSpan(runs.map((summary) => ({ summary, workers: recordOf(summary) })));
  const count = run.workers ?? records?.[0]?.all?.workers ?? records?.[0]?.gradients.length;
  if (count === undefined) throw new InputError(join(run.folder, 'experiment.json'), 'workers.count', 'tell the number of workers', count);
  const { rows, note } = rowsFor(count, runs.length);
  const file = join(run.folder, 'events.jsonl');
  const timelines = await readTimelines(file, runs, timelineRange(until, rows));
  const named = timelines.map((timeline, index) => ({ label: lineLabel(runs[index]!.method, runs[index]!.stepsize), timeline }));
  const traced = named.filter(({ timeline }) => [...timeline.stretches.values()].some((list) => list.length > 0));
  if (traced.length === 0) throw new InputError('plot', '--timeline', 'be used with a run whose events.jsonl tells of its workers', run.folder);
  const seeds = [...new Set(runs.map(({ seed }) => seed))];
  const notes = [...(seeds.length === 1 ? [`Seed ${seeds[0]!}.`] : []), ...(note === undefined ? [] : [note])];
  return timelineFigure(traced, { title: `Timeline: ${run.name}`, notes: [notes.join(' ')], until, rows });
}

async function drawSpeeds(input: string | undefined, inFolder: boolean): Promise<Drawing> {
  const experiment = input === undefined ? await resolveExperiment(exampleExperiment) : inFolder ? await readExperiment(input) : await parseFile(input);
  const [seed = 1] = experiment.seeds;
  const { computation } = await workerModels(experiment, seed, await loadKernels({ variant: experiment.kernels }));
  const speeds = speedsOf(computation);
  const { kind } = experiment.workers.computation;
  const notes = [`${experiment.workers.count} workers, ${kind} computation times, ${speedRange(computation)}; seed ${seed}.`];
  const specification = speedsFigure(speeds, { title: `Workers: ${experiment.name}`, notes, workers: computation.workers });
  return { specification, notes: [] };
}

async function readExperiment(folder: string): Promise<ResolvedExperiment> {
  const file = join(folder, 'experiment.json');
  if (!(await stat(file).catch(() => undefined))?.isFile()) {
    throw new InputError('plot', 'run', "be the folder of a run, with a file 'experiment.json'", folder);
  }
  return parseFile(file);
}

async function parseFile(file: string): Promise<ResolvedExperiment> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    const { code = 'failed' } = error as NodeJS.ErrnoException;
    throw new InputError('plot', 'run', `be a run folder or an experiment file that can be read (${code})`, file);
  }
  const { value, locate } = await parseExperiment(content, file);
  return resolveExperiment(value, locate);
}
