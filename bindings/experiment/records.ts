import type { EvaluationPoint, RunStatus } from '../simulation/run.js';
import type { FlightEvent, IntervalEvent, UpdateEvent, WorkerStatistics } from '../simulation/observer.js';
import type { SimulationStatistics } from '../simulation/simulation.js';

/** Which run of an experiment a record belongs to. */
interface RunKey {
  method: string;
  stepsize: number;
  seed: number;
}

/** One evaluation: a line of `metrics.jsonl`. Quantities that a problem does not have are absent. */
export interface MetricsRecord extends RunKey, EvaluationPoint {}

/** One run (method × stepsize × seed): an element of `summary.json`. Times are simulated unless they say otherwise. */
export interface SummaryRecord extends RunKey, SimulationStatistics {
  status: RunStatus;
  /** Why the run is not `finished`: what grew, or whom it waits for. */
  reason?: string;
  finalObjective: number;
  /** max_i f_i at the end. */
  finalWorstWorkerObjective: number;
  /** f(x) − f* at the end, where f* is known. */
  finalSuboptimality?: number;
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
  type: 'interval';
}

/** A message that took time: a line of `events.jsonl`. */
export interface FlightRecord extends RunKey, FlightEvent {
  type: 'flight';
}

/** A line of `events.jsonl`. */
export type TraceRecord = UpdateRecord | IntervalRecord | FlightRecord;

/** How the workers of one run spent their time: a line of `workers.jsonl`. */
export interface WorkersRecord extends RunKey, WorkerStatistics {}

/** What one run gave: plain data that can be written as JSON, posted to another thread and sent to another machine. */
export interface RunOutcome {
  /** The run's place in the canonical order: see `listRuns`. */
  index: number;
  summary: SummaryRecord;
  metrics: MetricsRecord[];
  /** null where the run could not even start. */
  workers: WorkersRecord | null;
}
