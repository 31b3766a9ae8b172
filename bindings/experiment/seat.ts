import { nextTask } from '#platform';
import type { ResolvedExperiment } from './resolve.js';
import type { ExperimentParts } from './run.js';
import type { Unit } from './planner.js';
import type { UnitEvents } from './unit.js';
import { runUnit } from './unit.js';
import { Workplace } from './workplace.js';

/** Where one unit of work at a time can be run: this thread, or another. */
export interface Seat {
  /**
   * Runs a unit to its end.
   * @param later The seeds that may be needed here after it.
   * @throws Whatever the unit or a callback threw.
   */
  run(unit: Unit, later: readonly number[], events: UnitEvents): Promise<void>;
  /** How many further threads the unit may use. */
  grant(threads: number): void;
  /** The unit under way is to end as soon as it can. */
  abort(): void;
  /** Gives back what the seat holds; nothing is heard of a unit under way any more. */
  end(): Promise<void>;
}

/** A seat in the thread that makes it. */
export class LocalSeat implements Seat {
  readonly #experiment: ResolvedExperiment;
  readonly #parts: ExperimentParts;
  readonly #shared: boolean;
  readonly #pause: () => Promise<void>;
  #place: Workplace | undefined;
  #granted = 0;
  #aborted = false;

  /**
   * @param shared Whether units may be granted further threads.
   * @param pause Lets messages, timers, signals and input be handled; between slices.
   */
  constructor(experiment: ResolvedExperiment, parts: ExperimentParts = {}, shared = false, pause: () => Promise<void> = nextTask) {
    this.#experiment = experiment;
    this.#shared = shared;
    this.#parts = parts;
    this.#pause = pause;
  }

  async run(unit: Unit, later: readonly number[], events: UnitEvents): Promise<void> {
    const [aborted, granted] = [(): boolean => this.#aborted, (): number => this.#granted];
    this.#place ??= await Workplace.open(this.#experiment, this.#parts, this.#shared);
    await runUnit(this.#place, unit, {
      ...events,
      later,
      pause: this.#pause,
      get aborted() {
        return aborted();
      },
      get granted() {
        return granted();
      },
    });
  }

  grant(threads: number): void {
    this.#granted = threads;
  }

  abort(): void {
    this.#aborted = true;
  }

  async end(): Promise<void> {
    const place = this.#place;
    this.#place = undefined;
    await place?.dispose();
  }
}
