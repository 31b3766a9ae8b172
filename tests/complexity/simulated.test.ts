import { beforeAll, expect, it } from 'vitest';
import { loadKernels, runExperiment, universalTime } from '../../bindings/index.js';
import type { DataSetting, Kernels } from '../../bindings/index.js';
import { generator } from './reference.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

/** The time of update K of the method whose rounds are those of the universal model: t_K. */
async function simulatedTime(powers: [number, number][][], cycle: number | undefined, data: DataSetting, updates: number, target: number): Promise<number> {
  const method =
    data === 'homogeneous'
      ? { name: 'rennala-sgd', batch: target, stops: true }
      : { name: 'malenia-sgd', batchTarget: target * powers.length };
  const { summary } = await runExperiment(
    {
      problem: { kind: 'quadratic', dimension: 2, noise: 0 },
      workers: { computation: { kind: 'universal', powers, ...(cycle === undefined ? {} : { cycle }) } },
      methods: [method],
      stepsizes: [0.1],
      budget: { updates },
    },
    { kernels },
  );
  return summary[0]!.updates === updates ? summary[0]!.time : Infinity;
}

it.each(['homogeneous', 'heterogeneous'] as const)('the bound is when the optimal method makes update K (%s data)', async (data) => {
  const next = generator(91);
  for (let round = 0; round < 25; round += 1) {
    const n = 1 + Math.floor(5 * next());
    const powers = Array.from({ length: n }, () =>
      Array.from({ length: 3 }, (_, k): [number, number] => [4 * k + (k === 0 ? 0 : 3 * next()), k === 1 && next() < 0.4 ? 0 : 0.1 + 2 * next()]),
    );
    const cycle = next() < 0.5 ? 13 : undefined;
    const [rounds, target] = [1 + Math.floor(30 * next()), 1 + Math.floor(8 * next())];
    const noise = data === 'homogeneous' ? target : target * n;
    const { time } = universalTime({ powers, cycle, smoothness: 1, delta: rounds, variance: noise, epsilon: 1 }, data);
    expect((await simulatedTime(powers, cycle, data, rounds, target)) / time).toBeCloseTo(1, 9);
  }
});

it('also after 50,000 rounds whose gradients end with a window', async () => {
  const powers: [number, number][][] = [[[0, 10], [0.1, 0]], [[0, 0], [0.3, 10], [0.4, 0]]];
  const { time } = universalTime({ powers, cycle: 0.7, smoothness: 1, delta: 50_000, variance: 2, epsilon: 1 }, 'homogeneous');
  expect((await simulatedTime(powers, 0.7, 'homogeneous', 50_000, 2)) / time).toBeCloseTo(1, 9);
});
