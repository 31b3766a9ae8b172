import { describe, expect, it } from 'vitest';
import { fixedTimes, methods } from '../../bindings/index.js';
import { centred, methodNamed, simulate } from '../quadratics.js';
import type { Update } from '../quadratics.js';

// Three workers in one dimension: f_i(x) = ½ (x − c_i)², c = (1, 2, 3), x⁰ = 10, so that ∇f_i(10) = 9, 8, 7. Each trace was
// worked out by hand; the comments say how.
const problem = centred([[1], [2], [3]], [10]);
const rows = (updates: readonly Update[]) => updates.map(({ time, worker, delay, x }) => [time, worker, delay, x[0]]);

describe('hand-computed traces', () => {
  it('Ringleader ASGD, workers hold their points', async () => {
    const { updates } = await simulate(methodNamed(methods, 'ringleader-asgd'), { stepsize: 0.25 }, problem, fixedTimes([1, 5, 7]), { updates: 6 });
    expect(rows(updates)).toEqual([
      // Round 1: averages 9, 8, 7 at x⁰, mean 8, each step −2. Worker 2 ends phase 1.
      [7, 2, 0, 8],
      [8, 0, 1, 6],
      // Worker 0 meanwhile computes at 6: its two gradients 5 (t = 9, 10) go to the next round.
      [10, 1, 2, 4],
      // Round 2: worker 0 holds 6 → 5; worker 1 at 4 → 2; worker 2 at 8 → 5. Mean 4, each step −1. Worker 2 reported at 14.
      [15, 1, 0, 3],
      [16, 0, 2, 2],
      // Worker 2's second gradient at 8 arrives last; its delay is 2n − 2 = 4.
      [21, 2, 4, 1],
    ]);
  });

  it('Ringleader ASGD, workers restart at the latest model', async () => {
    const parameters = { stepsize: 0.25, restart: 'latest' };
    const { updates } = await simulate(methodNamed(methods, 'ringleader-asgd'), parameters, problem, fixedTimes([1, 5, 7]), { updates: 5 });
    expect(rows(updates).slice(0, 3)).toEqual([
      [7, 2, 0, 8],
      [8, 0, 1, 6],
      [10, 1, 2, 4],
    ]);
    // Worker 0's entry: 5, 5, 5 (at 6), then 3, 3, 3, 3 (at 4): 27/7 when worker 1 (at 4: 2) ends phase 1; worker 2 (at 8): 5.
    // x⁴ = 4 − ¼ (27/7 + 2 + 5)/3 = 65/21. Then worker 0 adds 3: x⁵ = 65/21 − ¼ (30/8 + 2 + 5)/3 = 739/336.
    expect(rows(updates).slice(3).map((row) => row.slice(0, 3))).toEqual([
      [15, 1, 0],
      [16, 0, 1],
    ]);
    expect(updates[3]!.x[0]).toBeCloseTo(65 / 21, 14);
    expect(updates[4]!.x[0]).toBeCloseTo(739 / 336, 14);
  });

  it('Malenia SGD with S = 2n', async () => {
    const parameters = { stepsize: 0.25, batchTarget: 6 };
    const { updates, statistics } = await simulate(methodNamed(methods, 'malenia-sgd'), parameters, problem, fixedTimes([2, 3, 7]), { updates: 2 });
    // Harmonic mean ≥ 2 ⇔ Σ 1/B ≤ 3/2: first with B = (6, 3, 1) at t = 12, when worker 0 reports. The mean gradient is 8, then 6.
    expect(rows(updates)).toEqual([
      [12, 0, 0, 8],
      [24, 0, 0, 6.5],
    ]);
    // Each time worker 1 (busy for 3, about to report at the same instant) and worker 2 (busy for 5) are stopped.
    expect(statistics).toMatchObject({ gradients: 20, gradientsDiscarded: 4, discardedTime: 16, maxDelay: 0, utilization: 1 });
  });

  it('Malenia SGD takes S from the variance and the accuracy', async () => {
    const run = (parameters: object) => simulate(methodNamed(methods, 'malenia-sgd'), { stepsize: 0.25, ...parameters }, problem, fixedTimes([2, 3, 7]), { updates: 3 });
    const { updates } = await run({ batchTarget: 6 });
    expect((await run({ variance: 1.1, epsilon: 0.2 })).updates).toEqual(updates); // ⌈5.5⌉ = 6
    expect((await run({ variance: 1, epsilon: 1 })).updates).toEqual((await run({})).updates); // S = n
  });

  it('Rescaled ASGD with nominal times', async () => {
    // τ = (1, 2, 4): H = 12/7; with γ = 0.1 H the stepsizes are γ_i = 0.1 τ_i.
    const parameters = { stepsize: 1.2 / 7 };
    const { updates, statistics } = await simulate(methodNamed(methods, 'rescaled-asgd'), parameters, problem, fixedTimes([1, 2, 4]), { updates: 7 });
    expect(statistics.meanDelay).toBeCloseTo(11 / 7, 14);
    const expected: [number, number, number, number, number][] = [
      [1, 0, 0, 0.1, 9.1], // 10 − 0.1 · 9
      [2, 0, 0, 0.1, 8.29], // 9.1 − 0.1 · 8.1
      [2, 1, 2, 0.2, 6.69], // − 0.2 · 8, computed at x⁰
      [3, 0, 1, 0.1, 5.961], // − 0.1 · 7.29, computed at 8.29
      [4, 0, 0, 0.1, 5.4649], // − 0.1 · 4.961
      [4, 1, 2, 0.2, 4.5269], // − 0.2 · 4.69, computed at 6.69
      [4, 2, 6, 0.4, 1.7269], // − 0.4 · 7, computed at x⁰
    ];
    expect(updates).toHaveLength(expected.length);
    updates.forEach(({ time, worker, delay, gamma, x }, j) => {
      expect([time, worker, delay]).toEqual(expected[j]!.slice(0, 3));
      expect(gamma).toBeCloseTo(expected[j]![3], 14);
      expect(x[0]).toBeCloseTo(expected[j]![4], 13);
    });
  });

  it('Rescaled ASGD with observed times scales by the workers seen so far', async () => {
    const parameters = { stepsize: 0.1, times: 'observed' };
    const { updates } = await simulate(methodNamed(methods, 'rescaled-asgd'), parameters, problem, fixedTimes([1, 2, 4]), { updates: 7 });
    // H = 1 with worker 0 alone, 4/3 with workers 0 and 1, 12/7 with all.
    const expected = [0.1, 0.1, 0.15, 0.075, 0.075, 0.15, 0.7 / 3];
    updates.forEach(({ gamma }, j) => expect(gamma).toBeCloseTo(expected[j]!, 14));
  });
});
