import { describe, expect, it } from 'vitest';
import { EventQueue } from '../../bindings/simulation/event-queue.js';

describe('EventQueue', () => {
  it('gives events in the order of time, and of slot at the same time', () => {
    const queue = new EventQueue(5);
    [[3, 2], [1, 2], [4, 0.5], [0, 2], [2, 7]].forEach(([slot, time]) => queue.schedule(slot!, time!));
    const order: [number, number][] = [];
    while (queue.size > 0) {
      const time = queue.nextTime;
      order.push([time, queue.pop()]);
    }
    expect(order).toEqual([[0.5, 4], [2, 0], [2, 1], [2, 3], [7, 2]]);
  });

  it('agrees with sorting over random schedules and cancellations', () => {
    const slots = 40;
    const queue = new EventQueue(slots);
    const reference = new Map<number, number>();
    let state = 12345;
    const draw = (bound: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return Math.floor((state / 2 ** 32) * bound);
    };
    for (let round = 0; round < 20_000; round += 1) {
      const slot = draw(slots);
      if (draw(3) > 0) {
        if (!reference.has(slot)) {
          const time = draw(10); // many ties
          queue.schedule(slot, time);
          reference.set(slot, time);
        } else if (draw(2) === 0) {
          expect(queue.cancel(slot)).toBe(true);
          reference.delete(slot);
        }
      } else {
        const [first] = [...reference].sort(([a, ta], [b, tb]) => ta - tb || a - b);
        expect(queue.nextTime).toBe(first?.[1] ?? Infinity);
        expect(queue.pop()).toBe(first?.[0] ?? -1);
        if (first !== undefined) reference.delete(first[0]);
      }
      expect(queue.size).toBe(reference.size);
    }
  });

  it('refuses a second event in a slot and a time that is not finite', () => {
    const queue = new EventQueue(2);
    queue.schedule(0, 1);
    expect(() => queue.schedule(0, 2)).toThrow("event queue: 'slot' must have no event queued, got 0");
    expect(() => queue.schedule(1, Infinity)).toThrow("event queue: 'time' must be finite, got Infinity");
    expect(queue.cancel(1)).toBe(false);
  });
});
