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

/** Turns that warming up takes: V8 optimises a kernel after a few calls. */
const WARM_UP = 8;
/** Share of the processor that a contestant must have had while it was timed, and how often to try. */
const LEAST_SHARE = 0.95;
const MOST_ATTEMPTS = 8;

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

/**
 * Times contestants in turns, round after round, after a turn each that does not count. The order changes from round to round, so that
 * nothing that recurs meets the same contestant again and again.
 */
export async function alternate(contestants: readonly Contestant[], { rounds, milliseconds }: Rounds): Promise<Times> {
  const times = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    const first = Math.max(0, round) % contestants.length;
    const order = [...contestants.slice(first), ...contestants.slice(0, first)];
    for (const contestant of round % 2 === 0 ? order : order.reverse()) {
      const time = await timeFor(contestant, round < 0 ? WARM_UP * milliseconds : milliseconds);
      if (round >= 0) times.get(contestant.name)!.push(time);
    }
    await new Promise(setImmediate); // lets an interrupt through
  }
  return new Times(times);
}

/**
 * Runs a contestant for a while, three times at least; again when other processes kept the processor from it, since they slow down long
 * calls more than short ones.
 * @returns Median microseconds per call.
 */
export async function timeFor({ run }: Contestant, milliseconds: number): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const times: number[] = [];
    const before = process.cpuUsage();
    const begin = performance.now();
    for (let now = begin; now < begin + milliseconds || times.length < 3; ) {
      const result = run();
      if (result instanceof Promise) await result;
      const after = performance.now();
      times.push(after - now);
      now = after;
    }
    const { user, system } = process.cpuUsage(before);
    const undisturbed = (user + system) / 1000 / (performance.now() - begin) >= LEAST_SHARE;
    if (undisturbed || attempt === MOST_ATTEMPTS) return 1000 * median(times);
  }
}
