import { InputError } from '../errors.js';
import type { Random } from '../kernels/random.js';
import type { ComputationModel } from './computation-model.js';
import { fixedTimes } from './fixed-times.js';
import { lognormalTimes, paperTimes, paretoTimes } from './random-times.js';
import type { LognormalOptions, ParetoOptions } from './random-times.js';

/** A fast and a slow group of workers. */
export interface TwoSpeedOptions {
  /** τ of the fast workers, the first ones, in simulated seconds. */
  readonly fast: number;
  /** τ of the slow workers, the last ones, in simulated seconds. */
  readonly slow: number;
  /** Share of slow workers, from 0 to 1. */
  readonly slowFraction: number;
}

/** Computation times that are constant in time: one τ_i per worker, in simulated seconds. */
export type BaseOptions =
  | {
      /** The times of a list. */
      readonly kind: 'fixed';
      /** τ_i > 0, one per worker; Infinity: it never returns a gradient. */
      readonly times: readonly number[];
    }
  | {
      /** The same time for all. */
      readonly kind: 'equal';
      /** τ > 0; default 1. */
      readonly time?: number | undefined;
    }
  | {
      /** τ_i = i or √i, i from 1. */
      readonly kind: 'linear' | 'sqrt';
    }
  | {
      /** See `paperTimes`. */
      readonly kind: 'paper';
    }
  | ({
      /** See `twoSpeedTimes`. */
      readonly kind: 'two-speed';
    } & TwoSpeedOptions)
  | ({
      /** See `lognormalTimes`. */
      readonly kind: 'lognormal';
    } & LognormalOptions)
  | ({
      /** See `paretoTimes`. */
      readonly kind: 'pareto';
    } & ParetoOptions);

/**
 * Two speeds: τ_i = fast for the first workers and slow for the last round(slowFraction · n), at least one when the fraction is
 * not 0.
 * @param workers n ≥ 1.
 * @param options The two times and the share of the slow one.
 * @throws InputError when a time is not positive or the fraction is not from 0 to 1.
 */
export function twoSpeedTimes(workers: number, { fast, slow, slowFraction }: TwoSpeedOptions): ComputationModel {
  if (!(fast > 0)) throw new InputError('twoSpeedTimes', 'fast', 'be greater than 0', fast);
  if (!(slow > 0)) throw new InputError('twoSpeedTimes', 'slow', 'be greater than 0', slow);
  if (!(slowFraction >= 0 && slowFraction <= 1)) throw new InputError('twoSpeedTimes', 'slowFraction', 'be from 0 to 1', slowFraction);
  const slowWorkers = slowFraction === 0 ? 0 : Math.max(1, Math.round(slowFraction * workers));
  return fixedTimes(Array.from({ length: workers }, (_, worker) => (worker < workers - slowWorkers ? fast : slow)));
}

/**
 * The computation times of a model that is constant in time: equal τ_i = time, linear τ_i = i, sqrt τ_i = √i for i = 1 … n, and
 * the drawn models drawn once.
 * @throws InputError when a list of times does not name every worker, or a parameter is out of range.
 */
export function baseTimes(options: BaseOptions, workers: number, random: Random): ComputationModel {
  const each = (time: (i: number) => number): ComputationModel => fixedTimes(Array.from({ length: workers }, (_, worker) => time(worker + 1)));
  switch (options.kind) {
    case 'fixed':
      if (options.times.length !== workers) {
        throw new InputError('experiment', 'workers.computation.times', `name ${workers} times, one per worker`, options.times.length);
      }
      return fixedTimes(options.times);
    case 'equal':
      return each(() => options.time ?? 1);
    case 'linear':
      return each((i) => i);
    case 'sqrt':
      return each((i) => Math.sqrt(i));
    case 'two-speed':
      return twoSpeedTimes(workers, options);
    case 'paper':
      return paperTimes(workers, random, false);
    case 'lognormal':
      return lognormalTimes(workers, random, options, false);
    case 'pareto':
      return paretoTimes(workers, random, options, false);
    default:
      throw new InputError('computationModel', 'kind', 'be a kind of computation times', (options as BaseOptions).kind);
  }
}
