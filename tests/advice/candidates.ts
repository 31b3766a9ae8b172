import type { Candidate } from '../../bindings/index.js';

/** A candidate of which only what matters to a test is given; its times are all alike. */
export function candidate(method: string, predicted: number, simulated: number, rest: Partial<Candidate> = {}): Candidate {
  const theory = { stepsize: 0.001, parameters: {} };
  const times = [simulated, simulated, simulated, simulated, simulated];
  return { method, predicted, simulated, leadingTerm: false, optimal: false, theory, factor: 8, stepsize: 0.008, times, ...rest };
}
