import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { InputError, targetReached } from '../../bindings/index.js';
import type { MetricsRecord, SummaryRecord, Target } from '../../bindings/index.js';
import { parseJsonLines } from './json-lines.js';
import { keyOf } from './run-keys.js';
import { resumeCommand, studyState } from './unfinished.js';

/** What `straggler run` left in a run folder. */
export interface RunFolder {
  folder: string;
  /** The experiment's name. */
  name: string;
  metrics: MetricsRecord[];
  /** One record per run; for runs that an interruption kept out of `summary.json`, what the metrics tell. */
  summary: SummaryRecord[];
  target: Target;
  /** How many workers there are; undefined when `experiment.json` does not tell. */
  workers: number | undefined;
  /** Sentences on what is missing. */
  notes: string[];
}

const REQUIRED = ['stepsize', 'seed', 'time', 'updates', 'gradients'] as const;
const MEASURED = ['objective', 'suboptimality', 'worstWorkerObjective', 'gradientNormSquared', 'trainAccuracy', 'testAccuracy'] as const;

/**
 * Reads a run folder, also one of an interrupted run.
 *
 * @throws InputError when the folder is missing or none of a run, or when a file is damaged in more than its last line.
 */
export async function readRun(folder: string): Promise<RunFolder> {
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw new InputError('plot', 'run', 'be the folder of a run', folder);
  const metricsFile = join(folder, 'metrics.jsonl');
  const text = await read(metricsFile);
  const unfinished = studyState(folder) === 'unfinished';
  if (text === undefined && unfinished) {
    throw new InputError('plot', 'run', `be the folder of a run with results; this one is unfinished, and '${resumeCommand(folder)}' goes on with it`, folder);
  }
  if (text === undefined) throw new InputError('plot', 'run', "be the folder of a run, with a file 'metrics.jsonl'", folder);
  const { metrics, torn } = parseMetrics(text, metricsFile);
  if (metrics.length === 0) throw new InputError(metricsFile, 'metrics', 'hold at least one evaluation', 0);
  const notes = torn ? [`${metricsFile}: the last line is incomplete, as an interruption leaves it; it is left out.`] : [];
  if (unfinished) notes.push(`${folder}: the study is unfinished; '${resumeCommand(folder)}' goes on with it.`);
  const experiment = (await readJson(join(folder, 'experiment.json'))) ?? {};
  const { name, target, workers } = experiment as { name?: unknown; target?: Target | null; workers?: { count?: number } };
  const { summary, rebuilt } = completeSummary(await readSummary(join(folder, 'summary.json')), metrics, target ?? {});
  if (rebuilt > 0) notes.push(`${folder}: ${rebuilt} of ${summary.length} runs are not in summary.json; they are shown as far as they came.`);
  return { folder, name: typeof name === 'string' ? name : basename(resolve(folder)), metrics, summary, target: target ?? {}, workers: workers?.count, notes };
}

/** @returns The file's text; undefined when there is none. @throws InputError when it cannot be read. */
export async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new InputError(file, 'file', 'be readable', (error as NodeJS.ErrnoException).code ?? 'an unknown error');
  }
}

/** @returns What the file holds; undefined when there is none. @throws InputError when it is no object or list. */
export async function readJson(file: string): Promise<unknown> {
  const text = await read(file);
  if (text === undefined) return undefined;
  const value = parse(text);
  if (typeof value !== 'object' || value === null) throw new InputError(file, 'file', 'hold JSON', text.slice(0, 40));
  return value;
}

/** @returns The records; none when there is no file. @throws InputError when it is no list. */
export async function readSummary(file: string): Promise<SummaryRecord[]> {
  const value = (await readJson(file)) ?? [];
  if (!Array.isArray(value)) throw new InputError(file, 'file', 'hold a list of runs', value);
  return (value as Record<string, unknown>[]).map(asSummary);
}

/** JSON has no NaN: null is a number that was none, except for a target that was not reached. */
function asSummary(record: Record<string, unknown>): SummaryRecord {
  const entries = Object.entries(record).map(([key, value]) => [key, value === null && key !== 'timeToTarget' ? NaN : value]);
  const restored: unknown = Object.fromEntries(entries);
  return restored as SummaryRecord;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseMetrics(text: string, file: string): { metrics: MetricsRecord[]; torn: boolean } {
  const { lines, torn } = parseJsonLines(text, file);
  return { metrics: lines.map(({ value, where }) => asMetrics(value, where)), torn };
}

/**
 * Makes an evaluation of a line of `metrics.jsonl`. JSON has no NaN and no ∞: a measured null is a value that was not finite.
 * @throws InputError at `where` when a key is missing or of another kind.
 */
export function asMetrics(record: Record<string, unknown>, where: string): MetricsRecord {
  if (typeof record['method'] !== 'string') throw new InputError(where, 'method', 'be a name', record['method']);
  for (const key of REQUIRED) {
    if (typeof record[key] !== 'number') throw new InputError(where, key, 'be a number', record[key]);
  }
  const result = { ...record };
  for (const key of MEASURED) {
    if (record[key] === null) result[key] = NaN;
    else if (record[key] !== undefined && typeof record[key] !== 'number') throw new InputError(where, key, 'be a number', record[key]);
  }
  return result as unknown as MetricsRecord;
}

/** Adds a record for every run that has metrics but no summary yet. */
function completeSummary(
  summary: SummaryRecord[],
  metrics: readonly MetricsRecord[],
  target: Target,
): { summary: SummaryRecord[]; rebuilt: number } {
  const known = new Set(summary.map(keyOf));
  const missing = new Map<string, MetricsRecord[]>();
  for (const record of metrics) {
    if (known.has(keyOf(record))) continue;
    const records = missing.get(keyOf(record));
    if (records === undefined) missing.set(keyOf(record), [record]);
    else records.push(record);
  }
  return { summary: [...summary, ...[...missing.values()].map((records) => interruptedRun(records, target))], rebuilt: missing.size };
}

function interruptedRun(records: readonly MetricsRecord[], target: Target): SummaryRecord {
  const { method, stepsize, seed, time, updates, gradients, objective, worstWorkerObjective } = records.at(-1)!;
  const reached = records.find((record) => targetReached(record, target));
  return {
    method, stepsize, seed, time, updates, gradients, status: 'interrupted', finalObjective: objective,
    finalWorstWorkerObjective: worstWorkerObjective,
    bestObjective: records.reduce((best, record) => Math.min(best, record.objective), Infinity),
    timeToTarget: reached?.time ?? null, gradientsDiscarded: 0, discardedTime: 0, meanDelay: NaN, maxDelay: NaN, utilization: NaN,
    bytesUp: 0, bytesDown: 0, wallSeconds: 0, digest: '',
  };
}
