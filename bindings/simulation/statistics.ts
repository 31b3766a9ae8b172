import type { Recorder } from './recorder.js';

/** Counts of a run so far. */
export interface SimulationStatistics {
  /** Model updates; for local methods rounds. */
  updates: number;
  /** Stochastic gradients that arrived; for methods with a worker half those that were computed. */
  gradients: number;
  gradientsDiscarded: number;
  /** Simulated worker time spent on them. */
  discardedTime: number;
  /** Over the messages that arrived: k − v at arrival. */
  meanDelay: number;
  maxDelay: number;
  /** Fraction of worker time spent computing, over all workers and the whole run. */
  utilization: number;
  bytesUp: number;
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
