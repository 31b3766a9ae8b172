import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '../../bindings/index.js';
import { FolderLock } from './lock.js';
import { THEORY_FILE } from './theory/record.js';
import { studyState, UNFINISHED } from './unfinished.js';

/** The files of a run folder. */
export const RUN_FILES = ['experiment.json', 'metrics.jsonl', 'workers.jsonl', 'events.jsonl', 'summary.json', 'shard.json', THEORY_FILE, 'figure.svg'] as const;

/**
 * Makes a folder for results. Two commands that start at the same time get different ones.
 * @param command Who wants it, for errors.
 * @param name What it is called within `runs`, or `name-2` and so on where that is taken.
 * @param out Where the user wants it instead.
 * @throws InputError when `out` exists and is not an empty folder, or the folder cannot be made.
 */
export function makeRunFolder(command: string, name: string, out: string | undefined): string {
  try {
    if (out !== undefined) {
      requireFree(command, out);
      makeFolders(out);
      return out;
    }
    makeFolders('runs');
    for (let number = 1; ; number += 1) {
      const path = join('runs', number === 1 ? name : `${name}-${number}`);
      if (makeExclusively(path)) return path;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    const reason = (error as Error).message.split(',')[0];
    throw new InputError(command, '--out', `be a folder that can be made and written to (${reason})`, out ?? 'runs');
  }
}

/** Removes a folder that nothing has come of. */
export function removeRunFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
  if (dirname(path) === 'runs' && readdirSync('runs').length === 0) rmdirSync('runs');
}

function requireFree(command: string, path: string): void {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) throw new InputError(command, '--out', 'be a new or an empty folder', path);
  const state = studyState(path);
  if (state === 'finished' || existsSync(join(path, 'summary.json'))) throw new InputError(command, '--out', 'not be the folder of an earlier run', path);
  if (state === 'unfinished') throw new InputError(command, '--out', "not be the folder of an unfinished study; '--resume' goes on with it", path);
  if (state === 'not begun') clearNotBegun(path);
  if (readdirSync(path).length > 0) throw new InputError(command, '--out', 'be a new or an empty folder', path);
}

/** Removes what a command has left that was killed before it had written the experiment. @throws StragglerError when it is still at work. */
function clearNotBegun(path: string): void {
  const folder = join(path, UNFINISHED);
  FolderLock.take(folder);
  for (const name of RUN_FILES) for (const ending of ['', '.tmp']) rmSync(join(path, name + ending), { force: true });
  rmSync(folder, { recursive: true, force: true });
}

/** As `mkdir -p`. Node's own reports another error where a folder is read-only, and in `/proc` it does not end. */
function makeFolders(path: string): void {
  if (existsSync(path)) return;
  makeFolders(dirname(path));
  makeExclusively(path);
}

/** @returns Whether this call made the folder. */
function makeExclusively(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
