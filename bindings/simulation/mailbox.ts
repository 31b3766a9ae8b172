import type { Direction } from '../computation/network-model.js';
import type { Vector } from '../kernels/vector.js';

/** What the messages under way contain, for one lane; the schedule knows when they arrive. */
export interface MailboxState {
  readonly contents: Readonly<Record<Direction, readonly (Vector | null)[]>>;
  readonly numbers: Readonly<Record<Direction, Float64Array>>;
}

/** Contents of the messages between the server and the workers: at most one each way per worker. */
export class Mailbox {
  readonly #contents: Readonly<Record<Direction, (Vector | null)[]>>;
  readonly #numbers: Readonly<Record<Direction, Float64Array>>;

  constructor(workers: number) {
    const empty = (): null[] => new Array<null>(workers).fill(null);
    this.#contents = { up: empty(), down: empty() };
    this.#numbers = { up: new Float64Array(workers), down: new Float64Array(workers) };
  }

  /** Posts a vector, which the mailbox holds from now on, and the number sent along; NaN without one. */
  put(worker: number, direction: Direction, content: Vector, number: number): void {
    this.#contents[direction][worker] = content;
    this.#numbers[direction][worker] = number;
  }

  /** The number that came with what is taken next. */
  number(worker: number, direction: Direction): number {
    return this.#numbers[direction][worker]!;
  }

  /** Takes what has arrived; it passes to the caller. null: a command without content. */
  take(worker: number, direction: Direction): Vector | null {
    const contents = this.#contents[direction];
    const content = contents[worker]!;
    contents[worker] = null;
    return content;
  }

  /** Drops what is under way to or from a worker. */
  drop(worker: number): void {
    this.take(worker, 'up')?.release();
    this.take(worker, 'down')?.release();
  }

  dispose(): void {
    for (let worker = 0; worker < this.#contents.up.length; worker += 1) this.drop(worker);
  }

  save(): MailboxState {
    return { contents: this.#contents, numbers: this.#numbers };
  }

  restore({ contents, numbers }: MailboxState): void {
    for (const direction of ['up', 'down'] as const) {
      contents[direction].forEach((content, worker) => (this.#contents[direction][worker] = content));
      this.#numbers[direction].set(numbers[direction]);
    }
  }
}
