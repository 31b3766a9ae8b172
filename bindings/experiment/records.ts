import type { EvaluationPoint, RunStatus } from '../simulation/run.js';
import type { FlightEvent, IntervalEvent, IntervalKind, UpdateEvent } from '../simulation/observer.js';
import type { SimulationStatistics } from '../simulation/simulation.js';

/** Which run of an experiment a record belongs to. */
export interface RunKey {
  /** The label of its method entry: see `methodLabels`. */
  method: string;
  /** γ */
  stepsize: number;
  /** Of the problem's random parts, the samples and the times. */
  seed: number;
}

/** One evaluation: a line of `metrics.jsonl`. Quantities that a problem does not have are absent. */
export interface MetricsRecord extends RunKey, EvaluationPoint {}

/** One run (method × stepsize × seed): an element of `summary.json`. Times are simulated unless they say otherwise. */
export interface SummaryRecord extends RunKey, SimulationStatistics {
  /** How the run ended. */
  status: RunStatus;
  /** Why the run is not `finished`: what grew, or whom it waits for. */
  reason?: string;
  /** f at the end; NaN where nothing was evaluated. */
  finalObjective: number;
  /** max_i f_i at the end. */
  finalWorstWorkerObjective: number;
  /** f(x) − f* at the end, where f* is known. */
  finalSuboptimality?: number;
  /** The least f of any evaluation. */
  bestObjective: number;
  /** First evaluated time at which the target held; null when it never did or there is no target. */
  timeToTarget: number | null;
  /** What the run covers. */
  time: number;
  /** Real time. */
  wallSeconds: number;
  /** SHA-256 of the final model's bytes, little-endian. */
  digest: string;
}

/** A model update: a line of `events.jsonl`. */
export interface UpdateRecord extends RunKey, Omit<UpdateEvent, 'model'> {
  /** The new model, when d ≤ 64. */
  x?: number[];
}

/** A stretch of a worker's time: a line of `events.jsonl`. */
export interface IntervalRecord extends RunKey, IntervalEvent {
  /** Tells it from the other records. */
  type: 'interval';
}

/** A message that took time: a line of `events.jsonl`. */
export interface FlightRecord extends RunKey, FlightEvent {
  /** Tells it from the other records. */
  type: 'flight';
}

/** A line of `events.jsonl`. */
export type TraceRecord = UpdateRecord | IntervalRecord | FlightRecord;

/**
 * Messages that arrived at the server with a delay, or with delays within a bin: [δ, how many] or [least δ, how many, greatest δ]; both
 * ends are delays that occurred.
 */
export type DelayCount = [delay: number, count: number, last?: number];

/**
 * How the workers of one run spent their time: a line of `workers.jsonl`. What would grow with the number of workers or of updates is
 * bounded, so that a line stays below about 30 kB.
 */
export interface WorkersRecord extends RunKey {
  /**
   * Ascending. Up to 512 different delays are counted one by one. Of more, those below 128 still are; from there on, the delays from each
   * power of two to the next are divided into 32 bins of equal width, and bins without messages are left out.
   */
  delays: DelayCount[];
  /** Simulated seconds per kind, each a list with an entry per worker; of more than 200 workers those `listed`. */
  seconds: Record<IntervalKind, number[]>;
  /** Stochastic gradients that each of these workers finished. */
  gradients: number[];
  /**
   * The workers that the lists are about, where there are more than 200: 200 at equal distances from the fastest to the slowest. Their
   * order, and that of the lists, is that of the expected times of a gradient; of equal times, that of the numbers. Absent: all workers, by number.
   */
  listed?: number[];
  /** With `listed`: the number of all workers, and sums over all of them. */
  all?: {
    /** n */
    workers: number;
    /** Simulated seconds per kind. */
    seconds: Record<IntervalKind, number>;
    /** Stochastic gradients that were finished. */
    gradients: number;
  };
}

/** What one run gave: plain data that can be written as JSON, posted to another thread and sent to another machine. */
export interface RunOutcome {
  /** The run's place in the canonical order: see `listRuns`. */
  index: number;
  /** How it ended. */
  summary: SummaryRecord;
  /** Its evaluations, in order of time. */
  metrics: MetricsRecord[];
  /** null where the run could not even start. */
  workers: WorkersRecord | null;
}
