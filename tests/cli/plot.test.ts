import { Command } from 'commander';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { InputError, type SummaryRecord } from '../../bindings/index.js';
import { registerPlot } from '../../cli/commands/plot.js';
import { sampleMetrics, sampleSummary } from '../figures/samples.js';

let home: string;
let out: string;
let err: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'straggler-plot-'));
  [out, err] = ['', ''];
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => ((out += String(chunk)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => ((err += String(chunk)), true));
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(home, { recursive: true });
});

async function plot(...words: string[]): Promise<void> {
  const program = new Command('straggler').exitOverride().configureOutput({ writeErr: () => undefined });
  registerPlot(program);
  program.commands.forEach((command) => command.exitOverride().configureOutput({ writeErr: () => undefined }));
  await program.parseAsync(['plot', ...words], { from: 'user' });
}

interface Content {
  metrics?: string;
  summary?: SummaryRecord[] | null;
  target?: Record<string, number>;
}

/** A run of asgd (stepsizes 0.1 and 0.3, best 0.3) and rescaled-asgd (0.1 only). */
async function runFolder(name: string, content: Content = {}): Promise<string> {
  const folder = join(home, name);
  const records = [...sampleMetrics(['asgd'], [1, 2, 3], [0.1, 0.3]), ...sampleMetrics(['rescaled-asgd'], [1, 2, 3])];
  const summary = [
    sampleSummary({ timeToTarget: 900 }), sampleSummary({ stepsize: 0.3, timeToTarget: 300 }), sampleSummary({ method: 'rescaled-asgd' }),
  ];
  await mkdir(folder);
  await writeFile(join(folder, 'experiment.json'), JSON.stringify({ name: `experiment ${name}`, target: content.target }));
  await writeFile(join(folder, 'metrics.jsonl'), content.metrics ?? records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const all = [1, 2, 3].flatMap((seed) => summary.map((record) => ({ ...record, seed })));
  if (content.summary !== null) await writeFile(join(folder, 'summary.json'), JSON.stringify(content.summary ?? all));
  return folder;
}

const read = (file: string) => readFile(file, 'utf8');

async function errorOf(promise: Promise<void>): Promise<string> {
  const error: unknown = await promise.then(() => 'nothing was thrown', (reason: unknown) => reason);
  expect(error).toBeInstanceOf(InputError);
  return (error as InputError).message;
}

test('writes figure.svg again: the best stepsize of each method, the name, the target', async () => {
  const folder = await runFolder('a', { target: { objective: 0.5 } });
  await plot(folder);
  const svg = await read(join(folder, 'figure.svg'));
  for (const text of ['asgd (γ = 0.3)', 'rescaled-asgd (γ = 0.1)', 'experiment a', 'target 0.5']) expect(svg).toContain(`>${text}<`);
  expect(svg).not.toContain('>asgd (γ = 0.1)<');
  expect(out).toBe(`Wrote ${join(folder, 'figure.svg')}\n`);
});

test('shows the quantity that the target is about', async () => {
  const folder = await runFolder('a', { target: { gradientNormSquared: 0.25 } });
  await plot(folder);
  const svg = await read(join(folder, 'figure.svg'));
  for (const text of ['squared gradient norm ‖∇f(x)‖²', 'target 0.25']) expect(svg).toContain(`>${text}<`);
  await plot(folder, '--y', 'objective');
  expect(await read(join(folder, 'plot.svg'))).toContain('>objective f(x)<');
  await plot(folder, await runFolder('b'));
  expect(await read(join(folder, 'plot.svg'))).toContain('>objective f(x)<');
});

test('with options it writes plot.svg and leaves figure.svg alone', async () => {
  const folder = await runFolder('a', { target: { objective: 0.5 } });
  await writeFile(join(folder, 'figure.svg'), 'original');
  await plot(folder, '--x', 'updates', '--y', 'gradientNormSquared', '--linear');
  expect(await read(join(folder, 'figure.svg'))).toBe('original');
  const svg = await read(join(folder, 'plot.svg'));
  expect(svg).toContain('>model updates<');
  expect(svg).toContain('‖∇f(x)‖²');
  expect(svg).not.toContain('target');
});

test('--all-stepsizes and --methods choose the lines', async () => {
  const folder = await runFolder('a');
  await plot(folder, '--all-stepsizes', '--methods', 'asgd');
  const svg = await read(join(folder, 'plot.svg'));
  expect([...svg.matchAll(/>([\w-]+ \(γ = [\d.]+\))</g)].map((match) => match[1]).sort()).toEqual(['asgd (γ = 0.1)', 'asgd (γ = 0.3)']);
});

test('several runs: labels begin with the name of the folder', async () => {
  const folders = [await runFolder('a'), await runFolder('b')];
  await plot(...folders);
  const svg = await read(join(home, 'a', 'plot.svg'));
  for (const text of ['a: asgd (γ = 0.3)', 'b: asgd (γ = 0.3)', 'b: rescaled-asgd (γ = 0.1)', 'experiment a, experiment b']) {
    expect(svg).toContain(`>${text}<`);
  }
});

test('several runs: the colour tells the method, the dash the run', async () => {
  const other = sampleMetrics(['rescaled-asgd', 'minibatch-sgd'], [1]).map((record) => JSON.stringify(record)).join('\n');
  await plot(await runFolder('a'), await runFolder('b', { metrics: `${other}\n`, summary: null }));
  const svg = await read(join(home, 'a', 'plot.svg'));
  const curves = new Map([...svg.matchAll(/curve-(\d)[^"]*"[^>]*><path([^>]*)>/g)].map((match) => [Number(match[1]), match[2]!]));
  const look = (name: string) => [0, 1, 2, 3].map((index) => new RegExp(` ${name}="([^"]*)"`).exec(curves.get(index)!)?.[1]);
  const [colours, dashes] = [look('stroke'), look('stroke-dasharray')];
  expect(colours[1]).toBe(colours[2]); // rescaled-asgd in both
  expect(new Set(colours).size).toBe(3);
  expect([dashes[0], dashes[2]]).toEqual([dashes[1], dashes[3]]);
  expect(dashes[0]).not.toBe(dashes[2]);
});

test.each([['png', '\x89PNG'], ['pdf', '%PDF-'], ['svg', '<svg ']])('--out chooses the format: .%s', async (format, start) => {
  const folder = await runFolder('a');
  const file = join(home, 'new', `figure.${format}`);
  await plot(folder, '--out', file, '--json');
  expect((await readFile(file)).toString('latin1').startsWith(start)).toBe(true);
  expect(JSON.parse(out)).toEqual({ files: [file] });
});

test('an interrupted run: a torn last line and runs without a summary', async () => {
  const records = sampleMetrics(['asgd', 'rescaled-asgd'], [1]);
  const metrics = `${records.map((record) => JSON.stringify(record)).join('\n')}\n{"method":"ring`;
  const folder = await runFolder('a', { metrics, summary: [sampleSummary()] });
  await plot(folder);
  expect(err).toContain('metrics.jsonl: the last line is incomplete');
  expect(err).toContain('1 of 2 runs are not in summary.json');
  expect(await read(join(folder, 'figure.svg'))).toContain('>rescaled-asgd (γ = 0.1)<');
});

test('without summary.json the best stepsizes come from the metrics: soonest at the target, not lowest in the end', async () => {
  const [record] = sampleMetrics(['asgd'], [1]);
  const metrics = ([[0.1, 1, 0.15], [0.1, 2, 0.15], [0.3, 1, 0.9], [0.3, 2, 0.1]] as const)
    .map(([stepsize, time, objective]) => JSON.stringify({ ...record, stepsize, time, objective }))
    .join('\n');
  const folder = await runFolder('a', { metrics, summary: null, target: { objective: 0.2 } });
  await plot(folder);
  expect(await read(join(folder, 'figure.svg'))).toContain('>asgd (γ = 0.1)<');
});

test('errors are one sentence that names the place', async () => {
  const folder = await runFolder('a');
  expect(await errorOf(plot(join(home, 'missing')))).toMatch(/^plot: 'run' must be the folder of a run, got '.*missing'$/);
  expect(await errorOf(plot(home))).toMatch(/^plot: 'run' must be the folder of a run, with a file 'metrics\.jsonl', got /);
  expect(await errorOf(plot(folder, '--out', 'x.jpg'))).toBe("plot: '--out' must end in .svg, .png or .pdf, got 'x.jpg'");
  expect(await errorOf(plot(folder, '--methods', 'asgd,foo'))).toBe(
    "plot: '--methods' must name methods of the runs (asgd, rescaled-asgd), got 'foo'",
  );
  expect(await errorOf(plot(folder, '--y', 'testAccuracy'))).toBe(
    "plot: '--y' must be a quantity with finite values in these runs (objective, worstWorkerObjective, gradientNormSquared), got 'testAccuracy'",
  );
  expect(await errorOf(plot(await runFolder('empty', { metrics: '\n' })))).toMatch(/metrics\.jsonl: 'metrics' must hold at least one evaluation, got 0$/);
  expect(await errorOf(plot(await runFolder('torn', { metrics: 'oops\n{}\n' })))).toMatch(/metrics\.jsonl:1: 'line' must be a JSON object, got 'oops'$/);
  expect(await errorOf(plot(await runFolder('field', { metrics: '{"method":"asgd"}\n' })))).toMatch(
    /metrics\.jsonl:1: 'stepsize' must be a number, got nothing$/,
  );
});

test('--log needs positive values', async () => {
  const metrics = sampleMetrics(['asgd'], [1]).map((record) => JSON.stringify({ ...record, objective: -record.objective })).join('\n');
  const folder = await runFolder('a', { metrics, summary: null });
  expect(await errorOf(plot(folder, '--log'))).toMatch(/^plot: '--log' must be used with positive values of objective, got -0\.0\d+$/);
});

test('commander refuses unknown axes and contradictions', async () => {
  await expect(plot('a', '--x', 'wall')).rejects.toThrow(/Allowed choices are time, updates, gradients/);
  await expect(plot('a', '--log', '--linear')).rejects.toThrow(/cannot be used with/);
  await expect(plot()).rejects.toThrow(/missing required argument 'run'/);
});
