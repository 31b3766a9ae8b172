import { InputError, MemoryLimitError } from '../errors.js';
import type { Kernels } from '../kernels/load.js';
import { scalarBytes } from '../kernels/vector.js';
import type { AnyMethod } from '../methods/method.js';
import type { Problem } from '../problems/problem.js';
import { Simulation } from '../simulation/simulation.js';
import type { Setting } from './build.js';
import { kernelsFor, SettingFactory } from './build.js';
import { wallClock } from './clock.js';
import { knownMethods, methodLabels } from './known-methods.js';
import type { ResolvedExperiment } from './resolve.js';
import type { ExperimentParts } from './run.js';
import { median } from './quantiles.js';
import type { ScheduledMethod } from './schedule-preview.js';
import { previewSchedule } from './schedule-preview.js';
import type { SchedulePreview } from './schedule-preview.js';

/** Real time that the schedule of one method may take before the rest of it is extrapolated. */
const SCHEDULE_SECONDS = 1;
/** Real time that a method is really run for, to see how fast it is. */
const SAMPLE_SECONDS = 0.25;

/** What a method will do in one run. */
export interface MethodPreview extends Omit<SchedulePreview, 'fraction' | 'time'> {
  /** The label of its method entry: see `methodLabels`. */
  method: string;
  /** Runs: stepsizes × seeds. The counts are those of one; where the schedule was cut short, extrapolated; NaN where they cannot be told. */
  runs: number;
  /** Estimated real time of all its runs; null where it cannot be told. */
  wallSeconds: number | null;
}

/** What an experiment will need, before it is run. */
export interface ExperimentPreview {
  /** Expected times of a stochastic gradient over the workers, in simulated seconds; workers that never return one are counted apart. */
  times: {
    /** n */
    workers: number;
    /** How many never return a gradient. */
    never: number;
    /** min τ_i */
    fastest: number;
    /** The middle one. */
    median: number;
    /** (1/n) Σ τ_i */
    mean: number;
    /** ((1/n) Σ 1/τ_i)^{-1} */
    harmonicMean: number;
    /** max τ_i */
    slowest: number;
  };
  /** Simulated seconds that a model is under way, over the workers; null where messages take no time. */
  flights: {
    /** From a worker to the server. */
    up: {
      /** The least of all workers. */
      fastest: number;
      /** The most of all workers. */
      slowest: number;
    };
    /** From the server to a worker. */
    down: {
      /** The least of all workers. */
      fastest: number;
      /** The most of all workers. */
      slowest: number;
    };
  } | null;
  /** d */
  dimension: number;
  /** Size of a model or a gradient. */
  modelBytes: number;
  /** In the order of the experiment. */
  methods: MethodPreview[];
  /** What data set and problem take. */
  problemBytes: number;
  /** Data set and problem, and the most that a method needs besides. */
  memoryBytes: number;
  /** The most that can be had. */
  limitBytes: number;
  /** Estimated real time of all runs, one after the other; null where it cannot be told. */
  wallSeconds: number | null;
}

/**
 * Tells what an experiment will do and need: its workers' times, every method's updates by a simulation of the schedule without
 * gradients, memory, and real time from a short sample. Nothing is written.
 * @param experiment What `resolveExperiment` gave.
 * @param options Methods and problem of your own, and kernels.
 * @returns Takes up to some seconds per method.
 * @throws InputError as `runExperiment`; MemoryLimitError when not even the problem fits in memory.
 * @example
 * const experiment = await resolveExperiment({ problem: { kind: 'quadratic' }, methods: ['asgd'], stepsizes: [0.1], budget: { updates: 10 } });
 * const { memoryBytes, methods: [asgd] } = await previewExperiment(experiment);
 * [asgd.gradients, asgd.memoryBytes <= memoryBytes]; // [10, true]
 */
export async function previewExperiment(experiment: ResolvedExperiment, options: ExperimentParts = {}): Promise<ExperimentPreview> {
  const kernels = await kernelsFor(experiment, options.kernels);
  const factory = new SettingFactory(kernels, experiment, options.problem);
  const before = kernels.pool.reservedBytes;
  try {
    const setting = await factory.create(experiment.seeds[0]!);
    try {
      const evaluationSeconds = timeEvaluation(setting.problem);
      const problemBytes = kernels.pool.reservedBytes - before;
      return describe(experiment, knownMethods(options), kernels, setting, { problemBytes, evaluationSeconds });
    } finally {
      setting.problem.dispose();
    }
  } finally {
    factory.dispose();
  }
}

function describe(
  experiment: ResolvedExperiment, known: readonly AnyMethod[], kernels: Kernels, setting: Setting,
  { problemBytes, evaluationSeconds }: { problemBytes: number; evaluationSeconds: number },
): ExperimentPreview {
  const { problem } = setting;
  const modelBytes = problem.dimension * scalarBytes(problem.scalar);
  const labels = methodLabels(experiment.methods, known);
  const methods: MethodPreview[] = [];
  for (const [index, { name, stepsize, ...parameters }] of experiment.methods.entries()) {
    const method = known.find((candidate) => candidate.name === name);
    if (method === undefined) throw new InputError('experiment', `methods[${index}].name`, 'be a known method', name);
    const runs = stepsize.length * experiment.seeds.length;
    const job = { method, parameters: { ...parameters, stepsize: stepsize[0]! } };
    const until = wallClock() + SCHEDULE_SECONDS;
    const { memoryBytes, fraction, gradients, updates, ...schedule } = previewSchedule(experiment, setting, job, () => wallClock() < until);
    const rate = problemBytes + memoryBytes > kernels.pool.limitBytes ? null : gradientRate(kernels, setting, job);
    const { wallSeconds: limit = Infinity, ...counted } = experiment.budget;
    const onlyWall = Object.values(counted).every((value) => value === undefined);
    const scale = onlyWall ? ((rate ?? 0) * limit) / Math.max(1, gradients) : fraction === 0 ? NaN : 1 / fraction;
    const seconds = rate === null || Number.isNaN(scale) ? null : (gradients * scale) / rate + evaluations(experiment, updates * scale, schedule.time * scale) * evaluationSeconds;
    methods.push({
      method: labels[index]!,
      runs,
      updates: Math.round(updates * scale),
      gradients: Math.round(gradients * scale),
      bytesUp: Math.round(schedule.bytesUp * scale),
      bytesDown: Math.round(schedule.bytesDown * scale),
      stalls: schedule.stalls,
      memoryBytes,
      wallSeconds: seconds === null ? null : runs * Math.min(limit, seconds),
    });
  }
  const wallSeconds = methods.some((method) => method.wallSeconds === null) ? null : methods.reduce((sum, method) => sum + method.wallSeconds!, 0);
  return {
    times: timeStatistics(setting),
    flights: flightStatistics(setting, modelBytes),
    dimension: problem.dimension,
    modelBytes,
    methods,
    problemBytes,
    memoryBytes: problemBytes + Math.max(0, ...methods.map((method) => method.memoryBytes)),
    limitBytes: kernels.pool.limitBytes,
    wallSeconds,
  };
}

/** Gradients per real second; null when there is no memory for a run, or nothing happens in it. */
function gradientRate(kernels: Kernels, { problem, computation, network, random }: Setting, { method, parameters }: ScheduledMethod): number | null {
  let simulation: Simulation | undefined;
  try {
    simulation = new Simulation({ kernels, problem, computation, network, random, method, parameters });
    const began = wallClock();
    let seconds = 0;
    while (simulation.nextTime < Infinity && seconds < SAMPLE_SECONDS) {
      for (let event = 0; event < 20 && simulation.nextTime < Infinity; event += 1) simulation.advance();
      seconds = wallClock() - began;
    }
    return simulation.gradients === 0 ? null : simulation.gradients / seconds;
  } catch (error) {
    if (error instanceof MemoryLimitError) return null;
    throw error;
  } finally {
    simulation?.dispose();
  }
}

function timeEvaluation(problem: Problem): number {
  const x = problem.initial();
  problem.evaluate(x); // the first one also has to be compiled
  const began = wallClock();
  problem.evaluate(x);
  const seconds = wallClock() - began;
  x.release();
  return seconds;
}

function evaluations({ evaluate }: ResolvedExperiment, updates: number, time: number): number {
  return 1 + ('updates' in evaluate ? updates / evaluate.updates : time / evaluate.every);
}

function timeStatistics({ computation }: Setting): ExperimentPreview['times'] {
  const all = Array.from({ length: computation.workers }, (_, worker) => computation.expectedTime(worker)).sort((a, b) => a - b);
  const finite = all.filter((time) => time < Infinity);
  const n = finite.length;
  return {
    workers: all.length,
    never: all.length - n,
    fastest: finite[0] ?? Infinity,
    median: n === 0 ? Infinity : median(finite),
    mean: finite.reduce((sum, time) => sum + time, 0) / n,
    harmonicMean: n / finite.reduce((sum, time) => sum + 1 / time, 0),
    slowest: finite[n - 1] ?? Infinity,
  };
}

function flightStatistics({ network, problem }: Setting, bytes: number): ExperimentPreview['flights'] {
  if (network.instantaneous) return null;
  const range = (direction: 'up' | 'down') => {
    let [fastest, slowest] = [Infinity, 0];
    for (let worker = 0; worker < problem.workers; worker += 1) {
      const time = network.flightTime(worker, direction, 0, bytes);
      fastest = Math.min(fastest, time);
      slowest = Math.max(slowest, time);
    }
    return { fastest, slowest };
  };
  return { up: range('up'), down: range('down') };
}
