import { InputError, loadKernels, parsePowers, resolveExperiment, workerModels } from '../../bindings/index.js';
import type { ComputationOptions, Locate, Powers } from '../../bindings/index.js';
import { flagValue } from '../flags.js';
import { readInput } from './read-input.js';

/** The flags that tell how fast the workers are. */
export interface SpeedFlags {
  times?: string;
  workers?: string;
  computation?: string;
  seed?: string;
}

/** The kinds of computation times that are not the same for every gradient. */
const CHANGING: readonly ComputationOptions['kind'][] = ['regime-switching', 'sinusoidal', 'outages', 'dropout', 'universal', 'trace'];

/** Whether the times of a worker's gradients differ. */
export function timesChange(computation: ComputationOptions): boolean {
  return CHANGING.includes(computation.kind) || ('redraw' in computation && computation.redraw === true);
}

/**
 * The times that the flags name, as an experiment with these workers would have them.
 * @returns τ_i in simulated seconds, and whether they are means of times that change.
 * @throws InputError naming the flag.
 */
export async function timesFromFlags(flags: SpeedFlags): Promise<{ times: number[]; change: boolean }> {
  try {
    const experiment = await resolveExperiment(experimentOf(flags), locateIn(flags));
    const { computation } = await workerModels(experiment, experiment.seeds[0]!, await loadKernels());
    const times = Array.from({ length: computation.workers }, (_, worker) => computation.expectedTime(worker));
    return { times, change: timesChange(experiment.workers.computation) };
  } catch (error) {
    throw error instanceof InputError ? namingFlag(error, flags) : error;
  }
}

/** The smallest experiment with these workers; its problem and method do not matter. */
function experimentOf({ times, workers, computation = 'paper', seed }: SpeedFlags): object {
  const workerFlags = {
    ...(workers === undefined ? {} : { count: flagValue(workers, 'workers', false) }),
    computation: times === undefined ? flagValue(computation, 'computation', false) : { kind: 'fixed', times: [flagValue(times, 'times', true)].flat() },
  };
  return {
    ...(seed === undefined ? {} : { seed: flagValue(seed, 'seed', false) }),
    problem: { kind: 'quadratic' },
    workers: workerFlags,
    methods: [{ name: 'minibatch-sgd', stepsize: 1 }],
    budget: { updates: 1 },
  };
}

/** The flag that a key of the experiment comes from. */
function locateIn({ times, computation }: SpeedFlags): Locate {
  return ([first, second]) => {
    if (first === 'seed') return '--seed';
    if (second === 'count' || (times === undefined && computation === undefined)) return '--workers';
    return times === undefined ? '--computation' : '--times';
  };
}

const COMPUTATION = 'workers.computation.';

/** `--times: 'times[1]' must …`, `complexity: '--workers' must …`: errors about the experiment that the user did not write. */
function namingFlag(error: InputError, flags: SpeedFlags): InputError {
  const flag = error.where === 'experiment' ? locateIn(flags)(error.what.split('.')) : error.where;
  if (!flag.startsWith('--')) return error;
  if (error.what.startsWith(COMPUTATION)) return new InputError(flag, error.what.slice(COMPUTATION.length), error.rule, error.got);
  return new InputError('complexity', flag, error.rule, error.got);
}

/** Powers over time from a CSV file. @throws InputError when it cannot be read, or naming the line that is wrong. */
export function powersFrom(file: string): Powers[] {
  return parsePowers(readInput(file, '--powers'), file);
}
