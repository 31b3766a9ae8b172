import { beforeAll, expect, it } from 'vitest';
import { confirmAdvice } from '../../bench/advice/confirm.js';
import type { FleetOfWorkers } from '../../bench/advice/confirm.js';
import { loadKernels } from '../../bindings/index.js';
import type { ExperimentInput, Kernels } from '../../bindings/index.js';

// The short form of `npm run bench:advice`.
let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const different: ExperimentInput['problem'] = { kind: 'quadratic', form: 'random', dimension: 20, spread: 3, noise: 0.5 };
const stepsizes = Array.from({ length: 8 }, (_, k) => 2 * 4 ** -k);
const seeds = [1, 2, 3];
const equal: FleetOfWorkers = { name: 'equal', workers: { count: 10, computation: { kind: 'equal' } } };
const straggler: FleetOfWorkers = { name: 'straggler', workers: { count: 10, computation: { kind: 'two-speed', slow: 30, slowFraction: 0.1 } } };
const phones: FleetOfWorkers = { name: 'phones', workers: { count: 30, computation: { kind: 'pareto', shape: 1.2 } } };

it.each([
  [equal, 600, false],
  [straggler, 3000, true],
  [phones, 2000, true],
] as const)('full simulations confirm the advice for $name', async (fleet, budget, change) => {
  const { advice, results } = await confirmAdvice(kernels, fleet, { problem: different, epsilon: 0.05, budget, seeds, stepsizes });
  expect(advice.worthwhile).toBe(change);
  const time = (method: string): number => results.find((result) => result.method === method)!.timeToTarget ?? Infinity;
  // As fast as any, within what a coarse grid of stepsizes and three seeds can tell.
  expect(time(advice.recommended.method)).toBeLessThan(1.6 * results[0]!.timeToTarget!);
  if (change) expect(time('minibatch-sgd')).toBeGreaterThan(3 * time(advice.recommended.method));
  else expect(advice.recommended.method).toBe('minibatch-sgd');
}, 60_000);
