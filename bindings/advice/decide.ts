import type { Candidate } from './advise.js';

/** A gain below this is not worth a change. */
export const WORTHWHILE = 1.25;
/** Methods within this factor of the fastest count as equally fast: noise and the trial problem decide between them. */
const CLOSE = 1.15;

/** Which candidate to use, and whether the change is worth it. */
export interface Decision {
  readonly recommended: Candidate;
  readonly current: Candidate;
  /** The candidate that was first in the trial; undefined when none reached the target. */
  readonly fastest: Candidate | undefined;
  /** How many times longer the current method took in the trial than the recommended one; 1 when they are the same; NaN when it is not known. */
  readonly gain: number;
  /** Whether to change: the gain is at least 1.25. */
  readonly worthwhile: boolean;
  /** Whether the method that theory ranks first is as fast as any in the trial; leading terms aside. */
  readonly agrees: boolean;
}

/**
 * The fastest of the trial is recommended; of those that are about as fast, an optimal one, then the one that theory ranks first. The current method is
 * kept where the gain is not worth a change.
 * @param candidates By predicted time.
 */
export function decide(candidates: readonly Candidate[], currentName: string): Decision {
  const current = candidates.find(({ method }) => method === currentName)!;
  const reached = candidates.filter(({ simulated }) => simulated < Infinity);
  const theoretical = candidates.find(({ leadingTerm }) => !leadingTerm)!;
  if (reached.length === 0) return { recommended: current, current, fastest: undefined, gain: NaN, worthwhile: false, agrees: false };
  const fastest = reached.reduce((leader, candidate) => (candidate.simulated < leader.simulated ? candidate : leader));
  const close = reached.filter(({ simulated }) => simulated <= CLOSE * fastest.simulated);
  const best = close.find(({ optimal }) => optimal) ?? close[0]!;
  const gain = current.simulated / best.simulated;
  const worthwhile = gain >= WORTHWHILE;
  const agrees = close.some(({ predicted, leadingTerm }) => !leadingTerm && predicted <= theoretical.predicted * (1 + 1e-9));
  return { recommended: worthwhile ? best : current, current, fastest, gain: worthwhile ? gain : current.simulated / fastest.simulated, worthwhile, agrees };
}
