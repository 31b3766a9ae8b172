import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, listRuns, shardRuns, version } from '../../bindings/index.js';
import type { ExperimentRun, ResolvedExperiment, SummaryRecord } from '../../bindings/index.js';
import { readableNumber } from '../../figures/index.js';
import { readShard } from '../output/finished-run.js';
import { readSummary } from '../output/read-run.js';
import { resumeCommand, studyState, type Shard } from '../output/unfinished.js';
import { indicesOf, keyOf } from '../output/run-keys.js';

/** So many missing shards are named. */
const MOST_NAMED = 8;

/** A folder with some of the runs of an experiment. */
export interface Part {
  readonly folder: string;
  readonly experiment: ResolvedExperiment;
  /** The text of `experiment.json`. */
  readonly text: string;
  /** The records, by the index of their runs. */
  readonly summary: ReadonlyMap<number, SummaryRecord>;
  readonly shard: Shard | null;
}

/** @throws InputError when a folder is none of a finished run, or holds another experiment than the first. */
export async function readParts(folders: readonly string[]): Promise<Part[]> {
  const parts: Part[] = [];
  for (const folder of folders) {
    requireFinished(folder);
    const file = join(folder, 'experiment.json');
    const text = readFileSync(file, 'utf8');
    const first = parts[0];
    if (first !== undefined && text !== first.text) {
      throw new InputError('merge', 'run', `hold the same experiment as '${first.folder}'; the files 'experiment.json' differ`, folder);
    }
    const experiment = first?.experiment ?? readExperiment(file, text);
    parts.push({ folder, experiment, text, summary: await readRecords(folder, experiment), shard: await readShard(folder) });
  }
  return parts;
}

function requireFinished(folder: string): void {
  const state = studyState(folder);
  if (state === 'finished') return;
  if (state === 'unfinished') throw new InputError('merge', 'run', `be finished; '${resumeCommand(folder)}' goes on with it`, folder);
  throw new InputError('merge', 'run', "be the folder of a finished run, with 'experiment.json' and 'summary.json'", folder);
}

function readExperiment(file: string, text: string): ResolvedExperiment {
  try {
    const experiment = JSON.parse(text) as ResolvedExperiment;
    if (experiment.version !== version) throw new InputError(file, 'version', `be ${version}, this program's`, experiment.version);
    listRuns(experiment);
    return experiment;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(file, 'file', 'hold an experiment as it was written', text.slice(0, 40));
  }
}

async function readRecords(folder: string, experiment: ResolvedExperiment): Promise<Map<number, SummaryRecord>> {
  const file = join(folder, 'summary.json');
  const indices = indicesOf(experiment);
  const records = new Map<number, SummaryRecord>();
  for (const record of await readSummary(file)) {
    const run = indices.get(keyOf(record));
    if (run === undefined) throw new InputError(file, 'runs', "be runs of the experiment in 'experiment.json'", keyOf(record));
    if (record.status === 'interrupted') throw new InputError(file, 'runs', 'be complete', `${keyOf(record)}, which was interrupted`);
    records.set(run, record);
  }
  return records;
}

/** @throws InputError when runs are missing: how many, the first of them, and what computes them. */
export function requireWhole({ experiment, sources }: { experiment: ResolvedExperiment; sources: ReadonlyMap<number, Part> }, parts: readonly Part[]): void {
  const runs = listRuns(experiment);
  const missing = runs.filter(({ index }) => !sources.has(index));
  const [first] = missing;
  if (first === undefined) return;
  const what = `hold all ${runs.length} runs together: ${missing.length} ${missing.length === 1 ? 'is' : 'are'} missing, ${missing.length === 1 ? '' : 'first '}${runText(first)}`;
  throw new InputError('merge', 'run', what + remedy(experiment, missing, parts), parts.map(({ folder }) => folder).join("', '"));
}

function runText({ method, stepsize, seed }: ExperimentRun): string {
  return `${method} with stepsize ${readableNumber(stepsize)} and seed ${seed}`;
}

/** The shards that the missing runs belong to, where the folders tell how the experiment was split. */
function remedy(experiment: ResolvedExperiment, missing: readonly ExperimentRun[], parts: readonly Part[]): string {
  const count = parts.find(({ shard }) => shard !== null)?.shard?.count;
  if (count === undefined) return '';
  const shards = Array.from({ length: count }, (_, place) => place + 1).filter((index) => {
    const runs = new Set(shardRuns(experiment, index, count));
    return missing.some((run) => runs.has(run.index));
  });
  const named = shards.slice(0, MOST_NAMED).map((index) => `--shard ${index}/${count}`);
  const rest = shards.length > MOST_NAMED ? ` and ${shards.length - MOST_NAMED} more` : '';
  return ` ('straggler run' with ${named.join(', ')}${rest} computes ${missing.length === 1 ? 'it' : 'them'})`;
}
