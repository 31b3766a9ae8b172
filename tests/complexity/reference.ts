import type { ComplexityInputs, DataSetting } from '../../bindings/complexity/setting.js';
import type { Powers } from '../../bindings/complexity/power-curves.js';
import type { UniversalInputs, UniversalTime } from '../../bindings/complexity/universal.js';

/** An exact rational number. Operations do not cancel common factors: `reduced` does. */
export class Fraction {
  /** @param denominator Greater than 0. */
  constructor(
    readonly numerator: bigint,
    readonly denominator = 1n,
  ) {}

  /** The value of a finite float64, which is a rational number. */
  static of(value: number): Fraction {
    let exponent = 0;
    let mantissa = value;
    while (!Number.isInteger(mantissa)) {
      mantissa *= 2;
      exponent += 1;
    }
    return new Fraction(BigInt(mantissa), 1n << BigInt(exponent)).withoutTwos();
  }

  plus(other: Fraction): Fraction {
    if (this.denominator === other.denominator) return new Fraction(this.numerator + other.numerator, this.denominator);
    return new Fraction(this.numerator * other.denominator + other.numerator * this.denominator, this.denominator * other.denominator);
  }

  minus(other: Fraction): Fraction {
    return this.plus(new Fraction(-other.numerator, other.denominator));
  }

  times(other: Fraction): Fraction {
    return new Fraction(this.numerator * other.numerator, this.denominator * other.denominator);
  }

  /** @param other Greater than 0. */
  over(other: Fraction): Fraction {
    return new Fraction(this.numerator * other.denominator, this.denominator * other.numerator);
  }

  lessThan(other: Fraction): boolean {
    return this.numerator * other.denominator < other.numerator * this.denominator;
  }

  /** ⌊x⌋ of a number of at least 0. */
  floor(): bigint {
    return this.numerator / this.denominator;
  }

  /** ⌈x⌉ of a number of at least 0. */
  ceil(): bigint {
    return (this.numerator + this.denominator - 1n) / this.denominator;
  }

  reduced(): Fraction {
    let [a, b] = [this.numerator, this.denominator];
    while (b !== 0n) [a, b] = [b, a % b];
    const divisor = a < 0n ? -a : a;
    return new Fraction(this.numerator / divisor, this.denominator / divisor);
  }

  /** The nearest float64, but for the last bit. */
  toNumber(): number {
    const bits = (value: bigint): number => 4 * value.toString(16).length;
    const shift = 80 + bits(this.denominator) - bits(this.numerator);
    const quotient = shift >= 0 ? (this.numerator << BigInt(shift)) / this.denominator : this.numerator / (this.denominator << BigInt(-shift));
    const half = Math.trunc(shift / 2);
    return Number(quotient) * 2 ** -half * 2 ** (half - shift);
  }

  private withoutTwos(): Fraction {
    let { numerator, denominator } = this;
    while (denominator % 2n === 0n && numerator % 2n === 0n) [numerator, denominator] = [numerator / 2n, denominator / 2n];
    return new Fraction(numerator, denominator);
  }
}

const ONE = new Fraction(1n);
const ZERO = new Fraction(0n);

/** The inputs of a formula as rational numbers, times ascending. */
interface Exact {
  readonly times: readonly Fraction[];
  readonly n: Fraction;
  readonly slowest: Fraction;
  readonly mean: Fraction;
  readonly smoothness: Fraction;
  readonly ringleaderSmoothness: Fraction;
  readonly maxSmoothness: Fraction;
  readonly delta: Fraction;
  readonly variance: Fraction;
  readonly epsilon: Fraction;
}

function exact({ times, smoothness, ringleaderSmoothness = smoothness, maxSmoothness = smoothness, delta, variance, epsilon }: ComplexityInputs): Exact {
  const ascending = Array.from(times).sort((a, b) => a - b).map((time) => Fraction.of(time));
  const n = new Fraction(BigInt(ascending.length));
  return {
    times: ascending,
    n,
    slowest: ascending.at(-1)!,
    mean: ascending.reduce((sum, time) => sum.plus(time), ZERO).over(n),
    smoothness: Fraction.of(smoothness),
    ringleaderSmoothness: Fraction.of(ringleaderSmoothness),
    maxSmoothness: Fraction.of(maxSmoothness),
    delta: Fraction.of(delta),
    variance: Fraction.of(variance),
    epsilon: Fraction.of(epsilon),
  };
}

/** (L Δ/ε) (τ_n + τ σ²/(nε)) */
function heterogeneous({ n, slowest, delta, variance, epsilon }: Exact, smoothness: Fraction, noisy: Fraction): Fraction {
  return smoothness.times(delta).over(epsilon).times(slowest.plus(noisy.times(variance).over(n.times(epsilon))));
}

/** LΔ/ε + σ²LΔ/(mε²) */
function iterations({ smoothness, delta, variance, epsilon }: Exact, m: Fraction): Fraction {
  const noise = variance.times(smoothness).times(delta).over(m.times(epsilon).times(epsilon));
  return smoothness.times(delta).over(epsilon).plus(noise);
}

/** ((1/m) Σ_{i≤m} 1/τ_i)^{-1} (LΔ/ε + σ²LΔ/(mε²)) for m = 1, …, n. */
function withFastest(q: Exact): Fraction[] {
  let speeds = ZERO;
  return q.times.map((time, i) => {
    speeds = speeds.plus(ONE.over(time));
    const m = new Fraction(BigInt(i + 1));
    return ONE.over(speeds.over(m)).times(iterations(q, m));
  });
}

const optimalHomogeneous = (q: Exact): Fraction => withFastest(q).reduce((least, time) => (time.lessThan(least) ? time : least));
const harmonic = (q: Exact): Fraction => withFastest(q).at(-1)!;

/** The tables of time complexities, row by row. */
const rows: Readonly<Record<DataSetting, Readonly<Record<string, (q: Exact) => Fraction>>>> = {
  heterogeneous: {
    'lower-bound': (q) => heterogeneous(q, q.smoothness, q.mean),
    'minibatch-sgd': (q) => heterogeneous(q, q.smoothness, q.slowest),
    'ia2-sgd': (q) => heterogeneous(q, q.maxSmoothness, q.slowest),
    'malenia-sgd': (q) => heterogeneous(q, q.smoothness, q.mean),
    'ringleader-asgd': (q) => heterogeneous(q, q.ringleaderSmoothness, q.mean),
    'rescaled-asgd': (q) => q.smoothness.times(q.delta).times(q.mean).times(q.variance).over(q.n.times(q.epsilon).times(q.epsilon)),
  },
  homogeneous: {
    'lower-bound': optimalHomogeneous,
    'minibatch-sgd': (q) => q.slowest.times(iterations(q, q.n)),
    asgd: harmonic,
    'delay-adaptive-asgd': harmonic,
    'rennala-sgd': optimalHomogeneous,
    'ringmaster-asgd': optimalHomogeneous,
  },
};

/** The methods that have a row in a setting, with the lower bound; by name. */
export const rowNames = (data: DataSetting): string[] => Object.keys(rows[data]).sort();

/** All rows of a setting in exact arithmetic, by name, rounded at the end. */
export function referenceTimes(inputs: ComplexityInputs, data: DataSetting): Record<string, number> {
  const q = exact(inputs);
  return Object.fromEntries(Object.entries(rows[data]).map(([method, time]) => [method, time(q).toNumber()]));
}

/** The time at which a worker that starts a gradient has it; null: never. */
function completion(pieces: readonly (readonly [Fraction, Fraction])[], cycle: Fraction | null, start: Fraction): Fraction | null {
  if (!pieces.some(([, power]) => power.numerator > 0n)) return null;
  let missing = ONE;
  for (let turn = cycle === null ? 0n : start.over(cycle).floor(); ; turn += 1n) {
    const shift = cycle === null ? ZERO : cycle.times(new Fraction(turn));
    for (const [k, [time, power]] of pieces.entries()) {
      const next = k + 1 < pieces.length ? pieces[k + 1]![0] : cycle;
      const begin = time.plus(shift);
      const from = begin.lessThan(start) ? start : begin;
      if (next === null) return power.numerator === 0n ? null : from.plus(missing.over(power)).reduced();
      const length = next.plus(shift).minus(from);
      if (length.numerator <= 0n || power.numerator === 0n) continue;
      const work = length.times(power);
      if (!work.lessThan(missing)) return from.plus(missing.over(power)).reduced();
      missing = missing.minus(work).reduced();
    }
  }
}

/** Whether counts of gradients end a round. */
function reached(counts: readonly bigint[], target: bigint, data: DataSetting): boolean {
  if (data === 'homogeneous') return counts.reduce((sum, count) => sum + count, 0n) >= target;
  if (counts.includes(0n)) return false;
  const product = counts.reduce((all, count) => all * count, 1n);
  const inverses = counts.reduce((sum, count) => sum + product / count, 0n); // product · Σ 1/N_i
  return BigInt(counts.length) * product >= target * inverses;
}

/** Whether the workers that have left keep a round from ending, whatever the others do. */
function hopeless(counts: readonly bigint[], left: readonly boolean[], target: bigint, data: DataSetting): boolean {
  const finished = counts.filter((_, i) => left[i]!);
  if (data === 'homogeneous' || finished.length === 0) return finished.length === counts.length;
  if (finished.includes(0n)) return true;
  const product = finished.reduce((all, count) => all * count, 1n);
  return target * finished.reduce((sum, count) => sum + product / count, 0n) >= BigInt(counts.length) * product;
}

/** The end of a round that begins at `start`, by counting gradients one after another; null: never. */
function roundEnd(next: (worker: number, start: Fraction) => Fraction | null, n: number, start: Fraction, target: bigint, data: DataSetting): Fraction | null {
  const counts = new Array<bigint>(n).fill(0n);
  const ends = counts.map((_, i) => next(i, start));
  while (!hopeless(counts, ends.map((end) => end === null), target, data)) {
    let first = -1;
    for (const [i, end] of ends.entries()) {
      if (end !== null && (first < 0 || end.lessThan(ends[first]!))) first = i;
    }
    const time = ends[first]!;
    counts[first]! += 1n;
    if (reached(counts, target, data)) return time;
    ends[first] = next(first, time);
  }
  return null;
}

/** The bound of the universal computation model in exact arithmetic, rounded at the end. */
export function universalReference({ powers, cycle, smoothness, delta, variance, epsilon }: UniversalInputs, data: DataSetting): UniversalTime {
  const each = data === 'homogeneous' ? 1 : powers.length;
  const rounds = Fraction.of(smoothness).times(Fraction.of(delta)).over(Fraction.of(epsilon)).ceil();
  const noise = Fraction.of(variance).over(new Fraction(BigInt(each)).times(Fraction.of(epsilon))).ceil();
  const target = noise > 1n ? noise : 1n;
  const curves = powers.map((worker: Powers) => worker.map(([time, power]) => [Fraction.of(time), Fraction.of(power)] as const));
  const period = cycle === undefined ? null : Fraction.of(cycle);
  const next = (worker: number, start: Fraction): Fraction | null => completion(curves[worker]!, period, start);
  let time: Fraction | null = ZERO;
  for (let k = 0n; k < rounds && time !== null; k += 1n) time = roundEnd(next, powers.length, time, target, data);
  return { time: time === null ? Infinity : time.toNumber(), rounds: Number(rounds), target: Number(target) };
}

/** Simple random numbers for test data. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Random inputs with times and constants over many magnitudes, distinct L_f < L < L_max, and no noise at times. */
export function randomInputs(next: () => number, n = 1 + Math.floor(50 * next())): ComplexityInputs & { readonly times: number[] } {
  const magnitude = (decades: number): number => 10 ** (decades * (next() - 0.5));
  const spread = 12 * next();
  const scale = magnitude(12);
  const times = Array.from({ length: n }, () => scale * magnitude(spread));
  const smoothness = magnitude(8);
  const ringleaderSmoothness = smoothness * (1 + 3 * next());
  const maxSmoothness = ringleaderSmoothness * (1 + 3 * next());
  const variance = next() < 0.15 ? 0 : magnitude(8);
  return { times, smoothness, ringleaderSmoothness, maxSmoothness, delta: magnitude(6), variance, epsilon: magnitude(8) };
}
