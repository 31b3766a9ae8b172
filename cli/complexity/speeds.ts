import { InputError, loadKernels, parsePowers, resolveExperiment, workerModels } from '../../bindings/index.js';
import type { ComputationModel, ComputationOptions, Locate, Powers } from '../../bindings/index.js';
import { flagValue } from '../flags.js';
import { readInput } from './read-input.js';

/** The flags that tell how fast the workers are. */
export interface SpeedFlags {
  times?: string;
  workers?: string;
  computation?: string;
  seed?: string;
  /** A file of measured durations or powers. */
  trace?: string;
}

/** Workers of given speeds. */
export interface FoundWorkers {
  readonly computation: ComputationModel;
  /** τ_i in simulated seconds. */
  readonly times: readonly number[];
  /** Whether the times of a worker's gradients differ; τ_i is then their mean. */
  readonly change: boolean;
}

/** The kinds of computation times that are not the same for every gradient. */
const CHANGING: readonly ComputationOptions['kind'][] = ['regime-switching', 'sinusoidal', 'outages', 'dropout', 'universal', 'trace'];

/** Whether the times of a worker's gradients differ. */
export function timesChange(computation: ComputationOptions): boolean {
  return CHANGING.includes(computation.kind) || ('redraw' in computation && computation.redraw === true);
}

/**
 * The workers that the flags name, as an experiment would have them.
 * @param command The command, for errors.
 * @throws InputError naming the flag, or the line of the trace.
 */
export async function workersFromFlags(command: string, flags: SpeedFlags): Promise<FoundWorkers> {
  try {
    const experiment = await resolveExperiment(experimentOf(command, flags), locateIn(flags));
    const { computation } = await workerModels(experiment, experiment.seeds[0]!, await loadKernels());
    const times = Array.from({ length: computation.workers }, (_, worker) => computation.expectedTime(worker));
    return { computation, times, change: timesChange(experiment.workers.computation) };
  } catch (error) {
    throw error instanceof InputError ? namingFlag(command, error, flags) : error;
  }
}

/** The smallest experiment with these workers; its problem and method do not matter. */
function experimentOf(command: string, flags: SpeedFlags): object {
  const { workers, seed } = flags;
  return {
    ...(seed === undefined ? {} : { seed: flagValue(seed, 'seed', false) }),
    problem: { kind: 'quadratic' },
    workers: { ...(workers === undefined ? {} : { count: flagValue(workers, 'workers', false) }), computation: computationOf(command, flags) },
    methods: [{ name: 'minibatch-sgd', stepsize: 1 }],
    budget: { updates: 1 },
  };
}

/** What `workers.computation` of the experiment is. */
function computationOf(command: string, { times, computation = 'paper', trace }: SpeedFlags): unknown {
  if (trace !== undefined) return { kind: 'trace', file: trace, values: traceValues(command, trace) };
  return times === undefined ? flagValue(computation, 'computation', false) : { kind: 'fixed', times: [flagValue(times, 'times', true)].flat() };
}

/** What the columns of each kind of trace are. */
const TRACE_HEADERS = { 'worker,duration': 'durations', 'worker,time,power': 'powers' } as const;

/** What a trace holds, according to its header. @throws InputError when there is no such file, or its header is another. */
function traceValues(command: string, file: string): (typeof TRACE_HEADERS)[keyof typeof TRACE_HEADERS] {
  const [first = ''] = readInput(command, file, '--trace').replace(/^\uFEFF/, '').split(/\r?\n/);
  const header = first.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1')).join();
  if (header in TRACE_HEADERS) return TRACE_HEADERS[header as keyof typeof TRACE_HEADERS];
  throw new InputError(`${file}:1`, 'header', `be '${Object.keys(TRACE_HEADERS).join("' or '")}'`, first);
}

/** The flag that a key of the experiment comes from. */
function locateIn({ times, computation, trace }: SpeedFlags): Locate {
  return ([first, second]) => {
    if (first === 'seed') return '--seed';
    if (trace !== undefined && second !== 'count') return '--trace';
    if (second === 'count' || (times === undefined && computation === undefined)) return '--workers';
    return times === undefined ? '--computation' : '--times';
  };
}

const COMPUTATION = 'workers.computation.';

/** `--times: 'times[1]' must …`, `complexity: '--workers' must …`: errors about the experiment that the user did not write. */
function namingFlag(command: string, error: InputError, flags: SpeedFlags): InputError {
  const flag = error.where === 'experiment' ? locateIn(flags)(error.what.split('.')) : error.where;
  if (!flag.startsWith('--')) return error;
  if (error.what.startsWith(COMPUTATION)) return new InputError(flag, error.what.slice(COMPUTATION.length), error.rule, error.got);
  return new InputError(command, flag, error.rule, error.got);
}

/** Powers over time from a CSV file. @throws InputError when it cannot be read, or naming the line that is wrong. */
export function powersFrom(file: string): Powers[] {
  return parsePowers(readInput('complexity', file, '--powers'), file);
}
