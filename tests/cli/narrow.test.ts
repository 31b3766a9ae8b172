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
