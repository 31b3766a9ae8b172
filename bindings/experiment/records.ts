import type { RunStatus } from '../simulation/run.js';

/** One evaluation: a line of `metrics.jsonl`. Quantities that a problem does not have are absent. */
export interface MetricsRecord {
  method: string;
  stepsize: number;
  seed: number;
  /** Simulated time of the evaluation. */
  time: number;
  /** k: model updates so far. */
  updates: number;
  /** Stochastic gradients that have arrived so far. */
  gradients: number;
  /** f(x) = (1/n) Σ f_i(x). */
  objective: number;
  /** max_i f_i(x). */
  worstWorkerObjective: number;
  /** ‖∇f(x)‖². */
  gradientNormSquared: number;
  trainAccuracy?: number;
  testAccuracy?: number;
}

/** One run (method × stepsize × seed): an element of `summary.json`. Times are simulated unless they say otherwise. */
export interface SummaryRecord {
  method: string;
  stepsize: number;
  seed: number;
  status: RunStatus;
  /** Why the run is not `finished`: what grew, or whom it waits for. */
  reason?: string;
  finalObjective: number;
  /** max_i f_i at the end. */
  finalWorstWorkerObjective: number;
  bestObjective: number;
  /** First evaluated time at which the target held; null when it never did or there is no target. */
  timeToTarget: number | null;
  time: number;
  updates: number;
  gradients: number;
  gradientsDiscarded: number;
  /** Worker time spent on them. */
  discardedTime: number;
  /** Over the gradients that arrived: k − v at arrival. */
  meanDelay: number;
  maxDelay: number;
  /** Fraction of worker time spent computing, over all workers and the whole run. */
  utilization: number;
  bytesUp: number;
  bytesDown: number;
  wallSeconds: number;
  /** SHA-256 of the final model's bytes, little-endian. */
  digest: string;
}

/** A model update: a line of `events.jsonl`. */
export interface UpdateRecord {
  method: string;
  stepsize: number;
  seed: number;
  time: number;
  /** k after the update. */
  update: number;
  /** Whose arrival led to it, numbered from 0. */
  worker: number;
  /** Delay of that arrival. */
  delay: number;
  /** The stepsize used. */
  gamma: number;
  /** The new model, when d ≤ 64. */
  x?: number[];
}

/** A stretch of a worker's time: a line of `events.jsonl`. */
export interface IntervalRecord {
  type: 'interval';
  method: string;
  stepsize: number;
  seed: number;
  worker: number;
  kind: 'busy' | 'idle';
  start: number;
  end: number;
}

export type TraceRecord = UpdateRecord | IntervalRecord;
