import { listRuns } from '../../bindings/index.js';
import type { ResolvedExperiment } from '../../bindings/index.js';

/**
 * The runs, by index, in the order in which people like to see them. With one thread that is first every method at a stepsize from the
 * middle of the grid, then at the next one, so that all lines are there early. Several threads begin with one run of each method
 * anyway, and on quadratics all stepsizes are computed together.
 * @param experiment Its methods have the same stepsizes.
 */
export function passesOf(experiment: ResolvedExperiment, threads: number): number[][] {
  const runs = listRuns(experiment);
  if (threads > 1 || experiment.problem.kind === 'quadratic') return [runs.map(({ index }) => index)];
  const grid = experiment.methods[0]!.stepsize;
  const off = (stepsize: number): number => Math.abs(grid.indexOf(stepsize) - (grid.length - 1) / 2);
  return [...grid].sort((a, b) => off(a) - off(b)).map((chosen) => runs.filter(({ stepsize }) => stepsize === chosen).map(({ index }) => index));
}
