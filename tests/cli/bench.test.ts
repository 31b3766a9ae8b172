import { expect, test } from 'vitest';
import type { Measurement } from '../../cli/commands/bench.js';
import { straggler } from './command.js';

test('bench --json tells the rate of every kernel and its share of what bounds it', async () => {
  const { code, stdout, stderr } = await straggler('.', ['bench', '--seconds', '0.5', '--json']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const measurements = JSON.parse(stdout) as Measurement[];
  const named = (name: string) => measurements.find((measurement) => measurement.name === name)!;
  expect(named('peak')).toMatchObject({ unit: 'GFLOP/s', ofPeak: null });
  expect(named('copy, d = 101770').ofPeak).toBe(1);
  expect(named('MLP gradient, sparse, batch 32').ofPeak).toBe(named('MLP gradient, sparse, batch 32').rate / named('peak').rate);
  for (const { rate, microseconds, calls } of measurements) for (const value of [rate, microseconds, calls]) expect(value).toBeGreaterThan(0);
});

test('bench prints a table with a row per kernel', async () => {
  const { code, stdout } = await straggler('.', ['bench', '--seconds', '0.2']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^MLP gradient, sparse, batch 256 +\S+ GFLOP\/s .*%/m);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test.each([
  [['--kernels', 'avx'], "option '--kernels <variant>' argument 'avx' is invalid. Allowed choices are simd, fma."],
  [['--seconds', '0'], "option '--seconds <number>' argument '0' is invalid. It must be a number of seconds greater than 0, at most 3600."],
  [['--second', '1'], "unknown option '--second'"],
])('bench %j is bad usage', async (args, message) => {
  const { code, stdout, stderr } = await straggler('.', ['bench', ...args]);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(message);
});
