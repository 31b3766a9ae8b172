import { InputError } from '../errors.js';

/** Piecewise-constant power of a worker, in gradients per second: from each time on the power that follows it; none before the first. */
export type Powers = readonly (readonly [time: number, power: number])[];

/** What may be missing for a gradient to count as done, relative to the work of the round: room for rounding errors. */
const WORK_TOLERANCE = 1e-12;
/** Times that lie far from 0 are rounded: a few units in the last place of the start of the round. */
const TIME_TOLERANCE = 2 ** -49;

/**
 * The powers v_i of all workers, seen from the start of a round: how many gradients each has completed since then, and when it
 * completes the next one. Workers with the same powers are one curve with a weight.
 */
export class PowerCurves {
  /** How many distinct curves there are. */
  readonly count: number;
  /** How many workers have each curve. */
  readonly weights: Float64Array;
  /** Curve g has the pieces first[g] … first[g + 1] − 1, without gaps from 0 to the end of the cycle. */
  readonly #first: Int32Array;
  readonly #begins: Float64Array;
  readonly #ends: Float64Array;
  readonly #powers: Float64Array;
  /** Gradients that each curve completes in a cycle. */
  readonly #perCycle: Float64Array;
  /** The largest power of each curve. */
  readonly #strongest: Float64Array;
  readonly #cycle: number;
  /** Every change of a power within the cycle, by time: when, and the piece that begins then. */
  readonly #changeTimes: Float64Array;
  readonly #changePieces: Int32Array;
  readonly #changeCurves: Int32Array;
  /** The first change after the start of the round, and the turn of the cycle that it is in. */
  #change = 0;
  #changeTurn = 0;
  /** The round, and the turn of the cycle in which it starts. */
  #start = 0;
  #turnStart = 0;
  /** The piece that each curve is in at the start. */
  readonly #piece: Int32Array;

  /**
   * @param powers Per worker at least one piece; times ascend from 0 on.
   * @param cycle The powers repeat with this period; Infinity: the last ones hold for ever.
   * @throws InputError when there is no worker, a worker has no piece, or a time, a power or the cycle is out of range.
   */
  constructor(where: string, powers: readonly Powers[], cycle: number) {
    const curves = distinctCurves(where, powers, cycle);
    const total = curves.reduce((sum, { pieces }) => sum + pieces.length, 0);
    this.count = curves.length;
    this.weights = Float64Array.from(curves, ({ weight }) => weight);
    this.#cycle = cycle;
    this.#first = new Int32Array(this.count + 1);
    this.#begins = new Float64Array(total);
    this.#ends = new Float64Array(total);
    this.#powers = new Float64Array(total);
    this.#perCycle = new Float64Array(this.count);
    this.#strongest = Float64Array.from(curves, ({ pieces }) => pieces.reduce((most, [, power]) => Math.max(most, power), 0));
    const changes: { time: number; piece: number; curve: number }[] = [];
    let piece = 0;
    curves.forEach(({ pieces }, curve) => {
      this.#first[curve] = piece;
      pieces.forEach(([time, power], p) => {
        const end = pieces[p + 1]?.[0] ?? cycle;
        this.#begins[piece] = time;
        this.#ends[piece] = end;
        this.#powers[piece] = power;
        if (end < Infinity) this.#perCycle[curve] = this.#perCycle[curve]! + (end - time) * power;
        if (p > 0 || (cycle < Infinity && pieces.length > 1)) changes.push({ time, piece, curve });
        piece += 1;
      });
    });
    this.#first[this.count] = piece;
    changes.sort((a, b) => a.time - b.time);
    this.#changeTimes = Float64Array.from(changes, ({ time }) => time);
    this.#changePieces = Int32Array.from(changes, (change) => change.piece);
    this.#changeCurves = Int32Array.from(changes, ({ curve }) => curve);
    this.#piece = this.#first.slice(0, this.count);
  }

  /**
   * Begins a round; rounds begin in ascending order.
   * @param changed Where the curves are added whose power has changed since the last round began.
   */
  startAt(time: number, changed: Set<number>): void {
    this.#start = time;
    if (this.#cycle < Infinity) {
      this.#turnStart = turnStart(time, this.#cycle);
      if (this.#changeTimes.length > 0 && this.nextChange + this.#cycle <= this.#turnStart) this.#skipTurns(changed);
    }
    while (this.nextChange <= time) {
      const curve = this.#changeCurves[this.#change]!;
      changed.add(curve);
      this.#piece[curve] = this.#changePieces[this.#change]!;
      this.#change += 1;
      if (this.#change === this.#changeTimes.length && this.#cycle < Infinity) {
        this.#change = 0;
        this.#changeTurn += 1;
      }
    }
  }

  /** Goes on to the beginning of the turn that the round starts in, at which every curve that changes is in its first piece. */
  #skipTurns(changed: Set<number>): void {
    for (const curve of this.#changeCurves) {
      changed.add(curve);
      this.#piece[curve] = this.#first[curve]!;
    }
    this.#change = 0;
    this.#changeTurn = Math.round(this.#turnStart / this.#cycle);
  }

  /** Gradients that may be missing at the end of a piece, because times are rounded. */
  #slack(curve: number): number {
    return this.#strongest[curve]! * this.#start * TIME_TOLERANCE;
  }

  /** The curves whose power changes within the first seconds of the round. */
  changingWithin(elapsed: number): Set<number> {
    const found = new Set<number>();
    const changes = this.#changeTimes.length;
    if (elapsed >= this.#cycle) return new Set(this.#changeCurves);
    for (let c = this.#change, turn = this.#changeTurn; c < changes; c += 1) {
      const time = turn === 0 ? this.#changeTimes[c]! : turn * this.#cycle + this.#changeTimes[c]!;
      if (time >= this.#start + elapsed) break;
      found.add(this.#changeCurves[c]!);
      if (c === changes - 1 && this.#cycle < Infinity) {
        c = -1;
        turn += 1;
      }
    }
    return found;
  }

  /** When a power changes for the first time after the start of the round; Infinity when none does. */
  get nextChange(): number {
    if (this.#change >= this.#changeTimes.length) return Infinity;
    const time = this.#changeTimes[this.#change]!;
    return this.#changeTurn === 0 ? time : this.#changeTurn * this.#cycle + time;
  }

  /** Seconds from the start of the round until powers do nothing new: they stay as they are, or a cycle is over. */
  get horizon(): number {
    return this.#cycle < Infinity ? this.#cycle : Math.max(0, (this.#changeTimes.at(-1) ?? 0) - this.#start);
  }

  /** Whether a curve's power lasts: whether it completes gradients for ever. */
  lasts(curve: number): boolean {
    return this.#cycle < Infinity ? this.#perCycle[curve]! > 0 : this.#powers[this.#first[curve + 1]! - 1]! > 0;
  }

  /** ⌊∫ v⌋ over the first seconds of the round: gradients completed. */
  completed(curve: number, elapsed: number): number {
    const k = this.#piece[curve]!;
    const power = this.#powers[k]!;
    const to = this.#start + elapsed;
    const end = this.#turnStart + this.#ends[k]!;
    // Nearly always the round is over before the power changes.
    if (to <= end) return Math.floor(elapsed * power * (1 + WORK_TOLERANCE));
    return Math.floor(this.#workAcross(curve, to) * (1 + WORK_TOLERANCE) + this.#slack(curve));
  }

  /** ∫ v from the start of the round to a time beyond the current piece. */
  #workAcross(curve: number, to: number): number {
    let k = this.#piece[curve]!;
    let turn = this.#turnStart;
    let now = this.#start;
    let work = 0;
    for (;;) {
      const end = turn + this.#ends[k]!;
      if (to <= end) return work + (to - now) * this.#powers[k]!;
      work += (end - now) * this.#powers[k]!;
      now = end;
      k += 1;
      if (k < this.#first[curve + 1]!) continue;
      k = this.#first[curve]!;
      turn += this.#cycle;
      const whole = Math.floor((to - turn) / this.#cycle);
      if (whole > 0) {
        work += whole * this.#perCycle[curve]!;
        turn += whole * this.#cycle;
      }
      now = turn;
    }
  }

  /** Seconds from the start of the round until a curve has completed `gradients`; Infinity where it never does. */
  elapsedAt(curve: number, gradients: number): number {
    let k = this.#piece[curve]!;
    const tolerance = WORK_TOLERANCE * gradients + this.#slack(curve);
    const firstEnd = this.#turnStart + this.#ends[k]!;
    let work = firstEnd === Infinity ? Infinity : (firstEnd - this.#start) * this.#powers[k]!;
    if (this.#powers[k]! > 0 && gradients - work <= tolerance) return Math.min(gradients / this.#powers[k]!, firstEnd - this.#start);
    if (firstEnd === Infinity) return Infinity;
    let turn = this.#turnStart;
    let now = firstEnd;
    for (;;) {
      k += 1;
      if (k === this.#first[curve + 1]!) {
        if (this.#cycle === Infinity) return Infinity;
        const perCycle = this.#perCycle[curve]!;
        if (perCycle === 0) return Infinity;
        k = this.#first[curve]!;
        turn += this.#cycle;
        // Whole turns that leave something to do, then the turn in which it ends.
        const whole = Math.max(0, Math.ceil((gradients - work - tolerance) / perCycle) - 1);
        work += whole * perCycle;
        turn += whole * this.#cycle;
        now = turn;
      }
      const power = this.#powers[k]!;
      const end = turn + this.#ends[k]!;
      const gain = power === 0 ? 0 : (end - now) * power;
      if (power > 0 && gradients - work - gain <= tolerance) return Math.min(now + (gradients - work) / power, end) - this.#start;
      work += gain;
      now = end;
      if (end === Infinity) return Infinity;
    }
  }
}

/** When the turn of the cycle began that a time lies in. */
function turnStart(time: number, cycle: number): number {
  const turn = Math.floor(time / cycle);
  if (turn * cycle > time) return (turn - 1) * cycle;
  return (turn + 1) * cycle <= time ? (turn + 1) * cycle : turn * cycle;
}

/** Curves that begin at 0 and change at every piece, each with the number of its workers. */
function distinctCurves(where: string, powers: readonly Powers[], cycle: number): { pieces: Powers; weight: number }[] {
  if (powers.length === 0) throw new InputError(where, 'powers', 'have at least one worker', powers);
  const distinct = new Map<string, { pieces: Powers; weight: number }>();
  powers.forEach((given, worker) => {
    checkPieces(where, given, worker, cycle);
    const fromZero = given[0]![0] > 0 ? [[0, 0] as const, ...given] : given;
    const pieces = fromZero.filter(([, power], p) => p === 0 || power !== fromZero[p - 1]![1]);
    const key = pieces.join(';');
    const known = distinct.get(key);
    if (known === undefined) distinct.set(key, { pieces, weight: 1 });
    else known.weight += 1;
  });
  return [...distinct.values()];
}

function checkPieces(where: string, pieces: Powers, worker: number, cycle: number): void {
  if (pieces.length === 0) throw new InputError(where, `powers[${worker}]`, 'have at least one piece', pieces);
  let before = -Infinity;
  pieces.forEach(([time, power], p) => {
    const what = `powers[${worker}][${p}]`;
    if (!(time >= 0 && time < Infinity)) throw new InputError(where, `${what}[0]`, 'be a time of at least 0', time);
    if (!(time > before)) throw new InputError(where, `${what}[0]`, `be greater than ${before}, because times ascend`, time);
    if (!(power >= 0 && power < Infinity)) throw new InputError(where, `${what}[1]`, 'be a power of at least 0', power);
    before = time;
  });
  if (!(cycle > before)) throw new InputError(where, 'cycle', `be greater than ${before}, the last time of worker ${worker}`, cycle);
}
