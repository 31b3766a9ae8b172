import { defineMethod } from './method.js';
import type { Server } from './method.js';

/**
 * Ringmaster ASGD: ASGD that discards gradients whose delay reaches a threshold.
 *
 * @remarks Source: Maranjyan, Tyurin, Richtárik 2025, arXiv 2501.16168, Ringmaster ASGD without and with calculation stops.
 */
export const ringmasterAsgd = defineMethod({
  name: 'ringmaster-asgd',
  title: 'Ringmaster ASGD',
  source: {
    authors: 'Maranjyan, Tyurin, Richtárik',
    year: 2025,
    title: 'Ringmaster ASGD: the first asynchronous SGD with optimal time complexity',
    arxiv: '2501.16168',
  },
  summary: 'ASGD that ignores gradients whose delay has reached a threshold R, or stops their computation as soon as it does.',
  pseudocode: [
    'all workers start at x⁰',
    'on arrival of g with delay δ from worker i:',
    '  if δ ≥ R: g is discarded;  worker i receives x^k',
    '  else: x^{k+1} = x^k − γ g;  worker i receives x^{k+1}',
    '    [stops: computations whose delay is now R are stopped, and their workers receive x^{k+1}]',
  ],
  guarantee:
    'Homogeneous data: optimal time min_m ((1/m) Σ_{i≤m} 1/τ_i)^{-1} (LΔ/ε + σ²LΔ/(mε²)), with γ = min{1/(2RL), ε/(4Lσ²)}. Heterogeneous data: biased towards fast workers.',
  memory: 'the model (stops: and a version per worker)',
  traffic: 'd numbers up and d down per gradient (stops: d down per stop, too)',
  parameters: {
    threshold: { type: 'number', minimum: 1, infinite: true, description: 'R; default max(1, ⌈variance/epsilon⌉), which is 1 where these two are not given: no delay at all; .inf is ASGD' },
    variance: { type: 'number', minimum: 0, default: 0, description: 'σ², for the default of R' },
    epsilon: { type: 'number', above: 0, default: 1, description: 'ε, for the default of R' },
    stops: {
      type: 'boolean',
      default: false,
      description: 'whether a computation is stopped, and its worker restarted, as soon as its delay reaches R',
    },
  },
  resumes: false,

  // Symbols: R = threshold, k = server.version. versions[i]: the model that worker i computes at; queue: those to look at, oldest first.
  start(server, { stepsize, threshold, variance, epsilon, stops }) {
    const state = {
      stepsize,
      threshold: threshold ?? Math.max(1, Math.ceil(variance / epsilon)),
      stops,
      versions: new Array<number>(server.workers).fill(0),
      queue: [] as { worker: number; version: number }[],
      first: 0,
    };
    for (let i = 0; i < server.workers; i += 1) assign(state, server, i); // all workers start at x⁰
    return state;
  },

  onGradient(state, server, arrival) {
    const { worker, delay } = arrival;
    if (delay >= state.threshold) server.discard(arrival); // g is discarded
    else server.step(arrival.gradient, state.stepsize); // x^{k+1} = x^k − γ g
    assign(state, server, worker); // worker i receives the current model
    if (state.stops) stopStale(state, server);
  },
});

interface Versions {
  readonly threshold: number;
  readonly stops: boolean;
  readonly versions: number[];
  queue: { worker: number; version: number }[];
  first: number;
}

function assign(state: Versions, server: Server, worker: number): void {
  server.assign(worker);
  if (!state.stops) return;
  state.versions[worker] = server.version;
  state.queue.push({ worker, version: server.version });
}

/** Computations whose delay is now R are stopped, and their workers receive x^{k+1}. */
function stopStale(state: Versions, server: Server): void {
  for (; state.queue[state.first]!.version <= server.version - state.threshold; state.first += 1) {
    const { worker, version } = state.queue[state.first]!;
    if (state.versions[worker] !== version) continue; // it has reported since
    server.stop(worker);
    assign(state, server, worker);
  }
  if (state.first > state.queue.length / 2) {
    state.queue = state.queue.slice(state.first);
    state.first = 0;
  }
}
