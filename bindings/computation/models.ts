import { InputError } from '../errors.js';
import { Purpose } from '../kernels/random.js';
import type { Random } from '../kernels/random.js';
import type { ComputationModel } from './computation-model.js';

/** √(2/π): the mean of |z| for a standard normal z. */
const MEAN_ABSOLUTE_NORMAL = 0.797884560802865355879892;

/** What an experiment says about its workers' computation times. */
export type ComputationOptions =
  | { readonly kind: 'fixed'; readonly times: readonly number[] }
  | { readonly kind: 'equal' | 'linear' | 'sqrt' }
  | { readonly kind: 'paper'; readonly redraw: boolean };

/**
 * Computation times as given.
 * @param times τ_i per worker: positive, in simulated seconds; Infinity for a worker that never returns a gradient.
 * @throws InputError when there is none, or one is not positive.
 */
export function fixedTimes(times: readonly number[]): ComputationModel {
  if (times.length === 0) throw new InputError('fixedTimes', 'times', 'name at least one worker', times);
  times.forEach((time, i) => {
    if (!(time > 0)) throw new InputError('fixedTimes', `times[${i}]`, 'be greater than 0', time);
  });
  const held = [...times];
  return { workers: held.length, expectedTime: (worker) => held[worker]!, duration: (worker) => held[worker]! };
}

/**
 * The computation times of the papers: τ_i = i + |η_i| with η_i ∼ N(0, i) (variance i), i = 1 … n.
 * @param redraw false: each τ_i is drawn once; true: it is drawn afresh for every gradient.
 * @remarks Source: experiments of arXiv 2501.16168 and 2509.22860.
 */
export function paperTimes(workers: number, random: Random, redraw: boolean): ComputationModel {
  const draw = (worker: number, index: number): number =>
    worker + 1 + Math.sqrt(worker + 1) * Math.abs(random.normal(Purpose.computation, worker, index));
  if (!redraw) return fixedTimes(Array.from({ length: workers }, (_, worker) => draw(worker, 0)));
  return {
    workers,
    expectedTime: (worker) => worker + 1 + Math.sqrt(worker + 1) * MEAN_ABSOLUTE_NORMAL,
    duration: (worker, index) => draw(worker, index + 1),
  };
}

/**
 * The computation model that an experiment names.
 * @throws InputError when a list of times does not name every worker.
 */
export function computationModel(options: ComputationOptions, workers: number, random: Random): ComputationModel {
  switch (options.kind) {
    case 'fixed':
      if (options.times.length !== workers) {
        throw new InputError('experiment', 'workers.computation.times', `name ${workers} times, one per worker`, options.times.length);
      }
      return fixedTimes(options.times);
    case 'equal':
      return fixedTimes(new Array<number>(workers).fill(1));
    case 'linear':
      return fixedTimes(Array.from({ length: workers }, (_, i) => i + 1));
    case 'sqrt':
      return fixedTimes(Array.from({ length: workers }, (_, i) => Math.sqrt(i + 1)));
    case 'paper':
      return paperTimes(workers, random, options.redraw);
  }
}
