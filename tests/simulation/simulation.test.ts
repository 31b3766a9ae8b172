import { describe, expect, it } from 'vitest';
import { defineMethod, explicitQuadratic, fixedTimes, methods, Run, Simulation, targetReached } from '../../bindings/index.js';
import type { AnyMethod, Arrival, Budget, ComputationModel, Evaluation, Kernels, Method, MethodParameters, Problem } from '../../bindings/index.js';
import { centred, methodNamed, simulate, testKernels } from '../quadratics.js';

const three = centred([[1], [2], [3]], [10]);

/** A method with only a name and handlers. */
function custom<S>(handlers: Pick<Method<MethodParameters<Record<never, never>>, S>, 'start' | 'onGradient'>): AnyMethod {
  return defineMethod({ name: 'custom', ...handlers });
}

describe('Simulation', () => {
  it('counts idle time, bytes and intervals', async () => {
    const { statistics, intervals } = await simulate(methodNamed(methods, 'minibatch-sgd'), { stepsize: 0.1 }, three, fixedTimes([1, 2, 4]), { time: 6 });
    // One round of 4, then 2 more: busy 1 + 2 + 4 and 1 + 2 + 2 of 18.
    expect(statistics).toMatchObject({ updates: 1, gradients: 5, bytesUp: 5 * 8, bytesDown: 3 * 8 });
    expect(statistics.utilization).toBeCloseTo(12 / 18, 14);
    expect(intervals.filter(({ worker }) => worker === 0)).toEqual([
      { worker: 0, kind: 'busy', start: 0, end: 1 },
      { worker: 0, kind: 'idle', start: 1, end: 4 },
      { worker: 0, kind: 'busy', start: 4, end: 5 },
      { worker: 0, kind: 'idle', start: 5, end: 6 },
    ]);
    for (const worker of [0, 1, 2]) {
      const own = intervals.filter((interval) => interval.worker === worker);
      expect(own.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(6);
    }
  });

  it('does not compute a gradient that is discarded unread', async () => {
    let computed = 0;
    const method = custom({
      start: (server) => server.assign(0),
      onGradient: (_state, server, arrival) => {
        server.discard(arrival);
        server.assign(arrival.worker);
      },
    });
    const { statistics } = await simulate(
      method,
      { stepsize: 1 },
      (kernels) => {
        const problem = explicitQuadratic(kernels, three, 0, kernels.random(1));
        const gradient = problem.gradient.bind(problem);
        problem.gradient = (...call) => {
          computed += 1;
          gradient(...call);
        };
        return problem;
      },
      fixedTimes([1, 1, 1]),
      { gradients: 5 },
    );
    expect(computed).toBe(0);
    expect(statistics).toMatchObject({ gradients: 5, gradientsDiscarded: 5, discardedTime: 5, updates: 0 });
    expect(statistics.utilization).toBeCloseTo(1 / 3, 14); // workers 1 and 2 were never given anything
  });

  it('numbers the gradients of a worker by their starts, stopped ones included', async () => {
    const calls: [number, number][] = [];
    await simulate(
      methodNamed(methods, 'malenia-sgd'),
      { stepsize: 0.1, batchTarget: 6 },
      (kernels) => {
        const problem = explicitQuadratic(kernels, three, 0, kernels.random(1));
        const gradient = problem.gradient.bind(problem);
        problem.gradient = (worker, index, x, out) => {
          calls.push([worker, index]);
          gradient(worker, index, x, out);
        };
        return problem;
      },
      fixedTimes([2, 3, 7]),
      { updates: 2 },
    );
    const indices = (worker: number): number[] => calls.filter(([who]) => who === worker).map(([, index]) => index);
    // As in the hand-computed trace: B = (6, 3, 1) per round; workers 1 and 2 lose the gradient they are at when the round ends.
    expect(indices(0)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(indices(1)).toEqual([0, 1, 2, 4, 5, 6]);
    expect(indices(2)).toEqual([0, 2]);
  });

  it('gives the gradient at the model that was held, even when it is read after a new assignment', async () => {
    const method = custom({
      start: (server) => server.assign(0),
      onGradient: (_state, server, arrival) => {
        server.assign(arrival.worker);
        server.step(arrival.gradient, 0.5);
      },
    });
    const { updates } = await simulate(method, {}, three, fixedTimes([1, 1, 1]), { updates: 3 });
    // Worker 0's assignments are one update behind: gradients at 10, 10, 5.5.
    expect(updates.map(({ x }) => x[0])).toEqual([5.5, 1, -1.25]);
  });

  it('refuses to give the gradient of an arrival that is over', async () => {
    let last: Arrival | undefined;
    const method = custom({
      start: (server) => server.assign(0),
      onGradient: (_state, server, arrival) => {
        if (last !== undefined) server.step(last.gradient, 0.5);
        last = arrival;
        server.assign(arrival.worker);
      },
    });
    const run = simulate(method, {}, three, fixedTimes([1, 1, 1]), { updates: 3 });
    await expect(run).rejects.toThrow("arrival: 'gradient' must be read before the handler returns, got a read after that of worker 0");
  });

  it('refuses to assign a worker that is computing or unknown, or to resume one that holds nothing', async () => {
    const kernels = await testKernels();
    const before = kernels.pool.usage();
    const problem = explicitQuadratic(kernels, three, 0, kernels.random(1));
    const start = (begin: AnyMethod['start']): Simulation =>
      new Simulation({
        kernels, random: kernels.random(1), problem, computation: fixedTimes([1, 1, 1]), parameters: {},
        method: custom({ start: begin, onGradient: () => undefined }),
      });
    expect(() => start((server) => [0, 0].forEach((worker) => server.assign(worker)))).toThrow("'worker' must not be computing when it is assigned or resumed, got 0");
    expect(() => start((server) => server.resume(1))).toThrow("'worker' must have been assigned a model before it is resumed, got 1");
    for (const worker of [-1, 3, 0.5]) expect(() => start((server) => server.assign(worker))).toThrow(`server: 'worker' must be a number from 0 to 2, got ${worker}`);
    problem.dispose();
    expect(kernels.pool.usage()).toEqual(before);
  });

  it('refuses times of another number of workers, and to advance when nothing can happen', async () => {
    const method = custom({ start: () => null, onGradient: () => undefined });
    await expect(simulate(method, {}, three, fixedTimes([1, 2]), { time: 1 })).rejects.toThrow("simulation: 'computation' must have 3 workers, got 2");
    const kernels = await testKernels();
    const problem = explicitQuadratic(kernels, three, 0, kernels.random(1));
    const simulation = new Simulation({ kernels, problem, random: kernels.random(1), computation: fixedTimes([1, 2, 3]), method, parameters: {} });
    expect(() => simulation.advance()).toThrow("simulation: 'advance' must not be called when nothing can happen any more");
    simulation.dispose();
    problem.dispose();
  });

  it('keeps memory flat over a million updates', async () => {
    const kernels = await testKernels();
    const problem = explicitQuadratic(kernels, centred([[1, 2], [2, 3], [3, 4]]), 0, kernels.random(1));
    const parameters = { stepsize: 0.01, restart: 'hold' };
    const simulation = new Simulation({
      kernels, random: kernels.random(1), problem, computation: fixedTimes([1, 1.5, 2]), method: methodNamed(methods, 'ringleader-asgd'), parameters,
    });
    for (let event = 0; event < 1000; event += 1) simulation.advance();
    const reserved = kernels.pool.reservedBytes;
    while (simulation.updates < 1_000_000) simulation.advance();
    expect(kernels.pool.reservedBytes).toBe(reserved);
    simulation.dispose();
    problem.dispose();
  });

  it('returns all its memory', async () => {
    const kernels = await testKernels();
    const before = kernels.pool.usage();
    for (const method of methods) {
      for (const time of [0.5, 2.5, 4.1, 5.1, 9.7, 17]) await simulate(method, { stepsize: 0.1 }, three, fixedTimes([1, 2, 3.3]), { time });
    }
    const ringleader = methodNamed(methods, 'ringleader-asgd');
    for (const time of [6.5, 7.5, 8.5]) await simulate(ringleader, { stepsize: 0.1, restart: 'latest' }, three, fixedTimes([1, 5, 7]), { time: time + 1 });
    expect(kernels.pool.usage()).toEqual(before);
  });
});

/** Makes the problem of three workers, with evaluations that are counted and changed. */
function evaluated(change: (evaluation: Evaluation, calls: number) => Partial<Evaluation> = () => ({})): { make: (kernels: Kernels) => Problem; calls: () => number } {
  let calls = 0;
  const make = (kernels: Kernels): Problem => {
    const problem = explicitQuadratic(kernels, three, 0, kernels.random(1));
    const evaluate = problem.evaluate.bind(problem);
    problem.evaluate = (x) => {
      calls += 1;
      const evaluation = evaluate(x);
      return { ...evaluation, ...change(evaluation, calls) };
    };
    return problem;
  };
  return { make, calls: () => calls };
}

describe('what a method and a computation model must give', () => {
  it('a handler for what arrives', async () => {
    const start = (): null => null;
    const none = defineMethod({ name: 'mute', start }) as AnyMethod;
    await expect(simulate(none, {}, three, fixedTimes([1, 1, 1]), { time: 1 })).rejects.toThrow("mute: 'onGradient' must be given by a method without a worker half, got nothing");
    const local = defineMethod({ name: 'local', start, onGradient: () => undefined, local: true }) as AnyMethod;
    await expect(simulate(local, {}, three, fixedTimes([1, 1, 1]), { time: 1 })).rejects.toThrow("local: 'worker' must be given by a local method, got nothing");
    const half = defineMethod({ name: 'deaf', start, onGradient: () => undefined, worker: { start, onGradient: () => undefined } }) as AnyMethod;
    await expect(simulate(half, {}, three, fixedTimes([1, 1, 1]), { time: 1 })).rejects.toThrow("deaf: 'onMessage' must be given by a method with a worker half, got nothing");
  });

  it('a worker half to send to', async () => {
    const talker = custom({ start: (server) => server.assign(0), onGradient: (_state, server, { worker, gradient }) => server.send(worker, gradient) });
    await expect(simulate(talker, {}, three, fixedTimes([1, 1, 1]), { time: 9 })).rejects.toThrow("'send' must be called by a method with a worker half, got custom");
  });

  it('durations above 0', async () => {
    for (const wrong of [0, -1, NaN]) {
      const computation: ComputationModel = { workers: 3, expectedTime: () => 1, duration: (worker, index) => (worker === 1 && index === 2 ? wrong : 1) };
      const run = simulate(methodNamed(methods, 'asgd'), { stepsize: 0.1 }, three, computation, { updates: 50 });
      await expect(run).rejects.toThrow(`computation: 'duration' must be greater than 0, got ${wrong} for gradient 2 of worker 1`);
    }
  });
});

describe('targetReached', () => {
  const evaluation = { objective: 0.5, worstWorkerObjective: 1, gradientNormSquared: 0.1, testAccuracy: 0.9 };

  it('wants the objective and the gradient norm low, and the accuracy high', () => {
    expect(targetReached(evaluation, { objective: 0.5 })).toBe(true);
    expect(targetReached(evaluation, { objective: 0.4 })).toBe(false);
    expect(targetReached(evaluation, { gradientNormSquared: 0.05 })).toBe(false);
    expect(targetReached(evaluation, { testAccuracy: 0.9 })).toBe(true);
    expect(targetReached(evaluation, { testAccuracy: 0.95 })).toBe(false);
    expect(targetReached(evaluation, { objective: 1, testAccuracy: 0.95 })).toBe(false);
    expect(targetReached(evaluation, {})).toBe(false);
    expect(targetReached({ objective: 0, worstWorkerObjective: 0, gradientNormSquared: 0 }, { testAccuracy: 0 })).toBe(false);
  });
});

describe('Run', () => {
  it('wants a spacing of its evaluations that gets on', async () => {
    const kernels = await testKernels();
    const random = kernels.random(1);
    const problem = explicitQuadratic(kernels, three, 0, random);
    const simulation = new Simulation({ kernels, problem, computation: fixedTimes([1, 2, 4]), random, method: methodNamed(methods, 'asgd'), parameters: { stepsize: 0.1 } });
    const run = (every: number): Run => new Run(simulation, problem, { budget: { time: 3 }, evaluate: { every }, onEvaluation: () => undefined });
    expect(() => run(0)).toThrow("Run: 'evaluate' must have a spacing greater than 0, got 0");
    expect(() => run(NaN)).toThrow('got NaN');
    simulation.dispose();
    problem.dispose();
  });

  it('ends at the time budget, and events at that very time still happen', async () => {
    const { run, statistics } = await simulate(methodNamed(methods, 'asgd'), { stepsize: 0.1 }, three, fixedTimes([1, 2, 4]), { time: 4 });
    expect(run).toMatchObject({ status: 'finished', time: 4 });
    expect(statistics.gradients).toBe(4 + 2 + 1);
  });

  it('evaluates after all events at a grid time, also where that is a multiple with a rounding error', async () => {
    const points: [number, number][] = [];
    const onEvaluation = ({ time, updates }: { time: number; updates: number }): void => void points.push([time, updates]);
    await simulate(methodNamed(methods, 'asgd'), { stepsize: 0.1 }, centred([[1], [2]]), fixedTimes([1, 1]), { time: 29 }, { every: 29 / 50, onEvaluation });
    expect(points).toHaveLength(51); // 50 · (29/50) = 28.999999999999996
    expect(points.at(-1)![1]).toBe(58);
    for (const [time, updates] of points) expect(updates).toBe(2 * Math.floor(time + 1e-6));
  });

  it('finds the time to the target on the evaluation grid', async () => {
    // Minibatch: ∇f(x) = x − 2, and every 4 time units x − 2 is halved.
    const options = { target: { gradientNormSquared: 1 }, every: 1 };
    const { run } = await simulate(methodNamed(methods, 'minibatch-sgd'), { stepsize: 0.5 }, three, fixedTimes([1, 2, 4]), { time: 40 }, options);
    expect(run.timeToTarget).toBe(12); // |x − 2| = 8, 4, 2, 1
  });

  it('ends as diverged when the objective explodes', async () => {
    const { run } = await simulate(methodNamed(methods, 'asgd'), { stepsize: 5 }, three, fixedTimes([1, 2, 4]), { time: 1000 }, { every: 1 });
    expect(run.status).toBe('diverged');
    expect(run.time).toBeLessThan(100);
    expect(run.reason).toMatch(/^the objective became .* at time \d+$/);
  });

  it('ends as stalled, naming the worker that never reports', async () => {
    for (const method of methods) {
      const { run } = await simulate(method, { stepsize: 0.1 }, three, fixedTimes([1, Infinity, 4]), { updates: 20 });
      if (method.waitingFor === undefined) expect([method.name, run.status]).toEqual([method.name, 'finished']);
      else expect([method.name, run.status, run.reason]).toEqual([method.name, 'stalled', 'waits for worker 1, which will never report']);
    }
  });

  it('stalls as soon as it is known that an update will not come, however long the others go on', async () => {
    const times = [1, 2, Infinity, 64];
    const { run } = await simulate(methodNamed(methods, 'ia2-sgd'), { stepsize: 0.1 }, centred([[1], [2], [3], [4]]), fixedTimes(times), { updates: 20 });
    expect(run).toMatchObject({ status: 'stalled', time: 1, reason: 'waits for worker 2, which will never report' });
  });

  it('lets Ringleader finish the updates that do not need the lost worker', async () => {
    const times = [1, 2, 10, 4];
    const computation: ComputationModel = {
      workers: 4,
      expectedTime: (worker) => times[worker]!,
      duration: (worker, index) => (worker === 1 && index >= 1 ? Infinity : times[worker]!),
    };
    const four = centred([[1], [2], [3], [4]]);
    const { run, updates } = await simulate(methodNamed(methods, 'ringleader-asgd'), { stepsize: 0.1 }, four, computation, { updates: 100 });
    expect(updates.map(({ time, worker }) => [time, worker])).toEqual([[10, 2], [11, 0], [12, 3]]);
    expect(run).toMatchObject({ status: 'stalled', reason: 'waits for worker 1, which will never report' });
  });

  it('sees that Malenia waits in vain for more gradients of a lost worker', async () => {
    const computation: ComputationModel = {
      workers: 3,
      expectedTime: () => 1,
      duration: (worker, index) => (worker === 1 && index >= 1 ? Infinity : 1),
    };
    const malenia = methodNamed(methods, 'malenia-sgd');
    // With B₁ = 1 the harmonic mean stays below 3: S = 12 is out of reach, S = 8 is not.
    const outOfReach = await simulate(malenia, { stepsize: 0.1, batchTarget: 12 }, three, computation, { updates: 1 });
    expect(outOfReach.run.status).toBe('stalled');
    const reachable = await simulate(malenia, { stepsize: 0.1, batchTarget: 8 }, three, computation, { updates: 1 });
    expect(reachable.run.status).toBe('finished');
  });

  it('covers at least the time of its last evaluation', async () => {
    const evaluations: number[] = [];
    const { run } = await simulate(methodNamed(methods, 'minibatch-sgd'), { stepsize: 0.1 }, three, fixedTimes([1, 100, Infinity]), { time: 200 }, {
      every: 0.3,
      onEvaluation: ({ time }) => evaluations.push(time),
    });
    expect(run.status).toBe('stalled');
    expect(run.time).toBeGreaterThanOrEqual(Math.max(...evaluations));
  });

  it('evaluates every model once, however fine the grid', async () => {
    // Minibatch SGD: x⁰ to x³. Local SGD: x⁰, and the mean after the instants 1, 2, …, 12.
    for (const [name, models] of [['minibatch-sgd', 4], ['local-sgd', 13]] as const) {
      const { make, calls } = evaluated();
      const points: number[] = [];
      await simulate(methodNamed(methods, name), { stepsize: 0.1, localSteps: 20 }, make, fixedTimes([1, 2, 4]), { time: 12.25 }, {
        every: 0.25, onEvaluation: ({ time }) => points.push(time),
      });
      expect(points).toEqual(Array.from({ length: 50 }, (_, j) => j / 4));
      expect([name, calls()]).toEqual([name, models]);
    }
  });

  it('evaluates the last model, once, whether or not the grid meets the end of the budget', async () => {
    for (const time of [6.299999999999994, 6.5999999999999925, 7.5]) {
      // 50 · (time/50) is a little less than the first two.
      const points: number[] = [];
      const { run } = await simulate(methodNamed(methods, 'asgd'), { stepsize: 0.1 }, three, fixedTimes([1, 2, 4]), { time }, {
        every: time / 50, onEvaluation: (point) => points.push(point.time),
      });
      expect([time, points.length, run.time]).toEqual([time, 51, time]);
    }
  });

  it('tells how much of the budget is used, by whatever is used most', async () => {
    const kernels = await testKernels();
    const fractions = (budget: Budget): number[] => {
      const problem = explicitQuadratic(kernels, three, 0, kernels.random(1));
      const simulation = new Simulation({
        kernels, problem, random: kernels.random(1), computation: fixedTimes([1, 2, 4]), method: methodNamed(methods, 'rennala-sgd'), parameters: { stepsize: 0.1, batch: 2, stops: true },
      });
      const run = new Run(simulation, problem, { budget, evaluate: { every: 1e9 }, onEvaluation: () => undefined });
      const found: number[] = [];
      while (run.advance(1)) found.push(run.fraction);
      found.push(run.fraction);
      simulation.dispose();
      problem.dispose();
      return found;
    };
    // Updates at 2, 4, …; with each second gradient of worker 0.
    expect(fractions({ time: 4 })).toEqual([0.25, 0.5, 0.75, 1, 1]);
    expect(fractions({ gradients: 4 })).toEqual([0.25, 0.5, 0.75, 1]);
    expect(fractions({ updates: 2 })).toEqual([0, 0.5, 0.5, 1]);
    expect(fractions({ time: 10, updates: 2, gradients: 8 })).toEqual([0.125, 0.5, 0.5, 1]);
  });

  it.each([
    ['the objective at the start', { objective: Infinity }, 1, 0],
    ['the objective', { objective: NaN }, 3, 2],
    ['the gradient', { gradientNormSquared: NaN }, 2, 1],
    ['the gradient at the start', { gradientNormSquared: Infinity }, 1, 0],
  ])('ends as diverged when %s is not finite', async (_, broken, call, time) => {
    const { make } = evaluated((_evaluation, calls) => (calls >= call ? broken : {}));
    const { run, workers } = await simulate(methodNamed(methods, 'asgd'), { stepsize: 0.1 }, make, fixedTimes([1, 2, 4]), { time: 10 }, { every: 1 });
    expect(run).toMatchObject({ status: 'diverged', time });
    expect(workers.seconds.busy).toEqual([time, time, time]);
  });

  it('ends as diverged when its last evaluation shows it', async () => {
    const { run } = await simulate(methodNamed(methods, 'asgd'), { stepsize: 5 }, three, fixedTimes([1, 2, 4]), { time: 40 });
    expect(run).toMatchObject({ status: 'diverged', time: 40 });
  });

  it('does not take a start at an objective of 0 for a limit', async () => {
    const { run } = await simulate(methodNamed(methods, 'asgd'), { stepsize: 0.5 }, centred([[1], [-1]], [0]), fixedTimes([1, 2]), { time: 40 }, { every: 1 });
    expect(run.status).toBe('finished');
    expect(run.finalObjective).toBeGreaterThan(0);
  });

  it('names ten of the workers that it waits for', async () => {
    for (const [lost, text] of [[10, '0, 1, 2, 3, 4, 5, 6, 7, 8, 9'], [12, '0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more']] as const) {
      const times = Array.from({ length: 14 }, (_, worker) => (worker < lost ? Infinity : 1));
      const { run } = await simulate(methodNamed(methods, 'minibatch-sgd'), { stepsize: 0.1 }, centred(times.map(() => [1])), fixedTimes(times), { time: 9 });
      expect(run.reason).toBe(`waits for workers ${text}, which will never report`);
    }
  });

  it('may stall before anything has happened', async () => {
    const { run, statistics } = await simulate(methodNamed(methods, 'asgd'), { stepsize: 0.1 }, three, fixedTimes([Infinity, Infinity, Infinity]), { time: 9 });
    expect(run).toMatchObject({ status: 'stalled', time: 0, reason: 'waits for workers 0, 1, 2, which will never report' });
    expect(statistics).toMatchObject({ utilization: 0, gradients: 0 });
  });

  it('asks a method whom it waits for after 1, 2, 4, … fruitless gradients, at the end of an instant, and only when a worker is lost', async () => {
    const asked = async (last: number): Promise<number[]> => {
      const found: number[] = [];
      let arrivals = 0;
      const method = {
        ...custom({
          start: (server) => [0, 1, 2].forEach((worker) => server.assign(worker)),
          onGradient(_state, server, arrival) {
            arrivals += 1;
            if (arrivals === 20) server.step(arrival.gradient, 0.1);
            server.assign(arrival.worker);
          },
        }),
        waitingFor: () => {
          found.push(arrivals);
          return { need: 'any' as const, workers: [0, 1, 2] };
        },
      };
      await simulate(method, {}, three, fixedTimes([1, 2, last]), { gradients: 60 });
      return [...new Set(found)];
    };
    expect(await asked(Infinity)).toEqual([1, 3, 6, 12, 21, 22, 24, 28, 36, 52]);
    expect(await asked(4)).toEqual([]);
  });

  it('ends as stalled when a method leaves everybody idle', async () => {
    const method = custom({ start: (server) => server.assign(0), onGradient: () => undefined });
    const { run } = await simulate(method, {}, three, fixedTimes([1, 1, 1]), { time: 100 });
    expect(run).toMatchObject({ status: 'stalled', time: 1, reason: 'nobody computes: all 3 workers wait' });
  });
});
