import type { ScalingPoint } from './measure.js';

/** What the times of a method are set against. */
export type Quantity = 'mean' | 'slowest' | 'predicted';

/** The exponent b of the power law time = a · quantityᵇ that fits best: least squares of the logarithms. */
export function fittedExponent(points: readonly ScalingPoint[], quantity: Quantity): number {
  const x = centred(points.map((point) => Math.log(point[quantity])));
  const y = centred(points.map(({ time }) => Math.log(time)));
  return product(x, y) / product(x, x);
}

/**
 * The exponents of time = a τ_avgᵇ τ_nᶜ that fit best over several profiles at once, each of which has an a of its own.
 * @param profiles Points of one method, per profile.
 * @returns [b, c]
 */
export function jointExponents(profiles: readonly (readonly ScalingPoint[])[]): [mean: number, slowest: number] {
  const logarithms = (quantity: 'mean' | 'slowest' | 'time'): number[] =>
    profiles.flatMap((points) => centred(points.map((point) => Math.log(point[quantity]))));
  const [x, z, y] = [logarithms('mean'), logarithms('slowest'), logarithms('time')];
  const determinant = product(x, x) * product(z, z) - product(x, z) ** 2;
  return [
    (product(x, y) * product(z, z) - product(z, y) * product(x, z)) / determinant,
    (product(z, y) * product(x, x) - product(x, y) * product(x, z)) / determinant,
  ];
}

/** The largest of time/predicted over the smallest: 1 where the prediction misses nothing but a constant. */
export function spreadOfRatios(points: readonly ScalingPoint[]): number {
  const ratios = points.map(({ time, predicted }) => time / predicted);
  return Math.max(...ratios) / Math.min(...ratios);
}

function centred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

function product(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
