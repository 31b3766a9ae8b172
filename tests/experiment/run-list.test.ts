import { describe, expect, it } from 'vitest';
import { defineMethod, listRuns, resolveExperiment, runResolved, shardRuns } from '../../bindings/index.js';
import { base } from './shared.js';

const methods = ['asgd', { name: 'ia2-sgd', stepsize: 0.1 }, { name: 'asgd', stepsize: [1, 2] }];
const experiment = await resolveExperiment({ ...base, seeds: [7, 3], methods });

describe('listRuns', () => {
  it('lists methods, then stepsizes, then seeds', () => {
    const runs = listRuns(experiment);
    expect(runs.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(runs.map(({ method, stepsize, seed }) => [method, stepsize, seed])).toEqual([
      ['asgd', 0.02, 7], ['asgd', 0.02, 3], ['asgd', 0.05, 7], ['asgd', 0.05, 3], ['ia2-sgd', 0.1, 7], ['ia2-sgd', 0.1, 3],
      ['asgd #2', 1, 7], ['asgd #2', 1, 3], ['asgd #2', 2, 7], ['asgd #2', 2, 3],
    ]);
    expect(Object.keys(runs[0]!)).toEqual(['index', 'method', 'stepsize', 'seed']);
  });

  it('is the order of the records', async () => {
    const { summary } = await runResolved(experiment);
    expect(summary.map(({ method, stepsize, seed }) => ({ method, stepsize, seed }))).toEqual(listRuns(experiment).map(({ index, ...key }) => key));
  });

  it('knows methods of the user’s own when they are given', async () => {
    const own = defineMethod({ name: 'own', start: () => null, onGradient: () => undefined });
    const resolved = await resolveExperiment({ ...base, methods: ['own'] }, undefined, { methods: [own] });
    expect(listRuns(resolved, [own])).toHaveLength(2);
    expect(() => listRuns(resolved)).toThrow("experiment: 'methods[0].name' must be a known method, got 'own'");
  });
});

describe('shardRuns', () => {
  it.each([1, 2, 3, 7, 12])('deals the runs out to %i shards, each run to one', (shards) => {
    const all = Array.from({ length: shards }, (_, i) => shardRuns(experiment, i + 1, shards));
    expect(all.flat().sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    all.forEach((indices, i) => {
      for (const index of indices) expect(index % shards).toBe(i);
    });
  });

  it.each([
    [0, 2, "shardRuns: 'shard' must be a whole number from 1 to 2, got 0"],
    [3, 2, "shardRuns: 'shard' must be a whole number from 1 to 2, got 3"],
    [1.5, 2, "shardRuns: 'shard' must be a whole number from 1 to 2, got 1.5"],
    [1, 0, "shardRuns: 'shards' must be a whole number of at least 1, got 0"],
    [1, NaN, "shardRuns: 'shards' must be a whole number of at least 1, got NaN"],
  ])('refuses shard %d of %d', (shard, shards, message) => {
    expect(() => shardRuns(experiment, shard, shards)).toThrow(message);
  });
});
