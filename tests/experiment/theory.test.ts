import { describe, expect, it } from 'vitest';
import {
  defineMethod, experimentTheory, maleniaSgdTheory, maleniaSgdTime, rennalaSgdTime, resolveExperiment, ringleaderAsgdTheory, ringleaderAsgdTime, runExperiment,
} from '../../bindings/index.js';
import type { ExperimentInput } from '../../bindings/index.js';

const random: ExperimentInput = {
  seed: 3,
  problem: { kind: 'quadratic', form: 'random', dimension: 6, noise: 0.5 },
  workers: { count: 5, computation: { kind: 'linear' } },
  methods: ['minibatch-sgd', 'asgd', 'malenia-sgd', 'ringleader-asgd', 'fedbuff', 'rescaled-asgd'],
  stepsizes: [0.1],
  budget: { time: 10 },
  target: { gradientNormSquared: 0.01 },
};

describe('experimentTheory', () => {
  it('takes times, constants and ε from the experiment', async () => {
    const { data, inputs, constants, methods, lowerBound } = await experimentTheory(await resolveExperiment(random));
    expect(data).toBe('heterogeneous');
    expect(Array.from(inputs.times as Float64Array)).toEqual([1, 2, 3, 4, 5]);
    expect(inputs).toMatchObject({ epsilon: 0.01, variance: 6 * 0.25, smoothness: constants.smoothness, maxSmoothness: constants.maxSmoothness });
    expect(constants.estimates).toBeUndefined();
    expect(lowerBound).toBe(maleniaSgdTime(inputs));
    expect(methods.map(({ method }) => method)).toEqual(random.methods);
    expect(methods[3]).toMatchObject({ choice: ringleaderAsgdTheory(inputs), time: ringleaderAsgdTime(inputs), leadingTerm: false });
    expect(methods[1]).toMatchObject({ time: null, formula: null }); // no theory for heterogeneous data
    expect(methods[1]!.choice!.stepsize).toBeGreaterThan(0);
    expect(methods[4]).toMatchObject({ choice: null, time: null, stepsizeSource: null });
    expect(methods[5]).toMatchObject({ leadingTerm: true });
  });

  it('applies what holds for any data where all f_i are equal, too', async () => {
    const problem = { kind: 'quadratic', dimension: 6 } as const;
    const experiment = await resolveExperiment({ ...random, problem, methods: ['rennala-sgd', 'ringleader-asgd'] });
    const { data, methods, inputs, lowerBound } = await experimentTheory(experiment, { epsilon: 1e-4 });
    expect([data, inputs.epsilon, lowerBound]).toEqual(['homogeneous', 1e-4, rennalaSgdTime(inputs)]);
    expect(methods.map(({ time }) => time)).toEqual([rennalaSgdTime(inputs), ringleaderAsgdTime(inputs)]);
  });

  it('tells the powers of the universal model, and uses mean times besides', async () => {
    const powers = [[[0, 1], [10, 0.5]], [[0, 0.25]]] as [number, number][][];
    const computation = { kind: 'universal', powers, cycle: 20 } as const;
    const experiment = await resolveExperiment({ ...random, workers: { computation }, methods: ['asgd'] });
    const theory = await experimentTheory(experiment);
    expect(theory.powers).toEqual({ powers, cycle: 20 });
    expect(Array.from(theory.inputs.times as Float64Array)).toEqual([20 / 15, 4]);
  });

  it('estimates the constants of a data set', async () => {
    const problem = { kind: 'mlp', hidden: [], data: 'digits', partition: { kind: 'by-label' } } as const;
    const { data, constants, inputs } = await experimentTheory(await resolveExperiment({ ...random, problem, methods: ['asgd'] }));
    expect(data).toBe('heterogeneous');
    expect(constants.estimates!.points[0]).toMatchObject({ updates: 0 });
    expect(inputs.delta).toBeCloseTo(Math.log(10), 5); // f(0) of ten classes, f* taken as 0
  });

  it('needs an ε', async () => {
    const { target, ...rest } = random;
    const experiment = await resolveExperiment(rest);
    await expect(experimentTheory(experiment)).rejects.toThrow("experiment: 'target.gradientNormSquared' must be given, because theory tells");
  });
});

describe('stepsize: theory', () => {
  it('becomes the stepsize and the parameters of theory', async () => {
    const methods = [{ name: 'malenia-sgd', stepsize: 'theory' as const }, { name: 'ringleader-asgd', stepsize: 0.1 }, { name: 'rennala-sgd', stepsize: 'theory' as const, batch: 7 }];
    const resolved = await resolveExperiment({ ...random, methods });
    const { inputs, methods: theory } = await experimentTheory(resolved);
    const { stepsize, parameters } = maleniaSgdTheory(inputs);
    expect(resolved.methods[0]).toMatchObject({ name: 'malenia-sgd', stepsize: [stepsize], batchTarget: parameters['batchTarget'] });
    expect(parameters['batchTarget']).toBe(150);
    expect(resolved.methods[1]!.stepsize).toEqual([0.1]);
    expect(resolved.methods[2]).toMatchObject({ batch: 7, stepsize: [theory[2]!.choice!.stepsize] });
    expect(await resolveExperiment(resolved)).toEqual(resolved);
  });

  it('works for all methods at once, and runs', async () => {
    const { summary } = await runExperiment({ ...random, methods: ['malenia-sgd', 'minibatch-sgd'], stepsizes: 'theory', budget: { updates: 3 } });
    expect(summary.map(({ status }) => status)).toEqual(['finished', 'finished']);
    const one = await resolveExperiment({ ...random, stepsizes: 0.3 });
    expect(one.methods[0]!.stepsize).toEqual([0.3]);
  });

  it.each([
    ['a method without theory', { methods: ['fedbuff'] }, "experiment: 'methods[0].stepsize' must be given in numbers, because theory has none for fedbuff, got 'theory'"],
    ['no ε', { target: { objective: 1 } }, "experiment: 'target.gradientNormSquared' must be given where a stepsize is 'theory', as its ε, got nothing"],
    [
      'a worker that never returns',
      { workers: { computation: { kind: 'fixed', times: [1, Infinity] } }, methods: ['ia2-sgd'] },
      "'methods[0].stepsize' must be given in numbers, because theory allows none but 0 here",
    ],
  ] as const)('is refused for %s', async (_, change, message) => {
    await expect(resolveExperiment({ ...random, ...change, stepsizes: 'theory' })).rejects.toThrow(message);
  });

  it('is refused for a method of one’s own', async () => {
    const own = defineMethod({ name: 'own', start: () => ({}), onGradient: () => undefined });
    await expect(runExperiment({ ...random, methods: ['own'], stepsizes: 'theory' }, { methods: [own] })).rejects.toThrow('theory has none for own');
  });
});
