import { asgdTime, heterogeneousLowerBound, homogeneousLowerBound, minibatchSgdTime, usefulWorkers } from '../../../bindings/index.js';
import type { ComplexityInputs, UniversalTime } from '../../../bindings/index.js';
import { readableNumber } from '../../../figures/index.js';
import type { Answer } from '../../complexity/answer.js';
import type { Question } from '../../complexity/question.js';

/** From this factor on, waiting is worth a word. */
const NOTABLE = 1.1;
/** Below this share of τ_n the noise term hardly counts. */
const SMALL_NOISE = 0.1;

/** What the numbers mean, in one to three sentences. */
export function remarks({ speeds, data, quantities }: Question, { universal }: Answer): string[] {
  if (universal !== undefined) return universalRemarks(universal, data === 'homogeneous');
  if (speeds.powers !== undefined) return [];
  const inputs = { ...quantities, times: speeds.times };
  return data === 'homogeneous' ? homogeneousRemarks(inputs, speeds.times) : heterogeneousRemarks(inputs, speeds.times);
}

function heterogeneousRemarks(inputs: ComplexityInputs, times: readonly number[]): string[] {
  const never = times.filter((time) => time === Infinity).length;
  if (never > 0) {
    return [`${neverText(never, times.length)}: with other data on every worker nobody can be left out, and no method is sure to reach the target.`];
  }
  if (isEven(times)) return [evenText(times)];
  if (inputs.variance === 0) return ['Without noise every method waits for the slowest worker: the simplest method is as good as any.'];
  const slowest = times.reduce((a, b) => Math.max(a, b));
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const cost = minibatchSgdTime(inputs) / heterogeneousLowerBound(inputs);
  const noise = (mean * inputs.variance) / (times.length * inputs.epsilon) / slowest;
  const most = slowest / mean;
  if (!Number.isFinite(cost)) return [];
  // The noise must be small for Minibatch SGD as well, for which σ²/(nε) counts τ_n times.
  if (noise <= SMALL_NOISE && cost < NOTABLE) {
    const small = `The noise is small (τ_avg σ²/(nε) is ${shareText(noise)} of τ_n): every method waits for the slowest worker here.`;
    return [small, ...(most < NOTABLE ? [] : [`With a smaller ε, waiting for the slowest can cost up to τ_n/τ_avg = ${factorText(most)}.`])];
  }
  return [costText(cost), ...(most < NOTABLE * cost ? [] : [`As ε → 0 that grows to τ_n/τ_avg = ${factorText(most)}.`])];
}

function homogeneousRemarks(inputs: ComplexityInputs, times: readonly number[]): string[] {
  const never = times.filter((time) => time === Infinity).length;
  if (never === times.length) return ['No worker ever returns a gradient: no method can do anything.'];
  if (isEven(times)) return [evenText(times)];
  const bound = homogeneousLowerBound(inputs);
  const cost = minibatchSgdTime(inputs) / bound;
  const all = asgdTime(inputs) / bound;
  const waiting = never > 0 ? `${neverText(never, times.length)}: Minibatch SGD waits for ever, the others go on without.` : costText(cost);
  return [
    ...(Number.isNaN(cost) ? [] : [waiting]),
    usefulText(usefulWorkers(inputs), times.length),
    ...(all >= NOTABLE && Number.isFinite(all) ? [`ASGD, which takes the gradients of all, needs ${factorText(all)} the time of the lower bound.`] : []),
  ];
}

function universalRemarks({ time, rounds, target }: UniversalTime, homogeneous: boolean): string[] {
  if (time === Infinity) return ['The power does not suffice: there is a round that never ends.'];
  const gradients = homogeneous
    ? `the workers together have computed ${readableNumber(target)} ${target === 1 ? 'gradient' : 'gradients'} since it began`
    : `the harmonic mean of how many gradients each worker has computed since it began is at least ${readableNumber(target)}`;
  return [`${readableNumber(rounds)} ${rounds === 1 ? 'round' : 'rounds'}; each ends when ${gradients}.`];
}

/** Whether all workers are equally fast. */
export function isEven(times: readonly number[]): boolean {
  const [least, most] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  return most - least <= 1e-9 * least;
}

function evenText({ length }: readonly number[]): string {
  return length === 1
    ? 'There is one worker: nobody waits for anybody, and the simplest method is as good as any.'
    : 'All workers are equally fast: waiting costs nothing, and the simplest method is as good as any.';
}

function neverText(never: number, workers: number): string {
  return `${readableNumber(never)} of ${readableNumber(workers)} workers never ${never === 1 ? 'returns' : 'return'} a gradient`;
}

function costText(cost: number): string {
  if (cost < NOTABLE) return `Waiting for the slowest costs little here: Minibatch SGD needs ${factorText(cost)} the time of the lower bound.`;
  return `With these speeds, waiting for the slowest costs ${factorText(cost)}: Minibatch SGD against the lower bound.`;
}

function usefulText(useful: number, workers: number): string {
  if (useful === workers) return `All ${readableNumber(workers)} workers are of use, the slowest too.`;
  if (useful === 1) return `The fastest of ${readableNumber(workers)} workers alone is as good as all of them: the others hardly help.`;
  return `The ${readableNumber(useful)} fastest of ${readableNumber(workers)} workers do all the work: the others hardly help.`;
}

/** `38×`, `1.4×`, `1.03×` */
export function factorText(factor: number): string {
  return `${readableNumber(Number(factor.toPrecision(factor < NOTABLE ? 3 : 2)))}×`;
}

/** `3 %` */
function shareText(share: number): string {
  return share < 0.01 ? 'less than 1 %' : `${Math.round(100 * share)} %`;
}
