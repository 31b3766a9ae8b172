import type { ExperimentInput } from './schema.js';

/**
 * The built-in example: six methods on the built-in digits. Labels and speeds go together (worker 0 is the fastest and holds
 * the lowest labels), so that a method that favours fast workers shows it.
 */
export const exampleExperiment: ExperimentInput = {
  name: 'example',
  seed: 1,
  problem: { kind: 'mlp', hidden: [], data: 'digits', partition: { kind: 'by-label' }, batch: 32 },
  workers: { count: 20, computation: { kind: 'paper' } },
  methods: ['minibatch-sgd', 'asgd', 'rescaled-asgd', 'ia2-sgd', 'malenia-sgd', 'ringleader-asgd'],
  stepsizes: [0.01, 0.03, 0.1, 0.3],
  budget: { time: 3000 },
  target: { objective: 0.5 },
};
