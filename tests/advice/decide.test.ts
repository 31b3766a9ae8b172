import { expect, test } from 'vitest';
import { decide } from '../../bindings/advice/decide.js';
import { candidate } from './candidates.js';

const optimal = { optimal: true };
const leading = { leadingTerm: true };

test('the fastest is recommended where its gain is worth a change', () => {
  const [first, second, current] = [candidate('a', 10, 100), candidate('b', 10, 200), candidate('now', 20, 400)];
  const decision = decide([first, second, current], 'now');
  expect(decision).toEqual({ recommended: first, current, fastest: first, gain: 4, worthwhile: true, agrees: true });
});

test('of those within 1.15 of the fastest an optimal one is recommended, not beyond', () => {
  const methods = (simulated: number) => [candidate('best', 10, simulated, optimal), candidate('quick', 15, 100), candidate('now', 20, 400)];
  expect(decide(methods(114), 'now').recommended.method).toBe('best');
  expect(decide(methods(114), 'now').gain).toBeCloseTo(400 / 114, 12);
  expect(decide(methods(116), 'now')).toMatchObject({ recommended: { method: 'quick' }, gain: 4, agrees: false });
});

test('an optimal one that is not itself worth the change gives way to the fastest, so that the gain told is what decides', () => {
  const methods = [candidate('best', 10, 110, optimal), candidate('quick', 15, 100), candidate('now', 20, 130)];
  expect(decide(methods, 'now')).toMatchObject({ recommended: { method: 'quick' }, gain: 1.3, worthwhile: true });
});

test('below 1.25 the method in use is kept, and the gain is that over the fastest', () => {
  const methods = (simulated: number) => [candidate('quick', 10, 100), candidate('now', 20, simulated)];
  expect(decide(methods(125), 'now')).toMatchObject({ recommended: { method: 'quick' }, worthwhile: true, gain: 1.25 });
  expect(decide(methods(124), 'now')).toMatchObject({ recommended: { method: 'now' }, fastest: { method: 'quick' }, worthwhile: false, gain: 1.24 });
});

test('the method in use, being the fastest, is kept with a gain of 1', () => {
  expect(decide([candidate('other', 10, 150, optimal), candidate('now', 20, 100)], 'now')).toMatchObject({
    recommended: { method: 'now' }, fastest: { method: 'now' }, worthwhile: false, gain: 1, agrees: false,
  });
});

test('a gain that fewer than four of five seeds show is not worth a change', () => {
  const quick = (times: readonly number[]) => [candidate('quick', 10, 100, { times }), candidate('now', 20, 200)];
  expect(decide(quick([90, 90, 100, 100, 300]), 'now').worthwhile).toBe(true);
  expect(decide(quick([90, 90, 100, 200, 300]), 'now')).toMatchObject(
    { recommended: { method: 'now' }, fastest: { method: 'quick' }, gain: 2, worthwhile: false },
  );
});

test('where the method in use never arrives the gain is infinite', () => {
  expect(decide([candidate('quick', 10, 100), candidate('now', 20, Infinity)], 'now')).toMatchObject({ gain: Infinity, worthwhile: true });
});

test('where nobody arrives theory decides', () => {
  const lost = (name: string, predicted: number, rest: object = {}) => candidate(name, predicted, Infinity, rest);
  const twice = decide([lost('leading', 1, leading), lost('quick', 10), lost('now', 20)], 'now');
  expect(twice).toMatchObject({ recommended: { method: 'quick' }, fastest: undefined, gain: 2, worthwhile: true, agrees: false });
  const hardly = decide([lost('quick', 10), lost('now', 12)], 'now');
  expect(hardly).toMatchObject({ recommended: { method: 'now' }, gain: 1.2, worthwhile: false });
  expect(decide([lost('quick', 10), lost('now', 20, leading)], 'now')).toMatchObject({ recommended: { method: 'now' }, gain: NaN, worthwhile: false });
});

test('agreement: leading terms do not count, equal predictions do', () => {
  const slow = candidate('now', 20, 400);
  expect(decide([candidate('leading', 1, 100, leading), candidate('first', 10, 300), slow], 'now').agrees).toBe(false);
  expect(decide([candidate('leading', 1, 100, leading), candidate('first', 10, 114), slow], 'now').agrees).toBe(true);
  expect(decide([candidate('first', 10, 300), candidate('same', 10 * (1 + 1e-12), 100), slow], 'now').agrees).toBe(true);
});
