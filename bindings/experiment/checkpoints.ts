import { MemoryLimitError } from '../errors.js';

/** Real seconds of a unit of work before its first checkpoint, and at least between two. */
const FIRST_SECONDS = 2;
/** So many times as long as a checkpoint took, its unit works on before the next: at most 5 % of the time go into checkpoints. */
const WORK_PER_CHECKPOINT = 20;

/** The state of runs under way that share a schedule: plain data and typed arrays, which can be cloned and stored as they are. */
export interface Checkpoint {
  /** The runs, by index: see `listRuns`. Ended ones among them included. */
  readonly runs: readonly number[];
  /** What the runs need to go on: for the library alone. */
  readonly state: unknown;
}

/** Where checkpoints are kept. */
export interface CheckpointStore {
  /** What is kept; asked once, before anything runs. */
  load(): readonly Checkpoint[];
  /** Keeps a checkpoint in place of the one with the same runs. */
  save(checkpoint: Checkpoint): void;
  /** The runs of a checkpoint are over. */
  remove(runs: readonly number[]): void;
}

/** Saves a unit of work now and then, as long as its state can be saved. */
export class CheckpointRhythm {
  readonly #clock: () => number;
  readonly #take: () => Checkpoint | undefined;
  readonly #keep: (checkpoint: Checkpoint) => void;
  #next: number;

  /**
   * @param clock Real time in seconds.
   * @param take Takes a checkpoint; undefined, an error with the name `NotPlainState` or a `MemoryLimitError` where the state cannot be saved.
   * @param keep Is given each checkpoint.
   */
  constructor(clock: () => number, take: () => Checkpoint | undefined, keep: (checkpoint: Checkpoint) => void) {
    this.#clock = clock;
    this.#take = take;
    this.#keep = keep;
    this.#next = clock() + FIRST_SECONDS;
  }

  /** Called between slices. @param last Whether the unit is about to be interrupted, so that it is saved in any case. */
  pass(last: boolean): void {
    const began = this.#clock();
    if (this.#next === Infinity || (!last && began < this.#next)) return;
    const checkpoint = this.#tryTake();
    if (checkpoint === undefined) {
      this.#next = Infinity;
      return;
    }
    this.#keep(checkpoint);
    const ended = this.#clock();
    this.#next = ended + Math.max(FIRST_SECONDS, WORK_PER_CHECKPOINT * (ended - began));
  }

  #tryTake(): Checkpoint | undefined {
    try {
      return this.#take();
    } catch (error) {
      if (error instanceof MemoryLimitError || (error instanceof Error && error.name === 'NotPlainState')) return undefined;
      throw error;
    }
  }
}

/** Knows which units of a study have a checkpoint in the store, and has it removed when their runs are over. */
export class CheckpointKeeper<Unit extends { readonly checkpoint?: Checkpoint }> {
  readonly #store: CheckpointStore;
  readonly #kept = new Map<Unit, readonly number[]>();

  /** @param units Those that go on from a checkpoint have one in the store. */
  constructor(store: CheckpointStore, units: readonly Unit[]) {
    this.#store = store;
    for (const unit of units) if (unit.checkpoint !== undefined) this.#kept.set(unit, unit.checkpoint.runs);
  }

  save(unit: Unit, checkpoint: Checkpoint): void {
    this.#store.save(checkpoint);
    this.#kept.set(unit, checkpoint.runs);
  }

  /** The runs of a unit are over, or begin anew. */
  forget(unit: Unit): void {
    const runs = this.#kept.get(unit);
    if (runs !== undefined) this.#store.remove(runs);
    this.#kept.delete(unit);
  }
}

/** The buffers of all typed arrays in plain data, which can be handed to another thread without a copy; shared memory is left out. */
export function buffersIn(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    if (part instanceof ArrayBuffer) found.add(part);
    else if (ArrayBuffer.isView(part)) visit(part.buffer);
    else if (part instanceof Map) for (const pair of part) visit(pair);
    else for (const child of part instanceof Set ? part : Object.values(part)) visit(child);
  };
  visit(value);
  return [...found];
}
