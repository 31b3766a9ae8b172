import { expect, it } from 'vitest';
import { applyFlags, experimentFlags, hasExperimentFlags } from '../../cli/flags.js';

const apply = (options: Record<string, string>, experiment: object = {}): unknown => applyFlags(experiment, options);

it.each([
  ['workers.network.latency', '1,2,3,4,5', { workers: { network: { latency: [1, 2, 3, 4, 5] } } }],
  ['workers.network.latency', '1', { workers: { network: { latency: 1 } } }],
  ['workers.network.bandwidthUp', '10, 20', { workers: { network: { bandwidthUp: [10, 20] } } }],
  ['workers.network', '1,2', { workers: { network: { latency: [1, 2] } } }],
  ['workers.network', '{latency: 1, jitter: 0.1}', { workers: { network: { latency: 1, jitter: 0.1 } } }],
  ['workers.computation.devices', 'a100,v100', { workers: { computation: { devices: ['a100', 'v100'] } } }],
  ['workers.computation.devices', 'a100', { workers: { computation: { devices: ['a100'] } } }],
  ['workers.computation.devices', '{a100: 2, v100: 1}', { workers: { computation: { devices: { a100: 2, v100: 1 } } } }],
  ['workers.computation.powers', '[[0, 1], [2, 3]],[[0, 4]]', { workers: { computation: { powers: [[[0, 1], [2, 3]], [[0, 4]]] } } }],
  ['methods', 'asgd,fedbuff', { methods: ['asgd', 'fedbuff'] }],
  ['methods', '[asgd, fedbuff]', { methods: ['asgd', 'fedbuff'] }],
  ['methods', 'asgd,{name: x, sparsity: 0.1}', { methods: ['asgd', { name: 'x', sparsity: 0.1 }] }],
  ['methods', '{name: x, sparsity: 0.1},asgd', { methods: [{ name: 'x', sparsity: 0.1 }, 'asgd'] }],
  ['methods', '{name: x, stepsize: [1, 2]}', { methods: [{ name: 'x', stepsize: [1, 2] }] }],
  ['stepsizes', '0.1', { stepsizes: 0.1 }],
  ['seeds', '1,2', { seeds: [1, 2] }],
  ['name', 'a, b', { name: 'a, b' }],
  ['budget', '3', { budget: { time: 3 } }],
])('--%s %s', (name, text, expected) => {
  expect(apply({ [name]: text })).toEqual(expected);
});

it('refuses what is not YAML, and names the flag', () => {
  expect(() => apply({ methods: 'asgd,{name: x' })).toThrow("--methods: 'methods' must be a YAML value (");
});

it('a section given by its first key takes the place of its rival', () => {
  expect(apply({ evaluate: '2' }, { evaluate: { updates: 5 } })).toEqual({ evaluate: { every: 2 } });
});

it('every section that a word can stand for has the key that it sets', () => {
  const names = new Set(experimentFlags().map(({ path }) => path.join('.')));
  const keys = ['problem.kind', 'problem.partition.kind', 'workers.count', 'workers.computation.kind', 'workers.computation.base.kind', 'workers.network.latency'];
  for (const name of [...keys, 'budget.time', 'target.objective', 'evaluate.every']) expect(names).toContain(name);
});

it('tells keys of an experiment from other options', () => {
  expect(hasExperimentFlags({ out: 'x', json: true, dryRun: true })).toBe(false);
  expect(hasExperimentFlags({ out: 'x', 'budget.time': '3' })).toBe(true);
});

it('adds a key to a section that the file writes as its kind alone', () => {
  const file = { workers: { computation: 'pareto' } };
  expect(apply({ 'workers.computation.shape': '2' }, file)).toEqual({ workers: { computation: { kind: 'pareto', shape: 2 } } });
  expect(file).toEqual({ workers: { computation: 'pareto' } });
});
