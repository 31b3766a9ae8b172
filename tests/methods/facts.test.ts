import { describe, expect, it } from 'vitest';
import { explicitQuadratic, fixedTimes, methods, paperTimes, Simulation, Vector } from '../../bindings/index.js';
import { centred, methodNamed, network, simulate, testKernels } from '../quadratics.js';
import type { Outcome } from '../quadratics.js';
import { observed } from './observed.js';
import { byDefinition } from './reference.js';

const centers = [[4, -1], [0, 3], [-2, 5], [6, 0]];
const n = centers.length;
const mean = [0, 1].map((j) => centers.reduce((sum, c) => sum + c[j]!, 0) / n);
const times = [1, 2.3, 4.1, 9.7];
const problem = centred(centers);
const distance = (a: readonly number[], b: readonly number[]): number => Math.max(...a.map((value, j) => Math.abs(value - b[j]!)));

type Weight = (delay: number) => number;

/**
 * Where a method settles without noise and with a small stepsize: at the mean of the c_i, or where the workers pull with the weights
 * of what the server uses: Σ a_i c_i / Σ a_i with a_i the sum of w(δ) over the gradients of worker i that are used.
 */
interface Settling {
  method: string;
  parameters?: Record<string, unknown>;
  at: 'mean' | { weight: Weight };
  /** Exactly, or in an O(γ) neighbourhood. */
  exact?: boolean;
  stepsize?: number;
}
const each: Weight = () => 1;
const settlings: Settling[] = [
  { method: 'minibatch-sgd', at: 'mean', exact: true },
  { method: 'asgd', at: { weight: each } },
  { method: 'delay-adaptive-asgd', at: { weight: (delay) => n / Math.max(n, delay) } },
  { method: 'rescaled-asgd', at: 'mean' },
  { method: 'ia2-sgd', at: 'mean', exact: true },
  ...[1, 2, n].map((concurrency): Settling => ({ method: 'dude-asgd', parameters: { concurrency }, at: 'mean', exact: true })),
  { method: 'malenia-sgd', at: 'mean', exact: true },
  { method: 'ringleader-asgd', at: 'mean', exact: true },
  ...[1, 8].flatMap((batch) => [false, true].map((stops): Settling => ({ method: 'rennala-sgd', parameters: { batch, stops }, at: { weight: each }, stepsize: 0.0025 }))),
  ...[1, 6, Infinity].flatMap((threshold) =>
    [false, true].map((stops): Settling => ({ method: 'ringmaster-asgd', parameters: { threshold, stops }, at: { weight: each } })),
  ),
  ...[1, 3].map((bufferSize): Settling => ({ method: 'fedbuff', parameters: { bufferSize }, at: { weight: (delay) => 1 / Math.sqrt(1 + delay) } })),
  // All f_i have the same curvature, so that local steps do not move the fixed point; without overlap, or when it is thrown away.
  { method: 'local-sgd', at: 'mean', exact: true },
  { method: 'loscar-sgd', parameters: { overlap: false }, at: 'mean', exact: true },
  { method: 'loscar-sgd', parameters: { merge: 'overwrite' }, at: 'mean', exact: true },
  { method: 'loscar-sgd', parameters: { overlapSteps: 2 }, at: 'mean', stepsize: 0.005 },
];

describe('quadratics ½‖x − c_i‖² without noise (facts 1 and 7)', () => {
  const weighted = (weights: readonly number[]): number[] => {
    const total = weights.reduce((a, b) => a + b);
    return [0, 1].map((j) => centers.reduce((sum, c, i) => sum + (c[j]! * weights[i]!) / total, 0));
  };
  const frequencies = times.map((time) => 1 / time);

  it('covers every method', () => {
    expect([...new Set(settlings.map(({ method }) => method))].sort()).toEqual(methods.map(({ name }) => name).sort());
  });

  for (const { method, parameters = {}, at, exact = false, stepsize = exact ? 0.02 : 0.0005 } of settlings) {
    const where = at === 'mean' ? 'the plain mean' : 'the mean weighted by what is used';
    it(`${method} ${JSON.stringify(parameters)} settles at ${where}`, async () => {
      const budget = { time: exact ? 20_000 : 40_000 };
      const { updates } = await simulate(methodNamed(methods, method), { stepsize, ...parameters }, problem, fixedTimes(times), budget);
      const { x } = updates.at(-1)!; // for local methods after the merges of a round
      if (at === 'mean') {
        expect(distance(x, mean)).toBeLessThan(exact ? 1e-9 : 0.01);
        return;
      }
      const { arrivals } = byDefinition(method, { data: problem, computation: fixedTimes(times) }, stepsize, parameters, 4000);
      const pull = times.map((_, i) => arrivals.reduce((sum, { worker, used, delay }) => sum + (worker === i && used ? at.weight(delay) : 0), 0));
      expect(distance(x, weighted(pull))).toBeLessThan(0.02);
      expect(distance(x, mean)).toBeGreaterThan(0.5);
    });
  }

  it('ASGD settles at Σ p_i c_i with p_i ∝ 1/τ_i', async () => {
    const { x } = await simulate(methodNamed(methods, 'asgd'), { stepsize: 0.0005 }, problem, fixedTimes(times), { time: 40_000 });
    expect(distance(x, weighted(frequencies))).toBeLessThan(0.01);
  });

  it('delay-adaptive ASGD leans to the fast workers even more', async () => {
    const { x } = await simulate(methodNamed(methods, 'delay-adaptive-asgd'), { stepsize: 0.0005 }, problem, fixedTimes(times), { time: 40_000 });
    expect(distance(x, centers[0]!)).toBeLessThan(distance(weighted(frequencies), centers[0]!) - 0.1);
  });

  for (const [method, parameters] of [['rennala-sgd', { batch: 1 }], ['ringmaster-asgd', { threshold: 1 }], ['rennala-sgd', {}], ['ringmaster-asgd', {}]] as const) {
    it(`${method} ${JSON.stringify(parameters)} settles at the minimiser of the fastest worker`, async () => {
      const { x } = await simulate(methodNamed(methods, method), { stepsize: 0.02, ...parameters }, problem, fixedTimes(times), { time: 2000 });
      expect(distance(x, centers[0]!)).toBeLessThan(1e-9);
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
      const [workers, rounds] = [7, 14_300]; // more than 10⁵ updates
      const random = centred(Array.from({ length: workers }, (_, i) => [i]));
      const computation = paperTimes(workers, kernels.random(11), true);
      const { updates, statistics } = await simulate(
        methodNamed(methods, 'ringleader-asgd'), { stepsize: 0.01, restart }, random, computation, { updates: rounds * workers },
      );
      expect(statistics.maxDelay).toBeLessThanOrEqual(2 * workers - 2);
      if (restart === 'hold') expect(statistics.maxDelay).toBeGreaterThan(workers);
      expect(statistics.gradientsDiscarded).toBe(0);
      expect(statistics.utilization).toBeCloseTo(1, 12);
      for (let round = 0; round < rounds; round += 1) {
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

describe('Malenia SGD', () => {
  for (const target of [4, 6, 10, 23]) {
    it(`updates as soon as ((1/n) Σ 1/B_i)⁻¹ ≥ max(1, S/n), S = ${target}`, async () => {
      const kernels = await testKernels();
      const { method, log } = observed(methodNamed(methods, 'malenia-sgd'));
      await simulate(method, { stepsize: 0.1, batchTarget: target }, problem, paperTimes(n, kernels.random(4), true), { updates: 300 });
      // n / Σ 1/B ≥ S/n ⇔ S Σ 1/B ≤ n², in whole numbers: S Σ_i Π_{j≠i} B_j ≤ n² Π_j B_j.
      const reached = (B: readonly bigint[]): boolean => {
        const product = B.reduce((a, b) => a * b, 1n);
        return product > 0n && BigInt(Math.max(target, n)) * B.reduce((sum, b) => sum + product / b, 0n) <= BigInt(n * n) * product;
      };
      let B = new Array<bigint>(n).fill(0n);
      for (const { worker, delay, discarded, updates } of log) {
        B[worker] = B[worker]! + 1n;
        expect([delay, discarded]).toEqual([0, false]);
        expect(updates).toBe(reached(B) ? 1 : 0);
        if (updates === 1) B = new Array<bigint>(n).fill(0n);
      }
    });
  }
});

describe('Rennala SGD and Ringmaster ASGD', () => {
  const links = network({ up: [0.5, 1, 0.1, 2], down: [1, 0.2, 0.7, 0] });
  for (const stops of [false, true]) {
    for (const net of [undefined, links]) {
      const where = `stops: ${stops}, ${net === undefined ? 'no' : 'with'} flight times`;

      it(`Rennala uses gradients of delay 0 only, B per update (${where})`, async () => {
        const kernels = await testKernels();
        const { method, log } = observed(methodNamed(methods, 'rennala-sgd'));
        const computation = paperTimes(n, kernels.random(8), true);
        const { statistics } = await simulate(method, { stepsize: 0.05, batch: 5, stops }, problem, computation, { updates: 1000 }, { network: net });
        let used = 0;
        for (const { delay, discarded, updates } of log) {
          expect(discarded).toBe(delay > 0);
          if (!discarded) used += 1;
          expect(updates).toBe(!discarded && used % 5 === 0 ? 1 : 0);
        }
        expect(used).toBe(5 * 1000);
        if (stops) expect(statistics.maxDelay).toBe(0);
        else expect(statistics.maxDelay).toBeGreaterThan(0);
      });

      for (const threshold of [1, 2, 5]) {
        it(`Ringmaster uses no gradient with δ ≥ R, R = ${threshold} (${where})`, async () => {
          const kernels = await testKernels();
          const { method, log } = observed(methodNamed(methods, 'ringmaster-asgd'));
          const computation = paperTimes(n, kernels.random(8), true);
          const { statistics } = await simulate(method, { stepsize: 0.05, threshold, stops }, problem, computation, { updates: 2000 }, { network: net });
          for (const { delay, discarded, updates } of log) expect([discarded, updates]).toEqual(delay >= threshold ? [true, 0] : [false, 1]);
          if (stops) expect(statistics.maxDelay).toBeLessThan(threshold);
          else expect(statistics.maxDelay).toBeGreaterThanOrEqual(threshold);
        });
      }
    }
  }

  it('Ringmaster with R = ∞ is ASGD, whatever stops says', async () => {
    const kernels = await testKernels();
    const run = (name: string, parameters: object): Promise<Outcome> =>
      simulate(methodNamed(methods, name), { stepsize: 0.02, ...parameters }, problem, paperTimes(n, kernels.random(8), true), { updates: 2000 }, { network: links, noise: 0.1 });
    const asgd = await run('asgd', {});
    for (const stops of [false, true]) {
      const ringmaster = await run('ringmaster-asgd', { threshold: Infinity, stops });
      expect(ringmaster.updates).toEqual(asgd.updates);
      expect(ringmaster.statistics).toEqual(asgd.statistics);
    }
  });

  it('with B = 1 and R = 1 they are the same (fact 7)', async () => {
    const kernels = await testKernels();
    for (const stops of [false, true]) {
      const run = (name: string, parameters: object): Promise<Outcome> =>
        simulate(methodNamed(methods, name), { stepsize: 0.02, stops, ...parameters }, problem, paperTimes(n, kernels.random(8), true), { updates: 2000 }, { noise: 0.1 });
      const [rennala, ringmaster] = [await run('rennala-sgd', { batch: 1 }), await run('ringmaster-asgd', { threshold: 1 })];
      expect(rennala.updates.every(({ delay }) => delay === 0)).toBe(true);
      expect(ringmaster.updates.map(({ time, worker, delay }) => [time, worker, delay])).toEqual(rennala.updates.map(({ time, worker, delay }) => [time, worker, delay]));
      ringmaster.updates.forEach(({ x }, k) => expect(distance(x, rennala.updates[k]!.x)).toBeLessThan(1e-12));
    }
  });
});

describe('DuDe-ASGD (fact 4)', () => {
  it('with c = 1 is IA²SGD without noise', async () => {
    const kernels = await testKernels();
    const links = network({ up: [0.5, 1, 0.1, 2], down: [1, 0.2, 0.7, 0] });
    for (const net of [undefined, links]) {
      const run = (name: string): Promise<Outcome> =>
        simulate(methodNamed(methods, name), { stepsize: 0.05 }, problem, paperTimes(n, kernels.random(6), true), { updates: 3000 }, { network: net });
      const [dude, ia2] = [await run('dude-asgd'), await run('ia2-sgd')];
      dude.updates.forEach(({ x, ...event }, k) => {
        const { x: wanted, ...expected } = ia2.updates[k]!;
        expect(event).toEqual(expected);
        expect(distance(x, wanted)).toBeLessThan(1e-11);
      });
    }
  });

  it('keeps a server state that does not grow with n', async () => {
    const kernels = await testKernels();
    const numbers = (value: unknown): number => {
      if (typeof value !== 'object' || value === null || value instanceof Vector) return 0;
      if (ArrayBuffer.isView(value)) return value.byteLength;
      const parts = value instanceof Map || value instanceof Set ? [...value] : Object.values(value);
      return (Array.isArray(value) ? value.length : parts.length) + parts.reduce<number>((sum, part) => sum + numbers(part), 0);
    };
    const measure = (workers: number): { state: number; tables: number } => {
      const before = kernels.pool.usage()['method tables'] ?? 0;
      const { method, states } = observed(methodNamed(methods, 'dude-asgd'));
      const own = explicitQuadratic(kernels, centred(Array.from({ length: workers }, (_, i) => [i, 1])), 0, kernels.random(1));
      const computation = fixedTimes(Array.from({ length: workers }, (_, i) => 1 + i / workers));
      const parameters = { stepsize: 0.01, concurrency: 2 };
      const simulation = new Simulation({ kernels, problem: own, computation, random: kernels.random(1), method, parameters });
      while (simulation.updates < 10 * workers) simulation.advance();
      const found = { state: numbers(states[0]), tables: (kernels.pool.usage()['method tables'] ?? 0) - before };
      simulation.dispose();
      own.dispose();
      return found;
    };
    const [few, many] = [measure(4), measure(60)];
    expect(many.tables).toBe(few.tables);
    expect(Math.abs(many.state - few.state)).toBeLessThanOrEqual(4); // those that wait, at most c of them
  });
});

describe('methods that are another one in a special case', () => {
  const same = (actual: Outcome, wanted: Outcome): void => {
    expect(actual.updates.map(({ time }) => time)).toEqual(wanted.updates.map(({ time }) => time));
    actual.updates.forEach(({ x }, k) => expect(distance(x, wanted.updates[k]!.x)).toBeLessThan(1e-12));
  };
  const run = (name: string, parameters: object, speeds: readonly number[], updates = 50): Promise<Outcome> =>
    simulate(methodNamed(methods, name), { stepsize: 0.1, ...parameters }, problem, fixedTimes(speeds), { updates });
  const equal = [2, 2, 2, 2];

  for (const [name, parameters] of [
    ['malenia-sgd', {}],
    ['dude-asgd', { concurrency: n }],
    ['rennala-sgd', { batch: n, stops: true }],
    ['local-sgd', { localSteps: 1 }],
    ['loscar-sgd', { localSteps: 1 }],
    ['loscar-sgd', { localSteps: 1, merge: 'overwrite' }],
    ['loscar-sgd', { localSteps: 1, balance: true }],
    ['loscar-sgd', { localSteps: 1, overlapSteps: 0 }],
  ] as const) {
    it(`${name} ${JSON.stringify(parameters)} is Minibatch SGD at equal speeds`, async () => {
      const [actual, minibatch] = [await run(name, parameters, equal), await run('minibatch-sgd', {}, equal)];
      same(actual, minibatch);
      expect(actual.statistics).toMatchObject({ gradientsDiscarded: 0, utilization: 1 });
    });
  }

  for (const [name, parameters] of [['dude-asgd', { concurrency: n }], ['local-sgd', { localSteps: 1 }], ['loscar-sgd', { localSteps: 1, overlap: false }]] as const) {
    it(`${name} ${JSON.stringify(parameters)} is Minibatch SGD at any speeds`, async () => {
      same(await run(name, parameters, [1, 2, 4, 7]), await run('minibatch-sgd', {}, [1, 2, 4, 7]));
    });
  }

  // Each of these makes its first update with everybody's gradient at x⁰. FedBuff with K = n goes on differently: whoever reports
  // before the buffer is full starts again at x^k.
  for (const [name, parameters] of [['ia2-sgd', {}], ['dude-asgd', {}], ['ringleader-asgd', {}], ['fedbuff', { bufferSize: n }], ['rennala-sgd', { batch: n }]] as const) {
    it(`${name} ${JSON.stringify(parameters)}: the first update is that of Minibatch SGD at equal speeds`, async () => {
      same(await run(name, parameters, equal, 1), await run('minibatch-sgd', {}, equal, 1));
    });
  }

  it('FedBuff with K = n takes gradients of delay 1 from its second update on, all but the last reporter’s', async () => {
    const { method, log } = observed(methodNamed(methods, 'fedbuff'));
    await simulate(method, { stepsize: 0.1, bufferSize: n }, problem, fixedTimes(equal), { updates: 3 });
    expect(log.map(({ delay }) => delay)).toEqual([0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0]);
  });

  it('with one worker every method is gradient descent', async () => {
    const own: Record<string, object> = { fedbuff: { bufferSize: 1 }, 'local-sgd': { localSteps: 1 }, 'loscar-sgd': { localSteps: 1 } };
    for (const { name } of methods) {
      const { updates } = await simulate(methodNamed(methods, name), { stepsize: 0.25, ...own[name] }, centred([[2]], [10]), fixedTimes([3]), { updates: 4 });
      expect([name, ...updates.map(({ time }) => time)]).toEqual([name, 3, 6, 9, 12]);
      [8, 6.5, 5.375, 4.53125].forEach((x, k) => expect(updates[k]!.x[0]).toBeCloseTo(x, 12));
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

describe('rounding and memory of the bookkeeping', () => {
  it('Malenia SGD sees that the harmonic mean is reached, whatever the rounding of the reciprocals', async () => {
    // 10 · (0.1 + 0.1 + 0.1) > 3 in floating point.
    const malenia = methodNamed(methods, 'malenia-sgd');
    const { updates } = await simulate(malenia, { stepsize: 0.1, batchTarget: 30 }, centred([[1], [2], [3]]), fixedTimes([1, 1, 1]), { updates: 2 });
    expect(updates.map(({ time }) => time)).toEqual([10, 20]);
  });

  it('Ringmaster ASGD with stops forgets the assignments that it has looked at', async () => {
    const { method, states } = observed(methodNamed(methods, 'ringmaster-asgd'));
    await simulate(method, { stepsize: 0.01, threshold: 5, stops: true }, problem, fixedTimes([1, 2.3, 4.1, 9.7]), { updates: 1000 });
    expect((states[0] as { queue: unknown[] }).queue.length).toBeLessThan(30);
  });
});
