import { describe, expect, it } from 'vitest';
import { fixedTimes, regimeSwitchingTimes, sinusoidalTimes } from '../../bindings/index.js';
import { Purpose } from '../../bindings/kernels/random.js';
import { testKernels } from '../quadratics.js';
import { integrate, timePerGradient } from './reference.js';

const starts = [0, 0.3, 4.999, 5, 7.77, 12.5, 1000, 12345.678];

describe('regime switching', () => {
  const base = fixedTimes([1, 2, 8, 30]);

  it('keeps the base until the first change', async () => {
    const model = regimeSwitchingTimes(base, { period: 5, change: 'permute', spread: 1 }, (await testKernels()).random(1));
    expect(model.duration(0, 0, 0)).toBe(1);
    expect(model.duration(1, 3, 3)).toBe(2); // ends exactly at the change
  });

  it.each(['permute', 'rescale'] as const)('%s: the speed integrates to one gradient', async (change) => {
    const random = (await testKernels()).random(1);
    const model = regimeSwitchingTimes(base, { period: 5, change, spread: 0.7 }, random);
    const times = [1, 2, 8, 30];
    const timeIn = (worker: number, r: number): number => {
      if (r === 0) return times[worker]!;
      if (change === 'permute') return times[random.permutation(Purpose.regimes, 0, r, 4)[worker]!]!;
      return times[worker]! * Math.exp(0.7 * random.normal(Purpose.regimes, worker, r));
    };
    for (const start of starts) {
      for (const worker of [0, 1, 2, 3]) {
        const duration = model.duration(worker, 0, start);
        let work = 0;
        for (let t = start; t < start + duration; ) {
          const r = Math.floor(t / 5);
          const end = Math.min((r + 1) * 5, start + duration);
          work += (end - t) / timeIn(worker, r);
          t = end;
        }
        expect(work).toBeCloseTo(1, 9);
      }
    }
  });

  it.each(['permute', 'rescale'] as const)('%s: the long-run time per gradient is the expected time', async (change) => {
    const model = regimeSwitchingTimes(base, { period: 5, change, spread: 0.7 }, (await testKernels()).random(1));
    for (const worker of [0, 2]) {
      const measured = timePerGradient((index, start) => model.duration(worker, index, start), 20_000);
      expect(Math.abs(measured / model.expectedTime(worker) - 1)).toBeLessThan(0.04);
    }
  });

  it('permute: every regime has the base times, dealt anew', async () => {
    const random = (await testKernels()).random(1);
    const model = regimeSwitchingTimes(fixedTimes([1, 2, 3]), { period: 10, change: 'permute', spread: 1 }, random);
    const seen = new Set<string>();
    for (let r = 1; r < 60; r += 1) {
      const times = [0, 1, 2].map((worker) => model.duration(worker, 0, r * 10));
      expect(times.toSorted()).toEqual([1, 2, 3]);
      seen.add(times.join());
    }
    expect(seen.size).toBe(6);
    expect(model.expectedTime(1)).toBeCloseTo(3 / (1 + 1 / 2 + 1 / 3), 12);
  });

  it('lets a worker of the base that never returns change places, and ends nothing where none returns', async () => {
    const random = (await testKernels()).random(1);
    const options = { period: 10, change: 'permute', spread: 1 } as const;
    const model = regimeSwitchingTimes(fixedTimes([1, Infinity]), options, random);
    expect(model.duration(1, 0, 0)).toBeLessThan(Infinity);
    expect(model.duration(1, 0, 0)).toBeGreaterThan(10);
    expect(model.expectedTime(1)).toBe(2);
    expect(regimeSwitchingTimes(fixedTimes([Infinity]), options, random).duration(0, 0, 0)).toBe(Infinity);
    expect(regimeSwitchingTimes(fixedTimes([1, Infinity]), { ...options, change: 'rescale' }, random).duration(1, 0, 0)).toBe(Infinity);
  });

  it('is checked', async () => {
    const random = (await testKernels()).random(1);
    const options = { period: 1, change: 'permute', spread: 1 } as const;
    expect(() => regimeSwitchingTimes(base, { ...options, period: 0 }, random)).toThrow("regimeSwitchingTimes: 'period' must be a finite number greater than 0, got 0");
    expect(() => regimeSwitchingTimes(base, { ...options, period: 1e-5 }, random)).toThrow("'period' must be at least 0.00003, a millionth of the longest base time, got 0.00001");
    expect(() => regimeSwitchingTimes(base, { ...options, spread: 11 }, random)).toThrow("'spread' must be from 0 to 10, got 11");
  });
});

describe('sinusoidal speeds', () => {
  const options = { period: 5, amplitude: 0.9, phases: 'even' } as const;

  it('integrate to one gradient', async () => {
    const times = [0.01, 1, 3, 40];
    const model = sinusoidalTimes(fixedTimes(times), options, (await testKernels()).random(1));
    for (const start of starts.slice(0, 7)) {
      for (const worker of [0, 1, 2, 3]) {
        const power = (t: number): number => (1 / times[worker]!) * (1 + 0.9 * Math.sin(2 * Math.PI * (t / 5 + worker / 4)));
        const end = start + model.duration(worker, 0, start);
        expect(Math.abs(integrate(power, start, end, 20_000) - 1)).toBeLessThan(1e-6);
      }
    }
  });

  it('solve the equation to the last bits', async () => {
    const model = sinusoidalTimes(fixedTimes([3, 0.7]), options, (await testKernels()).random(1));
    const turn = 2 * Math.PI;
    for (let k = 0; k < 500; k += 1) {
      const start = k * 0.037;
      const d = model.duration(1, 0, start);
      const u = start / 5 + 0.5;
      const left = d + ((0.9 * 5) / turn) * (Math.cos(turn * u) - Math.cos(turn * (u + d / 5)));
      expect(Math.abs(left / 0.7 - 1)).toBeLessThan(1e-14);
    }
  });

  it.each([1e5, 1e6, 1e9, 1e15, 1e308])('are as accurate over a period of %d', async (period) => {
    const model = sinusoidalTimes(fixedTimes([1, 1, 1, 1, 1]), { ...options, period }, (await testKernels()).random(1));
    for (const worker of [0, 1, 2, 3, 4]) {
      const d = model.duration(worker, 0, 0);
      // The workers are 1/5 of a turn apart. The mean speed is that in the middle, but for (πd/P)²/6 of its deviation.
      const speed = (periods: number): number => 1 + 0.9 * Math.sin(2 * Math.PI * (worker / 5 + periods));
      const correction = (speed(d / period / 2) - 1) * ((Math.PI * d) / period) ** 2 * (1 / 6);
      expect(Math.abs(d * (speed(d / period / 2) - correction) - 1)).toBeLessThan(3e-15);
    }
  });

  it('are the base times where periods are too short to matter', async () => {
    const model = sinusoidalTimes(fixedTimes([3]), { ...options, period: 1e-320 }, (await testKernels()).random(1));
    expect(model.duration(0, 0, 1e6)).toBe(3);
  });

  it('take the base time over whole periods, or without amplitude', async () => {
    const random = (await testKernels()).random(1);
    const model = sinusoidalTimes(fixedTimes([5, 15]), { ...options, phases: 'random' }, random);
    for (const start of starts) expect(model.duration(1, 0, start)).toBeCloseTo(15, 9);
    expect(model.expectedTime(1)).toBe(15);
    expect(sinusoidalTimes(fixedTimes([1.7]), { ...options, amplitude: 0 }, random).duration(0, 0, 3)).toBe(1.7);
    expect(sinusoidalTimes(fixedTimes([Infinity]), options, random).duration(0, 0, 3)).toBe(Infinity);
  });

  it('have the expected time in the long run', async () => {
    const model = sinusoidalTimes(fixedTimes([3, 1.3]), { ...options, phases: 'random' }, (await testKernels()).random(9));
    for (const worker of [0, 1]) {
      const measured = timePerGradient((index, start) => model.duration(worker, index, start), 5000);
      expect(Math.abs(measured / model.expectedTime(worker) - 1)).toBeLessThan(1e-3);
    }
  });

  it('are checked', async () => {
    const random = (await testKernels()).random(1);
    expect(() => sinusoidalTimes(fixedTimes([1]), { ...options, amplitude: 1 }, random)).toThrow("sinusoidalTimes: 'amplitude' must be at least 0 and less than 1, got 1");
    expect(() => sinusoidalTimes(fixedTimes([1]), { ...options, period: Infinity }, random)).toThrow("sinusoidalTimes: 'period' must be a finite number greater than 0, got Infinity");
  });
});
