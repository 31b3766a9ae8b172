import type { Recorder } from './recorder.js';

/** Counts of a run so far. */
export interface SimulationStatistics {
  /** Model updates; for local methods rounds. */
  updates: number;
  /** Stochastic gradients that arrived; for methods with a worker half those that were computed. */
  gradients: number;
  /** Of them, or stopped while they were computed: those that were not used. */
  gradientsDiscarded: number;
  /** Simulated worker time spent on them. */
  discardedTime: number;
  /** Over the messages that arrived: k − v at arrival. */
  meanDelay: number;
  /** The largest k − v at arrival. */
  maxDelay: number;
  /** Fraction of worker time spent computing, over all workers and the whole run. */
  utilization: number;
  /** What the workers sent. */
  bytesUp: number;
  /** What was sent to them. */
  bytesDown: number;
}

/** The counts in books that are closed at `end`. */
export function statisticsOf(books: Recorder, updates: number, workers: number, end: number): SimulationStatistics {
  const { gradients, discarded, discardedTime, meanDelay, maxDelay, bytesUp, bytesDown, computingTime } = books;
  return {
    updates,
    gradients,
    gradientsDiscarded: discarded,
    discardedTime,
    meanDelay,
    maxDelay,
    utilization: end === 0 ? 0 : Math.min(1, computingTime / (workers * end)),
    bytesUp,
    bytesDown,
  };
}
