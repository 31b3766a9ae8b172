import { expect, test } from 'vitest';
import { terminalWidth } from '../../../cli/output/style.js';

test('only terminals have a width', () => {
  expect(terminalWidth({ columns: 60 })).toBe(Infinity);
  expect(terminalWidth({ isTTY: true, columns: 60 })).toBe(60);
  expect(terminalWidth({ isTTY: true, columns: 0 })).toBe(80);
});
