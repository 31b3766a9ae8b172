import { closeSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../bindings/index.js';
import type { MetricsRecord, ResolvedExperiment, SummaryRecord, TraceRecord } from '../../bindings/index.js';
import { stringifyJson } from '../json.js';

/** Trace lines are written in pieces of about this many characters. */
const TRACE_BUFFER = 65_536;

/** The folder that a run leaves behind. Lines are appended as they come; whole files are replaced atomically. */
export class RunDirectory {
  readonly path: string;
  readonly #metrics: number;
  readonly #summary: SummaryRecord[] = [];
  #events: number | undefined;
  #buffer = '';

  private constructor(path: string) {
    mkdirSync(path, { recursive: true });
    this.path = path;
    this.#metrics = openSync(join(path, 'metrics.jsonl'), 'w');
  }

  /**
   * Makes the folder for an experiment.
   * @param out Where the user wants it; without it `runs/<name>`, or `runs/<name>-2` and so on where that is taken.
   * @throws InputError when `out` exists and is not an empty folder, or the folder cannot be made.
   */
  static create(name: string, out: string | undefined): RunDirectory {
    const taken = (path: string): boolean => existsSync(path) && (!statSync(path).isDirectory() || readdirSync(path).length > 0);
    if (out !== undefined) {
      if (existsSync(join(out, 'summary.json'))) throw new InputError('run', '--out', 'not be the folder of an earlier run', out);
      if (taken(out)) throw new InputError('run', '--out', 'be a new or an empty folder', out);
      return RunDirectory.#make(out);
    }
    const base = join('runs', name);
    let path = base;
    for (let number = 2; taken(path); number += 1) path = `${base}-${number}`;
    return RunDirectory.#make(path);
  }

  static #make(path: string): RunDirectory {
    try {
      return new RunDirectory(path);
    } catch (error) {
      throw new InputError('run', '--out', `be a folder that can be made and written to (${(error as Error).message.split(',')[0]})`, path);
    }
  }

  writeExperiment(experiment: ResolvedExperiment): void {
    this.write('experiment.json', `${stringifyJson(experiment, 2)}\n`);
  }

  appendMetrics(record: MetricsRecord): void {
    writeSync(this.#metrics, `${stringifyJson(record)}\n`);
  }

  /** Adds a run to `summary.json`. */
  appendSummary(record: SummaryRecord): void {
    this.#summary.push(record);
    this.write('summary.json', `[\n${this.#summary.map((run) => `  ${stringifyJson(run)}`).join(',\n')}\n]\n`);
  }

  appendTrace(record: TraceRecord): void {
    this.#buffer += `${stringifyJson(record)}\n`;
    if (this.#buffer.length >= TRACE_BUFFER) this.#flushTrace();
  }

  /** Replaces a file of the folder as a whole. @returns Its path. */
  write(file: string, content: string): string {
    const path = join(this.path, file);
    const draft = `${path}.tmp`;
    writeFileSync(draft, content);
    renameSync(draft, path);
    return path;
  }

  /** Removes the folder if nothing has been computed yet. */
  discardUnused(): void {
    if (this.#summary.length === 0 && statSync(join(this.path, 'metrics.jsonl')).size === 0) rmSync(this.path, { recursive: true });
  }

  close(): void {
    if (this.#buffer !== '') this.#flushTrace();
    if (this.#events !== undefined) closeSync(this.#events);
    closeSync(this.#metrics);
  }

  #flushTrace(): void {
    this.#events ??= openSync(join(this.path, 'events.jsonl'), 'w');
    writeSync(this.#events, this.#buffer);
    this.#buffer = '';
  }
}
