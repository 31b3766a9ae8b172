/** How long workers need for their stochastic gradients. Times are simulated seconds; workers are numbered from 0. */
export interface ComputationModel {
  /** n: the number of workers. */
  readonly workers: number;
  /**
   * τ_i: the expected time of one stochastic gradient; Infinity for a worker that never returns one.
   * @param worker From 0.
   */
  expectedTime(worker: number): number;
  /**
   * The time that one particular gradient takes: a pure function of its arguments, so that all methods meet the same times.
   * @param worker From 0.
   * @param index How many gradients the worker started before this one.
   * @param start When it starts.
   * @returns A positive number; Infinity when it never ends.
   */
  duration(worker: number, index: number, start: number): number;
  /**
   * When a worker is off between two times: stretches of simulated time, in order, within [from, to]. Absent: never. Durations
   * include the stretches at which they pause.
   * @param worker From 0.
   * @param from Simulated seconds.
   * @param to Simulated seconds, ≥ `from`.
   */
  offTimes?(worker: number, from: number, to: number): readonly (readonly [start: number, end: number])[];
}
