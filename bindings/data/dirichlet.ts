import type { Random } from '../kernels/random.js';
import { Purpose } from '../kernels/random.js';

/** Draws per class and worker: stream numbers `label · DRAWS + …`; a rejection takes two, the last is for small α. */
const DRAWS = 2 ** 16;

/**
 * Shares of `workers` from a symmetric Dirichlet distribution: independent Gamma(α) numbers divided by their sum. The
 * division happens on logarithms, so that tiny α, whose Gamma numbers underflow, still gives shares that sum to 1.
 * @param alpha α > 0. @param label Decides the streams: worker i's number depends on (seed, label, i, α) alone.
 * @returns float64 shares that sum to 1 up to rounding.
 */
export function dirichlet(random: Random, alpha: number, workers: number, label: number): Float64Array {
  const { kernels } = random;
  const shares = Float64Array.from({ length: workers }, (_, worker) => logGamma(random, alpha, worker, label));
  const most = shares.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (let worker = 0; worker < workers; worker += 1) {
    shares[worker] = kernels.exp(shares[worker]! - most);
    sum += shares[worker]!;
  }
  return shares.map((share) => share / sum);
}

/**
 * The logarithm of a Gamma(α) number: for α ≥ 1 by squeezing a cubed normal number, for α < 1 as Gamma(α + 1)·U^(1/α).
 * @remarks Source: Marsaglia, Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000), §2 and §6.
 */
function logGamma(random: Random, alpha: number, worker: number, label: number): number {
  const { kernels } = random;
  const first = label * DRAWS;
  const boost = alpha < 1 ? kernels.log(1 - random.uniform(Purpose.partition, worker, first + DRAWS - 1)) / alpha : 0;
  const d = (alpha < 1 ? alpha + 1 : alpha) - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (let draw = 0; draw < DRAWS - 2; draw += 2) {
    const x = random.normal(Purpose.partition, worker, first + draw);
    const base = 1 + c * x;
    if (base <= 0) continue;
    const v = base * base * base;
    const u = 1 - random.uniform(Purpose.partition, worker, first + draw + 1);
    if (kernels.log(u) < 0.5 * x * x + d - d * v + d * kernels.log(v)) return boost + kernels.log(d * v);
  }
  return boost + kernels.log(d); // one try in twenty fails: never reached
}
