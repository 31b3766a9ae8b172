import { median } from '../report.js';

/** Something to be timed, synchronous or not. */
export interface Contestant {
  readonly name: string;
  readonly run: () => unknown;
}

export interface Rounds {
  readonly rounds: number;
  /** How long a contestant runs before it is the next one's turn. */
  readonly milliseconds: number;
}

/** What a contestant needed: a median per round. */
export class Times {
  readonly #microseconds: ReadonlyMap<string, readonly number[]>;

  constructor(microseconds: ReadonlyMap<string, readonly number[]>) {
    this.#microseconds = microseconds;
  }

  /** Median over the rounds, in microseconds per call; NaN for one that did not take part. */
  of(name: string): number {
    return median(this.#microseconds.get(name) ?? []);
  }

  /** How many times as long as `name` the other one took: the median of the rounds' ratios, which a change of the machine's state does not move. */
  ratio(name: string, other: string): number {
    const mine = this.#microseconds.get(name) ?? [];
    const others = this.#microseconds.get(other) ?? [];
    return median(others.map((time, round) => time / mine[round]!));
  }
}

/** Times contestants in turns, round after round, after a turn each that does not count. */
export async function alternate(contestants: readonly Contestant[], { rounds, milliseconds }: Rounds): Promise<Times> {
  const times = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const contestant of contestants) {
      const time = await timeFor(contestant, round < 0 ? Math.max(200, milliseconds) : milliseconds);
      if (round >= 0) times.get(contestant.name)!.push(time);
    }
    await new Promise(setImmediate); // lets an interrupt through
  }
  return new Times(times);
}

/** Runs a contestant for a while, three times at least. @returns Median microseconds per call. */
export async function timeFor({ run }: Contestant, milliseconds: number): Promise<number> {
  const times: number[] = [];
  const end = performance.now() + milliseconds;
  for (let now = performance.now(); now < end || times.length < 3; ) {
    const result = run();
    if (result instanceof Promise) await result;
    const after = performance.now();
    times.push(after - now);
    now = after;
  }
  return 1000 * median(times);
}
