import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExperimentResult, ResolvedExperiment, RunOutcome, SummaryRecord, TraceRecord } from '../../bindings/index.js';
import { stringifyJson } from '../json.js';
import { replaceFile, writeFully, writeLines, WriteError, writing } from './durable.js';
import { makeRunFolder, removeRunFolder } from './run-folder.js';
import { THEORY_FILE, type TheoryRecord } from './theory/record.js';
import { resumeCommand, studyState, Unfinished, type StudyPlan } from './unfinished.js';
import { compactWorkers } from './workers-record.js';

/** The text of `experiment.json`. */
export function experimentText(experiment: ResolvedExperiment): string {
  return `${stringifyJson(experiment, 2)}\n`;
}

/** The text of `summary.json`. */
export function summaryText(summary: readonly SummaryRecord[]): string {
  return summary.length === 0 ? '[]\n' : `[\n${summary.map((run) => `  ${stringifyJson(run)}`).join(',\n')}\n]\n`;
}

function* jsonLines(records: readonly unknown[]): Generator<string> {
  for (const record of records) yield stringifyJson(record);
}

/** Replaces a file of a run folder as a whole. */
export function writeRunFile(command: string, directory: string, name: string, content: string | ((file: number) => void)): void {
  const path = join(directory, name);
  writing(command, path, () => replaceFile(path, (file) => (typeof content === 'string' ? writeFully(file, content) : content(file))));
}

/**
 * The folder that a study leaves behind. While it runs, every run that is over is kept in the folder `unfinished`; at the end, and when
 * it is interrupted, the results are written from there.
 */
export class RunDirectory {
  readonly path: string;
  readonly study: Unfinished;
  readonly #resumed: boolean;
  #open = true;
  /** Whether there are results, or the user was told that the study can go on. */
  #worthKeeping = false;

  private constructor(path: string, study: Unfinished, resumed: boolean) {
    this.path = path;
    this.study = study;
    this.#resumed = resumed;
  }

  /**
   * Makes the folder for a study.
   * @param out Where the user wants it; without it `runs/<name>`, numbered where that is taken.
   * @throws InputError when the folder cannot be used.
   */
  static create(
    experiment: ResolvedExperiment, plan: StudyPlan, theory: TheoryRecord | undefined, name: string, out: string | undefined,
  ): RunDirectory {
    const path = makeRunFolder('run', name, out);
    const text = experimentText(experiment);
    try {
      const directory = new RunDirectory(path, Unfinished.begin(path, plan, text), false);
      if (theory !== undefined) directory.#write(THEORY_FILE, `${stringifyJson(theory, 2)}\n`);
      directory.#write('experiment.json', text); // the last one: the study has begun
      return directory;
    } catch (error) {
      removeRunFolder(path);
      throw error;
    }
  }

  /**
   * Takes up the study of a folder.
   * @returns undefined where it is finished by now.
   */
  static resume(path: string): RunDirectory | undefined {
    const study = Unfinished.open(path, readFileSync(join(path, 'experiment.json'), 'utf8'));
    return study === undefined ? undefined : new RunDirectory(path, study, true);
  }

  /** Keeps a run that is over. */
  keep(outcome: RunOutcome): void {
    this.study.keep(outcome);
  }

  appendTrace(run: number, record: TraceRecord): void {
    this.study.traces.append(run, record);
  }

  /**
   * Writes the results.
   * @param runs Which run each record of the summary is.
   * @param figure The figure; undefined where there is nothing to draw.
   */
  write({ metrics, summary, interruptedRuns, interrupted }: ExperimentResult, runs: readonly number[], figure: string | undefined): void {
    const { plan, traces } = this.study;
    this.#worthKeeping = true;
    this.#write('metrics.jsonl', (file) => writeLines(file, jsonLines(metrics)));
    this.#write('workers.jsonl', (file) => writeLines(file, this.#workerLines(runs, interruptedRuns)));
    if (plan.trace) {
      this.#write('events.jsonl', (file) => {
        for (const run of runs) traces.copyTo(file, run);
      });
    }
    if (plan.shard !== null && !interrupted) this.#write('shard.json', `${JSON.stringify(plan.shard)}\n`);
    if (figure !== undefined) this.#write('figure.svg', figure);
    this.#write('summary.json', summaryText(summary));
    if (interrupted) return;
    this.study.remove();
    this.#open = false;
  }

  /** Ends the work. A new folder is removed if nothing has come of the study. @returns Whether the folder is still there. */
  close(): boolean {
    if (!this.#open) return true;
    this.#open = false;
    const unused = !this.#resumed && !this.#worthKeeping && this.study.empty && studyState(this.path) === 'unfinished';
    this.study.close();
    if (unused) removeRunFolder(this.path);
    return !unused;
  }

  /** Tells how to go on after an error in writing. */
  explain(error: unknown): unknown {
    if (!(error instanceof WriteError)) return error;
    this.#worthKeeping = true;
    const when = /ENOSPC|EDQUOT/.test(error.message) ? 'once there is room' : 'once that is put right';
    return new WriteError(`${error.message}; no finished run is lost: ${when}, '${resumeCommand(this.path)}' goes on`);
  }

  *#workerLines(runs: readonly number[], interrupted: readonly RunOutcome[]): Generator<string> {
    for (const run of runs) {
      const record = this.study.journal.workersOf(run) ?? interrupted.find(({ index }) => index === run)?.workers;
      if (record !== null && record !== undefined) yield stringifyJson(compactWorkers(record));
    }
  }

  #write(name: string, content: string | ((file: number) => void)): void {
    writeRunFile('run', this.path, name, content);
  }
}
