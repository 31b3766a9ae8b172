import type { Kernels } from '../kernels/load.js';
import type { AnyMethod } from '../methods/method.js';
import type { OwnProblem } from './build.js';
import type { CheckpointStore } from './checkpoints.js';
import type { MetricsRecord, RunOutcome, SummaryRecord, TraceRecord } from './records.js';
import type { ResolvedExperiment } from './resolve.js';
import { resolveExperiment } from './resolve.js';
import type { ExperimentInput } from './schema.js';
import { runStudy } from './study.js';
import type { BestStepsize } from './tuning.js';

/** What is running: for progress displays. */
export interface Progress {
  /** Share of all runs done, 0 to 1. */
  fraction: number;
  /** Runs that are over so far, known ones included. */
  done: number;
  /** All runs, known ones included. */
  total: number;
  /** One of the runs in progress. */
  method: string;
  /** Its γ. */
  stepsize: number;
  /** Its seed. */
  seed: number;
}

/** What a program may add to an experiment, and what it is told while it runs. */
export interface ExperimentOptions {
  /** Methods of your own, to be named in the experiment beside the built-in ones. */
  readonly methods?: readonly AnyMethod[];
  /** The problem of an experiment with `problem: { kind: 'own' }`; its number of workers must be `workers.count`. */
  readonly problem?: OwnProblem;
  /** Kernels to use, of the build that the experiment names; default: a new instance of it. */
  readonly kernels?: Kernels;
  /**
   * How many threads may be busy; default 1: everything runs in the calling thread. Results do not depend on it. With more, runs are
   * computed in threads of their own, the calling one only collects; an experiment with methods or a problem of the program's own, or
   * with a single run to do, stays in the calling thread, and other threads help it with gradients where they are worth being handed over.
   */
  readonly threads?: number;
  /** Only these runs, by index: see `listRuns` and `shardRuns`. Default: all. */
  readonly runs?: readonly number[];
  /** Outcomes that are known from before: part of the result, and not run again. Interrupted ones are run again. */
  readonly known?: readonly RunOutcome[];
  /** Where the states of long runs are kept, and taken up again. Not used with `onTrace`. */
  readonly checkpoints?: CheckpointStore;
  /** Ends the runs in progress; what was computed is returned. */
  readonly signal?: AbortSignal;
  /** Called several times a second. */
  readonly onProgress?: (progress: Progress) => void;
  /** Called with every evaluation as it is made; a run that goes on from a checkpoint does not report its earlier ones again. */
  readonly onMetrics?: (record: MetricsRecord, run: number) => void;
  /** Called with every run that is over, in the order in which they end; not with interrupted ones. */
  readonly onOutcome?: (outcome: RunOutcome) => void;
  /** Called with every model update, every message that takes time and every interval of a worker's time; costs time. */
  readonly onTrace?: (record: TraceRecord, run: number) => void;
  /** Told what the user should know, such as that threads are not available: a sentence. */
  readonly onNotice?: (text: string) => void;
}

/** What of these an experiment is made of. */
export type ExperimentParts = Pick<ExperimentOptions, 'methods' | 'problem' | 'kernels'>;

/** What an experiment found. */
export interface ExperimentResult {
  /** The experiment with every default filled in: run it again to get the same. */
  readonly experiment: ResolvedExperiment;
  /** Of all runs that have begun, in the canonical order: see `listRuns`. */
  readonly metrics: readonly MetricsRecord[];
  /** A record per run, in the same order. */
  readonly summary: readonly SummaryRecord[];
  /** Each method at its best stepsize. */
  readonly best: readonly BestStepsize[];
  /** Whether the signal ended it before all runs were over. */
  readonly interrupted: boolean;
  /** The runs that were in progress when it was interrupted. Their records are part of the above, too. */
  readonly interruptedRuns: readonly RunOutcome[];
}

/**
 * Runs an experiment: every method × stepsize × seed on the same problems and the same computation times.
 * @param input The experiment, as in an experiment file.
 * @param options What the program adds, and what it wants to be told.
 * @returns Evaluations, summaries and each method's best stepsize.
 * @throws InputError when the experiment or an option is not valid or the engine cannot run its kernels; MemoryLimitError when it needs more than 4 GiB.
 * @example
 * const { best } = await runExperiment({
 *   problem: { kind: 'quadratic', form: 'random' },
 *   workers: { count: 4, computation: { kind: 'linear' } },
 *   methods: ['asgd', 'ringleader-asgd'],
 *   stepsizes: [0.03, 0.1],
 *   budget: { time: 100 },
 * });
 * best.map(({ method, stepsize }) => [method, stepsize]);
 */
export async function runExperiment(input: ExperimentInput, options: ExperimentOptions = {}): Promise<ExperimentResult> {
  return runResolved(await resolveExperiment(input, undefined, options), options);
}

/**
 * As `runExperiment`, for an experiment that is already resolved.
 * @param experiment What `resolveExperiment` gave, or an `experiment.json` of a run folder.
 * @param options As for `runExperiment`.
 * @returns As `runExperiment`.
 * @throws InputError when an option is not valid or the engine cannot run the experiment's kernels; MemoryLimitError when it needs more than 4 GiB.
 */
export async function runResolved(experiment: ResolvedExperiment, options: ExperimentOptions = {}): Promise<ExperimentResult> {
  return runStudy(experiment, options);
}
