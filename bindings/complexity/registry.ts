import { asgd } from './asgd.js';
import { delayAdaptiveAsgd } from './delay-adaptive-asgd.js';
import { ia2Sgd } from './ia2-sgd.js';
import { lowerBounds } from './lower-bound.js';
import { maleniaSgd } from './malenia-sgd.js';
import { minibatchSgd } from './minibatch-sgd.js';
import { rennalaSgd } from './rennala-sgd.js';
import { rescaledAsgd } from './rescaled-asgd.js';
import { ringleaderAsgd } from './ringleader-asgd.js';
import { ringmasterAsgd } from './ringmaster-asgd.js';
import type { ComplexityInputs, DataSetting, MethodComplexity, TimeComplexity } from './setting.js';
import { requireSetting } from './setting.js';

/** Every method with a known time complexity, in the order of `methods`. */
export const complexities: readonly MethodComplexity[] = [
  minibatchSgd, asgd, delayAdaptiveAsgd, rescaledAsgd, ia2Sgd, maleniaSgd, ringleaderAsgd, rennalaSgd, ringmasterAsgd,
];

/** The name of the lower bound among the rows. */
export const LOWER_BOUND = 'lower-bound';

/** A method's time complexity in numbers; or that of the lower bound, under the name `lower-bound`. */
export interface TimeComplexityRow extends Omit<TimeComplexity, 'time'> {
  /** Its name, as in `methods`; or `lower-bound`. */
  readonly method: string;
  /** The expression with constant 1, in the unit of the times. */
  readonly time: number;
}

/**
 * The time complexities of all methods that are known for a setting, and its lower bound: the expressions of the sources with constant 1.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @param data Whether the f_i differ.
 * @returns Rows by time, the shortest first; those of the same time in the order of `methods`, after the lower bound.
 * @throws InputError when an input is out of range, or there is no such setting.
 * @example
 * const rows = timeComplexities({ times: [1, 2, 10], smoothness: 1, delta: 1, variance: 0.3, epsilon: 0.01 }, 'heterogeneous');
 * rows.map(({ method, time }) => [method, time]);
 */
export function timeComplexities(inputs: ComplexityInputs, data: DataSetting): TimeComplexityRow[] {
  requireSetting('timeComplexities', data);
  const known = complexities.flatMap((complexity): [string, TimeComplexity][] => {
    const row = complexity[data];
    return row === undefined ? [] : [[complexity.method, row]];
  });
  const bound = lowerBounds[data].time(inputs);
  const timeOf = (row: TimeComplexity): number => {
    const time = row.time(inputs);
    return row.leadingTerm === true ? time : Math.max(time, bound); // rounding errors do not put a method below the bound
  };
  const rows = [[LOWER_BOUND, lowerBounds[data]] as const, ...known].map(([method, row]) => ({ method, ...row, time: timeOf(row) }));
  return rows.sort((a, b) => (a.time === b.time ? 0 : a.time - b.time));
}
