import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SummaryRecord, WorkersRecord } from '../../bindings/index.js';
import { straggler, temporaryFolder } from './command.js';

/** Figures about workers, from real runs of the built command line. */
const folder = temporaryFolder();
afterAll(folder.remove);
const read = (...path: string[]): string => readFileSync(join(folder.path, ...path), 'utf8');
const texts = (...path: string[]): (string | undefined)[] => [...read(...path).matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);

const study = `name: study
seeds: [1, 2]
problem: { kind: quadratic, form: random, dimension: 3, noise: 0.1 }
workers: { count: 3, computation: { kind: paper, redraw: true } }
methods: [asgd, minibatch-sgd]
stepsizes: [0.02, 0.05]
budget: { time: 60 }
`;

beforeAll(async () => {
  writeFileSync(join(folder.path, 'study.yaml'), study);
  expect((await straggler(folder.path, ['run', 'study.yaml', '--trace', '--out', 'run'])).code).toBe(0);
});

it('run writes workers.jsonl: a line per run, with all of its time', () => {
  const records = read('run', 'workers.jsonl').trimEnd().split('\n').map((line) => JSON.parse(line) as WorkersRecord);
  const summary = JSON.parse(read('run', 'summary.json')) as SummaryRecord[];
  expect(records.map(({ method, stepsize, seed }) => [method, stepsize, seed])).toEqual(summary.map(({ method, stepsize, seed }) => [method, stepsize, seed]));
  records.forEach(({ seconds, gradients }, index) => {
    for (const worker of [0, 1, 2]) {
      const time = Object.values(seconds).reduce((sum, list) => sum + list[worker]!, 0);
      expect(time).toBeCloseTo(summary[index]!.time, 6);
    }
    expect(gradients.reduce((a, b) => a + b)).toBe(summary[index]!.gradients);
  });
});

it.each(['timeline', 'delays', 'utilization'])('--%s draws a run', async (name) => {
  const { code, stdout, stderr } = await straggler(folder.path, ['plot', 'run', `--${name}`]);
  expect([code, stdout, stderr]).toEqual([0, `Wrote run/${name}.svg\n`, '']);
  for (const method of ['asgd', 'minibatch-sgd']) expect(texts('run', `${name}.svg`).some((text) => text?.startsWith(`${method} (γ = `))).toBe(true);
});

it('--timeline without a trace exits with 2 and tells what to do', async () => {
  await straggler(folder.path, ['run', 'study.yaml', '--out', 'untraced']);
  const { code, stderr } = await straggler(folder.path, ['plot', 'untraced', '--timeline']);
  expect([code, stderr]).toEqual([2, "Error: plot: '--timeline' must be used with a run that was made with 'straggler run --trace', got 'untraced'\n"]);
});

it('--workers draws the speeds of a run, an experiment file or the built-in example', async () => {
  for (const [args, file] of [[['run'], 'run/workers.svg'], [['study.yaml'], 'workers.svg'], [[], 'example.svg']] as const) {
    const out = args.length === 0 ? ['--out', 'example.svg'] : [];
    const { code, stdout } = await straggler(folder.path, ['plot', ...args, '--workers', ...out]);
    expect([code, stdout]).toEqual([0, `Wrote ${file}\n`]);
  }
  expect(texts('workers.svg')).toEqual(expect.arrayContaining(['Workers: study', 'worker', 'simulated time of one gradient', 'all of the first 30']));
  expect(read('run', 'workers.svg')).toBe(read('workers.svg'));
  expect(texts('example.svg')[0]).not.toBe('Workers: study');
});

it('--workers refuses what is no experiment, and names the place', async () => {
  writeFileSync(join(folder.path, 'bad.yaml'), study.replace('kind: paper', 'kind: papre'));
  const bad = await straggler(folder.path, ['plot', 'bad.yaml', '--workers']);
  expect([bad.code, bad.stderr]).toEqual([2, expect.stringMatching(/^Error: bad\.yaml:4: 'workers\.computation\.kind' must .*'papre'\n$/)]);
  const none = await straggler(folder.path, ['plot', 'none.yaml', '--workers']);
  expect([none.code, none.stderr]).toEqual([2, "Error: plot: 'run' must be a run folder or an experiment file that can be read (ENOENT), got 'none.yaml'\n"]);
  const empty = await straggler(folder.path, ['plot', '.', '--workers']);
  expect(empty.stderr).toBe("Error: plot: 'run' must be the folder of a run, with a file 'experiment.json', got '.'\n");
  expect(existsSync(join(folder.path, 'none.svg'))).toBe(false);
});
