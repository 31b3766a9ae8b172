import type { Candidate } from './candidate.js';
import { RELIABLE } from './trial.js';

/** A gain below this is not worth a change. */
export const WORTHWHILE = 1.25;
/** Methods within this factor of the fastest count as equally fast: noise and the trial problem decide between them. */
const CLOSE = 1.15;

/** Which candidate to use, and whether the change is worth it. */
export interface Decision {
  /** The one to use: `current` where no change is worth it. */
  readonly recommended: Candidate;
  /** The method in use today. */
  readonly current: Candidate;
  /** The candidate that was first in the trial; undefined when none reached the target. */
  readonly fastest: Candidate | undefined;
  /**
   * How many times longer the current method took in the trial than the recommended one, or, where no change is worth it, than the fastest; Infinity
   * when it did not reach the target. Where nobody did: how many times longer theory predicts, NaN where it has only a leading term.
   */
  readonly gain: number;
  /** Whether to change: the gain is at least 1.25, and no chance of a few seeds. */
  readonly worthwhile: boolean;
  /** Whether the method that theory ranks first is as fast as any in the trial; leading terms aside. */
  readonly agrees: boolean;
}

/**
 * The fastest of the trial is recommended; of those that are about as fast and worth a change, one that is optimal in theory. The current method is
 * kept where no gain is worth a change. Where the trial tells nothing, theory decides.
 * @param candidates By predicted time.
 */
export function decide(candidates: readonly Candidate[], currentName: string): Decision {
  const current = candidates.find(({ method }) => method === currentName)!;
  const reached = candidates.filter(({ simulated }) => simulated < Infinity);
  if (reached.length === 0) return decideByTheory(candidates, current);
  const fastest = soonest(reached)!;
  const close = reached.filter(({ simulated }) => simulated <= CLOSE * fastest.simulated);
  const worth = close.filter((candidate) => current.simulated / candidate.simulated >= WORTHWHILE && isClear(candidate, current));
  const best = worth.find(({ optimal }) => optimal) ?? soonest(worth);
  const theoretical = candidates.find(({ leadingTerm }) => !leadingTerm)!;
  const agrees = close.some(({ predicted, leadingTerm }) => !leadingTerm && predicted <= theoretical.predicted * (1 + 1e-9));
  const gain = current.simulated / (best ?? fastest).simulated;
  return { recommended: best ?? current, current, fastest, gain, worthwhile: best !== undefined, agrees };
}

/** What is left where the trial tells nothing. */
function decideByTheory(candidates: readonly Candidate[], current: Candidate): Decision {
  const bounded = candidates.filter(({ leadingTerm }) => !leadingTerm);
  const first = bounded.find(({ optimal }) => optimal) ?? bounded[0]!;
  const gain = current.leadingTerm ? NaN : current.predicted / first.predicted;
  const worthwhile = gain >= WORTHWHILE;
  return { recommended: worthwhile ? first : current, current, fastest: undefined, gain, worthwhile, agrees: false };
}

function soonest(candidates: readonly Candidate[]): Candidate | undefined {
  const least = Math.min(...candidates.map(({ simulated }) => simulated));
  return candidates.find(({ simulated }) => simulated === least);
}

/** Whether one method is ahead of another for four of five seeds: with fewer it may be chance. Seeds are common: each is the same noise and data for both. */
function isClear(faster: Candidate, slower: Candidate): boolean {
  const ahead = faster.times.filter((time, seed) => time < slower.times[seed]!).length;
  return ahead >= RELIABLE * faster.times.length;
}
