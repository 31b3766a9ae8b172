import { expect, test } from 'vitest';
import { runFigure, seriesFigure, type FigureOptions } from '../../../figures/figure.js';
import { FRAME_WIDTH as WIDTH } from '../../../figures/layout.js';
import { svgOf } from '../../../figures/svg.js';
import { colouredPredictions, endOfTimes, placePredictions } from '../../../figures/theory/overlay.js';
import type { Predictions } from '../../../figures/theory/predictions.js';
import { axisFor } from '../../../figures/ticks.js';
import { sampleLines, sampleMetrics } from '../samples.js';

const METHODS = ['asgd', 'rescaled-asgd', 'ringleader-asgd'];
const [BLUE, ORANGE, GREEN] = ['#0072b2', '#d55e00', '#009e73'];
const metrics = sampleMetrics(METHODS, [1]); // until time 2000
const prediction = (method: string, time: number | null, leadingTerm = false) => ({ method, time, leadingTerm });
const predictions = (lowerBound: number, ...times: (number | null)[]): Predictions => ({
  lowerBound, methods: times.map((time, index) => prediction(METHODS[index]!, time)),
});
const draw = (options: Partial<FigureOptions> = {}) =>
  svgOf(runFigure(metrics, { lines: sampleLines(METHODS), y: 'gradientNormSquared', target: 0.1, ...options }));
const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);

/** Every mark of a prediction: where it is, its colour, and what it looks like. */
function marksIn(svg: string): { x: number; y: number; colour: string; fill: string }[] {
  const marks = [...svg.matchAll(/prediction-\d[^>]*><path[^>]*>/g)].map(([tag]) => tag);
  return marks.map((tag) => {
    const [, x, y] = /transform="translate\(([\d.]+),([\d.]+)\)"/.exec(tag)!;
    const attribute = (name: string): string => new RegExp(` ${name}="([^"]*)"`).exec(tag)![1]!;
    return { x: Number(x), y: Number(y), colour: attribute('stroke'), fill: attribute('fill') };
  });
}

/** The height of the target's rule and the place of the lower bound, in pixels. */
const ruleIn = (svg: string) => Number(/\btarget\b[^>]*><line transform="translate\(0,([\d.]+)\)"/.exec(svg)![1]);
const boundIn = (svg: string) => /lower-bound[^>]*><line transform="translate\(([\d.]+),0\)"/.exec(svg)?.[1];

test('a hollow mark in the method’s colour on the target’s rule, at the predicted time', async () => {
  const svg = await draw({ predictions: predictions(500, 1000, 250, null) });
  expect(marksIn(svg)).toEqual([
    { x: WIDTH / 8, y: ruleIn(svg), colour: ORANGE, fill: 'white' }, { x: WIDTH / 2, y: ruleIn(svg), colour: BLUE, fill: 'white' },
  ]);
  expect(boundIn(svg)).toBe(String(WIDTH / 4));
  expect(texts(svg)).toEqual(expect.arrayContaining(['predicted time', 'lower bound']));
  expect(texts(svg)).not.toContain('predicted later');
});

test('the axis is stretched to twice the runs at most; later marks are triangles at its end', async () => {
  const svg = await draw({ predictions: predictions(1e5, 4000, 4001, Infinity) });
  const [first, ...beyond] = marksIn(svg);
  expect(first).toMatchObject({ x: WIDTH, colour: BLUE });
  expect(beyond.map(({ x, colour }) => [x, colour])).toEqual([[WIDTH - 6, ORANGE], [WIDTH - 6, GREEN]]);
  expect(new Set(marksIn(svg).map(({ y }) => y)).size).toBe(3); // stacked, to be seen
  expect(boundIn(svg)).toBeUndefined();
  expect(texts(svg)).toEqual(expect.arrayContaining(['4,000', 'predicted time', 'predicted later']));
  expect(texts(svg)).not.toContain('lower bound');
});

test('a figure of other quantities, or without predictions, is the same', async () => {
  const shown = predictions(500, 1000, 250, 10);
  const others = [
    { y: 'objective', target: 0.5 }, { y: 'gradientNormSquared', x: 'updates', target: 0.1 }, { y: 'gradientNormSquared', target: undefined },
  ] as const;
  for (const options of others) {
    const plain = { ...options, lines: sampleLines(METHODS) } as FigureOptions;
    expect(runFigure(metrics, { ...plain, predictions: shown })).toEqual(runFigure(metrics, plain));
  }
  expect(await draw({ predictions: undefined })).toBe(await draw());
  expect(await svgOf(seriesFigure([], { y: 'gradientNormSquared', target: 1, predictions: shown }))).not.toContain('prediction-');
});

test('predictions of methods that are not drawn, of no time and of empty terms are left out; the soonest is first', () => {
  const methods = [prediction('a', 5), prediction('b', 3, true), prediction('c', null), prediction('d', 0, true), prediction('e', NaN), prediction('f', 1)];
  const colours = new Map(['a', 'b', 'c', 'd', 'e'].map((method) => [method, `colour of ${method}`]));
  expect(colouredPredictions({ lowerBound: 1, methods }, colours)).toEqual([
    { time: 3, later: true, colour: 'colour of b' }, { time: 5, later: false, colour: 'colour of a' },
  ]);
});

test('the end of the axis', () => {
  const at = (...times: number[]) => times.map((time) => ({ time, later: false, colour: 'red' }));
  expect([endOfTimes(10, []), endOfTimes(10, at(5)), endOfTimes(10, at(12, 20, 21, Infinity))]).toEqual([10, 10, 20]);
});

test('a leading term is a triangle where it is; marks at one place are stacked towards the middle', () => {
  const marks = [1, 50, 50.5, 200].map((time) => ({ time, later: time === 1, colour: 'red' }));
  const [x, y] = [axisFor(0, 100, false, 5), axisFor(0, 1, false, 5)];
  const place = (target: number) => placePredictions(marks, x, y, target, { width: WIDTH, height: 100 }).map(({ x: across, y: down, shape }) => [across, down, shape]);
  expect(place(0.2)).toEqual([[4.4, 80, 'triangle-right'], [220, 80, 'diamond'], [222.2, 71, 'diamond'], [434, 80, 'triangle-right']]);
  expect(place(0.9).map(([, down]) => down)).toEqual([10, 10, 19, 10]);
});
