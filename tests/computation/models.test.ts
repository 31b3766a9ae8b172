import { describe, expect, it } from 'vitest';
import { computationModel, fixedTimes, twoSpeedTimes } from '../../bindings/index.js';
import type { ComputationOptions } from '../../bindings/index.js';
import { testKernels } from '../quadratics.js';

const paper = { kind: 'paper' } as const;
const kinds: ComputationOptions[] = [
  { kind: 'fixed', times: [1, 2, 3, Infinity] },
  { kind: 'equal', time: 3 },
  { kind: 'linear' },
  { kind: 'sqrt' },
  { kind: 'two-speed', fast: 1, slow: 10, slowFraction: 0.25 },
  { kind: 'paper', redraw: true },
  { kind: 'lognormal', median: 2, sigma: 1, redraw: true },
  { kind: 'pareto', scale: 2, shape: 1.5, redraw: true },
  { kind: 'regime-switching', base: paper, period: 3, change: 'permute', spread: 1 },
  { kind: 'regime-switching', base: paper, period: 3, change: 'rescale', spread: 1 },
  { kind: 'sinusoidal', base: paper, period: 7, amplitude: 0.9, phases: 'random' },
  { kind: 'outages', base: paper, every: 5, length: 3 },
  { kind: 'outages', base: paper, intervals: { 2: [[0, 1], [4, Infinity]] } },
  { kind: 'dropout', base: paper, fraction: 0.5, within: 30 },
  { kind: 'dropout', base: paper, leave: { 0: 20 } },
  { kind: 'universal', powers: [[[0, 1]], [[1, 2], [3, 0]], [[0, 0.1]], [[2, 0.5]]], cycle: 4 },
  { kind: 'devices', devices: ['v100', 'a100'], time: 2 },
];

describe.each(kinds)('$kind ($change, $redraw)', (options) => {
  it('gives positive times that depend on the arguments alone, in whatever order they are asked for', async () => {
    const random = (await testKernels()).random(5);
    const model = computationModel(options, 4, random);
    const other = computationModel(options, 4, random);
    expect(model.workers).toBe(4);
    const calls = Array.from({ length: 400 }, (_, k) => [k % 4, k % 13, (k % 29) * 1.7] as const);
    const forward = calls.map((call) => model.duration(...call));
    const backward = calls.toReversed().map((call) => other.duration(...call));
    expect(forward.every((time) => time > 0)).toBe(true);
    expect(backward.reverse()).toEqual(forward);
    for (const worker of [0, 1, 2, 3]) expect(model.expectedTime(worker)).toBeGreaterThan(0);
  });

  it('reports off times in order, within the range asked for', async () => {
    const model = computationModel(options, 4, (await testKernels()).random(5));
    for (const worker of [0, 1, 2, 3]) {
      let before = 2.5;
      for (const [start, end] of model.offTimes?.(worker, 2.5, 40) ?? []) {
        expect(start).toBeGreaterThanOrEqual(before);
        expect(end).toBeGreaterThan(start);
        before = end;
      }
      expect(before).toBeLessThanOrEqual(40);
    }
  });
});

describe('times that are given by a formula', () => {
  it.each([
    [{ kind: 'equal' }, [1, 1, 1, 1]],
    [{ kind: 'equal', time: 2.5 }, [2.5, 2.5, 2.5, 2.5]],
    [{ kind: 'linear' }, [1, 2, 3, 4]],
    [{ kind: 'sqrt' }, [1, Math.sqrt(2), Math.sqrt(3), 2]],
    [{ kind: 'two-speed', fast: 1, slow: 5, slowFraction: 0.5 }, [1, 1, 5, 5]],
    [{ kind: 'fixed', times: [4, 3, 2, Infinity] }, [4, 3, 2, Infinity]],
  ] as [ComputationOptions, number[]][])('%j', async (options, times) => {
    const model = computationModel(options, 4, (await testKernels()).random(1));
    expect([0, 1, 2, 3].map((worker) => model.duration(worker, 5, 17))).toEqual(times);
    expect([0, 1, 2, 3].map((worker) => model.expectedTime(worker))).toEqual(times);
  });

  it('two-speed: rounds the number of slow workers, and has at least one unless there are to be none', () => {
    const slow = (workers: number, slowFraction: number): number => {
      const model = twoSpeedTimes(workers, { fast: 1, slow: 10, slowFraction });
      return Array.from({ length: workers }, (_, i) => model.duration(i, 0, 0)).filter((time) => time === 10).length;
    };
    expect([slow(10, 0), slow(10, 0.01), slow(10, 0.1), slow(10, 0.26), slow(10, 1), slow(1, 0.1)]).toEqual([0, 1, 1, 3, 10, 1]);
  });

  it('are checked', async () => {
    const random = (await testKernels()).random(1);
    expect(() => fixedTimes([1, 0])).toThrow("fixedTimes: 'times[1]' must be greater than 0, got 0");
    expect(() => fixedTimes([])).toThrow("fixedTimes: 'times' must name at least one worker, got []");
    expect(() => computationModel({ kind: 'fixed', times: [1, 2] }, 3, random)).toThrow("'workers.computation.times' must name 3 times");
    expect(() => twoSpeedTimes(2, { fast: 1, slow: 0, slowFraction: 1 })).toThrow("twoSpeedTimes: 'slow' must be greater than 0, got 0");
    expect(() => computationModel({ kind: 'universal', powers: [[[0, 1]]] }, 2, random)).toThrow("'workers.computation.powers' must name the powers of 2 workers, got 1");
    expect(() => computationModel({ kind: 'trace', file: 'a.csv', values: 'durations' }, 2, random)).toThrow("computationModel: 'trace' must be given, from 'loadTrace'");
    expect(() => computationModel({ kind: 'linaer' } as never, 2, random)).toThrow("computationModel: 'kind' must be a kind of computation times, got 'linaer'");
    expect(() => computationModel({ kind: 'linear' }, 2.5, random)).toThrow("computationModel: 'workers' must be an integer of at least 1, got 2.5");
  });
});
