// A method of your own, compared with built-in ones: Minibatch SGD with backup workers (Chen et al. 2016, arXiv 1604.00981).
// The server updates as soon as all but b gradients are in, stops the stragglers, and begins the next round.
import { defineMethod, runExperiment } from 'straggler';

const backupWorkers = defineMethod({
  name: 'backup-workers',
  parameters: {
    backups: { type: 'integer', minimum: 0, default: 1, description: 'b: gradients that an update does not wait for' },
  },

  // What is wrong with parameters that are each within their ranges; null: nothing.
  check: ({ backups }, workers) => (backups < workers ? null : ['backups', `be less than ${workers}, the number of workers`]),

  // Called at time 0. What it returns is the method's state: plain data and vectors.
  start(server, { stepsize, backups }) {
    for (let i = 0; i < server.workers; i += 1) server.assign(i);
    return { stepsize, wanted: server.workers - backups, arrived: 0, mean: server.vectors.zeros() };
  },

  // Called for every gradient that arrives. The state's types follow from `start`.
  onGradient(state, server, { gradient }) {
    server.vectors.axpy(1 / state.wanted, gradient, state.mean); // mean += g / (n − b)
    state.arrived += 1;
    if (state.arrived < state.wanted) return;
    server.step(state.mean, state.stepsize); // x ← x − γ mean
    server.vectors.clear(state.mean);
    state.arrived = 0;
    for (let i = 0; i < server.workers; i += 1) {
      server.stop(i); // does nothing where the worker has reported
      server.assign(i);
    }
  },

  dispose: (state) => state.mean.release(),
});

const { best } = await runExperiment(
  {
    problem: { kind: 'quadratic', form: 'random', dimension: 50, spread: 0.3, noise: 0.1 },
    // Anyone may be the straggler of a round: each gradient's time is drawn anew, with a heavy tail. With workers that are slow
    // for good (leave `redraw` out) the method would never hear of their data.
    workers: { count: 20, computation: { kind: 'pareto', shape: 1.5, redraw: true } },
    methods: [
      { name: 'backup-workers', backups: 0 }, // waits for everybody: Minibatch SGD
      { name: 'backup-workers', backups: 2 },
      { name: 'backup-workers', backups: 4 },
      'asgd',
      'ringleader-asgd',
    ],
    stepsizes: [0.003, 0.01, 0.03, 0.1, 0.2, 0.4],
    seeds: [1, 2, 3],
    budget: { time: 500 },
    target: { gradientNormSquared: 3e-3 },
    evaluate: { every: 2 },
  },
  { methods: [backupWorkers] },
);

console.log('Who is at ‖∇f‖² ≤ 3e-3 first?\n\nmethod                      stepsize  time to target  updates  discarded  utilization');
for (const { method, stepsize, timeToTarget, updates, gradientsDiscarded, utilization } of best) {
  console.log(
    method.padEnd(26),
    String(stepsize).padStart(9),
    (timeToTarget === null ? 'not reached' : `${timeToTarget} s`).padStart(15),
    String(updates).padStart(8),
    String(gradientsDiscarded).padStart(10),
    `${(100 * utilization).toFixed(0)} %`.padStart(12),
  );
}
