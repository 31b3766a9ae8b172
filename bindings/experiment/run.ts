import { InputError, MemoryLimitError } from '../errors.js';
import type { Kernels } from '../kernels/load.js';
import type { AnyMethod } from '../methods/method.js';
import { Run } from '../simulation/run.js';
import type { RunStatus } from '../simulation/run.js';
import { Simulation } from '../simulation/simulation.js';
import type { SimulationObserver } from '../simulation/observer.js';
import type { OwnProblem, Setting } from './build.js';
import { kernelsFor, SettingFactory } from './build.js';
import { wallClock } from './clock.js';
import { modelDigest } from './digest.js';
import { knownMethods, methodLabels } from './known-methods.js';
import type { MetricsRecord, SummaryRecord, TraceRecord, WorkersRecord } from './records.js';
import type { ResolvedExperiment } from './resolve.js';
import { resolveExperiment } from './resolve.js';
import type { ExperimentInput } from './schema.js';
import { bestStepsizes } from './tuning.js';
import type { BestStepsize } from './tuning.js';

/** Real time that one slice of simulation should take, so that progress shows and an abort is heeded. */
const SLICE_SECONDS = 0.05;
/** Models of at most this many entries are written to traces. */
const TRACE_DIMENSION = 64;

/** What is running: for progress displays. */
export interface Progress {
  /** Share of all runs done, 0 to 1. */
  fraction: number;
  /** Runs finished so far, and in all. */
  done: number;
  total: number;
  method: string;
  stepsize: number;
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
  /** Ends the run in progress; what was computed is returned. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Called with every evaluation as it is made. */
  readonly onMetrics?: (record: MetricsRecord) => void;
  /** Called with every finished run. */
  readonly onSummary?: (record: SummaryRecord) => void;
  /** Called with every finished run: how its workers spent their time. */
  readonly onWorkers?: (record: WorkersRecord) => void;
  /** Called with every model update, every message that takes time and every interval of a worker's time; costs time. */
  readonly onTrace?: (record: TraceRecord) => void;
}

/** What of these an experiment is made of. */
export type ExperimentParts = Pick<ExperimentOptions, 'methods' | 'problem' | 'kernels'>;

/** What an experiment found. */
export interface ExperimentResult {
  readonly experiment: ResolvedExperiment;
  readonly metrics: readonly MetricsRecord[];
  readonly summary: readonly SummaryRecord[];
  /** Each method at its best stepsize. */
  readonly best: readonly BestStepsize[];
  readonly interrupted: boolean;
}

/** One run of an experiment. */
interface Job {
  readonly method: AnyMethod;
  readonly label: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly stepsize: number;
  readonly seed: number;
}

/**
 * Runs an experiment: every method × stepsize × seed on the same problems and the same computation times.
 * @param input The experiment, as in an experiment file.
 * @returns Evaluations, summaries and each method's best stepsize.
 * @throws InputError when the experiment is not valid or the engine cannot run its kernels; MemoryLimitError when it needs more than 4 GiB.
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

/** As `runExperiment`, for an experiment that is already resolved. */
export async function runResolved(experiment: ResolvedExperiment, options: ExperimentOptions = {}): Promise<ExperimentResult> {
  const kernels = await kernelsFor(experiment, options.kernels);
  const jobs = listJobs(experiment, knownMethods(options));
  const factory = new SettingFactory(kernels, experiment, options.problem);
  const settings = new Map<number, Setting>();
  const metrics: MetricsRecord[] = [];
  const summary: SummaryRecord[] = [];
  try {
    for (const [done, job] of jobs.entries()) {
      if (options.signal?.aborted === true) break;
      let setting = settings.get(job.seed);
      if (setting === undefined) {
        setting = await factory.create(job.seed);
        settings.set(job.seed, setting);
      }
      const record = await runJob(job, setting, experiment, kernels, options, {
        onMetrics: (line) => {
          metrics.push(line);
          options.onMetrics?.(line);
        },
        onFraction: (fraction) => {
          const { label: method, stepsize, seed } = job;
          options.onProgress?.({ fraction: (done + fraction) / jobs.length, done, total: jobs.length, method, stepsize, seed });
        },
      });
      summary.push(record);
      options.onSummary?.(record);
    }
  } finally {
    for (const { problem } of settings.values()) problem.dispose();
    factory.dispose();
  }
  return { experiment, metrics, summary, best: bestStepsizes(summary), interrupted: options.signal?.aborted ?? false };
}

/** The runs of an experiment in order: method by method, stepsize by stepsize, seed by seed. */
function listJobs(experiment: ResolvedExperiment, methods: readonly AnyMethod[]): Job[] {
  const labels = methodLabels(experiment.methods, methods);
  return experiment.methods.flatMap(({ name, stepsize: grid, ...parameters }, index) => {
    const method = methods.find((candidate) => candidate.name === name);
    if (method === undefined) throw new InputError('experiment', `methods[${index}].name`, 'be a known method', name);
    return grid.flatMap((stepsize) => experiment.seeds.map((seed) => ({ method, label: labels[index]!, parameters, stepsize, seed })));
  });
}

async function runJob(
  job: Job,
  { problem, computation, network, random }: Setting,
  experiment: ResolvedExperiment,
  kernels: Kernels,
  options: ExperimentOptions,
  report: { onMetrics: (record: MetricsRecord) => void; onFraction: (fraction: number) => void },
): Promise<SummaryRecord> {
  const { label: method, stepsize, seed } = job;
  const { budget, evaluate, target } = experiment;
  let simulation: Simulation;
  try {
    simulation = new Simulation({
      kernels,
      problem,
      computation,
      network,
      random,
      method: job.method,
      parameters: { ...job.parameters, stepsize },
      ...(options.onTrace === undefined ? {} : { observer: tracer(job, options.onTrace) }),
    });
  } catch (error) {
    if (error instanceof MemoryLimitError) return neverStarted(job, error.message);
    throw error;
  }
  try {
    const run = new Run(simulation, problem, {
      budget,
      evaluate,
      target,
      onEvaluation: (point) => report.onMetrics({ method, stepsize, seed, ...point }),
    });
    const began = wallClock();
    const wallLimit = budget.wallSeconds ?? Infinity;
    let events = 16;
    while (run.running) {
      const sliceBegan = wallClock();
      advanceFor(run, events, sliceBegan + SLICE_SECONDS / 2);
      const now = wallClock();
      if (now - sliceBegan < SLICE_SECONDS) events = Math.min(2 * events, 2 ** 20);
      else events = Math.max(1, events >> 1);
      report.onFraction(Math.min(1, Math.max(run.fraction, (now - began) / wallLimit)));
      await nextTask();
      if (options.signal?.aborted === true) run.end('interrupted');
      else if (now - began >= wallLimit) run.end('finished');
    }
    const lane = run.lanes[0]!;
    options.onWorkers?.({ method, stepsize, seed, ...lane.workers });
    return {
      method,
      stepsize,
      seed,
      status: lane.status as RunStatus,
      ...(lane.reason === undefined ? {} : { reason: lane.reason }),
      finalObjective: lane.finalObjective,
      finalWorstWorkerObjective: lane.finalWorstWorkerObjective,
      ...(lane.finalSuboptimality === undefined ? {} : { finalSuboptimality: lane.finalSuboptimality }),
      bestObjective: lane.bestObjective,
      timeToTarget: lane.timeToTarget,
      time: lane.time,
      ...lane.statistics,
      wallSeconds: wallClock() - began,
      digest: modelDigest(simulation.model),
    };
  } finally {
    simulation.dispose();
  }
}

/** The record of a run that could not even start. */
function neverStarted({ label: method, stepsize, seed }: Job, reason: string): SummaryRecord {
  const unknown = { finalObjective: NaN, finalWorstWorkerObjective: NaN, bestObjective: NaN, timeToTarget: null };
  const counts = { time: 0, updates: 0, gradients: 0, gradientsDiscarded: 0, discardedTime: 0, meanDelay: 0, maxDelay: 0, utilization: 0 };
  return { method, stepsize, seed, status: 'failed', reason, ...unknown, ...counts, bytesUp: 0, bytesDown: 0, wallSeconds: 0, digest: '' };
}

/** Advances a run until it ends or the time is over. A run that cannot go on, for lack of memory, has failed; others may succeed. */
function advanceFor(run: Run, events: number, until: number): void {
  try {
    while (run.advance(events) && wallClock() < until);
  } catch (error) {
    if (!(error instanceof MemoryLimitError)) throw error;
    run.fail(error.message);
  }
}

function tracer({ label: method, stepsize, seed }: Job, onTrace: (record: TraceRecord) => void): SimulationObserver {
  return {
    onUpdate: ({ time, update, worker, delay, gamma, model }) => {
      const x = model.length <= TRACE_DIMENSION ? { x: Array.from(model.view()) } : {};
      onTrace({ method, stepsize, seed, time, update, worker, delay, gamma, ...x });
    },
    onInterval: ({ worker, kind, start, end }) => onTrace({ type: 'interval', method, stepsize, seed, worker, kind, start, end }),
    onFlight: (flight) => onTrace({ type: 'flight', method, stepsize, seed, ...flight }),
  };
}

/** Lets timers, signals and input be handled. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
