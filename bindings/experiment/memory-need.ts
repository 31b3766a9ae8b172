import { InputError, MemoryLimitError } from '../errors.js';
import type { Kernels } from '../kernels/load.js';
import { readableBytes } from '../kernels/memory.js';
import { scalarBytes } from '../kernels/vector.js';
import type { AnyMethod } from '../methods/method.js';
import type { Problem } from '../problems/problem.js';
import type { Setting } from './build.js';
import type { ResolvedExperiment } from './resolve.js';
import type { ScheduledMethod } from './schedule-preview.js';
import { previewSchedule } from './schedule-preview.js';

/**
 * Vectors per worker that no built-in method exceeds: the model that it holds, one under way each way, and three that a method keeps for
 * it. The most that one really takes are four (Ringleader ASGD on a network).
 */
const VECTORS_PER_WORKER = 6;
/** The model, gradients at hand, means, an evaluation, the coordinates of two rounds and the random numbers behind them. */
const FURTHER_VECTORS = 16;
/** The pool rounds up to an eighth, or to a block of this size. */
const ROUNDING = 9 / 8;
const SMALLEST_BLOCK = 64;
/** Bytes per worker for lists of vectors: a pointer and a weight. */
const LIST_BYTES = 12;
/** Bytes outside WebAssembly memory: of a thread with the program, and per worker (measured with 100,000 of them on a network). */
const THREAD_BYTES = 6e7;
const WORKER_BYTES = 4e3;
/** Events of a schedule that are looked at to find out, about a second's worth: counted, because the answer must not depend on how fast a machine is. */
const SCHEDULE_EVENTS = 1e6;

/** WebAssembly memory that a run takes beyond that of its problem. */
export interface MemoryNeed {
  /** Where they fit, an upper bound may do; else what the run's schedule takes: exact, or the least where that was too long to simulate. */
  bytes: number;
  fits: boolean;
}

/** An upper bound of the memory of a run with any built-in method, by counting vectors. */
export function memoryBound({ dimension, workers, scalar }: Problem): number {
  // The sampler of coordinates needs eight bytes per coordinate, whatever the numbers of the model.
  const vector = Math.max(SMALLEST_BLOCK, ROUNDING * dimension * scalarBytes(scalar));
  return Math.ceil((VECTORS_PER_WORKER * workers + FURTHER_VECTORS) * vector + ROUNDING * (8 * dimension + LIST_BYTES * workers) + 4 * SMALLEST_BLOCK);
}

/**
 * Tells whether a run fits in memory before it starts. Where an upper bound does, nothing more is done; else a simulation of the schedule
 * without gradients decides, which takes up to a second. A method of the user's own whose schedule needs the values of gradients cannot
 * be judged that way; it passes.
 * @param setting Of any of the experiment's seeds: they differ little.
 * @param parameters The method's, with a stepsize; which one does not matter.
 * @param limitBytes What the run may take.
 */
export function memoryNeed(
  experiment: ResolvedExperiment, setting: Setting, method: AnyMethod, parameters: ScheduledMethod['parameters'], limitBytes: number,
): MemoryNeed {
  const bound = memoryBound(setting.problem);
  if (bound <= limitBytes) return { bytes: bound, fits: true };
  try {
    const { memoryBytes } = previewSchedule(experiment, setting, { method, parameters }, (events) => events < SCHEDULE_EVENTS);
    return { bytes: memoryBytes, fits: memoryBytes <= limitBytes };
  } catch (error) {
    if (error instanceof InputError) throw error;
    return { bytes: bound, fits: true };
  }
}

/**
 * Checks, before a run starts, that it fits in the memory of the kernels beside its problem.
 * @param label What the run's method is called.
 * @param lanes Runs that are computed together.
 * @returns Bytes that they and the problem need, at most.
 * @throws MemoryLimitError that names the method, its need and the limit.
 */
export function requireMemory(
  experiment: ResolvedExperiment, setting: Setting, { pool }: Kernels, label: string, { method, parameters }: ScheduledMethod, lanes = 1,
): number {
  const { problem } = setting;
  const bound = lanes * memoryBound(problem);
  if (bound <= pool.limitBytes - pool.usedBytes) return pool.usedBytes + bound;
  takeEvaluationMemory(problem);
  const free = pool.limitBytes - pool.usedBytes;
  const { bytes, fits } = memoryNeed(experiment, setting, method, parameters, free / lanes);
  if (fits) return pool.usedBytes + lanes * bytes;
  const model = readableBytes(problem.dimension * scalarBytes(problem.scalar));
  throw new MemoryLimitError(
    `memory: '${label}' must fit in the ${readableBytes(free)} of WebAssembly memory that the problem leaves, got ${readableBytes(lanes * bytes)} ` +
      `for ${problem.workers} workers with models of ${model}`,
    pool.usage(),
  );
}

/** Lets the problem take what an evaluation needs: some of it is taken at the first one, and kept. */
function takeEvaluationMemory(problem: Problem): void {
  const x = problem.initial();
  try {
    problem.evaluate(x);
  } finally {
    x.release();
  }
}

/**
 * Bytes of the machine's memory that a run takes in a thread of its own, about.
 * @param wasmBytes What it takes of WebAssembly memory, with its problem. @param workers Of the simulated fleet.
 */
export function machineBytes(wasmBytes: number, workers: number): number {
  return wasmBytes + THREAD_BYTES + WORKER_BYTES * workers;
}

/**
 * How many runs can be in memory at the same time, each in a thread of its own.
 * @param need Bytes of one run with its problem, see `machineBytes`. @param available Bytes of the machine's memory; undefined where that is not known.
 * @param threads The most that may run at a time.
 * @returns At least 1: a single run is tried in any case.
 */
export function runsThatFit(need: number, available: number | undefined, threads: number): number {
  if (available === undefined || !(need > 0)) return threads;
  return Math.max(1, Math.min(threads, Math.floor(available / need)));
}
