import { describe, expect, it } from 'vitest';
import type { Checkpoint, RunOutcome } from '../../bindings/index.js';
import { resolveExperiment } from '../../bindings/index.js';
import type { Unit } from '../../bindings/experiment/planner.js';
import { lanesPay, planUnits, shareThreads, UnitQueue } from '../../bindings/experiment/planner.js';
import { listEntryRuns } from '../../bindings/experiment/run-list.js';
import { base } from './shared.js';

// 2 methods × 4 stepsizes × 2 seeds: run index = 8 · entry + 2 · stepsize + seed.
const experiment = await resolveExperiment({ ...base, seeds: [1, 2], methods: ['asgd', 'ia2-sgd'], stepsizes: [1, 2, 3, 4] });
const runs = listEntryRuns(experiment);
const plan = { lanes: true, threads: 1, checkpoints: [] };
const indices = (units: readonly Unit[]): (readonly number[])[] => units.map((unit) => unit.runs);
const checkpoint = (...of: number[]): Checkpoint => ({ runs: of, state: null });

describe('units of work', () => {
  it('are the runs one by one where computing them together does not pay', () => {
    expect(indices(planUnits(runs, { ...plan, lanes: false, threads: 4 }))).toEqual(runs.map(({ index }) => [index]));
  });

  it('are the stepsizes of a method entry and seed where it does', () => {
    const units = planUnits(runs, plan);
    expect(indices(units)).toEqual([[0, 2, 4, 6], [1, 3, 5, 7], [8, 10, 12, 14], [9, 11, 13, 15]]);
    expect(units.map(({ entry, seed }) => [entry, seed])).toEqual([[0, 1], [0, 2], [1, 1], [1, 2]]);
  });

  it('are of the runs that are to be done', () => {
    expect(indices(planUnits(runs.filter(({ index }) => [4, 6, 11].includes(index)), plan))).toEqual([[4, 6], [11]]);
    expect(planUnits([], { ...plan, threads: 2 })).toEqual([]);
  });

  it('are halved until there are two per thread, the largest first', () => {
    expect(indices(planUnits(runs, { ...plan, threads: 2 }))).toEqual(indices(planUnits(runs, plan)));
    expect(indices(planUnits(runs, { ...plan, threads: 3 }))).toEqual([[0, 2], [1, 3], [4, 6], [5, 7], [8, 10, 12, 14], [9, 11, 13, 15]]);
    expect(planUnits(runs, { ...plan, threads: 7 })).toHaveLength(14);
    expect(planUnits(runs, { ...plan, threads: 100 })).toHaveLength(16);
  });

  it('go on from a checkpoint with its runs, as far as they are to be done', () => {
    const units = planUnits(runs.filter(({ index }) => index !== 2), { ...plan, checkpoints: [checkpoint(2, 4, 6), checkpoint(2)] });
    expect(indices(units)).toEqual([[0], [1, 3, 5, 7], [4, 6], [8, 10, 12, 14], [9, 11, 13, 15]]);
    expect(units.map((unit) => unit.checkpoint?.runs)).toEqual([undefined, undefined, [2, 4, 6], undefined, undefined]);
    // Its runs cannot be divided.
    expect(indices(planUnits(runs.slice(0, 8), { ...plan, threads: 8, checkpoints: [checkpoint(0, 2, 4, 6)] }))).toEqual([[0, 2, 4, 6], [1], [3], [5], [7]]);
  });

  it('do without a checkpoint of runs that do not belong together or are not there', () => {
    for (const odd of [checkpoint(0, 1), checkpoint(0, 8), checkpoint(99), checkpoint()]) expect(planUnits(runs, { ...plan, checkpoints: [odd] })).toEqual(planUnits(runs, plan));
  });
});

describe('the queue', () => {
  const units = planUnits(runs, plan); // entries 0, 0, 1, 1
  const finished = (queue: UnitQueue, entry: number, wallSeconds: number): void => queue.finished(entry, { summary: { wallSeconds } } as RunOutcome);
  const take = (queue: UnitQueue, count: number): (number | undefined)[] => Array.from({ length: count }, () => queue.next()?.runs[0]);

  it('of one thread keeps the order', () => {
    const queue = new UnitQueue(units, false);
    finished(queue, 1, 100);
    expect(take(queue, 5)).toEqual([0, 1, 8, 9, undefined]);
  });

  it('begins with a unit of every method entry', () => {
    expect(take(new UnitQueue(units, true), 5)).toEqual([0, 8, 1, 9, undefined]);
  });

  it('goes on with the longest, by the mean of the runs that are over', () => {
    const queue = new UnitQueue(units, true);
    take(queue, 2);
    finished(queue, 0, 1);
    finished(queue, 0, 3);
    finished(queue, 1, 2.5);
    expect(take(queue, 2)).toEqual([9, 1]);
  });

  it('counts the runs of a unit, and takes what is not known for the longest', () => {
    const [long, short] = [{ runs: [0, 2, 4], entry: 0, seed: 1 }, { runs: [8], entry: 1, seed: 1 }];
    const queue = new UnitQueue([short, long, { ...short, runs: [10] }], true);
    finished(queue, 0, 1);
    finished(queue, 1, 2);
    expect(take(queue, 1)).toEqual([0]);
    const other = new UnitQueue([long, short, { ...short, runs: [10] }], true);
    finished(other, 0, 1000);
    expect(take(other, 3)).toEqual([8, 10, 0]);
  });

  it('runs one by one what cannot be computed together, and what waits of its method entry', () => {
    const queue = new UnitQueue(units, false);
    expect(queue.next()).toBe(units[0]);
    queue.separate(0, 1, [2, 4, 6]);
    expect(queue.seeds).toEqual([2, 1]);
    expect(take(queue, 9)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('threads without a unit', () => {
  it('are shared out evenly', () => {
    expect(shareThreads(0, 2)).toEqual([0, 0]);
    expect(shareThreads(5, 2)).toEqual([3, 2]);
    expect(shareThreads(7, 1)).toEqual([7]);
    expect(shareThreads(3, 0)).toEqual([]);
  });
});

it('stepsizes are computed together on quadratics with noise, with reproducible kernels and without a limit of real time', () => {
  const changed = (change: object): boolean => lanesPay({ ...experiment, ...change });
  expect(changed({})).toBe(true);
  expect(changed({ kernels: 'fma' })).toBe(false);
  expect(changed({ budget: { time: 1, wallSeconds: 1 } })).toBe(false);
  expect(changed({ problem: { kind: 'quadratic', form: 'tridiagonal', dimension: 3, noise: 0 } })).toBe(false);
  expect(changed({ problem: { kind: 'own' } })).toBe(false);
});
