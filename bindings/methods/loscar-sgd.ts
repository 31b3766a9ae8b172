import type { Vector } from '../kernels/vector.js';
import { defineMethod, workersWhere } from './method.js';
import type { Worker } from './method.js';
import { localStepsOf, localStepsProblem, localStepsTable } from './parameters.js';

/**
 * LOSCAR-SGD: local steps that go on while sparse messages are in flight.
 *
 * @remarks Source: Maziane, Mahran, Maranjyan, Richtárik 2026, arXiv 2605.20866.
 */
export const loscarSgd = defineMethod({
  name: 'loscar-sgd',
  title: 'LOSCAR-SGD',
  source: {
    authors: 'Maziane, Mahran, Maranjyan, Richtárik',
    year: 2026,
    title: 'LOSCAR-SGD: local SGD with communication-computation overlap and delay-corrected sparse model averaging',
    arxiv: '2605.20866',
  },
  summary: 'Local SGD that uploads K random coordinates per round and takes further local steps while the message and its answer are in flight.',
  pseudocode: [
    'worker i, round r, from its model w:',
    '  takes N_i local steps w = w − η g_i(w);  y = w',
    '  uploads y_j for j ∈ S_r, K random coordinates that are the same for all workers',
    '  goes on with local steps until the answer is there, or for Q steps: z = w  (no overlap: waits, z = y)',
    '  merges the answer m̄: for j ∈ S_r',
    '    delay-corrected: w_j = m̄_j + (z_j − y_j);  overwrite: w_j = m̄_j',
    'server:',
    '  when the values of all n workers are in: sends everybody their mean m̄',
  ],
  guarantee:
    'Equal f_i: converges to a stationary point. Different f_i: the delay-corrected merge leans towards the f_i of fast workers where the ' +
    'clock drives the overlap, and balance removes the lean; overwriting does not lean where N_i is equal and K = d.',
  memory: 'server: a sum of K numbers; each worker: its model and 2 K numbers',
  traffic: 'K numbers up and K down per worker and round (balance: and one more)',
  parameters: {
    ...localStepsTable,
    sparsity: { type: 'number', above: 0, maximum: 1, default: 1, description: 'K/d: share of the coordinates that a message carries' },
    merge: {
      type: 'choice',
      choices: ['delay-corrected', 'overwrite'],
      default: 'delay-corrected',
      description: 'whether the progress made during the flight is kept at the coordinates sent',
    },
    overlap: { type: 'boolean', default: true, description: 'whether workers go on with local steps from the upload until the answer is there; without flight times there is nothing to overlap' },
    overlapSteps: {
      type: 'integer',
      minimum: 0,
      description: 'Q: so many steps, whatever the clock says; default: until the answer is there (a step in progress is finished)',
    },
    balance: {
      type: 'boolean',
      default: false,
      description:
        'stepsizes η H̄/H_i, where H_i counts the steps of the worker’s previous round, overlap included, and H̄ is the mean of the last ' +
        'counts reported; for the delay-corrected merge (with overwriting it makes a lean); this project’s extension',
    },
  },
  check(parameters) {
    if (!parameters.overlap && parameters.overlapSteps !== undefined) return ['overlapSteps', "be given with 'overlap: true' only"];
    return localStepsProblem(parameters);
  },
  local: true,

  // Symbols: N_i = localSteps, Q_i = steps after the upload, y_S = sent, m̄ = answer, S_r = coordinates, H_i = previousSteps,
  // H̄ = meanSteps: of the round before the last, because nobody knows the others' H_i sooner.
  worker: {
    start(worker, parameters) {
      const { stepsize, sparsity, merge, overlap, overlapSteps, balance } = parameters;
      return {
        stepsize,
        localSteps: localStepsOf(parameters, worker.expectedTime),
        /** Infinity: until the answer is there. Where no message takes time there is nothing to overlap. */
        overlapSteps: overlap ? (overlapSteps ?? (worker.instantaneous ? 0 : Infinity)) : 0,
        count: Math.max(1, Math.round(sparsity * worker.model.length)),
        merge,
        balance,
        round: 0,
        steps: 0,
        sent: null as Vector | null,
        answer: null as Vector | null,
        answerSteps: NaN,
        previousSteps: 0,
        meanSteps: 0,
      };
    },
    onGradient(state, worker, gradient) {
      const balanced = state.balance && state.meanSteps > 0;
      worker.step(gradient, balanced ? (state.stepsize * state.meanSteps) / state.previousSteps : state.stepsize); // w = w − η g_i(w)
      state.steps += 1;
      if (state.sent === null && state.steps === state.localSteps) {
        state.sent = worker.vectors.gather(worker.model, worker.coordinates(state.round, state.count)); // y = w
        worker.send(state.sent, state.balance ? state.previousSteps : NaN); // uploads y_j for j ∈ S_r
      }
      proceed(state, worker);
    },
    onMessage(state, worker, mean, meanSteps) {
      state.answer = mean.retain();
      state.answerSteps = meanSteps;
      // A fixed number of overlap steps is taken in full; otherwise a step in progress is finished first.
      if (state.overlapSteps === Infinity ? worker.withdraw() : overlapDone(state)) proceed(state, worker);
    },
    dispose({ sent, answer }) {
      sent?.release();
      answer?.release();
    },
  },

  start(server, { balance }) {
    for (let i = 0; i < server.workers; i += 1) server.assign(i); // everybody begins at x⁰
    return { balance, mean: null as Vector | null, meanSteps: 0, heard: new Array<boolean>(server.workers).fill(false), missing: server.workers };
  },

  onMessage(state, server, { worker, values, number }) {
    const n = server.workers;
    state.mean ??= server.vectors.zeros(values.length);
    server.vectors.axpy(1 / n, values, state.mean);
    state.meanSteps += number / n;
    state.heard[worker] = true;
    state.missing -= 1;
    if (state.missing > 0) return;
    for (let i = 0; i < n; i += 1) server.send(i, state.mean, state.balance ? state.meanSteps : NaN); // sends everybody their mean m̄
    state.mean.release();
    state.mean = null;
    state.meanSteps = 0;
    state.heard.fill(false);
    state.missing = n;
  },

  waitingFor: (state, server) => ({ need: 'all', workers: workersWhere(server, (i) => state.heard[i] !== true) }),
  dispose: (state) => state.mean?.release(),
});

interface RoundState {
  readonly localSteps: number;
  readonly overlapSteps: number;
  readonly count: number;
  readonly merge: string;
  round: number;
  steps: number;
  sent: Vector | null;
  answer: Vector | null;
  answerSteps: number;
  previousSteps: number;
  meanSteps: number;
}

/** Whether the worker has taken all the overlap steps that it may. */
function overlapDone({ steps, localSteps, overlapSteps }: RoundState): boolean {
  return steps >= localSteps + overlapSteps;
}

/** After a step or an answer: merges what is there, takes the next step, or waits. */
function proceed(state: RoundState, worker: Worker): void {
  if (state.answer !== null && (state.overlapSteps === Infinity || overlapDone(state))) merge(state, worker);
  if (!overlapDone(state)) worker.compute();
}

/** Merges the answer; the next round begins. */
function merge(state: RoundState, worker: Worker): void {
  const { vectors } = worker;
  const coordinates = worker.coordinates(state.round, state.count);
  if (state.merge === 'overwrite') vectors.scatter(state.answer!, coordinates, worker.own()); // w_j = m̄_j
  else {
    const merged = vectors.gather(worker.model, coordinates); // z_j
    vectors.axpy(-1, state.sent!, merged);
    vectors.add(state.answer!, merged);
    vectors.scatter(merged, coordinates, worker.own()); // w_j = m̄_j + (z_j − y_j)
    merged.release();
  }
  state.sent!.release();
  state.answer!.release();
  state.sent = null;
  state.answer = null;
  state.previousSteps = state.steps;
  state.meanSteps = state.answerSteps;
  state.steps = 0;
  state.round += 1;
  worker.completeRound();
}
