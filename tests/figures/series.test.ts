import { expect, test } from 'vitest';
import type { MetricsRecord } from '../../bindings/index.js';
import { fromTopToBottom, lineLabel, linesOf, medianAt, quantityOf, rangeOf, seriesOf, spansDecades } from '../../figures/series.js';
import { sampleBest, sampleLines, sampleMetrics } from './samples.js';

const lines = [{ method: 'asgd', stepsize: 0.1, label: 'asgd' }];

/** One record per point `[time, objective]` of each seed. */
function runs(...seeds: [time: number, objective: number][][]): MetricsRecord[] {
  return seeds.flatMap((points, seed) =>
    points.map(([time, objective]) => ({
      method: 'asgd', stepsize: 0.1, seed, time, updates: 2 * time, gradients: 3 * time, objective, worstWorkerObjective: objective,
      gradientNormSquared: objective,
    })),
  );
}

function points(...seeds: [number, number][][]) {
  return seriesOf(runs(...seeds), lines, 'time', 'objective')[0]!.points;
}

test('the median and the range of three seeds', () => {
  expect(points([[0, 4]], [[0, 1]], [[0, 2]])).toEqual([{ x: 0, median: 2, low: 1, high: 4 }]);
});

test('from four seeds on the band is the inter-quartile range', () => {
  expect(points([[0, 1]], [[0, 2]], [[0, 3]], [[0, 4]], [[0, 100]])).toEqual([{ x: 0, median: 3, low: 2, high: 4 }]);
});

test('seeds evaluated at other times are interpolated linearly', () => {
  expect(points([[0, 0], [10, 10]], [[0, 0], [4, 8], [10, 20]])).toEqual([
    { x: 0, median: 0, low: 0, high: 0 },
    { x: 4, median: 6, low: 4, high: 8 },
    { x: 10, median: 15, low: 10, high: 20 },
  ]);
});

test('the line goes on while at least half of the seeds do', () => {
  expect(points([[0, 1], [1, 1], [2, 1]], [[0, 1], [1, 1]], [[0, 1], [1, 1]]).map(({ x }) => x)).toEqual([0, 1]);
  expect(points([[0, 1], [1, 1], [2, 5]], [[0, 1], [1, 1]]).at(-1)).toEqual({ x: 2, median: 5, low: 5, high: 5 });
});

test('a diverged seed counts as infinite until the end; the line ends when the median is infinite', () => {
  const diverging: [number, number][] = [[0, 1], [1, NaN]];
  const fine: [number, number][] = [[0, 1], [1, 1], [2, 1]];
  expect(points(diverging, fine, fine).slice(1)).toEqual([
    { x: 1, median: 1, low: 1, high: Infinity },
    { x: 2, median: 1, low: 1, high: Infinity },
  ]);
  expect(points(diverging, diverging, fine)).toEqual([{ x: 0, median: 1, low: 1, high: 1 }]);
});

test('a repeated evaluation at one time counts once, the last', () => {
  expect(points([[0, 3], [1, 2], [1, 1]])).toEqual([{ x: 0, median: 3, low: 3, high: 3 }, { x: 1, median: 1, low: 1, high: 1 }]);
});

test('other axes, and fields that were not measured', () => {
  expect(seriesOf(runs([[5, 1]]), lines, 'gradients', 'worstWorkerObjective')[0]?.points[0]?.x).toBe(15);
  expect(seriesOf(runs([[5, 1]]), lines, 'time', 'testAccuracy')).toEqual([]);
});

test('long runs are thinned, ends kept', () => {
  const thinned = points(Array.from({ length: 5001 }, (_, time) => [time, time + 1]));
  expect(thinned).toHaveLength(500);
  expect([thinned[0]?.x, thinned.at(-1)?.x]).toEqual([0, 5000]);
});

test('medianAt interpolates inside the line only', () => {
  const line = points([[0, 0], [10, 10]]);
  expect([0, 2.5, 10, 11, -1].map((x) => medianAt(line, x))).toEqual([0, 2.5, 10, undefined, undefined]);
});

test('labels tell the stepsize; the legend is ordered as the lines end', () => {
  expect(lineLabel('asgd', 0.03)).toBe('asgd (γ = 0.03)');
  expect(linesOf([sampleBest({ method: 'loscar-sgd', stepsize: 1e-4 })])).toEqual([
    { method: 'loscar-sgd', stepsize: 1e-4, label: 'loscar-sgd (γ = 1e-4)' },
  ]);
  const series = seriesOf(sampleMetrics(['a', 'b', 'c']), sampleLines(['a', 'b', 'c']), 'time', 'objective');
  expect(fromTopToBottom(series.map((line) => ({ series: line }))).map((entry) => entry.series.method)).toEqual(['c', 'b', 'a']);
});

test('a logarithmic axis needs positive values over more than a decade', () => {
  const series = (...values: number[]) => seriesOf(runs(values.map((value, time) => [time, value])), lines, 'time', 'objective');
  expect(spansDecades(series(11, 1))).toBe(true);
  expect(spansDecades(series(9, 1))).toBe(false);
  expect(spansDecades(series(11, 0))).toBe(false);
  expect(spansDecades(series(11, -1))).toBe(false);
});

test('a method that blows up does not flatten the others; accuracies are never cut', () => {
  const series = seriesOf(runs([[0, 2], [1, 1e9]]), lines, 'time', 'objective');
  expect(rangeOf(series, 'objective', false)).toEqual([2, 3]);
  expect(rangeOf(series, 'objective', true)).toEqual([2, 20]);
  expect(rangeOf(series, 'objective', true, 0.5)).toEqual([0.5, 20]);
  expect(rangeOf(seriesOf(runs([[0, 0.1], [1, 0.9]]), lines, 'time', 'objective'), 'testAccuracy', false)).toEqual([0.1, 0.9]);
});

test('a figure shows what the target is about, if that was measured', () => {
  const metrics = runs([[0, 1]]);
  expect(quantityOf({ gradientNormSquared: 0.1 }, metrics)).toEqual({ y: 'gradientNormSquared', target: 0.1 });
  expect(quantityOf({ testAccuracy: 0.9 }, metrics)).toEqual({ y: 'objective' });
  expect(quantityOf(undefined, metrics)).toEqual({ y: 'objective' });
});
