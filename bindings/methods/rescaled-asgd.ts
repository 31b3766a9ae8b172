import { defineMethod } from './method.js';

/** Weight of the newest duration in the exponential moving average. */
const EMA_WEIGHT = 0.1;

/**
 * Rescaled ASGD: as ASGD, with worker-specific stepsizes γ_i ∝ τ_i, so that every worker has the same influence over time.
 *
 * @remarks Source: Mahran, Maranjyan, Richtárik 2026, arXiv 2605.13434.
 */
export const rescaledAsgd = defineMethod({
  name: 'rescaled-asgd',
  title: 'Rescaled ASGD',
  source: {
    authors: 'Mahran, Maranjyan, Richtárik',
    year: 2026,
    title: 'Rescaled asynchronous SGD: optimal distributed optimization under data and system heterogeneity',
    arxiv: '2605.13434',
  },
  summary: 'ASGD with stepsizes proportional to the workers’ computation times, which removes the bias towards fast workers.',
  pseudocode: [
    'all workers start at x⁰',
    'on arrival of g from worker i:',
    '  update the estimate of τ_i;  H = harmonic mean of the τ_j',
    '  x^{k+1} = x^k − γ (τ_i/H) g',
    '  worker i receives x^{k+1}',
  ],
  guarantee:
    'Heterogeneous data, messages that take no time: converges to a stationary point of f; leading term L Δ τ_avg σ²/(nε²), delays and heterogeneity only in lower-order terms.',
  memory: 'the model and one number per worker',
  traffic: 'd numbers up and d down per gradient',
  parameters: {
    times: {
      type: 'choice',
      choices: ['nominal', 'observed', 'mean', 'ema'],
      default: 'nominal',
      description:
        'where τ_i comes from: the computation model’s expected time, the duration of this very gradient, or the running mean or ' +
        'exponential moving average (weight 0.1) of the worker’s durations',
    },
  },
  resumes: false,

  // Symbols: τ_i = times[i] (0: not seen yet), Σ 1/τ_j = inverseSum over the `seen` workers, H = seen / inverseSum.
  // Differs from the paper: the scale of the γ_i is fixed so that the mean stepsize per update is γ.
  start(server, { stepsize, times: source }) {
    const times = new Array<number>(server.workers).fill(0);
    let inverseSum = 0;
    if (source === 'nominal') {
      for (let i = 0; i < server.workers; i += 1) {
        times[i] = server.expectedTime(i);
        inverseSum += 1 / times[i]!;
      }
    }
    for (let i = 0; i < server.workers; i += 1) server.assign(i); // all workers start at x⁰
    const seen = source === 'nominal' ? server.workers : 0;
    return { stepsize, source, times, reports: new Array<number>(server.workers).fill(0), inverseSum, seen };
  },

  onGradient(state, server, { worker, gradient, duration }) {
    const { times, reports, source } = state;
    if (source !== 'nominal') {
      const previous = times[worker]!;
      reports[worker] = reports[worker]! + 1;
      if (previous === 0) state.seen += 1;
      else state.inverseSum -= 1 / previous;
      times[worker] = estimate(source, previous, duration, reports[worker]); // update the estimate of τ_i
      state.inverseSum += 1 / times[worker];
    }
    const harmonicMean = state.seen / state.inverseSum; // H
    server.step(gradient, (state.stepsize * times[worker]!) / harmonicMean); // x^{k+1} = x^k − γ (τ_i/H) g
    server.assign(worker); // worker i receives x^{k+1}
  },
});

/** The new estimate of a worker's time after a gradient of the given duration, its number `reports`. */
function estimate(source: 'observed' | 'mean' | 'ema', previous: number, duration: number, reports: number): number {
  if (source === 'observed' || previous === 0) return duration;
  return previous + (source === 'mean' ? 1 / reports : EMA_WEIGHT) * (duration - previous);
}
