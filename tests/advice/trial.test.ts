import { beforeAll, describe, expect, test } from 'vitest';
import { tryMethod } from '../../bindings/advice/trial.js';
import type { TrialSetting } from '../../bindings/advice/trial.js';
import { fixedTimes, loadKernels, methods } from '../../bindings/index.js';
import type { Kernels } from '../../bindings/index.js';

let kernels: Kernels;
beforeAll(async () => void (kernels = await loadKernels()));

const minibatch = methods.find(({ name }) => name === 'minibatch-sgd')!;
const candidateAt = (stepsize: number) => ({ method: minibatch, parameters: { gradientsPerWorker: 1 }, stepsize });

function settingOf(times: readonly number[], rest: Partial<TrialSetting['quantities']> = {}): TrialSetting {
  return {
    kernels,
    quantities: { workers: times.length, smoothness: 1, maxSmoothness: 1, delta: 1, variance: 0, epsilon: 0.01, heterogeneity: 0, ...rest },
    computation: fixedTimes([...times]),
    seeds: [1, 2, 3, 4, 5],
    every: 1,
    mostGradients: 20_000,
    settle: 0,
    pause: () => Promise.resolve(),
  };
}

describe('one worker without noise: gradient descent', () => {
  // Eigenvalues from 0.027 to 1: γ near 2/(L + μ) contracts fastest, beyond 2/L it diverges.
  test.each([1, 1 / 16, 1 / 7, 1 / 4096, 300])('finds a stepsize between 1 and 2, from %f on', async (start) => {
    const { stepsize, time, times } = await tryMethod(settingOf([1]), candidateAt(start), Infinity);
    expect(stepsize).toBeGreaterThan(0.9);
    expect(stepsize).toBeLessThan(2);
    expect(time).toBeGreaterThan(1);
    expect(time).toBeLessThan(100);
    expect(times).toEqual([time, time, time, time, time]);
  });

  test('the time is when the average over the later half is at the target', async () => {
    const { time } = await tryMethod(settingOf([3]), candidateAt(1 / 16), Infinity);
    const once = await tryMethod({ ...settingOf([1]), every: 1 / 3 }, candidateAt(1 / 16), Infinity);
    expect(time).toBeCloseTo(3 * once.time, 9);
  });
});

test('is deterministic', async () => {
  const once = () => tryMethod(settingOf([1, 2, 5], { variance: 0.3, heterogeneity: 1 }), candidateAt(1 / 8), Infinity);
  expect(await once()).toEqual(await once());
});

test('four of five seeds count: the time is the fourth', async () => {
  const { times, time } = await tryMethod(settingOf([1, 1, 1, 1], { variance: 0.5 }), candidateAt(1 / 16), Infinity);
  expect(time).toBe([...times].sort((a, b) => a - b)[3]);
  expect(new Set(times).size).toBeGreaterThan(1);
});

test('limits: nothing is found in too short a time, or with too few gradients', async () => {
  const { time } = await tryMethod(settingOf([1]), candidateAt(1 / 16), Infinity);
  expect((await tryMethod(settingOf([1]), candidateAt(1 / 16), time)).time).toBe(time);
  expect((await tryMethod(settingOf([1]), candidateAt(1 / 16), time / 2)).time).toBe(Infinity);
  expect((await tryMethod({ ...settingOf([1]), mostGradients: Math.floor(time / 2) }, candidateAt(1 / 16), Infinity)).time).toBe(Infinity);
});

test('a stepsize of 0 is not tried', async () => {
  let runs = 0;
  const pause = () => Promise.resolve(void (runs += 1));
  expect(await tryMethod({ ...settingOf([1]), pause }, candidateAt(0), Infinity)).toMatchObject({ time: Infinity });
  expect(runs).toBe(0);
});

test('pausing may end it', async () => {
  const pause = () => Promise.reject(new Error('enough'));
  await expect(tryMethod({ ...settingOf([1]), pause }, candidateAt(1), Infinity)).rejects.toThrow('enough');
});
