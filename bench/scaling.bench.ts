/** How the time to the target grows with τ_avg and τ_n: npm run bench:scaling. */
import { InputError, loadKernels } from '../bindings/index.js';
import { runProgram } from './arguments.js';
import { machine, markdownTable, showStatus, threeDigits } from './report.js';
import { fittedExponent, jointExponents, spreadOfRatios } from './scaling/fit.js';
import { measureScaling, SCALED_METHODS } from './scaling/measure.js';
import type { ScalingPoint } from './scaling/measure.js';
import { SPEED_PROFILES } from './scaling/profiles.js';

const SETTING = { counts: [10, 32, 100, 316, 1000], seeds: [1, 2, 3], dimension: 25, rounds: 50, margin: 10 };
const USAGE = `Usage: npm run bench:scaling

Simulates ${SCALED_METHODS.join(', ')} on the papers' quadratic
with the stepsizes of theory, where the noise dominates, for ${SETTING.counts[0]} to ${SETTING.counts.at(-1)} workers
and ${SPEED_PROFILES.length} speed profiles, and fits how the time to the target grows with
the mean and with the largest of the workers' times. Takes three minutes.`;

await runProgram(USAGE, [], async ({ words }) => {
  if (words.length > 0) throw new InputError('bench:scaling', 'words', 'be absent', words[0]);
  const kernels = await loadKernels();
  const begin = performance.now();
  const { dimension, rounds, margin, seeds } = SETTING;
  console.log(machine());
  console.log(`tridiagonal quadratic, d = ${dimension}, L Δ/ε = ${rounds}, τ_avg σ²/(nε) ≥ ${margin} τ_n, medians over ${seeds.length} seeds`);
  const all = SPEED_PROFILES.map((profile) => {
    const points = measureScaling(kernels, { ...SETTING, profile }, showStatus);
    showStatus('');
    console.log(`\n${profile.name}: ${profile.description}; σ²/(nε) = ${points[0]!.noise}\n`);
    console.log(timesTable(points));
    console.log(`\n${exponentsTable(points)}`);
    return points;
  });
  console.log(`\nall profiles at once, each with a constant of its own: time ∝ τ_avg^b τ_n^c\n\n${jointTable(all)}`);
  const gradients = all.flat().reduce((sum, point) => sum + point.gradients, 0);
  console.log(`\n${(gradients / 1e6).toFixed(0)} million gradients in ${((performance.now() - begin) / 1000).toFixed(0)} s`);
});

/**
 * A row per number of workers: times, how they compare with the predicted ones, and what lies between the two: for every method L γ k, which should be
 * the same for all n, and how long Ringleader ASGD's rounds of n updates are.
 */
function timesTable(points: readonly ScalingPoint[]): string {
  const head = ['n', 'τ_avg', 'τ_n', ...SCALED_METHODS.flatMap((method) => [method, '/predicted', 'Lγk']), 'its rounds/τ_n', 'noise decides γ of'];
  const counts = [...new Set(points.map(({ workers }) => workers))];
  const rows = counts.map((count) => {
    const row = points.filter(({ workers }) => workers === count);
    const times = row.flatMap(({ time, predicted, progress }) => [time.toFixed(0), (time / predicted).toFixed(3), progress.toFixed(2)]);
    const { mean, slowest, timePerUpdate } = row.at(-1)!;
    const decided = row.filter(({ noiseDecides }) => noiseDecides).length;
    return [String(count), threeDigits(mean), threeDigits(slowest), ...times, ((timePerUpdate * count) / slowest).toFixed(2), `${decided} of ${row.length}`];
  });
  return markdownTable(head, rows);
}

/** A row per method: the exponents of its time in τ_avg, in τ_n and in the predicted time, and how much time/predicted varies. */
function exponentsTable(points: readonly ScalingPoint[]): string {
  const head = ['exponent of the time', 'in τ_avg', 'in τ_n', 'in the predicted time', 'largest/smallest time/predicted'];
  const rows = perMethod(points, (own) => [
    ...(['mean', 'slowest', 'predicted'] as const).map((quantity) => fittedExponent(own, quantity).toFixed(3)),
    spreadOfRatios(own).toFixed(3),
  ]);
  return markdownTable(head, rows);
}

function jointTable(profiles: readonly (readonly ScalingPoint[])[]): string {
  const rows = SCALED_METHODS.map((method) => {
    const own = profiles.map((points) => points.filter((point) => point.method === method));
    return [method, ...jointExponents(own).map((exponent) => exponent.toFixed(3))];
  });
  return markdownTable(['method', 'b', 'c'], rows);
}

function perMethod(points: readonly ScalingPoint[], cells: (own: readonly ScalingPoint[]) => string[]): string[][] {
  return SCALED_METHODS.map((method) => [method, ...cells(points.filter((point) => point.method === method))]);
}
