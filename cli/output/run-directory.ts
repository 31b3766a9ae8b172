import { closeSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError, StragglerError } from '../../bindings/index.js';
import type { MetricsRecord, ResolvedExperiment, SummaryRecord, TraceRecord, WorkersRecord } from '../../bindings/index.js';
import { stringifyJson } from '../json.js';
import { THEORY_FILE, type TheoryRecord } from './theory/record.js';

/** Trace lines are written in pieces of about this many characters. */
const TRACE_BUFFER = 65_536;

/** The folder that a run leaves behind. Lines are appended as they come; whole files are replaced atomically. */
export class RunDirectory {
  readonly path: string;
  readonly #metrics: number;
  readonly #workers: number;
  readonly #summary: SummaryRecord[] = [];
  #events: number | undefined;
  #buffer = '';

  private constructor(path: string) {
    this.path = path;
    this.#metrics = openSync(join(path, 'metrics.jsonl'), 'w');
    this.#workers = openSync(join(path, 'workers.jsonl'), 'w');
  }

  /**
   * Makes the folder for an experiment. Two runs that start at the same time get different folders.
   * @param out Where the user wants it; without it `runs/<name>`, or `runs/<name>-2` and so on where that is taken.
   * @throws InputError when `out` exists and is not an empty folder, or the folder cannot be made.
   */
  static create(name: string, out: string | undefined): RunDirectory {
    try {
      if (out !== undefined) {
        requireFree(out);
        mkdirSync(out, { recursive: true });
        return new RunDirectory(out);
      }
      mkdirSync('runs', { recursive: true });
      for (let number = 1; ; number += 1) {
        const path = join('runs', number === 1 ? name : `${name}-${number}`);
        if (makeExclusively(path)) return new RunDirectory(path);
      }
    } catch (error) {
      if (error instanceof InputError) throw error;
      const reason = (error as Error).message.split(',')[0];
      throw new InputError('run', '--out', `be a folder that can be made and written to (${reason})`, out ?? 'runs');
    }
  }

  writeExperiment(experiment: ResolvedExperiment): void {
    this.write('experiment.json', `${stringifyJson(experiment, 2)}\n`);
  }

  writeTheory(theory: TheoryRecord): void {
    this.write(THEORY_FILE, `${stringifyJson(theory, 2)}\n`);
  }

  appendMetrics(record: MetricsRecord): void {
    this.#writing('metrics.jsonl', () => writeSync(this.#metrics, `${stringifyJson(record)}\n`));
  }

  /** Adds a run to `summary.json`. */
  appendSummary(record: SummaryRecord): void {
    this.#summary.push(record);
    this.write('summary.json', `[\n${this.#summary.map((run) => `  ${stringifyJson(run)}`).join(',\n')}\n]\n`);
  }

  appendWorkers(record: WorkersRecord): void {
    const seconds = Object.fromEntries(Object.entries(record.seconds).map(([kind, list]) => [kind, list.map(shortened)]));
    this.#writing('workers.jsonl', () => writeSync(this.#workers, `${stringifyJson({ ...record, seconds })}\n`));
  }

  appendTrace(record: TraceRecord): void {
    this.#buffer += `${stringifyJson(record)}\n`;
    if (this.#buffer.length >= TRACE_BUFFER) this.#flushTrace();
  }

  /** Replaces a file of the folder as a whole. @returns Its path. */
  write(file: string, content: string): string {
    const path = join(this.path, file);
    const draft = `${path}.tmp`;
    this.#writing(file, () => {
      try {
        writeFileSync(draft, content);
        renameSync(draft, path);
      } catch (error) {
        rmSync(draft, { force: true });
        throw error;
      }
    });
    return path;
  }

  /** Removes the folder if nothing has been computed yet. */
  discardUnused(): void {
    if (this.#summary.length === 0 && statSync(join(this.path, 'metrics.jsonl')).size === 0) {
      rmSync(this.path, { recursive: true });
      if (dirname(this.path) === 'runs' && readdirSync('runs').length === 0) rmdirSync('runs');
    }
  }

  close(): void {
    if (this.#buffer !== '') this.#flushTrace();
    if (this.#events !== undefined) closeSync(this.#events);
    closeSync(this.#metrics);
    closeSync(this.#workers);
  }

  #flushTrace(): void {
    const text = this.#buffer;
    this.#buffer = '';
    this.#writing('events.jsonl', () => {
      this.#events ??= openSync(join(this.path, 'events.jsonl'), 'w');
      writeSync(this.#events, text);
    });
  }

  /** @throws StragglerError naming the file when it cannot be written, such as on a full disk. */
  #writing(file: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      throw new StragglerError(`run: '${join(this.path, file)}' could not be written (${(error as Error).message.split(',')[0]})`);
    }
  }
}

/** To nine significant digits: the file holds a number per kind and worker, and nobody needs more. */
function shortened(seconds: number): number {
  return Number(seconds.toPrecision(9));
}

function requireFree(path: string): void {
  if (!existsSync(path)) return;
  if (existsSync(join(path, 'summary.json'))) throw new InputError('run', '--out', 'not be the folder of an earlier run', path);
  if (!statSync(path).isDirectory() || readdirSync(path).length > 0) throw new InputError('run', '--out', 'be a new or an empty folder', path);
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
