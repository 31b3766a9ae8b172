import { expect, test } from 'vitest';
import { fixedTimes, type ComputationModel } from '../../../bindings/index.js';
import { svgOf } from '../../../figures/svg.js';
import { speedRange, speedsFigure, speedsOf } from '../../../figures/workers/speeds.js';

const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);
const draw = (model: ComputationModel) => svgOf(speedsFigure(speedsOf(model), { title: 'Workers: x', notes: ['n'], workers: model.workers }));

/** Worker i's gradients take 1 … 30 seconds, then far more. */
const varying: ComputationModel = { workers: 2, expectedTime: () => 15.5, duration: (_, index) => (index < 30 ? index + 1 : 1e9) };

test('fixed times have no spread', () => {
  expect(speedsOf(fixedTimes([1, 2.5, Infinity]))).toEqual([
    { worker: 0, expected: 1 }, { worker: 1, expected: 2.5 }, { worker: 2, expected: Infinity },
  ]);
});

test('times that vary have extremes and quartiles of the first thirty', () => {
  expect(speedsOf(varying)[1]).toEqual({ worker: 1, expected: 15.5, spread: { low: 1, quarter: 8.25, threeQuarters: 22.75, high: 30 } });
});

test('each gradient starts when the one before has ended; one that never ends is the last', () => {
  const starts: number[] = [];
  const model: ComputationModel = {
    workers: 1, expectedTime: () => 2,
    duration: (_worker, index, start) => {
      starts.push(start);
      return index === 3 ? Infinity : 2 + index;
    },
  };
  expect(speedsOf(model)[0]!.spread).toMatchObject({ low: 2, high: Infinity });
  expect(starts).toEqual([0, 2, 5, 9]);
});

test('explains what it shows', async () => {
  const plain = texts(await draw(fixedTimes([1, 2, Infinity])));
  expect(plain).toEqual(expect.arrayContaining(['Workers: x', 'n', 'worker', 'simulated time of one gradient', 'expected, τᵢ', '∞', 'never returns']));
  expect(plain).not.toContain('all of the first 30');
  expect(texts(await draw(varying))).toEqual(expect.arrayContaining(['middle half of the first 30', 'all of the first 30']));
  expect(texts(await draw(fixedTimes([1, 100])))).toContain('simulated time of one gradient (log scale)');
});

test('of very many workers some are shown', async () => {
  const model = fixedTimes(Array.from({ length: 5000 }, (_, worker) => worker + 1));
  expect(speedsOf(model)).toHaveLength(300);
  expect(texts(await draw(model))).toContain('300 of 5000 workers, evenly spaced.');
});

test('tells the range of the expected times', () => {
  expect(speedRange(fixedTimes([1, 4, Infinity]))).toBe('expected times from 1 to 4');
  // Of all workers, also those that are not drawn.
  expect(speedRange(fixedTimes(Array.from({ length: 1000 }, (_, worker) => (worker === 1 ? 0.5 : 2))))).toBe('expected times from 0.5 to 2');
  expect(speedRange(fixedTimes([2, 2]))).toBe('expected time 2');
  expect(speedRange(fixedTimes([Infinity]))).toBe('no worker ever returns a gradient');
});
