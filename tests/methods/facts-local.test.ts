import { describe, expect, it } from 'vitest';
import { fixedTimes, heterogeneousQuadraticData, methods, paperTimes } from '../../bindings/index.js';
import { centred, methodNamed, network, simulate, testKernels } from '../quadratics.js';
import type { Outcome } from '../quadratics.js';

const centers = [[4, -1], [0, 3], [-2, 5], [6, 0]];
const mean = [2, 1.75];
const times = [1, 2.3, 4.1, 9.7];
const n = times.length;
const problem = centred(centers);
const links = network({ up: [4, 5, 6, 4], down: [5, 4, 3, 6] });
const distance = (a: readonly number[], b: readonly number[]): number => Math.max(...a.map((value, j) => Math.abs(value - b[j]!)));

describe('LOSCAR-SGD where it is another method (fact 5)', () => {
  const run = (name: string, parameters: object, speeds: readonly number[]): Promise<Outcome> =>
    simulate(methodNamed(methods, name), { stepsize: 0.05, ...parameters }, problem, fixedTimes(speeds), { updates: 300 }, { noise: 0.1 });
  const same = (actual: Outcome, wanted: Outcome): void => {
    expect(actual.updates.map(({ time }) => time)).toEqual(wanted.updates.map(({ time }) => time));
    actual.updates.forEach(({ x }, k) => expect(distance(x, wanted.updates[k]!.x)).toBeLessThan(1e-12));
  };

  for (const localSteps of [1, 5]) {
    it(`is Local SGD where messages take no time, N = ${localSteps}: there is nothing to overlap, and Q = 0`, async () => {
      for (const speeds of [[2, 2, 2, 2], times]) {
        for (const merge of ['delay-corrected', 'overwrite']) {
          same(await run('loscar-sgd', { localSteps, merge }, speeds), await run('local-sgd', { localSteps }, speeds));
        }
      }
    });

    it(`is Local SGD at any speeds when workers wait, N = ${localSteps}`, async () => {
      const local = await run('local-sgd', { localSteps }, times);
      for (const merge of ['delay-corrected', 'overwrite']) {
        same(await run('loscar-sgd', { localSteps, merge, overlap: false }, times), local);
        same(await run('loscar-sgd', { localSteps, merge, overlapSteps: 0 }, times), local);
      }
    });
  }

  it('with N = 1 is Minibatch SGD of the same stepsize, and so is Local SGD', async () => {
    const minibatch = await run('minibatch-sgd', {}, times);
    same(await run('loscar-sgd', { localSteps: 1, overlap: false }, times), minibatch);
    same(await run('local-sgd', { localSteps: 1 }, times), minibatch);
  });

  it('is Local SGD with a window, too', async () => {
    same(await run('loscar-sgd', { window: 10, overlap: false }, times), await run('local-sgd', { window: 10 }, times));
  });

  it('overwriting everything makes the rounds of Local SGD, at times that are no earlier', async () => {
    // Without noise: steps that are thrown away use up samples.
    const noiseless = (name: string, parameters: object): Promise<Outcome> =>
      simulate(methodNamed(methods, name), { stepsize: 0.05, localSteps: 3, ...parameters }, problem, fixedTimes(times), { updates: 300 }, { network: links });
    const [actual, wanted] = [await noiseless('loscar-sgd', { merge: 'overwrite' }), await noiseless('local-sgd', {})];
    actual.updates.forEach(({ x, time }, k) => {
      expect(distance(x, wanted.updates[k]!.x)).toBeLessThan(1e-12);
      expect(time).toBeGreaterThanOrEqual(wanted.updates[k]!.time - 1e-9);
    });
  });
});

describe('LOSCAR-SGD with equal f_i, unequal speeds and flight times (fact 6)', () => {
  it('delay-corrected beats overwriting, and overlap beats waiting', async () => {
    const kernels = await testKernels();
    const one = heterogeneousQuadraticData(1, 6, 3, [0.05, 1], kernels.random(9)).workers[0]!;
    const data = { dimension: 6, workers: new Array(n).fill(one) as (typeof one)[], x0: [4, -3, 5, 2, -6, 1] };
    for (const time of [200, 400]) {
      for (const noise of [0, 0.1]) {
        const objective = async (parameters: object): Promise<number> => {
          const all = { stepsize: 0.02, localSteps: 4, ...parameters };
          return (await simulate(methodNamed(methods, 'loscar-sgd'), all, data, fixedTimes([1, 1.7, 2.9, 4.3]), { time }, { network: links, noise })).run.finalObjective;
        };
        const corrected = await objective({});
        expect(corrected).toBeLessThan((await objective({ merge: 'overwrite' })) - 5);
        expect(corrected).toBeLessThan((await objective({ overlap: false })) - 5);
      }
    }
  });
});

describe('LOSCAR-SGD with different f_i (fact 6)', () => {
  const inverse = times.reduce((sum, time) => sum + 1 / time, 0);
  const leaning = [0, 1].map((j) => centers.reduce((sum, c, i) => sum + c[j]! / times[i]! / inverse, 0));

  const settle = async (parameters: object): Promise<number[]> => {
    const { updates } = await simulate(methodNamed(methods, 'loscar-sgd'), { stepsize: 0.002, ...parameters }, problem, fixedTimes(times), { updates: 500 }, { network: links });
    return updates.at(-1)!.x;
  };

  it('delay-corrected leans to the fast workers when the clock drives the overlap', async () => {
    const x = await settle({});
    expect(distance(x, leaning)).toBeLessThan(0.25); // nobody idles: as many steps as in ASGD
    expect(distance(x, mean)).toBeGreaterThan(0.5);
  });

  it('overwriting, waiting and a fixed overlap do not lean', async () => {
    for (const parameters of [{ merge: 'overwrite' }, { overlap: false }, { overlapSteps: 2 }]) expect(distance(await settle(parameters), mean)).toBeLessThan(0.01);
  });

  it('balancing removes the lean', async () => {
    for (const localSteps of [4, 8]) expect(distance(await settle({ balance: true, localSteps }), mean)).toBeLessThan(0.02);
  });
});

describe('local methods', () => {
  it('the evaluated model is the mean of the workers’ models', async () => {
    // One round at equal speeds without noise, and then nothing: the round’s model is the simulation’s.
    for (const name of ['local-sgd', 'loscar-sgd']) {
      const { updates, x } = await simulate(methodNamed(methods, name), { stepsize: 0.05 }, problem, fixedTimes([1, 1, 1, 1]), { updates: 3 });
      expect(distance(x, updates.at(-1)!.x)).toBeLessThan(1e-14);
    }
  });

  it('in the middle of a round it is the mean of models at different steps', async () => {
    // f_i = ½ (x − c_i)², x⁰ = 10, η = ½; at t = 3 the workers have made 3, 1 and 0 steps: 2.125, 6, 10.
    for (const name of ['local-sgd', 'loscar-sgd']) {
      const { x } = await simulate(methodNamed(methods, name), { stepsize: 0.5 }, centred([[1], [2], [3]], [10]), fixedTimes([1, 2, 4]), { time: 3 });
      expect(x[0]).toBeCloseTo((2.125 + 6 + 10) / 3, 12);
    }
  });

  it('rounds are numbered from 1', async () => {
    const kernels = await testKernels();
    for (const name of ['local-sgd', 'loscar-sgd']) {
      const { updates } = await simulate(methodNamed(methods, name), { stepsize: 0.05 }, problem, paperTimes(n, kernels.random(1), true), { updates: 20 }, { network: links });
      expect(updates.map(({ update }) => update)).toEqual(Array.from({ length: 20 }, (_, r) => r + 1));
    }
  });

  it('LOSCAR-SGD sends at least one number, and a worker takes at least one step', async () => {
    const parameters = { stepsize: 0.05, sparsity: 0.01, window: 0.5 };
    const { statistics } = await simulate(methodNamed(methods, 'loscar-sgd'), parameters, problem, fixedTimes([1, 1, 1, 1]), { updates: 3 });
    expect(statistics).toMatchObject({ updates: 3, gradients: 3 * n, bytesUp: 3 * n * 8, bytesDown: 3 * n * 8 });
  });

  it('give back their memory, wherever in a round they end', async () => {
    const kernels = await testKernels();
    const before = kernels.pool.usage();
    const data = heterogeneousQuadraticData(n, 6, 2, [0.2, 1], kernels.random(7));
    for (const [name, parameters] of [['local-sgd', {}], ['loscar-sgd', { sparsity: 0.5 }], ['loscar-sgd', { merge: 'overwrite', overlapSteps: 2 }], ['fedbuff', { bufferSize: 2 }]] as const) {
      for (let time = 0.75; time < 60; time += 3.5) {
        await simulate(methodNamed(methods, name), { stepsize: 0.05, localSteps: 2, ...parameters }, data, fixedTimes(times), { time }, { network: links });
      }
    }
    expect(kernels.pool.usage()).toEqual(before);
  });

  it('a number of steps and a window do not go together', () => {
    for (const name of ['local-sgd', 'loscar-sgd']) {
      const method = methodNamed(methods, name);
      expect(method.check?.({ stepsize: 0.1, localSteps: 2, window: 3 } as never, 3)).toBeTruthy();
      for (const parameters of [{ localSteps: 2 }, { window: 3 }, {}]) expect(method.check?.({ stepsize: 0.1, ...parameters } as never, 3) ?? null).toBeNull();
    }
  });
});
