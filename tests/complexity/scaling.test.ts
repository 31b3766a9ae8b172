import { describe, expect, it } from 'vitest';
import { fittedExponent, jointExponents, spreadOfRatios } from '../../bench/scaling/fit.js';
import { measureScaling } from '../../bench/scaling/measure.js';
import type { ScalingPoint } from '../../bench/scaling/measure.js';
import { dominantNoise, meanTime, slowestTime, SPEED_PROFILES } from '../../bench/scaling/profiles.js';
import { testKernels } from '../quadratics.js';

const kernels = await testKernels();
/** As in bench/scaling.bench.ts, with fewer workers and one seed. */
const setting = { counts: [10, 30, 90], seeds: [1], dimension: 25, rounds: 50, margin: 10 };
let measured: { name: string; points: ScalingPoint[] }[] | undefined;
const profiles = () => (measured ??= SPEED_PROFILES.map((profile) => ({ name: profile.name, points: measureScaling(kernels, { ...setting, profile }) })));
const everything = (): ScalingPoint[] => profiles().flatMap(({ points }) => points);
const only = (method: string, points: readonly ScalingPoint[]): ScalingPoint[] => points.filter((point) => point.method === method);

describe('where the noise dominates, the time to the target grows as theory predicts', () => {
  it('the noise decides every stepsize', () => {
    for (const { noiseDecides, noise, mean, slowest } of everything()) {
      expect(noiseDecides).toBe(true);
      expect(noise * mean).toBeGreaterThanOrEqual(setting.margin * slowest);
    }
  });

  it.each([
    ['minibatch-sgd', 0, 1, 0.06],
    ['malenia-sgd', 1, 0, 0.06],
    // Its rounds are 2 − 1/m slowest times long, where m, the number of the slowest workers, grows with n in one of the profiles.
    ['ringleader-asgd', 1, 0, 0.1],
  ])('%s: τ_avg to the power of %d, τ_n to the power of %d', (method, mean, slowest, tolerance) => {
    const [b, c] = jointExponents(profiles().map(({ points }) => only(method, points)));
    expect(Math.abs(b - mean)).toBeLessThan(tolerance);
    expect(Math.abs(c - slowest)).toBeLessThan(tolerance);
  });

  it('Minibatch SGD slows down with the straggler, Malenia SGD and Ringleader ASGD become faster with τ_avg', () => {
    const { points } = profiles().find(({ name }) => name === 'one straggler')!;
    expect(fittedExponent(only('minibatch-sgd', points), 'slowest')).toBeCloseTo(1, 1);
    for (const method of ['malenia-sgd', 'ringleader-asgd']) {
      expect(Math.abs(fittedExponent(only(method, points), 'mean') - 1)).toBeLessThan(0.1);
      expect(fittedExponent(only(method, points), 'slowest')).toBeLessThan(-0.4);
    }
  });

  it('what an update takes and how long a step may be explain the whole growth: L γ k is the same everywhere', () => {
    for (const method of ['minibatch-sgd', 'malenia-sgd', 'ringleader-asgd']) {
      const progress = only(method, everything()).map((point) => point.progress);
      expect(Math.max(...progress) / Math.min(...progress), method).toBeLessThan(1.15);
    }
  });
});

describe('fits', () => {
  const point = (mean: number, slowest: number, time: number) => ({ mean, slowest, predicted: 2 * mean, time }) as ScalingPoint;
  const law = (scale: number) => (mean: number, slowest: number) => point(mean, slowest, scale * mean ** 1.5 * slowest ** -0.5);

  it('finds the exponents of a power law, whatever the constant of a profile', () => {
    const one = [[1, 2], [2, 3], [5, 20]].map(([mean, slowest]) => law(3)(mean!, slowest!));
    const other = [[1, 2], [1, 4]].map(([mean, slowest]) => law(70)(mean!, slowest!));
    const [b, c] = jointExponents([one, other]);
    expect(b).toBeCloseTo(1.5, 12);
    expect(c).toBeCloseTo(-0.5, 12);
    expect(fittedExponent(other, 'slowest')).toBeCloseTo(-0.5, 12);
  });

  it('compares with the prediction', () => {
    const points = [point(1, 1, 3), point(2, 1, 12)]; // 3/2 and 12/4
    expect(spreadOfRatios(points)).toBe(2);
    expect(fittedExponent(points, 'predicted')).toBeCloseTo(2, 12);
  });
});

describe('speed profiles', () => {
  it.each(SPEED_PROFILES)('$name has as many times as workers', ({ times }) => {
    for (const workers of [10, 33]) expect(times(workers)).toHaveLength(workers);
  });

  it('need so much noise that its part of the time is the larger one', () => {
    const profile = { name: 'by hand', description: '', times: (workers: number) => [...new Array<number>(workers - 1).fill(1), workers] };
    expect([meanTime(profile.times(4)), slowestTime(profile.times(4))]).toEqual([7 / 4, 4]);
    expect(dominantNoise(profile, [2, 4], 10)).toBe(23); // 10 · 4/(7/4) = 22.9
  });
});
