import type { Vector } from '../kernels/vector.js';

/** A model update, as told to an observer. */
export interface UpdateEvent {
  /** Simulated time. */
  time: number;
  /** k after the update; for local methods the number of rounds. */
  update: number;
  /** Whose arrival led to it; for local methods whose merge ended the round. */
  worker: number;
  /** Delay of that arrival. */
  delay: number;
  /** The stepsize used. */
  gamma: number;
  /** The new model, for local methods the mean of the workers' models after their merges; valid during the call. */
  model: Vector;
}

/**
 * What a worker does: `busy` computing a gradient that is used, `wasted` computing one that is stopped or discarded, `off` in the
 * middle of one, `flight` waiting for a message that is under way, `idle` waiting otherwise.
 */
export type IntervalKind = 'busy' | 'wasted' | 'off' | 'flight' | 'idle';

/** Every kind, in the order in which figures stack them. */
export const INTERVAL_KINDS: readonly IntervalKind[] = ['busy', 'wasted', 'off', 'flight', 'idle'];

/** A stretch of a worker's time, as told to an observer. A worker's stretches follow each other without gaps. */
export interface IntervalEvent {
  /** From 0. */
  worker: number;
  /** What the worker did. */
  kind: IntervalKind;
  /** Simulated time. */
  start: number;
  /** Simulated time, ≥ `start`. */
  end: number;
}

/** A message that took time, as told to an observer when it has arrived. */
export interface FlightEvent {
  /** Who sent or received it, from 0. */
  worker: number;
  /** To the server, or to the worker. */
  direction: 'up' | 'down';
  /** Its size. */
  bytes: number;
  /** Simulated time at which it left. */
  start: number;
  /** Simulated time at which it arrived. */
  end: number;
}

/** Told what happens, as it happens; for traces. What has no lane is the same in all lanes, and told once, until the last lane ends. */
export interface SimulationObserver {
  /** Called after every model update. */
  onUpdate?(event: UpdateEvent, lane: number): void;
  /** Called when a stretch has ended. */
  onInterval?(event: IntervalEvent): void;
  /** Called when a message has arrived. */
  onFlight?(event: FlightEvent): void;
}

/** How the workers spent a run, and how stale their messages were. */
export interface WorkerStatistics {
  /** Messages that arrived at the server per delay: [δ, how many], ascending in δ. */
  delays: [delay: number, count: number][];
  /** Simulated seconds per kind, each a list with an entry per worker. */
  seconds: Record<IntervalKind, number[]>;
  /** Stochastic gradients that each worker finished. */
  gradients: number[];
}
