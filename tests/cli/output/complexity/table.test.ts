import { expect, test } from 'vitest';
import { answerTo } from '../../../../cli/complexity/answer.js';
import { complexityText, type ComplexityTextOptions } from '../../../../cli/output/complexity/table.js';
import { sampleQuestion } from './samples.js';

const textOf = (times: readonly number[], options: ComplexityTextOptions, change = {}, data: 'heterogeneous' | 'homogeneous' = 'heterogeneous') => {
  const question = sampleQuestion(times, change, data);
  const notes = ['A note about where the numbers of this question have come from, with several words.'];
  return complexityText({ ...question, notes }, answerTo(question), options);
};
const words = (text: string) => text.replace(/─+/, '').split(/\s+/).join(' ');

test.each([120, 80, 60])('fits %i columns', (width) => {
  for (const data of ['heterogeneous', 'homogeneous'] as const) {
    const text = textOf([1, 2, 10], { width, colour: false }, { delta: 12345.678 }, data);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
    if (width > 70) expect(words(text)).toBe(words(textOf([1, 2, 10], { width: Infinity, colour: false }, { delta: 12345.678 }, data)));
  }
});

test('leaves the source out where there is no room, and says so', () => {
  const text = textOf([1, 2, 10], { width: 50, colour: false });
  expect(text).not.toContain('arXiv');
  expect(text).toContain('Left out for lack of room: source; --json has all.');
  expect(textOf([1, 2, 10], { colour: false })).not.toContain('Left out');
});

test('colours only where they are wanted', () => {
  expect(textOf([1], { colour: true })).toContain('\u001b[2mTimes are the expressions');
  expect(textOf([1], { colour: false })).not.toContain('\u001b');
});

test('a leading term has no ratio, and without noise no time', () => {
  expect(textOf([1, 2], { colour: false })).toMatch(/\nrescaled-asgd \* +7,500 +— +arXiv/);
  expect(textOf([1, 2], { colour: false }, { variance: 0 })).toMatch(/\nrescaled-asgd \* +— +— +arXiv/);
});

test('infinite times have no ratio to an infinite bound', () => {
  expect(textOf([1, Infinity], { colour: false })).toMatch(/\nmalenia-sgd +∞ +— +✓/);
  expect(textOf([1, Infinity], { colour: false }, {}, 'homogeneous')).toMatch(/\nminibatch-sgd +∞ +∞ +arXiv/);
});

test('L_max and Ringleader ASGD’s L are shown where they count', () => {
  expect(textOf([1, 2], { colour: false }, { maxSmoothness: 3, ringleaderSmoothness: 2 })).toContain('L_f = 1, L = 2 (Ringleader ASGD), L_max = 3, Δ = 1');
  expect(textOf([1, 2], { colour: false }, { maxSmoothness: 3 }, 'homogeneous')).toContain('(all f_i equal); L = 1, Δ = 1, σ² = 1, ε = 0.01\n');
});
