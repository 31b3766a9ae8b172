import { defineMethod, workersWhere } from './method.js';

/**
 * Synchronous ("naive") Minibatch SGD: everybody computes at x^k, the server waits for the slowest.
 *
 * @remarks Source: as "Naive Minibatch SGD" in Tyurin, Richtárik 2023, arXiv 2305.12387.
 */
export const minibatchSgd = defineMethod({
  name: 'minibatch-sgd',
  title: 'Minibatch SGD',
  source: {
    authors: 'Tyurin, Richtárik',
    year: 2023,
    title: 'Optimal time complexities of parallel stochastic optimization methods under a fixed computation model',
    arxiv: '2305.12387',
  },
  summary: 'All workers compute at the same model and the server waits for the slowest.',
  pseudocode: [
    'all workers start at x⁰',
    'on arrival of g from worker i:',
    '  s += g; if worker i owes more gradients at x^k: it continues at x^k',
    '  when every worker has sent its m gradients:',
    '    x^{k+1} = x^k − γ (1/(n m)) s;  s = 0',
    '    all workers receive x^{k+1}',
  ],
  guarantee: 'Time (L_f Δ/ε)(τ_n + τ_n σ²/(nε)): pays for the slowest worker in both terms.',
  memory: 'the model and one sum',
  traffic: 'd numbers up per gradient, d down per worker and update',
  parameters: {
    gradientsPerWorker: {
      type: 'integer',
      minimum: 1,
      default: 1,
      description: 'm: stochastic gradients that every worker computes per update',
    },
  },

  // Symbols: m = gradientsPerWorker, s = mean (already divided by n m).
  start(server, { stepsize, gradientsPerWorker }) {
    for (let i = 0; i < server.workers; i += 1) server.assign(i); // all workers start at x⁰
    return {
      stepsize,
      gradientsPerWorker,
      owed: new Array<number>(server.workers).fill(gradientsPerWorker),
      missing: server.workers * gradientsPerWorker,
      mean: server.vectors.zeros(),
    };
  },

  onGradient(state, server, { worker, gradient }) {
    const { mean, gradientsPerWorker, owed } = state;
    server.vectors.axpy(1 / (server.workers * gradientsPerWorker), gradient, mean); // s += g
    owed[worker] = owed[worker]! - 1;
    state.missing -= 1;
    if (owed[worker] > 0) server.resume(worker); // it continues at x^k
    if (state.missing > 0) return;
    server.step(mean, state.stepsize); // x^{k+1} = x^k − γ (1/(n m)) s
    server.vectors.clear(mean); // s = 0
    owed.fill(gradientsPerWorker);
    state.missing = server.workers * gradientsPerWorker;
    for (let i = 0; i < server.workers; i += 1) server.assign(i); // all workers receive x^{k+1}
  },

  waitingFor: (state, server) => ({ need: 'all', workers: workersWhere(server, (i) => state.owed[i]! > 0) }),
  dispose: (state) => state.mean.release(),
});
