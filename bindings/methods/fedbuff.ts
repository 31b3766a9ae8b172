import type { Vector } from '../kernels/vector.js';
import { defineMethod } from './method.js';

/**
 * FedBuff: the server buffers what workers report and applies a whole buffer at a time, stale reports with less weight.
 *
 * @remarks Source: Nguyen, Malik, Zhan, Yousefpour, Rabbat, Malek, Huba 2022, arXiv 2106.06639.
 */
export const fedbuff = defineMethod({
  name: 'fedbuff',
  title: 'FedBuff',
  source: {
    authors: 'Nguyen, Malik, Zhan, Yousefpour, Rabbat, Malek, Huba',
    year: 2022,
    title: 'Federated learning with buffered asynchronous aggregation',
    arxiv: '2106.06639',
  },
  summary: 'Workers take local steps and report the difference; the server updates once K reports are in its buffer, with weights that fall with the delay.',
  pseudocode: [
    'server: all workers start at x⁰;  s = 0',
    'worker i, at the model w that it receives:',
    '  takes H local steps w = w − γ g and sends their difference D (H = 1: γ g)',
    'server, on arrival of D with delay δ from worker i:',
    '  s += (1 + δ)^{−1/2} D',
    '  when K reports are in: x^{k+1} = x^k − s/K;  s = 0',
    '  worker i receives the current model',
  ],
  guarantee: 'Homogeneous or mildly heterogeneous data with bounded delays: converges; heterogeneous data: biased towards fast workers.',
  memory: 'server: the model and one sum; each worker: its model and a sum of gradients (H = 1: none)',
  traffic: 'd numbers up and d down per report',
  parameters: {
    bufferSize: { type: 'integer', minimum: 1, default: 10, description: 'K: reports per update' },
    localSteps: { type: 'integer', minimum: 1, default: 1, description: 'H: local steps per report, each with the stepsize γ' },
  },

  // Symbols: the message is D/γ, the sum of the local gradients.
  worker: {
    start: (_worker, { stepsize, localSteps }) => ({ stepsize, localSteps, steps: 0, sum: null as Vector | null }),
    onGradient(state, worker, gradient) {
      if (state.sum === null) state.sum = gradient.retain();
      else worker.vectors.add(gradient, state.sum);
      state.steps += 1;
      if (state.steps < state.localSteps) {
        worker.step(gradient, state.stepsize); // w = w − γ g
        worker.compute();
        return;
      }
      worker.send(state.sum); // sends the difference
      state.sum.release();
      state.sum = null;
      state.steps = 0;
    },
    dispose: ({ sum }) => sum?.release(),
  },

  // Symbols: s/(γ K) = mean.
  start(server, { stepsize, bufferSize }) {
    for (let i = 0; i < server.workers; i += 1) server.assign(i); // all workers start at x⁰
    return { stepsize, bufferSize, count: 0, mean: server.vectors.zeros() };
  },

  onMessage(state, server, { worker, values, delay }) {
    server.vectors.axpy(1 / (state.bufferSize * Math.sqrt(1 + delay)), values, state.mean); // s += (1 + δ)^{−1/2} D
    state.count += 1;
    if (state.count === state.bufferSize) {
      server.step(state.mean, state.stepsize); // x^{k+1} = x^k − s/K
      server.vectors.clear(state.mean); // s = 0
      state.count = 0;
    }
    server.assign(worker); // worker i receives the current model
  },

  dispose: (state) => state.mean.release(),
});
