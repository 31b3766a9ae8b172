import type { Direction } from '../computation/network-model.js';
import { StragglerError } from '../errors.js';
import type { Timing } from './timing.js';

/** The commands as they are noted, by number. */
const COMMANDS = ['update', 'assign', 'resume', 'stop', 'discard', 'send up', 'send down', 'compute', 'withdraw', 'completeRound'] as const;
type Command = (typeof COMMANDS)[number];
const NUMBERS = Object.fromEntries(COMMANDS.map((command, number) => [command, number])) as Readonly<Record<Command, number>>;

/** Numbers per note: the command, the worker and the result or the bytes. */
const WIDTH = 3;

/**
 * A method did different things with different stepsizes, so that these cannot share a schedule. The simulation cannot go on; each
 * stepsize can be run alone.
 */
export class SchedulesDiffer extends StragglerError {
  /** Name of the class. */
  override name = 'SchedulesDiffer';
}

/** What the first lane has commanded in answer to the event in progress, and with which results. */
export class Tape {
  #notes = new Float64Array(64 * WIDTH);
  #length = 0;
  #position = 0;

  /**
   * Lets lanes answer to the same event.
   * @param answer Lets one do so: the first notes its commands, the others read them.
   * @throws SchedulesDiffer when another lane answers otherwise than the first.
   */
  play<T>(lanes: readonly T[], answer: (lane: T) => void): void {
    this.#length = 0;
    lanes.forEach((lane, position) => {
      this.#position = 0;
      answer(lane);
      if (position > 0) this.#requireEnd();
    });
  }

  note(command: Command, worker: number, value = 0): void {
    if (this.#length === this.#notes.length) {
      const longer = new Float64Array(2 * this.#length);
      longer.set(this.#notes);
      this.#notes = longer;
    }
    const notes = this.#notes;
    notes[this.#length] = NUMBERS[command];
    notes[this.#length + 1] = worker;
    notes[this.#length + 2] = value;
    this.#length += WIDTH;
  }

  /** Reads on. @returns The value noted. @throws SchedulesDiffer when it is not this command that comes next. */
  read(command: Command, worker: number): number {
    const at = this.#position;
    if (at === this.#length || this.#notes[at] !== NUMBERS[command] || this.#notes[at + 1] !== worker) throw this.#differ(`'${command}' of worker ${worker}`);
    this.#position = at + WIDTH;
    return this.#notes[at + 2]!;
  }

  /** As `read` for values that are sent. @throws SchedulesDiffer also when their size is another one. */
  readBytes(command: Command, worker: number, bytes: number): void {
    const noted = this.read(command, worker);
    if (noted !== bytes) throw new SchedulesDiffer(`lanes: 'commands' must be the same for all stepsizes, got a message of ${bytes} instead of ${noted} bytes`);
  }

  #requireEnd(): void {
    if (this.#position !== this.#length) throw this.#differ('nothing more');
  }

  #differ(got: string): SchedulesDiffer {
    const at = this.#position;
    const expected = at === this.#length ? 'nothing more' : `'${COMMANDS[this.#notes[at]!]!}' of worker ${this.#notes[at + 1]!}`;
    return new SchedulesDiffer(`lanes: 'commands' must be the same for all stepsizes, got ${got} instead of ${expected}`);
  }
}

/** Acts on a schedule, and notes the commands for the lanes that follow. */
export class NotedTiming implements Timing {
  readonly #timing: Timing;
  readonly #tape: Tape;

  constructor(timing: Timing, tape: Tape) {
    this.#timing = timing;
    this.#tape = tape;
  }

  update(): void {
    this.#timing.update();
    this.#tape.note('update', 0);
  }

  assign(worker: number): boolean {
    const there = this.#timing.assign(worker);
    this.#tape.note('assign', worker, Number(there));
    return there;
  }

  resume(worker: number): boolean {
    const there = this.#timing.resume(worker);
    this.#tape.note('resume', worker, Number(there));
    return there;
  }

  stop(worker: number): void {
    this.#timing.stop(worker);
    this.#tape.note('stop', worker);
  }

  discard(): void {
    this.#timing.discard();
    this.#tape.note('discard', 0);
  }

  send(worker: number, direction: Direction, bytes: number): void {
    this.#timing.send(worker, direction, bytes);
    this.#tape.note(`send ${direction}`, worker, bytes);
  }

  compute(worker: number): void {
    this.#timing.compute(worker);
    this.#tape.note('compute', worker);
  }

  withdraw(worker: number): boolean {
    const free = this.#timing.withdraw(worker);
    this.#tape.note('withdraw', worker, Number(free));
    return free;
  }

  changeModel(worker: number): void {
    this.#timing.changeModel(worker);
  }

  completeRound(worker: number): boolean {
    const ends = this.#timing.completeRound(worker);
    this.#tape.note('completeRound', worker, Number(ends));
    return ends;
  }
}

/** Follows the notes: everything has happened already, and the results are known. */
export class RepeatedTiming implements Timing {
  readonly #tape: Tape;

  constructor(tape: Tape) {
    this.#tape = tape;
  }

  update(): void {
    this.#tape.read('update', 0);
  }

  assign(worker: number): boolean {
    return this.#tape.read('assign', worker) === 1;
  }

  resume(worker: number): boolean {
    return this.#tape.read('resume', worker) === 1;
  }

  stop(worker: number): void {
    this.#tape.read('stop', worker);
  }

  discard(): void {
    this.#tape.read('discard', 0);
  }

  send(worker: number, direction: Direction, bytes: number): void {
    this.#tape.readBytes(`send ${direction}`, worker, bytes);
  }

  compute(worker: number): void {
    this.#tape.read('compute', worker);
  }

  withdraw(worker: number): boolean {
    return this.#tape.read('withdraw', worker) === 1;
  }

  changeModel(): void {
    // The first lane has asked.
  }

  completeRound(worker: number): boolean {
    return this.#tape.read('completeRound', worker) === 1;
  }
}
