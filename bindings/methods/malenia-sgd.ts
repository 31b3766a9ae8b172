import type { Vector } from '../kernels/vector.js';
import { defineMethod, workersWhere } from './method.js';

/** Room for the rounding of a sum that is kept up to date: while it is larger than this allows, the exact one need not be taken. */
const ROUGHNESS = 1e-6;

/**
 * Malenia SGD: everybody computes at x^k until the harmonic mean of the batch sizes is large enough.
 *
 * @remarks Source: Tyurin, Richtárik 2023, arXiv 2305.12387, Malenia SGD.
 */
export const maleniaSgd = defineMethod({
  name: 'malenia-sgd',
  title: 'Malenia SGD',
  source: {
    authors: 'Tyurin, Richtárik',
    year: 2023,
    title: 'Optimal time complexities of parallel stochastic optimization methods under a fixed computation model',
    arxiv: '2305.12387',
  },
  summary: 'All workers compute at x^k, fast ones several times, until the harmonic mean of their batch sizes reaches the target.',
  pseudocode: [
    'all workers start at x⁰;  G_i = 0, B_i = 0',
    'on arrival of g from worker i:',
    '  G_i += g;  B_i += 1',
    '  if ((1/n) Σ_j 1/B_j)^{-1} < max(1, S/n): worker i continues at x^k',
    '  else:',
    '    x^{k+1} = x^k − γ (1/n) Σ_j G_j/B_j;  G_j = 0, B_j = 0',
    '    gradients still being computed are discarded;  all workers receive x^{k+1}',
  ],
  guarantee: 'Heterogeneous data: optimal time (L_f Δ/ε)(τ_n + τ_avg σ²/(nε)), with γ = min{1/L_f, εS/(2 L_f σ²)}.',
  memory: 'the model and a table of n sums',
  traffic: 'd numbers up per gradient, d down per worker and update',
  parameters: {
    batchTarget: {
      type: 'number',
      above: 0,
      description: 'S; default max(⌈variance/epsilon⌉, n), which is n where these two are not given',
    },
    variance: { type: 'number', minimum: 0, default: 0, description: 'σ², for the default of S' },
    epsilon: { type: 'number', above: 0, default: 1, description: 'ε, for the default of S' },
  },

  // Symbols: S/n = threshold, G = sums, B = counts, Σ_j 1/B_j over the workers heard from = roughSum, up to rounding.
  start(server, { stepsize, batchTarget, variance, epsilon }) {
    const n = server.workers;
    for (let i = 0; i < n; i += 1) server.assign(i); // all workers start at x⁰
    const target = batchTarget ?? Math.max(Math.ceil(variance / epsilon), n);
    return {
      stepsize,
      threshold: Math.max(1, target / n),
      sums: new Array<Vector | null>(n).fill(null),
      counts: new Array<number>(n).fill(0),
      missing: n,
      roughSum: 0,
      mean: server.vectors.zeros(),
    };
  },

  onGradient(state, server, { worker, gradient }) {
    const { sums, counts, mean, threshold } = state;
    const n = server.workers;
    const sum = sums[worker] ?? null;
    if (sum === null) {
      sums[worker] = gradient.retain();
      state.missing -= 1;
    } else server.vectors.add(gradient, sum); // G_i += g
    const count = counts[worker]! + 1;
    counts[worker] = count; // B_i += 1
    state.roughSum += 1 / count - (count === 1 ? 0 : 1 / (count - 1));
    if (state.missing > 0 || threshold * state.roughSum > n * (1 + ROUGHNESS) || !harmonicMeanReaches(counts, threshold)) {
      server.resume(worker); // worker i continues at x^k
      return;
    }
    const weights = counts.map((count) => 1 / (n * count));
    server.vectors.weightedSum(weights, sums as Vector[], mean);
    server.step(mean, state.stepsize); // x^{k+1} = x^k − γ (1/n) Σ_j G_j/B_j
    for (let j = 0; j < n; j += 1) {
      sums[j]!.release();
      sums[j] = null; // G_j = 0
      counts[j] = 0; // B_j = 0
      server.stop(j); // gradients still being computed are discarded
      server.assign(j); // all workers receive x^{k+1}
    }
    state.missing = n;
    state.roughSum = 0;
  },

  // Everybody who has not reported; and the lost ones, where their Σ 1/B_i alone keeps the harmonic mean too small.
  waitingFor(state, server, isLost) {
    if (state.missing > 0) return { need: 'all', workers: workersWhere(server, (i) => state.counts[i] === 0) };
    const lost = workersWhere(server, isLost);
    const inverseSum = lost.reduce((sum, i) => sum + 1 / state.counts[i]!, 0);
    return { need: 'all', workers: state.threshold * inverseSum >= server.workers ? lost : [] };
  },
  dispose(state) {
    for (const sum of state.sums) sum?.release();
    state.mean.release();
  },
});

/** Whether ((1/n) Σ 1/B_j)^{-1} ≥ threshold, with room for the rounding of n reciprocals. */
function harmonicMeanReaches(counts: readonly number[], threshold: number): boolean {
  let inverseSum = 0;
  for (const count of counts) inverseSum += 1 / count;
  return threshold * inverseSum <= counts.length * (1 + 1e-12);
}
