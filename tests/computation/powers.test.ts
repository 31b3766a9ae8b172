import { describe, expect, it } from 'vitest';
import { PowerCurve, universalTimes } from '../../bindings/index.js';
import type { PowerPieces } from '../../bindings/index.js';

/** Simple random numbers for test data. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** The time that a gradient takes, by walking over the pieces one by one. */
function walk(pieces: PowerPieces, cycle: number, start: number): number {
  let missing = 1;
  for (let turn = cycle === Infinity ? 0 : Math.floor(start / cycle); turn < 1e5; turn += 1) {
    const shift = cycle === Infinity ? 0 : turn * cycle;
    for (const [k, [time, power]] of pieces.entries()) {
      const from = Math.max(start, shift + time);
      const end = k + 1 < pieces.length ? shift + pieces[k + 1]![0] : shift + cycle;
      if (end <= from) continue;
      if (power > 0 && missing <= power * (end - from) + 1e-12) return from + missing / power - start;
      if (end === Infinity) return Infinity;
      missing -= power * (end - from);
    }
    if (cycle === Infinity) break;
  }
  return Infinity;
}

describe('the universal computation model', () => {
  const curve = new PowerCurve([[0, 0.5], [2, 0], [5, 0.25], [9, 2]]);

  it.each([
    ['ends exactly at a breakpoint, before a stretch without power', 0, 2],
    ['begins at a stretch without power', 2, 7], // 3 off, 4 at 0.25
    ['begins inside it', 4, 5],
    ['crosses it', 1, 6], // ½ in [1, 2], ½ in [5, 7]
    ['ends exactly at a breakpoint', 5, 4],
    ['begins beyond the last breakpoint', 100, 0.5],
    ['begins at the last breakpoint', 9, 0.5],
    ['crosses a change of power', 7, 2.25],
  ])('%s', (_, start, duration) => {
    expect(curve.timeToFinish(start)).toBe(duration);
  });

  it('has no power before the first time', () => {
    const late = new PowerCurve([[3, 1]]);
    expect([late.timeToFinish(0), late.timeToFinish(2), late.timeToFinish(3)]).toEqual([4, 2, 1]);
    expect(late.offTimes(1, 9)).toEqual([[1, 3]]);
  });

  it('never ends a gradient for which too little power is left', () => {
    const ending = new PowerCurve([[0, 1], [3, 0]]);
    expect([ending.timeToFinish(2), ending.timeToFinish(2.5), ending.timeToFinish(7)]).toEqual([1, Infinity, Infinity]);
    expect(new PowerCurve([[0, 0]], 4).timeToFinish(1)).toBe(Infinity);
    const decimal = new PowerCurve([...Array.from({ length: 10 }, (_, k): [number, number] => [k, 0.1]), [10, 0]]);
    expect(decimal.timeToFinish(0)).toBe(10); // ten times 0.1 is a gradient, whatever the rounding
  });

  it('repeats with its cycle', () => {
    const repeated = new PowerCurve([[1, 1], [2, 0.25]], 4); // off in [0, 1), 1.5 gradients a cycle
    expect([repeated.timeToFinish(1), repeated.timeToFinish(5), repeated.timeToFinish(41)]).toEqual([1, 1, 1]);
    expect([repeated.timeToFinish(2), repeated.timeToFinish(4), repeated.timeToFinish(6)]).toEqual([3.5, 2, 3.5]);
    const slow = new PowerCurve([[0, 0.01], [1, 0]], 10);
    expect(slow.timeToFinish(0)).toBeCloseTo(991, 9); // a hundredth per turn: done at the end of the power of turn 99
    expect(slow.timeToFinish(1)).toBeCloseTo(1000, 9);
  });

  it.each([Infinity, 'repeated'])('agrees with a walk over the pieces (%s)', (cycle) => {
    const next = generator(7);
    for (let round = 0; round < 200; round += 1) {
      const pieces: [number, number][] = [];
      let time = next() < 0.5 ? 0 : next();
      for (let k = 0; k < 1 + Math.floor(12 * next()); k += 1) {
        pieces.push([time, next() < 0.3 ? 0 : 2 * next()]);
        time += 0.01 + next();
      }
      const period = cycle === Infinity ? Infinity : time;
      const random = new PowerCurve(pieces, period);
      for (let k = 0; k < 20; k += 1) {
        const start = 15 * next();
        const expected = walk(pieces, period, start);
        if (expected === Infinity) expect(random.timeToFinish(start)).toBe(Infinity);
        else expect(random.timeToFinish(start)).toBeCloseTo(expected, 8);
      }
    }
  });

  it('stays exact over a million pieces, and is fast', () => {
    const next = generator(3);
    const pieces = Array.from({ length: 1_000_000 }, (_, k): [number, number] => [k, 0.1 + next()]);
    const long = new PowerCurve(pieces);
    let time = 900_000;
    const begun = performance.now();
    const ends = Array.from({ length: 50_000 }, () => (time += long.timeToFinish(time)));
    expect(performance.now() - begun).toBeLessThan(2000);
    const workIn = (from: number, to: number): number => {
      let work = 0;
      for (let k = Math.floor(from); k < to; k += 1) work += (Math.min(k + 1, to) - Math.max(k, from)) * pieces[k]![1];
      return work;
    };
    const worst = ends.slice(1).reduce((most, end, k) => Math.max(most, Math.abs(workIn(ends[k]!, end) - 1)), 0);
    expect(worst).toBeLessThan(3e-10); // the resolution of a time near 10⁶
    expect(Math.abs(workIn(900_000, time) - 50_000)).toBeLessThan(1e-6);

    const slow = new PowerCurve(pieces.map(([t, v]) => [t, v / 100_000] as const));
    const end = slow.timeToFinish(0.5);
    expect(end).toBeGreaterThan(100_000);
    expect(Math.abs(workIn(0.5, 0.5 + end) / 100_000 - 1)).toBeLessThan(1e-11);
  });

  it('ends at breakpoints, not after the stretch without power that follows, however late', () => {
    const pieces = Array.from({ length: 1_100_000 }, (_, k): [number, number] => [k, k % 11 === 10 ? 0 : 0.1]);
    const long = new PowerCurve(pieces);
    for (let turn = 0; turn < 100_000; turn += 7) {
      if (long.timeToFinish(11 * turn) !== 10) expect.fail(`turn ${turn} takes ${long.timeToFinish(11 * turn)}`);
    }
    expect(long.offTimes(1_099_980, 1_100_000)).toEqual([[1_099_988, 1_099_989], [1_099_999, 1_100_000]]);
  });

  it('expects one over the long-run mean power', () => {
    expect(curve.expectedTime).toBe(0.5);
    expect(new PowerCurve([[0, 0.5], [2, 0]], 4).expectedTime).toBe(4);
    expect(new PowerCurve([[0, 0.5], [6, 0]]).expectedTime).toBe(2);
    expect(new PowerCurve([[0, 0.5], [1, 0]]).expectedTime).toBe(Infinity);
    expect(new PowerCurve([[0, 0]]).expectedTime).toBe(Infinity);
  });

  it('expects a positive finite time at the extremes', () => {
    for (const power of [1e-100, 1e100]) {
      for (const cycle of [1e100, Infinity]) expect(new PowerCurve([[0, power], [1e99, power]], cycle).expectedTime * power).toBeCloseTo(1, 12);
    }
  });

  it('reports the stretches without power, joined, over cycles', () => {
    const model = universalTimes([[[0, 0], [1, 0], [2, 1], [3, 0]], [[0, 1]]], 4);
    expect(model.offTimes!(0, 0, 10)).toEqual([[0, 2], [3, 6], [7, 10]]);
    expect(model.offTimes!(0, 5, 7)).toEqual([[5, 6]]);
    expect(model.offTimes!(0, 6, 7)).toEqual([]);
    expect(model.offTimes!(1, 0, 10)).toEqual([]);
    expect(curve.offTimes(0, 100)).toEqual([[2, 5]]);
    expect(new PowerCurve([[0, 1], [3, 0]]).offTimes(50, 60)).toEqual([[50, 60]]);
  });

  it.each([
    [[], undefined, "PowerCurve: 'pieces' must have at least one entry, got []"],
    [[[0, 1], [0, 2]], undefined, "PowerCurve: 'pieces[1][0]' must be greater than 0, because times ascend, got 0"],
    [[[0, -1]], undefined, "PowerCurve: 'pieces[0][1]' must be a power of 0, or from 1e-100 to 1e100, got -1"],
    [[[-1, 1]], undefined, "PowerCurve: 'pieces[0][0]' must be a time from 0 to 1e100, got -1"],
    [[[0, Infinity]], undefined, "PowerCurve: 'pieces[0][1]' must be a power of 0, or from 1e-100 to 1e100, got Infinity"],
    [[[0, 1e308]], undefined, "PowerCurve: 'pieces[0][1]' must be a power of 0, or from 1e-100 to 1e100, got 1e+308"],
    [[[0, 1e-310]], undefined, "PowerCurve: 'pieces[0][1]' must be a power of 0, or from 1e-100 to 1e100, got 1e-310"],
    [[[0, NaN]], undefined, "PowerCurve: 'pieces[0][1]' must be a power of 0, or from 1e-100 to 1e100, got NaN"],
    [[[0, 1], [1e101, 1]], undefined, "PowerCurve: 'pieces[1][0]' must be a time from 0 to 1e100, got 1e+101"],
    [[[0, 1]], 1e101, "PowerCurve: 'cycle' must be at most 1e100, got 1e+101"],
    [[[0, 1], [3, 1]], 3, "PowerCurve: 'cycle' must be greater than 3, the last time, got 3"],
  ] as [PowerPieces, number | undefined, string][])('is checked: %j, cycle %s', (pieces, cycle, message) => {
    expect(() => universalTimes([pieces], cycle)).toThrow(message);
  });

  it('needs a worker', () => {
    expect(() => universalTimes([])).toThrow("universalTimes: 'powers' must name at least one worker, got []");
  });
});
