import { InputError } from '../errors.js';
import type { Unit } from './planner.js';
import type { RunOutcome } from './records.js';
import type { ExperimentOptions, Progress } from './run.js';
import type { EntryRun } from './run-list.js';

/** What is known of the runs of a study: which are to be done, which are over, how far the others are. */
export class StudyBook {
  /** The runs that are to be done. */
  readonly todo: readonly EntryRun[];
  /** Outcomes that were known before, by index. */
  readonly known = new Map<number, RunOutcome>();
  readonly #runs: readonly EntryRun[];
  /** Of the runs that are over, by index; without what the workers did, which can be large. */
  readonly #finished = new Map<number, Omit<RunOutcome, 'workers'>>();
  readonly #interrupted = new Map<number, RunOutcome>();
  readonly #underWay = new Map<Unit, number>();
  /** Sums of fractions may lose a rounding error when a run ends; what was reported is never taken back. */
  #fraction = 0;

  /** @throws InputError when `runs` or `known` are not of these runs. */
  constructor(runs: readonly EntryRun[], { runs: chosen, known = [] }: Pick<ExperimentOptions, 'runs' | 'known'>) {
    this.#runs = runs;
    for (const [place, outcome] of known.entries()) {
      const { index, summary } = outcome;
      const { method, stepsize, seed } = runs[index] ?? {};
      if (method !== summary.method || stepsize !== summary.stepsize || seed !== summary.seed) {
        throw new InputError('runExperiment', `known[${place}]`, 'be the outcome of a run of the experiment', { index, ...keyOf(summary) });
      }
      if (summary.status === 'interrupted') continue;
      this.known.set(index, outcome);
      this.#finished.set(index, outcome);
    }
    const outside = chosen?.find((index) => !(index in runs));
    if (outside !== undefined) throw new InputError('runExperiment', 'runs', `hold whole numbers from 0 to ${runs.length - 1}`, outside);
    const wanted = chosen === undefined ? undefined : new Set(chosen);
    this.todo = runs.filter(({ index }) => wanted?.has(index) !== false && !this.known.has(index));
  }

  /** Whether a run is over. */
  has(index: number): boolean {
    return this.#finished.has(index);
  }

  add(unit: Unit, outcome: RunOutcome): void {
    const { index, summary, metrics } = outcome;
    if (summary.status === 'interrupted') this.#interrupted.set(index, outcome);
    else this.#finished.set(index, { index, summary, metrics });
    this.#underWay.delete(unit);
  }

  /** A unit has ended, or begins anew. */
  ended(unit: Unit): void {
    this.#underWay.delete(unit);
  }

  /** @param underWay How many runs' worth of work lies in the unit's runs that are not over. */
  progress(unit: Unit, run: number, underWay: number): Progress {
    this.#underWay.set(unit, underWay);
    const total = this.known.size + this.todo.length;
    const done = this.#finished.size;
    const share = [...this.#underWay.values()].reduce((sum, part) => sum + part, done) / total;
    this.#fraction = Math.min(1, Math.max(this.#fraction, share));
    return { fraction: this.#fraction, done, total, ...keyOf(this.#runs[run]!) };
  }

  /** All outcomes so far, in the canonical order. */
  get outcomes(): Omit<RunOutcome, 'workers'>[] {
    return [...this.#finished.values(), ...this.#interrupted.values()].sort((a, b) => a.index - b.index);
  }

  /** The outcomes of the runs that were interrupted, in the canonical order. */
  get interrupted(): RunOutcome[] {
    return [...this.#interrupted.values()].sort((a, b) => a.index - b.index);
  }
}

function keyOf({ method, stepsize, seed }: Pick<EntryRun, 'method' | 'stepsize' | 'seed'>): Pick<EntryRun, 'method' | 'stepsize' | 'seed'> {
  return { method, stepsize, seed };
}
