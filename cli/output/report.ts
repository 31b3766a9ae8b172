import pc from 'picocolors';
import { bestStepsizes, listRuns, methods } from '../../bindings/index.js';
import type { ExperimentResult, ExperimentTheory, ResolvedExperiment } from '../../bindings/index.js';
import { linesOf, quantityOf, readableNumber, runFigure, svgOf, wrapText } from '../../figures/index.js';
import { runChart } from './chart.js';
import { networkText, takesTime } from './network.js';
import { terminalWidth } from './style.js';
import { resultTable } from './table.js';
import { theoryNotes } from './theory/notes.js';
import { THEORY_FILE, theoryRecord } from './theory/record.js';
import type { Shard } from './unfinished.js';

/** What a report is about. */
export type Reported = Pick<ExperimentResult, 'experiment' | 'metrics' | 'summary' | 'interrupted'>;

export interface ReportOptions {
  /** The run folder. */
  readonly directory: string;
  readonly theory: ExperimentTheory | undefined;
  /** Where the folder holds a part of the experiment. */
  readonly shard: Shard | null;
}

/** A count with its word. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** What is going to be simulated, in two lines. @param details What else to tell about the runs, such as `2 threads`. */
export function describeExperiment(experiment: ResolvedExperiment, details: readonly string[] = []): string {
  const { name, problem, workers, methods: entries } = experiment;
  const what = problem.kind === 'mlp' ? `${problem.data}, ${problem.partition.kind} partition` : problem.kind;
  return (
    `${pc.bold(name)}: ${counted(entries.length, 'method')}, ${counted(listRuns(experiment).length, 'run')} on ${[what, ...details].join(', ')}\n` +
    `${counted(workers.count, 'worker')}, ${workers.computation.kind} computation times${networkText(workers)}`
  );
}

/** The figure of a run folder; undefined where there is nothing to draw. */
export async function reportFigure({ experiment, metrics, summary }: Reported, theory: ExperimentTheory | undefined): Promise<string | undefined> {
  if (summary.length === 0) return undefined;
  const predictions = theory === undefined ? undefined : theoryRecord(theory);
  const options = { ...quantityOf(experiment.target, metrics), title: experiment.name, lines: linesOf(bestStepsizes(summary)), predictions };
  return svgOf(runFigure(metrics, options));
}

/** Prints the chart, the table and where the results are. */
export function report({ experiment, metrics, summary, interrupted }: Reported, { directory, theory, shard }: ReportOptions): void {
  const best = bestStepsizes(summary);
  if (summary.length > 0) console.log(`\n${runChart(metrics, { ...quantityOf(experiment.target, metrics), lines: linesOf(best) })}\n`);
  const columns = theory === undefined ? {} : { theory: { record: theoryRecord(theory), notes: theoryNotes(experiment, theory) } };
  if (summary.length > 0) console.log(resultTable(best, { ...targetText(experiment), ...columns, traffic: trafficMatters(experiment), interrupted: interrupted || shard !== null }));
  if (experiment.kernels === 'fma') console.log('\nKernels: fma; the last bits of the results may differ between machines.');
  if (shard !== null && !interrupted) console.log(`\n${wrapText(shardText(shard, summary.length, experiment, directory), terminalWidth()).join('\n')}`);
  const more = theory === undefined ? '' : `, ${THEORY_FILE}`;
  const figure = summary.length > 0 ? `Figure:  ${directory}/figure.svg\n` : '';
  console.log(`\n${figure}Results: ${directory}/summary.json, metrics.jsonl, workers.jsonl, experiment.json${more}`);
}

/** What a part of an experiment is, and how the whole comes about. */
function shardText({ index, count }: Shard, runs: number, experiment: ResolvedExperiment, directory: string): string {
  const what = `This is shard ${index} of ${count}, with ${shardRunsText(runs, experiment)}`;
  if (count === 1) return `${what}.`;
  const all = directory.replace(new RegExp(`-shard-${index}-of-${count}$`), `-shard-*-of-${count}`);
  const folders = all === directory || /[^\w@%+=:,./*-]/.test(all) ? `with the folders of all ${count} shards` : all;
  return `${what}; when all are finished, join them: straggler merge ${folders}`;
}

/** `4 of 12 runs` */
export function shardRunsText(runs: number, experiment: ResolvedExperiment): string {
  return runs === 0 ? `none of the ${counted(listRuns(experiment).length, 'run')}` : `${runs} of ${counted(listRuns(experiment).length, 'run')}`;
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
