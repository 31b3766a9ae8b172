import { describe, expect, it } from 'vitest';
import { fixedTimes, givenDepartures, givenOutages, randomDepartures, randomOutages } from '../../bindings/index.js';
import { testKernels } from '../quadratics.js';
import { mean, timePerGradient } from './reference.js';

describe('given outages', () => {
  const model = givenOutages(fixedTimes([4, 4, 0.1]), { 1: [[2, 5], [5, 6], [10, 20]], 2: [[0.3, 7]] });

  it.each([
    ['no outage for this worker', 0, 1, 4],
    ['paused in the middle', 1, 0, 4 + 4],
    ['over before the outage', 1, 6, 4], // [6, 10], exactly until the outage
    ['begins exactly with an outage', 1, 2, 4 + 4],
    ['begins in an outage', 1, 15, 5 + 4],
    ['begins exactly at the end of an outage', 1, 20, 4],
    ['begins after all outages', 1, 50, 4],
    ['through two outages', 1, 7, 4 + 10],
  ])('%s', (_, worker, start, duration) => {
    expect(model.duration(worker, 0, start)).toBeCloseTo(duration, 12);
  });

  it('a gradient that ends where an outage begins is not put off by rounding', () => {
    const third = 0.1 + 0.1; // the third gradient ends at 0.30000000000000004
    expect(model.duration(2, 2, third)).toBeCloseTo(0.1, 12);
  });

  it('tells when a worker is off', () => {
    expect(model.offTimes!(1, 0, 100)).toEqual([[2, 5], [5, 6], [10, 20]]);
    expect(model.offTimes!(1, 3, 12)).toEqual([[3, 5], [5, 6], [10, 12]]);
    expect(model.offTimes!(1, 6, 10)).toEqual([]);
    expect(model.offTimes!(0, 0, 100)).toEqual([]);
  });

  it('expects the base time, unless the worker goes for good before its first gradient', () => {
    const gone = givenOutages(fixedTimes([4, 4]), { 0: [[3, Infinity]], 1: [[4, Infinity]] });
    expect([gone.expectedTime(0), gone.expectedTime(1)]).toEqual([Infinity, 4]);
    expect([gone.duration(1, 0, 0), gone.duration(1, 1, 4)]).toEqual([4, Infinity]);
    expect(gone.offTimes!(0, 0, 9)).toEqual([[3, 9]]);
  });

  it('are checked', () => {
    const base = fixedTimes([1, 1]);
    expect(() => givenOutages(base, { 0: [[2, 1]] })).toThrow("givenOutages: 'intervals.0[0][1]' must be greater than 2, where the interval begins, got 1");
    expect(() => givenOutages(base, { 0: [[0, 2], [1, 3]] })).toThrow("givenOutages: 'intervals.0[1][0]' must be at least 2, because intervals go forward in time, got 1");
    expect(() => givenOutages(base, { 2: [[0, 2]] })).toThrow("givenOutages: 'intervals' must name workers from 0 to 1, got '2'");
    expect(() => givenOutages(base, { first: [] })).toThrow("givenOutages: 'intervals' must name workers from 0 to 1, got 'first'");
  });
});

describe('random outages', () => {
  it('are exponential with the means given', async () => {
    const model = randomOutages(fixedTimes([1, 1]), { every: 8, length: 2 }, (await testKernels()).random(3));
    const off = model.offTimes!(1, 0, 100_000);
    const lengths = off.map(([from, to]) => to - from);
    const gaps = off.slice(1).map(([from], k) => from - off[k]![1]);
    expect(Math.abs(mean(lengths) / 2 - 1)).toBeLessThan(0.05);
    expect(Math.abs(mean(gaps) / 8 - 1)).toBeLessThan(0.05);
    const product = gaps.map((gap, k) => gap * lengths[k + 1]!);
    expect(Math.abs(mean(product) / 16 - 1)).toBeLessThan(0.05); // independent
    const longer = lengths.filter((length) => length > 2).length / lengths.length;
    expect(Math.abs(longer - Math.exp(-1))).toBeLessThan(0.02);
    expect(model.offTimes!(0, 0, 100)).not.toEqual(model.offTimes!(1, 0, 100));
  });

  it('pause the work: the time on is the base time', async () => {
    const model = randomOutages(fixedTimes([5]), { every: 3, length: 2 }, (await testKernels()).random(4));
    for (let start = 0; start < 300; start += 0.77) {
      const duration = model.duration(0, 0, start);
      const off = model.offTimes!(0, start, start + duration).reduce((sum, [from, to]) => sum + to - from, 0);
      expect(duration - off).toBeCloseTo(5, 9);
    }
    const measured = timePerGradient((index, start) => model.duration(0, index, start), 10_000);
    expect(model.expectedTime(0)).toBeCloseTo((5 * (3 + 2)) / 3, 12);
    expect(Math.abs(measured / model.expectedTime(0) - 1)).toBeLessThan(0.03);
  });

  it('are checked', async () => {
    const random = (await testKernels()).random(1);
    expect(() => randomOutages(fixedTimes([1]), { every: 0, length: 1 }, random)).toThrow("randomOutages: 'every' must be a finite number greater than 0, got 0");
    expect(() => randomOutages(fixedTimes([1e9]), { every: 1, length: 1 }, random)).toThrow("randomOutages: 'every' must be at least 1000, a millionth of the longest base time, got 1");
    expect(() => randomOutages(fixedTimes([1]), { every: 1e-6, length: 1e6 }, random)).toThrow("randomOutages: 'length' must be at most 0.001, 1000 times 'every', got 1000000");
    expect(randomOutages(fixedTimes([1]), { every: 1, length: 1000 }, random).expectedTime(0)).toBe(1001);
  });
});

describe('dropout', () => {
  it('ends nothing after the time of leaving', () => {
    const model = givenDepartures(fixedTimes([3, 3, 3]), { 1: 7, 2: 0 });
    expect([model.duration(1, 0, 0), model.duration(1, 1, 3), model.duration(1, 1, 4), model.duration(1, 2, 4.5), model.duration(1, 2, 99)]).toEqual([3, 3, 3, Infinity, Infinity]);
    expect([0, 1, 2].map((worker) => model.expectedTime(worker))).toEqual([3, 3, Infinity]);
    expect(model.offTimes!(1, 0, 20)).toEqual([[7, 20]]);
    expect(model.offTimes!(1, 0, 7)).toEqual([]);
    expect(model.offTimes!(0, 0, 20)).toEqual([]);
  });

  it('at random: the share given leaves, at times spread evenly', async () => {
    const n = 2000;
    const model = randomDepartures(fixedTimes(new Array<number>(n).fill(1)), { fraction: 0.3, within: 50 }, (await testKernels()).random(3));
    const leaving = Array.from({ length: n }, (_, worker) => model.offTimes!(worker, 0, 1000)[0]?.[0]).filter((time) => time !== undefined);
    expect(leaving.length).toBe(600);
    expect(Math.max(...leaving)).toBeLessThanOrEqual(50);
    expect(Math.abs(mean(leaving) / 25 - 1)).toBeLessThan(0.1);
  });

  it('is checked', async () => {
    const base = fixedTimes([1]);
    const random = (await testKernels()).random(1);
    expect(() => givenDepartures(base, { 0: -1 })).toThrow("givenDepartures: 'leave.0' must be at least 0, got -1");
    expect(() => givenDepartures(base, { 1: 1 })).toThrow("givenDepartures: 'leave' must name workers from 0 to 0, got '1'");
    expect(() => randomDepartures(base, { fraction: 2, within: 1 }, random)).toThrow("randomDepartures: 'fraction' must be from 0 to 1, got 2");
    expect(() => randomDepartures(base, { fraction: 1, within: 0 }, random)).toThrow("randomDepartures: 'within' must be a finite number greater than 0, got 0");
  });
});
