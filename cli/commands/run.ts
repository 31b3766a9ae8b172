import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import pc from 'picocolors';
import {
  bestStepsizes, exampleExperiment, InputError, methods, parseExperiment, previewExperiment, resolveExperiment, runResolved, StragglerError,
} from '../../bindings/index.js';
import type { ExperimentInput, ExperimentResult, ExperimentText, ExperimentTheory, Locate, ResolvedExperiment, RunOutcome } from '../../bindings/index.js';
import { theoryOfRun } from '../complexity/theory-of-run.js';
import { addExperimentFlags, applyFlags, hasExperimentFlags, locateFlags } from '../flags.js';
import { heedInterrupts, INTERRUPTED } from '../interrupt.js';
import { stringifyJson } from '../json.js';
import { runChart } from '../output/chart.js';
import { runFigure } from '../output/figure.js';
import { networkText, takesTime } from '../output/network.js';
import { previewText } from '../output/preview.js';
import { createProgress } from '../output/progress.js';
import { RunDirectory } from '../output/run-directory.js';
import { linesOf, quantityOf } from '../output/series.js';
import { resultTable } from '../output/table.js';
import { readableNumber } from '../output/numbers.js';
import { theoryBlock } from '../output/theory/block.js';
import { theoryNotes } from '../output/theory/notes.js';
import { THEORY_FILE, theoryRecord, type TheoryRecord } from '../output/theory/record.js';

interface RunCommandOptions extends Record<string, unknown> {
  out?: string;
  trace?: true;
  theory?: true;
  dryRun?: true;
  json?: true;
}

/** Adds `straggler run`. */
export function registerRun(program: Command): void {
  const command = program
    .command('run')
    .summary('simulate one or several methods on one problem')
    .description(
      'Simulates every method, stepsize and seed of an experiment, and tells who reaches the target first.\n' +
        'Without a file it is the built-in example on the built-in digits. Every key of the file is also a flag; flags win.\n' +
        'File names in an experiment are relative to the folder the command is run in.',
    )
    .argument('[experiment]', 'experiment file, YAML or JSON')
    .option('--out <dir>', 'folder for the results (default: runs/<name>, numbered when it is taken)')
    .option('--trace', 'also write events.jsonl: every model update and every interval of a worker’s time')
    .option('--theory', 'also tell every method’s stepsize and time to the target according to theory; needs target.gradientNormSquared')
    .option('--dry-run', 'only tell what the experiment will do and need: times, updates, memory, real time; writes nothing')
    .option('--json', 'print the results as JSON');
  addExperimentFlags(command);
  command.addHelpText(
    'after',
    `
Examples:
  $ straggler run                                       the built-in example
  $ straggler run study.yaml --seeds 1,2,3 --out runs/three-seeds
  $ straggler run --methods asgd,rescaled-asgd --stepsizes 0.03,0.1 --budget.time 1000
  $ straggler run --problem quadratic --workers 100 --workers.computation linear --target.gradientNormSquared 1e-3
  $ straggler run study.yaml --theory --target.gradientNormSquared 1e-3   predicted times beside the simulated ones`,
  );
  command.action((file: string | undefined, options: RunCommandOptions) => run(file, options));
}

async function run(file: string | undefined, options: RunCommandOptions): Promise<void> {
  const { value, locate } = readInput(file, options);
  const introduction = file === undefined && hasExperimentFlags(options) ? 'Starting from the built-in example.\n' : '';
  try {
    await runInput(value, locate, introduction, options);
  } catch (error) {
    // Found while the experiment ran, when its places were no longer known.
    if (!(error instanceof InputError) || error.where !== 'experiment') throw error;
    throw new InputError(locate(error.what.split('.')), error.what, error.rule, error.got);
  }
}

async function runInput(value: unknown, locate: Locate, introduction: string, options: RunCommandOptions): Promise<void> {
  const experiment = await resolveExperiment(value, locate);
  const description = introduction + describeExperiment(experiment);
  const theory = options.theory === true ? await theoryOfRun(experiment, options) : undefined;
  if (options.dryRun === true) return preview(experiment, description, options, theory);
  const directory = RunDirectory.create(experiment.name, options.out);
  const interrupts = heedInterrupts();
  try {
    if (options.json !== true) console.log(description);
    if (theory !== undefined) directory.writeTheory(theoryRecord(theory));
    const result = await simulate(experiment, directory, options, interrupts.signal);
    if (result.summary.length > 0) {
      directory.write('figure.svg', await figure(result, theory));
      if (options.json === true) console.log(stringifyJson({ directory: directory.path, ...result, metrics: undefined, ...theoryKey(theory) }, 2));
      else report(result, directory, theory);
    }
    conclude(result, directory);
  } finally {
    interrupts.release();
    directory.close();
    directory.discardUnused();
  }
}

function theoryKey(theory: ExperimentTheory | undefined): { theory?: TheoryRecord } {
  return theory === undefined ? {} : { theory: theoryRecord(theory) };
}

async function preview(
  experiment: ResolvedExperiment, description: string, options: RunCommandOptions, theory: ExperimentTheory | undefined,
): Promise<void> {
  const result = await previewExperiment(experiment);
  const blocks = (): string[] => [description, previewText(result), ...(theory === undefined ? [] : [theoryBlock(experiment, theory)])];
  console.log(options.json === true ? stringifyJson({ ...result, ...theoryKey(theory) }, 2) : blocks().join('\n\n'));
}

/** Runs the experiment with progress on the standard error; everything is written as it comes. */
async function simulate(
  experiment: ResolvedExperiment,
  directory: RunDirectory,
  options: RunCommandOptions,
  signal: AbortSignal,
): Promise<ExperimentResult> {
  const progress = createProgress({ total: countRuns(experiment), quiet: options.json === true });
  try {
    directory.writeExperiment(experiment);
    progress.start(experiment.name);
    const result = await runResolved(experiment, {
      signal,
      onProgress: ({ fraction, method, stepsize, seed }) => progress.update(fraction, `${method} γ=${readableNumber(stepsize)} seed ${seed}`),
      onMetrics: (record) => directory.appendMetrics(record),
      onOutcome: (outcome) => appendOutcome(directory, outcome),
      ...(options.trace === true ? { onTrace: (record) => directory.appendTrace(record) } : {}),
    });
    for (const outcome of result.interruptedRuns) appendOutcome(directory, outcome);
    return result;
  } finally {
    progress.finish();
  }
}

function appendOutcome(directory: RunDirectory, { summary, workers }: RunOutcome): void {
  if (workers !== null) directory.appendWorkers(workers);
  directory.appendSummary(summary);
}

/** Sets the exit code of an interrupted experiment. @throws StragglerError when a run failed, or none finished. */
function conclude({ experiment, summary, interrupted }: ExperimentResult, directory: RunDirectory): void {
  const total = countRuns(experiment);
  if (interrupted) {
    const done = summary.filter(({ status }) => status !== 'interrupted').length;
    const kept = summary.length === 0 ? 'nothing was computed yet' : `what was computed is in ${directory.path}`;
    console.error(`Interrupted: ${done} of ${total} runs are complete; ${kept}.`);
    process.exitCode = INTERRUPTED;
    return;
  }
  const failed = summary.filter(({ status }) => status === 'failed');
  const lost = failed.length > 0 ? failed : summary.every(({ status }) => status !== 'finished') ? summary : [];
  if (lost.length === 0) return;
  const { method, stepsize, status, reason } = lost[0]!;
  const count = failed.length > 0 ? `${failed.length} of ${total} runs failed` : 'no run finished';
  throw new StragglerError(`run: ${count}: ${method} with stepsize ${stepsize} ${status} (${reason ?? 'no reason known'})`);
}

function countRuns({ methods: entries, seeds }: ResolvedExperiment): number {
  return seeds.length * entries.reduce((sum, { stepsize }) => sum + stepsize.length, 0);
}

/** Reads the experiment and lays the flags over it. */
function readInput(file: string | undefined, options: RunCommandOptions): ExperimentText {
  if (file === undefined) {
    return { value: applyFlags(exampleFor(options), options), locate: locateFlags(options, () => 'built-in example') };
  }
  const { value, locate } = parseExperiment(readText(file), file);
  return { value: applyFlags(value, options), locate: locateFlags(options, locate) };
}

/** The built-in example; what belongs to its problem alone is left out when flags choose another one. */
function exampleFor(options: RunCommandOptions): Partial<ExperimentInput> {
  if (['problem', 'problem.kind', 'problem.file'].every((name) => options[name] === undefined)) return exampleExperiment;
  const { target, evaluate, ...example } = exampleExperiment;
  return { ...example, workers: { computation: { kind: 'paper' } } };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError('run', 'experiment', code === 'ENOENT' ? 'be a file that exists' : `be a file that can be read (${code})`, file);
  }
}

function describeExperiment(experiment: ResolvedExperiment): string {
  const { name, problem, workers, methods: entries } = experiment;
  const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
  const what = problem.kind === 'mlp' ? `${problem.data}, ${problem.partition.kind} partition` : problem.kind;
  return (
    `${pc.bold(name)}: ${counted(entries.length, 'method')}, ${counted(countRuns(experiment), 'run')} on ${what}\n` +
    `${counted(workers.count, 'worker')}, ${workers.computation.kind} computation times${networkText(workers)}`
  );
}

async function figure({ experiment, metrics, best }: ExperimentResult, theory: ExperimentTheory | undefined): Promise<string> {
  const predictions = theory === undefined ? undefined : theoryRecord(theory);
  return runFigure(metrics, { ...quantityOf(experiment.target, metrics), title: experiment.name, lines: linesOf(best), predictions });
}

function report(result: ExperimentResult, directory: RunDirectory, theory: ExperimentTheory | undefined): void {
  const { experiment, metrics, summary } = result;
  const best = bestStepsizes(summary);
  console.log(`\n${runChart(metrics, { ...quantityOf(experiment.target, metrics), lines: linesOf(best) })}\n`);
  const { interrupted } = result;
  const columns = theory === undefined ? {} : { theory: { record: theoryRecord(theory), notes: theoryNotes(experiment, theory) } };
  console.log(resultTable(best, { ...targetText(experiment), ...columns, traffic: trafficMatters(experiment), interrupted }));
  if (experiment.kernels === 'fma') console.log('\nKernels: fma; the last bits of the results may differ between machines.');
  const more = theory === undefined ? '' : `, ${THEORY_FILE}`;
  console.log(`\nFigure:  ${directory.path}/figure.svg\nResults: ${directory.path}/summary.json, metrics.jsonl, workers.jsonl, experiment.json${more}`);
}

/** Whether messages cost time, or are what a method saves. */
function trafficMatters({ workers, methods: entries }: ResolvedExperiment): boolean {
  const saving = entries.some(({ name }) => methods.some((method) => method.name === name && method.worker !== undefined));
  return saving || takesTime(workers);
}

/** `objective ≤ 0.5` */
function targetText({ target }: ResolvedExperiment): { target?: string } {
  const { objective, suboptimality, gradientNormSquared, testAccuracy } = target ?? {};
  const parts = [
    ...(objective === undefined ? [] : [`objective ≤ ${readableNumber(objective)}`]),
    ...(suboptimality === undefined ? [] : [`f − f* ≤ ${readableNumber(suboptimality)}`]),
    ...(gradientNormSquared === undefined ? [] : [`‖∇f‖² ≤ ${readableNumber(gradientNormSquared)}`]),
    ...(testAccuracy === undefined ? [] : [`test accuracy ≥ ${readableNumber(testAccuracy)}`]),
  ];
  return parts.length === 0 ? {} : { target: parts.join(' and ') };
}
