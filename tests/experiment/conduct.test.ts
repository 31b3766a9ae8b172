import { describe, expect, it } from 'vitest';
import { MemoryLimitError } from '../../bindings/index.js';
import { conduct } from '../../bindings/experiment/conduct.js';
import type { Unit } from '../../bindings/experiment/planner.js';
import { UnitQueue } from '../../bindings/experiment/planner.js';
import type { Seat } from '../../bindings/experiment/seat.js';

/** A seat whose units end when the test says so. */
class FakeSeat implements Seat {
  unit: Unit | undefined;
  later: readonly number[] = [];
  granted = 0;
  aborted = false;
  #settle: { resolve: () => void; reject: (error: Error) => void } | undefined;

  run(unit: Unit, later: readonly number[]): Promise<void> {
    this.unit = unit;
    this.later = later;
    return new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
  }

  grant(threads: number): void {
    this.granted = threads;
  }

  abort(): void {
    this.aborted = true;
  }

  end(): Promise<void> {
    return Promise.resolve();
  }

  async finish(error?: Error): Promise<void> {
    this.unit = undefined;
    if (error === undefined) this.#settle!.resolve();
    else this.#settle!.reject(error);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

const units = (...sizes: number[]): Unit[] => sizes.map((size, place) => ({ runs: Array.from({ length: size }, (_, i) => 10 * place + i), entry: place, seed: place }));

function study(sizes: number[], seatCount: number, threads: number, signal?: AbortSignal, room?: Promise<number>) {
  const seats = Array.from({ length: seatCount }, () => new FakeSeat());
  const queue = new UnitQueue(units(...sizes), false);
  const ended: number[] = [];
  const result = conduct({ seats, threads, queue, signal, room, events: () => ({}), ended: ({ runs }) => void ended.push(runs[0]!), apart: ({ runs }) => runs.slice(1) });
  return { seats, ended, result, first: () => seats.map(({ unit }) => unit?.runs[0]), granted: () => seats.map(({ granted, unit }) => (unit === undefined ? undefined : granted)) };
}

describe('units are given to seats', () => {
  it('as far as there is room, which is known only after the first has begun', async () => {
    let tell: (seats: number) => void = () => undefined;
    const { seats, result, first, granted } = study([1, 1, 1], 3, 3, undefined, new Promise((resolve) => (tell = resolve)));
    expect(first()).toEqual([0, undefined, undefined]);
    tell(2);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(first()).toEqual([0, 10, undefined]);
    expect(granted()).toEqual([1, 0, undefined]); // the seat without room helps
    await seats[0]!.finish();
    expect(first()).toEqual([20, 10, undefined]);
    await seats[0]!.finish();
    await seats[1]!.finish();
    await result;
  });

  it('one at a time, until none is left', async () => {
    const { seats, ended, result, first } = study([1, 1, 1, 1], 2, 2);
    expect(first()).toEqual([0, 10]);
    await seats[1]!.finish();
    expect(first()).toEqual([0, 20]);
    expect(seats[1]!.later).toEqual([3]);
    await seats[1]!.finish();
    await seats[0]!.finish();
    expect(first()).toEqual([undefined, 30]);
    await seats[1]!.finish();
    await result;
    expect(ended).toEqual([10, 20, 0, 30]);
  });

  it('with further threads when there are more threads than units', async () => {
    const { seats, result, granted } = study([1, 1, 1, 1], 3, 5);
    await Promise.resolve();
    expect(granted()).toEqual([1, 1, 0]);
    await seats[0]!.finish();
    expect(granted().reduce((sum, share) => sum! + share!)).toBe(2);
    await seats[1]!.finish();
    expect(granted()).toEqual([1, undefined, 2]);
    await seats[0]!.finish();
    expect(granted()).toEqual([undefined, undefined, 4]);
    await seats[2]!.finish();
    await result;
  });

  it('never with more threads at work than there are', async () => {
    const { seats, result, granted } = study([1, 1, 1, 1, 1], 2, 2);
    for (const seat of [0, 1, 1, 0]) {
      expect(granted()).toEqual([0, 0]);
      await seats[seat]!.finish();
    }
    const last = seats.find(({ unit }) => unit !== undefined)!;
    expect(last.granted).toBe(1);
    await last.finish();
    await result;
  });

  it('and all threads but one to the units of a lone seat', async () => {
    const { seats: [seat], result } = study([1, 1], 1, 4);
    await Promise.resolve();
    expect(seat!.granted).toBe(3);
    await seat!.finish();
    expect(seat!.granted).toBe(3);
    await seat!.finish();
    await result;
  });

  it('not any more once the study is aborted; those under way are told', async () => {
    const abort = new AbortController();
    const { seats, ended, result, first } = study([1, 1, 1], 2, 2, abort.signal);
    abort.abort();
    expect(seats.map(({ aborted }) => aborted)).toEqual([true, true]);
    await seats[0]!.finish();
    expect(first()).toEqual([undefined, 10]);
    await seats[1]!.finish();
    await result;
    expect(ended).toEqual([0, 10]);
  });

  it('not at all when it is aborted before', async () => {
    const { result, first } = study([1], 1, 1, AbortSignal.abort());
    await result;
    expect(first()).toEqual([undefined]);
    const never = new Promise<number>(() => undefined); // nobody tells how much room there is
    const several = study([1, 1], 2, 2, AbortSignal.abort(), never);
    await several.result;
    expect(several.first()).toEqual([undefined, undefined]);
  });

  it('not any more after an error', async () => {
    const { seats, result, first } = study([1, 1, 1, 1], 2, 2);
    const outcome = expect(result).rejects.toThrow(new RangeError('a fault'));
    await seats[0]!.finish(new RangeError('a fault'));
    await outcome;
    await seats[1]!.finish();
    expect(first()).toEqual([undefined, undefined]);
  });

  it.each([
    ['their schedules differ', Object.assign(new Error('differ'), { name: 'SchedulesDiffer' })],
    ['there is no memory for all of them', new MemoryLimitError('memory: full', {})],
  ])('again, run by run, when %s', async (_, differ) => {
    const { seats: [seat], ended, result } = study([3, 1], 1, 1);
    await seat!.finish(differ); // run 0 is over
    const order: unknown[] = [];
    while (seat!.unit !== undefined) {
      order.push(seat!.unit.runs);
      await seat!.finish();
    }
    await result;
    expect(order).toEqual([[1], [2], [10]]);
    expect(ended).toEqual([1, 2, 10]);
    const { seats: [other], result: second } = study([1], 1, 1);
    const outcome = expect(second).rejects.toThrow(differ);
    await other!.finish(differ);
    await outcome;
  });
});
