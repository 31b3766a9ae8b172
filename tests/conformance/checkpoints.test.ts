import { describe, expect, it } from 'vitest';
import { loadKernels, methods } from '../../bindings/index.js';
import type { AnyMethod, SimulationLane } from '../../bindings/index.js';
import type { Lane } from '../../bindings/simulation/lane.js';
import { StudyRun } from '../simulation/study.js';
import type { Study } from '../simulation/study.js';

/** The last one diverges. */
const STEPSIZES = [0.02, 0.1, 1e4];
const places = [false, true].flatMap((latency) => [false, true].map((lost) => ({ latency, lost })));

/** Parameters under which a method holds more than it does by default. */
const RICHER: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'loscar-sgd': { sparsity: 0.5, localSteps: 2, balance: true },
  fedbuff: { localSteps: 3, bufferSize: 2 },
  'ringmaster-asgd': { threshold: 3 },
  'malenia-sgd': { batchTarget: 12 },
};

/** Saves a study after so many events, goes on in new kernels, and compares with one that was not interrupted. */
async function saveAndGoOn(study: Study, events: number): Promise<void> {
  const first = new StudyRun(await loadKernels(), study);
  for (let done = 0; done < events && first.run.running; done += 1) first.run.advance(1);
  const left = first.leave();
  const told = { evaluations: first.evaluations.map((list) => list.length), updates: first.updates.map((list) => list.length), intervals: first.intervals.length };
  first.finish();
  const second = new StudyRun(await loadKernels(), study, left).finish();
  const rest = first.outcomes().map(({ evaluations, updates, ...outcome }, j) => ({
    ...outcome, evaluations: evaluations.slice(told.evaluations[j]), updates: updates.slice(told.updates[j]),
  }));
  expect(second.outcomes()).toEqual(rest);
  expect(second.intervals).toEqual(first.intervals.slice(told.intervals));
  second.dispose();
  if (study.network !== true) expect(second.kernels.pool.usage()).toEqual({}); // every place was one holder
}

describe.each(methods.map((method): [string, AnyMethod] => [method.name, method]))('%s, saved', (name, method) => {
  it.each(places)('goes on as if nothing had happened, $latency, $lost', async ({ latency, lost }) => {
    const study = { method, latency, lost, parameters: RICHER[name] ?? {} };
    for (const events of [0, 1, 7, 40, 100]) await saveAndGoOn({ ...study, stepsizes: STEPSIZES }, events);
    for (const events of [0, 3, 25]) await saveAndGoOn({ ...study, stepsizes: [0.05], evaluate: { updates: 4 } }, events);
  });

  it.each([false, true])('goes on where gradients have a compact form, latency %s', async (latency) => {
    const study = { method, latency, lost: false, stepsizes: [0.05], parameters: RICHER[name] ?? {}, network: true, budget: { time: 20 } };
    for (const events of [0, 3, 25]) await saveAndGoOn(study, events);
  });

  it('takes no more memory for being saved, nor after restoring, where gradients have a compact form', async () => {
    const study = { method, latency: false, lost: false, stepsizes: [0.05], parameters: RICHER[name] ?? {}, network: true, budget: { time: 20 } };
    const first = new StudyRun(await loadKernels(), study);
    for (let done = 0; done < 25; done += 1) first.run.advance(1);
    const { pool } = first.kernels;
    const before = pool.usedBytes;
    const left = first.leave();
    expect(pool.usedBytes).toBeLessThan(before + 4 * first.problem.dimension); // at most the last gradients, in compact form
    const second = new StudyRun(await loadKernels(), study, left);
    expect(second.kernels.pool.usedBytes).toBeLessThanOrEqual(pool.usedBytes);
  });

  it('has the same holders after restoring', async () => {
    for (const latency of [false, true]) {
      const study = { method, latency, lost: false, stepsizes: [0.02, 0.1], parameters: RICHER[name] ?? {} };
      const first = new StudyRun(await loadKernels(), study);
      for (let done = 0; done < 33; done += 1) first.run.advance(1);
      const second = new StudyRun(await loadKernels(), study, first.leave());
      const holders = (run: StudyRun): unknown => JSON.stringify(run.simulation.lanes.map((lane) => (lane as SimulationLane & Pick<Lane, 'save'>).save()), (_, value: unknown) => (isVector(value) ? value.holders : value));
      expect(holders(second)).toBe(holders(first));
      expect(second.leave()).toEqual(first.leave());
    }
  });
});

function isVector(value: unknown): value is { holders: number } {
  return typeof value === 'object' && value !== null && 'holders' in value;
}
