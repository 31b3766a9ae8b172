import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InputError, INTERVAL_KINDS } from '../../../bindings/index.js';
import type { IntervalKind, TraceRecord } from '../../../bindings/index.js';
import { TimelineBuilder } from '../../../figures/index.js';
import type { Timeline, TraceRange } from '../../../figures/index.js';
import { streamJsonLines, type JsonLine } from '../json-lines.js';

/** Which run of a trace to read. */
export interface TraceKey {
  method: string;
  stepsize: number;
  seed: number;
}

/**
 * Reads the beginnings of runs from `events.jsonl`. The file is read piece by piece, no farther than needed, and what is held does
 * not grow with it.
 * @returns a timeline per key, in that order; without stretches where the trace does not have the run.
 * @throws InputError when there is no such file, or a line is damaged.
 */
export async function readTimelines(file: string, keys: readonly TraceKey[], range: TraceRange): Promise<Timeline[]> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw new InputError('plot', '--timeline', "be used with a run that was made with 'straggler run --trace'", dirname(file));
  const names = [...new Set(keys.map(({ method }) => JSON.stringify(method)))];
  const builders = keys.map(() => new TimelineBuilder(range));
  for await (const line of streamJsonLines(file, (text) => names.some((name) => text.includes(name)))) {
    const { method, stepsize, seed } = line.value;
    const index = keys.findIndex((key) => key.method === method && key.stepsize === stepsize && key.seed === seed);
    const builder = builders[index];
    if (builder === undefined || builder.done) continue;
    const record = recordOf(line);
    if (record !== undefined) builder.add(record);
    if (builders.every(({ done }) => done)) break;
  }
  return builders.map(({ timeline }) => timeline);
}

/**
 * A line of a trace; undefined for what a timeline does not show.
 * @throws InputError when it is damaged.
 */
function recordOf({ value, where }: JsonLine): TraceRecord | undefined {
  const { type, direction, kind } = value;
  for (const key of type === undefined ? ['time'] : ['start', 'end']) {
    if (typeof value[key] !== 'number') throw new InputError(where, key, 'be a number', value[key]);
  }
  if (type === 'flight' && direction !== 'up' && direction !== 'down') throw new InputError(where, 'direction', "be 'up' or 'down'", direction);
  if (type === 'interval' && !INTERVAL_KINDS.includes(kind as IntervalKind)) throw new InputError(where, 'kind', `be one of ${INTERVAL_KINDS.join(', ')}`, kind);
  return type === undefined || type === 'flight' || type === 'interval' ? (value as unknown as TraceRecord) : undefined;
}
