import type { Vector } from '../kernels/vector.js';
import { defineMethod, workersWhere } from './method.js';
import type { Server } from './method.js';

/**
 * Ringleader ASGD: rounds of n updates, one per worker, over a table of everybody's gradient averages; nobody idles and
 * nothing is thrown away.
 *
 * @remarks Source: Maranjyan, Richtárik 2025, arXiv 2509.22860, Ringleader ASGD.
 */
export const ringleaderAsgd = defineMethod({
  name: 'ringleader-asgd',
  title: 'Ringleader ASGD',
  source: {
    authors: 'Maranjyan, Richtárik',
    year: 2025,
    title: 'Ringleader ASGD: the first asynchronous SGD with optimal time complexity under data heterogeneity',
    arxiv: '2509.22860',
  },
  summary: 'Rounds: first every worker reports at least once, then each makes exactly one update with the table of all averages.',
  pseudocode: [
    'all workers start at x⁰;  G, b, G⁺, b⁺ = 0',
    'phase 1 (collect), on arrival of g from worker i:',
    '  G_i += g;  b_i += 1',
    '  if every b_j ≥ 1: phase 2 begins with the update of worker i;  else worker i continues at its point',
    'phase 2 (update), on arrival of g from worker i:',
    '  if i has not had its update: G_i += g;  b_i += 1;  update of worker i',
    '  else: G⁺_i += g;  b⁺_i += 1;  worker i continues at its point',
    'update of worker i: x^{k+1} = x^k − γ (1/n) Σ_j G_j/b_j;  worker i receives x^{k+1}',
    '  when all n have had their update: G = G⁺, b = b⁺, G⁺ = b⁺ = 0;  phase 1 begins',
  ],
  guarantee:
    'Heterogeneous data: optimal time (L Δ/ε)(τ_n + τ_avg σ²/(nε)), with γ = min{1/(8nL), εB/(10Lσ²)}; every delay ≤ 2n − 2.',
  memory: 'the model, two tables of n sums and their mean',
  traffic: 'd numbers up per gradient; d down per update (restart = latest: per gradient)',
  parameters: {
    restart: {
      type: 'choice',
      choices: ['hold', 'latest'],
      default: 'hold',
      description:
        'where a worker continues that is not due for an update: at its point, as analysed in the paper, or at the server’s current ' +
        'model, as in the authors’ experiments',
    },
  },

  // Symbols: G = sums, b = counts, G⁺ = nextSums, b⁺ = nextCounts, (1/n) Σ_j G_j/b_j = mean (during phase 2).
  start(server, { stepsize, restart }) {
    const n = server.workers;
    for (let i = 0; i < n; i += 1) server.assign(i); // all workers start at x⁰
    return {
      stepsize,
      restart,
      sums: new Array<Vector | null>(n).fill(null),
      counts: new Array<number>(n).fill(0),
      nextSums: new Array<Vector | null>(n).fill(null),
      nextCounts: new Array<number>(n).fill(0),
      /** Phase 1: workers not heard from yet; phase 2: 0. */
      missing: n,
      /** Phase 2: whether the worker has had its update. */
      updated: new Array<boolean>(n).fill(false),
      updates: 0,
      mean: server.vectors.zeros(),
    };
  },

  onGradient(state, server, { worker, gradient }) {
    const n = server.workers;
    if (state.missing > 0) {
      if (state.counts[worker] === 0) state.missing -= 1;
      accumulate(state.sums, state.counts, worker, gradient, server); // G_i += g; b_i += 1
      if (state.missing > 0) {
        continueWorker(state, server, worker); // worker i continues at its point
        return;
      }
      const weights = state.counts.map((count) => 1 / (n * count)); // phase 2 begins with the update of worker i
      server.vectors.weightedSum(weights, state.sums as Vector[], state.mean);
    } else if (state.updated[worker] === true) {
      accumulate(state.nextSums, state.nextCounts, worker, gradient, server); // G⁺_i += g; b⁺_i += 1
      continueWorker(state, server, worker); // worker i continues at its point
      return;
    } else {
      // G_i += g; b_i += 1, and entry i's share of the mean is replaced.
      server.vectors.axpy(-1 / (n * state.counts[worker]!), state.sums[worker]!, state.mean);
      accumulate(state.sums, state.counts, worker, gradient, server);
      server.vectors.axpy(1 / (n * state.counts[worker]!), state.sums[worker]!, state.mean);
    }
    server.step(state.mean, state.stepsize); // x^{k+1} = x^k − γ (1/n) Σ_j G_j/b_j
    server.assign(worker); // worker i receives x^{k+1}
    state.updated[worker] = true;
    state.updates += 1;
    if (state.updates === n) beginRound(state); // when all n have had their update
  },

  waitingFor: (state, server) =>
    state.missing > 0
      ? { need: 'all', workers: workersWhere(server, (i) => state.counts[i] === 0) }
      : { need: 'any', workers: workersWhere(server, (i) => !state.updated[i]) },
  dispose(state) {
    for (const sum of state.sums) sum?.release();
    for (const sum of state.nextSums) sum?.release();
    state.mean.release();
  },
});

interface Round {
  sums: (Vector | null)[];
  counts: number[];
  nextSums: (Vector | null)[];
  nextCounts: number[];
  missing: number;
  updated: boolean[];
  updates: number;
}

/** G_i += g; b_i += 1. */
function accumulate(sums: (Vector | null)[], counts: number[], i: number, gradient: Vector, server: Server): void {
  const sum = sums[i] ?? null;
  if (sum === null) sums[i] = gradient.retain();
  else server.vectors.add(gradient, sum);
  counts[i] = counts[i]! + 1;
}

function continueWorker(state: { restart: string }, server: Server, worker: number): void {
  if (state.restart === 'hold') server.resume(worker);
  else server.assign(worker);
}

/** G = G⁺, b = b⁺, G⁺ = b⁺ = 0; phase 1 begins. */
function beginRound(state: Round): void {
  for (const sum of state.sums) sum?.release();
  const { sums, counts } = state;
  state.sums = state.nextSums;
  state.counts = state.nextCounts;
  state.nextSums = sums.fill(null);
  state.nextCounts = counts.fill(0);
  state.missing = state.counts.filter((count) => count === 0).length;
  state.updated.fill(false);
  state.updates = 0;
}
