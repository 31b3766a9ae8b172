import { describe, expect, it } from 'vitest';
import { complexities } from '../../bindings/complexity/registry.js';
import { ringleaderBatch } from '../../bindings/complexity/ringleader-asgd.js';
import type { ComplexityInputs, Theory } from '../../bindings/complexity/setting.js';
import { methods, resolveExperiment } from '../../bindings/index.js';
import { generator, randomInputs } from './reference.js';

const choose = (name: string, inputs: ComplexityInputs, given?: Readonly<Record<string, unknown>>): Theory =>
  complexities.find(({ method }) => method === name)!.theory.choose(inputs, given);

/** That a stepsize is another one, up to rounding. */
function expectStepsize(actual: number, expected: number, what: string): void {
  if (!(Math.abs(actual - expected) <= 1e-12 * expected)) expect.fail(`${what}: ${actual} instead of ${expected}`);
}

/** L_f = 2, L = 3, L_max = 5, σ²/ε = 6 */
const byHand: ComplexityInputs = { times: [4, 1, 2], smoothness: 2, ringleaderSmoothness: 3, maxSmoothness: 5, delta: 5, variance: 3, epsilon: 0.5 };

describe('theory', () => {
  it('asks for what was computed by hand', () => {
    expect(choose('malenia-sgd', byHand)).toEqual({ stepsize: 0.25, parameters: { batchTarget: 6 } }); // min{1/2, ½ · 6/(2 · 2 · 3)}
    expect(choose('malenia-sgd', { ...byHand, variance: 1 })).toEqual({ stepsize: 0.375, parameters: { batchTarget: 3 } }); // S = n; min{1/2, ½ · 3/4}
    expect(choose('malenia-sgd', { ...byHand, variance: 0 })).toEqual({ stepsize: 0.5, parameters: { batchTarget: 3 } });
    const ringleader = choose('ringleader-asgd', byHand); // b = (1, 3, 1), B = 9/7; min{1/72, ½ · 9/7/90 = 1/140}
    expect(ringleader.stepsize).toBeCloseTo(1 / 140, 15);
    expect(choose('ringleader-asgd', { ...byHand, variance: 0 }).stepsize).toBeCloseTo(1 / 72, 15);
    expect(choose('rennala-sgd', byHand).parameters).toEqual({ batch: 6 });
    expect(choose('rennala-sgd', { ...byHand, variance: 0 }).parameters).toEqual({ batch: 1 });
    expect(choose('ringmaster-asgd', byHand)).toEqual({ stepsize: 0.5 / 24, parameters: { threshold: 6 } }); // min{1/24, ½/24}
    expect(choose('ringmaster-asgd', { ...byHand, variance: 0 })).toEqual({ stepsize: 0.25, parameters: { threshold: 1 } });
  });

  // H = 12/7, τ_avg = 7/3, D = Σ τ_n/τ_j = 7; L_f = 2, L_max = 5, σ² = 3, ε = ½.
  it.each([
    ['minibatch-sgd', 1 / 2, 1 / 8], // 1/L_f; ½ · 3/(2 · 2 · 3)
    ['asgd', 1 / (8 * Math.sqrt(21)), 1 / 48], // 1/(4 · 2 · √(3 · 7)); ½/(4 · 2 · 3)
    ['delay-adaptive-asgd', 1 / 12, 1 / 48], // 1/(2 · 3 · 2); ½/(4 · 2 · 3)
    ['rescaled-asgd', 1 / 28, 3 / 196], // 1/(2 · 7 · 2); ½ · 12/7/(4 · 2 · 3 · 7/3)
    ['ia2-sgd', 1 / 280, 1 / 700], // 1/(8 · 7 · 5); ½ · 3/(10 · 7 · 5 · 3)
    ['rennala-sgd', 1 / 2, 1 / 4], // 1/L_f; ½ · 6/(2 · 2 · 3)
  ])('asks for what its description says: %s', (name, noiseless, noisy) => {
    expectStepsize(choose(name, { ...byHand, variance: 0 }).stepsize, noiseless, 'without noise');
    expectStepsize(choose(name, byHand).stepsize, noisy, 'with noise');
  });

  it('follows the formulas', () => {
    const next = generator(41);
    for (let round = 0; round < 200; round += 1) {
      const inputs = { ...randomInputs(next), epsilon: 1 + next() };
      const { times, smoothness, ringleaderSmoothness, epsilon } = inputs;
      const variance = round % 10 === 0 ? 0 : 10 ** (6 * next() - 2);
      const n = times.length;
      const noisy = { ...inputs, variance };
      const ratio = Math.ceil(variance / epsilon);

      const S = Math.max(ratio, n);
      const malenia = choose('malenia-sgd', noisy);
      expect(malenia.parameters).toEqual({ batchTarget: S });
      expectStepsize(malenia.stepsize, Math.min(1 / smoothness, (epsilon * S) / (2 * smoothness * variance)), 'malenia-sgd');

      const B = ringleaderBatch(times);
      const ringleader = choose('ringleader-asgd', noisy);
      const L = ringleaderSmoothness!;
      expect(ringleader.parameters).toEqual({});
      expectStepsize(ringleader.stepsize, Math.min(1 / (8 * n * L), (epsilon * B) / (10 * L * variance)), 'ringleader-asgd');

      expect(choose('rennala-sgd', noisy).parameters).toEqual({ batch: Math.max(1, ratio) });

      const R = Math.max(1, ratio);
      const ringmaster = choose('ringmaster-asgd', noisy);
      expect(ringmaster.parameters).toEqual({ threshold: R });
      expectStepsize(ringmaster.stepsize, Math.min(1 / (2 * R * smoothness), epsilon / (4 * smoothness * variance)), 'ringmaster-asgd');
    }
  });

  it('uses the parameters that are given', () => {
    // L_f = 2, σ² = 3, ε = ½
    expect(choose('malenia-sgd', byHand, { batchTarget: 9 })).toEqual({ stepsize: 0.375, parameters: { batchTarget: 9 } });
    expect(choose('malenia-sgd', byHand, { batchTarget: 100 })).toEqual({ stepsize: 0.5, parameters: { batchTarget: 100 } });
    expect(choose('rennala-sgd', byHand, { batch: 40 }).parameters).toEqual({ batch: 40 });
    expect(choose('rennala-sgd', byHand, { batch: 40 }).stepsize).toBeGreaterThan(choose('rennala-sgd', byHand).stepsize);
    expect(choose('ringmaster-asgd', byHand, { threshold: 50 })).toEqual({ stepsize: 0.005, parameters: { threshold: 50 } });
    expect(choose('ringmaster-asgd', { ...byHand, variance: 0 }, { threshold: 2 })).toEqual({ stepsize: 0.125, parameters: { threshold: 2 } });
    const [one, two, many] = [undefined, 2, 1e6].map((gradientsPerWorker) => choose('minibatch-sgd', byHand, { gradientsPerWorker }));
    expectStepsize(one!.stepsize, 1 / 8, 'm = 1'); // ½ · 3/(2 · 2 · 3)
    expectStepsize(two!.stepsize, 1 / 4, 'm = 2');
    expectStepsize(many!.stepsize, 1 / 2, 'm = 10⁶');
    expect(two!.parameters).toEqual({ gradientsPerWorker: 2 });
  });

  it('leaves parameters aside that say nothing about the stepsize', () => {
    for (const { method, theory } of complexities) {
      const given = { stops: true, restart: 'latest', times: 'ema', other: 3 };
      expect(theory.choose(byHand, given), method).toEqual(theory.choose(byHand));
    }
  });

  it('gives a positive, finite stepsize', () => {
    const next = generator(42);
    for (let round = 0; round < 200; round += 1) {
      const inputs = randomInputs(next);
      for (const { method, theory } of complexities) {
        const { stepsize } = theory.choose(inputs);
        if (!(stepsize > 0 && stepsize < Infinity)) expect.fail(`${method}: ${stepsize}`);
      }
    }
  });

  it('gives a number also when workers never return', () => {
    const wrong: string[] = [];
    for (const times of [[Infinity, 1, 2], [Infinity, Infinity], [Infinity]]) {
      for (const variance of [0, 1]) {
        for (const { method, theory } of complexities) {
          const { stepsize } = theory.choose({ ...byHand, times, variance });
          if (!(stepsize >= 0 && stepsize < Infinity)) wrong.push(`${method} with times ${times.join(', ')} and variance ${variance}: ${stepsize}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('gives a stepsize that does not rise with noise and smoothness', () => {
    const fixed = { batchTarget: 12, batch: 12, threshold: 12, gradientsPerWorker: 2 };
    const next = generator(43);
    for (let round = 0; round < 100; round += 1) {
      const inputs = randomInputs(next);
      for (const { method, theory } of complexities) {
        const expectNoRise = (less: ComplexityInputs, more: ComplexityInputs, given?: Readonly<Record<string, unknown>>): void => {
          const [before, after] = [theory.choose(less, given).stepsize, theory.choose(more, given).stepsize];
          if (!(after <= before * (1 + 1e-12))) expect.fail(`${method} rises from ${before} to ${after}`);
        };
        for (const factor of [1 + 1e-3, 1 + next(), 1e3]) {
          expectNoRise(inputs, { ...inputs, variance: inputs.variance * factor }, fixed);
          const [smoothness, ringleaderSmoothness, maxSmoothness] = [inputs.smoothness, inputs.ringleaderSmoothness!, inputs.maxSmoothness!];
          const all = { smoothness: smoothness * factor, ringleaderSmoothness: ringleaderSmoothness * factor, maxSmoothness: maxSmoothness * factor };
          expectNoRise(inputs, { ...inputs, ...all });
          expectNoRise(inputs, { ...inputs, ...all }, fixed);
        }
        // ⌈σ²/ε⌉/σ² rises by up to one part in σ²/ε where the ceiling jumps, but not from one σ² to a multiple of it.
        for (const factor of [2, 3, 1000]) expectNoRise(inputs, { ...inputs, variance: inputs.variance * factor });
      }
    }
  });

  it('gives IA²SGD the stepsize of Ringleader ASGD for equal speeds', () => {
    const next = generator(44);
    for (let round = 0; round < 100; round += 1) {
      const { maxSmoothness, ...inputs } = randomInputs(next);
      const equal = { ...inputs, times: inputs.times.map(() => inputs.times[0]!), maxSmoothness: inputs.ringleaderSmoothness };
      expectStepsize(choose('ia2-sgd', equal).stepsize, choose('ringleader-asgd', equal).stepsize, 'ia2-sgd');
    }
  });

  it('names parameters that the methods have, with values that they accept', async () => {
    const next = generator(45);
    const all = Array.from({ length: 10 }, () => ({ ...randomInputs(next), epsilon: 1, variance: Math.floor(3 * next()) * 10 ** (6 * next() - 3) }));
    for (const inputs of [byHand, { ...byHand, variance: 0 }, ...all]) {
      const chosen = complexities.map(({ method, theory }) => ({ method, ...theory.choose(inputs, { gradientsPerWorker: 3 }) }));
      for (const { method, parameters } of chosen) {
        const table = methods.find(({ name }) => name === method)!.parameters;
        for (const [name, value] of Object.entries(parameters)) {
          expect(['number', 'integer'], `${method}.${name}`).toContain(table[name]?.type);
          expect(Number.isInteger(value), `${method}.${name} = ${value}`).toBe(true);
        }
      }
      const resolved = await resolveExperiment({
        problem: { kind: 'quadratic' },
        methods: chosen.map(({ method, stepsize, parameters }) => ({ name: method, stepsize, ...parameters })),
        budget: { updates: 1 },
      });
      for (const [k, { stepsize, parameters }] of chosen.entries()) expect(resolved.methods[k]).toMatchObject({ stepsize: [stepsize], ...parameters });
    }
  });
});

/** The least ((1/n) Σ 1/b_i)^{-1} of any update, and the largest delay, of so many rounds of Ringleader ASGD with constant times. */
function ringleaderRounds(times: readonly number[], rounds: number): { leastBatch: number; mostDelay: number } {
  const n = times.length;
  const ends = [...times];
  const versions = new Array<number>(n).fill(0);
  let [leastBatch, mostDelay, version] = [Infinity, 0, 0];
  /** b and b⁺; points: the versions that the gradients of b were computed at. */
  let [counts, nextCounts] = [new Array<number>(n).fill(0), new Array<number>(n).fill(0)];
  let [points, nextPoints] = [new Array<number>(n).fill(0), new Array<number>(n).fill(0)];
  const updated = new Set<number>();
  let collecting = true;
  const put = (into: number[], at: number[], i: number): void => {
    if (into[i]! > 0 && at[i] !== versions[i]) throw new Error('an entry mixes points');
    into[i]! += 1;
    at[i] = versions[i]!;
  };
  while (version < rounds * n) {
    const i = ends.indexOf(Math.min(...ends)); // the first of those that arrive at the same instant
    ends[i]! += times[i]!;
    if (!collecting && updated.has(i)) {
      put(nextCounts, nextPoints, i);
      continue;
    }
    put(counts, points, i);
    if (collecting && counts.includes(0)) continue;
    collecting = false;
    leastBatch = Math.min(leastBatch, n / counts.reduce((sum, count) => sum + 1 / count, 0));
    mostDelay = Math.max(mostDelay, ...points.map((point) => version - point));
    version += 1;
    versions[i] = version;
    updated.add(i);
    if (updated.size < n) continue;
    [counts, points, nextCounts, nextPoints] = [nextCounts, nextPoints, new Array<number>(n).fill(0), new Array<number>(n).fill(0)];
    updated.clear();
    collecting = true;
  }
  return { leastBatch, mostDelay };
}

describe('the batch of Ringleader ASGD', () => {
  it('is that computed by hand', () => {
    expect(ringleaderBatch([5])).toBe(1);
    expect(ringleaderBatch([3, 3, 3, 3])).toBe(1);
    expect(ringleaderBatch([1, 10])).toBeCloseTo(2 / (1 / 9 + 1), 14); // b = (9, 1)
    expect(ringleaderBatch([1, 2, 4])).toBeCloseTo(9 / 7, 14); // b = (3, 1, 1)
    expect(ringleaderBatch([7, 2, 3])).toBeCloseTo(3 / (1 + 1 / 2 + 1), 14); // b = (1, 2, 1)
  });

  it.each([
    ['of few values, with many ties', (next: () => number) => 1 + Math.floor(10 * next())],
    ['of many values', (next: () => number) => 1 + Math.floor(1000 * next())],
    ['that are multiples of the fastest', (next: () => number) => 2 ** Math.floor(6 * next())],
    ['over magnitudes', (next: () => number) => Math.ceil(10 ** (3 * next()))],
  ])('is reached at every update (times %s)', (_, draw) => {
    const next = generator(46);
    for (let set = 0; set < 20; set += 1) {
      const times = Array.from({ length: 2 + (set % 7) }, () => draw(next));
      const { leastBatch, mostDelay } = ringleaderRounds(times, 12);
      const batch = ringleaderBatch(times);
      expect(mostDelay).toBeLessThanOrEqual(2 * times.length - 2);
      if (!(batch <= leastBatch * (1 + 1e-12))) expect.fail(`times ${times.join(', ')}: ${batch}, but an update has ${leastBatch}`);
    }
  });

  it('is attained: some update has no more', () => {
    // The slowest comes first of those that arrive together, so that the others' last gradients are too late for the first update.
    expect(ringleaderRounds([4, 2, 1], 3).leastBatch).toBeCloseTo(ringleaderBatch([4, 2, 1]), 14);
    expect(ringleaderRounds([1, 1, 1], 3).leastBatch).toBe(1);
  });
});
