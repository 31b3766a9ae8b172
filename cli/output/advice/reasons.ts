import { homogeneousLowerBound, usefulWorkers, WORTHWHILE } from '../../../bindings/index.js';
import type { Advice, Candidate } from '../../../bindings/index.js';
import { readableNumber } from '../../../figures/index.js';
import { factorText, isEven } from '../complexity/remarks.js';

const EVEN = 'All workers are equally fast: nobody waits for anybody';
/** From this factor on, a difference between two times is worth a word. */
const NOTABLE = 1.1;
/** The slowest worker should have returned so many gradients for a trial to say much about its data. */
const FEW_RETURNS = 4;
/** A lower bound that falls by this factor for equal data is worth a word. */
const MUCH_LOWER = 1.5;

/**
 * Why the advice is as it is, in sentences that follow from its numbers: what the speeds mean, what theory says, what the trial says, which is followed, and
 * the margin.
 * @param change Whether the workers' times change, so that τ_i are means.
 */
export function reasons(advice: Advice, change: boolean): string[] {
  return [
    ...speedReasons(advice, change), ...termReasons(advice), ...theoryReasons(advice), ...trialReasons(advice), ...agreementReasons(advice, change),
    marginReason(advice), ...outlookReasons(advice),
  ];
}

/** What the speeds cost a method that waits for everybody. */
function speedReasons({ inputs }: Advice, change: boolean): string[] {
  const times = Array.from(inputs.times);
  if (times.length === 1) return ['There is one worker: nobody waits for anybody.'];
  const never = times.filter((time) => time === Infinity).length;
  if (never > 0) {
    const verb = never === 1 ? 'returns' : 'return';
    return [`${readableNumber(never)} of ${readableNumber(times.length)} workers never ${verb} a gradient: Minibatch SGD waits for ever.`];
  }
  if (isEven(times)) return [change ? 'All workers are equally fast on average: they wait only as far as their times change.' : `${EVEN}.`];
  const { slowest, mean } = spread(times);
  // With times that change, the slowest of a round is on average no faster than the worker that is slowest on average.
  const share = `${change ? 'at least ' : ''}${percentText(1 - mean / slowest)}`;
  return [`The slowest worker needs ${factorText(slowest / mean)} the mean time: under synchronous Minibatch SGD the workers idle ${share} of the time.`];
}

/** Whether the noise or the waiting takes the time. */
function termReasons({ inputs, data }: Advice): string[] {
  const times = Array.from(inputs.times);
  const { variance, epsilon } = inputs;
  if (times.length === 1) return [];
  if (data === 'homogeneous') return isEven(times) ? [] : [usefulReason(usefulWorkers(inputs), times.length)];
  const { slowest, mean } = spread(times);
  if (variance === 0) return ['There is no noise: in the lower bound a round takes as long as the slowest worker, however many gradients the others compute.'];
  const noise = (mean * variance) / (times.length * epsilon);
  const waiting = `In the lower bound a round waits ${readableNumber(slowest)} for the slowest worker (τ_n)`;
  const terms = `${waiting}, and takes ${readableNumber(noise)} to average the noise away (τ_avg σ²/(nε))`;
  if (noise < slowest) return [`${terms}: the waiting dominates, which no method can avoid in the worst case.`];
  return [`${terms}: the noise dominates${isEven(times) ? '' : ', against which the gradients of fast workers help'}.`];
}

function usefulReason(useful: number, workers: number): string {
  if (useful === workers) return `In the lower bound all ${readableNumber(workers)} workers are of use.`;
  const fastest = useful === 1 ? 'the fastest worker alone is' : `the ${readableNumber(useful)} fastest workers are`;
  const rest = workers - useful === 1 ? 'the slowest hardly helps' : `the other ${readableNumber(workers - useful)} hardly help`;
  return `All f_i are equal, so that ${fastest} enough for the lower bound; ${rest}.`;
}

/** Predicted times against the lower bound. */
function theoryReasons({ candidates, current, lowerBound }: Advice): string[] {
  const bounded = candidates.filter(({ leadingTerm }) => !leadingTerm);
  const first = bounded[0]!;
  const ranked = bounded.filter(({ predicted }) => isSame(predicted, first.predicted));
  const names = namesText(ranked);
  const verb = ranked.length === 1 ? 'is' : 'are';
  const place = isSame(first.predicted, lowerBound) ? 'at the lower bound' : `${factorText(first.predicted / lowerBound)} the lower bound`;
  const start = `In theory ${names} ${verb} first, with ${readableNumber(first.predicted)}, ${place}`;
  if (ranked.includes(current)) return [`${start}.`];
  if (current.leadingTerm) return [`${start}; for ${current.method} only the leading term is known.`];
  if (current.predicted === Infinity) return [`${start}; ${current.method} waits for ever.`];
  return [`${start}; ${current.method} needs ${readableNumber(current.predicted)}, ${factorText(current.predicted / first.predicted)} as long.`];
}

/** What the trial showed: the first and the second, and the method in use. */
function trialReasons({ candidates, current, fastest, trial }: Advice): string[] {
  if (!trial.feasible) {
    const gradients = readableNumber(Math.round(trial.gradientsPerReturn));
    return [`There was no trial: while the slowest worker computes one gradient, all together compute ${gradients}, too many for a short one. Theory decides.`];
  }
  if (fastest === undefined) return ['In the trial no method reached the target within the limits, so that it says nothing: theory decides.'];
  const others = candidates.filter((candidate) => candidate !== fastest && candidate.simulated < Infinity);
  const start = `In the trial ${fastest.method} was first, after ${timeText(fastest.simulated)}`;
  if (others.length === 0) return [`${start}; no other method reached the target within the limits.`];
  const second = others.reduce((leader, candidate) => (candidate.simulated < leader.simulated ? candidate : leader));
  const ratio = second.simulated / fastest.simulated;
  const after = `${start}; second was ${second.method}, ${isSame(ratio, 1) ? 'as fast' : `${factorText(ratio)} as long`}`;
  if (current === fastest || current === second) return [`${after}.`];
  if (current.simulated === Infinity) return [`${after}; ${current.method} did not reach the target within the limits.`];
  return [`${after}; ${current.method} needed ${timeText(current.simulated)}, ${factorText(current.simulated / fastest.simulated)} as long.`];
}

/** Whether theory and trial say the same, and if not, which is followed. */
function agreementReasons(advice: Advice, change: boolean): string[] {
  const { recommended, fastest, agrees, worthwhile } = advice;
  if (fastest === undefined) return [];
  const agreement = agrees ? agreementText(theoreticalOf(advice), fastest) : differenceText(theoreticalOf(advice), fastest);
  if (!worthwhile) return [agreement];
  return [agreement, ...(recommended === fastest ? [] : [preferenceReason({ ...advice, fastest })]), ...returnReasons(advice, change)];
}

/** Of the methods that theory ranks first the one that was soonest in the trial. */
function theoreticalOf({ candidates }: Advice): Candidate {
  const bounded = candidates.filter(({ leadingTerm }) => !leadingTerm);
  const firsts = bounded.filter(({ predicted }) => isSame(predicted, bounded[0]!.predicted));
  return firsts.reduce((leader, candidate) => (candidate.simulated < leader.simulated ? candidate : leader));
}

function agreementText(theoretical: Candidate, fastest: Candidate): string {
  const ratio = theoretical.simulated / fastest.simulated;
  const place = isSame(ratio, 1) ? 'no method was faster' : `it was within ${percentText(ratio - 1)} of the fastest`;
  return `Trial and theory agree: nothing is ahead of ${theoretical.method} in theory, and in the trial ${place}.`;
}

function differenceText(theoretical: Candidate, fastest: Candidate): string {
  const ratio = theoretical.simulated / fastest.simulated;
  const place = ratio < Infinity ? `needed ${factorText(ratio)} the time of ${fastest.method} in the trial` : 'did not reach the target in the trial';
  const known = fastest.leadingTerm ? `, and of ${fastest.method} it knows only the term that dominates as ε → 0` : '';
  return (
    `Theory and trial differ: ${theoretical.method} is first in theory, but ${place}. ` +
    `The trial is followed: theory speaks of the worst case and drops constants${known}.`
  );
}

/** A warning where the slowest worker hardly took part in the trial, although its data are its own. */
function returnReasons({ inputs, data, recommended }: Advice, change: boolean): string[] {
  const { slowest } = spread(Array.from(inputs.times));
  if (data === 'homogeneous' || recommended.simulated >= FEW_RETURNS * slowest || isEven(Array.from(inputs.times))) return [];
  const returned = Math.floor(recommended.simulated / slowest);
  const gradients = returned === 1 ? 'one gradient' : `${returned} gradients`;
  const when = returned === 0 ? 'before the slowest worker had returned a gradient' : `when the slowest worker had returned at most ${gradients}`;
  return [
    `Careful: in the trial ${recommended.method} was at the target ${change ? 'about ' : ''}${when}. ` +
      'That says little about what the data of slow workers do to it; check it on your problem, or ask with a smaller ε.',
  ];
}

/** Why a method that is not quite the fastest is recommended. */
function preferenceReason({ recommended, current, fastest }: Advice & { fastest: Candidate }): string {
  if (!recommended.optimal) return chanceText(fastest, current);
  const distance = recommended.simulated / fastest.simulated;
  const near = distance < 1.005 ? `as fast as ${fastest.method}` : `within ${percentText(distance - 1)} of ${fastest.method}`;
  return `${recommended.method} was ${near} in the trial, and is preferred because it is optimal in theory.`;
}

/** What a change gains, or why it is not worth it. */
function marginReason({ recommended, current, fastest, gain, worthwhile }: Advice): string {
  if (fastest === undefined && worthwhile) return `The margin: ${factorText(gain)} faster than ${current.method} in theory.`;
  if (fastest === undefined) return `There is no reason to leave ${current.method}.`;
  if (worthwhile) {
    const trial = gain === Infinity ? `${current.method} did not reach the target` : `${factorText(gain)} faster than ${current.method}`;
    return `The margin: ${trial} in the trial${theoryMargin(recommended, current)}.`;
  }
  if (fastest === current) return `${current.method}, the method in use, was the fastest in the trial: nothing to gain.`;
  if (gain < WORTHWHILE) return `The gain is ${belowText(gain)}, below ${WORTHWHILE}×: not worth a change.`;
  return `${chanceText(fastest, current)} That is not worth a change.`;
}

function chanceText(fastest: Candidate, current: Candidate): string {
  const ahead = fastest.times.filter((time, seed) => time < current.times[seed]!).length;
  return `${fastest.method} was ahead of ${current.method} for ${ahead} of ${fastest.times.length} seeds only: its gain may be chance.`;
}

/** `, 4.2× in theory`; nothing where theory has only a leading term. */
function theoryMargin(recommended: Candidate, current: Candidate): string {
  if (recommended.leadingTerm || current.leadingTerm || current.predicted === Infinity) return '';
  const ratio = current.predicted / recommended.predicted;
  if (isSame(ratio, 1)) return ', equally fast in theory';
  return ratio > 1 ? `, ${factorText(ratio)} in theory` : `, but ${factorText(1 / ratio)} slower in theory`;
}

/** What would change the advice, as far as formulas tell. */
function outlookReasons({ inputs, data, lowerBound, candidates }: Advice): string[] {
  if (data === 'homogeneous') return [];
  const equal = homogeneousLowerBound(inputs);
  const { slowest, mean } = spread(Array.from(inputs.times));
  const first = candidates.find(({ leadingTerm }) => !leadingTerm)!;
  const synchronous = candidates.find(({ method }) => method === 'minibatch-sgd');
  const now = synchronous === undefined ? Infinity : synchronous.predicted / first.predicted;
  const most = slowest / mean;
  const smaller = `With a smaller ε, Minibatch SGD’s distance from the best in theory grows from ${factorText(now)} to ${factorText(most)}.`;
  const alike = `If all f_i were equal (--data homogeneous), the lower bound would be ${factorText(lowerBound / equal)} lower: nobody would wait for the slow.`;
  return [...(inputs.variance > 0 && most >= NOTABLE * now ? [smaller] : []), ...(lowerBound >= MUCH_LOWER * equal ? [alike] : [])];
}

function spread(times: readonly number[]): { slowest: number; mean: number } {
  return { slowest: times.reduce((a, b) => Math.max(a, b)), mean: times.reduce((sum, time) => sum + time, 0) / times.length };
}

function namesText(candidates: readonly Candidate[]): string {
  const names = candidates.map(({ method }) => method);
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}

/** Three digits. */
function timeText(time: number): string {
  return readableNumber(Number(time.toPrecision(3)));
}

/** Rounded down, so that what is below a limit does not seem to be at it. */
function belowText(gain: number): string {
  return `${readableNumber(Math.floor(gain * 100) / 100)}×`;
}

/** `3 %` */
function percentText(share: number): string {
  if (share > 0.99 && share < 1) return 'more than 99 %';
  return share < 0.01 ? 'less than 1 %' : `${Math.round(100 * share)} %`;
}

function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.abs(b);
}
