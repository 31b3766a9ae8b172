import { expect, test } from 'vitest';
import { axisFor, positionOn, powerOfTen } from '../../figures/ticks.js';

test('linear ticks are multiples of 1, 2 or 5 powers of ten inside the range', () => {
  expect(axisFor(0, 2000, false, 6).ticks).toEqual([0, 500, 1000, 1500, 2000]);
  expect(axisFor(0.13, 0.98, false, 5).ticks).toEqual([0.2, 0.4, 0.6, 0.8]);
  expect(axisFor(-1, 1, false, 4).ticks).toEqual([-1, -0.5, 0, 0.5, 1]);
});

test('logarithmic ticks are powers of ten, with steps between when the range is short', () => {
  expect(axisFor(1e-6, 1, true, 8).ticks).toEqual([1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1]);
  expect(axisFor(1e-12, 1, true, 6).ticks).toEqual([1e-12, 1e-9, 1e-6, 1e-3, 1]);
  expect(axisFor(0.04, 3.5, true, 6).ticks).toEqual([0.1, 0.3, 1, 3]);
  expect(axisFor(0.41, 0.47, true, 4).ticks).toEqual([0.42, 0.44, 0.46]);
});

test('an empty range is widened', () => {
  const axis = axisFor(3, 3, false, 4);
  expect([axis.low, axis.high]).toEqual([1.5, 4.5]);
  expect(axisFor(0, 0, false, 4)).toMatchObject({ low: -0.5, high: 0.5 });
});

test('positions run from 0 to 1', () => {
  expect(positionOn(axisFor(0, 10, false, 5), 2.5)).toBe(0.25);
  expect(positionOn(axisFor(0.01, 1, true, 5), 0.1)).toBeCloseTo(0.5);
  expect(powerOfTen(-12)).toBe('10⁻¹²');
});
