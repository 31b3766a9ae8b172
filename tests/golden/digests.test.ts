import { describe, expect, it } from 'vitest';
import { methods, runExperiment } from '../../bindings/index.js';
import type { ExperimentInput } from '../../bindings/index.js';
import { testKernels } from '../quadratics.js';

/** Experiments whose final models must have the same bits on every machine, Node version and day. */
const experiments: Record<string, Omit<ExperimentInput, 'methods'>> = {
  'tridiagonal quadratic with noise': {
    problem: { kind: 'quadratic', dimension: 101 },
    workers: { count: 7, computation: { kind: 'paper', redraw: true } },
    stepsizes: [0.02],
    budget: { updates: 300 },
  },
  'random quadratics': {
    problem: { kind: 'quadratic', form: 'random', dimension: 9, noise: 0.01 },
    workers: { count: 5, computation: { kind: 'paper' } },
    stepsizes: [0.1],
    budget: { time: 500 },
  },
  'random quadratics, outages, a jittery network': {
    problem: { kind: 'quadratic', form: 'random', dimension: 9, noise: 0.01 },
    workers: {
      count: 5,
      computation: { kind: 'outages', base: { kind: 'lognormal' }, every: 30, length: 5 },
      network: { latency: 0.5, bandwidth: 1000, jitter: 0.3 },
    },
    stepsizes: [0.1],
    budget: { time: 200 },
  },
  'equal quadratics, oscillating speeds, latencies': {
    problem: { kind: 'quadratic', form: 'random', homogeneous: true, dimension: 9, noise: 0.01 },
    workers: { count: 5, computation: { kind: 'sinusoidal', base: { kind: 'pareto' }, period: 20 }, network: { latencyUp: [1, 2, 3, 4, 5] } },
    stepsizes: [0.1],
    budget: { time: 200 },
  },
  'linear model on digits by label': {
    problem: { kind: 'mlp', hidden: [], partition: { kind: 'by-label' } },
    workers: { count: 10, computation: { kind: 'linear' } },
    stepsizes: [0.05],
    budget: { updates: 100 },
    evaluate: { updates: 50 },
  },
  'network on digits, Dirichlet': {
    problem: { kind: 'mlp', hidden: [20, 12], partition: { kind: 'dirichlet', alpha: 0.1 }, batch: 5 },
    workers: { count: 10, computation: { kind: 'sqrt' } },
    stepsizes: [0.1],
    budget: { updates: 100 },
    evaluate: { updates: 50 },
  },
};

describe('golden digests', () => {
  it.each(Object.entries(experiments))('%s', async (name, experiment) => {
    const { summary } = await runExperiment({ ...experiment, methods: methods.map(({ name }) => (name === 'loscar-sgd' ? { name, sparsity: 0.5 } : name)) }, { kernels: await testKernels() });
    expect(summary.map(({ status }) => status)).toEqual(summary.map(() => 'finished'));
    const digests = Object.fromEntries(summary.map(({ method, digest }) => [method, digest]));
    await expect(`${JSON.stringify(digests, null, 2)}\n`).toMatchFileSnapshot(`${name.replaceAll(/[ ,]+/g, '-')}.json`);
  });
});
