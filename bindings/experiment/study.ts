import { availableMemory } from '#platform';
import { InputError } from '../errors.js';
import { CheckpointKeeper } from './checkpoints.js';
import { conduct } from './conduct.js';
import { machineBytes, runsThatFit } from './memory-need.js';
import { lanesPay, planUnits, UnitQueue } from './planner.js';
import type { Unit } from './planner.js';
import type { ResolvedExperiment } from './resolve.js';
import type { ExperimentOptions, ExperimentResult } from './run.js';
import { listEntryRuns } from './run-list.js';
import { startSeats } from './run-pool.js';
import type { Seat } from './seat.js';
import { LocalSeat } from './seat.js';
import { StudyBook } from './study-book.js';
import { bestStepsizes } from './tuning.js';
import type { UnitEvents } from './unit.js';

/** More than the memory of a kernel instance no unit can take, apart from what it takes outside. */
const MOST_BYTES = machineBytes(2 ** 32, 1e5);

/** Runs a study: plans units of work, has them run in this thread or in several, and collects the outcomes. */
export async function runStudy(experiment: ResolvedExperiment, options: ExperimentOptions): Promise<ExperimentResult> {
  const { threads = 1, methods = [], onTrace, signal } = options;
  if (!(Number.isInteger(threads) && threads >= 1)) throw new InputError('runExperiment', 'threads', 'be a whole number of at least 1', threads);
  const runs = listEntryRuns(experiment, methods);
  const book = new StudyBook(runs, options);
  // A run that goes on would lack the beginning of its trace.
  const store = onTrace === undefined ? options.checkpoints : undefined;
  const checkpoints = store?.load() ?? [];
  for (const checkpoint of checkpoints) if (checkpoint.runs.every((index) => book.has(index))) store!.remove(checkpoint.runs);
  const units = planUnits(book.todo, {
    // A program's own method may share something between its runs, which must then come one after the other.
    lanes: lanesPay(experiment) && onTrace === undefined && methods.length === 0,
    threads: isPrivate(options) ? 1 : threads,
    checkpoints,
  });
  const { seats, available } = await takeSeats(experiment, options, threads, units);
  const queue = new UnitQueue(units, seats.length > 1);
  for (const outcome of book.known.values()) queue.finished(runs[outcome.index]!.entry, outcome);
  const keeper = store === undefined ? undefined : new CheckpointKeeper(store, units);
  const forget = (unit: Unit): void => {
    book.ended(unit);
    keeper?.forget(unit);
  };
  const noticed = new Set<string>();
  const room = new Room(seats.length);
  const events = (unit: Unit): UnitEvents => ({
    onMetrics: (record, run) => options.onMetrics?.(record, run),
    ...(onTrace === undefined ? {} : { onTrace: (record, run) => onTrace(record, run) }),
    onProgress: (run, underWay) => {
      const progress = book.progress(unit, run, underWay);
      options.onProgress?.(progress);
    },
    onOutcome: (outcome) => {
      book.add(unit, outcome);
      if (outcome.summary.status === 'interrupted') return;
      queue.finished(unit.entry, outcome);
      options.onOutcome?.(outcome);
    },
    onNeed: (bytes) => room.take(bytes),
    onNotice: (text) => {
      if (!noticed.has(text)) options.onNotice?.(text);
      noticed.add(text);
    },
    ...(keeper === undefined ? {} : { onCheckpoint: (checkpoint) => keeper.save(unit, checkpoint) }),
  });
  try {
    await conduct({
      seats,
      threads: available,
      queue,
      signal,
      room: room.seats,
      events,
      ended: (unit) => {
        room.open();
        if (unit.runs.every((index) => book.has(index))) forget(unit);
      },
      apart: (unit) => {
        room.open();
        forget(unit);
        return unit.runs.filter((index) => !book.has(index));
      },
    });
  } finally {
    await Promise.all(seats.map((seat) => seat.end()));
  }
  const { outcomes } = book;
  const summary = outcomes.map((outcome) => outcome.summary);
  return {
    experiment,
    metrics: outcomes.flatMap((outcome) => outcome.metrics),
    summary,
    best: bestStepsizes(summary),
    interrupted: signal?.aborted ?? false,
    interruptedRuns: book.interrupted,
  };
}

/** Whether an experiment has parts that cannot be handed to another thread, because they are functions. */
function isPrivate({ methods = [], problem, kernels }: ExperimentOptions): boolean {
  return methods.length > 0 || problem !== undefined || kernels !== undefined;
}

/** Where the units run: in threads, or in this one if it is alone, if there is one unit, or if the experiment cannot be handed over. */
async function takeSeats(
  experiment: ResolvedExperiment, options: ExperimentOptions, threads: number, units: readonly Unit[],
): Promise<{ seats: readonly Seat[]; available: number }> {
  const here = (available: number) => ({ seats: [new LocalSeat(experiment, options, available > 1)], available });
  if (threads === 1 || units.length === 0) return here(1);
  if (!('SharedArrayBuffer' in globalThis)) {
    options.onNotice?.('Memory cannot be shared between threads here, so that everything runs in one thread.');
    return here(1);
  }
  if (units.length === 1 || isPrivate(options)) return here(threads);
  const seats = await startSeats(Math.min(threads, units.length), experiment);
  if (seats !== undefined) return { seats, available: threads };
  options.onNotice?.('Threads cannot be started here, so that everything runs in one thread.');
  return here(1);
}

/** How many units can be in the machine's memory at a time: known when the first tells what it needs, if that may matter at all. */
class Room {
  readonly seats: Promise<number> | undefined;
  readonly #available = availableMemory();
  readonly #most: number;
  #tell: ((seats: number) => void) | undefined;

  /** @param most Seats. */
  constructor(most: number) {
    this.#most = most;
    if (most === 1 || runsThatFit(MOST_BYTES, this.#available, most) === most) return;
    this.seats = new Promise((resolve) => (this.#tell = resolve));
  }

  take(bytes: number): void {
    this.#tell?.(runsThatFit(bytes, this.#available, this.#most));
  }

  /** The first unit is over, whether or not it told what it needs. */
  open(): void {
    this.#tell?.(this.#most);
  }
}
