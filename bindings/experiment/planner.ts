import type { Checkpoint } from './checkpoints.js';
import type { RunOutcome } from './records.js';
import type { ResolvedExperiment } from './resolve.js';
import type { EntryRun } from './run-list.js';

/** Units per thread that there should be at least, so that the last ones end at about the same time. */
const UNITS_PER_THREAD = 2;

/** Runs that are computed together: of one method entry and seed, ascending. */
export interface Unit {
  readonly runs: readonly number[];
  readonly entry: number;
  readonly seed: number;
  /** Where they go on; it may have runs besides, which are over. */
  readonly checkpoint?: Checkpoint;
}

/** What the units depend on besides the runs. */
export interface UnitPlan {
  /** Whether runs that differ in the stepsize only are computed together. */
  readonly lanes: boolean;
  readonly threads: number;
  readonly checkpoints: readonly Checkpoint[];
}

/**
 * Whether several stepsizes are computed sooner together than one after the other: where the noise of a gradient costs more than
 * the rest of it, and is drawn once for all of them.
 */
export function lanesPay({ problem, kernels, budget }: ResolvedExperiment): boolean {
  return problem.kind === 'quadratic' && (problem.noise ?? 0) > 0 && kernels === 'simd' && budget.wallSeconds === undefined;
}

/**
 * Makes units of the runs that are to be done, in the order of their first runs. Runs of a checkpoint form a unit; the others do so
 * by method entry and seed, or each on its own. For several threads, large units are halved until there are enough.
 */
export function planUnits(todo: readonly EntryRun[], { lanes, threads, checkpoints }: UnitPlan): Unit[] {
  const left = new Map(todo.map((run) => [run.index, run]));
  const units: Unit[] = [];
  for (const checkpoint of checkpoints) {
    const runs = checkpoint.runs.flatMap((index) => left.get(index) ?? []);
    const [first] = runs;
    if (first === undefined || !runs.every(({ entry, seed }) => entry === first.entry && seed === first.seed)) continue;
    units.push({ ...unitOf(runs), checkpoint });
    for (const { index } of runs) left.delete(index);
  }
  const groups = groupsOf([...left.values()], lanes);
  const enough = threads === 1 ? 0 : UNITS_PER_THREAD * threads;
  while (units.length + groups.length < enough) {
    const largest = groups.reduce((most, group, place) => (group.length > (groups[most]?.length ?? 1) ? place : most), -1);
    const group = groups[largest];
    if (group === undefined) break;
    const half = Math.ceil(group.length / 2);
    groups.splice(largest, 1, group.slice(0, half), group.slice(half));
  }
  units.push(...groups.map(unitOf));
  return units.sort((a, b) => a.runs[0]! - b.runs[0]!);
}

function groupsOf(runs: readonly EntryRun[], lanes: boolean): EntryRun[][] {
  const groups = new Map<string, EntryRun[]>();
  for (const run of runs) {
    const key = lanes ? `${run.entry} ${run.seed}` : String(run.index);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [run]);
    else group.push(run);
  }
  return [...groups.values()];
}

function unitOf(runs: readonly EntryRun[]): Unit {
  const { entry, seed } = runs[0]!;
  return { runs: runs.map(({ index }) => index).sort((a, b) => a - b), entry, seed };
}

/**
 * The units that wait. For one thread they come in their order; for several the longest first, so that none begins long work at
 * the end. How long the runs of a method entry take is the mean of those that are over; an entry without any goes first.
 */
export class UnitQueue {
  #waiting: Unit[];
  readonly #longestFirst: boolean;
  readonly #begun = new Set<number>();
  /** Per method entry: runs that are over, and their real seconds. */
  readonly #times = new Map<number, { runs: number; seconds: number }>();

  constructor(units: readonly Unit[], longestFirst: boolean) {
    this.#waiting = [...units];
    this.#longestFirst = longestFirst;
  }

  /** The seeds of the units that wait. */
  get seeds(): number[] {
    return [...new Set(this.#waiting.map(({ seed }) => seed))];
  }

  /** A run of a method entry is over. */
  finished(entry: number, { summary }: RunOutcome): void {
    const { runs, seconds } = this.#times.get(entry) ?? { runs: 0, seconds: 0 };
    this.#times.set(entry, { runs: runs + 1, seconds: seconds + summary.wallSeconds });
  }

  /** Takes the unit that is to be begun next; undefined when none waits. */
  next(): Unit | undefined {
    let chosen = 0;
    if (this.#longestFirst) {
      this.#waiting.forEach((unit, place) => {
        if (place > 0 && this.#urgency(unit) > this.#urgency(this.#waiting[chosen]!)) chosen = place;
      });
    }
    const [unit] = this.#waiting.splice(chosen, 1);
    if (unit !== undefined) this.#begun.add(unit.entry);
    return unit;
  }

  /** Some runs of an entry cannot be computed together: they and all that wait are run one by one. */
  separate(entry: number, seed: number, runs: readonly number[]): void {
    const alone = (unit: Unit): Unit[] => unit.runs.map((index) => ({ runs: [index], entry: unit.entry, seed: unit.seed }));
    const split = this.#waiting.flatMap((unit) => (unit.entry === entry && unit.checkpoint === undefined ? alone(unit) : [unit]));
    this.#waiting = [...split, ...alone({ runs, entry, seed })].sort((a, b) => a.runs[0]! - b.runs[0]!);
  }

  /** Expected real seconds; unknown ones count as the longest, and the first of an entry as longer still. */
  #urgency({ entry, runs }: Unit): number {
    const known = this.#times.get(entry);
    if (known !== undefined) return (runs.length * known.seconds) / known.runs;
    return this.#begun.has(entry) ? Number.MAX_VALUE : Infinity;
  }
}

/**
 * How many further threads each of the running units may use: those that have no work of their own, as evenly as possible.
 * @param running How many units run.
 * @returns One number per unit, the larger ones first.
 */
export function shareThreads(idle: number, running: number): number[] {
  return Array.from({ length: running }, (_, place) => Math.floor(idle / running) + (place < idle % running ? 1 : 0));
}
