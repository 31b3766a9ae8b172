import { describe, expect, it } from 'vitest';
import { fixedTimes, methods, paperTimes } from '../../bindings/index.js';
import { centred, methodNamed, simulate, testKernels } from '../quadratics.js';

const centers = [[4, -1], [0, 3], [-2, 5], [6, 0]];
const n = centers.length;
const mean = [0, 1].map((j) => centers.reduce((sum, c) => sum + c[j]!, 0) / n);
const times = [1, 2.3, 4.1, 9.7];
const problem = centred(centers);
const distance = (a: readonly number[], b: readonly number[]): number => Math.max(...a.map((value, j) => Math.abs(value - b[j]!)));

describe('quadratics ½‖x − c_i‖² without noise (fact 1)', () => {
  it('ASGD settles around the mean weighted by the workers’ frequencies', async () => {
    const inverse = times.reduce((sum, time) => sum + 1 / time, 0);
    const weighted = [0, 1].map((j) => centers.reduce((sum, c, i) => sum + c[j]! / times[i]! / inverse, 0));
    const { x } = await simulate(methodNamed(methods, 'asgd'), { stepsize: 0.0005 }, problem, fixedTimes(times), { time: 40_000 });
    expect(distance(x, weighted)).toBeLessThan(0.01);
    expect(distance(x, mean)).toBeGreaterThan(0.5);
  });

  for (const method of methods.filter(({ name }) => name !== 'asgd')) {
    it(`${method.title} settles at the plain mean`, async () => {
      const rescaled = method.name === 'rescaled-asgd'; // only in an O(γ) neighbourhood
      const stepsize = rescaled ? 0.0005 : 0.02;
      const { x } = await simulate(method, { stepsize }, problem, fixedTimes(times), { time: rescaled ? 40_000 : 20_000 });
      expect(distance(x, mean)).toBeLessThan(rescaled ? 0.01 : 1e-9);
    });
  }

  for (const source of ['observed', 'mean', 'ema'] as const) {
    it(`Rescaled ASGD settles at the plain mean when times fluctuate (${source})`, async () => {
      const kernels = await testKernels();
      const computation = paperTimes(n, kernels.random(5), true);
      const parameters = { stepsize: 0.0005, times: source };
      const { x } = await simulate(methodNamed(methods, 'rescaled-asgd'), parameters, problem, computation, { time: 60_000 });
      expect(distance(x, mean)).toBeLessThan(0.1);
    });
  }
});

describe('Ringleader ASGD (fact 2)', () => {
  for (const restart of ['hold', 'latest']) {
    it(`keeps its invariants over random times (restart: ${restart})`, async () => {
      const kernels = await testKernels();
      const workers = 7;
      const random = centred(Array.from({ length: workers }, (_, i) => [i]));
      const computation = paperTimes(workers, kernels.random(11), true);
      const { updates, statistics } = await simulate(
        methodNamed(methods, 'ringleader-asgd'), { stepsize: 0.01, restart }, random, computation, { updates: 5000 * workers },
      );
      expect(statistics.maxDelay).toBeLessThanOrEqual(2 * workers - 2);
      if (restart === 'hold') expect(statistics.maxDelay).toBeGreaterThan(workers);
      expect(statistics.gradientsDiscarded).toBe(0);
      expect(statistics.utilization).toBeCloseTo(1, 12);
      for (let round = 0; round < 5000; round += 1) {
        const who = updates.slice(round * workers, (round + 1) * workers).map(({ worker }) => worker);
        expect(new Set(who).size).toBe(workers);
      }
    });
  }
});

describe('Malenia SGD with S = n (fact 3)', () => {
  it('makes the same steps at the same times as Minibatch SGD', async () => {
    const kernels = await testKernels();
    for (const computation of [fixedTimes(times), paperTimes(n, kernels.random(2), false)]) {
      const malenia = await simulate(methodNamed(methods, 'malenia-sgd'), { stepsize: 0.1 }, problem, computation, { updates: 200 });
      const minibatch = await simulate(methodNamed(methods, 'minibatch-sgd'), { stepsize: 0.1 }, problem, computation, { updates: 200 });
      malenia.updates.forEach(({ time, x }, k) => {
        expect(time).toBeCloseTo(minibatch.updates[k]!.time, 9);
        expect(distance(x, minibatch.updates[k]!.x)).toBeLessThan(1e-12);
      });
    }
  });
});

describe('equal speeds without noise', () => {
  it('Minibatch SGD and Malenia SGD coincide, nothing is discarded', async () => {
    const computation = fixedTimes([2, 2, 2, 2]);
    const minibatch = await simulate(methodNamed(methods, 'minibatch-sgd'), { stepsize: 0.1 }, problem, computation, { updates: 50 });
    const malenia = await simulate(methodNamed(methods, 'malenia-sgd'), { stepsize: 0.1 }, problem, computation, { updates: 50 });
    expect(malenia.updates).toEqual(minibatch.updates);
    expect(minibatch.statistics).toMatchObject({ utilization: 1, gradientsDiscarded: 0, maxDelay: 0 });
  });

  it('Rescaled ASGD is ASGD', async () => {
    const computation = fixedTimes([2, 2, 2, 2]);
    const asgd = await simulate(methodNamed(methods, 'asgd'), { stepsize: 0.1 }, problem, computation, { updates: 50 });
    const rescaled = await simulate(methodNamed(methods, 'rescaled-asgd'), { stepsize: 0.1 }, problem, computation, { updates: 50 });
    expect(rescaled.updates).toEqual(asgd.updates);
  });
});
