import type { Vector } from '../kernels/vector.js';
import { defineMethod, workersWhere } from './method.js';

/**
 * DuDe-ASGD, dual-delayed asynchronous SGD: incremental aggregation whose table lies at the workers, who send differences.
 *
 * @remarks Source: Wang, Sun, Wai, Zhang 2024, arXiv 2405.16966.
 */
export const dudeAsgd = defineMethod({
  name: 'dude-asgd',
  title: 'DuDe-ASGD',
  source: {
    authors: 'Wang, Sun, Wai, Zhang',
    year: 2024,
    title: 'Dual-delayed asynchronous SGD for arbitrarily heterogeneous data',
    arxiv: '2405.16966',
  },
  summary: 'Each update uses the latest gradient of every worker; workers send what changed since their last one, so that the server’s cost does not grow with n.',
  pseudocode: [
    'server: all workers start at x⁰;  ḡ = 0',
    'worker i, when g is ready:',
    '  sends δ_i = g − g_i;  g_i = g',
    'server, on arrival of δ_i from worker i:',
    '  ḡ += δ_i/n;  worker i waits',
    '  when c workers wait:',
    '    if some worker has not reported yet: the c workers continue at x⁰',
    '    else: x^{k+1} = x^k − γ ḡ;  the c workers receive x^{k+1}',
  ],
  guarantee: 'Heterogeneous data, however different: converges to a stationary point of f, and speeds up linearly with n where delays are bounded.',
  memory: 'server: the model and one mean, whatever n; each worker: its last gradient',
  traffic: 'd numbers up per gradient (a difference), d down per worker and update',
  parameters: {
    concurrency: { type: 'integer', minimum: 1, default: 1, description: 'c: reports that the server waits for before it updates the model; at most n' },
  },
  check: ({ concurrency }, workers) => (concurrency > workers ? ['concurrency', `be at most ${workers}, the number of workers`] : null),

  // Symbols: g_i = last. The sample of a gradient depends on the worker's count of gradients alone, so that drawing it when the worker
  // finishes, as the source does, gives the same sample.
  worker: {
    start: () => ({ last: null as Vector | null }),
    onGradient(state, worker, gradient) {
      if (state.last === null) worker.send(gradient); // g_i = 0 before the first
      else {
        const difference = worker.vectors.zeros();
        worker.vectors.add(gradient, difference);
        worker.vectors.axpy(-1, state.last, difference);
        worker.send(difference); // δ_i = g − g_i
        difference.release();
        state.last.release();
      }
      state.last = gradient.retain(); // g_i = g
    },
    dispose: ({ last }) => last?.release(),
  },

  // Symbols: ḡ = mean, c = concurrency.
  start(server, { stepsize, concurrency }) {
    for (let i = 0; i < server.workers; i += 1) server.assign(i); // all workers start at x⁰
    return { stepsize, concurrency, missing: server.workers, waiting: [] as number[], mean: server.vectors.zeros() };
  },

  onMessage(state, server, { worker, index, values }) {
    server.vectors.axpy(1 / server.workers, values, state.mean); // ḡ += δ_i/n
    if (index === 0) state.missing -= 1;
    state.waiting.push(worker); // worker i waits
    if (state.waiting.length < state.concurrency) return;
    if (state.missing === 0) server.step(state.mean, state.stepsize); // x^{k+1} = x^k − γ ḡ
    for (const i of state.waiting) {
      if (state.missing === 0) server.assign(i); // the c workers receive x^{k+1}
      else server.resume(i); // the c workers continue at x⁰
    }
    state.waiting = [];
  },

  waitingFor: (state, server) =>
    state.missing > 0
      ? { need: 'all', workers: workersWhere(server, (i) => server.reports(i) === 0) }
      : { need: 'any', workers: workersWhere(server, (i) => !state.waiting.includes(i)) },
  dispose: (state) => state.mean.release(),
});
