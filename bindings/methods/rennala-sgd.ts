import { defineMethod } from './method.js';

/**
 * Rennala SGD: batches of gradients at the current model from whoever is fast.
 *
 * @remarks Source: Tyurin, Richtárik 2023, arXiv 2305.12387, Rennala SGD.
 */
export const rennalaSgd = defineMethod({
  name: 'rennala-sgd',
  title: 'Rennala SGD',
  source: {
    authors: 'Tyurin, Richtárik',
    year: 2023,
    title: 'Optimal time complexities of parallel stochastic optimization methods under a fixed computation model',
    arxiv: '2305.12387',
  },
  summary: 'The server collects B gradients computed at the current model, from whichever workers are fast; stale ones are discarded.',
  pseudocode: [
    'all workers start at x⁰;  s = 0',
    'on arrival of g with delay δ from worker i:',
    '  if δ > 0: g is discarded;  worker i receives x^k',
    '  else: s += g; with fewer than B gradients: worker i continues at x^k;  with B:',
    '    x^{k+1} = x^k − γ s/B;  s = 0',
    '    [stops: all computations in progress are stopped, and their workers receive x^{k+1}]',
    '    worker i receives x^{k+1}',
  ],
  guarantee: 'Homogeneous data: optimal time min_m ((1/m) Σ_{i≤m} 1/τ_i)^{-1} (LΔ/ε + σ²LΔ/(mε²)). Heterogeneous data: biased towards fast workers.',
  memory: 'the model and one sum',
  traffic: 'd numbers up per gradient; d down per update to its reporter and per stale gradient (stops: per update to every worker)',
  parameters: {
    batch: { type: 'integer', minimum: 1, description: 'B; default max(1, ⌈variance/epsilon⌉), which is 1 where these two are not given: the fastest worker alone' },
    variance: { type: 'number', minimum: 0, default: 0, description: 'σ², for the default of B' },
    epsilon: { type: 'number', above: 0, default: 1, description: 'ε, for the default of B' },
    stops: {
      type: 'boolean',
      default: false,
      description: 'whether an update stops all computations in progress, as in the authors’ experiments',
    },
  },

  // Symbols: B = batch, s/B = mean.
  start(server, { stepsize, batch, variance, epsilon, stops }) {
    for (let i = 0; i < server.workers; i += 1) server.assign(i); // all workers start at x⁰
    return { stepsize, batch: batch ?? Math.max(1, Math.ceil(variance / epsilon)), stops, count: 0, mean: server.vectors.zeros() };
  },

  onGradient(state, server, arrival) {
    const { worker, delay } = arrival;
    if (delay > 0) {
      server.discard(arrival); // g is discarded
      server.assign(worker); // worker i receives x^k
      return;
    }
    server.vectors.axpy(1 / state.batch, arrival.gradient, state.mean); // s += g
    state.count += 1;
    if (state.count < state.batch) {
      server.resume(worker); // worker i continues at x^k
      return;
    }
    server.step(state.mean, state.stepsize); // x^{k+1} = x^k − γ s/B
    server.vectors.clear(state.mean); // s = 0
    state.count = 0;
    if (!state.stops) {
      server.assign(worker); // worker i receives x^{k+1}
      return;
    }
    for (let j = 0; j < server.workers; j += 1) {
      server.stop(j); // all computations in progress are stopped
      server.assign(j); // and their workers receive x^{k+1}
    }
  },

  dispose: (state) => state.mean.release(),
});
