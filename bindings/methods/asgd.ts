import { defineMethod } from './method.js';

/**
 * Vanilla asynchronous SGD: every gradient is applied as it arrives.
 *
 * @remarks Source: Tsitsiklis, Bertsekas, Athans 1986; analysed with arbitrary delays in arXiv 2206.07638, Algorithm 1.
 */
export const asgd = defineMethod({
  name: 'asgd',
  title: 'ASGD',
  source: {
    authors: 'Mishchenko, Bach, Even, Woodworth',
    year: 2022,
    title: 'Asynchronous SGD beats minibatch SGD under arbitrary delays',
    arxiv: '2206.07638',
  },
  summary: 'Every gradient is applied as it arrives; its worker receives the new model.',
  pseudocode: [
    'all workers start at x⁰',
    'on arrival of g from worker i:',
    '  x^{k+1} = x^k − γ g',
    '  worker i receives x^{k+1}',
  ],
  guarantee:
    'Homogeneous data: converges. Heterogeneous data: converges to a stationary point of Σ p_i f_i with p_i ∝ 1/τ_i, not of f.',
  memory: 'the model',
  traffic: 'd numbers up and d down per gradient',
  parameters: {},
  resumes: false,

  // Symbols: k = server.version, g = arrival.gradient.
  start(server, { stepsize }) {
    for (let i = 0; i < server.workers; i += 1) server.assign(i); // all workers start at x⁰
    return { stepsize };
  },

  onGradient(state, server, { worker, gradient }) {
    server.step(gradient, state.stepsize); // x^{k+1} = x^k − γ g
    server.assign(worker); // worker i receives x^{k+1}
  },
});
