import { describe, expect, it } from 'vitest';
import { computationModel, fixedTimes, paperTimes } from '../../bindings/index.js';
import { testKernels } from '../quadratics.js';

describe('computation models', () => {
  it('equal, linear and sqrt are what they say', async () => {
    const random = (await testKernels()).random(1);
    const times = (kind: 'equal' | 'linear' | 'sqrt'): number[] => {
      const model = computationModel({ kind }, 4, random);
      expect(model.workers).toBe(4);
      return [0, 1, 2, 3].map((worker) => model.duration(worker, 5, 17));
    };
    expect(times('equal')).toEqual([1, 1, 1, 1]);
    expect(times('linear')).toEqual([1, 2, 3, 4]);
    expect(times('sqrt')).toEqual([1, Math.sqrt(2), Math.sqrt(3), 2]);
  });

  it('paper: τ_i = i + |η_i| with η_i of variance i, drawn once', async () => {
    const random = (await testKernels()).random(3);
    const n = 20_000;
    const model = paperTimes(n, random, false);
    let mean = 0;
    let square = 0;
    for (let worker = 0; worker < n; worker += 1) {
      const time = model.duration(worker, 0, 0);
      expect(time).toBeGreaterThanOrEqual(worker + 1);
      expect(model.duration(worker, 9, 100)).toBe(time);
      expect(model.expectedTime(worker)).toBe(time);
      const z = (time - (worker + 1)) / Math.sqrt(worker + 1); // |standard normal|
      mean += z / n;
      square += (z * z) / n;
    }
    expect(Math.abs(mean - Math.sqrt(2 / Math.PI))).toBeLessThan(0.02);
    expect(Math.abs(square - 1)).toBeLessThan(0.04);
  });

  it('paper, redrawn: a fresh time for every gradient, whose mean is the expected time', async () => {
    const random = (await testKernels()).random(3);
    const model = paperTimes(9, random, true);
    const draws = Array.from({ length: 20_000 }, (_, index) => model.duration(8, index, 0));
    expect(new Set(draws).size).toBeGreaterThan(19_000);
    const mean = draws.reduce((sum, time) => sum + time, 0) / draws.length;
    expect(Math.abs(mean - model.expectedTime(8))).toBeLessThan(0.06);
    expect(model.duration(8, 5, 99)).toBe(draws[5]);
    expect(paperTimes(9, (await testKernels()).random(4), true).duration(8, 5, 0)).not.toBe(draws[5]);
  });

  it('fixed times are checked', async () => {
    const random = (await testKernels()).random(1);
    expect(() => fixedTimes([1, 0])).toThrow("fixedTimes: 'times[1]' must be greater than 0, got 0");
    expect(() => fixedTimes([])).toThrow("fixedTimes: 'times' must name at least one worker, got []");
    expect(() => computationModel({ kind: 'fixed', times: [1, 2] }, 3, random)).toThrow("'workers.computation.times' must name 3 times");
  });
});
