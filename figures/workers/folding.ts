import type { IntervalKind } from '../../bindings/index.js';

/** A stretch of a worker's time. */
export interface Stretch {
  kind: IntervalKind;
  start: number;
  end: number;
}

/**
 * Puts stretches that are too short to be seen together into longer ones, each of the kind that most of it is of, so that a list of
 * any length becomes one that a figure can show.
 */
export class Folding {
  readonly #resolution: number;
  readonly #result: Stretch[] = [];
  #pending: Stretch[] = [];

  /** @param resolution The shortest time that can be seen. */
  constructor(resolution: number) {
    this.#resolution = resolution;
  }

  /** @param stretch Begins where the one before ended, or later. */
  add(stretch: Stretch): void {
    if (stretch.end <= stretch.start) return;
    if (stretch.end - stretch.start >= this.#resolution) {
      this.#flush();
      this.#result.push(stretch);
      return;
    }
    if (this.#pending.length > 0 && this.#pending.at(-1)!.end < stretch.start) this.#flush();
    this.#pending.push(stretch);
    if (stretch.end - this.#pending[0]!.start >= this.#resolution) this.#flush();
  }

  /** The stretches so far, in order. */
  get stretches(): Stretch[] {
    return this.#pending.length === 0 ? [...this.#result] : [...this.#result, together(this.#pending)];
  }

  #flush(): void {
    if (this.#pending.length === 0) return;
    this.#result.push(together(this.#pending));
    this.#pending = [];
  }
}

/** One stretch instead of several that touch. */
function together(stretches: readonly Stretch[]): Stretch {
  const times = new Map<IntervalKind, number>();
  for (const { kind, start, end } of stretches) times.set(kind, (times.get(kind) ?? 0) + end - start);
  const [kind] = [...times].reduce((a, b) => (b[1] > a[1] ? b : a));
  return { kind, start: stretches[0]!.start, end: stretches.at(-1)!.end };
}
