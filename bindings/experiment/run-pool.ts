import { startThread } from '#platform';
import { decodeError } from '../threads/error-codec.js';
import type { Thread } from '../threads/port.js';
import type { Unit } from './planner.js';
import type { ResolvedExperiment } from './resolve.js';
import type { RunCommand, RunReport, RunsRole } from './run-thread.js';
import type { Seat } from './seat.js';
import type { UnitEvents } from './unit.js';

/** Whoever waits for something to end. */
interface Waiting {
  resolve(): void;
  reject(error: unknown): void;
}

/** A seat in a thread of its own. */
export class ThreadSeat implements Seat {
  readonly #thread: Thread;
  readonly #ready: Promise<void>;
  /** Told when the thread is ready, later when its unit has ended. */
  #waiting: Waiting | undefined;
  #events: UnitEvents = {};
  #failure: { readonly error: unknown } | undefined;

  /** @throws What the engine throws when it cannot start threads. */
  constructor(experiment: ResolvedExperiment, start: () => Thread = startThread) {
    this.#thread = start();
    this.#thread.onFailure((error) => this.#fail(error));
    this.#ready = this.#wait();
    this.#thread.onMessage((message) => this.#heed(message as RunReport));
    this.#thread.post({ role: 'runs', experiment } satisfies RunsRole);
  }

  /** Waits until the thread can be used. @throws What it died of before it could. */
  ready(): Promise<void> {
    return this.#ready;
  }

  run(unit: Unit, later: readonly number[], events: UnitEvents): Promise<void> {
    this.#events = events;
    const ended = this.#wait();
    this.#command({ do: 'run', unit, later, trace: events.onTrace !== undefined, checkpoints: events.onCheckpoint !== undefined });
    return ended;
  }

  grant(threads: number): void {
    this.#command({ do: 'grant', threads });
  }

  abort(): void {
    this.#command({ do: 'abort' });
  }

  async end(): Promise<void> {
    this.#waiting = undefined;
    this.#events = {};
    await this.#thread.end();
  }

  #command(command: RunCommand): void {
    this.#thread.post(command);
  }

  #wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      if (this.#failure !== undefined) this.#settle()?.reject(this.#failure.error);
    });
  }

  #heed(report: RunReport): void {
    try {
      this.#handOn(report);
    } catch (error) {
      this.#fail(error); // of a callback
    }
  }

  #handOn(report: RunReport): void {
    const events = this.#events;
    switch (report.tell) {
      case 'records':
        for (const [record, run] of report.metrics) events.onMetrics?.(record, run);
        for (const [record, run] of report.trace) events.onTrace?.(record, run);
        return this.#command({ do: 'send more' });
      case 'progress':
        return events.onProgress?.(report.run, report.underWay);
      case 'outcome':
        return events.onOutcome?.(report.outcome);
      case 'checkpoint':
        return events.onCheckpoint?.(report.checkpoint);
      case 'need':
        return events.onNeed?.(report.bytes);
      case 'notice':
        return events.onNotice?.(report.text);
      case 'failed':
        return this.#settle()?.reject(decodeError(report.error));
      case 'ready':
      case 'done':
        return this.#settle()?.resolve();
    }
  }

  #settle(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#events = {};
    this.#settle()?.reject(error);
  }
}

/**
 * Starts threads to run units in.
 * @returns undefined where threads cannot be started.
 */
export async function startSeats(count: number, experiment: ResolvedExperiment, start?: () => Thread): Promise<ThreadSeat[] | undefined> {
  const seats: ThreadSeat[] = [];
  try {
    while (seats.length < count) seats.push(new ThreadSeat(experiment, start));
    await Promise.all(seats.map((seat) => seat.ready()));
    return seats;
  } catch {
    await Promise.allSettled(seats.map((seat) => seat.end()));
    return undefined;
  }
}
