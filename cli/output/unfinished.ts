import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError, type RunOutcome } from '../../bindings/index.js';
import { CheckpointFiles } from './checkpoint-files.js';
import { replaceFile, syncFolder, writeFully, writing } from './durable.js';
import { Journal } from './journal.js';
import { FolderLock } from './lock.js';
import { TraceParts } from './trace-parts.js';

/** The folder within a run folder that holds what a study needs to go on; it is removed at the end. */
export const UNFINISHED = 'unfinished';
const PLAN = 'plan.json';
const JOURNAL = 'runs.jsonl';

/** Part i of k of a study. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** What was asked for beside the experiment. */
export interface StudyPlan {
  readonly shard: Shard | null;
  readonly trace: boolean;
  readonly theory: boolean;
}

/**
 * How far the study of a run folder is. The files appear in this order: the folder `unfinished`, in it the plan, the experiment beside it
 * (`begun`), at the end the results; then the plan goes first.
 */
export type StudyState = 'none' | 'not begun' | 'unfinished' | 'finished';

export function studyState(path: string): StudyState {
  if (!existsSync(join(path, 'experiment.json'))) return existsSync(join(path, UNFINISHED)) ? 'not begun' : 'none';
  if (existsSync(join(path, UNFINISHED, PLAN))) return 'unfinished';
  return existsSync(join(path, 'summary.json')) ? 'finished' : 'none';
}

/** The command that goes on with a study. */
export function resumeCommand(path: string): string {
  const safe = path.startsWith('-') ? `./${path}` : path;
  return `straggler run --resume ${/^[\w@%+=:,./-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", "'\\''")}'`}`;
}

/** What a study needs to go on after it was killed: its plan, the runs that are over, checkpoints and events. One process at a time has it. */
export class Unfinished {
  readonly plan: StudyPlan;
  /** The runs that were over when the study was taken up. */
  readonly known: readonly RunOutcome[];
  readonly journal: Journal;
  readonly traces: TraceParts;
  readonly checkpoints: CheckpointFiles;
  /** Sentences for the user on what was found. */
  readonly notices: string[] = [];
  readonly #folder: string;
  readonly #lock: FolderLock;

  private constructor(folder: string, lock: FolderLock, plan: StudyPlan) {
    this.#folder = folder;
    this.#lock = lock;
    this.plan = plan;
    const path = join(folder, JOURNAL);
    this.journal = new Journal(path);
    syncFolder(folder);
    const { outcomes, damaged } = this.journal.found;
    this.known = outcomes;
    if (damaged !== undefined) {
      this.notices.push(`${path}:${damaged} is incomplete or damaged, as a kill or a power cut leaves it; it was cut off, and what it held is run again.`);
    }
    this.traces = new TraceParts(folder);
    this.traces.keepOnly(this.journal.runs);
    this.checkpoints = new CheckpointFiles(folder, (text) => this.notices.push(text));
  }

  /**
   * Begins a study in a folder.
   * @param experiment The text of its `experiment.json`.
   */
  static begin(directory: string, plan: StudyPlan, experiment: string): Unfinished {
    const folder = join(directory, UNFINISHED);
    writing('run', folder, () => mkdirSync(folder, { recursive: true }));
    const lock = FolderLock.take(folder);
    const text = `${JSON.stringify({ ...plan, experiment: digestOf(experiment) }, null, 2)}\n`;
    writing('run', join(folder, PLAN), () => replaceFile(join(folder, PLAN), (file) => writeFully(file, text)));
    syncFolder(directory);
    return new Unfinished(folder, lock, plan);
  }

  /**
   * Takes up the study of a folder.
   * @returns undefined where another process has finished it in the meantime.
   * @throws InputError when the experiment was changed, or the plan is damaged; StragglerError when another process has the study.
   */
  static open(directory: string, experiment: string): Unfinished | undefined {
    const folder = join(directory, UNFINISHED);
    const path = join(folder, PLAN);
    let lock: FolderLock | undefined;
    try {
      lock = FolderLock.take(folder);
      const plan = readPlan(path);
      if (plan.experiment !== digestOf(experiment)) {
        const where = join(directory, 'experiment.json');
        throw new InputError(where, 'file', 'be as it was when the study began, because other results belong to another experiment', 'another content');
      }
      return new Unfinished(folder, lock, plan);
    } catch (error) {
      lock?.release();
      if (studyState(directory) === 'finished') return undefined;
      throw error;
    }
  }

  /** Keeps a run that is over: its events first, then its outcome. */
  keep(outcome: RunOutcome): void {
    this.#lock.verify();
    this.traces.finish(outcome.index);
    this.journal.append(outcome);
  }

  /** Whether there is nothing that a later process could build on. */
  get empty(): boolean {
    return this.journal.runs.size === 0 && this.checkpoints.count === 0;
  }

  /** Ends the work; another process may go on. */
  close(): void {
    this.traces.close();
    this.journal.close();
    this.#lock.release();
  }

  /** The results are written: nothing of this is needed any more. The plan goes first, so that a kill leaves a study that is finished. */
  remove(): void {
    this.#lock.verify();
    this.traces.close();
    this.journal.close();
    rmSync(join(this.#folder, PLAN), { force: true });
    syncFolder(this.#folder);
    removeLeftovers(dirname(this.#folder));
  }
}

/** Removes the folder `unfinished` of a study that is finished, if it is still there. */
export function removeLeftovers(directory: string): void {
  try {
    rmSync(join(directory, UNFINISHED), { recursive: true, force: true });
    syncFolder(directory);
  } catch {
    // Without a plan it does no harm.
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function readPlan(path: string): StudyPlan & { experiment: string } {
  const text = readFileSync(path, 'utf8');
  const fail = (): InputError => new InputError(path, 'file', 'hold the plan of a study, as it was written', text.slice(0, 40));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw fail();
  }
  const { shard, trace, theory, experiment } = (value ?? {}) as Partial<Record<string, unknown>>;
  const sharded = shard as Partial<Shard> | null | undefined;
  const valid = shard === null || (typeof sharded?.index === 'number' && typeof sharded.count === 'number');
  if (!valid || typeof trace !== 'boolean' || typeof theory !== 'boolean' || typeof experiment !== 'string') throw fail();
  return { shard: sharded as Shard | null, trace, theory, experiment };
}
