import { expect, test } from 'vitest';
import { markers, type Entry, type Mark } from '../../figures/marks.js';
import type { LineStyle } from '../../figures/style.js';
import { axisFor } from '../../figures/ticks.js';

interface Spot {
  x: number;
  median: number;
}

const spots = (mark: Mark) => (mark as unknown as { data: { values: Spot[] }[] }).data[0]!.values;
const entry = (points: readonly (readonly [number, number])[], style: LineStyle): Entry => ({
  series: { label: 'a', method: 'a', seeds: 1, points: points.map(([x, median]) => ({ x, median, low: median, high: median })) }, style, index: 0,
});
const line = [[1, 1], [100, 100 ** 2]] as const;
const style = { colour: '#000', dash: [], shape: 'circle' };

test('points lie on the line as it is drawn: straight on logarithmic axes', () => {
  const [x, y] = [axisFor(1, 100, true, 5), axisFor(1, 1e4, true, 5)];
  const found = spots(markers(entry(line, style), x, y));
  expect(found).toHaveLength(7);
  for (const spot of found) expect(spot.median / spot.x ** 2).toBeCloseTo(1, 4);
  const gaps = found.slice(1).map((spot, place) => spot.x / found[place]!.x);
  for (const gap of gaps) expect(gap).toBeCloseTo(100 ** (1 / 7), 4);
});

test('on linear axes they are evenly spaced on a straight line', () => {
  const found = spots(markers(entry(line, style), axisFor(1, 100, false, 5), axisFor(1, 1e4, false, 5)));
  expect(found).toHaveLength(7);
  for (const spot of found) expect(spot.median).toBeCloseTo(1 + (spot.x - 1) * (9999 / 99), 6);
});

test('a line without a shape has no points', () => {
  expect(spots(markers(entry(line, { colour: '#000', dash: [6, 4] }), axisFor(1, 100, false, 5), axisFor(1, 1e4, false, 5)))).toEqual([]);
});

test('on a logarithmic vertical axis alone they are on the straight line between the logarithms', () => {
  const line = [[0, 1], [100, 1e-4]] as const;
  const found = spots(markers(entry(line, style), axisFor(0, 100, false, 6), axisFor(1e-5, 10, true, 6)));
  expect(found).toHaveLength(7);
  for (const { x, median } of found) expect(Math.log10(median)).toBeCloseTo(-x / 25, 4);
});
