import { expect, test } from 'vitest';
import type { IntervalKind } from '../../../bindings/index.js';
import { Folding, type Stretch } from '../../../figures/workers/folding.js';

function fold(resolution: number, ...list: [IntervalKind, number, number][]): Stretch[] {
  const folding = new Folding(resolution);
  for (const [kind, start, end] of list) folding.add({ kind, start, end });
  return folding.stretches;
}

test('keeps what can be seen', () => {
  expect(fold(1, ['busy', 0, 1], ['idle', 1, 3])).toEqual([{ kind: 'busy', start: 0, end: 1 }, { kind: 'idle', start: 1, end: 3 }]);
});

test('puts what cannot be seen together, as the kind that most of it is', () => {
  expect(fold(1, ['busy', 0, 0.3], ['idle', 0.3, 0.7], ['busy', 0.7, 1.1], ['busy', 1.1, 1.2], ['wasted', 1.2, 3])).toEqual([
    { kind: 'busy', start: 0, end: 1.1 }, { kind: 'busy', start: 1.1, end: 1.2 }, { kind: 'wasted', start: 1.2, end: 3 },
  ]);
});

test('does not fill gaps, and drops what has no length', () => {
  expect(fold(1, ['busy', 0, 0.1], ['idle', 0.1, 0.1], ['busy', 0.9, 1])).toEqual([
    { kind: 'busy', start: 0, end: 0.1 }, { kind: 'busy', start: 0.9, end: 1 },
  ]);
});

test('a million short stretches become as many as fit', () => {
  const folding = new Folding(1);
  for (let step = 0; step < 1e6; step += 1) folding.add({ kind: step % 3 === 0 ? 'idle' : 'busy', start: step / 1e4, end: (step + 1) / 1e4 });
  const stretches = folding.stretches;
  expect(stretches.length).toBeLessThanOrEqual(100);
  expect(stretches.every(({ kind }) => kind === 'busy')).toBe(true);
});
