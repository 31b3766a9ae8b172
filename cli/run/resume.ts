import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, parseExperiment, resolveExperiment, version } from '../../bindings/index.js';
import type { ResolvedExperiment } from '../../bindings/index.js';
import { theoryOfRun } from '../complexity/theory-of-run.js';
import { tellFinished } from '../output/finished-run.js';
import { counted, describeExperiment } from '../output/report.js';
import { RunDirectory } from '../output/run-directory.js';
import { removeLeftovers, studyState } from '../output/unfinished.js';
import { threadsFrom, type RunCommandOptions } from './options.js';
import { studyDetails } from './shard.js';
import { carryOut } from './study.js';

/** `straggler run --resume`: goes on with the study of a run folder. */
export async function resume(path: string, options: RunCommandOptions): Promise<void> {
  const threads = threadsFrom(options);
  requireStudy(path);
  if (studyState(path) === 'finished') return finished(path, options);
  const experiment = await readExperiment(join(path, 'experiment.json'));
  const directory = RunDirectory.resume(path);
  if (directory === undefined) return finished(path, options);
  const { plan, known } = directory.study;
  try {
    const theory = plan.theory ? await theoryOfRun(experiment, {}) : undefined;
    const text = describeExperiment(experiment, studyDetails(experiment, plan.shard, threads));
    const description = `Going on with ${path}: ${known.length === 0 ? 'no run is' : `${counted(known.length, 'run')} ${known.length === 1 ? 'is' : 'are'}`} complete.\n${text}`;
    await carryOut({ experiment, theory, directory, threads, json: options.json === true, description });
  } finally {
    directory.close();
  }
}

/** @throws InputError when a folder holds no study that could go on or is finished. */
function requireStudy(path: string): void {
  const state = studyState(path);
  if (state === 'none') throw new InputError('run', '--resume', "be the folder of a study that 'straggler run' has begun", path);
  if (state === 'not begun') {
    throw new InputError('run', '--resume', "be the folder of a study that has begun; this one was killed before that, and 'straggler run … --out' takes the folder", path);
  }
}

async function finished(path: string, options: RunCommandOptions): Promise<void> {
  removeLeftovers(path);
  if (options.json !== true) console.log(`${path} is finished already; nothing was changed.`);
  await tellFinished('run', path, options.json === true);
}

async function readExperiment(file: string): Promise<ResolvedExperiment> {
  const { value, locate } = await parseExperiment(readFileSync(file, 'utf8'), file);
  const { version: written } = value as { version?: unknown };
  if (written !== version) {
    throw new InputError(file, 'version', `be ${version}, this program's, to go on: another version may compute other results`, written);
  }
  return resolveExperiment(value, locate);
}
