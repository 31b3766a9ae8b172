import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../bindings/index.js';
import type { MetricsRecord, ResolvedExperiment, SummaryRecord } from '../../bindings/index.js';
import { indexLines, type LineIndex } from '../output/line-segments.js';
import { asMetrics } from '../output/read-run.js';
import { THEORY_FILE } from '../output/theory/record.js';
import { indicesOf, keyOf } from '../output/run-keys.js';
import type { Part } from './parts.js';

/** The files of lines that a run folder may have. */
export const LINE_FILES = ['metrics.jsonl', 'workers.jsonl', 'events.jsonl'] as const;
export type LineFile = (typeof LINE_FILES)[number];

/** All runs of several parts, in canonical order. */
export interface Joined {
  readonly experiment: ResolvedExperiment;
  /** The text of `experiment.json`. */
  readonly text: string;
  readonly metrics: readonly MetricsRecord[];
  readonly summary: readonly SummaryRecord[];
  /** The part that each run is taken from, in canonical order. */
  readonly sources: ReadonlyMap<number, Part>;
  /** Where the lines are; files that not every part has are left out. */
  readonly lines: ReadonlyMap<LineFile, ReadonlyMap<Part, LineIndex>>;
  /** The text of `theory.json`, where every part has it. */
  readonly theory: string | undefined;
  /** Sentences on what is left out. */
  readonly notes: readonly string[];
}

/** @throws InputError when two parts disagree about a run, or a file is damaged. */
export async function joinParts(all: readonly Part[]): Promise<Joined> {
  const { experiment, text } = all[0]!;
  const sources = chooseSources(all);
  const parts = all.filter(({ summary }) => summary.size > 0); // a shard without runs has nothing that could be missing
  const notes: string[] = [];
  const lines = new Map<LineFile, Map<Part, LineIndex>>();
  const indices = indicesOf(experiment);
  const byRun = new Map<number, MetricsRecord[]>([...sources.keys()].map((run) => [run, []]));
  for (const name of LINE_FILES) {
    if (!everybodyHas(parts, name, notes)) continue;
    const files = new Map<Part, LineIndex>();
    for (const part of parts) files.set(part, await indexLines(join(part.folder, name), (record, where) => runOf(part, name, record, where)));
    lines.set(name, files);
  }
  function runOf(part: Part, name: LineFile, record: Record<string, unknown>, where: string): number {
    const run = indices.get(keyOf(record as { method: string; stepsize: number; seed: number }));
    if (run === undefined || !part.summary.has(run)) throw new InputError(where, 'line', "be about a run in 'summary.json'", record);
    if (name === 'metrics.jsonl' && sources.get(run) === part) byRun.get(run)!.push(asMetrics(record, where));
    return run;
  }
  return {
    experiment,
    text,
    metrics: [...byRun.values()].flat(),
    summary: [...sources].map(([run, part]) => part.summary.get(run)!),
    sources,
    lines,
    theory: everybodyHas(parts, THEORY_FILE, notes) ? commonText(parts, THEORY_FILE) : undefined,
    notes,
  };
}

/** The first part that has a run; the others must agree about it. */
function chooseSources(parts: readonly Part[]): Map<number, Part> {
  const sources = new Map<number, Part>();
  for (const part of parts) {
    for (const [run, record] of part.summary) {
      const other = sources.get(run);
      if (other === undefined) sources.set(run, part);
      else if (other.summary.get(run)!.digest !== record.digest) {
        const rule = `agree with '${other.folder}' about ${record.method} with stepsize ${record.stepsize} and seed ${record.seed}: the digests of the run differ`;
        throw new InputError('merge', 'run', rule, part.folder);
      }
    }
  }
  return new Map([...sources].sort(([a], [b]) => a - b));
}

/** Whether all parts have a file; notes it where only some have. */
function everybodyHas(parts: readonly Part[], name: string, notes: string[]): boolean {
  const without = parts.filter(({ folder }) => !existsSync(join(folder, name)));
  if (without.length === 0) return parts.length > 0;
  if (name === 'metrics.jsonl' || name === 'workers.jsonl') throw new InputError('merge', 'run', `be the folder of a finished run, with a file '${name}'`, without[0]!.folder);
  if (without.length < parts.length) notes.push(`${name} is left out: '${without[0]!.folder}' has none.`);
  return false;
}

function commonText(parts: readonly Part[], name: string): string {
  const [first, ...others] = parts.map(({ folder }) => ({ folder, text: readFileSync(join(folder, name), 'utf8') }));
  const other = others.find(({ text }) => text !== first!.text);
  if (other !== undefined) throw new InputError('merge', 'run', `have the same ${name} as '${first!.folder}'`, other.folder);
  return first!.text;
}
