import { availableThreads, InputError } from '../../bindings/index.js';
import { experimentFlags } from '../flags.js';
import type { Shard } from '../output/unfinished.js';

/** The options of `straggler run`, beside the keys of an experiment. */
export interface RunCommandOptions extends Record<string, unknown> {
  out?: string;
  resume?: string;
  shard?: string;
  threads?: string;
  trace?: true;
  theory?: true;
  dryRun?: true;
  json?: true;
}

/** More is a slip of the finger. */
const MOST_THREADS = 1024;

/** The number of threads to use; default: as many as can run at the same time. */
export function threadsFrom({ threads }: RunCommandOptions): number {
  if (threads === undefined) return availableThreads();
  const count = Number(threads);
  if (!/^\d+$/.test(threads) || count < 1 || count > MOST_THREADS) {
    throw new InputError('run', '--threads', `be a whole number from 1 to ${MOST_THREADS}`, threads);
  }
  return count;
}

/** Which part of the runs to do; null: all. */
export function shardFrom({ shard }: RunCommandOptions): Shard | null {
  if (shard === undefined) return null;
  const [, first = '', second = ''] = /^(\d+)\/(\d+)$/.exec(shard) ?? [];
  const [index, count] = [Number(first), Number(second)];
  if (!Number.isSafeInteger(count) || index < 1 || index > count) {
    throw new InputError('run', '--shard', 'be i/k with whole numbers 1 ≤ i ≤ k, such as 2/4', shard);
  }
  return { index, count };
}

/** @throws InputError when something is given with `--resume` that the folder tells already. */
export function checkResume(file: string | undefined, options: RunCommandOptions): void {
  const given = (name: string, value: unknown): InputError => new InputError('run', name, "not be given together with '--resume', which takes it from the folder", value);
  if (file !== undefined) throw given('experiment', file);
  const flags = ['out', 'shard', 'trace', 'theory', 'dryRun', ...experimentFlags().map(({ path }) => path.join('.'))];
  for (const name of flags) if (options[name] !== undefined) throw given(name === 'dryRun' ? '--dry-run' : `--${name}`, options[name]);
}
