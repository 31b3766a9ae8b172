import type { BestStepsize, MetricsRecord, SummaryRecord } from '../../bindings/index.js';
import { lineLabel, type FigureLine } from '../../figures/series.js';

/** Evaluations of smooth decaying runs; a method's place in the list sets its speed and floor, the seed its offset. */
export function sampleMetrics(methods: readonly string[], seeds = [1, 2, 3], stepsizes = [0.1]): MetricsRecord[] {
  return methods.flatMap((method, index) =>
    stepsizes.flatMap((stepsize) =>
      seeds.flatMap((seed) =>
        Array.from({ length: 41 }, (_, step) => {
          const time = 50 * step;
          const objective = 0.02 * (index + 1) + 2.3 * Math.exp(-time * stepsize * 0.03 * (index + 1)) + 0.004 * seed;
          return {
            method, stepsize, seed, time, updates: 10 * step, gradients: 20 * step,
            objective, worstWorkerObjective: 2 * objective, gradientNormSquared: objective ** 2,
          };
        }),
      ),
    ),
  );
}

export function sampleLines(methods: readonly string[], stepsizes: readonly number[] = [0.1]): FigureLine[] {
  return methods.flatMap((method) => stepsizes.map((stepsize) => ({ method, stepsize, label: lineLabel(method, stepsize) })));
}

export function sampleSummary(fields: Partial<SummaryRecord> = {}): SummaryRecord {
  return {
    method: 'asgd', stepsize: 0.1, seed: 1, status: 'finished', finalObjective: 0.4, finalWorstWorkerObjective: 0.8, bestObjective: 0.39, timeToTarget: 900,
    time: 2000, updates: 400, gradients: 800, gradientsDiscarded: 12, discardedTime: 4, meanDelay: 9.5, maxDelay: 31, utilization: 0.98,
    bytesUp: 1_500_000, bytesDown: 500_000,
    wallSeconds: 1, digest: 'aa', ...fields,
  };
}

export function sampleBest(fields: Partial<BestStepsize> = {}): BestStepsize {
  return {
    method: 'asgd', stepsize: 0.1, grid: [0.03, 0.1, 0.3], atEdge: null, timeToTarget: 900, timeToTargetRange: [900, 900], reached: 3, seeds: 3, finalObjective: 0.4,
    finalObjectiveRange: [0.4, 0.4], finalWorstWorkerObjective: 0.8, finalWorstWorkerObjectiveRange: [0.8, 0.8],
    updates: 12345, gradientsDiscarded: 12, meanDelay: 9.5, maxDelay: 31, utilization: 0.98, bytesUp: 1_500_000, bytesDown: 500_000, diverged: 0, runs: [sampleSummary()], ...fields,
  };
}
