import type { Kernels } from '../kernels/load.js';
import type { Random } from '../kernels/random.js';
import { Purpose } from '../kernels/random.js';
import { Vector } from '../kernels/vector.js';
import type { Evaluation, Problem } from '../problems/problem.js';

/** d: enough eigenvalues to spread over the range that matters. */
export const TRIAL_DIMENSION = 8;
/** The share of Δ that lies in the slowest direction. */
const SLOW_SHARE = 0.5;
/** e: a direction with the share s of Δ keeps gradient descent busy longest when its eigenvalue is eε/(2sΔ). */
const E = 2.718281828459045;

/** What a trial problem is to be like. */
export interface TrialQuantities {
  /** n */
  readonly workers: number;
  /** L_f: the largest eigenvalue of the mean matrix. */
  readonly smoothness: number;
  /** L_max ≥ L_f: the largest |eigenvalue| of a worker's matrix. */
  readonly maxSmoothness: number;
  /** Δ = f(x⁰) − f* */
  readonly delta: number;
  /** σ² = d σ₀² */
  readonly variance: number;
  /** ε: the target is ‖∇f(x)‖² ≤ ε. */
  readonly epsilon: number;
  /** ζ² = (1/n) Σ ‖∇f_i(x*)‖², where ∇f(x*) = 0. */
  readonly heterogeneity: number;
}

/**
 * A quadratic on which methods are tried: f_i(x) = ½ xᵀA_i x − b_iᵀx with diagonal A_i, float64. The mean matrix A has geometrically spaced
 * eigenvalues from eε/Δ to L_f. Half of Δ lies in the slowest direction, where it keeps gradient descent busy as long as any
 * quadratic can: LΔ/(2eε) steps with γ = 1/L_f. The other half is spread evenly over the other directions. The A_i differ from A by
 * ±(L_max − L_f) in the steepest direction, half of the workers each. x* = 0; the b_i are random with mean 0 and mean square ζ².
 */
export class TrialProblem implements Problem {
  readonly dimension = TRIAL_DIMENSION;
  readonly workers: number;
  readonly scalar = 'float64';
  readonly #kernels: Kernels;
  readonly #random: Random;
  readonly #eigenvalues: Float64Array;
  /** What worker i's first eigenvalue is more than that of the mean. */
  readonly #tilts: Float64Array;
  /** b_i, one after another. */
  readonly #linear: Float64Array;
  readonly #start: Float64Array;
  readonly #noise: number;

  constructor(kernels: Kernels, quantities: TrialQuantities, random: Random) {
    const { workers: n, smoothness, maxSmoothness, delta, variance, heterogeneity } = quantities;
    const d = TRIAL_DIMENSION;
    this.#kernels = kernels;
    this.#random = random;
    this.workers = n;
    this.#eigenvalues = spacedEigenvalues(kernels, quantities);
    this.#tilts = Float64Array.from({ length: n }, (_, i) => (i === 2 * Math.floor(n / 2) ? 0 : (i % 2 === 0 ? 1 : -1) * (maxSmoothness - smoothness)));
    this.#linear = centredVectors(n, d, heterogeneity, random);
    const share = (j: number): number => (j === d - 1 ? SLOW_SHARE : (1 - SLOW_SHARE) / (d - 1));
    this.#start = this.#eigenvalues.map((lambda, j) => Math.sqrt((2 * delta * share(j)) / lambda));
    this.#noise = Math.sqrt(variance / d);
  }

  initial(): Vector {
    const x = new Vector(this.#kernels.pool, this.dimension, 'float64', 'model versions');
    x.view().set(this.#start);
    return x;
  }

  gradient(worker: number, index: number, x: Vector, out: Vector): void {
    const d = TRIAL_DIMENSION;
    const { f64 } = this.#kernels.pool;
    const [from, to] = [x.pointer / 8, out.pointer / 8];
    for (let j = 0; j < d; j += 1) f64[to + j] = this.#eigenvalues[j]! * f64[from + j]! - this.#linear[worker * d + j]!;
    f64[to] = f64[to]! + this.#tilts[worker]! * f64[from]!;
    if (this.#noise === 0) return;
    const { key0, key1 } = this.#random;
    this.#kernels.exports.addNormalF64(d, this.#noise, key0, key1, index, worker, Purpose.noise, out.pointer);
  }

  evaluate(x: Vector): Evaluation {
    let objective = 0;
    let gradientNormSquared = 0;
    x.view().forEach((value, j) => {
      const slope = this.#eigenvalues[j]! * value;
      objective += (slope * value) / 2;
      gradientNormSquared += slope * slope;
    });
    return { objective, worstWorkerObjective: NaN, gradientNormSquared, suboptimality: objective };
  }

  dispose(): void {
    // Nothing of its own lies in WebAssembly memory.
  }
}

/** From L_f down to eε/Δ, by equal factors. */
function spacedEigenvalues({ exports }: Kernels, { smoothness, delta, epsilon }: TrialQuantities): Float64Array {
  const d = TRIAL_DIMENSION;
  const range = exports.log(Math.min(1, (E * epsilon) / (2 * SLOW_SHARE * delta * smoothness)));
  return Float64Array.from({ length: d }, (_, j) => smoothness * exports.exp((range * j) / (d - 1)));
}

/** n random vectors with mean 0 and mean square ζ². */
function centredVectors(n: number, d: number, heterogeneity: number, random: Random): Float64Array {
  const vectors = new Float64Array(n * d);
  if (heterogeneity === 0 || n === 1) return vectors;
  for (let i = 0; i < n; i += 1) for (let j = 0; j < d; j += 1) vectors[i * d + j] = random.normal(Purpose.problem, i, j);
  for (let j = 0; j < d; j += 1) {
    let mean = 0;
    for (let i = 0; i < n; i += 1) mean += vectors[i * d + j]! / n;
    for (let i = 0; i < n; i += 1) vectors[i * d + j] = vectors[i * d + j]! - mean;
  }
  const square = vectors.reduce((sum, value) => sum + value * value, 0) / n;
  const scale = Math.sqrt(heterogeneity / square);
  return vectors.map((value) => value * scale);
}
