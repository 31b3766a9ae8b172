/** What is queued, in any order. */
export interface QueueState {
  readonly slots: Int32Array;
  readonly times: Float64Array;
}

/**
 * A priority queue of at most one event per slot, ordered by (time, slot): events at the same instant come in slot order,
 * whatever the order in which they were scheduled. An indexed binary heap: scheduling, cancelling and popping are
 * O(log of the events queued).
 */
export class EventQueue {
  readonly #times: Float64Array;
  readonly #heap: Int32Array;
  /** Where a slot stands in the heap; −1: not queued. */
  readonly #position: Int32Array;
  #size = 0;

  /** @param slots How many slots there are; they are numbered from 0. */
  constructor(slots: number) {
    this.#times = new Float64Array(slots);
    this.#heap = new Int32Array(slots);
    this.#position = new Int32Array(slots).fill(-1);
  }

  /** How many events are queued. */
  get size(): number {
    return this.#size;
  }

  /** Time of the first event; Infinity when there is none. */
  get nextTime(): number {
    return this.#size === 0 ? Infinity : this.#times[this.#heap[0]!]!;
  }

  /** Whether the slot has an event queued. */
  has(slot: number): boolean {
    return this.#position[slot] !== -1;
  }

  /** Queues the slot's event. @throws RangeError when it has one, or the time is not finite. */
  schedule(slot: number, time: number): void {
    if (this.has(slot)) throw new RangeError(`event queue: 'slot' must have no event queued, got ${slot}`);
    if (!Number.isFinite(time)) throw new RangeError(`event queue: 'time' must be finite, got ${time}`);
    this.#times[slot] = time;
    this.#size += 1;
    this.#siftUp(this.#size - 1, slot);
  }

  /** Removes the slot's event, if it has one. @returns Whether it had one. */
  cancel(slot: number): boolean {
    const at = this.#position[slot]!;
    if (at === -1) return false;
    this.#remove(at);
    return true;
  }

  /** Removes the first event. @returns Its slot, or −1 when the queue is empty. */
  pop(): number {
    if (this.#size === 0) return -1;
    const slot = this.#heap[0]!;
    this.#remove(0);
    return slot;
  }

  /** The slots and times of the first events, at most so many, in their order. */
  first(count: number): [slot: number, time: number][] {
    const events: [slot: number, time: number][] = [];
    // Places of the heap that may be next.
    const places = this.#size > 0 ? [0] : [];
    while (events.length < count && places.length > 0) {
      let next = 0;
      for (let j = 1; j < places.length; j += 1) if (this.#before(this.#heap[places[j]!]!, this.#heap[places[next]!]!)) next = j;
      const [place] = places.splice(next, 1);
      const slot = this.#heap[place!]!;
      events.push([slot, this.#times[slot]!]);
      for (const child of [2 * place! + 1, 2 * place! + 2]) if (child < this.#size) places.push(child);
    }
    return events;
  }

  /** A copy of what is queued; `schedule` of each restores it. */
  save(): QueueState {
    const slots = this.#heap.slice(0, this.#size);
    return { slots, times: Float64Array.from(slots, (slot) => this.#times[slot]!) };
  }

  /** Queues what was saved; the queue must be empty. */
  restore({ slots, times }: QueueState): void {
    slots.forEach((slot, j) => this.schedule(slot, times[j]!));
  }

  #remove(at: number): void {
    const slot = this.#heap[at]!;
    this.#position[slot] = -1;
    this.#size -= 1;
    if (at === this.#size) return;
    const moved = this.#heap[this.#size]!;
    if (at > 0 && this.#before(moved, this.#heap[(at - 1) >> 1]!)) this.#siftUp(at, moved);
    else this.#siftDown(at, moved);
  }

  #before(a: number, b: number): boolean {
    const ta = this.#times[a]!;
    const tb = this.#times[b]!;
    return ta < tb || (ta === tb && a < b);
  }

  #siftUp(from: number, slot: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const other = this.#heap[parent]!;
      if (!this.#before(slot, other)) break;
      this.#place(at, other);
      at = parent;
    }
    this.#place(at, slot);
  }

  #siftDown(from: number, slot: number): void {
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#before(this.#heap[child + 1]!, this.#heap[child]!)) child += 1;
      const other = this.#heap[child]!;
      if (!this.#before(other, slot)) break;
      this.#place(at, other);
      at = child;
    }
    this.#place(at, slot);
  }

  #place(at: number, slot: number): void {
    this.#heap[at] = slot;
    this.#position[slot] = at;
  }
}
