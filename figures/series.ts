import { quantile, seedRange } from '../bindings/index.js';
import type { BestStepsize, MetricsRecord, Target } from '../bindings/index.js';
import { readableNumber } from './numbers.js';
import type { LineStyle } from './style.js';

/** What a figure can show upwards, and from left to right. */
export const Y_FIELDS = ['objective', 'suboptimality', 'worstWorkerObjective', 'gradientNormSquared', 'trainAccuracy', 'testAccuracy'] as const;
export const X_FIELDS = ['time', 'updates', 'gradients'] as const;
export type YField = (typeof Y_FIELDS)[number];
export type XField = (typeof X_FIELDS)[number];

/** Axis titles. Simulated time has no unit of its own: it is that of the experiment's computation times. */
export const FIELD_TITLES: Readonly<Record<XField | YField, string>> = {
  time: 'simulated time',
  updates: 'model updates',
  gradients: 'stochastic gradients',
  objective: 'objective f(x)',
  suboptimality: 'suboptimality f(x) − f*',
  worstWorkerObjective: 'worst worker’s objective maxᵢ fᵢ(x)',
  gradientNormSquared: 'squared gradient norm ‖∇f(x)‖²',
  trainAccuracy: 'training accuracy',
  testAccuracy: 'test accuracy',
};

/** One line of a figure: the runs of a method with one stepsize. */
export interface FigureLine {
  method: string;
  stepsize: number;
  /** Text of the legend. */
  label: string;
  /** Default: by its place among the lines that have points. */
  style?: LineStyle;
}

export interface SeriesPoint {
  x: number;
  median: number;
  /** The band over seeds; both equal the median when there is one seed. Infinite where a seed has diverged. */
  low: number;
  high: number;
}

/** A line ready to be drawn: the median over seeds and a band, the range of `seedRange`. */
export interface Series {
  label: string;
  method: string;
  /** Which of several runs it is from; absent when there is one. */
  run?: string;
  /** Default: by its place among the lines. */
  style?: LineStyle;
  seeds: number;
  points: SeriesPoint[];
}

type Curve = [x: number, y: number][];

/** More points than a figure is pixels wide only make the file larger. */
const MOST_POINTS = 500;

/** `ringleader-asgd (γ = 0.1)`. */
export function lineLabel(method: string, stepsize: number): string {
  return `${method} (γ = ${readableNumber(stepsize)})`;
}

/** A line per method at its best stepsize. */
export function linesOf(best: readonly BestStepsize[]): FigureLine[] {
  return best.map(({ method, stepsize }) => ({ method, stepsize, label: lineLabel(method, stepsize) }));
}

/** What a figure shows unless asked for something else: the quantity that the target is about, if it was measured, else the objective. */
export function quantityOf(target: Target | null | undefined, metrics: readonly MetricsRecord[]): { y: YField; target?: number } {
  for (const y of ['objective', 'suboptimality', 'gradientNormSquared', 'testAccuracy'] as const) {
    const value = target?.[y];
    if (value !== undefined && metrics.some((record) => record[y] !== undefined)) return { y, target: value };
  }
  return { y: 'objective' };
}

/**
 * Aggregates evaluations over seeds: median with a band (minimum to maximum below four seeds, else the inter-quartile range; linear
 * interpolation as in `quantile`).
 *
 * A seed counts between its first and last evaluation, interpolated linearly; one that ended in a value that is not finite counts
 * as the worst possible from there on. The line ends where fewer than half of the seeds are left. Lines without data are left out.
 */
export function seriesOf(metrics: readonly MetricsRecord[], lines: readonly FigureLine[], x: XField, y: YField): Series[] {
  const worst = y.endsWith('Accuracy') ? -Infinity : Infinity;
  return lines.flatMap(({ method, stepsize, label, style }) => {
    const seeds = new Map<number, Curve>();
    for (const record of metrics) {
      if (record.method !== method || record.stepsize !== stepsize) continue;
      const value = record[y];
      if (value === undefined) continue;
      const curve = seeds.get(record.seed) ?? [];
      seeds.set(record.seed, curve);
      if (curve.at(-1)?.[0] === record[x]) curve.pop();
      curve.push([record[x], Number.isFinite(value) ? value : worst]);
    }
    const points = aggregate([...seeds.values()], worst);
    return points.length > 0 ? [{ label, method, seeds: seeds.size, points, ...(style === undefined ? {} : { style }) }] : [];
  });
}

/** Lines in the order in which they end, the uppermost first: the order of a legend. */
export function fromTopToBottom<T extends { series: Series }>(entries: readonly T[]): T[] {
  const end = (entry: T): number => entry.series.points.at(-1)?.median ?? NaN;
  return [...entries].sort((a, b) => end(b) - end(a));
}

/** The median at `x`, linear between points; undefined outside the line. */
export function medianAt(points: readonly SeriesPoint[], x: number): number | undefined {
  return interpolate(points.map((point) => [point.x, point.median]), x, undefined);
}

/** Whether the axis should be logarithmic: everything is positive and spans more than a decade. */
export function spansDecades(series: readonly Series[]): boolean {
  const values = series.flatMap(({ points }) => points.map(({ median }) => median));
  const low = Math.min(...values);
  return low > 0 && Math.max(...values) > 10 * low;
}

/** The range to show: all medians and bands, but a method that blows up is cut a little above where the lines start. */
export function rangeOf(series: readonly Series[], y: YField, log: boolean, target?: number): [low: number, high: number] {
  const usable = (value: number): boolean => Number.isFinite(value) && (!log || value > 0);
  const values = series.flatMap(({ points }) => points.flatMap(({ median, low, high }) => [median, low, high])).filter(usable);
  if (target !== undefined && usable(target)) values.push(target);
  if (values.length === 0) return log ? [0.1, 1] : [0, 1];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const starts = series.map(({ points }) => points[0]?.median ?? NaN).filter(usable);
  if (starts.length === 0 || y.endsWith('Accuracy')) return [low, high];
  const start = starts.reduce((a, b) => Math.max(a, b), target ?? -Infinity);
  return [low, Math.min(high, log ? 10 * start : start + Math.max(start - low, Math.abs(start) / 2))];
}

function aggregate(curves: Curve[], worst: number): SeriesPoint[] {
  for (const curve of curves) curve.sort((a, b) => a[0] - b[0]);
  const positions = thin([...new Set(curves.flatMap((curve) => curve.map(([x]) => x)))].sort((a, b) => a - b));
  const points: SeriesPoint[] = [];
  for (const x of positions) {
    const values = curves
      .map((curve) => interpolate(curve, x, Number.isFinite(curve.at(-1)?.[1]) ? undefined : worst))
      .filter((value) => value !== undefined)
      .sort((a, b) => a - b);
    if (values.length * 2 < curves.length) continue;
    const median = quantile(values, 0.5);
    if (!Number.isFinite(median)) break;
    const [low, high] = seedRange(values, curves.length);
    points.push({ x, median, low, high });
  }
  return points;
}

function thin(positions: number[]): number[] {
  if (positions.length <= MOST_POINTS) return positions;
  return Array.from({ length: MOST_POINTS }, (_, index) => positions[Math.round((index * (positions.length - 1)) / (MOST_POINTS - 1))]!);
}

/** The curve's value at x; undefined before its first point, `after` beyond its last. */
function interpolate(curve: readonly (readonly [number, number])[], x: number, after: number | undefined): number | undefined {
  let right = 0;
  let end = curve.length;
  while (right < end) {
    const middle = (right + end) >> 1;
    if (curve[middle]![0] < x) right = middle + 1;
    else end = middle;
  }
  const b = curve[right];
  if (b === undefined) return after;
  if (b[0] === x) return b[1];
  const a = curve[right - 1];
  if (a === undefined) return undefined;
  return a[1] + ((b[1] - a[1]) * (x - a[0])) / (b[0] - a[0]);
}
