import { expect, test } from 'vitest';
import { TimelineBuilder } from '../../../figures/workers/timeline-builder.js';
import { interval, traceOf, update } from './samples.js';

const range = { until: 4, workers: [0, 1], resolution: 0.01, mostUpdates: 100 };

test('tells after each record what has been so far', () => {
  const builder = new TimelineBuilder(range);
  builder.add(interval(0, 'busy', 0, 1));
  const early = builder.timeline;
  builder.add(interval(0, 'idle', 1, 3));
  builder.add(update(3));
  expect([early.stretches.get(0), early.updates]).toEqual([[{ kind: 'busy', start: 0, end: 1 }], []]);
  expect(builder.timeline).toMatchObject({ updates: [3], updateCount: 1 });
  expect(builder.timeline.stretches.get(0)).toHaveLength(2);
});

test('to look at it does not change what it becomes', () => {
  const [watched, alone] = [new TimelineBuilder({ ...range, resolution: 1.5 }), new TimelineBuilder({ ...range, resolution: 1.5 })];
  for (const record of traceOf()) {
    alone.add(record);
    watched.add(record);
    expect(watched.timeline.flights.size).toBe(2);
  }
  expect(watched.timeline).toEqual(alone.timeline);
  expect(alone.done).toBe(true);
});

test('holds what can be seen of a long trace', () => {
  const builder = new TimelineBuilder({ until: 101, workers: [0], resolution: 1, mostUpdates: 5 });
  for (let step = 0; step < 1e5; step += 1) {
    builder.add(interval(0, step % 3 === 0 ? 'idle' : 'busy', step / 1e3, (step + 1) / 1e3));
    builder.add(update((step + 1) / 1e3));
  }
  const { stretches, updates, updateCount } = builder.timeline;
  expect(stretches.get(0)!.length).toBeLessThanOrEqual(101);
  expect([updates.length, updateCount]).toEqual([5, 1e5]);
});
