import { describe, expect, it } from 'vitest';
import { defineMethod, explicitQuadratic, fixedTimes, methods, Simulation } from '../../bindings/index.js';
import type { AnyMethod, ComputationModel, IntervalEvent } from '../../bindings/index.js';
import { centred, methodNamed, network, simulate, testKernels } from '../quadratics.js';

const three = centred([[1], [2], [3]], [10]);
const one = centred([[1]], [10]);
const links = network({ up: [0.5, 0.5, 0.5], down: [0.25, 0.25, 0.25] });
const of = (intervals: readonly IntervalEvent[], worker: number) => intervals.filter((event) => event.worker === worker).map(({ kind, start, end }) => [kind, start, end]);

describe('messages that take time', () => {
  it('come after latency + bytes/bandwidth, up and down; x⁰ is there from the start', async () => {
    const slow = network({ up: [0.5], down: [0.25], upBandwidth: [16], downBandwidth: [32] }); // 8 bytes: 0.5 s up, 0.25 s down
    const { updates, intervals, flights, statistics } = await simulate(methodNamed(methods, 'asgd'), { stepsize: 0.5 }, one, fixedTimes([2]), { time: 8 }, { network: slow });
    // Ready at 2, there at 3; the model is back at 3.5; ready at 5.5, there at 6.5, back at 7.
    expect(updates.map(({ time, delay, x }) => [time, delay, x[0]])).toEqual([[3, 0, 5.5], [6.5, 0, 3.25]]);
    expect(of(intervals, 0)).toEqual([
      ['busy', 0, 2], ['flight', 2, 3], ['flight', 3, 3.5], ['busy', 3.5, 5.5], ['flight', 5.5, 6.5], ['flight', 6.5, 7], ['busy', 7, 8],
    ]);
    expect(flights).toEqual([
      { worker: 0, direction: 'up', bytes: 8, start: 2, end: 3 },
      { worker: 0, direction: 'down', bytes: 8, start: 3, end: 3.5 },
      { worker: 0, direction: 'up', bytes: 8, start: 5.5, end: 6.5 },
      { worker: 0, direction: 'down', bytes: 8, start: 6.5, end: 7 },
    ]);
    expect(statistics).toMatchObject({ bytesUp: 16, bytesDown: 16, gradients: 2 });
    expect(statistics.utilization).toBeCloseTo(5 / 8, 14);
  });

  it('a command to continue is a message without content', async () => {
    const { statistics, updates } = await simulate(methodNamed(methods, 'minibatch-sgd'), { stepsize: 0.5, gradientsPerWorker: 2 }, one, fixedTimes([1]), { updates: 1 }, {
      network: network({ up: [0.5], down: [0.25], downBandwidth: [1] }),
    });
    expect(updates[0]!.time).toBe(1 + 0.5 + 0.25 + 1 + 0.5);
    expect(statistics).toMatchObject({ bytesUp: 16, bytesDown: 8 }); // the new model has just been sent
  });

  it('a network without any flight time changes nothing', async () => {
    const none = { workers: 3, instantaneous: true, flightTime: () => 0 };
    const slots = { ...none, instantaneous: false };
    for (const method of methods) {
      const parameters = { stepsize: 0.1, overlapSteps: 1 }; // without a network LOSCAR-SGD has no overlap of its own accord
      const plain = await simulate(method, parameters, three, fixedTimes([1, 2, 4]), { time: 40 });
      for (const quiet of [none, slots]) {
        const { run: _, ...outcome } = await simulate(method, parameters, three, fixedTimes([1, 2, 4]), { time: 40 }, { network: quiet });
        expect(plain).toMatchObject(outcome);
      }
    }
  });

  it('gradients that are stopped or discarded are wasted, also when they are in flight', async () => {
    const { intervals, statistics, workers } = await simulate(
      methodNamed(methods, 'rennala-sgd'), { stepsize: 0.1, batch: 1, stops: true }, three, fixedTimes([1, 1.25, 4]), { time: 2 }, { network: links },
    );
    // At 1.5 worker 0's gradient arrives: worker 1's, on its way since 1.25, and worker 2's computation are stopped.
    expect(of(intervals, 1)).toEqual([['wasted', 0, 1.25], ['flight', 1.25, 1.5], ['flight', 1.5, 1.75], ['busy', 1.75, 2]]);
    expect(of(intervals, 2)).toEqual([['wasted', 0, 1.5], ['flight', 1.5, 1.75], ['busy', 1.75, 2]]);
    expect(statistics).toMatchObject({ gradients: 1, gradientsDiscarded: 2, discardedTime: 2.75, bytesUp: 16, bytesDown: 24 });
    expect(workers.seconds.wasted).toEqual([0, 1.25, 1.5]);
    expect(workers.gradients).toEqual([1, 0, 0]);
  });

  it('a stop takes back a model on its way, with its memory', async () => {
    const kernels = await testKernels();
    const before = kernels.pool.usage();
    const method = defineMethod({
      name: 'stops-in-flight',
      start: (server) => [0, 1].forEach((worker) => server.assign(worker)),
      onGradient(_state, server, { worker }) {
        if (worker === 0) server.assign(0); // under way from 1.5 to 1.75
        else {
          server.stop(0);
          server.stop(2); // does nothing: it has never begun
        }
      },
    }) as AnyMethod;
    const { run, statistics, workers } = await simulate(method, {}, three, fixedTimes([1, 1.125, 9]), { time: 9 }, { network: links });
    expect(run).toMatchObject({ status: 'stalled', time: 1.625 });
    expect(statistics).toMatchObject({ gradients: 2, gradientsDiscarded: 0 });
    expect(workers.seconds.flight).toEqual([0.5 + 0.125, 0.5, 0]);
    expect(kernels.pool.usage()).toEqual(before);
  });

  it('a stop must name a worker', async () => {
    for (const worker of [-1, 3, 0.5]) {
      const method = defineMethod({
        name: 'stops-nobody',
        start: (server) => server.assign(0),
        onGradient: (_state, server) => server.stop(worker),
      }) as AnyMethod;
      const run = simulate(method, {}, three, fixedTimes([1, 1, 1]), { time: 9 }, { network: links });
      await expect(run).rejects.toThrow(`'worker' must be a number from 0 to 2, got ${worker}`);
    }
  });

  it('a worker gets one thing at a time', async () => {
    const method = defineMethod({
      name: 'impatient',
      start: (server) => server.assign(0),
      onGradient(_state, server, { worker }) {
        server.assign(worker);
        server.assign(worker);
      },
    }) as AnyMethod;
    await expect(simulate(method, {}, three, fixedTimes([1, 1, 1]), { time: 9 }, { network: links })).rejects.toThrow("'worker' must have no message on its way");
  });

  it('are numbered per worker and direction, for models of random flight times', async () => {
    const asked: string[] = [];
    const counting = { ...links, flightTime: (worker: number, direction: string, index: number) => (asked.push(`${worker} ${direction} ${index}`), 0.5) };
    await simulate(methodNamed(methods, 'asgd'), { stepsize: 0.1 }, three, fixedTimes([1, 2, 9]), { time: 6 }, { network: counting });
    // Rounds of two and of three seconds.
    const sent = (worker: number) => asked.filter((call) => call.startsWith(`${worker}`)).map((call) => call.slice(2));
    expect(sent(0)).toEqual(['up 0', 'down 0', 'up 1', 'down 1', 'up 2', 'down 2']);
    expect(sent(1)).toEqual(['up 0', 'down 0', 'up 1', 'down 1']);
    expect(sent(2)).toEqual([]);
  });

  it('that take no time are no flights, and leave no intervals', async () => {
    const oneWay = network({ up: [0], down: [1] });
    const { flights, intervals } = await simulate(methodNamed(methods, 'asgd'), { stepsize: 0.1 }, one, fixedTimes([2]), { time: 5 }, { network: oneWay });
    expect(flights).toEqual([{ worker: 0, direction: 'down', bytes: 8, start: 2, end: 3 }]);
    expect(of(intervals, 0)).toEqual([['busy', 0, 2], ['flight', 2, 3], ['busy', 3, 5]]);
  });

  it('do not include what is commanded in `start`', async () => {
    const method = defineMethod({
      name: 'restarts',
      start(server) {
        server.assign(0);
        server.stop(0);
        server.resume(0);
      },
      onGradient: () => undefined,
    }) as AnyMethod;
    const { flights, statistics } = await simulate(method, {}, three, fixedTimes([1, 1, 1]), { gradients: 1 }, { network: links });
    expect(flights).toEqual([{ worker: 0, direction: 'up', bytes: 8, start: 1, end: 1.5 }]);
    expect(statistics).toMatchObject({ gradientsDiscarded: 0, bytesUp: 8, bytesDown: 0 });
  });

  it('need a network of as many workers', async () => {
    await expect(simulate(methodNamed(methods, 'asgd'), { stepsize: 0.1 }, one, fixedTimes([1]), { time: 9 }, { network: links })).rejects.toThrow(
      "simulation: 'network' must have 1 workers, got 3",
    );
  });

  it('a gradient in flight counts as computed, in the middle of a run and at its end', async () => {
    const kernels = await testKernels();
    const problem = explicitQuadratic(kernels, three, 0, kernels.random(1));
    const simulation = new Simulation({
      kernels, problem, network: links, random: kernels.random(1), computation: fixedTimes([1, 2, 4]), method: methodNamed(methods, 'asgd'), parameters: { stepsize: 0.1 },
    });
    simulation.advance();
    // At 1.25: worker 0 has computed for 1 second, the others for 1.25.
    expect(simulation.statistics(1.25).utilization).toBeCloseTo(3.5 / 3.75, 14);
    simulation.closeIntervals(1.25);
    expect(simulation.statistics(1.25).utilization).toBeCloseTo(3.5 / 3.75, 14);
    expect(simulation.workerStatistics().seconds).toMatchObject({ busy: [1, 1.25, 1.25], flight: [0.25, 0, 0] });
    simulation.dispose();
    problem.dispose();
  });

  it('a run may end with everything under way, and gives back all its memory', async () => {
    const kernels = await testKernels();
    const before = kernels.pool.usage();
    for (const method of methods) {
      for (const time of [0.9, 1.3, 1.6, 4.4, 9.1, 9.6]) {
        const { workers } = await simulate(method, { stepsize: 0.1 }, three, fixedTimes([1, 2, 4]), { time }, { network: links });
        for (let worker = 0; worker < 3; worker += 1) {
          expect(Object.values(workers.seconds).reduce((sum, seconds) => sum + seconds[worker]!, 0)).toBeCloseTo(time, 12);
        }
      }
    }
    expect(kernels.pool.usage()).toEqual(before);
  });
});

describe('worker halves', () => {
  it('exchange values and a number, which count as bytes', async () => {
    const heard: unknown[] = [];
    const method = defineMethod({
      name: 'echo',
      worker: {
        start: ({ index }) => ({ index }),
        onGradient: (state, worker, gradient) => worker.send(gradient, state.index),
        onMessage(_state, worker, values, number) {
          heard.push([worker.index, values.view()[0], number]);
          worker.compute();
        },
      },
      start: (server) => [0, 1, 2].forEach((worker) => server.assign(worker)),
      onMessage(_state, server, { worker, values, number, index, duration }) {
        heard.push([worker, values.view()[0], number, index, duration]);
        server.send(worker, values);
      },
    }) as AnyMethod;
    const { statistics, workers } = await simulate(method, {}, three, fixedTimes([1, 2, 4]), { time: 2 }, { network: network({ up: [0.5, 0.5, 0.5], down: [0, 0, 0] }) });
    expect(heard).toEqual([[0, 9, 0, 0, 1], [0, 9, NaN]]);
    expect(statistics).toMatchObject({ bytesUp: 2 * 16, bytesDown: 8, gradients: 2 });
    expect(workers.gradients).toEqual([1, 1, 0]);
  });

  it('are told how long they computed for a message, all steps together', async () => {
    const durations: number[] = [];
    const method = defineMethod({
      name: 'two-steps',
      worker: {
        start: () => ({ steps: 0 }),
        onGradient(state, worker, gradient) {
          state.steps += 1;
          if (state.steps % 2 === 0) worker.send(gradient);
          else worker.compute();
        },
      },
      start: (server) => server.assign(1),
      onMessage(_state, server, { worker, duration }) {
        durations.push(duration);
        server.assign(worker);
      },
    }) as AnyMethod;
    await simulate(method, {}, three, fixedTimes([1, 2, 4]), { time: 20 }, { network: links });
    expect(durations).toEqual([4, 4, 4, 4]);
  });

  it('are called when a model or the command to continue arrives, where they ask for it', async () => {
    const heard: unknown[] = [];
    const method = defineMethod({
      name: 'lazy',
      worker: {
        start: () => null,
        onModel(_state, worker) {
          heard.push([worker.index, worker.model.view()[0]]);
          if (heard.length === 2) worker.compute();
        },
        onGradient: (_state, worker, gradient) => worker.send(gradient),
      },
      start(server) {
        server.assign(0);
        server.resume(1);
      },
      onMessage(_state, server, { worker, values }) {
        server.step(values, 0.5);
        server.assign(worker);
        server.resume(2);
      },
    }) as AnyMethod;
    const { statistics } = await simulate(method, {}, three, fixedTimes([1, 1, 1]), { time: 9 }, { network: links });
    expect(heard).toEqual([[0, 10], [1, 10], [1, 6], [2, 10]]);
    expect(statistics).toMatchObject({ gradients: 1, bytesUp: 8, bytesDown: 8 });
  });

  it('have one message on its way in each direction', async () => {
    const twice = (direction: 'up' | 'down'): AnyMethod =>
      defineMethod({
        name: 'talker',
        worker: {
          start: () => null,
          onGradient(_state, worker, gradient) {
            worker.send(gradient);
            if (direction === 'up') worker.send(gradient);
          },
        },
        start: (server) => server.assign(0),
        onMessage: (_state, server, { values }) => [1, 1].forEach((worker) => server.send(worker, values)),
      });
    for (const direction of ['up', 'down'] as const) {
      await expect(simulate(twice(direction), {}, three, fixedTimes([1, 1, 1]), { time: 9 })).rejects.toThrow(
        `send: 'worker' must have no other message on its way ${direction}, got ${direction === 'up' ? 0 : 1}`,
      );
    }
  });

  it('must not change their model while they compute, and get no stops', async () => {
    const meddle = (action: 'step' | 'stop'): AnyMethod =>
      defineMethod({
        name: 'meddler',
        worker: {
          start: () => null,
          onGradient(_state, worker, gradient) {
            worker.compute();
            if (action === 'step') worker.step(gradient, 1);
            else worker.send(gradient);
          },
        },
        start: (server) => server.assign(0),
        onMessage: (_state, server) => server.stop(0),
      });
    await expect(simulate(meddle('step'), {}, three, fixedTimes([1, 1, 1]), { time: 9 })).rejects.toThrow("'model' must not change while the worker computes");
    await expect(simulate(meddle('stop'), {}, three, fixedTimes([1, 1, 1]), { time: 9 })).rejects.toThrow("'stop' must not be called by a method with a worker half");
  });
});

describe('the books', () => {
  it('tell off times from computing', async () => {
    // Worker 0 is off from 2 to 5; its gradients need 3 seconds of work.
    const computation: ComputationModel = {
      workers: 1,
      expectedTime: () => 3,
      duration: (_worker, _index, start) => (start < 2 ? 6 : 3),
      offTimes: (_worker, from, to) => (from < 5 && to > 2 ? [[Math.max(from, 2), Math.min(to, 5)]] : []),
    };
    const { intervals, statistics, workers } = await simulate(methodNamed(methods, 'asgd'), { stepsize: 0.1 }, one, computation, { time: 9 });
    expect(of(intervals, 0)).toEqual([['busy', 0, 2], ['off', 2, 5], ['busy', 5, 6], ['busy', 6, 9]]);
    expect(statistics.utilization).toBeCloseTo(6 / 9, 14);
    expect(workers.seconds).toMatchObject({ busy: [6], off: [3], idle: [0] });
  });

  it('count delays', async () => {
    const { workers, statistics } = await simulate(methodNamed(methods, 'asgd'), { stepsize: 0.1 }, three, fixedTimes([1, 2, 200]), { time: 200 });
    // Worker 0: 0, 0, 1, 0, 1, …; worker 1: 2 each time; worker 2: all 300 updates before its own.
    expect(workers.delays).toEqual([[0, 101], [1, 99], [2, 100], [300, 1]]);
    expect(statistics.maxDelay).toBe(300);
    expect(statistics.meanDelay).toBeCloseTo((99 + 200 + 300) / 301, 12);
    expect(workers.gradients).toEqual([200, 100, 1]);
  });

  it('count delays of any size', async () => {
    for (const most of [63, 64, 65, 128, 129]) {
      const { workers } = await simulate(methodNamed(methods, 'asgd'), { stepsize: 0.1 }, centred([[1], [2]]), fixedTimes([1, most]), { time: most });
      expect(workers.delays).toEqual([[0, most], [most, 1]]);
    }
  });

  it('count no delay for the models of local methods that are ahead of the rounds', async () => {
    // Worker 0 merges long before worker 2, and its next upload is there before the round is over.
    const early = network({ up: [0, 0, 0], down: [0, 0, 50] });
    for (const name of ['local-sgd', 'loscar-sgd']) {
      const parameters = { stepsize: 0.1, localSteps: 1, overlapSteps: 0 };
      const { workers, statistics } = await simulate(methodNamed(methods, name), parameters, three, fixedTimes([1, 1, 1]), { updates: 4 }, { network: early });
      expect([name, workers.delays, statistics.meanDelay]).toEqual([name, [[0, 14]], 0]);
    }
  });
});
