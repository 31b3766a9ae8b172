import { describe, expect, it } from 'vitest';
import { lowerBounds } from '../../bindings/complexity/lower-bound.js';
import { DATA_SETTINGS } from '../../bindings/complexity/setting.js';
import type { DataSetting } from '../../bindings/complexity/setting.js';
import { universalTime } from '../../bindings/complexity/universal.js';
import type { Powers } from '../../bindings/complexity/power-curves.js';
import type { UniversalInputs } from '../../bindings/complexity/universal.js';
import { InputError } from '../../bindings/index.js';
import { generator, universalReference } from './reference.js';

/** Inputs with K = rounds and the target of a setting, by constants that are exact. */
function inputsOf(powers: readonly Powers[], data: DataSetting, rounds: number, target: number, cycle?: number): UniversalInputs {
  const each = data === 'homogeneous' ? 1 : powers.length;
  return { powers, cycle, smoothness: 2, delta: rounds / 4, variance: (target * each) / 2, epsilon: 0.5 };
}

const constant = (...powers: number[]): Powers[] => powers.map((power) => [[0, power]]);

/** Powers and what is expected of them: data, K, target, time. */
const examples: [string, Powers[], number | undefined, DataSetting, number, number, number][] = [
  ['one worker', constant(0.5), undefined, 'homogeneous', 3, 2, 12],
  ['one worker', constant(0.5), undefined, 'heterogeneous', 3, 2, 12],
  ['two speeds: 1, 2 and 2', constant(1, 0.5), undefined, 'homogeneous', 1, 3, 2],
  ['two speeds, three rounds', constant(1, 0.5), undefined, 'homogeneous', 3, 3, 6],
  ['two speeds: (2, 1) gradients', constant(1, 0.5), undefined, 'heterogeneous', 1, 1, 2],
  ['two speeds: (3, 1) have 1.5, (4, 2) have 8/3', constant(1, 0.5), undefined, 'heterogeneous', 1, 2, 4],
  ['two speeds, five rounds', constant(1, 0.5), undefined, 'heterogeneous', 5, 2, 20],
  ['work in progress that is lost: 1.5, 3', [[[0, 1]], [[0, 2], [0.5, 0], [1, 0]], [[0, 0.5], [1, 1]]], undefined, 'homogeneous', 2, 3, 3.5],
  ['a gradient that ends where an outage begins', [[[0, 0.5], [2, 0], [5, 1]]], undefined, 'homogeneous', 1, 1, 2],
  ['an outage between two gradients', [[[0, 1], [1, 0], [3, 1]]], undefined, 'homogeneous', 1, 2, 4],
  ['an outage in the middle of a gradient', [[[0, 0.25], [2, 0], [7, 0.5]]], undefined, 'heterogeneous', 2, 1, 10],
  ['a power that begins late', [[[3, 1]], [[0, 0.125]]], undefined, 'homogeneous', 2, 1, 5],
  ['a power that begins late, and both are needed', [[[3, 1]], [[0, 1]]], undefined, 'heterogeneous', 2, 1, 5],
  ['a power that is just enough', [[[0, 1], [3, 0]]], undefined, 'homogeneous', 3, 1, 3],
  ['a power that is not enough', [[[0, 1], [3, 0]]], undefined, 'homogeneous', 4, 1, Infinity],
  ['one of two workers leaves', [[[0, 1], [3, 0]], [[0, 1]]], undefined, 'homogeneous', 4, 2, 5],
  ['one of two workers leaves, and both are needed', [[[0, 1], [3, 0]], [[0, 1]]], undefined, 'heterogeneous', 4, 1, Infinity],
  ['no power at all', [[[0, 0]]], undefined, 'homogeneous', 1, 1, Infinity],
  ['no power at all, repeated', [[[0, 0]]], 5, 'heterogeneous', 1, 1, Infinity],
  ['a cycle with an outage at its begin: 2, 5.5, 8', [[[1, 1], [2, 0.25]]], 4, 'homogeneous', 3, 1, 8],
  ['a cycle much shorter than a gradient', [[[0, 0.25], [1, 0]]], 2, 'heterogeneous', 2, 1, 15],
  ['a gradient after many cycles', [[[0, 2 ** -10], [1, 0]]], 8, 'homogeneous', 1, 1, 8 * 1023 + 1],
  ['twins', constant(1, 1, 1), undefined, 'homogeneous', 2, 4, 4],
  ['twins', constant(1, 1, 1), undefined, 'heterogeneous', 2, 4, 8],
];

describe.each([
  ['the reference', universalReference],
  ['the bound of the universal model', universalTime],
])('%s', (_, bound) => {
  it.each(examples)('%s: powers %j, cycle %s, %s, %i rounds of %i end at %d', (_what, powers, cycle, data, rounds, target, time) => {
    expect(bound(inputsOf(powers, data, rounds, target, cycle), data)).toEqual({ time, rounds, target });
  });

  it('has K = ⌈LΔ/ε⌉ rounds, of ⌈σ²/ε⌉ gradients or ⌈σ²/(nε)⌉ of each worker, at least 1', () => {
    const inputs = { powers: constant(1, 1, 1, 1), smoothness: 2, delta: 1, epsilon: 0.75 };
    const of = (variance: number, data: DataSetting): [number, number] => {
      const { rounds, target } = bound({ ...inputs, variance }, data);
      return [rounds, target];
    };
    expect([0, 0.25, 0.75, 0.875, 3, 3.125].map((variance) => of(variance, 'homogeneous'))).toEqual([[3, 1], [3, 1], [3, 1], [3, 2], [3, 4], [3, 5]]);
    expect([0, 0.25, 3, 3.125, 6, 300].map((variance) => of(variance, 'heterogeneous'))).toEqual([[3, 1], [3, 1], [3, 1], [3, 2], [3, 2], [3, 100]]);
    expect(bound({ ...inputs, variance: 0, delta: 1e-9 }, 'homogeneous').rounds).toBe(1);
    const decimal = { powers: constant(1), smoothness: 3, delta: 0.1, variance: 0.3, epsilon: 0.1 };
    expect(bound(decimal, 'homogeneous')).toEqual({ time: 9, rounds: 3, target: 3 }); // whatever the rounding of 3 · 0.1
  });
});

/** How random powers and the lengths of their pieces are drawn, and limits of K and the target. */
interface Kind {
  readonly draw: (next: () => number) => number;
  readonly step: (next: () => number) => number;
  readonly cases: number;
  readonly rounds: number;
  readonly target: number;
}

describe('the bound of the universal model', () => {
  /** Cases by what powers and times are drawn from. */
  const kinds: [string, Kind][] = [
    // Every sum is exact in float64, and gradients often end where the power changes.
    ['powers of two', { draw: (next) => 2 ** (Math.floor(6 * next()) - 3), step: (next) => 1 + Math.floor(8 * next()), cases: 60, rounds: 40, target: 60 }],
    // Thirds, fifths and sevenths are not, and gradients still end where the power changes.
    ['eighths', { draw: (next) => (1 + Math.floor(16 * next())) / 8, step: (next) => 1 + Math.floor(8 * next()), cases: 80, rounds: 40, target: 60 }],
    ['decimals', { draw: (next) => Math.ceil(4000 * next()) / 1000, step: (next) => Math.ceil(900 * next()) / 100, cases: 60, rounds: 8, target: 20 }],
  ];

  it.each(DATA_SETTINGS.flatMap((data) => kinds.map((kind) => [data, ...kind] as const)))('agrees with exact counting (%s, %s)', (data, _, kind) => {
    const next = generator(51);
    /** From 1 to a limit, small ones more often. */
    const upTo = (limit: number): number => Math.min(limit, Math.floor((limit + 1) ** next()));
    let infinite = 0;
    for (let round = 0; round < kind.cases; round += 1) {
      const n = 1 + Math.floor(6 * next());
      const pieces = next() < 0.25 ? 1 : 1 + Math.floor(6 * next());
      const ends = next() < 0.2;
      const powers: [number, number][][] = [];
      for (let i = 0; i < n; i += 1) {
        if (i > 0 && next() < 0.2) {
          powers.push(powers[i - 1]!);
          continue;
        }
        let time = pieces > 1 && next() < 0.3 ? kind.step(next) : 0;
        const curve: [number, number][] = [];
        for (let k = 0; k < pieces; k += 1) {
          const last = k === pieces - 1;
          curve.push([time, (last && ends && next() < 0.7) || (!last && next() < 0.3) ? 0 : kind.draw(next)]);
          time += kind.step(next);
        }
        powers.push(curve);
      }
      const cycle = next() < 0.3 ? Math.max(...powers.map((curve) => curve.at(-1)![0])) + kind.step(next) : undefined;
      const [K, target] = round === 0 ? [kind.rounds, kind.target] : [upTo(kind.rounds), upTo(kind.target)];
      const exact = inputsOf(powers, data, K, target, cycle);
      const inputs = { ...exact, delta: exact.delta - next() / 16, variance: target === 1 ? next() * exact.variance : exact.variance - next() / 16 };
      const expected = universalReference(inputs, data);
      expect([expected.rounds, expected.target]).toEqual([K, target]);
      const { time, ...others } = universalTime(inputs, data);
      expect(others).toEqual({ rounds: K, target });
      if (expected.time === Infinity) infinite += 1;
      if (time !== expected.time && !(Math.abs(time - expected.time) <= 1e-9 * expected.time)) {
        expect.fail(`case ${round}: ${time} instead of ${expected.time} for ${JSON.stringify(inputs)}`);
      }
    }
    expect(infinite).toBeGreaterThan(1);
    expect(infinite).toBeLessThan(kind.cases / 2);
  });

  it.each(DATA_SETTINGS)('is the closed form up to a constant when powers are constant (%s)', (data) => {
    const next = generator(52);
    for (let round = 0; round < 200; round += 1) {
      const n = 1 + Math.floor(40 * next());
      const spread = 3 * next();
      const speeds = Array.from({ length: n }, () => 10 ** (spread * (next() - 0.5)));
      const variance = next() < 0.1 ? 0 : 10 ** (4 * next() - 1);
      const problem = { smoothness: 1 + next(), delta: 10 * next(), variance, epsilon: 0.5 + next() };
      const { time, rounds } = universalTime({ ...problem, powers: constant(...speeds) }, data);
      const closed = lowerBounds[data].time({ ...problem, times: speeds.map((speed) => 1 / speed) });
      expect(time / closed).toBeGreaterThanOrEqual(0.5 * (1 - 1e-12));
      const most = (2 * rounds) / ((problem.smoothness * problem.delta) / problem.epsilon);
      expect(time / closed).toBeLessThanOrEqual(most * (1 + 1e-12));
    }
  });

  it.each(DATA_SETTINGS)('does not rise with power (%s)', (data) => {
    const next = generator(53);
    for (let round = 0; round < 60; round += 1) {
      const cycle = next() < 0.5 ? undefined : 20;
      const powers = Array.from({ length: 1 + Math.floor(5 * next()) }, () =>
        Array.from({ length: 4 }, (_, k): [number, number] => [3 * k + (k === 0 ? 0 : 2 * next()), next() < 0.3 ? 0 : 2 * next()]),
      );
      const inputs = inputsOf(powers, data, 1 + Math.floor(12 * next()), 1 + Math.floor(12 * next()), cycle);
      const { time } = universalTime(inputs, data);
      for (const [i, curve] of powers.entries()) {
        for (const k of curve.keys()) {
          const more = powers.map((each, j) => each.map(([begin, power], l): [number, number] => [begin, j === i && k === l ? power + next() : power]));
          const { time: less } = universalTime({ ...inputs, powers: more }, data);
          if (!(less <= time * (1 + 1e-12))) expect.fail(`${time} rises to ${less} with powers[${i}][${k}] of ${JSON.stringify(inputs)}`);
        }
      }
    }
  });

  it.each(DATA_SETTINGS)('does not depend on the order of workers, and scales with time (%s)', (data) => {
    const next = generator(54);
    for (let round = 0; round < 30; round += 1) {
      const powers = Array.from({ length: 5 }, () => Array.from({ length: 3 }, (_, k): [number, number] => [4 * k + 3 * next(), 2 * next()]));
      const inputs = inputsOf(powers, data, 7, 9, 16);
      const { time } = universalTime(inputs, data);
      expect(universalTime({ ...inputs, powers: powers.toReversed() }, data).time).toBeCloseTo(time, 9);
      const slower = powers.map((curve) => curve.map(([begin, power]): [number, number] => [1024 * begin, power / 1024]));
      expect(universalTime({ ...inputs, powers: slower, cycle: 1024 * 16 }, data).time / time).toBeCloseTo(1024, 6);
    }
  });

  it('treats powers that do not repeat, and a piece that changes nothing, alike', () => {
    for (const data of DATA_SETTINGS) {
      const plain = universalTime(inputsOf([[[0, 1], [4, 0.3]], [[2, 0.7]]], data, 9, 5), data);
      const split = universalTime(inputsOf([[[0, 1], [1, 1], [4, 0.3], [30, 0.3]], [[0, 0], [2, 0.7], [3, 0.7]]], data, 9, 5), data);
      expect(split.time).toBeCloseTo(plain.time, 9);
      const repeated = universalTime(inputsOf([[[0, 1], [4, 0.3]], [[2, 0.7]]], data, 9, 5, 1e6), data);
      expect(repeated.time).toBeCloseTo(plain.time, 9);
    }
  });

  /** The time of one round with constant powers, by bisection on the time. */
  function roundTime(speeds: readonly number[], data: DataSetting, target: number): number {
    const enough = (time: number): boolean => {
      const counts = speeds.map((speed) => Math.floor(speed * time));
      if (data === 'homogeneous') return counts.reduce((sum, count) => sum + count, 0) >= target;
      return speeds.length / counts.reduce((sum, count) => sum + 1 / count, 0) >= target;
    };
    let [low, high] = [0, 1];
    while (!enough(high)) high *= 2;
    for (let k = 0; k < 60; k += 1) {
      const middle = (low + high) / 2;
      if (enough(middle)) high = middle;
      else low = middle;
    }
    return high;
  }

  it.each([
    ['homogeneous', 100_000],
    ['heterogeneous', 100],
  ] as const)('copes with 10,000 workers and a million rounds (%s)', (data, target) => {
    const next = generator(55);
    const speeds = Array.from({ length: 10_000 }, () => 0.1 + next());
    const { time, rounds } = universalTime(inputsOf(constant(...speeds), data, 1_000_000, target), data);
    expect(rounds).toBe(1_000_000);
    expect(time / (1e6 * roundTime(speeds, data, target))).toBeCloseTo(1, 9);
  });

  it.each([
    ['homogeneous', 100_000],
    ['heterogeneous', 100],
  ] as const)('copes with 10,000 workers and a day of 24 pieces (%s)', (data, target) => {
    const next = generator(56);
    const speeds = Array.from({ length: 10_000 }, () => 0.1 + next());
    // All powers follow one profile g, so that t_k is where ∫ g is k times a round of constant powers.
    const profile = Array.from({ length: 24 }, (_, hour) => (hour % 6 === 5 ? 0 : 0.5 + next()));
    const powers = speeds.map((speed) => profile.map((g, hour): [number, number] => [3600 * hour, g * speed]));
    const rounds = 200;
    const { time } = universalTime(inputsOf(powers, data, rounds, target, 86_400), data);
    const perDay = profile.reduce((sum, g) => sum + 3600 * g, 0);
    let work = rounds * roundTime(speeds, data, target);
    const days = Math.floor(work / perDay);
    work -= days * perDay;
    let hour = 0;
    while (work > 3600 * profile[hour]!) {
      work -= 3600 * profile[hour]!;
      hour += 1;
    }
    expect(time / (86_400 * days + 3600 * hour + work / profile[hour]!)).toBeCloseTo(1, 9);
  });
});

describe('many rounds', () => {
  // Two gradients fill the windows of both workers exactly; every cycle has one round.
  const windows: Powers[] = [[[0, 10], [0.1, 0]], [[0, 0], [0.3, 10], [0.4, 0]]];
  it.each([10_000, 100_000, 1_000_000])('do not lose gradients that end with a window: %i rounds', (rounds) => {
    const { time } = universalTime(inputsOf(windows, 'homogeneous', rounds, 2, 0.7), 'homogeneous');
    expect(Math.abs(time / ((rounds - 1) * 0.7 + 0.4) - 1)).toBeLessThan(1e-9);
  });

  it('nor without a cycle, in windows of one decimal', () => {
    const powers: Powers[] = [0, 0.3].map((shift) =>
      Array.from({ length: 20_000 }, (_, k) => [[(7 * k) / 10 + shift, 10], [(7 * k + 1) / 10 + shift, 0]] as [number, number][]).flat(),
    );
    const { time } = universalTime(inputsOf(powers, 'homogeneous', 15_000, 2), 'homogeneous');
    expect(Math.abs(time / (14_999 * 0.7 + 0.4) - 1)).toBeLessThan(1e-9);
  });

  it('nor of one worker alone', () => {
    const { time } = universalTime(inputsOf([[[0, 1], [0.1, 0]]], 'heterogeneous', 100_000, 1, 0.3), 'heterogeneous');
    expect(Math.abs(time / (9 * 0.3 + 0.1 + 99_999 * 3) - 1)).toBeLessThan(1e-9); // ten windows a round
  });

  it('jump over the turns of a cycle that is much shorter than a round', () => {
    const { time } = universalTime(inputsOf([[[0, 3], [0.0005, 1]]], 'homogeneous', 1000, 1_000_000, 0.001), 'homogeneous');
    expect(Math.abs(time / (1000 * 500_000) - 1)).toBeLessThan(1e-9);
  });

  it('count more gradients than integers are exact for', () => {
    const { time, target } = universalTime({ powers: constant(1, 3), smoothness: 1, delta: 1, variance: 1, epsilon: 1e-18 }, 'homogeneous');
    expect(target / 1e18).toBeCloseTo(1, 12);
    expect(Math.abs(time / (1e18 * 2.5e17) - 1)).toBeLessThan(1e-9);
  });
});

describe('inputs out of range', () => {
  const plain = { powers: constant(1), smoothness: 1, delta: 1, variance: 1, epsilon: 1 };
  it.each([
    ['no worker', { powers: [] }, /^\w+: 'powers' must .+, got \[\]$/],
    ['a worker without pieces', { powers: [[[0, 1]], []] }, /^\w+: 'powers\[1\]' must .+, got \[\]$/],
    ['times that descend', { powers: [[[1, 1], [0, 1]]] }, /^\w+: 'powers\[0\]\[1\]\[0\]' must .+, got 0$/],
    ['times that are equal', { powers: [[[1, 1], [1, 2]]] }, /^\w+: 'powers\[0\]\[1\]\[0\]' must .+, got 1$/],
    ['a negative time', { powers: [[[-1, 1]]] }, /^\w+: 'powers\[0\]\[0\]\[0\]' must .+, got -1$/],
    ['a negative power', { powers: [[[0, 1]], [[0, 1], [1, -2]]] }, /^\w+: 'powers\[1\]\[1\]\[1\]' must .+, got -2$/],
    ['a power that is NaN', { powers: [[[0, NaN]]] }, /^\w+: 'powers\[0\]\[0\]\[1\]' must .+, got NaN$/],
    ['a cycle that ends before the last time', { powers: [[[0, 1], [5, 1]]], cycle: 4 }, /^\w+: 'cycle' must .+, got 4$/],
    ['a cycle that ends at the last time', { powers: [[[0, 1]], [[0, 1], [5, 1]]], cycle: 5 }, /^\w+: 'cycle' must .+, got 5$/],
    ['no epsilon', { epsilon: 0 }, /^\w+: 'epsilon' must be a number greater than 0, got 0$/],
    ['no smoothness', { smoothness: 0 }, /^\w+: 'smoothness' must be a number greater than 0, got 0$/],
    ['no delta', { delta: -1 }, /^\w+: 'delta' must be a number greater than 0, got -1$/],
    ['a negative variance', { variance: -1 }, /^\w+: 'variance' must be a number of at least 0, got -1$/],
  ] as [string, Partial<UniversalInputs>, RegExp][])('%s', (_, wrong, message) => {
    for (const data of DATA_SETTINGS) {
      expect(() => universalTime({ ...plain, ...wrong }, data)).toThrow(InputError);
      expect(() => universalTime({ ...plain, ...wrong }, data)).toThrow(message);
    }
  });
});
