import { defineMethod } from './method.js';

/**
 * Delay-adaptive ASGD: as ASGD, with smaller steps for gradients that are staler than usual.
 *
 * @remarks Source: Mishchenko, Bach, Even, Woodworth 2022, arXiv 2206.07638; Koloskova, Stich, Jaggi 2022, arXiv 2206.08307.
 */
export const delayAdaptiveAsgd = defineMethod({
  name: 'delay-adaptive-asgd',
  title: 'Delay-adaptive ASGD',
  source: {
    authors: 'Mishchenko, Bach, Even, Woodworth',
    year: 2022,
    title: 'Asynchronous SGD beats minibatch SGD under arbitrary delays',
    arxiv: '2206.07638',
  },
  summary: 'ASGD whose stepsize shrinks in proportion to the delay where it exceeds the number of workers.',
  pseudocode: [
    'all workers start at x⁰',
    'on arrival of g with delay δ from worker i:',
    '  x^{k+1} = x^k − γ (n/max(n, δ)) g',
    '  worker i receives x^{k+1}',
  ],
  guarantee:
    'Homogeneous data: converges whatever the delays; time ((1/n) Σ 1/τ_i)^{-1} (LΔ/ε + σ²LΔ/(nε²)). Heterogeneous data: biased towards fast workers.',
  memory: 'the model',
  traffic: 'd numbers up and d down per gradient',
  parameters: {},
  resumes: false,

  // Symbols: n = server.workers, δ = delay. The rule is the one of the source's experiments.
  start(server, { stepsize }) {
    for (let i = 0; i < server.workers; i += 1) server.assign(i); // all workers start at x⁰
    return { stepsize };
  },

  onGradient(state, server, { worker, gradient, delay }) {
    const n = server.workers;
    server.step(gradient, (state.stepsize * n) / Math.max(n, delay)); // x^{k+1} = x^k − γ (n/max(n, δ)) g
    server.assign(worker); // worker i receives x^{k+1}
  },
});
