import { InputError } from '../errors.js';
import type { Random } from '../kernels/random.js';
import { Purpose } from '../kernels/random.js';
import type { QuadraticData, QuadraticWorker } from './quadratic.js';
import { requireCount, requireDeviation } from './ranges.js';

/**
 * Random quadratics f_i(x) = ½ (x − c_i)ᵀA_i(x − c_i) with c_i ∼ N(0, spread² I) and A_i = H_i Λ_i H_i with eigenvalues
 * uniform in [smallest, largest] and a random reflection H_i; x⁰ = 0.
 * @param workers n ≥ 1.
 * @param dimension d ≥ 1.
 * @param spread ≥ 0: how far the workers' minimisers are from each other, and from x⁰; with 0 all minimisers are x⁰.
 * @param eigenvalues The range [smallest, largest] of all A_i's eigenvalues; with equal ends all A_i are the same multiple of I.
 * @param random The random streams of a seed, as `kernels.random(seed)` gives them.
 * @param homogeneous Whether all workers have the same f_i, that of worker 0.
 * @returns n matrices d×d and vectors of d numbers, for `explicitQuadratic`; with `homogeneous` one object n times.
 * @throws InputError when n or d is not a positive integer, the spread is negative, or the eigenvalues are not a range of finite numbers.
 */
export function heterogeneousQuadraticData(
  workers: number,
  dimension: number,
  spread: number,
  eigenvalues: readonly [number, number],
  random: Random,
  homogeneous = false,
): QuadraticData {
  const d = dimension;
  const [smallest, largest] = eigenvalues;
  const where = 'heterogeneousQuadraticData';
  requireCount(where, 'workers', workers);
  requireCount(where, 'dimension', d);
  requireDeviation(where, 'spread', spread);
  if (!(smallest > -Infinity && smallest <= largest && largest < Infinity)) {
    throw new InputError(where, 'eigenvalues', 'be a range [smallest, largest] of finite numbers', eigenvalues);
  }
  const normals = (worker: number, index: number): number[] => {
    const values = new Array<number>(d);
    for (let j = 0; j < d; j += 1) values[j] = random.normal(Purpose.problem, worker, index * d + j);
    return values;
  };
  const draw = (i: number): QuadraticWorker => {
    const v = normals(i, 0);
    const center = normals(i, 1).map((z) => spread * z);
    const uniforms = random.uniforms(Purpose.problem, i, 2 * d, d);
    const lambda = Array.from(uniforms, (u) => smallest + (largest - smallest) * u);
    const norm = v.reduce((sum, z) => sum + z * z, 0);
    // H = I − β v vᵀ with β = 2/‖v‖², so that H Λ H = Λ − β (Λv vᵀ + v (Λv)ᵀ) + β² (vᵀΛv) v vᵀ, symmetric to the last bit.
    const beta = 2 / norm;
    const scaled = v.map((z, j) => lambda[j]! * z);
    const curvature = beta * beta * v.reduce((sum, z, j) => sum + z * scaled[j]!, 0);
    const A = Array.from({ length: d }, () => new Float64Array(d));
    for (let r = 0; r < d; r += 1) {
      for (let c = 0; c <= r; c += 1) {
        const value = (r === c ? lambda[r]! : 0) - beta * (scaled[r]! * v[c]! + v[r]! * scaled[c]!) + curvature * v[r]! * v[c]!;
        A[r]![c] = value;
        A[c]![r] = value;
      }
    }
    const b = A.map((row) => row.reduce((sum, a, j) => sum + a * center[j]!, 0));
    return { A, b, constant: b.reduce((sum, value, j) => sum + value * center[j]!, 0) / 2 };
  };
  const parts = homogeneous ? new Array<QuadraticWorker>(workers).fill(draw(0)) : Array.from({ length: workers }, (_, i) => draw(i));
  return { dimension: d, workers: parts };
}
