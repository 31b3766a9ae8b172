import { Command } from 'commander';
import { expect, test } from 'vitest';
import { methods } from '../../bindings/index.js';
import { registerBench, report, type Measurement } from '../../cli/commands/bench.js';
import { overview, page } from '../../cli/commands/methods.js';

const plain = (text: string) => text.replace(/\u001b\[\d+m/g, '').split('\n');
const words = (text: string) => plain(text).join(' ').split(/\s+/).join(' ');

const measurements: Measurement[] = [
  { name: 'MLP 784-128-10 gradient, batch 256', unit: 'GFLOP/s', rate: 59.7, microseconds: 1750, calls: 9, ofPeak: 1 },
  { name: 'copy, d = 101770', unit: 'GB/s', rate: 197, microseconds: 4.13, calls: 9, ofPeak: null },
];

test.each([[120, 24], [80, 11], [60, 0]])('bench fits %i columns with bars of %i', (width, bar) => {
  for (const colour of [false, true]) {
    const lines = plain(report(measurements, colour, width));
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(Math.max(width, 67));
    expect(/█*$/.exec(lines[2]!.split('100.0%')[0]!.trimEnd())![0]).toHaveLength(bar);
  }
});

test('bench takes times as its message says', async () => {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  registerBench(program);
  program.commands.forEach((command) => command.exitOverride().configureOutput({ writeErr: () => undefined }));
  for (const seconds of ['0', '3601', 'x']) {
    const call = program.parseAsync(['bench', '--seconds', seconds], { from: 'user' });
    await expect(call).rejects.toThrow('It must be a number of seconds greater than 0, at most 3600.');
  }
});

test.each(methods.map((method) => [method.name, method] as const))('methods %s: 80 columns, the same words', (_name, method) => {
  for (const show of [overview, page]) {
    for (const line of plain(show(method, 80))) expect(line.length).toBeLessThanOrEqual(80);
    expect(words(show(method, 80))).toBe(words(show(method, Infinity)));
  }
});

test('a method page tells ranges, and keeps the sections of its pseudocode apart', () => {
  const parameters = {
    share: { type: 'number', description: 'a', default: 0.1, above: 0, maximum: 1 },
    steps: { type: 'integer', description: 'b', minimum: 1, infinite: true, default: Infinity },
    any: { type: 'number', description: 'c' },
    few: { type: 'integer', description: 'd', default: 3, minimum: 2, maximum: 9 },
  } as const;
  expect(plain(overview({ ...methods[0]!, parameters }, 80))).toContain('  Parameters: share=0.1, steps=.inf, any, few=3');
  const pseudocode = ['server:', '  on a message from worker i:', `    add ${'it '.repeat(30)}`.trimEnd(), 'worker:', '  step'];
  const lines = plain(page({ ...methods[0]!, parameters, pseudocode }, 80));
  expect(lines.slice(lines.indexOf('Pseudocode') + 1).slice(0, 6)).toEqual([
    '  server:', '    on a message from worker i:', expect.stringMatching(/^ {6}add it/), expect.stringMatching(/^ {10}it/), '  worker:', '    step',
  ]);
  expect(lines).toEqual(expect.arrayContaining([
    '  share: a; a number above 0 and at most 1, default 0.1', '  steps: b; an integer of at least 1, or .inf, default .inf',
    '  any: c; a number', '  few: d; an integer of at least 2 and at most 9, default 3',
  ]));
});
