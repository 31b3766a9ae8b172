/** Which way a message goes: up to the server, or down to the worker. */
export type Direction = 'up' | 'down';

/** How long messages between the server and the workers take. Times are simulated seconds; workers are numbered from 0. */
export interface NetworkModel {
  /** n: the number of workers. */
  readonly workers: number;
  /** Whether every message takes no time. */
  readonly instantaneous: boolean;
  /**
   * The time that one particular message is in flight: latency + bytes/bandwidth, a pure function of its arguments, so that all
   * methods meet the same network.
   * @param worker From 0.
   * @param direction Up to the server, or down to the worker.
   * @param index How many messages went between the server and this worker in this direction before.
   * @param bytes Size of the message; 0 for a command without content.
   * @returns A finite number of at least 0.
   */
  flightTime(worker: number, direction: Direction, index: number, bytes: number): number;
}
