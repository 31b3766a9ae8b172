import { methods } from '../../bindings/index.js';
import type { ExperimentInput } from '../../bindings/index.js';

/** Every method; LOSCAR-SGD so that its messages are sparse. */
const everyMethod = methods.map(({ name }) => (name === 'loscar-sgd' ? { name, sparsity: 0.5 } : name));

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

export const goldenExperiments = Object.entries(experiments).map(([name, experiment]): [string, ExperimentInput] => [name, { ...experiment, methods: everyMethod }]);

/** The file that has the digests, beside this one. */
export const goldenFile = (name: string): string => `${name.replaceAll(/[ ,]+/g, '-')}.json`;
