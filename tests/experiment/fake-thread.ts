import { serveRuns } from '../../bindings/experiment/run-thread.js';
import type { RunsRole } from '../../bindings/experiment/run-thread.js';
import type { Thread } from '../../bindings/threads/port.js';

/** A thread in name only: it serves in this one, and what it posts is copied as between threads. */
export class FakeThread implements Thread {
  /** All that was posted, either way. */
  readonly log: { from: 'caller' | 'thread'; message: Record<string, unknown> }[] = [];
  ended = false;
  #held: (() => void)[] | undefined;
  #toCaller: (message: unknown) => void = () => undefined;
  #toThread: ((message: unknown) => void) | undefined;
  #fail: (error: Error) => void = () => undefined;
  readonly #deaf: boolean;

  /** @param deaf Whether it never answers. */
  constructor(deaf = false) {
    this.#deaf = deaf;
  }

  post(message: unknown): void {
    this.#deliver('caller', message, (copy) => {
      if (this.#toThread !== undefined) this.#toThread(copy);
      else if (!this.#deaf) this.#begin(copy as RunsRole);
    });
  }

  detach(): void {
    // It keeps nothing alive.
  }

  onMessage(handler: (message: unknown) => void): void {
    this.#toCaller = handler;
  }

  onFailure(handler: (error: Error) => void): void {
    this.#fail = handler;
  }

  end(): Promise<void> {
    this.ended = true;
    return Promise.resolve();
  }

  /** Keeps what the thread posts from being delivered, until it is released. */
  hold(): void {
    this.#held = [];
  }

  release(): void {
    for (const deliver of this.#held ?? []) deliver();
    this.#held = undefined;
  }

  /** Lets it die of an error. */
  die(error: Error): void {
    this.#fail(error);
  }

  #begin(role: RunsRole): void {
    serveRuns(
      {
        post: (message) => this.#deliver('thread', message, (copy) => this.#toCaller(copy)),
        onMessage: (handler) => (this.#toThread = handler),
      },
      role,
    );
  }

  #deliver(from: 'caller' | 'thread', message: unknown, to: (copy: unknown) => void): void {
    const copy = structuredClone(message) as Record<string, unknown>;
    this.log.push({ from, message: copy });
    const deliver = (): void => {
      if (!this.ended) to(copy);
    };
    if (from === 'thread' && this.#held !== undefined) this.#held.push(deliver);
    else setTimeout(deliver, 0);
  }
}
