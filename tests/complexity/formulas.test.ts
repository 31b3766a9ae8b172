import { describe, expect, it } from 'vitest';
import { lowerBounds } from '../../bindings/complexity/lower-bound.js';
import { complexities, LOWER_BOUND, timeComplexities } from '../../bindings/complexity/registry.js';
import { DATA_SETTINGS } from '../../bindings/complexity/setting.js';
import type { ComplexityInputs, DataSetting } from '../../bindings/complexity/setting.js';
import { InputError, methods } from '../../bindings/index.js';
import { Fraction, generator, randomInputs, referenceTimes, rowNames } from './reference.js';

const timesOf = (inputs: ComplexityInputs, data: DataSetting): Record<string, number> =>
  Object.fromEntries(timeComplexities(inputs, data).map(({ method, time }) => [method, time]));

/** That both have the same keys and, to a relative difference, the same values. */
function expectClose(actual: Record<string, number>, expected: Record<string, number>, relative: number): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, value] of Object.entries(expected)) {
    if (!(Math.abs(actual[name]! - value) <= relative * value)) expect.fail(`${name}: ${actual[name]!} instead of ${value}`);
  }
}

const plain: ComplexityInputs = { times: [1, 2, 3], smoothness: 1, delta: 1, variance: 1, epsilon: 1 };

describe('exact rational numbers', () => {
  it('are those of float64', () => {
    for (const value of [0, 1, 0.1, 1e-300, 1.7e300, 3, 2 ** -1074, 12_345.678]) expect(Fraction.of(value).toNumber()).toBe(value);
    expect(Fraction.of(0.75)).toEqual(new Fraction(3n, 4n));
  });

  it('calculate', () => {
    const third = new Fraction(1n, 3n);
    expect(third.plus(third).plus(third).reduced()).toEqual(new Fraction(1n));
    expect(third.minus(new Fraction(1n, 2n)).reduced()).toEqual(new Fraction(-1n, 6n));
    expect([new Fraction(7n, 2n).ceil(), new Fraction(7n, 2n).floor(), new Fraction(6n, 2n).ceil()]).toEqual([4n, 3n, 3n]);
    expect([third.over(new Fraction(2n, 3n)).toNumber(), third.toNumber(), third.lessThan(Fraction.of(1 / 3))]).toEqual([0.5, 1 / 3, false]);
  });
});

describe('time complexities', () => {
  // L_f Δ/ε = 20, LΔ/ε = 30, L_max Δ/ε = 50, σ²/ε = 6; τ_n = 4, τ_avg = 7/3, H = 12/7.
  const byHand: ComplexityInputs = { times: [4, 1, 2], smoothness: 2, ringleaderSmoothness: 3, maxSmoothness: 5, delta: 5, variance: 3, epsilon: 0.5 };

  it('are those computed by hand for heterogeneous data', () => {
    const expected = {
      'lower-bound': 520 / 3, // 20 (4 + 7/3 · 2)
      'minibatch-sgd': 240, // 20 (4 + 4 · 2)
      'ia2-sgd': 600, // 50 (4 + 4 · 2)
      'malenia-sgd': 520 / 3,
      'ringleader-asgd': 260, // 30 (4 + 7/3 · 2)
      'rescaled-asgd': 280 / 3, // 20 · 7/3 · 2
    };
    expectClose(timesOf(byHand, 'heterogeneous'), expected, 1e-14);
  });

  it('are those computed by hand for homogeneous data', () => {
    const bound = 720 / 7; // m = 1: 1 · (20 + 120) = 140; m = 2: 4/3 · (20 + 60) = 320/3; m = 3: 12/7 · (20 + 40) = 720/7
    const expected = { 'lower-bound': bound, 'minibatch-sgd': 240, asgd: bound, 'delay-adaptive-asgd': bound, 'rennala-sgd': bound, 'ringmaster-asgd': bound };
    expectClose(timesOf(byHand, 'homogeneous'), expected, 1e-14);
  });

  it('leave out slow workers where that is faster, for homogeneous data', () => {
    const times = timesOf({ ...byHand, times: [1, 2, 100] }, 'homogeneous');
    expect(times['lower-bound']).toBeCloseTo(320 / 3, 10); // m = 2
    expect(times['asgd']).toBeCloseTo((60 * 300) / 151, 10); // 1 + 1/2 + 1/100 = 151/100
    const noiseless = timesOf({ ...byHand, variance: 0 }, 'homogeneous');
    expect(noiseless['rennala-sgd']).toBe(20); // m = 1
    expect(noiseless['minibatch-sgd']).toBe(80);
  });

  it('take L = L_f and L_max = L_f unless told otherwise', () => {
    const { ringleaderSmoothness, maxSmoothness, ...rest } = byHand;
    const times = timesOf(rest, 'heterogeneous');
    expect([times['ringleader-asgd'], times['ia2-sgd']]).toEqual([times['malenia-sgd'], times['minibatch-sgd']]);
    expect(timesOf({ ...rest, ringleaderSmoothness: undefined, maxSmoothness: undefined }, 'heterogeneous')).toEqual(times);
  });

  it.each(DATA_SETTINGS)('agree with exact arithmetic (%s)', (data) => {
    const roots = Float64Array.from({ length: 50 }, (_, i) => Math.sqrt(i + 1));
    const handWritten: ComplexityInputs[] = [
      byHand,
      { times: [1], smoothness: 1, delta: 1, variance: 0, epsilon: 1 },
      { times: [0.1, 0.1, 0.1], smoothness: 0.1, delta: 0.3, variance: 0.7, epsilon: 0.1 },
      { times: Float64Array.of(1e-9, 1, 1e9), smoothness: 3, maxSmoothness: 1e6, delta: 1e-3, variance: 1e4, epsilon: 1e-6 },
      { times: roots, smoothness: 7, ringleaderSmoothness: 8, maxSmoothness: 9, delta: 2, variance: 50, epsilon: 0.01 },
      { times: Array.from({ length: 50 }, (_, i) => 2 ** i), smoothness: 1, delta: 1, variance: 1, epsilon: 1e-4 },
    ];
    const next = generator(11);
    const random = Array.from({ length: 200 }, () => randomInputs(next));
    expect(random.filter(({ variance }) => variance === 0).length).toBeGreaterThan(10);
    for (const inputs of [...handWritten, ...random]) expectClose(timesOf(inputs, data), referenceTimes(inputs, data), 1e-9);
  });

  it.each(DATA_SETTINGS)('do not depend on the order of times and scale with them (%s)', (data) => {
    const next = generator(12);
    for (let round = 0; round < 50; round += 1) {
      const inputs = randomInputs(next);
      const times = timesOf(inputs, data);
      const shuffled = inputs.times.map((time) => ({ time, key: next() })).sort((a, b) => a.key - b.key).map(({ time }) => time);
      for (const other of [shuffled, inputs.times.toReversed(), Float64Array.from(inputs.times).sort()]) {
        expectClose(timesOf({ ...inputs, times: other }, data), times, 1e-12);
      }
      const c = 1000 * next();
      const scaled = Object.fromEntries(Object.entries(times).map(([method, time]) => [method, c * time]));
      expectClose(timesOf({ ...inputs, times: inputs.times.map((time) => c * time) }, data), scaled, 1e-12);
    }
  });

  it('leave the inputs alone', () => {
    const times = Object.freeze([3, 1, 2]);
    for (const data of DATA_SETTINGS) timeComplexities({ ...plain, times }, data);
    const typed = Float64Array.of(3, 1, 2);
    for (const data of DATA_SETTINGS) timeComplexities({ ...plain, times: typed }, data);
    expect([...typed]).toEqual([3, 1, 2]);
  });

  it('are infinite for heterogeneous data when a worker never returns', () => {
    const times = timesOf({ ...plain, times: [1, Infinity, 2] }, 'heterogeneous');
    expect(times).toEqual(Object.fromEntries(rowNames('heterogeneous').map((method) => [method, Infinity])));
    const { 'rescaled-asgd': leading, ...others } = timesOf({ ...plain, variance: 0, times: [1, Infinity, 2] }, 'heterogeneous');
    expect(leading).toBe(0); // without noise the leading term says nothing
    expect(new Set(Object.values(others))).toEqual(new Set([Infinity]));
  });

  it('stay finite for homogeneous data when somebody returns gradients, unless the method waits for all', () => {
    for (const variance of [0, 1]) {
      const lost = { ...plain, variance, times: [Infinity, 1, Infinity, 2] };
      const { 'minibatch-sgd': minibatch, asgd, 'delay-adaptive-asgd': adaptive, ...optimal } = timesOf(lost, 'homogeneous');
      expect(minibatch).toBe(Infinity);
      const iterations = 1 + variance / 4;
      expect([asgd, adaptive]).toEqual([iterations * (4 / 1.5), iterations * (4 / 1.5)]);
      const { 'lower-bound': bound } = timesOf({ ...lost, times: [1, 2] }, 'homogeneous');
      expect(optimal).toEqual({ 'lower-bound': bound, 'rennala-sgd': bound, 'ringmaster-asgd': bound });
      const nobody = timesOf({ ...lost, times: [Infinity, Infinity] }, 'homogeneous');
      expect(nobody).toEqual(Object.fromEntries(rowNames('homogeneous').map((method) => [method, Infinity])));
    }
  });
});

describe('the rows', () => {
  it.each(DATA_SETTINGS)('are those of the table, with a bound (%s)', (data) => {
    expect(timeComplexities(plain, data).map(({ method }) => method).sort()).toEqual(rowNames(data));
    expect(LOWER_BOUND).toBe('lower-bound');
  });

  it('name methods, in their order', () => {
    const known = complexities.map(({ method }) => method);
    expect(known).toEqual(methods.map(({ name }) => name).filter((name) => known.includes(name)));
    expect(new Set(known).size).toBe(known.length);
    for (const name of ['dude-asgd', 'fedbuff', 'local-sgd', 'loscar-sgd']) expect(known).not.toContain(name);
  });

  it('say which are optimal, and which is only a leading term', () => {
    const optimal = (data: DataSetting): string[] => complexities.filter((each) => each[data]?.optimal === true).map(({ method }) => method);
    expect(optimal('heterogeneous')).toEqual(['malenia-sgd', 'ringleader-asgd']);
    expect(optimal('homogeneous')).toEqual(['rennala-sgd', 'ringmaster-asgd']);
    const leading = DATA_SETTINGS.map((data) => timeComplexities(plain, data).filter(({ leadingTerm }) => leadingTerm === true).map(({ method }) => method));
    expect(leading).toEqual([['rescaled-asgd'], []]);
  });

  it.each(DATA_SETTINGS)('ascend, and those of the same time keep the order of methods after the bound (%s)', (data) => {
    const order = [LOWER_BOUND, ...complexities.map(({ method }) => method)];
    const next = generator(13);
    for (let round = 0; round < 100; round += 1) {
      const rows = timeComplexities(round === 0 ? { ...plain, times: [Infinity, Infinity] } : randomInputs(next, 1 + (round % 5)), data);
      for (const [k, row] of rows.slice(1).entries()) {
        const before = rows[k]!;
        expect(row.time).toBeGreaterThanOrEqual(before.time);
        if (row.time === before.time) expect(order.indexOf(row.method)).toBeGreaterThan(order.indexOf(before.method));
      }
    }
  });

  it('carry a formula and its source', () => {
    for (const data of DATA_SETTINGS) {
      for (const { method, formula, source } of timeComplexities(plain, data)) {
        expect(formula, method).toMatch(/ε|τ/);
        expect(source, method).toMatch(/\d{4}, arXiv \d{4}\.\d{5}/);
      }
    }
    for (const { method, theory } of complexities) {
      expect(theory.formula, method).toMatch(/min|γ|L/);
      expect(theory.source, method).not.toBe('');
    }
  });

  it('cite the paper of the method where it is there that the time is proven', () => {
    const own = {
      heterogeneous: ['rescaled-asgd', 'ia2-sgd', 'malenia-sgd', 'ringleader-asgd'],
      homogeneous: ['delay-adaptive-asgd', 'rennala-sgd', 'ringmaster-asgd'],
    };
    for (const data of DATA_SETTINGS) {
      const cited = new Map(timeComplexities(plain, data).map(({ method, source }) => [method, source]));
      for (const name of own[data]) expect(cited.get(name), name).toContain(methods.find((method) => method.name === name)!.source.arxiv!);
      expect(cited.get(LOWER_BOUND)).toContain('2305.12387');
      expect(cited.get('minibatch-sgd')).toContain('2305.12387');
    }
    expect(timeComplexities(plain, 'homogeneous').find(({ method }) => method === 'asgd')!.source).toMatch(/2206\.0(8307|7638)/);
  });
});

describe('inputs out of range', () => {
  const cases: [string, Partial<ComplexityInputs>, string][] = [
    ['no worker', { times: [] }, "'times' must have at least one entry, got []"],
    ['a time of 0', { times: [1, 0] }, "'times[1]' must be greater than 0, got 0"],
    ['a negative time', { times: [-1, 1] }, "'times[0]' must be greater than 0, got -1"],
    ['a time that is NaN', { times: [1, 2, NaN] }, "'times[2]' must be greater than 0, got NaN"],
    ['no smoothness', { smoothness: 0 }, "'smoothness' must be a number greater than 0, got 0"],
    ['negative smoothness', { smoothness: -1 }, "'smoothness' must be a number greater than 0, got -1"],
    ['infinite smoothness', { smoothness: Infinity }, "'smoothness' must be a number greater than 0, got Infinity"],
    ['no delta', { delta: 0 }, "'delta' must be a number greater than 0, got 0"],
    ['delta NaN', { delta: NaN }, "'delta' must be a number greater than 0, got NaN"],
    ['a negative variance', { variance: -0.5 }, "'variance' must be a number of at least 0, got -0.5"],
    ['a variance that is NaN', { variance: NaN }, "'variance' must be a number of at least 0, got NaN"],
    ['no epsilon', { epsilon: 0 }, "'epsilon' must be a number greater than 0, got 0"],
    ['negative epsilon', { epsilon: -1 }, "'epsilon' must be a number greater than 0, got -1"],
    ['L_max below L_f', { smoothness: 2, maxSmoothness: 1 }, "'maxSmoothness' must be a number of at least 2, the smoothness of f, got 1"],
    ['L below L_f', { smoothness: 2, ringleaderSmoothness: 1 }, "'ringleaderSmoothness' must be a number of at least 2, the smoothness of f, got 1"],
  ];

  it.each(cases)('%s', (_, wrong, message) => {
    const inputs = { ...plain, ...wrong };
    const calls: (() => unknown)[] = [
      ...DATA_SETTINGS.map((data) => () => timeComplexities(inputs, data)),
      ...DATA_SETTINGS.map((data) => () => lowerBounds[data].time(inputs)),
      ...complexities.flatMap((each) => DATA_SETTINGS.flatMap((data) => (each[data] === undefined ? [] : [() => each[data]!.time(inputs)]))),
      ...complexities.map(({ theory }) => () => theory.choose(inputs)),
    ];
    for (const call of calls) {
      let error: unknown;
      try {
        call();
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(InputError);
      const { message: text, where } = error as InputError;
      expect(where).toMatch(/^\w+$/);
      expect(text).toBe(`${where}: ${message}`);
    }
  });
});
