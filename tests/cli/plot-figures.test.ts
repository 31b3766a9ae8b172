import { Command } from 'commander';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { InputError } from '../../bindings/index.js';
import { registerPlot } from '../../cli/commands/plot.js';
import { runFolder } from './output/workers/samples.js';

/** Figures about workers, from synthetic run folders. */
let home: string;
let out: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'straggler-figures-'));
  out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => ((out += String(chunk)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(home, { recursive: true });
});

async function plot(...words: string[]): Promise<void> {
  const program = new Command('straggler').exitOverride().configureOutput({ writeErr: () => undefined });
  registerPlot(program);
  program.commands.forEach((command) => command.exitOverride().configureOutput({ writeErr: () => undefined }));
  await program.parseAsync(['plot', ...words], { from: 'user' });
}

const textsOf = (file: string) => [...readFileSync(file, 'utf8').matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);

async function errorOf(promise: Promise<void>): Promise<string> {
  const error: unknown = await promise.then(() => 'nothing was thrown', (reason: unknown) => reason);
  expect(error).toBeInstanceOf(InputError);
  return (error as InputError).message;
}

test.each([
  ['timeline', 'Timeline: study a', 'simulated time'],
  ['delays', 'Delays: study a', 'delay δ (model updates)'],
  ['utilization', 'Use of the workers’ time: study a', 'share of simulated time (%)'],
])('--%s writes its figure: each method at its best stepsize', async (name, title, axis) => {
  const folder = runFolder(home, 'a');
  await plot(folder, `--${name}`);
  const texts = textsOf(join(folder, `${name}.svg`));
  expect(texts).toEqual(expect.arrayContaining([title, axis, 'asgd (γ = 0.3)', 'malenia-sgd (γ = 0.1)']));
  expect(texts).not.toContain('asgd (γ = 0.1)');
  expect(out).toBe(`Wrote ${join(folder, `${name}.svg`)}\n`);
  await plot(folder, `--${name}`, '--methods', 'asgd', '--out', join(home, 'x.svg'));
  expect(textsOf(join(home, 'x.svg'))).not.toContain('malenia-sgd (γ = 0.1)');
});

test('--timeline shows as much time as it is told, at most all', async () => {
  const folder = runFolder(home, 'a');
  const updates = async (...words: string[]) => {
    await plot(folder, '--timeline', ...words);
    return textsOf(join(folder, 'timeline.svg')).filter((text) => text?.endsWith('updates'));
  };
  expect(await updates()).toEqual(['4 model updates', '4 model updates']); // three gradients of the slowest, at the best stepsize
  expect(await updates('3.5')).toEqual(['3 model updates', '3 model updates']);
  expect(textsOf(join(folder, 'timeline.svg'))).toContain('Seed 1.');
  expect(await updates('5000')).toEqual(['8 model updates', '8 model updates']);
  expect(textsOf(join(folder, 'timeline.svg'))).toContain('10');
});

test('--timeline does without workers.jsonl, the others do not', async () => {
  const folder = runFolder(home, 'a', { workers: false });
  await plot(folder, '--timeline');
  expect(existsSync(join(folder, 'timeline.svg'))).toBe(true);
  for (const name of ['--delays', '--utilization']) {
    expect(await errorOf(plot(folder, name))).toBe(`plot: 'run' must be the folder of a run, with a file 'workers.jsonl', got '${folder}'`);
  }
});

test('--timeline without a trace tells how to get one', async () => {
  const folder = runFolder(home, 'a', { trace: false });
  expect(await errorOf(plot(folder, '--timeline'))).toBe(
    `plot: '--timeline' must be used with a run that was made with 'straggler run --trace', got '${folder}'`,
  );
  writeFileSync(join(folder, 'events.jsonl'), '');
  expect(await errorOf(plot(folder, '--timeline'))).toMatch(/^plot: '--timeline' must be used with a run whose events\.jsonl tells of its workers, got /);
});

test.each([['png', '\x89PNG'], ['pdf', '%PDF-']])('--out chooses the format: .%s', async (format, start) => {
  const file = join(home, `u.${format}`);
  await plot(runFolder(home, 'a'), '--utilization', '--out', file, '--json');
  expect(readFileSync(file).toString('latin1').startsWith(start)).toBe(true);
  expect(JSON.parse(out)).toEqual({ files: [file] });
});

test('a damaged workers.jsonl is an error that names the line', async () => {
  const folder = runFolder(home, 'a');
  const write = (line: object) => writeFileSync(join(folder, 'workers.jsonl'), `${JSON.stringify(line)}\n`);
  const good = { method: 'asgd', stepsize: 0.3, seed: 1, delays: [], gradients: [], seconds: { busy: [], wasted: [], off: [], flight: [] } };
  for (const [line, message] of [
    [{ ...good, method: 3 }, /workers\.jsonl:1: 'method' must be a name, got 3$/],
    [{ ...good, delays: 3 }, /workers\.jsonl:1: 'delays' must be a list of pairs, got 3$/],
    [good, /workers\.jsonl:1: 'seconds\.idle' must be a list of numbers, got nothing$/],
  ] as const) {
    write(line);
    expect(await errorOf(plot(folder, '--delays'))).toMatch(message);
  }
});

test('figures about workers take one run, and no axes', async () => {
  const folder = runFolder(home, 'a');
  expect(await errorOf(plot(folder, folder, '--delays'))).toBe(`plot: '--delays' must be used with one run, got '${folder} ${folder}'`);
  for (const other of [['--utilization'], ['--timeline'], ['--workers'], ['--x', 'time'], ['--y', 'objective'], ['--log'], ['--all-stepsizes']]) {
    await expect(plot(folder, '--delays', ...other)).rejects.toThrow(/cannot be used with/);
  }
  await expect(plot('--delays')).rejects.toThrow(/missing required argument 'run'/);
  await expect(plot('--timeline', folder)).rejects.toThrow(/It must be a simulated time greater than 0; the run stands before the option\./);
  for (const time of ['0', '-1', 'inf', '']) await expect(plot(folder, `--timeline=${time}`)).rejects.toThrow(/greater than 0/);
  expect(await errorOf(plot(folder, '--delays', '--methods', 'foo'))).toMatch(/^plot: '--methods' must name methods of the runs/);
  expect(await errorOf(plot(join(home, 'none'), '--delays'))).toMatch(/^plot: 'run' must be the folder of a run, got /);
  expect(existsSync(join(folder, 'delays.svg'))).toBe(false);
});
