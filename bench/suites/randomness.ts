import { Purpose } from '../../bindings/index.js';
import type { Kernels } from '../../bindings/index.js';
import { Arena } from '../arena.js';
import { residual } from '../reference.js';
import type { BenchCase } from './case.js';

const LENGTHS = [101_770, 1729];
/** Standard deviations that a sample moment may be off. */
const DEVIATIONS = 6;
const NOISE = 0.01;

/** Random numbers, checked by mean and variance, and the gradients of quadratics. */
export function randomness(kernels: Kernels): BenchCase[] {
  const { exports } = kernels;
  const arena = new Arena(kernels);
  const room = arena.allocate(8 * LENGTHS[0]!);
  const filled = (name: string, n: number, mean: number, variance: number, read: (n: number) => ArrayLike<number>, fill: () => void): BenchCase => ({
    name: `${name}, n = ${n}`,
    unit: 'M/s',
    work: n,
    run: fill,
    residual: () => {
      arena.poison(room, 8 * n);
      fill();
      return momentError(Float64Array.from(read(n)), mean, variance);
    },
    tolerance: DEVIATIONS,
  });
  const f32 = (n: number): Float32Array => arena.f32(room, n);
  const f64 = (n: number): Float64Array => arena.f64(room, n);
  return [
    ...LENGTHS.flatMap((n) => [
      filled('fillNormalF32', n, 0, 1, f32, () => exports.fillNormalF32(n, 1, 0, 1, 2, Purpose.noise, room)),
      filled('fillUniformF32', n, 1 / 2, 1 / 12, f32, () => exports.fillUniformF32(n, 1, 0, 1, 2, Purpose.data, room)),
      filled('fillUniformF64', n, 1 / 2, 1 / 12, f64, () => exports.fillUniformF64(n, 1, 0, 1, 2, Purpose.data, room)),
    ]),
    // Whole numbers below 2³¹ have the moments of uniform ones, scaled.
    filled('sampleIndices', 1024, 2 ** 31 / 2, 2 ** 62 / 12, (n) => arena.u32(room, n), () => exports.sampleIndices(1024, 2 ** 31, 0, 1, 0, 1, 2, Purpose.samples, room)),
    tridiagonal(kernels, LENGTHS[1]!),
    dense(kernels, 512),
  ];
}

/** How many standard deviations the sample's mean or variance is off, whichever is more. */
function momentError(values: Float64Array, mean: number, variance: number): number {
  const n = values.length;
  const average = values.reduce((sum, x) => sum + x, 0) / n;
  const spread = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
  return Math.max((Math.abs(average - mean) / Math.sqrt(variance)) * Math.sqrt(n), Math.abs(spread / variance - 1) * Math.sqrt(n / 2));
}

/** The stochastic gradient of the tridiagonal quadratic: T x − b and noise. */
function tridiagonal(kernels: Kernels, d: number): BenchCase {
  const { exports } = kernels;
  const arena = new Arena(kernels);
  const [x, b, out, noise] = [arena.normals64(d), arena.normals64(d), arena.normals64(d), arena.allocate(4 * d)];
  const run = (): void => {
    exports.tridiagonalGradient(d, 0.5, -0.25, x, b, out);
    exports.addNormalF64(d, NOISE, 1, 0, 5, 6, Purpose.noise, out);
  };
  return {
    name: `tridiagonalGradient and addNormalF64, d = ${d}`,
    unit: 'M/s',
    work: d,
    run,
    residual: () => {
      arena.poison(out, 8 * d);
      run();
      exports.fillNormalF32(d, 1, 0, 5, 6, Purpose.noise, noise);
      const [at, minus, z] = [arena.f64(x, d), arena.f64(b, d), arena.f32(noise, d)];
      const expected = at.map((value, j) => 0.5 * value - 0.25 * ((at[j - 1] ?? 0) + (at[j + 1] ?? 0)) - minus[j]! + NOISE * z[j]!);
      return residual(arena.f64(out, d), expected);
    },
    tolerance: 1e-12,
  };
}

/** The gradient of a quadratic given by a matrix: A x − b. */
function dense(kernels: Kernels, d: number): BenchCase {
  const { exports } = kernels;
  const arena = new Arena(kernels);
  const [a, x, b, out] = [arena.normals64(d * d), arena.normals64(d), arena.normals64(d), arena.normals64(d)];
  const run = (): void => exports.denseGradient(d, a, x, b, out);
  return {
    name: `denseGradient, d = ${d}`,
    unit: 'GB/s',
    work: 8 * (d * d + 3 * d),
    footprint: 8 * (d * d + 3 * d),
    run,
    residual: () => {
      arena.poison(out, 8 * d);
      run();
      const [matrix, at, minus] = [arena.f64(a, d * d), arena.f64(x, d), arena.f64(b, d)];
      const expected = minus.map((value, i) => at.reduce((sum, factor, j) => sum + matrix[i * d + j]! * factor, -value));
      return residual(arena.f64(out, d), expected);
    },
    tolerance: 1e-12,
  };
}
