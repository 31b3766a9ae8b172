import type { ComputationModel } from './computation-model.js';

/** A stretch of simulated time with one speed. */
export interface Stretch {
  /** When it ends; Infinity for the last one. */
  readonly end: number;
  /** τ: the time that a whole gradient takes at this speed; Infinity where nothing is computed. */
  readonly time: number;
}

/**
 * What may be missing at the end of a stretch for a gradient to count as done, in gradients. Without it, rounding could put
 * off by a whole outage a gradient that ends where the outage begins.
 */
export const WORK_TOLERANCE = 1e-12;

/**
 * The time that a gradient takes when the speed changes while it is computed: the smallest D with ∫_start^{start+D} dt/τ(t) = 1.
 * @param start When it starts, in simulated seconds.
 * @param stretchAt The stretch that a time lies in; a stretch begins where the one before ends.
 * @returns Infinity when the gradient never ends.
 */
export function timeToFinish(start: number, stretchAt: (time: number) => Stretch): number {
  let missing = 1;
  let now = start;
  for (;;) {
    const { end, time } = stretchAt(now);
    if (end === Infinity) return time === Infinity ? Infinity : now - start + missing * time;
    const done = (end - now) / time;
    if (missing <= done) return now - start + missing * time;
    missing -= done;
    now = end;
    if (missing <= WORK_TOLERANCE) return now - start;
  }
}

/** The most stretches that a gradient at the slowest base speed may cross: each is a step of `timeToFinish`. */
export const MOST_STRETCHES = 1_000_000;

/** The longest finite expected time of a model; 0 when all are infinite. */
export function longestTime(model: ComputationModel): number {
  let longest = 0;
  for (let worker = 0; worker < model.workers; worker += 1) {
    const time = model.expectedTime(worker);
    if (time < Infinity && time > longest) longest = time;
  }
  return longest;
}

/** r with r·T ≤ t < (r+1)·T, the products as rounded. */
export function turnAt(time: number, period: number): number {
  const turn = Math.floor(time / period);
  if (turn * period > time) return turn - 1;
  return (turn + 1) * period <= time ? turn + 1 : turn;
}

/** The first k of low … high − 1 for which a condition holds that holds from there on; high when there is none. */
export function firstWhere(low: number, high: number, holds: (k: number) => boolean): number {
  let from = low;
  let to = high;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
