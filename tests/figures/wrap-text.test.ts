import { expect, test } from 'vitest';
import { wrapText } from '../../figures/wrap-text.js';

test('lines are broken between words', () => {
  expect(wrapText('  one two three', 9, '    ')).toEqual(['  one two', '    three']);
  expect(wrapText('extraordinary words', 5)).toEqual(['extraordinary', 'words']);
  expect(wrapText('as  it is', Infinity)).toEqual(['as  it is']);
  expect(wrapText('', 5)).toEqual(['']);
});
