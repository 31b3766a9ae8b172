import { InputError } from '../errors.js';
import { Purpose } from '../kernels/random.js';
import type { Random } from '../kernels/random.js';
import type { ComputationModel } from './computation-model.js';
import { firstWhere, longestTime, MOST_STRETCHES, timeToFinish } from './progress.js';

/** A stretch of simulated time, from its first instant to its last; Infinity: for ever. */
export type Interval = readonly [from: number, to: number];

/** When one worker is off: the outage that a time lies in, or the next one; undefined after the last. */
type NextOutage = (worker: number, time: number) => Interval | undefined;

/** Given outages: intervals by worker number, counted from 0; workers without an entry are always on. */
export type OutageIntervals = Readonly<Record<string, readonly Interval[]>>;

/** Outages at random times. */
export interface RandomOutageOptions {
  /** Mean simulated seconds from the end of an outage to the next; exponentially distributed. */
  readonly every: number;
  /** Mean simulated seconds of an outage, at most 1000 times `every`; exponentially distributed. */
  readonly length: number;
}

/**
 * What is wrong with a list of intervals, if anything.
 * @returns The place of the fault, the rule that it breaks, and the value.
 */
export function intervalFault(intervals: readonly Interval[]): { path: number[]; rule: string; got: number } | undefined {
  let before = 0;
  for (const [i, [from, to]] of intervals.entries()) {
    if (!(from >= before)) return { path: [i, 0], rule: `be at least ${before}, because intervals go forward in time`, got: from };
    if (!(to > from)) return { path: [i, 1], rule: `be greater than ${from}, where the interval begins`, got: to };
    before = to;
  }
  return undefined;
}

/**
 * Given outages over a base: while worker i is off, its work pauses; it takes τ_i of its time on.
 * @param base The times of a worker that is on.
 * @param intervals When workers are off, in simulated seconds.
 * @returns The expected time is that of the base, because finitely many outages do not change the long run; Infinity for a worker
 * that goes off for good before its first gradient ends.
 * @throws InputError when a worker does not exist, or its intervals are not in order of time.
 */
export function givenOutages(base: ComputationModel, intervals: OutageIntervals): ComputationModel {
  const lists = new Map<number, readonly Interval[]>();
  for (const [key, list] of Object.entries(intervals)) {
    const fault = intervalFault(list);
    if (fault !== undefined) throw new InputError('givenOutages', `intervals.${key}[${fault.path.join('][')}]`, fault.rule, fault.got);
    lists.set(workerNumber(key, base.workers, 'givenOutages', 'intervals'), list);
  }
  const next: NextOutage = (worker, time) => {
    const list = lists.get(worker);
    return list?.[firstWhere(0, list.length, (k) => list[k]![1] > time)];
  };
  const model = pausing(base, next);
  return { ...model, expectedTime: (worker) => (model.duration(worker, 0, 0) === Infinity ? Infinity : base.expectedTime(worker)) };
}

/**
 * Random outages over a base: each worker is on for an Exp(1/every) time, off for an Exp(1/length) time, and so on, from 0. While it
 * is off, its work pauses.
 * @param base The times of a worker that is on.
 * @param options Mean times on and off.
 * @param random The random streams of a seed, as `kernels.random(seed)` gives them.
 * @returns The expected time is τ_i (every + length)/every: one over the long-run mean of the speed.
 * @throws InputError when a mean is not positive and finite, `every` is more than 10⁶ times shorter than the longest finite base time, or
 * `length` is more than 1000 times `every`.
 */
export function randomOutages(base: ComputationModel, { every, length }: RandomOutageOptions, random: Random): ComputationModel {
  for (const [what, value] of Object.entries({ every, length })) {
    if (!(value > 0 && value < Infinity)) throw new InputError('randomOutages', what, 'be a finite number greater than 0', value);
  }
  const shortest = longestTime(base) / MOST_STRETCHES;
  if (every < shortest) throw new InputError('randomOutages', 'every', `be at least ${shortest}, a millionth of the longest base time`, every);
  if (length > longestLength(every)) throw new InputError('randomOutages', 'length', lengthRule(every), length);
  const { kernels } = random;
  const exponential = (worker: number, index: number, mean: number): number => -mean * kernels.log(1 - random.uniform(Purpose.outages, worker, index));
  // Drawn as far as time has come; what is drawn depends on the worker and the number of the outage alone.
  const drawn = Array.from({ length: base.workers }, (): { from: number[]; to: number[] } => ({ from: [], to: [] }));
  const next: NextOutage = (worker, time) => {
    const { from, to } = drawn[worker]!;
    while (!(to.length > 0 && to.at(-1)! > time)) {
      const k = to.length;
      from.push((to.at(-1) ?? 0) + exponential(worker, 2 * k, every));
      to.push(from[k]! + exponential(worker, 2 * k + 1, length));
    }
    const k = firstWhere(0, to.length, (j) => to[j]! > time);
    return [from[k]!, to[k]!];
  };
  return { ...pausing(base, next), expectedTime: (worker) => (base.expectedTime(worker) * (every + length)) / every };
}

/** Beyond it a worker that is almost always off would work for less than the resolution of the simulated time. */
export function longestLength(every: number): number {
  return 1000 * every;
}

/** What the length of random outages must do. */
export function lengthRule(every: number): string {
  return `be at most ${longestLength(every)}, 1000 times 'every'`;
}

/** Workers that leave for good: the time of leaving by worker number, counted from 0. */
export type Departures = Readonly<Record<string, number>>;

/**
 * Dropout over a base: worker i leaves for good at a given time, and what it is computing then never ends. A gradient that ends
 * at that very time arrives.
 * @param base The times of a worker that is there.
 * @param leave Simulated seconds ≥ 0; workers without an entry stay.
 * @returns The expected time is that of the base while the worker is there; Infinity for a worker that leaves before its first gradient
 * ends.
 * @throws InputError when a worker does not exist or a time is negative.
 */
export function givenDepartures(base: ComputationModel, leave: Departures): ComputationModel {
  const times = new Float64Array(base.workers).fill(Infinity);
  for (const [key, time] of Object.entries(leave)) {
    if (!(time >= 0)) throw new InputError('givenDepartures', `leave.${key}`, 'be at least 0', time);
    times[workerNumber(key, base.workers, 'givenDepartures', 'leave')] = time;
  }
  return departing(base, times);
}

/** Departures at random. */
export interface RandomDepartureOptions {
  /** Share of workers that leave, from 0 to 1; rounded to whole workers. */
  readonly fraction: number;
  /** They leave at times uniform between 0 and this, in simulated seconds. */
  readonly within: number;
}

/**
 * Dropout at random over a base: round(fraction · n) workers, chosen at random, leave for good at times uniform in (0, within].
 * @param base The times of a worker that is there.
 * @param options How many leave, and within what time.
 * @param random The random streams of a seed, as `kernels.random(seed)` gives them.
 * @returns The expected time is as for given departures.
 * @throws InputError when the fraction is not from 0 to 1, or `within` is not positive and finite.
 */
export function randomDepartures(base: ComputationModel, { fraction, within }: RandomDepartureOptions, random: Random): ComputationModel {
  if (!(fraction >= 0 && fraction <= 1)) throw new InputError('randomDepartures', 'fraction', 'be from 0 to 1', fraction);
  if (!(within > 0 && within < Infinity)) throw new InputError('randomDepartures', 'within', 'be a finite number greater than 0', within);
  const times = new Float64Array(base.workers).fill(Infinity);
  const leaving = random.permutation(Purpose.departures, 0, 0, base.workers).subarray(0, Math.round(fraction * base.workers));
  for (const worker of leaving) times[worker] = within * (1 - random.uniform(Purpose.departures, worker, 1));
  return departing(base, times);
}

function departing(base: ComputationModel, leave: Float64Array): ComputationModel {
  const model = pausing(base, (worker) => (leave[worker] === Infinity ? undefined : [leave[worker]!, Infinity]));
  return { ...model, expectedTime: (worker) => (model.duration(worker, 0, 0) === Infinity ? Infinity : base.expectedTime(worker)) };
}

/** A model whose workers pause while they are off. */
function pausing(base: ComputationModel, next: NextOutage): Omit<ComputationModel, 'expectedTime'> & Required<Pick<ComputationModel, 'offTimes'>> {
  return {
    workers: base.workers,
    duration: (worker, index, start) => {
      const time = base.duration(worker, index, start);
      if (time === Infinity) return Infinity;
      return timeToFinish(start, (now) => {
        const outage = next(worker, now);
        if (outage === undefined) return { end: Infinity, time };
        return now < outage[0] ? { end: outage[0], time } : { end: outage[1], time: Infinity };
      });
    },
    offTimes: (worker, from, to) => {
      const stretches: Interval[] = [];
      for (let now = from; now < to; ) {
        const outage = next(worker, now);
        if (outage === undefined || outage[0] >= to) break;
        stretches.push([Math.max(from, outage[0]), Math.min(to, outage[1])]);
        now = outage[1];
      }
      return stretches;
    },
  };
}

function workerNumber(key: string, workers: number, where: string, what: string): number {
  const worker = Number(key);
  if (!/^\d+$/.test(key) || worker >= workers) throw new InputError(where, what, workerRule(workers), key);
  return worker;
}

/** What the workers that a table names must be. */
export function workerRule(workers: number): string {
  return `name workers from 0 to ${workers - 1}`;
}
