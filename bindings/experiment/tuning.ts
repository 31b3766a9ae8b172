import type { SummaryRecord } from './records.js';

/** A method at the best stepsize of its grid. Medians over seeds, except `maxDelay`. */
export interface BestStepsize {
  method: string;
  stepsize: number;
  /** The stepsizes tried, ascending. */
  grid: number[];
  /** Whether the best is the smallest or largest of a grid whose stepsizes differ in result: a better one may lie outside. */
  atEdge: 'low' | 'high' | null;
  /** Median over seeds; null when no more than half of them reached the target. */
  timeToTarget: number | null;
  /** Seeds that reached the target. */
  reached: number;
  seeds: number;
  finalObjective: number;
  finalWorstWorkerObjective: number;
  /** Where f* is known. */
  finalSuboptimality?: number;
  updates: number;
  gradientsDiscarded: number;
  meanDelay: number;
  maxDelay: number;
  utilization: number;
  /** What the workers sent, and what was sent to them. */
  bytesUp: number;
  bytesDown: number;
  /** Diverged runs of the whole grid. */
  diverged: number;
  /** The runs of the best stepsize, one per seed. */
  runs: SummaryRecord[];
}

/**
 * Chooses each method's best stepsize: the one that reaches the target soonest (median over seeds; a seed that does not
 * reach it counts as never); where no stepsize does, or there is no target, the one with the lowest final objective.
 * @param summary Records of one experiment.
 * @returns One entry per method, in the order of their first records.
 */
export function bestStepsizes(summary: readonly SummaryRecord[]): BestStepsize[] {
  const names = [...new Set(summary.map(({ method }) => method))];
  return names.map((method) => {
    const records = summary.filter((record) => record.method === method);
    const grid = [...new Set(records.map(({ stepsize }) => stepsize))].sort((a, b) => a - b);
    const candidates = grid.map((stepsize) => describe(method, stepsize, grid, records));
    const best = candidates.reduce((leader, candidate) => (compareResults(candidate, leader) < 0 ? candidate : leader));
    const tied = candidates.every((candidate) => compareResults(candidate, best) === 0);
    return tied ? { ...best, atEdge: null } : best;
  });
}

/** Orders results: sooner at the target first, then lower final objective; a diverged one is last. */
export function compareResults(a: BestStepsize, b: BestStepsize): number {
  const ta = a.timeToTarget ?? Infinity;
  const tb = b.timeToTarget ?? Infinity;
  if (ta !== tb) return ta - tb;
  const fa = Number.isNaN(a.finalObjective) ? Infinity : a.finalObjective;
  const fb = Number.isNaN(b.finalObjective) ? Infinity : b.finalObjective;
  return fa === fb ? 0 : fa - fb;
}

function describe(method: string, stepsize: number, grid: number[], records: readonly SummaryRecord[]): BestStepsize {
  const runs = records.filter((record) => record.stepsize === stepsize);
  const over = (value: (run: SummaryRecord) => number): number => median(runs.map(value));
  // A run that diverged or failed after it had reached the target has not solved the problem.
  const broken = (run: SummaryRecord): boolean => run.status === 'diverged' || run.status === 'failed';
  const timeToTarget = over((run) => (broken(run) ? Infinity : (run.timeToTarget ?? Infinity)));
  const position = grid.indexOf(stepsize);
  return {
    method,
    stepsize,
    grid,
    atEdge: grid.length < 2 ? null : position === 0 ? 'low' : position === grid.length - 1 ? 'high' : null,
    timeToTarget: timeToTarget === Infinity ? null : timeToTarget,
    reached: runs.filter((run) => run.timeToTarget !== null && !broken(run)).length,
    seeds: runs.length,
    finalObjective: over((run) => (broken(run) || !Number.isFinite(run.finalObjective) ? Infinity : run.finalObjective)),
    finalWorstWorkerObjective: over((run) => run.finalWorstWorkerObjective),
    ...(runs.every((run) => run.finalSuboptimality !== undefined) ? { finalSuboptimality: over((run) => (broken(run) ? Infinity : run.finalSuboptimality!)) } : {}),
    updates: over((run) => run.updates),
    gradientsDiscarded: over((run) => run.gradientsDiscarded),
    meanDelay: over((run) => run.meanDelay),
    maxDelay: Math.max(...runs.map((run) => run.maxDelay)),
    utilization: over((run) => run.utilization),
    bytesUp: over((run) => run.bytesUp),
    bytesDown: over((run) => run.bytesDown),
    diverged: records.filter((record) => record.status === 'diverged').length,
    runs,
  };
}

/** The middle value; the mean of the two middle ones for an even number; infinite if the upper of these is. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)]!;
  if (sorted.length % 2 === 1) return upper;
  return (sorted[sorted.length / 2 - 1]! + upper) / 2;
}
