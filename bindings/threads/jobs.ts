/** What has become of a job's slot. */
export const JobState = { free: 0, ready: 1, taken: 2, done: 3, failed: 4, reclaimed: 5 } as const;
export type JobState = (typeof JobState)[keyof typeof JobState];

/** Numbers of 4 bytes in a cache line: counters lie in lines of their own. */
const LINE = 16;
/** How many jobs are ready; for moments it may differ from the number of slots. */
const READY = 0;
const CLOSED = LINE;
/** Whether the owner sleeps, or is about to. */
const OWNER_SLEEPS = 2 * LINE;
/** How much of the kernels' memory is in use, in units of 64 bytes. */
const RESERVED = 3 * LINE;
const COUNTERS = 4 * LINE;
/** Of what a helper's line holds: whether it sleeps, or is about to, and how many jobs it has finished. */
const ASLEEP = 0;
const FINISHED = 1;
const RESERVED_UNIT = 64;

/** Bytes for the text of a helper's error. */
const ERROR_BYTES = 512;

/**
 * The slots of a board of jobs, in memory that its owner (the thread that offers jobs) and helpers share. The owner alone moves a slot from free to ready,
 * from ready to reclaimed, and back to free; a helper from ready to taken, done or failed. A job's numbers belong to whoever may move it on.
 */
export class Jobs {
  readonly workers: Int32Array;
  readonly indices: Float64Array;
  readonly x: Float64Array;
  readonly out: Float64Array;
  readonly priorities: Float64Array;
  readonly #counters: Int32Array;
  /** A line for each helper. */
  readonly #helpers: Int32Array;
  readonly #states: Int32Array;
  readonly #holders: Int32Array;
  readonly #errors: Uint8Array;

  constructor(
    readonly buffer: SharedArrayBuffer,
    readonly capacity: number,
    readonly helpers: number,
  ) {
    let at = 0;
    const floats = (): Float64Array => new Float64Array(buffer, (at += capacity * 8) - capacity * 8, capacity);
    const integers = (count: number): Int32Array => new Int32Array(buffer, (at += count * 4) - count * 4, count);
    this.#counters = integers(COUNTERS);
    this.#helpers = integers(helpers * LINE);
    this.indices = floats();
    this.x = floats();
    this.out = floats();
    this.priorities = floats();
    this.#states = integers(capacity);
    this.#holders = integers(capacity);
    this.workers = integers(capacity);
    this.#errors = new Uint8Array(buffer, at);
  }

  /** Slots that are all free. */
  static create(capacity: number, helpers: number): Jobs {
    const bytes = (COUNTERS + helpers * LINE) * 4 + capacity * (4 * 8 + 3 * 4) + helpers * ERROR_BYTES;
    return new Jobs(new SharedArrayBuffer(bytes), capacity, helpers);
  }

  state(slot: number): JobState {
    return Atomics.load(this.#states, slot) as JobState;
  }

  /** Which helper took the job. */
  holder(slot: number): number {
    return Atomics.load(this.#holders, slot);
  }

  /** Offers the job in a slot. @param reservedBytes How much of the kernels' memory is in use. */
  offer(slot: number, reservedBytes: number): void {
    Atomics.store(this.#counters, RESERVED, Math.ceil(reservedBytes / RESERVED_UNIT));
    Atomics.store(this.#states, slot, JobState.ready);
    Atomics.add(this.#counters, READY, 1);
  }

  /** @returns A helper that sleeps, −1 where none does. */
  sleeper(): number {
    for (let helper = 0; helper < this.helpers; helper += 1) if (Atomics.load(this.#helpers, helper * LINE + ASLEEP) !== 0) return helper;
    return -1;
  }

  /** Wakes a helper. */
  wake(helper: number): void {
    Atomics.store(this.#helpers, helper * LINE + ASLEEP, 0);
    Atomics.notify(this.#helpers, helper * LINE + ASLEEP);
  }

  /** How many jobs a helper has finished; starts again from −2³¹ beyond 2³¹ − 1. */
  finished(helper: number): number {
    return Atomics.load(this.#helpers, helper * LINE + FINISHED);
  }

  /** Withdraws a job that nobody has taken. @returns Whether that was so. */
  reclaim(slot: number): boolean {
    if (Atomics.compareExchange(this.#states, slot, JobState.ready, JobState.reclaimed) !== JobState.ready) return false;
    Atomics.sub(this.#counters, READY, 1);
    return true;
  }

  free(slot: number): void {
    Atomics.store(this.#states, slot, JobState.free);
  }

  /** Takes the ready job with the lowest priority number. @returns Its slot, −1 where there is none. */
  take(helper: number): number {
    while (Atomics.load(this.#counters, READY) > 0) {
      let best = -1;
      for (let slot = 0; slot < this.capacity; slot += 1) {
        if (Atomics.load(this.#states, slot) !== JobState.ready) continue;
        if (best === -1 || this.priorities[slot]! < this.priorities[best]!) best = slot;
      }
      if (best === -1) return -1;
      if (Atomics.compareExchange(this.#states, best, JobState.ready, JobState.taken) !== JobState.ready) continue;
      Atomics.sub(this.#counters, READY, 1);
      Atomics.store(this.#holders, best, helper);
      return best;
    }
    return -1;
  }

  /** How much of the kernels' memory is in use, in bytes. */
  get reservedBytes(): number {
    return Atomics.load(this.#counters, RESERVED) * RESERVED_UNIT;
  }

  /** The job that a helper took is done, or has failed. */
  finish(slot: number, error?: string): void {
    const helper = this.holder(slot);
    if (error !== undefined) this.#writeError(helper, error);
    Atomics.add(this.#helpers, helper * LINE + FINISHED, 1);
    Atomics.store(this.#states, slot, error === undefined ? JobState.done : JobState.failed);
    if (Atomics.load(this.#counters, OWNER_SLEEPS) !== 0) Atomics.notify(this.#states, slot);
  }

  /** What went wrong in a helper. */
  error(helper: number): string {
    const bytes = this.#errors.slice(helper * ERROR_BYTES, (helper + 1) * ERROR_BYTES);
    const end = bytes.indexOf(0);
    return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end));
  }

  /** Whether there may be something to take, or to leave for. */
  get stirred(): boolean {
    return Atomics.load(this.#counters, READY) > 0 || this.closed;
  }

  /** Lets a helper sleep until it is woken. */
  sleep(helper: number): void {
    const asleep = helper * LINE + ASLEEP;
    Atomics.store(this.#helpers, asleep, 1);
    // Whoever offers or closes after this sees the sleeper; what came before is seen here.
    if (this.stirred) Atomics.store(this.#helpers, asleep, 0);
    else Atomics.wait(this.#helpers, asleep, 1);
  }

  /** Lets the owner sleep until a taken job is done, or the time is over. */
  awaitFinish(slot: number, milliseconds: number): void {
    Atomics.store(this.#counters, OWNER_SLEEPS, 1);
    Atomics.wait(this.#states, slot, JobState.taken, milliseconds);
    Atomics.store(this.#counters, OWNER_SLEEPS, 0);
  }

  get closed(): boolean {
    return Atomics.load(this.#counters, CLOSED) !== 0;
  }

  /** Sends the helpers away. */
  close(): void {
    Atomics.store(this.#counters, CLOSED, 1);
    for (let helper = 0; helper < this.helpers; helper += 1) this.wake(helper);
  }

  #writeError(helper: number, text: string): void {
    const bytes = new TextEncoder().encode(text).subarray(0, ERROR_BYTES);
    this.#errors.fill(0, helper * ERROR_BYTES, (helper + 1) * ERROR_BYTES);
    this.#errors.set(bytes, helper * ERROR_BYTES);
  }
}
