import type { ExperimentInput } from './schema.js';

/**
 * The built-in example: six methods on the built-in digits. Labels and speeds go together (worker 0 is the fastest and holds
 * the lowest labels): the setting in which favouring fast workers costs most.
 */
export const exampleExperiment: ExperimentInput = {
  name: 'example',
  seed: 1,
  problem: { kind: 'mlp', hidden: [32], data: 'digits', partition: { kind: 'by-label' }, batch: 32 },
  workers: { count: 20, computation: { kind: 'paper' } },
  methods: [
    // The synchronous ones make few updates with little noise, and take larger steps.
    { name: 'minibatch-sgd', stepsize: [0.1, 0.3, 1] },
    'asgd',
    'rescaled-asgd',
    'ia2-sgd',
    { name: 'malenia-sgd', stepsize: [0.1, 0.3, 1] },
    'ringleader-asgd',
  ],
  stepsizes: [0.003, 0.01, 0.03, 0.1],
  budget: { time: 2000 },
  target: { objective: 0.5 },
  evaluate: { every: 50 },
};
