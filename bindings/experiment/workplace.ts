import { MemoryLimitError } from '../errors.js';
import type { Kernels } from '../kernels/load.js';
import type { AnyMethod } from '../methods/method.js';
import type { Crew } from '../threads/crew.js';
import { startCrew } from '../threads/crew.js';
import type { Setting } from './build.js';
import { kernelsFor, SettingFactory } from './build.js';
import { knownMethods } from './known-methods.js';
import type { ResolvedExperiment } from './resolve.js';
import type { ExperimentParts } from './run.js';
import type { EntryRun } from './run-list.js';
import { listEntryRuns } from './run-list.js';

/** Problems of other seeds are kept for later runs while everything takes at most this share of the memory. */
const KEPT_SHARE = 1 / 8;

/** What a thread needs to work on an experiment: kernels, data, and a problem per seed. Each thread has its own. */
export class Workplace {
  /** The runs of the experiment, by index. */
  readonly runs: readonly EntryRun[];
  readonly #methods: readonly AnyMethod[];
  readonly #factory: SettingFactory;
  /** By seed, the latest used last. */
  readonly #settings = new Map<number, Setting>();
  #crew: { asked: number; crew: Crew } | undefined;

  private constructor(
    readonly experiment: ResolvedExperiment,
    readonly kernels: Kernels,
    { methods, problem }: ExperimentParts,
  ) {
    this.#methods = knownMethods({ ...(methods === undefined ? {} : { methods }) });
    this.runs = listEntryRuns(experiment, methods);
    this.#factory = new SettingFactory(kernels, experiment, problem);
  }

  /**
   * @param shared Whether there may be a crew.
   * @throws InputError when the experiment and the parts do not belong together, or the engine cannot run the kernels.
   */
  static async open(experiment: ResolvedExperiment, parts: ExperimentParts = {}, shared = false): Promise<Workplace> {
    return new Workplace(experiment, await kernelsFor(experiment, parts.kernels, shared), parts);
  }

  /** Threads that help with the gradients of one run; another number takes the place of the present ones. No board may be open. */
  async crew(helpers: number): Promise<Crew> {
    if (this.#crew?.asked === helpers) return this.#crew.crew;
    await this.#crew?.crew.dispose();
    this.#crew = { asked: helpers, crew: await startCrew(this.kernels, helpers) };
    return this.#crew.crew;
  }

  /** The method of a run. */
  method({ entry }: EntryRun): AnyMethod {
    const { name } = this.experiment.methods[entry]!;
    return this.#methods.find((method) => method.name === name)!;
  }

  /** The method's parameters of a run, its stepsize included. */
  parameters({ entry, stepsize }: EntryRun): Readonly<Record<string, unknown>> {
    const { name, ...parameters } = this.experiment.methods[entry]!;
    return { ...parameters, stepsize };
  }

  /**
   * The problem, times and random streams of a seed. Valid until the next call: problems of other seeds are given back when they
   * are no longer needed, or take much memory.
   * @param later The seeds that are still needed after this one.
   */
  async setting(seed: number, later: readonly number[]): Promise<Setting> {
    const present = this.#settings.get(seed);
    this.#settings.delete(seed);
    this.#giveBack((other) => !later.includes(other));
    const setting = present ?? (await this.#create(seed));
    this.#settings.set(seed, setting);
    return setting;
  }

  /** Seeds whose problems are in memory. */
  get seeds(): number[] {
    return [...this.#settings.keys()];
  }

  async dispose(): Promise<void> {
    await this.#crew?.crew.dispose();
    this.#crew = undefined;
    this.#giveBack(() => true);
    this.#factory.dispose();
  }

  async #create(seed: number): Promise<Setting> {
    const { pool } = this.kernels;
    this.#giveBack(() => pool.usedBytes > KEPT_SHARE * pool.limitBytes);
    try {
      return await this.#factory.create(seed);
    } catch (error) {
      if (!(error instanceof MemoryLimitError) || this.#settings.size === 0) throw error;
      this.#giveBack(() => true);
      return this.#factory.create(seed);
    }
  }

  #giveBack(superfluous: (seed: number) => boolean): void {
    for (const [seed, { problem }] of [...this.#settings]) {
      if (!superfluous(seed)) continue;
      this.#settings.delete(seed);
      problem.dispose();
    }
  }
}
