import { InputError } from '../errors.js';
import type { ComputationModel } from './computation-model.js';

/**
 * Computation times as given: duration_i = τ_i for every gradient.
 * @param times τ_i per worker: positive, in simulated seconds; Infinity for a worker that never returns a gradient.
 * @returns The expected times are the τ_i.
 * @throws InputError when there is none, or one is not positive.
 * @example
 * fixedTimes([1, 2, 10]).duration(2, 0, 0); // 10
 */
export function fixedTimes(times: readonly number[]): ComputationModel {
  if (times.length === 0) throw new InputError('fixedTimes', 'times', 'name at least one worker', times);
  times.forEach((time, i) => {
    if (!(time > 0)) throw new InputError('fixedTimes', `times[${i}]`, 'be greater than 0', time);
  });
  const held = [...times];
  return { workers: held.length, expectedTime: (worker) => held[worker]!, duration: (worker) => held[worker]! };
}
