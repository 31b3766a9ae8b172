import { describe, expect, it } from 'vitest';
import { LOWER_BOUND, timeComplexities } from '../../bindings/complexity/registry.js';
import { DATA_SETTINGS } from '../../bindings/complexity/setting.js';
import type { ComplexityInputs, DataSetting } from '../../bindings/complexity/setting.js';
import { generator, randomInputs } from './reference.js';

const ROUNDING = 1e-12;
const timesOf = (inputs: ComplexityInputs, data: DataSetting): Map<string, number> =>
  new Map(timeComplexities(inputs, data).map(({ method, time }) => [method, time]));

describe.each(DATA_SETTINGS)('times of %s data', (data) => {
  /** That no time falls from one input to the other. */
  function expectNoFall(less: ComplexityInputs, more: ComplexityInputs, what: string): void {
    const after = timesOf(more, data);
    for (const [method, time] of timesOf(less, data)) {
      if (!(after.get(method)! >= time * (1 - ROUNDING))) expect.fail(`${method} falls with ${what}: ${time} to ${after.get(method)!}`);
    }
  }

  it('do not fall when a worker slows down', () => {
    const next = generator(21);
    for (let round = 0; round < 40; round += 1) {
      const inputs = randomInputs(next, 1 + Math.floor(12 * next()));
      for (const i of inputs.times.keys()) {
        for (const factor of [1 + 1e-6, 1 + next(), 1e4, Infinity]) {
          expectNoFall(inputs, { ...inputs, times: inputs.times.map((time, j) => (j === i ? factor * time : time)) }, `times[${i}]`);
        }
      }
    }
  });

  it('do not fall with σ², 1/ε, Δ, nor with L', () => {
    const next = generator(22);
    for (let round = 0; round < 100; round += 1) {
      const inputs = randomInputs(next);
      for (const factor of [1 + 1e-6, 1 + next(), 1e4]) {
        expectNoFall(inputs, { ...inputs, variance: inputs.variance * factor }, 'σ²');
        expectNoFall({ ...inputs, variance: 0 }, { ...inputs, variance: factor }, 'σ² from 0');
        expectNoFall(inputs, { ...inputs, epsilon: inputs.epsilon / factor }, '1/ε');
        expectNoFall(inputs, { ...inputs, delta: inputs.delta * factor }, 'Δ');
        const [smoothness, ringleaderSmoothness, maxSmoothness] = [inputs.smoothness, inputs.ringleaderSmoothness!, inputs.maxSmoothness!];
        expectNoFall(inputs, { ...inputs, ringleaderSmoothness: Math.min(ringleaderSmoothness * factor, maxSmoothness) }, 'L');
        expectNoFall(inputs, { ...inputs, maxSmoothness: maxSmoothness * factor }, 'L_max');
        const all = { smoothness: smoothness * factor, ringleaderSmoothness: ringleaderSmoothness * factor, maxSmoothness: maxSmoothness * factor };
        expectNoFall(inputs, { ...inputs, ...all }, 'all smoothness');
      }
      const least = inputs.ringleaderSmoothness!;
      expectNoFall(inputs, { ...inputs, smoothness: least }, 'L_f');
    }
  });

  it('are at least the lower bound', () => {
    const next = generator(23);
    for (let round = 0; round < 300; round += 1) {
      const times = timesOf(randomInputs(next), data);
      const bound = times.get(LOWER_BOUND)!;
      // Rescaled ASGD's is only the leading term of its time, and therefore less than the bound.
      for (const [method, time] of times) if (method !== 'rescaled-asgd') expect(time, method).toBeGreaterThanOrEqual(bound * (1 - ROUNDING));
    }
  });
});

describe('times of heterogeneous data', () => {
  it('of the bound exceed the leading term of Rescaled ASGD by (L_f Δ/ε) τ_n', () => {
    const next = generator(24);
    for (let round = 0; round < 200; round += 1) {
      const inputs = randomInputs(next);
      const times = timesOf(inputs, 'heterogeneous');
      const [bound, leading] = [times.get(LOWER_BOUND)!, times.get('rescaled-asgd')!];
      const rest = ((inputs.smoothness * inputs.delta) / inputs.epsilon) * Math.max(...inputs.times);
      expect(Math.abs(bound - leading - rest)).toBeLessThanOrEqual(ROUNDING * bound);
      if (inputs.variance === 0) expect(leading).toBe(0);
    }
  });

  it('coincide for equal speeds and equal smoothness, but for a leading term', () => {
    const next = generator(25);
    for (let round = 0; round < 100; round += 1) {
      const { ringleaderSmoothness, maxSmoothness, ...inputs } = randomInputs(next);
      const equal = { ...inputs, times: inputs.times.map(() => inputs.times[0]!) };
      const times = timesOf(equal, 'heterogeneous');
      const bound = times.get(LOWER_BOUND)!;
      for (const [method, time] of times) {
        if (method !== 'rescaled-asgd') expect(Math.abs(time - bound), method).toBeLessThanOrEqual(ROUNDING * bound);
      }
    }
  });

  it('order the methods: averaging over all gradients beats averaging one per worker', () => {
    const next = generator(26);
    for (let round = 0; round < 200; round += 1) {
      const times = timesOf(randomInputs(next), 'heterogeneous');
      const atMost = (a: string, b: string): void => expect(times.get(a)!, `${a} ≤ ${b}`).toBeLessThanOrEqual(times.get(b)! * (1 + ROUNDING));
      atMost('malenia-sgd', 'minibatch-sgd');
      atMost('ringleader-asgd', 'ia2-sgd');
      atMost('minibatch-sgd', 'ia2-sgd');
      atMost('malenia-sgd', 'ringleader-asgd');
    }
  });

  it('approach the bound as ε → 0: Rescaled ASGD’s leading term dominates', () => {
    const times = timesOf({ times: [1, 2, 30], smoothness: 1, delta: 1, variance: 1, epsilon: 1e-9 }, 'heterogeneous');
    expect(times.get('rescaled-asgd')! / times.get(LOWER_BOUND)!).toBeCloseTo(1, 7);
  });
});

describe('times of homogeneous data', () => {
  it('order the methods: ASGD is between the bound and Minibatch SGD', () => {
    const next = generator(27);
    for (let round = 0; round < 200; round += 1) {
      const times = timesOf(randomInputs(next), 'homogeneous');
      const [bound, asgd, minibatch] = [times.get(LOWER_BOUND)!, times.get('asgd')!, times.get('minibatch-sgd')!];
      expect(bound).toBeLessThanOrEqual(asgd * (1 + ROUNDING));
      expect(asgd).toBeLessThanOrEqual(minibatch * (1 + ROUNDING));
      expect(times.get('delay-adaptive-asgd')).toBe(asgd);
      expect([times.get('rennala-sgd'), times.get('ringmaster-asgd')]).toEqual([bound, bound]);
    }
  });

  it('coincide for equal speeds', () => {
    const next = generator(28);
    for (let round = 0; round < 100; round += 1) {
      const inputs = randomInputs(next);
      const times = timesOf({ ...inputs, times: inputs.times.map(() => inputs.times[0]!) }, 'homogeneous');
      const bound = times.get(LOWER_BOUND)!;
      // With m of n equal workers the time is τ (LΔ/ε) (1 + σ²/(mε)), which falls with m.
      for (const [method, time] of times) expect(Math.abs(time - bound), method).toBeLessThanOrEqual(ROUNDING * bound);
    }
  });

  it('of the bound do not rise when a worker joins, however slow', () => {
    const next = generator(29);
    for (let round = 0; round < 100; round += 1) {
      const inputs = randomInputs(next);
      const joined = { ...inputs, times: [...inputs.times, 10 ** (12 * (next() - 0.5))] };
      const [before, after] = [inputs, joined].map((each) => timesOf(each, 'homogeneous').get(LOWER_BOUND)!);
      expect(after).toBeLessThanOrEqual(before! * (1 + ROUNDING));
    }
  });

  it('are at most those of heterogeneous data, whose workers all matter', () => {
    const next = generator(30);
    for (let round = 0; round < 200; round += 1) {
      const inputs = randomInputs(next);
      const [heterogeneous, homogeneous] = DATA_SETTINGS.map((data) => timesOf(inputs, data).get(LOWER_BOUND)!);
      // H ≤ τ_avg and H ≤ τ_n for m = n.
      expect(homogeneous).toBeLessThanOrEqual(heterogeneous! * (1 + ROUNDING));
    }
  });
});
