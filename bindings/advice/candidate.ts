import type { Theory } from '../complexity/setting.js';

/** A method that can be recommended. */
export interface Candidate {
  /** Its name, as in `methods`. */
  readonly method: string;
  /** The time complexity with constant 1, in simulated seconds. */
  readonly predicted: number;
  /** Whether `predicted` is only the term that dominates as ε → 0. */
  readonly leadingTerm: boolean;
  /** Whether it is optimal in theory. */
  readonly optimal: boolean;
  /** γ and the parameters (S, B or R) that theory guarantees. */
  readonly theory: Theory;
  /** How many times the theory's stepsize was best in the trial. */
  readonly factor: number;
  /** γ to begin with: that of theory times the factor. */
  readonly stepsize: number;
  /** Simulated seconds to the target on the trial problem, a number per seed; Infinity: not reached. Empty where there was no trial. */
  readonly times: readonly number[];
  /** When four of five seeds were there. */
  readonly simulated: number;
}
