import { MemoryLimitError } from '../errors.js';
import type { Unit, UnitQueue } from './planner.js';
import { shareThreads } from './planner.js';
import type { Seat } from './seat.js';
import type { UnitEvents } from './unit.js';

/** What units are run for. */
export interface Conductor {
  /** The seats, and how many threads there are for them and for what runs in them. */
  readonly seats: readonly Seat[];
  readonly threads: number;
  readonly queue: UnitQueue;
  readonly signal?: AbortSignal | undefined;
  /** How many seats may be taken at a time, once it is known; absent: all. The first is taken at once. */
  readonly room?: Promise<number> | undefined;
  /** Who is told what a unit computes. */
  events(unit: Unit): UnitEvents;
  /** A unit has ended, by itself or because it was aborted. */
  ended(unit: Unit): void;
  /** The runs of a unit cannot be computed together, or not go on. @returns Those that are not over. */
  apart(unit: Unit): readonly number[];
}

/**
 * Gives units of work to seats until none is left, one at a time to each; threads without a unit are granted to the units that run.
 * Once it is aborted, no unit is begun any more.
 * @throws The first error of a unit or a callback; other units may still run then.
 */
export async function conduct(conductor: Conductor): Promise<void> {
  const { seats, threads, queue, signal } = conductor;
  const busy = new Set<Seat>();
  const granted = new Map<Seat, number>();
  let failed = false;

  let granting = false;
  /** Soon, when every free seat has taken what waits. */
  const grant = (): void => {
    if (granting) return;
    granting = true;
    queueMicrotask(() => {
      granting = false;
      const shares = shareThreads(threads - busy.size, busy.size);
      for (const [place, seat] of [...busy].entries()) {
        const share = shares[place]!;
        if ((granted.get(seat) ?? 0) === share) continue;
        granted.set(seat, share);
        seat.grant(share);
      }
    });
  };
  const work = async (seat: Seat, place: number): Promise<void> => {
    // Where it is aborted from the start no unit is begun, and none tells how much room there is.
    if (place > 0 && conductor.room !== undefined && (signal?.aborted === true || place >= (await conductor.room))) return;
    while (!failed && signal?.aborted !== true) {
      const unit = queue.next();
      if (unit === undefined) return;
      busy.add(seat);
      grant();
      try {
        await seat.run(unit, queue.seeds, conductor.events(unit));
        conductor.ended(unit);
      } catch (error) {
        if (!needsApart(error) || (unit.runs.length === 1 && unit.checkpoint === undefined)) throw error;
        queue.separate(unit.entry, unit.seed, conductor.apart(unit));
      } finally {
        busy.delete(seat);
        grant();
      }
    }
  };
  const abort = (): void => {
    for (const seat of busy) seat.abort();
  };
  signal?.addEventListener('abort', abort);
  try {
    await Promise.all(seats.map(work));
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** Whether runs fail together that may succeed alone: their schedules differ, or there is no memory for all of them. */
function needsApart(error: unknown): boolean {
  return error instanceof MemoryLimitError || (error instanceof Error && error.name === 'SchedulesDiffer');
}
