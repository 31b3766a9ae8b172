import { InputError } from '../errors.js';
import type { ComputationModel } from './computation-model.js';
import type { Interval } from './outages.js';
import { firstWhere, turnAt, WORK_TOLERANCE } from './progress.js';

/** Piecewise-constant power: from each time on the power that follows it, until the next time; none before the first. */
export type PowerPieces = readonly (readonly [time: number, power: number])[];

/** The latest time and the longest cycle, in simulated seconds. */
export const MOST_TIME = 1e100;
const LEAST_POWER = 1e-100;
const MOST_POWER = 1e100;

/**
 * What is wrong with the pieces of a power, if anything: times must ascend and be from 0 to 1e100, powers 0 or from 1e-100 to 1e100,
 * so that no sum of work leaves the float64 range.
 * @returns The place of the fault, the rule that it breaks, and the value.
 */
export function powerFault(pieces: PowerPieces): { path: number[]; rule: string; got: number } | undefined {
  let before = -Infinity;
  for (const [i, [time, power]] of pieces.entries()) {
    if (!(time >= 0 && time <= MOST_TIME)) return { path: [i, 0], rule: 'be a time from 0 to 1e100', got: time };
    if (!(time > before)) return { path: [i, 0], rule: `be greater than ${before}, because times ascend`, got: time };
    if (power !== 0 && !(power >= LEAST_POWER && power <= MOST_POWER)) return { path: [i, 1], rule: 'be a power of 0, or from 1e-100 to 1e100', got: power };
    before = time;
  }
  return undefined;
}

/**
 * The power v(t) of one worker and its integral. Sums of work are held in two float64 each, so that differences are exact to the
 * last bits however long the curve is.
 */
export class PowerCurve {
  readonly #times: Float64Array;
  readonly #powers: Float64Array;
  /** ∫_0^{times[k]} v, as the sum of two numbers; one entry more for the end of the cycle. */
  readonly #work: Float64Array;
  readonly #workRest: Float64Array;
  readonly #cycle: number;

  /**
   * @param pieces At least one.
   * @param cycle The curve repeats with this period, longer than its last time and at most 1e100; Infinity: the last power holds for ever.
   * @throws InputError when the pieces have a fault, there is none, or the cycle ends before them or is too long.
   */
  constructor(pieces: PowerPieces, cycle = Infinity) {
    const fault = powerFault(pieces);
    if (fault !== undefined) throw new InputError('PowerCurve', `pieces[${fault.path.join('][')}]`, fault.rule, fault.got);
    if (pieces.length === 0) throw new InputError('PowerCurve', 'pieces', 'have at least one entry', pieces);
    const last = pieces.at(-1)![0];
    if (!(cycle > last)) throw new InputError('PowerCurve', 'cycle', `be greater than ${last}, the last time`, cycle);
    if (cycle > MOST_TIME && cycle < Infinity) throw new InputError('PowerCurve', 'cycle', 'be at most 1e100', cycle);
    // A piece without power leads from 0 to the first time.
    const lead = pieces[0]![0] > 0 ? 1 : 0;
    const count = pieces.length + lead;
    const times = (this.#times = new Float64Array(count));
    const powers = (this.#powers = new Float64Array(count));
    pieces.forEach(([time, power], i) => {
      times[i + lead] = time;
      powers[i + lead] = power;
    });
    const work = (this.#work = new Float64Array(count + 1));
    const rest = (this.#workRest = new Float64Array(count + 1));
    for (let k = 0; k < count; k += 1) {
      const end = k + 1 < count ? times[k + 1]! : cycle;
      if (end === Infinity) break;
      const gain = (end - times[k]!) * powers[k]!;
      const sum = work[k]! + gain;
      const part = sum - work[k]!;
      rest[k + 1] = rest[k]! + (work[k]! - (sum - part) + (gain - part)); // what rounding the sum left out
      work[k + 1] = sum;
    }
    this.#cycle = cycle;
  }

  /**
   * One over the long-run mean power: cycle / ∫ over a cycle, or one over the last power. When the last power is 0, the mean time of a gradient
   * until then; Infinity when there is none.
   */
  get expectedTime(): number {
    const count = this.#times.length;
    if (this.#cycle < Infinity) return this.#cycle / this.#work[count]!;
    const power = this.#powers[count - 1]!;
    if (power > 0) return 1 / power;
    const work = this.#work[count - 1]!;
    return work >= 1 - WORK_TOLERANCE ? this.#times[count - 1]! / work : Infinity;
  }

  /**
   * The smallest D with ∫_start^{start+D} v = 1, by binary search over the pieces.
   * @returns Infinity when the power that is left does not suffice.
   */
  timeToFinish(start: number): number {
    const cycle = this.#cycle;
    const turns = cycle === Infinity ? 0 : turnAt(start, cycle);
    const offset = start - this.#startOf(turns);
    const first = this.#finish(offset, 1);
    if (first.time !== undefined) return first.time;
    if (cycle === Infinity) return Infinity;
    const perTurn = this.#work[this.#times.length]!;
    if (perTurn === 0) return Infinity;
    // Whole turns that leave something to do, then the turn in which it ends.
    const whole = Math.max(0, Math.ceil((first.missing - WORK_TOLERANCE) / perTurn) - 1);
    const missing = first.missing - whole * perTurn;
    const final = this.#finish(0, missing);
    const elapsed = cycle - offset + whole * cycle;
    return final.time === undefined ? elapsed + cycle : elapsed + final.time;
  }

  /** The stretches without power within [from, to], in order; touching ones are joined. */
  offTimes(from: number, to: number): Interval[] {
    const stretches: [number, number][] = [];
    const cycle = this.#cycle;
    const count = this.#times.length;
    let turn = cycle === Infinity ? 0 : turnAt(from, cycle);
    let k = this.#pieceAt(from - this.#startOf(turn));
    while (from < to) {
      const shift = this.#startOf(turn);
      const start = Math.max(from, shift + this.#times[k]!);
      const end = k + 1 < count ? shift + this.#times[k + 1]! : cycle === Infinity ? Infinity : shift + cycle;
      if (start >= to) break;
      if (this.#powers[k] === 0) {
        const before = stretches.at(-1);
        if (before !== undefined && before[1] >= start) before[1] = Math.min(to, end);
        else if (end > start) stretches.push([start, Math.min(to, end)]);
      }
      if (end === Infinity) break;
      k += 1;
      if (k === count) {
        k = 0;
        turn += 1;
      }
    }
    return stretches;
  }

  /** When a turn of the cycle begins; without a cycle there is turn 0 only. */
  #startOf(turn: number): number {
    return turn === 0 ? 0 : turn * this.#cycle;
  }

  /** The piece that a time within the cycle lies in. */
  #pieceAt(time: number): number {
    return lastAtMost(this.#times, time);
  }

  /** From a time within the cycle: when the missing work is done, or what is still missing at the end of the cycle. */
  #finish(from: number, missing: number): { time: number; missing: 0 } | { time?: undefined; missing: number } {
    const times = this.#times;
    const powers = this.#powers;
    const count = times.length;
    const endOf = (k: number): number => (k + 1 < count ? times[k + 1]! : this.#cycle);
    const k = this.#pieceAt(from);
    const inFirst = powers[k] === 0 ? 0 : (endOf(k) - from) * powers[k]!;
    if (missing - inFirst <= WORK_TOLERANCE) return { time: Math.min(missing / powers[k]!, endOf(k) - from), missing: 0 };
    if (k + 1 === count) return { missing: missing - inFirst };
    const left = missing - inFirst;
    // The last piece to begin with work to do: it ends there, unless the curve is over.
    const base = this.#work[k + 1]!;
    const baseRest = this.#workRest[k + 1]!;
    const doneBefore = (j: number): number => this.#work[j]! - base + (this.#workRest[j]! - baseRest);
    const low = firstWhere(k + 2, count, (j) => left - doneBefore(j) <= WORK_TOLERANCE) - 1;
    const rest = left - doneBefore(low);
    const available = powers[low] === 0 ? 0 : (endOf(low) - times[low]!) * powers[low]!;
    if (rest - available > WORK_TOLERANCE) return { missing: rest - available };
    return { time: times[low]! - from + Math.min(rest / powers[low]!, endOf(low) - times[low]!), missing: 0 };
  }
}

/**
 * The universal computation model: worker i has power v_i(t) ≥ 0, and a gradient started at s ends at the first t with ∫_s^t v_i = 1.
 * @param powers One curve per worker: pieces as in `PowerPieces`, in gradients per simulated second.
 * @param cycle The period with which all curves repeat, in simulated seconds; absent: the last powers hold for ever.
 * @returns The expected time is one over the long-run mean power; for a worker whose last power is 0, the mean time of a gradient until
 * then. `offTimes` are the stretches without power.
 * @throws InputError when there is no worker, or a curve has a fault.
 * @remarks Source: Tyurin, "Tight time complexities in parallel stochastic optimization with arbitrary computation dynamics",
 * arXiv 2408.04929.
 */
export function universalTimes(powers: readonly PowerPieces[], cycle?: number): ComputationModel {
  return curveTimes(powers.map((pieces) => new PowerCurve(pieces, cycle)));
}

/** The universal computation model of given curves. */
export function curveTimes(curves: readonly PowerCurve[]): ComputationModel {
  if (curves.length === 0) throw new InputError('universalTimes', 'powers', 'name at least one worker', curves);
  return {
    workers: curves.length,
    expectedTime: (worker) => curves[worker]!.expectedTime,
    duration: (worker, _, start) => curves[worker]!.timeToFinish(start),
    offTimes: (worker, from, to) => curves[worker]!.offTimes(from, to),
  };
}

/** The last index whose value is at most `time`; values ascend from one that is. */
function lastAtMost(values: Float64Array, time: number): number {
  return firstWhere(1, values.length, (k) => values[k]! > time) - 1;
}
