import type { SeedRange } from './quantiles.js';
import { median, seedRange } from './quantiles.js';
import type { SummaryRecord } from './records.js';

/**
 * A method at the best stepsize of its grid. Medians over seeds, except `maxDelay`; the ranges are those between the quartiles, or for
 * fewer than four seeds from the least to the greatest (linear interpolation, see `quantile`).
 */
export interface BestStepsize {
  /** The label of its method entry: see `methodLabels`. */
  method: string;
  /** The best γ. */
  stepsize: number;
  /** The stepsizes tried, ascending. */
  grid: number[];
  /** Whether the best is the smallest or largest of a grid whose stepsizes differ in result: a better one may lie outside. */
  atEdge: 'low' | 'high' | null;
  /** Median over seeds; null when no more than half of them reached the target. */
  timeToTarget: number | null;
  /** Its range over seeds; null at an end that was not reached, because a seed that does not reach the target takes forever. */
  timeToTargetRange: [low: number | null, high: number | null];
  /** Seeds that reached the target. */
  reached: number;
  /** How many seeds there were. */
  seeds: number;
  /** f at the end; infinite where the runs diverged or failed, as are the ends of its range. */
  finalObjective: number;
  /** Over seeds. */
  finalObjectiveRange: SeedRange;
  /** max_i f_i at the end. */
  finalWorstWorkerObjective: number;
  /** Over seeds. */
  finalWorstWorkerObjectiveRange: SeedRange;
  /** f(x) − f* at the end, where f* is known. */
  finalSuboptimality?: number;
  /** Over seeds. */
  finalSuboptimalityRange?: SeedRange;
  /** Model updates; for local methods rounds. */
  updates: number;
  /** Stochastic gradients that were computed in vain. */
  gradientsDiscarded: number;
  /** Mean over messages of the updates since the model that they were computed at. */
  meanDelay: number;
  /** The largest delay of any seed. */
  maxDelay: number;
  /** Share of worker time spent computing, from 0 to 1. */
  utilization: number;
  /** What the workers sent. */
  bytesUp: number;
  /** What was sent to the workers. */
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

/**
 * Orders results: sooner at the target first, then lower final objective; a diverged one is last.
 * @returns Negative where `a` is better, positive where `b` is, 0 where neither: as `Array.sort` asks for.
 */
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
  const all = (value: (run: SummaryRecord) => number): number[] => runs.map(value);
  const over = (value: (run: SummaryRecord) => number): number => median(all(value));
  const times = all((run) => (broken(run) ? Infinity : (run.timeToTarget ?? Infinity)));
  const objectives = all((run) => unlessBroken(run, run.finalObjective));
  const worst = all((run) => unlessBroken(run, run.finalWorstWorkerObjective));
  const suboptimalities = runs.every((run) => run.finalSuboptimality !== undefined) ? all((run) => unlessBroken(run, run.finalSuboptimality!)) : undefined;
  const [soonest, latest] = seedRange(times);
  const position = grid.indexOf(stepsize);
  return {
    method,
    stepsize,
    grid,
    atEdge: grid.length < 2 ? null : position === 0 ? 'low' : position === grid.length - 1 ? 'high' : null,
    timeToTarget: finiteOrNull(median(times)),
    timeToTargetRange: [finiteOrNull(soonest), finiteOrNull(latest)],
    reached: runs.filter((run) => run.timeToTarget !== null && !broken(run)).length,
    seeds: runs.length,
    finalObjective: median(objectives),
    finalObjectiveRange: seedRange(objectives),
    finalWorstWorkerObjective: over((run) => run.finalWorstWorkerObjective),
    finalWorstWorkerObjectiveRange: seedRange(worst),
    ...(suboptimalities === undefined ? {} : { finalSuboptimality: median(suboptimalities), finalSuboptimalityRange: seedRange(suboptimalities) }),
    updates: over((run) => run.updates),
    gradientsDiscarded: over((run) => run.gradientsDiscarded),
    meanDelay: over((run) => run.meanDelay),
    maxDelay: runs.reduce((most, run) => Math.max(most, run.maxDelay), 0),
    utilization: over((run) => run.utilization),
    bytesUp: over((run) => run.bytesUp),
    bytesDown: over((run) => run.bytesDown),
    diverged: records.filter((record) => record.status === 'diverged').length,
    runs,
  };
}

/** A run that diverged or failed after it had reached the target has not solved the problem. */
function broken({ status }: SummaryRecord): boolean {
  return status === 'diverged' || status === 'failed';
}

function unlessBroken(run: SummaryRecord, value: number): number {
  return broken(run) || !Number.isFinite(value) ? Infinity : value;
}

function finiteOrNull(time: number): number | null {
  return time === Infinity ? null : time;
}

/**
 * Whether a stepsize beyond the grid may do better: the best is at its edge, the model has moved, and the runs came to their end. (After
 * no update at all every stepsize gives the same.)
 * @param best Of `bestStepsizes`.
 */
export function gridMayBeTooNarrow({ atEdge, updates, runs }: BestStepsize): boolean {
  return atEdge !== null && updates > 0 && !runs.some(({ status }) => status === 'interrupted' || status === 'failed');
}
