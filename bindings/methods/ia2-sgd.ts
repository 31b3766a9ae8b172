import type { Vector } from '../kernels/vector.js';
import { defineMethod, workersWhere } from './method.js';

/** Updates after which the running mean is recomputed from the table, so that rounding errors do not add up. */
const REFRESH_EVERY = 1000;

/**
 * IA²SGD, incremental aggregated asynchronous SGD: each update uses the latest gradient of every worker.
 *
 * @remarks Source: as the baseline "IA²SGD" of Maranjyan, Richtárik 2025, arXiv 2509.22860.
 */
export const ia2Sgd = defineMethod({
  name: 'ia2-sgd',
  title: 'IA²SGD',
  source: {
    authors: 'Maranjyan, Richtárik',
    year: 2025,
    title: 'Ringleader ASGD: the first asynchronous SGD with optimal time complexity under data heterogeneity',
    arxiv: '2509.22860',
  },
  summary: 'A table holds the latest gradient of every worker; each arrival replaces one entry and the mean of all is applied.',
  pseudocode: [
    'all workers start at x⁰',
    'on arrival of g from worker i:',
    '  G_i = g',
    '  if some worker has not reported yet: worker i continues at x⁰',
    '  else: x^{k+1} = x^k − γ (1/n) Σ_j G_j;  worker i receives x^{k+1}',
  ],
  guarantee: 'Heterogeneous data: converges to a stationary point of f; time (L_max Δ/ε)(τ_n + τ_n σ²/(nε)).',
  memory: 'the model, a table of n gradients and their mean',
  traffic: 'd numbers up and d down per gradient',
  parameters: {},

  // Symbols: G = table, (1/n) Σ_j G_j = mean (kept up to date once the table is full).
  start(server, { stepsize }) {
    for (let i = 0; i < server.workers; i += 1) server.assign(i); // all workers start at x⁰
    return {
      stepsize,
      table: new Array<Vector | null>(server.workers).fill(null),
      missing: server.workers,
      mean: server.vectors.zeros(),
      updates: 0,
    };
  },

  onGradient(state, server, { worker, gradient }) {
    const { table, mean } = state;
    const n = server.workers;
    const previous = table[worker] ?? null;
    table[worker] = gradient.retain(); // G_i = g
    if (previous === null) state.missing -= 1;
    if (state.missing > 0) {
      previous?.release();
      server.resume(worker); // worker i continues at x⁰
      return;
    }
    if (previous === null || state.updates % REFRESH_EVERY === 0) {
      server.vectors.weightedSum(new Array<number>(n).fill(1 / n), table as Vector[], mean);
    } else {
      server.vectors.axpy(1 / n, gradient, mean);
      server.vectors.axpy(-1 / n, previous, mean);
    }
    previous?.release();
    state.updates += 1;
    server.step(mean, state.stepsize); // x^{k+1} = x^k − γ (1/n) Σ_j G_j
    server.assign(worker); // worker i receives x^{k+1}
  },

  waitingFor: (state, server) =>
    state.missing > 0
      ? { need: 'all', workers: workersWhere(server, (i) => state.table[i] === null) }
      : { need: 'any', workers: workersWhere(server, () => true) },
  dispose(state) {
    for (const entry of state.table) entry?.release();
    state.mean.release();
  },
});
