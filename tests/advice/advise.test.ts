import { describe, expect, test } from 'vitest';
import { advise, complexities, fixedTimes } from '../../bindings/index.js';
import type { AdviceQuestion } from '../../bindings/index.js';

const QUESTION: AdviceQuestion = {
  computation: fixedTimes([1, 1, 1, 12]), data: 'heterogeneous', smoothness: 1, delta: 1, variance: 0.2, epsilon: 0.1, seeds: [1, 2],
};
const fixed = (...times: number[]) => fixedTimes(times);

test('is deterministic, and tells what was asked', async () => {
  const [once, again] = [await advise(QUESTION), await advise(QUESTION)];
  expect(again).toEqual(once);
  const known = complexities.filter(({ heterogeneous }) => heterogeneous).map(({ method }) => method);
  expect(once.candidates.map(({ method }) => method).sort()).toEqual(known.sort());
  expect(once.candidates.map(({ predicted }) => predicted)).toEqual(once.candidates.map(({ predicted }) => predicted).sort((a, b) => a - b));
  for (const { stepsize, factor, theory, times } of once.candidates) {
    expect(stepsize).toBe(factor * theory.stepsize);
    expect(Math.log2(factor)).toBeCloseTo(Math.round(Math.log2(factor)), 9);
    expect(times).toHaveLength(2);
  }
  expect(once.current.method).toBe('minibatch-sgd');
  expect([...Array.from(once.inputs.times)]).toEqual([1, 1, 1, 12]);
});

test('the stepsize is theory’s for the question, times the factor that was best on the smaller trial', async () => {
  const { candidates, trial, inputs } = await advise({ ...QUESTION, variance: 1000, data: 'homogeneous' });
  expect(trial.inputs.variance).toBeLessThan(inputs.variance);
  for (const { stepsize, factor, theory } of candidates) expect(stepsize).toBe(factor * theory.stepsize);
});

test('equally fast workers: nothing is worth a change', async () => {
  for (const data of ['heterogeneous', 'homogeneous'] as const) {
    for (const times of [[1], [1, 1, 1, 1, 1, 1]]) {
      const { worthwhile, recommended } = await advise({ ...QUESTION, seeds: undefined, computation: fixed(...times), data });
      expect([data, times.length, worthwhile, recommended.method]).toEqual([data, times.length, false, 'minibatch-sgd']);
    }
  }
});

test('one straggler and equal data: an optimal method, far ahead of waiting', async () => {
  const { worthwhile, recommended, gain, agrees } = await advise({ ...QUESTION, computation: fixed(1, 1, 1, 1, 60), data: 'homogeneous' });
  expect([worthwhile, recommended.optimal, agrees]).toEqual([true, true, true]);
  expect(gain).toBeGreaterThan(5);
});

test('a worker that never returns: the others do without, except for methods that wait', async () => {
  const { candidates, recommended, gain } = await advise({ ...QUESTION, computation: fixed(1, 1, Infinity), data: 'homogeneous' });
  expect(gain).toBe(Infinity);
  expect(recommended.optimal).toBe(true);
  for (const { factor, stepsize, theory } of candidates) expect(stepsize).toBe(factor * theory.stepsize);
  expect(candidates.find(({ method }) => method === 'asgd')).toMatchObject({ stepsize: 0, simulated: Infinity });
});

test('progress: before every method, in the order of the ranking', async () => {
  const calls: [number, number, string][] = [];
  const { candidates } = await advise(QUESTION, { onProgress: (...call) => void calls.push(call) });
  expect(calls).toEqual(candidates.map(({ method }, place) => [place, candidates.length, method]));
});

test('a signal ends it with its reason', async () => {
  const controller = new AbortController();
  const reason = new Error('no more');
  let methods = 0;
  const onProgress = (): void => {
    methods += 1;
    if (methods === 2) controller.abort(reason);
  };
  await expect(advise(QUESTION, { signal: controller.signal, onProgress })).rejects.toBe(reason);
  expect(methods).toBe(2);
});

describe('errors', () => {
  test.each<[Partial<AdviceQuestion>, string]>([
    [{ computation: fixed(1, Infinity) }, "advise: 'computation' must let every worker return gradients"],
    [{ computation: fixed(Infinity, Infinity), data: 'homogeneous' }, "advise: 'computation' must let some worker return gradients"],
    [{ current: 'asgd' }, "advise: 'current' must be a method with a guarantee for heterogeneous data: minibatch-sgd, rescaled-asgd"],
    [{ current: 'nothing' }, "got 'nothing'"],
    [{ epsilon: 3 }, "advise: 'epsilon' must be less than 2 L_f Δ = 2"],
    [{ heterogeneity: -1 }, "advise: 'heterogeneity' must be a number of at least 0"],
    [{ data: 'any' as never }, "advise: 'data' must be 'heterogeneous' or 'homogeneous', got 'any'"],
    [{ computation: [1, 2] as never }, "advise: 'computation' must be a computation model, such as 'fixedTimes' makes of a list of times, got [1,2]"],
    [{ seeds: [] }, "advise: 'seeds' must have at least one entry"],
    [{ variance: -1 }, "'variance' must be a number of at least 0, got -1"],
  ])('%o', async (change, message) => {
    await expect(advise({ ...QUESTION, ...change })).rejects.toThrow(message);
  });
});

test('without a trial, where the slowest worker is slower by far, theory decides', async () => {
  const times = [...new Array<number>(9).fill(1), 1e5];
  const { trial, candidates, recommended, fastest, gain } = await advise({ ...QUESTION, computation: fixedTimes(times), data: 'heterogeneous' });
  expect([trial.feasible, trial.gradientsPerReturn]).toEqual([false, 1e5 * 9 + 1]);
  expect(candidates.every(({ simulated, factor }) => simulated === Infinity && factor === 1)).toBe(true);
  expect(fastest).toBeUndefined();
  expect(recommended.optimal).toBe(gain >= 1.25);
  const homogeneous = await advise({ ...QUESTION, computation: fixedTimes(times), data: 'homogeneous' });
  expect(homogeneous.trial.feasible).toBe(true);
  expect(homogeneous.recommended.simulated).toBeLessThan(1000);
});

test('a stepsize that goes astray when the slowest worker reports is not recommended', async () => {
  const times = [...new Array<number>(9).fill(1), 800];
  const { candidates } = await advise({ ...QUESTION, computation: fixedTimes(times), data: 'heterogeneous', epsilon: 0.05 });
  const rescaled = candidates.find(({ method }) => method === 'rescaled-asgd')!;
  expect(rescaled.factor).toBeLessThan(1024);
});
