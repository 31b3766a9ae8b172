import { expect, test } from 'vitest';
import { svgOf } from '../../../figures/svg.js';
import { binWidth, countAxis, delaysFigure, histogram } from '../../../figures/workers/delays.js';
import { workersRecord } from './samples.js';

const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);

test('bins are as narrow as can be seen', () => {
  expect([0, 49, 50, 99, 100, 249, 250, 2330].map(binWidth)).toEqual([1, 1, 2, 2, 5, 5, 10, 50]);
});

test('a histogram counts per bin', () => {
  const counted = [[0, 3], [4, 1], [5, 2], [9, 1], [23, 4]].map(([delay, count]) => ({ from: delay!, to: delay!, count: count! }));
  expect(histogram(counted, 5)).toEqual([{ from: 0, to: 4, count: 4 }, { from: 5, to: 9, count: 3 }, { from: 20, to: 24, count: 4 }]);
});

test('a histogram spreads what is counted in wider bins, in whole messages', () => {
  expect(histogram([{ from: 8, to: 17, count: 9 }, { from: 10, to: 10, count: 1 }], 5)).toEqual([
    { from: 5, to: 9, count: 2 }, { from: 10, to: 14, count: 5 }, { from: 15, to: 19, count: 3 },
  ]);
  expect(histogram([{ from: 0, to: 99, count: 1 }], 10)).toEqual([{ from: 50, to: 59, count: 1 }].map((bin) => ({ ...bin, from: 40, to: 49 })));
});

test('delays counted in bins: the largest is exact, the mean takes the middles', async () => {
  const shown = texts(await svgOf(delaysFigure([{ label: 'a', runs: [workersRecord({ delays: [[0, 2], [1000, 1, 1020]] })] }], 'x')));
  expect(shown).toContain('mean 336.7, largest 1,020');
});

test('the count axis is logarithmic where counts differ much, and shows a single one', () => {
  const bins = (...counts: number[]) => counts.map((count, from) => ({ from, to: from, count }));
  expect(countAxis(bins(100, 1), 100)).toMatchObject({ log: false, low: 0 });
  expect(countAxis(bins(101, 0, 1), 100)).toMatchObject({ log: true, low: 0.5 });
  expect(countAxis([], 100)).toMatchObject({ log: false, low: 0 });
});

test('has a panel per method: seeds together, mean and largest', async () => {
  const methods = [{ label: 'a', runs: [workersRecord(), workersRecord({ delays: [[1, 10]] })] }, { label: 'b', runs: [workersRecord({ delays: [] })] }];
  const svg = await svgOf(delaysFigure(methods, 'Delays: x'));
  expect(texts(svg)).toEqual(
    expect.arrayContaining(['Delays: x', 'a', 'mean 0.85, largest 4', 'b', 'no message arrived', '2 seeds together.', 'delay δ (model updates)', 'messages']),
  );
  expect(svg.match(/panel-\d/g)).toHaveLength(2);
});

test('the last bar is whole', async () => {
  // 400 … 409 of -0.5 … 409.5, which is 41 bars of equal width.
  const svg = await svgOf(delaysFigure([{ label: 'a', runs: [workersRecord({ delays: [[0, 5], [400, 2]] })] }], 'x'));
  const marks = /class="[^"]*\bbins\b.*?<\/g><\/g>/s.exec(svg)![0].matchAll(/d="M([\d.]+),[\d.]+h([\d.]+)v/g);
  const bars = [...marks].map(([, x, width]) => [Number(x), Number(width)] as const).filter(([, width]) => width > 0);
  expect(bars).toHaveLength(2);
  for (const [, width] of bars) expect(width).toBeCloseTo(440 / 41 - 1, 1);
  expect(bars[1]![0] + bars[1]![1] + 0.5).toBeCloseTo(440, 1);
});

test('says how wide its bars are, and that its axis is logarithmic', async () => {
  const shown = texts(await svgOf(delaysFigure([{ label: 'a', runs: [workersRecord({ delays: [[0, 5000], [400, 2]] })] }], 'x')));
  expect(shown).toEqual(expect.arrayContaining(['A bar covers 10 delays.', 'messages (log scale)']));
});
