import { defineMethod, workersWhere } from './method.js';
import { localStepsOf, localStepsProblem, localStepsTable } from './parameters.js';

/**
 * Local SGD (FedAvg): workers take steps on models of their own, which the server averages.
 *
 * @remarks Source: Stich 2019, arXiv 1805.09767; McMahan et al. 2017, arXiv 1602.05629.
 */
export const localSgd = defineMethod({
  name: 'local-sgd',
  title: 'Local SGD',
  source: { authors: 'Stich', year: 2019, title: 'Local SGD converges fast and communicates little', arxiv: '1805.09767' },
  summary: 'Every worker takes several local steps, uploads its model and waits; the server averages all models.',
  pseudocode: [
    'worker i, in every round, from its model w:',
    '  takes N_i local steps w = w − η g_i(w), uploads w and waits',
    'server:',
    '  when the models of all n workers are in: sends everybody their mean',
    'worker i, on arrival of the mean: w = mean',
  ],
  guarantee: 'Equal f_i: converges, with fewer messages than Minibatch SGD. Different f_i: with equal N_i a neighbourhood of a stationary point that shrinks with η N; with a window a lean towards the f_i of fast workers.',
  memory: 'server: a sum; each worker: its model',
  traffic: 'd numbers up and d down per worker and round',
  parameters: localStepsTable,
  check: localStepsProblem,
  local: true,

  // Symbols: N_i = localSteps, η = stepsize, w = worker.model.
  worker: {
    start: ({ expectedTime }, parameters) => ({ stepsize: parameters.stepsize, localSteps: localStepsOf(parameters, expectedTime), steps: 0 }),
    onGradient(state, worker, gradient) {
      worker.step(gradient, state.stepsize); // w = w − η g_i(w)
      state.steps += 1;
      if (state.steps < state.localSteps) {
        worker.compute();
        return;
      }
      worker.send(worker.model); // uploads w and waits
      state.steps = 0;
    },
    onMessage(_state, worker, mean) {
      worker.adopt(mean); // w = mean
      worker.completeRound();
      worker.compute();
    },
  },

  start(server) {
    for (let i = 0; i < server.workers; i += 1) server.assign(i); // everybody begins at x⁰
    return { mean: server.vectors.zeros(), heard: new Array<boolean>(server.workers).fill(false), missing: server.workers };
  },

  onMessage(state, server, { worker, values }) {
    server.vectors.axpy(1 / server.workers, values, state.mean);
    state.heard[worker] = true;
    state.missing -= 1;
    if (state.missing > 0) return;
    for (let i = 0; i < server.workers; i += 1) server.send(i, state.mean); // sends everybody their mean
    state.mean.release();
    state.mean = server.vectors.zeros();
    state.heard.fill(false);
    state.missing = server.workers;
  },

  waitingFor: (state, server) => ({ need: 'all', workers: workersWhere(server, (i) => state.heard[i] !== true) }),
  dispose: (state) => state.mean.release(),
});
