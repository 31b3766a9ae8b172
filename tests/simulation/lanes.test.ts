import { describe, expect, it } from 'vitest';
import { defineMethod, explicitQuadratic, fixedTimes, loadKernels, MemoryLimitError, methods, NotPlainState, Run, SchedulesDiffer, Simulation, tridiagonalQuadratic, Vector } from '../../bindings/index.js';
import type { AnyMethod, Kernels, Problem, SimulationOptions } from '../../bindings/index.js';
import { centred, methodNamed, testKernels } from '../quadratics.js';

const three = centred([[1], [2], [3]], [10]);

async function simulation(method: AnyMethod, stepsizes: readonly number[], options: Partial<SimulationOptions> = {}): Promise<Simulation> {
  const kernels = await testKernels();
  const random = kernels.random(1);
  return new Simulation({ kernels, random, problem: explicitQuadratic(kernels, three, 0, random), computation: fixedTimes([1, 2, 4]), method, parameters: {}, stepsizes, ...options });
}

/** Answers to gradients as the stepsize says. */
function deciding(answer: (stepsize: number, server: Parameters<NonNullable<AnyMethod['onGradient']>>[1], worker: number) => void): AnyMethod {
  return defineMethod({
    name: 'deciding',
    start(server, { stepsize }) {
      for (let i = 0; i < server.workers; i += 1) server.assign(i);
      return { stepsize };
    },
    onGradient: ({ stepsize }, server, { worker }) => answer(stepsize, server, worker),
  });
}

describe('lanes', () => {
  it('see their own version while the first one is ahead, and the facts of the arrival as they were', async () => {
    const seen: [stepsize: number, version: number, delay: number][] = [];
    const method = defineMethod({
      name: 'versions',
      start(server, { stepsize }) {
        for (let i = 0; i < server.workers; i += 1) server.assign(i);
        return { stepsize };
      },
      onGradient({ stepsize }, server, { worker, gradient, delay }) {
        seen.push([stepsize, server.version, delay]);
        server.step(gradient, stepsize);
        seen.push([stepsize, server.version, delay]);
        server.assign(worker);
      },
    }) as AnyMethod;
    const lanes = await simulation(method, [0.5, 0.25]);
    lanes.advance();
    lanes.advance();
    expect(seen.slice(0, 4)).toEqual([[0.5, 0, 0], [0.5, 1, 0], [0.25, 0, 0], [0.25, 1, 0]]);
    expect(seen.slice(4).map(([, version, delay]) => [version, delay])).toEqual([[1, 0], [2, 0], [1, 0], [2, 0]]);
    expect(lanes.lanes.map(({ model }) => model.view()[0])).not.toEqual([10, 10]);
    lanes.dispose();
  });

  it('whose commands differ cannot go on', async () => {
    const differ: [AnyMethod, RegExp][] = [
      [deciding((stepsize, server, worker) => (stepsize > 0.3 ? server.assign(worker) : server.resume(worker))), /got 'resume' of worker 0 instead of 'assign' of worker 0/],
      [deciding((stepsize, server, worker) => stepsize > 0.3 && server.assign(worker)), /got nothing more instead of 'assign' of worker 0/],
      [deciding((stepsize, server, worker) => stepsize < 0.3 && server.assign(worker)), /got 'assign' of worker 0 instead of nothing more/],
      [deciding((stepsize, server) => server.stop(stepsize > 0.3 ? 1 : 2)), /got 'stop' of worker 2 instead of 'stop' of worker 1/],
    ];
    for (const [method, message] of differ) {
      const lanes = await simulation(method, [0.5, 0.25]);
      expect(() => lanes.advance()).toThrow(SchedulesDiffer);
      lanes.dispose();
      const again = await simulation(method, [0.5, 0.25]);
      expect(() => again.advance()).toThrow(message);
      again.dispose();
    }
    const atStart = defineMethod({ name: 'start', start: (server, { stepsize }) => server.assign(stepsize > 0.3 ? 0 : 1), onGradient: () => undefined }) as AnyMethod;
    await expect(simulation(atStart, [0.5, 0.25])).rejects.toThrow(SchedulesDiffer);
    const discards = defineMethod({ name: 'discards', start: (server, { stepsize }) => (server.assign(0), stepsize), onGradient: (stepsize, server, arrival) => stepsize > 0.3 && server.discard(arrival) }) as AnyMethod;
    const lanes = await simulation(discards, [0.5, 0.25]);
    expect(() => lanes.advance()).toThrow(/got nothing more instead of 'discard'/);
    lanes.dispose();
  });

  it('may send as many bytes only as the first one', async () => {
    const sizes = defineMethod({
      name: 'sizes',
      worker: { start: (_, { stepsize }) => stepsize, onGradient: (stepsize, worker, gradient) => worker.send(gradient, stepsize > 0.3 ? 1 : NaN) },
      start: (server) => server.assign(0),
      onMessage: () => undefined,
    }) as AnyMethod;
    const lanes = await simulation(sizes, [0.5, 0.25]);
    expect(() => {
      lanes.advance();
      lanes.advance();
    }).toThrow(/got a message of 8 instead of 16 bytes/);
    lanes.dispose();
  });

  it('compute the gradients of an arrival together, and none that is discarded unread', async () => {
    const kernels = await testKernels();
    const random = kernels.random(1);
    const problem: Problem = explicitQuadratic(kernels, three, 0, random);
    const calls: number[] = [];
    const together = problem.gradients!.bind(problem);
    problem.gradients = (worker, index, xs, outs) => {
      calls.push(xs.length);
      together(worker, index, xs, outs);
    };
    const ringmaster = methodNamed(methods, 'ringmaster-asgd');
    const lanes = await simulation(ringmaster, [0.5, 0.25, 0.1], { problem, parameters: { threshold: 2, stops: false } });
    while (lanes.gradients < 12) lanes.advance();
    const used = lanes.updates;
    expect(used).toBeLessThan(12);
    expect(calls).toEqual(new Array(used).fill(3));
    lanes.endLane(0);
    lanes.endLane(2);
    while (lanes.gradients < 20) lanes.advance();
    expect(calls).toHaveLength(used); // the last lane computes alone
    lanes.dispose();
  });

  it('give back the gradients of an arrival for which there is no memory', async () => {
    const kernels = await loadKernels();
    const random = kernels.random(1);
    const lanes = await simulation(methodNamed(methods, 'asgd'), [0.5, 0.25, 0.1], { kernels, problem: explicitQuadratic(kernels, three, 0, random) });
    const take = kernels.pool.take.bind(kernels.pool);
    let left = 2;
    kernels.pool.take = (bytes, purpose) => {
      if (purpose === 'gradients' && (left -= 1) < 0) throw new MemoryLimitError('memory: full', {});
      return take(bytes, purpose);
    };
    expect(() => lanes.advance()).toThrow(MemoryLimitError);
    lanes.dispose();
    expect(kernels.pool.usage()).not.toHaveProperty('gradients');
  });

  it('return the memory of one that ends, but for its model', async () => {
    const kernels = await loadKernels();
    const random = kernels.random(1);
    const lanes = await simulation(methodNamed(methods, 'local-sgd'), [0.5, 0.25], { kernels, problem: explicitQuadratic(kernels, three, 0, random), parameters: { localSteps: 2 } });
    for (let event = 0; event < 20; event += 1) lanes.advance();
    const model = lanes.lanes[0]!.model.view()[0];
    const blocks = sum(kernels.pool.usage());
    lanes.endLane(0);
    lanes.endLane(0);
    expect(sum(kernels.pool.usage())).toBeLessThan(blocks);
    for (let event = 0; event < 20; event += 1) lanes.advance();
    expect(lanes.lanes.map(({ live }) => live)).toEqual([false, true]);
    expect(lanes.lanes[0]!.model.view()[0]).toBe(model);
    expect(lanes.lanes[1]!.model.view()[0]).not.toBe(model);
    lanes.dispose();
  });

  it('must be at least one', async () => {
    await expect(simulation(methodNamed(methods, 'asgd'), [])).rejects.toThrow("simulation: 'stepsizes' must name at least one, got none");
  });

  it('fail together', async () => {
    const lanes = await simulation(methodNamed(methods, 'asgd'), [0.5, 0.25]);
    const run = new Run(lanes, explicitQuadratic(await testKernels(), three, 0, (await testKernels()).random(1)), { budget: { updates: 50 }, evaluate: { updates: 10 }, onEvaluation: () => undefined });
    run.advance(15);
    run.fail('no memory');
    expect(run.running).toBe(false);
    expect(run.lanes.map(({ status, reason, statistics }) => [status, reason, statistics.updates])).toEqual([['failed', 'no memory', lanes.updates], ['failed', 'no memory', lanes.updates]]);
    lanes.dispose();
  });
});

function sum(usage: Readonly<Record<string, number>>): number {
  return Object.values(usage).reduce((total, bytes) => total + bytes, 0);
}

describe('gradients of several points', () => {
  it.each(['simd'] as const)('are those of one point each, bit for bit (%s)', async (variant) => {
    const kernels: Kernels = await loadKernels({ variant });
    const random = kernels.random(5);
    for (const problem of [tridiagonalQuadratic(kernels, 3, 1001, 0.3, random), tridiagonalQuadratic(kernels, 3, 4, 0, random), explicitQuadratic(kernels, three, 1e-320, random)]) {
      const xs = [0, 1, 2].map((scale) => {
        const x = problem.initial();
        x.view().forEach((_, j, view) => (view[j] = scale === 0 ? -0 : scale * (j % 7) - 1.25));
        return x;
      });
      const outs = xs.map(() => new Vector(kernels.pool, problem.dimension, 'float64', 'test'));
      const out = new Vector(kernels.pool, problem.dimension, 'float64', 'test');
      for (const [worker, index] of [[0, 0], [2, 17]] as const) {
        problem.gradients!(worker, index, xs, outs);
        xs.forEach((x, j) => {
          problem.gradient(worker, index, x, out);
          expect(outs[j]!.bytes()).toEqual(out.bytes());
        });
      }
    }
  });
});

describe('save', () => {
  it('names the state that is not plain', async () => {
    const method = defineMethod({ name: 'clinging', start: (server) => ({ inner: [server] }), onGradient: () => undefined }) as AnyMethod;
    const lanes = await simulation(method, [0.5]);
    expect(() => lanes.save()).toThrow(NotPlainState);
    expect(() => lanes.save()).toThrow(/^state: 'lanes\[0\]\.server\.inner\[0\]\.version' must be plain data or a vector to be saved, got/);
    lanes.dispose();
  });

  it('is for the same simulation only', async () => {
    const asgd = methodNamed(methods, 'asgd');
    const lanes = await simulation(asgd, [0.5, 0.25]);
    const from = lanes.save();
    await expect(simulation(asgd, [0.5], { from })).rejects.toThrow("simulation: 'from' must be of 3 workers, d = 1 and stepsizes 0.5, got one of 3 workers, d = 1 and stepsizes 0.5, 0.25");
    lanes.dispose();
  });
});
