import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { straggler, temporaryFolder, type CommandResult } from './command.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const path = (...parts: string[]): string => join(folder.path, ...parts);
const read = (...parts: string[]): string => readFileSync(path(...parts), 'utf8');
const run = (...args: string[]): Promise<CommandResult> => straggler(folder.path, ['run', ...args]);
const merge = (...args: string[]): Promise<CommandResult> => straggler(folder.path, ['merge', ...args]);
const masked = (text: string): string => text.replaceAll(/"wallSeconds": ?[^,}]+/g, '');
const contents = (name: string): Record<string, string> => Object.fromEntries(readdirSync(path(name)).sort().map((file) => [file, masked(read(name, file))]));
const shard = (index: number): string => `runs/study-shard-${index}-of-3`;
const shards = [1, 2, 3].map(shard);

const study = `name: study
seeds: [1, 2]
problem: { kind: quadratic, form: random, dimension: 3, noise: 0.1 }
workers: { count: 3, computation: { kind: linear } }
methods: [asgd, { name: ringleader-asgd, restart: latest }]
stepsizes: [0.02, 0.05, 1e30]
budget: { time: 60 }
target: { gradientNormSquared: 0.01 }
`;
let table = '';

beforeAll(async () => {
  writeFileSync(path('study.yaml'), study);
  const { stdout } = await run('study.yaml', '--trace', '--theory', '--out', 'whole');
  table = stdout.slice(stdout.indexOf('squared gradient norm')).replaceAll('whole/', 'DIR/');
  for (const index of [1, 2, 3]) await run('study.yaml', '--trace', '--theory', '--shard', `${index}/3`);
});

describe('straggler run --shard', () => {
  it('does its part of the runs, and tells how to join the parts', async () => {
    const { code, stdout } = await run('study.yaml', '--shard', '2/3', '--threads', '2', '--out', 'second');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^study: 2 methods, 12 runs on quadratic, shard 2 of 3 \(4 of 12 runs\), 2 threads$/m);
    expect(stdout).toContain('\nThis is shard 2 of 3, with 4 of 12 runs; when all are finished, join them: straggler merge with the folders of all 3 shards\n');
    expect(stdout).not.toContain('may do better'); // of a part of the grid
    expect(read('second', 'shard.json')).toBe('{"index":2,"count":3}\n');
    expect(shards.every((name) => existsSync(path(name, 'summary.json')))).toBe(true);
    const { stdout: again } = await run('--resume', shard(1));
    expect(again).toContain(`This is shard 1 of 3, with 4 of 12 runs; when all are finished, join them: straggler merge runs/study-shard-*-of-3\n`);
  });

  it('--dry-run tells the runs of the part', async () => {
    const { stdout } = await run('study.yaml', '--shard', '2/3', '--dry-run');
    expect(stdout).toContain('\nShard 2 of 3 has 4 of 12 runs:\n  asgd: γ=0.02 seed 2, γ=1e30 seed 1\n  ringleader-asgd: γ=0.02 seed 2, γ=1e30 seed 1\n');
    const { stdout: json } = await run('study.yaml', '--shard', '2/3', '--dry-run', '--json');
    expect(JSON.parse(json)).toMatchObject({ shard: { index: 2, count: 3, runs: [{ index: 1 }, { index: 4 }, { index: 7 }, { index: 10 }] } });
  });

  it('a part without runs is a valid folder, and says so', async () => {
    const { code, stdout } = await run('study.yaml', '--shard', '13/13', '--out', 'empty');
    expect([code, stdout]).toEqual([0, expect.stringContaining('This is shard 13 of 13, with none of the 12 runs;')]);
    expect(contents('empty')).toMatchObject({ 'metrics.jsonl': '', 'workers.jsonl': '', 'summary.json': '[]\n' });
  });

  it.each(['0/3', '4/3', '1', '/', '1/', '1.5/2', '-1/2', 'a/b', '1/0'])('refuses %s', async (text) => {
    const { code, stderr } = await run('study.yaml', `--shard=${text}`);
    expect([code, stderr]).toEqual([2, `Error: run: '--shard' must be i/k with whole numbers 1 ≤ i ≤ k, such as 2/4, got '${text}'\n`]);
  });
});

describe('straggler merge', () => {
  it('writes what the whole leaves, byte for byte, in any order and with an empty part, and prints the table', async () => {
    const { code, stdout, stderr } = await merge(shard(3), 'empty', shard(1), shard(2), '--out', 'merged');
    expect([code, stderr]).toEqual([0, '']);
    expect(contents('merged')).toEqual(contents('whole'));
    expect(stdout).toMatch(/^study: 12 runs from 4 folders\n/);
    expect(stdout.slice(stdout.indexOf('squared gradient norm')).replaceAll('merged/', 'DIR/')).toBe(table);
    const json = await merge(...shards, '--out', 'json', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ directory: 'json', interrupted: false, best: [{ method: 'asgd' }, { method: 'ringleader-asgd' }], theory: {} });
  });

  it('takes a run twice where the digests agree, and refuses it where they do not', async () => {
    expect((await merge('whole', ...shards, '--out', 'twice')).code).toBe(0);
    expect(contents('twice')).toEqual(contents('whole'));
    cpSync(path(shard(2)), path('wrong'), { recursive: true });
    writeFileSync(path('wrong', 'summary.json'), read('wrong', 'summary.json').replace(/"digest":"./, '"digest":"x'));
    const { code, stderr } = await merge('whole', 'wrong', '--out', 'none');
    expect([code, stderr]).toEqual([2, "Error: merge: 'run' must agree with 'whole' about asgd with stepsize 0.02 and seed 2: the digests of the run differ, got 'wrong'\n"]);
  });

  it('tells what is missing, and what computes it', async () => {
    const { code, stderr } = await merge(shard(1), shard(3), '--out', 'none');
    expect([code, existsSync(path('none'))]).toEqual([2, false]);
    expect(stderr).toBe(
      "Error: merge: 'run' must hold all 12 runs together: 4 are missing, first asgd with stepsize 0.02 and seed 2 ('straggler run' with --shard 2/3 computes them), " +
        `got '${shard(1)}', '${shard(3)}'\n`,
    );
  });

  it('leaves out what only some folders have, and says so', async () => {
    const { code, stderr } = await merge(shard(1), 'second', shard(3), '--out', 'partly');
    expect([code, stderr]).toEqual([0, "events.jsonl is left out: 'second' has none.\ntheory.json is left out: 'second' has none.\n"]);
    const { 'events.jsonl': events, 'theory.json': theory, 'figure.svg': figure, ...rest } = contents('whole');
    expect(contents('partly')).toMatchObject(rest);
  });

  it('refuses other experiments, unfinished and damaged folders, and a folder that is taken', async () => {
    await run('study.yaml', '--seed', '7', '--out', 'other');
    cpSync(path('whole'), path('cut'), { recursive: true });
    mkdirSync(path('cut', 'unfinished'));
    writeFileSync(path('cut', 'unfinished', 'plan.json'), '{}');
    cpSync(path(shard(3)), path('torn'), { recursive: true });
    appendFileSync(path('torn', 'metrics.jsonl'), '{"method":');
    rmSync(path('torn', 'theory.json'));
    for (const [args, message] of [
      [['whole', 'other'], "'run' must hold the same experiment as 'whole'; the files 'experiment.json' differ, got 'other'"],
      [['whole', 'cut'], "'run' must be finished; 'straggler run --resume cut' goes on with it, got 'cut'"],
      [['nothing'], "'run' must be the folder of a finished run, with 'experiment.json' and 'summary.json', got 'nothing'"],
      [['whole', '--out', 'other'], "'--out' must not be the folder of an earlier run, got 'other'"],
      [['whole', '--out', 'study.yaml'], "'--out' must be a new or an empty folder, got 'study.yaml'"],
    ] as const) expect(await merge(...args)).toEqual({ code: 2, stdout: '', stderr: `Error: merge: ${message}\n` });
    expect((await merge(shard(1), shard(2), 'torn', '--out', 'none')).stderr).toMatch(/^Error: torn\/metrics\.jsonl:109: 'line' must have an end, got '\{"method":'\n$/);
  });

  it('is listed', async () => {
    expect((await straggler(folder.path, ['--help'])).stdout).toMatch(/^ +merge .*join the folders/m);
    expect((await merge()).stderr).toContain("Error: missing required argument 'run'");
  });
});
