import { join } from 'node:path';
import { InputError, INTERVAL_KINDS } from '../../../bindings/index.js';
import type { WorkersRecord } from '../../../bindings/index.js';
import { parseJsonLines } from '../json-lines.js';
import { read } from '../read-run.js';

/**
 * How the workers of a run folder's runs spent their time.
 * @returns a record per finished run; undefined when the folder has no `workers.jsonl`.
 * @throws InputError when the file is damaged in more than its last line.
 */
export async function readWorkers(folder: string): Promise<WorkersRecord[] | undefined> {
  const file = join(folder, 'workers.jsonl');
  const content = await read(file);
  if (content === undefined) return undefined;
  return parseJsonLines(content, file).lines.map(({ value, where }) => {
    const { method, stepsize, seed, delays, seconds, gradients } = value;
    if (typeof method !== 'string') throw new InputError(where, 'method', 'be a name', method);
    if (typeof stepsize !== 'number') throw new InputError(where, 'stepsize', 'be a number', stepsize);
    if (typeof seed !== 'number') throw new InputError(where, 'seed', 'be a number', seed);
    if (!Array.isArray(delays)) throw new InputError(where, 'delays', 'be a list of pairs', delays);
    if (!Array.isArray(gradients)) throw new InputError(where, 'gradients', 'be a list of numbers', gradients);
    for (const kind of INTERVAL_KINDS) {
      const list = (seconds as Record<string, unknown> | null | undefined)?.[kind];
      if (!Array.isArray(list)) throw new InputError(where, `seconds.${kind}`, 'be a list of numbers', list);
    }
    return value as unknown as WorkersRecord;
  });
}
