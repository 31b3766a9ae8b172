import { timeComplexities } from '../../bindings/index.js';
import type { DataSetting, ProblemQuantities } from '../../bindings/index.js';
import type { Series } from '../series.js';

/** What a figure of times may have along its horizontal axis. */
export const PLOT_AXES = ['epsilon', 'n'] as const;
export type PlotAxis = (typeof PLOT_AXES)[number];

/** What the curves are about. */
export interface CurveSubject {
  readonly times: readonly number[];
  readonly quantities: ProblemQuantities;
  readonly data: DataSetting;
}

/** From this many workers on, an axis of n is logarithmic, whatever the times. */
export const MANY_WORKERS = 11;
const SPAN = 100;
const VALUES_OF_EPSILON = 61;
const MOST_VALUES_OF_N = 200;

/** Values of 1/ε, ascending, from 1/(100ε) to 100/ε, as far as numbers go. */
export function inverseEpsilons(epsilon: number): number[] {
  const places = Array.from({ length: VALUES_OF_EPSILON }, (_, index) => SPAN ** ((2 * index) / (VALUES_OF_EPSILON - 1) - 1) / epsilon);
  return places.filter((place) => place > 0 && Number.isFinite(place) && 1 / place > 0 && Number.isFinite(1 / place));
}

/** Numbers of workers from 1 to n: all, or some 200 of them that are evenly spaced on a logarithmic axis. */
export function workerCounts(n: number): number[] {
  if (n <= MOST_VALUES_OF_N) return Array.from({ length: n }, (_, index) => index + 1);
  return [...new Set(Array.from({ length: MOST_VALUES_OF_N }, (_, index) => Math.round(n ** (index / (MOST_VALUES_OF_N - 1)))))];
}

/**
 * A line per method and one for the lower bound: the time over 1/ε, or over n with the first n workers. Times that are 0 (nothing is
 * known) or infinite are left out, so that a line may have no points.
 */
export function complexityCurves({ times, quantities, data }: CurveSubject, axis: PlotAxis): Series[] {
  const places = axis === 'n' ? workerCounts(times.length) : inverseEpsilons(quantities.epsilon);
  const lines = new Map<string, Series>();
  for (const x of places) {
    const inputs = axis === 'n' ? { ...quantities, times: times.slice(0, x) } : { ...quantities, times, epsilon: 1 / x };
    for (const { method, time, leadingTerm } of timeComplexities(inputs, data)) {
      const label = leadingTerm === true ? `${method} (leading term)` : method;
      const line = lines.get(method) ?? { label, method, seeds: 1, points: [] };
      lines.set(method, line);
      if (time > 0 && Number.isFinite(time)) line.points.push({ x, median: time, low: time, high: time });
    }
  }
  return [...lines.values()];
}
