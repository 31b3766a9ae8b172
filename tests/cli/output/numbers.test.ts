import { expect, test } from 'vitest';
import { readableDuration, readableNumber, readablePercentage } from '../../../cli/output/numbers.js';

test.each([
  [0, '0'], [-0, '0'], [0.5, '0.5'], [0.45678, '0.4568'], [1, '1'], [12.3456, '12.35'], [999.96, '1,000'], [1234.56, '1,235'],
  [12345.6, '12,346'], [12345, '12,345'], [1234567, '1,234,567'], [-1234567, '-1,234,567'], [1.2e-5, '1.2e-5'], [0.00012345, '1.234e-4'],
  [0.001, '0.001'], [0.00099999, '0.001'], [1.5e12, '1.5e12'], [NaN, '—'], [Infinity, '∞'], [-Infinity, '-∞'],
])('%d is written as %s', (value, text) => {
  expect(readableNumber(value)).toBe(text);
});

test('percentages and durations', () => {
  expect(readablePercentage(0.98765)).toBe('98.8%');
  expect(readablePercentage(NaN)).toBe('—');
  expect([4.4, 59.6, 125, 3 * 3600 + 7 * 60].map(readableDuration)).toEqual(['4 s', '1 min 00 s', '2 min 05 s', '3 h 07 min']);
});
