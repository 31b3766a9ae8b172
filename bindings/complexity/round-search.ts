import type { PowerCurves } from './power-curves.js';

/** What a round collects: Σ w N, or −Σ w/N, over the curves with weights w and counts N, is to be at least so much. */
export interface Goal {
  readonly mean: 'sum' | 'harmonic';
  readonly least: number;
}

/** A gradient that is completed so many seconds after the start of a round. */
interface Completion {
  readonly elapsed: number;
  readonly curve: number;
}

/** Room for the rounding errors of n reciprocals. */
const SCORE_TOLERANCE = 1e-12;
/** Completions around the end of a round that are kept at first; each time that they do not suffice they become more. */
const NEARBY = 32;
const GROWTH = 4;
/** Times that differ by less, relative to the length of the round, are one. */
const SAME_TIME = 1e-14;
/** More completions than this within a bracket are not listed: then they follow each other so closely that the bracket's end will do. */
const MOST_LISTED = 100_000;
/** Rounds after which the score is summed anew, so that rounding errors do not add up. */
const SUM_ANEW = 256;

/**
 * Looks for the shortest round that reaches a goal. It keeps what all curves have completed shortly before and shortly after the end of
 * the last round, and the completions in between: when a few powers change, the next round is found from these alone.
 */
export class RoundSearch {
  readonly #curves: PowerCurves;
  readonly #harmonic: boolean;
  readonly #least: number;
  /** The bracket, in seconds from the start of a round, and the counts of the curves at its ends. */
  #lowTime = 0;
  #highTime = 0;
  #low: Float64Array;
  #high: Float64Array;
  #spare: Float64Array;
  /** The score at the low end: over the curves that have completed anything, and the others' number. */
  #score = 0;
  #missing = 0;
  /** Completions within the bracket, by time. */
  #completions: Completion[] = [];
  /** How many completions the bracket is to hold. */
  #nearby = NEARBY;
  /** The length of the last round. */
  #length = 0;
  /** Curves whose counts are not those of a constant power. */
  #changing = new Set<number>();
  #rounds = 0;

  constructor(curves: PowerCurves, { mean, least }: Goal) {
    this.#curves = curves;
    this.#harmonic = mean === 'harmonic';
    this.#least = least - SCORE_TOLERANCE * Math.abs(least);
    this.#low = new Float64Array(curves.count);
    this.#high = new Float64Array(curves.count);
    this.#spare = new Float64Array(curves.count);
  }

  /**
   * @param start When the round begins, not before the last one.
   * @returns Seconds from there to its end; Infinity when the goal is never reached.
   */
  roundLength(start: number): number {
    const changed = this.#changing;
    this.#curves.startAt(start, changed);
    this.#changing = this.#curves.changingWithin(this.#highTime);
    for (const curve of this.#changing) changed.add(curve);
    if (this.#length > 0) {
      this.#update(changed);
      this.#length = this.#walk();
      if (this.#length < Infinity) return this.#length;
      this.#nearby = Math.min(GROWTH * this.#nearby, Math.max(NEARBY, this.#curves.count));
    }
    this.#length = this.#search();
    return this.#length;
  }

  /** Counts again what some curves complete within the bracket. */
  #update(changed: ReadonlySet<number>): void {
    if (changed.size > 0) this.#completions = this.#completions.filter(({ curve }) => !changed.has(curve));
    for (const curve of changed) {
      this.#count(curve, -1);
      this.#low[curve] = this.#curves.completed(curve, this.#lowTime);
      this.#high[curve] = this.#curves.completed(curve, this.#highTime);
      this.#count(curve, 1);
      this.#listCompletions(curve);
    }
    if (changed.size > 0) this.#completions.sort((a, b) => a.elapsed - b.elapsed);
    this.#rounds += 1;
    if (this.#rounds % SUM_ANEW === 0) this.#sumAnew();
  }

  /** The first completion within the bracket at which the goal is reached; Infinity when it is not one of them. */
  #walk(): number {
    const { weights } = this.#curves;
    const counts = this.#low;
    let score = this.#score;
    let missing = this.#missing;
    if (missing === 0 && score >= this.#least) return Infinity; // reached before
    let length = Infinity;
    let seen = 0;
    for (const { elapsed, curve } of this.#completions) {
      const before = counts[curve]!;
      counts[curve] = before + 1;
      seen += 1;
      if (before === 0 && this.#harmonic) missing -= 1;
      score += this.#worth(weights[curve]!, before + 1) - this.#worth(weights[curve]!, before);
      if (missing === 0 && score >= this.#least) {
        length = elapsed;
        break;
      }
    }
    for (let c = 0; c < seen; c += 1) counts[this.#completions[c]!.curve]! -= 1;
    return length;
  }

  /** A search through all times, which begins at the length of the last round. */
  #search(): number {
    const bracket = this.#bracket();
    if (bracket === undefined) return Infinity;
    let [low, high] = bracket;
    while (this.#between() > NEARBY && high - low > SAME_TIME * high) {
      const middle = low + (high - low) / 2;
      if (this.#reached(middle, this.#spare)) {
        high = middle;
        [this.#high, this.#spare] = [this.#spare, this.#high];
      } else {
        low = middle;
        [this.#low, this.#spare] = [this.#spare, this.#low];
      }
    }
    this.#openBracket(low, high);
    const length = Math.min(this.#walk(), high); // counts and completions may differ by rounding errors
    // A narrow bracket around the end, with some completions in it, for the next rounds.
    let margin = length * SAME_TIME;
    do {
      margin *= 2;
      this.#reached(Math.max(0, length - margin), this.#low);
      this.#reached(length + margin, this.#high);
    } while (this.#between() < this.#nearby && margin < length);
    this.#openBracket(Math.max(0, length - margin), length + margin);
    return length;
  }

  /** Makes the bracket one whose ends' counts are known. */
  #openBracket(low: number, high: number): void {
    this.#lowTime = low;
    this.#highTime = high;
    this.#sumAnew();
    this.#completions = [];
    this.#changing = this.#curves.changingWithin(high);
    if (this.#between() > MOST_LISTED) return;
    for (let curve = 0; curve < this.#curves.count; curve += 1) this.#listCompletions(curve);
    this.#completions.sort((a, b) => a.elapsed - b.elapsed);
  }

  /** A time at which the goal is not reached and a later one at which it is; undefined when there is none. */
  #bracket(): [low: number, high: number] | undefined {
    const known = this.#highTime > 0;
    const guess = known ? (this.#lowTime + this.#highTime) / 2 : this.#firstCompletion();
    if (guess === Infinity) return undefined;
    let step = known ? Math.max(this.#highTime - this.#lowTime, guess * SAME_TIME) : guess;
    if (this.#reached(guess, this.#high)) {
      let high = guess;
      for (;;) {
        const low = Math.max(0, high - step);
        if (!this.#reached(low, this.#low)) return [low, high];
        [this.#high, this.#low] = [this.#low, this.#high];
        high = low;
        step *= 4;
      }
    }
    [this.#low, this.#high] = [this.#high, this.#low];
    let low = guess;
    for (;;) {
      const high = low + step;
      if (this.#reached(high, this.#high)) return [low, high];
      if (high === Infinity || (high > this.#curves.horizon && !this.#reachable())) return undefined;
      [this.#low, this.#high] = [this.#high, this.#low];
      low = high;
      step *= 4;
    }
  }

  #firstCompletion(): number {
    let earliest = Infinity;
    for (let curve = 0; curve < this.#curves.count; curve += 1) earliest = Math.min(earliest, this.#curves.elapsedAt(curve, 1));
    return earliest;
  }

  /** Completions between the ends of the bracket. */
  #between(): number {
    let count = 0;
    for (let curve = 0; curve < this.#curves.count; curve += 1) count += this.#high[curve]! - this.#low[curve]!;
    return count;
  }

  /** Writes what each curve has completed. @returns Whether the goal is reached. */
  #reached(elapsed: number, counts: Float64Array): boolean {
    const curves = this.#curves;
    for (let curve = 0; curve < curves.count; curve += 1) counts[curve] = curves.completed(curve, elapsed);
    return this.#scoreOf(counts) >= this.#least;
  }

  /** Whether the goal is reached at some time, given that curves whose power lasts complete as many gradients as one likes. */
  #reachable(): boolean {
    const curves = this.#curves;
    for (let curve = 0; curve < curves.count; curve += 1) this.#spare[curve] = curves.lasts(curve) ? Infinity : this.#high[curve]!;
    return this.#scoreOf(this.#spare) >= this.#least;
  }

  #scoreOf(counts: Float64Array): number {
    const { weights } = this.#curves;
    let score = 0;
    if (this.#harmonic) for (let curve = 0; curve < counts.length; curve += 1) score -= weights[curve]! / counts[curve]!;
    else for (let curve = 0; curve < counts.length; curve += 1) score += weights[curve]! * counts[curve]!;
    return score;
  }

  /** What a curve contributes to the score; curves that have completed nothing are counted apart. */
  #worth(weight: number, count: number): number {
    if (!this.#harmonic) return weight * count;
    return count === 0 ? 0 : -weight / count;
  }

  /** Adds a curve to the score at the low end, or takes it away. */
  #count(curve: number, sign: 1 | -1): void {
    const count = this.#low[curve]!;
    this.#score += sign * this.#worth(this.#curves.weights[curve]!, count);
    if (this.#harmonic && count === 0) this.#missing += sign;
  }

  #sumAnew(): void {
    this.#score = 0;
    this.#missing = 0;
    for (let curve = 0; curve < this.#curves.count; curve += 1) this.#count(curve, 1);
  }

  /** Adds a curve's completions within the bracket to the list. */
  #listCompletions(curve: number): void {
    const count = this.#high[curve]! - this.#low[curve]!;
    if (count > MOST_LISTED) return;
    for (let j = 1; j <= count; j += 1) this.#completions.push({ elapsed: this.#curves.elapsedAt(curve, this.#low[curve]! + j), curve });
  }
}
