/**
 * Time for the reference implementations: who computes what until when, and which messages fly. Plain arrays and no engine; the
 * next event is found by looking at everything that is pending. Slow and obvious on purpose.
 */
import type { ComputationModel, Direction, NetworkModel, QuadraticData } from '../../bindings/index.js';

/** Everything that a definition does not say: the problem, the times, the randomness. */
export interface Setting {
  readonly data: QuadraticData;
  readonly computation: ComputationModel;
  /** Without one, messages take no time. */
  readonly network?: NetworkModel | undefined;
  /** What is added to the gradient of a worker with this index. */
  readonly noise?: ((worker: number, index: number) => number[]) | undefined;
  /** S_r: which coordinates travel in a round, for methods that send some of them. */
  readonly coordinates?: ((round: number) => readonly number[]) | undefined;
}

/** What a definition gives. */
export interface ReferenceRun {
  updates: ReferenceUpdate[];
  /** Everything that arrived at the server, in order. */
  arrivals: ReferenceArrival[];
  /** Gradients that were discarded on arrival or stopped. */
  discarded: number;
}

export interface ReferenceUpdate {
  time: number;
  worker: number;
  /** Absent for local methods, whose updates are rounds. */
  delay?: number;
  x: number[];
}

export interface ReferenceArrival {
  time: number;
  worker: number;
  delay: number;
  used: boolean;
}

const BYTES_PER_NUMBER = 8;
const SLOTS = ['computation', 'up', 'down'] as const;
type Slot = (typeof SLOTS)[number];

/** The clock, what is pending, and the workers' gradients. */
export class Surroundings {
  time = 0;
  readonly n: number;
  readonly d: number;
  readonly x0: number[];
  /** Per worker: gradients started; when the last one began. */
  readonly started: number[];
  readonly begun: number[];
  /** Per worker: messages sent. */
  readonly #sent: Record<Direction, number[]>;
  readonly #pending: (Record<Slot, { time: number; action: () => void } | undefined>)[];

  constructor(readonly setting: Setting) {
    const { data } = setting;
    this.n = data.workers.length;
    this.d = data.dimension;
    this.x0 = [...(data.x0 ?? new Array<number>(data.dimension).fill(0))];
    this.started = new Array<number>(this.n).fill(0);
    this.begun = new Array<number>(this.n).fill(0);
    this.#sent = { up: new Array<number>(this.n).fill(0), down: new Array<number>(this.n).fill(0) };
    this.#pending = data.workers.map(() => ({ computation: undefined, up: undefined, down: undefined }));
  }

  /** ∇f_i(x) = A_i x − b_i, and the noise of the gradient with this index. */
  gradientAt(i: number, x: readonly number[], index: number): number[] {
    const { A, b } = this.setting.data.workers[i]!;
    const noise = this.setting.noise?.(i, index) ?? [];
    return A.map((row, r) => Array.from(row).reduce((sum, a, c) => sum + a * x[c]!, 0) - b[r]! + (noise[r] ?? 0));
  }

  /** Worker i computes a gradient; `done` is told its index. */
  compute(i: number, done: (index: number) => void): void {
    const index = this.started[i]!;
    this.started[i] = index + 1;
    this.begun[i] = this.time;
    const end = this.time + this.setting.computation.duration(i, index, this.time);
    this.#pending[i]!.computation = { time: end, action: () => done(index) };
  }

  /** Sends so many numbers; `arrived` is called when they are there. */
  send(i: number, direction: Direction, numbers: number, arrived: () => void): void {
    const index = this.#sent[direction][i]!;
    this.#sent[direction][i] = index + 1;
    const flight = this.setting.network?.flightTime(i, direction, index, numbers * BYTES_PER_NUMBER) ?? 0;
    this.#pending[i]![direction] = { time: this.time + flight, action: arrived };
  }

  computing(i: number): boolean {
    return this.#pending[i]!.computation !== undefined;
  }

  /** Whether a computation of i began at this very instant: then it is as if it had not begun. */
  withdraw(i: number): boolean {
    if (!this.computing(i) || this.begun[i] !== this.time) return false;
    this.#pending[i]!.computation = undefined;
    this.started[i] = this.started[i]! - 1;
    return true;
  }

  /** Worker i stops whatever it does. Returns whether a gradient is lost. */
  stop(i: number): boolean {
    this.withdraw(i);
    const pending = this.#pending[i]!;
    const lost = pending.computation !== undefined || pending.up !== undefined;
    for (const slot of SLOTS) pending[slot] = undefined;
    return lost;
  }

  /** Lets the next event happen: the earliest; at equal times by worker, and at a worker in the order of SLOTS. False: nothing will. */
  advance(): boolean {
    let next: { i: number; slot: Slot; time: number } | undefined;
    for (let i = 0; i < this.n; i += 1) {
      for (const slot of SLOTS) {
        const time = this.#pending[i]![slot]?.time ?? Infinity;
        if (time < (next?.time ?? Infinity)) next = { i, slot, time };
      }
    }
    if (next === undefined) return false;
    const { action } = this.#pending[next.i]![next.slot]!;
    this.#pending[next.i]![next.slot] = undefined;
    this.time = next.time;
    action();
    return true;
  }
}

export const plus = (a: readonly number[], b: readonly number[]): number[] => a.map((value, j) => value + b[j]!);
export const times = (a: number, v: readonly number[]): number[] => v.map((value) => a * value);
export const sum = (vectors: readonly (readonly number[])[]): number[] => vectors.reduce<number[]>(plus, new Array<number>(vectors[0]!.length).fill(0));
export const mean = (vectors: readonly (readonly number[])[]): number[] => times(1 / vectors.length, sum(vectors));
