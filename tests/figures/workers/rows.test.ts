import { expect, test } from 'vitest';
import { rankedRowsFor, rowsFor, spread } from '../../../figures/workers/rows.js';

test('spreads evenly from the first to the last', () => {
  expect(spread(4, 10)).toEqual([0, 1, 2, 3]);
  expect(spread(101, 5)).toEqual([0, 25, 50, 75, 100]);
  const some = spread(1000, 50);
  expect([some[0], some.at(-1), new Set(some).size]).toEqual([0, 999, 50]);
});

test('shows all of fifty workers, and says how many it shows of more', () => {
  expect(rowsFor(50, 1)).toMatchObject({ rows: { workers: expect.objectContaining({ length: 50 }) as unknown } });
  expect(rowsFor(50, 1).note).toBeUndefined();
  expect(rowsFor(1000, 1).note).toBe('50 of 1000 workers, evenly spaced.');
  expect(rowsFor(50, 8).note).toBe('20 of 50 workers, evenly spaced.');
  expect(rowsFor(50, 100).rows.workers).toHaveLength(12);
});

test('of workers listed by speed, the labels are places among all', () => {
  const { rows, note } = rankedRowsFor(200, 1000, 1);
  expect(rows.workers.slice(0, 3)).toEqual([0, 4, 8]);
  expect([rows.labels![0], rows.labels![1], rows.labels!.at(-1)]).toEqual([0, 20, 999]);
  expect(note).toBe('50 of 1000 workers, evenly spaced from the fastest (0) to the slowest (999).');
});
