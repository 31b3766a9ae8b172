import { expect, test } from 'vitest';
import { simulate, timeStretch, updatesWithin } from '../../bench/simulation/contestant.js';
import type { SimulationContestant } from '../../bench/simulation/contestant.js';
import { engineSetting, quadraticSetting } from '../../bench/simulation/settings.js';
import { loadKernels } from '../../bindings/index.js';

const kernels = await loadKernels();

test('a stretch makes as many updates as it is asked for and goes on from there', async () => {
  const own = await simulate(quadraticSetting(kernels, { workers: 4, dimension: 5, noise: 0 }), 'asgd');
  expect(await own.advance(10)).toMatchObject({ updates: 10, gradients: 10, events: 10 });
  expect(await own.advance(7)).toMatchObject({ updates: 7 });
  expect(own.simulation.updates).toBe(17);
  await own.dispose();
});

test('gradients and events are counted apart from updates', async () => {
  const ringleader = await simulate(engineSetting(kernels, 4), 'ringleader-asgd');
  const { updates, gradients } = await ringleader.advance(40);
  expect(updates).toBe(40);
  expect(gradients).toBeGreaterThan(40);
  await ringleader.dispose();
  const slow = await simulate(engineSetting(kernels, 4, 1), 'asgd');
  const stretch = await slow.advance(100);
  expect(stretch.events).toBeGreaterThan(2.9 * stretch.updates - 12); // up, down, gradient
  await slow.dispose();
});

test('threads need memory that they can share', async () => {
  await expect(simulate(quadraticSetting(kernels, { workers: 4, dimension: 5000, noise: 1 }), 'asgd', 2)).rejects.toThrow("'threads' must be 1 here");
});

/** A simulation that takes a second per update, and has the processor for a share of it. */
function timed(share: () => number): SimulationContestant {
  return { name: 'timed', threads: 1, advance: (updates) => ({ seconds: updates, processor: share() * updates, updates, gradients: updates, events: updates }) };
}

test('the updates of a stretch fit the time and are whole rounds', async () => {
  expect(await updatesWithin(timed(() => 1), 100)).toBe(100);
  expect(await updatesWithin(timed(() => 1), 100, 30)).toBe(90);
});

test('a stretch that was disturbed is repeated, not for ever', async () => {
  let calls = 0;
  await timeStretch(timed(() => (++calls < 3 ? 0.5 : 1)), 1);
  expect(calls).toBe(3);
  calls = 0;
  await timeStretch(timed(() => (++calls, 0.5)), 1);
  expect(calls).toBe(8);
});
