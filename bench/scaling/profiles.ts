/** A family of computation times: how fast the workers are when there are n of them. */
export interface SpeedProfile {
  readonly name: string;
  /** In words, for people. */
  readonly description: string;
  /** @returns τ_i in simulated seconds, shape n. */
  readonly times: (workers: number) => number[];
}

/** The slow workers' τ in two of the profiles: 10 with ten workers, 63 with a thousand. */
const slowTime = (workers: number): number => 10 * (workers / 10) ** 0.4;

/**
 * With more workers τ_avg and τ_n grow together in the first profile, over two decades; at different rates in the second one; in the third one
 * τ_n grows as in the second one, and τ_avg falls.
 *
 * The slow ones of two speeds take at least ten times as long as the fast ones, so that the rounding of ⌊τ_n/τ_i⌋ − 1 in Ringleader ASGD's B
 * matters little. Where m workers are equally slow, its rounds last (2 − 1/m) τ_n on average: m − 1 of them 2 τ_n, because a slow worker that
 * reports before phase 2 begins is due for its update τ_n later, and then one of τ_n. Its B counts on τ_n. The second profile therefore has two
 * slow workers at least.
 */
export const SPEED_PROFILES: readonly SpeedProfile[] = [
  {
    name: 'linear',
    description: 'τ_i = i',
    times: (workers) => Array.from({ length: workers }, (_, worker) => worker + 1),
  },
  {
    name: 'two speeds',
    description: 'one worker in ten, but at least two, have τ = 10 (n/10)^0.4, the others τ = 1',
    times: (workers) => timesOf(workers, Math.max(2, Math.round(workers / 10))),
  },
  {
    name: 'one straggler',
    description: 'one worker has τ = 10 (n/10)^0.4, the others τ = 1',
    times: (workers) => timesOf(workers, 1),
  },
];

/** τ_avg = (1/n) Σ τ_i */
export function meanTime(times: readonly number[]): number {
  return times.reduce((sum, time) => sum + time, 0) / times.length;
}

/** τ_n = max τ_i */
export function slowestTime(times: readonly number[]): number {
  return times.reduce((most, time) => Math.max(most, time), 0);
}

/**
 * σ²/(nε) for which the noise dominates: the smallest integer s with τ_avg s ≥ margin · τ_n for each number of workers.
 * @param margin How many times the noise's part of (L Δ/ε) (τ_n + τ_avg σ²/(nε)) is at least as long as the other part.
 */
export function dominantNoise(profile: SpeedProfile, counts: readonly number[], margin: number): number {
  const needs = counts.map((workers) => {
    const times = profile.times(workers);
    return (margin * slowestTime(times)) / meanTime(times);
  });
  return Math.ceil(Math.max(...needs));
}

/** The fast workers first, all with τ = 1. */
function timesOf(workers: number, slowWorkers: number): number[] {
  return Array.from({ length: workers }, (_, worker) => (worker < workers - slowWorkers ? 1 : slowTime(workers)));
}
