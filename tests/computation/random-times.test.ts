import { describe, expect, it } from 'vitest';
import { lognormalTimes, paperTimes, paretoTimes } from '../../bindings/index.js';
import type { ComputationModel, Random } from '../../bindings/index.js';
import { testKernels } from '../quadratics.js';
import { mean } from './reference.js';

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const redrawn = (model: ComputationModel, worker = 0, count = 40_000): number[] => Array.from({ length: count }, (_, index) => model.duration(worker, index, 0));

describe('paper times', () => {
  it('τ_i = i + |η_i| with η_i of variance i, drawn once', async () => {
    const random = (await testKernels()).random(3);
    const n = 20_000;
    const model = paperTimes(n, random, false);
    const z: number[] = [];
    for (let worker = 0; worker < n; worker += 1) {
      const time = model.duration(worker, 0, 0);
      if (!(time >= worker + 1) || model.duration(worker, 9, 100) !== time || model.expectedTime(worker) !== time) expect.fail(`worker ${worker}`);
      z.push((time - (worker + 1)) / Math.sqrt(worker + 1)); // |standard normal|
    }
    expect(Math.abs(mean(z) - Math.sqrt(2 / Math.PI))).toBeLessThan(0.02);
    expect(Math.abs(mean(z.map((value) => value * value)) - 1)).toBeLessThan(0.04);
  });

  it('redrawn: a fresh time for every gradient, whose mean is the expected time', async () => {
    const random = (await testKernels()).random(3);
    const model = paperTimes(9, random, true);
    const draws = redrawn(model, 8, 20_000);
    expect(new Set(draws).size).toBeGreaterThan(19_000);
    expect(Math.abs(mean(draws) - model.expectedTime(8))).toBeLessThan(0.06);
    expect(model.duration(8, 5, 99)).toBe(draws[5]);
    expect(paperTimes(9, (await testKernels()).random(4), true).duration(8, 5, 0)).not.toBe(draws[5]);
  });
});

describe('lognormal times', () => {
  it('have the median and the mean that they name', async () => {
    const random = (await testKernels()).random(7);
    const model = lognormalTimes(2, random, { median: 3, sigma: 0.8 }, true);
    const draws = redrawn(model);
    expect(Math.abs(median(draws) / 3 - 1)).toBeLessThan(0.03);
    expect(model.expectedTime(1)).toBeCloseTo(3 * Math.exp(0.32), 12);
    expect(Math.abs(mean(draws) / model.expectedTime(0) - 1)).toBeLessThan(0.02);
  });

  it('are all the median when sigma is 0, and stay in range when it is largest', async () => {
    const random = (await testKernels()).random(7);
    expect(redrawn(lognormalTimes(1, random, { median: 3, sigma: 0 }, true), 0, 9)).toEqual(new Array(9).fill(3));
    const wide = lognormalTimes(1, random, { median: 3, sigma: 30 }, true);
    expect(redrawn(wide).every((time) => time > 0 && time < Infinity)).toBe(true);
    expect(wide.expectedTime(0)).toBeLessThan(Infinity);
  });
});

describe('Pareto times', () => {
  it('have the tail that they name', async () => {
    const random = (await testKernels()).random(11);
    const draws = redrawn(paretoTimes(1, random, { scale: 2, shape: 1.5 }, true));
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(2);
    for (const t of [3, 4, 8, 20]) {
      const share = draws.filter((time) => time > t).length / draws.length;
      expect(Math.abs(share - Math.pow(2 / t, 1.5))).toBeLessThan(0.008);
    }
  });

  it('have the mean shape · scale / (shape − 1)', async () => {
    const random = (await testKernels()).random(11);
    const model = paretoTimes(1, random, { scale: 2, shape: 4 }, true);
    expect(model.expectedTime(0)).toBe(8 / 3);
    expect(Math.abs(mean(redrawn(model)) - 8 / 3)).toBeLessThan(0.02);
  });

  it('may have an infinite mean only when drawn once', async () => {
    const random = (await testKernels()).random(11);
    const model = paretoTimes(50, random, { scale: 1, shape: 0.1 }, false);
    for (let i = 0; i < 50; i += 1) expect(model.expectedTime(i)).toBe(model.duration(i, 3, 9));
    expect(() => paretoTimes(1, random, { scale: 1, shape: 1 }, true)).toThrow(
      "paretoTimes: 'shape' must be greater than 1 with 'redraw', because the mean time is infinite otherwise, got 1",
    );
  });
});

it('random times are checked', async () => {
  const random = (await testKernels()).random(1);
  expect(() => lognormalTimes(1, random, { median: 0, sigma: 1 }, false)).toThrow("lognormalTimes: 'median' must be a finite number greater than 0, got 0");
  expect(() => lognormalTimes(1, random, { median: 1, sigma: NaN }, false)).toThrow("lognormalTimes: 'sigma' must be from 0 to 30, got NaN");
  expect(() => paretoTimes(1, random, { scale: -1, shape: 2 }, false)).toThrow("paretoTimes: 'scale' must be a finite number greater than 0, got -1");
  expect(() => paretoTimes(1, random, { scale: 1, shape: 0 }, false)).toThrow("paretoTimes: 'shape' must be a finite number of at least 0.1, got 0");
});

it('drawn-once times are those of a base, and redrawn ones are others', async () => {
  const random: Random = (await testKernels()).random(2);
  const once = lognormalTimes(3, random, { median: 1, sigma: 1 }, false);
  expect(once.duration(1, 0, 0)).toBe(once.duration(1, 7, 3));
  expect(lognormalTimes(3, random, { median: 1, sigma: 1 }, true).duration(1, 0, 0)).not.toBe(once.duration(1, 0, 0));
});
