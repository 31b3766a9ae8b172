import { expect, test } from 'vitest';
import { readableBytes, readableDuration, readableNumber, readablePercentage } from '../../figures/numbers.js';

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

test.each([
  [0, '0 B'], [640, '640 B'], [999, '999 B'], [1000, '1 kB'], [999_499, '999 kB'], [999_500, '1 MB'], [1.234e9, '1.23 GB'], [5e18, '5e3 PB'], [NaN, '—'],
])('%d bytes are %s', (bytes, text) => {
  expect(readableBytes(bytes)).toBe(text);
});
