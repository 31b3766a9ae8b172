import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bestStepsizes, InputError } from '../../bindings/index.js';
import type { ExperimentTheory, MetricsRecord, ResolvedExperiment } from '../../bindings/index.js';
import { theoryOfRun } from '../complexity/theory-of-run.js';
import { stringifyJson } from '../json.js';
import { streamJsonLines } from './json-lines.js';
import { asMetrics, readJson, readSummary } from './read-run.js';
import { report, type Reported } from './report.js';
import { THEORY_FILE, theoryRecord } from './theory/record.js';
import type { Shard } from './unfinished.js';

/** Which shard a folder holds; null where it is the whole experiment. */
export async function readShard(folder: string): Promise<Shard | null> {
  const file = join(folder, 'shard.json');
  const value = (await readJson(file)) as Partial<Shard> | undefined;
  if (value === undefined) return null;
  const { index, count } = value;
  if (typeof index !== 'number' || typeof count !== 'number') throw new InputError(file, 'file', 'hold the number of a shard, and how many there are', value);
  return { index, count };
}

/** Prints the results of a finished study again. */
export async function tellFinished(command: string, folder: string, json: boolean): Promise<void> {
  const file = join(folder, 'experiment.json');
  const experiment = (await readJson(file)) as ResolvedExperiment;
  const metrics: MetricsRecord[] = [];
  const metricsFile = join(folder, 'metrics.jsonl');
  if (!existsSync(metricsFile)) throw new InputError(command, 'run', "be the folder of a run, with a file 'metrics.jsonl'", folder);
  for await (const { value, where } of streamJsonLines(metricsFile, (line) => line !== '')) metrics.push(asMetrics(value, where));
  const summary = await readSummary(join(folder, 'summary.json'));
  const theory = existsSync(join(folder, THEORY_FILE)) ? await theoryOfRun(experiment, {}) : undefined;
  tellResults({ experiment, metrics, summary, interrupted: false }, folder, theory, await readShard(folder), json);
}

/** Prints results as `straggler run` does. */
export function tellResults(result: Reported, directory: string, theory: ExperimentTheory | undefined, shard: Shard | null, json: boolean): void {
  if (!json) return report(result, { directory, theory, shard });
  const { experiment, summary, interrupted } = result;
  const predictions = theory === undefined ? {} : { theory: theoryRecord(theory) };
  console.log(stringifyJson({ directory, experiment, summary, best: bestStepsizes(summary), interrupted, ...predictions }, 2));
}
