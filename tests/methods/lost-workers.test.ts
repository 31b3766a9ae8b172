import { describe, expect, it } from 'vitest';
import { computationModel, methods } from '../../bindings/index.js';
import type { ComputationModel, ComputationOptions } from '../../bindings/index.js';
import { centred, methodNamed, network, simulate, testKernels } from '../quadratics.js';

const three = centred([[1], [2], [3]], [10]);
const links = network({ up: [0.5, 0.25, 1], down: [0.25, 1, 0.5] });

/** Fixed times, but gradients of worker i from number `from[i]` on (before `until[i]`) never end. */
function losing(times: readonly number[], from: readonly number[], until: readonly number[] = []): ComputationModel {
  return {
    workers: times.length,
    expectedTime: (worker) => times[worker]!,
    duration: (worker, index) => (index >= from[worker]! && index < (until[worker] ?? Infinity) ? Infinity : times[worker]!),
  };
}

interface Loss {
  method: string;
  parameters?: Record<string, unknown>;
  /** What becomes of the run when worker 1 never reports, and when it is lost with its gradient number 3. */
  never: 'stalled' | 'finished';
  later: 'stalled' | 'finished';
}
const losses: Loss[] = [
  { method: 'minibatch-sgd', never: 'stalled', later: 'stalled' },
  { method: 'minibatch-sgd', parameters: { gradientsPerWorker: 2 }, never: 'stalled', later: 'stalled' },
  { method: 'asgd', never: 'finished', later: 'finished' },
  { method: 'delay-adaptive-asgd', never: 'finished', later: 'finished' },
  { method: 'rescaled-asgd', parameters: { times: 'nominal' }, never: 'finished', later: 'finished' },
  { method: 'rescaled-asgd', parameters: { times: 'mean' }, never: 'finished', later: 'finished' },
  { method: 'ia2-sgd', never: 'stalled', later: 'finished' },
  { method: 'dude-asgd', parameters: { concurrency: 1 }, never: 'stalled', later: 'finished' },
  { method: 'dude-asgd', parameters: { concurrency: 2 }, never: 'stalled', later: 'finished' },
  { method: 'dude-asgd', parameters: { concurrency: 3 }, never: 'stalled', later: 'stalled' },
  { method: 'malenia-sgd', never: 'stalled', later: 'stalled' },
  { method: 'ringleader-asgd', parameters: { restart: 'hold' }, never: 'stalled', later: 'stalled' },
  { method: 'ringleader-asgd', parameters: { restart: 'latest' }, never: 'stalled', later: 'stalled' },
  ...[false, true].flatMap((stops): Loss[] => [
    { method: 'rennala-sgd', parameters: { batch: 4, stops }, never: 'finished', later: 'finished' },
    { method: 'ringmaster-asgd', parameters: { threshold: 2, stops }, never: 'finished', later: 'finished' },
  ]),
  { method: 'fedbuff', parameters: { bufferSize: 3 }, never: 'finished', later: 'finished' },
  { method: 'fedbuff', parameters: { bufferSize: 3, localSteps: 2 }, never: 'finished', later: 'finished' },
  ...[1, 2, 3].map((localSteps): Loss => ({ method: 'local-sgd', parameters: { localSteps }, never: 'stalled', later: 'stalled' })),
  ...[{}, { overlap: false }, { overlapSteps: 2 }, { merge: 'overwrite' }, { balance: true }].flatMap((options) =>
    [1, 2, 8].map((localSteps): Loss => ({ method: 'loscar-sgd', parameters: { localSteps, ...options }, never: 'stalled', later: 'stalled' })),
  ),
];

it('covers every method', () => {
  expect([...new Set(losses.map(({ method }) => method))].sort()).toEqual(methods.map(({ name }) => name).sort());
});

describe.each([['no', undefined], ['with', links]] as const)('a lost worker, %s flight times', (_, net) => {
  for (const { method, parameters = {}, ...fates } of losses) {
    for (const [when, from] of [['never', 0], ['later', 3]] as const) {
      const fate = fates[when];
      it(`${method} ${JSON.stringify(parameters)}, worker 1 ${when === 'never' ? 'never reports' : 'is lost later'}: ${fate}`, async () => {
        const computation = losing([1, 1.5, 2.5], [Infinity, from, Infinity]);
        const { run, updates } = await simulate(methodNamed(methods, method), { stepsize: 0.1, ...parameters }, three, computation, { updates: 500 }, { network: net });
        expect(run.status).toBe(fate);
        if (fate === 'stalled') expect(run.reason).toBe('waits for worker 1, which will never report');
        else expect(updates).toHaveLength(500);
        if (fate === 'stalled' && when === 'never') expect(updates).toHaveLength(0);
      });
    }
  }
});

describe('lost workers', () => {
  it('DuDe-ASGD goes on when a worker that has reported is lost before the start is over', async () => {
    // Worker 0 reports once, at 1; worker 2 first at 7.
    const { run, updates } = await simulate(methodNamed(methods, 'dude-asgd'), { stepsize: 0.1 }, three, losing([1, 2, 7], [1, Infinity, Infinity]), { updates: 100 });
    expect(run.status).toBe('finished');
    expect(updates[0]).toMatchObject({ time: 7, worker: 2 });
  });

  it('DuDe-ASGD with c = 2 stalls when only one worker is left', async () => {
    const computation = losing([1, 2, 7], [5, 5, Infinity]);
    const { run } = await simulate(methodNamed(methods, 'dude-asgd'), { stepsize: 0.1, concurrency: 2 }, three, computation, { updates: 100 });
    expect(run.status).toBe('stalled');
    expect(run.reason).toMatch(/0, 1/);
  });

  it('Malenia SGD stalls when the lost workers together keep the harmonic mean too small, or at the threshold for ever', async () => {
    const malenia = methodNamed(methods, 'malenia-sgd');
    const four = centred([[1], [2], [3], [4]], [10]);
    const run = async (until: readonly number[], batchTarget: number) =>
      (await simulate(malenia, { stepsize: 0.1, batchTarget }, four, losing([1, 1, 1, 1], until), { updates: 1, gradients: 100_000 })).run;
    // B₀ = B₁ = 1 for ever: Σ 1/B > 2, so that the harmonic mean stays below 2; S = 8 asks for 2, S = 7 for less.
    expect(await run([1, 1, Infinity, Infinity], 8)).toMatchObject({ status: 'stalled', reason: 'waits for workers 0, 1, which will never report' });
    expect((await run([1, 1, Infinity, Infinity], 7)).status).toBe('finished');
    // B₀ = 1 alone: the harmonic mean tends to 4 = S/n, and never gets there.
    expect(await run([1, Infinity, Infinity, Infinity], 16)).toMatchObject({ status: 'stalled', reason: 'waits for worker 0, which will never report' });
  });

  it('leave by the real models, and the run ends, naming them', async () => {
    const kernels = await testKernels();
    const model = (options: ComputationOptions): ComputationModel => computationModel(options, 3, kernels.random(1));
    const base = { kind: 'fixed', times: [1, 1.5, 2.5] } as const;
    const drop = model({ kind: 'dropout', base, leave: { 1: 4 } });
    const off = model({ kind: 'outages', base, intervals: { 1: [[4, Infinity]] } });
    const powerless = model({ kind: 'universal', powers: [[[0, 1]], [[0, 0.7], [4, 0]], [[0, 0.4]]] });
    const everybody = model({ kind: 'dropout', base, leave: { 0: 3, 1: 4, 2: 5 } });
    const passing = model({ kind: 'outages', base, every: 5, length: 5 });
    for (const method of methods) {
      for (const net of [undefined, links]) {
        const go = async (computation: ComputationModel) =>
          (await simulate(method, { stepsize: 0.1, batch: 2, localSteps: 2 }, three, computation, { updates: 60, gradients: 5000 }, { network: net })).run;
        for (const computation of [drop, off, powerless]) {
          const { status, reason } = await go(computation);
          if (status === 'stalled') expect([method.name, reason]).toEqual([method.name, 'waits for worker 1, which will never report']);
          else expect([method.name, status]).toEqual([method.name, 'finished']);
        }
        const all = await go(everybody);
        expect([method.name, all.status]).toEqual([method.name, 'stalled']);
        expect(all.reason).toMatch(/^waits for workers? [012](, [12])*, which will never report$/);
        expect((await go(passing)).status).toBe('finished');
      }
    }
  });

  it('all missing workers are named', async () => {
    for (const name of ['minibatch-sgd', 'malenia-sgd', 'ia2-sgd', 'dude-asgd', 'ringleader-asgd', 'local-sgd', 'loscar-sgd']) {
      const { run } = await simulate(methodNamed(methods, name), { stepsize: 0.1 }, three, losing([1, 2, 3], [0, Infinity, 0]), { updates: 10 });
      expect([name, run.status, run.reason]).toEqual([name, 'stalled', 'waits for workers 0, 2, which will never report']);
    }
  });

  it('are noticed in the middle of a round, in the second one, too', async () => {
    for (const [name, parameters] of [['local-sgd', {}], ['loscar-sgd', { overlap: false }]] as const) {
      const computation = losing([1, 1, 1], [Infinity, 4, Infinity]);
      const { run } = await simulate(methodNamed(methods, name), { stepsize: 0.1, localSteps: 4, ...parameters }, three, computation, { updates: 10 });
      expect([name, run.status, run.time, run.reason]).toEqual([name, 'stalled', 5, 'waits for worker 1, which will never report']);
    }
  });

  it('stops bring back a worker whose single gradient would never have ended', async () => {
    for (const [name, parameters] of [['ringmaster-asgd', { threshold: 3 }], ['rennala-sgd', { batch: 2 }]] as const) {
      const updatesOf = async (stops: boolean): Promise<number> => {
        const computation = losing([1, 1.5, 2.5], [Infinity, 1, Infinity], [Infinity, 2, Infinity]);
        const method = methodNamed(methods, name);
        const { updates } = await simulate(method, { stepsize: 0.01, stops, ...parameters }, three, computation, { updates: 200 });
        return updates.filter(({ worker }) => worker === 1).length;
      };
      expect(await updatesOf(false)).toBeLessThanOrEqual(1);
      expect(await updatesOf(true)).toBeGreaterThan(10);
    }
  });

  it('LOSCAR-SGD stalls on a worker that is lost in the overlap, also when its step is withdrawn', async () => {
    const loscar = methodNamed(methods, 'loscar-sgd');
    const at0 = network({ up: [0, 0, 0], down: [0, 0, 0] }); // a network, and so an overlap, though no flight has a length
    // Worker 1 uploads after two steps; its third never ends, so that it never merges.
    const overlap = await simulate(loscar, { stepsize: 0.1, localSteps: 2 }, three, losing([1, 1.5, 2.5], [Infinity, 2, Infinity]), { updates: 100 }, { network: at0 });
    expect(overlap.updates).toHaveLength(0);
    expect([overlap.run.status, overlap.run.reason]).toEqual(['stalled', 'waits for worker 1, which will never report']);
    // At equal speeds the answer is there at once: the third step has not begun, the round ends, and the next one does not.
    const equal = await simulate(loscar, { stepsize: 0.1, localSteps: 2 }, three, losing([1, 1, 1], [Infinity, 2, Infinity]), { updates: 100 }, { network: at0 });
    expect(equal.updates).toHaveLength(1);
    expect([equal.run.status, equal.run.reason]).toEqual(['stalled', 'waits for worker 1, which will never report']);
  });
});
