import { expect, test } from 'vitest';
import { alternate, Times } from '../../bench/peers/alternate.js';
import { againstTarget, markdownTable, median } from '../../bench/report.js';

test('a ratio is the median of the rounds, whatever the machine did between them', () => {
  const times = new Times(new Map([['a', [1, 2, 4]], ['b', [3, 6, 12]], ['c', [2, 2, 40]]]));
  expect(times.of('a')).toBe(2);
  expect(times.ratio('a', 'b')).toBe(3);
  expect(times.ratio('a', 'c')).toBe(2);
  expect(times.of('absent')).toBeNaN();
});

test('contestants run in turns, promises included, each in every round', async () => {
  const order: string[] = [];
  const contestant = (name: string, run: () => unknown) => ({
    name,
    run: () => {
      if (order.at(-1) !== name) order.push(name);
      return run();
    },
  });
  const times = await alternate([contestant('now', () => 1), contestant('later', () => Promise.resolve(1))], { rounds: 2, milliseconds: 1 });
  expect([...order].sort()).toEqual(expect.arrayContaining(['later', 'now']));
  expect(order.length).toBeGreaterThanOrEqual(3);
  for (const name of ['now', 'later']) expect(times.of(name)).toBeGreaterThan(0);
});

test.each([
  [1.5, 2, '1.50 (2: not met)'],
  [2, 2, '2.00 (2: met)'],
  [12.34, undefined, '12.3'],
  [NaN, 2, 'NaN (2: not met)'],
])('%d against %s reads %s', (measured, target, text) => expect(againstTarget(measured, target)).toBe(text));

test('tables are Markdown, aligned', () => {
  expect(markdownTable(['a', 'long'], [['b', '1'], ['wide', '22']])).toBe('| a    | long |\n| ---- | ---: |\n| b    |    1 |\n| wide |   22 |');
});

test('median', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});
