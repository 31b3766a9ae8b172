import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killStudies } from '../../bench/kill/kill-study.js';
import { straggler, temporaryFolder, type CommandResult } from './command.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const path = (...parts: string[]): string => join(folder.path, ...parts);
const read = (...parts: string[]): string => readFileSync(path(...parts), 'utf8');
const run = (...args: string[]): Promise<CommandResult> => straggler(folder.path, ['run', ...args]);
const masked = (text: string): string => text.replaceAll(/"wallSeconds": ?[^,}]+/g, '');

/** Every file of a run folder, real times aside. */
function contents(name: string): Record<string, string> {
  return Object.fromEntries(readdirSync(path(name)).sort().map((file) => [file, masked(read(name, file))]));
}

const study = `name: study
seeds: [1, 2]
problem: { kind: quadratic, form: random, dimension: 3, noise: 0.1 }
workers: { count: 3, computation: { kind: linear } }
methods: [asgd, { name: ringleader-asgd, restart: latest }]
stepsizes: [0.02, 0.05, 1e30]
budget: { time: 60 }
target: { gradientNormSquared: 0.01 }
`;
/** Runs that are over when the study is killed. */
const KEPT = 5;

/** Stops a copy of the study after some of its runs, as a kill does: `experiment.json` and `unfinished`. */
function stopped(name: string, journal: string): void {
  mkdirSync(path(name, 'unfinished'), { recursive: true });
  for (const file of ['experiment.json', 'theory.json']) cpSync(path('whole', file), path(name, file));
  cpSync(path('killed', 'unfinished'), path(name, 'unfinished'), { recursive: true });
  writeFileSync(path(name, 'unfinished', 'runs.jsonl'), journal);
}

let journal = '';
let table = '';

beforeAll(async () => {
  writeFileSync(path('study.yaml'), study);
  const { stdout, code } = await run('study.yaml', '--trace', '--theory', '--out', 'whole');
  expect(code).toBe(0);
  table = stdout.slice(stdout.indexOf('squared gradient norm')).replaceAll('whole/', 'DIR/');
  await straggler(folder.path, ['run', 'study.yaml', '--trace', '--theory', '--threads', '1', '--out', 'killed'], undefined, ['--import', dyingAfter(KEPT)]);
  journal = read('killed', 'unfinished', 'runs.jsonl');
  expect(journal.trimEnd().split('\n')).toHaveLength(KEPT);
});

/** A module that ends its process as a kill does, once so many runs were written down. */
function dyingAfter(runs: number): string {
  const file = path('dying.mjs');
  const code = `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
const sync = fs.fsyncSync; let lines = 0;
fs.fsyncSync = (file) => { sync(file); if (fs.readlinkSync('/proc/self/fd/' + file).endsWith('runs.jsonl') && ++lines === ${runs}) process.kill(process.pid, 'SIGKILL'); };
syncBuiltinESMExports();`;
  writeFileSync(file, code);
  return file;
}

describe.runIf(process.platform === 'linux')('straggler run --resume', () => {
  it('ends with the files and the table of a study that was left alone', async () => {
    stopped('resumed', journal);
    const { code, stdout, stderr } = await run('--resume', 'resumed', '--threads', '1');
    expect([code, stderr.includes('damaged')]).toEqual([0, false]);
    expect(stdout).toContain(`Going on with resumed: ${KEPT} runs are complete.\nstudy: 2 methods, 12 runs on quadratic\n`);
    expect(stdout.slice(stdout.indexOf('squared gradient norm')).replaceAll('resumed/', 'DIR/')).toBe(table);
    expect(contents('resumed')).toEqual(contents('whole'));
    const times = (text: string): number[] => text.trimEnd().split('\n').map((line) => (JSON.parse(line) as { outcome: { summary: { wallSeconds: number } } }).outcome.summary.wallSeconds);
    const summary = JSON.parse(read('resumed', 'summary.json')) as { wallSeconds: number }[];
    expect(summary.slice(0, KEPT).map(({ wallSeconds }) => wallSeconds)).toEqual(times(journal)); // they were not run again
  });

  it.each([
    ['a torn last line', (text: string) => text + text.slice(0, 300), KEPT + 1, KEPT],
    ['a damaged line in the middle', (text: string) => text.replace(/("seed":)1(,"status)/, '$13$2'), 1, 0],
    ['a line without its end', (text: string) => text.trimEnd(), KEPT, KEPT - 1],
    ['zeros, as a power cut leaves them', (text: string) => `${text}${'\0'.repeat(5000)}`, KEPT + 1, KEPT],
  ])('repairs %s, and says so', async (name, damage, line, kept) => {
    const target = name.replaceAll(/\W/g, '-');
    stopped(target, damage(journal));
    const { code, stdout, stderr } = await run('--resume', target);
    expect(code).toBe(0);
    expect(stderr).toContain(`${target}/unfinished/runs.jsonl:${line} is incomplete or damaged, as a kill or a power cut leaves it; it was cut off, and what it held is run again.\n`);
    expect(stdout).toContain(kept === 0 ? 'no run is complete' : `${kept} runs are complete`);
    expect(contents(target)).toEqual(contents('whole'));
  });

  it('finishes a folder once, and then only prints it again', async () => {
    const before = contents('whole');
    const { code, stdout, stderr } = await run('--resume', 'whole');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^whole is finished already; nothing was changed\.\n\nsquared gradient norm/);
    expect(stdout.slice(stdout.indexOf('squared gradient norm')).replaceAll('whole/', 'DIR/')).toBe(table);
    expect(contents('whole')).toEqual(before);
    const { stdout: json } = await run('--resume', 'whole', '--json');
    expect(JSON.parse(json)).toMatchObject({ directory: 'whole', interrupted: false, best: [{ method: 'asgd' }, { method: 'ringleader-asgd' }], theory: {} });
  });

  it('two processes at the same time: one has the study, the other says so', async () => {
    stopped('shared', journal);
    const both = await Promise.all([run('--resume', 'shared'), run('--resume', 'shared')]);
    for (const { code, stderr } of both) if (code !== 0) expect(stderr).toMatch(/^Error: run: the study in 'shared' is being run by process \d+\n$/);
    expect(both.map(({ code }) => code)).toContain(0);
    expect(contents('shared')).toEqual(contents('whole'));
  });

  it('takes over the lock of a process that is gone, and not one of another machine', async () => {
    stopped('locked', journal);
    writeFileSync(path('locked', 'unfinished', 'lock'), '{"pid":1,"host":"elsewhere","started":null}\n');
    const { code, stderr } = await run('--resume', 'locked');
    expect([code, stderr]).toEqual([1, "Error: run: the study in 'locked' is being run by process 1 on elsewhere; if that process is gone, remove 'locked/unfinished/lock' and try again\n"]);
    cpSync(path('killed', 'unfinished', 'lock'), path('locked', 'unfinished', 'lock'));
    expect((await run('--resume', 'locked')).code).toBe(0);
  });

  it('ends with one sentence when the disk is full, and goes on when there is room', async () => {
    stopped('full', journal);
    symlinkSync('/dev/full', path('full', 'metrics.jsonl.tmp'));
    const { code, stderr } = await run('--resume', 'full');
    expect(code).toBe(1);
    expect(stderr).toContain("\nError: run: 'full/metrics.jsonl' could not be written (ENOSPC: no space left on device); no finished run is lost: once there is room, 'straggler run --resume full' goes on\n");
    expect(read('full', 'unfinished', 'runs.jsonl').trimEnd().split('\n')).toHaveLength(12);
    expect((await run('--resume', 'full')).code).toBe(0);
    expect(contents('full')).toEqual(contents('whole'));
  });

  it('names the file where not even the lock can be written', async () => {
    stopped('locked out', journal);
    const file = path('full.mjs');
    writeFileSync(file, `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
fs.writeFileSync = () => { throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }); };
syncBuiltinESMExports();`);
    for (const [args, name] of [[['--resume', 'locked out'], 'locked out'], [['study.yaml', '--out', 'begun'], 'begun']] as const) {
      const { code, stderr } = await straggler(folder.path, ['run', ...args], undefined, ['--import', file]);
      expect([code, stderr]).toEqual([1, expect.stringMatching(`^Error: run: '${name}/unfinished/lock\\.\\d+' could not be written \\(ENOSPC: no space left on device\\)\n$`)]);
    }
    expect(existsSync(path('begun'))).toBe(false);
  });

  it.runIf(process.platform === 'linux')('refuses a folder that cannot be made', async () => {
    const { code, stderr } = await run('study.yaml', '--out', '/proc/results');
    expect([code, stderr]).toEqual([2, "Error: run: '--out' must be a folder that can be made and written to (ENOENT: no such file or directory), got '/proc/results'\n"]);
  });

  it('goes on after Ctrl-C with the command that is shown, and plot tells it too', async () => {
    const flags = ['--methods', 'asgd', '--stepsizes', '0.02', '--seeds', '1,2', '--budget', '{updates: 400000}', '--evaluate.updates', '50000', '--threads', '1'];
    expect((await run('study.yaml', ...flags, '--out', 'left alone')).code).toBe(0);
    let sent = false;
    const { code, stderr } = await straggler(folder.path, ['run', 'study.yaml', ...flags, '--out', 'cut short'], (text, kill) => {
      if (sent || !/ 50% /.test(text)) return;
      sent = true;
      kill('SIGINT');
    });
    expect([code, stderr]).toEqual([130, expect.stringContaining("\nTo go on: straggler run --resume 'cut short'\n")]);
    const plot = await straggler(folder.path, ['plot', 'cut short']);
    expect([plot.code, plot.stderr]).toEqual([0, "cut short: the study is unfinished; 'straggler run --resume 'cut short'' goes on with it.\n"]);
    expect((await run('--resume', 'cut short')).code).toBe(0);
    expect(contents('cut short')).toEqual(contents('left alone'));
  });

  it('plot says what to do about a folder without results', async () => {
    const { code, stderr } = await straggler(folder.path, ['plot', 'killed']);
    expect([code, stderr]).toEqual([2, "Error: plot: 'run' must be the folder of a run with results; this one is unfinished, and 'straggler run --resume killed' goes on with it, got 'killed'\n"]);
  });

  it('takes a folder whose study was killed before it began', async () => {
    mkdirSync(path('early', 'unfinished'), { recursive: true });
    writeFileSync(path('early', 'experiment.json.tmp'), '{');
    expect((await run('--resume', 'early')).stderr).toMatch(/^Error: run: '--resume' must be the folder of a study that has begun; this one was killed before that/);
    expect((await run('study.yaml', '--trace', '--theory', '--out', 'early')).code).toBe(0);
    expect(contents('early')).toEqual(contents('whole'));
  });

  it('refuses an experiment of another version, and one that was changed', async () => {
    stopped('other', journal);
    const text = read('whole', 'experiment.json');
    writeFileSync(path('other', 'experiment.json'), text.replace(/"version": "[^"]*"/, '"version": "0.0.1"'));
    expect((await run('--resume', 'other')).stderr).toMatch(/^Error: other\/experiment\.json: 'version' must be .*, this program's, to go on: another version may compute other results, got '0\.0\.1'\n$/);
    writeFileSync(path('other', 'experiment.json'), text.replace('"time": 60', '"time": 61'));
    expect((await run('--resume', 'other')).stderr).toMatch(/^Error: other\/experiment\.json: 'file' must be as it was when the study began/);
    appendFileSync(path('other', 'unfinished', 'plan.json'), 'x');
    expect((await run('--resume', 'other')).stderr).toMatch(/^Error: other\/unfinished\/plan\.json: 'file' must hold the plan of a study/);
    expect(existsSync(path('other', 'unfinished', 'lock'))).toBe(false);
  });

  it.each([
    [['study.yaml'], 'experiment'], [['--seeds', '1'], '--seeds'], [['--trace'], '--trace'], [['--theory'], '--theory'], [['--dry-run'], '--dry-run'],
    [['--out', 'x'], '--out'], [['--shard', '1/2'], '--shard'],
  ])('refuses %j beside it', async (args, name) => {
    const { code, stderr } = await run(...args, '--resume', 'whole');
    expect([code, stderr]).toEqual([2, expect.stringContaining(`Error: run: '${name}' must not be given together with '--resume', which takes it from the folder`)]);
  });

  it.each([
    [['--resume', 'none'], "'--resume' must be the folder of a study that 'straggler run' has begun, got 'none'"],
    [['--threads', '0'], "'--threads' must be a whole number from 1 to 1024, got '0'"],
    [['--threads', 'two'], "'--threads' must be a whole number from 1 to 1024, got 'two'"],
    [['study.yaml', '--out', 'killed'], "'--out' must not be the folder of an unfinished study; '--resume' goes on with it, got 'killed'"],
  ])('refuses %j', async (args, message) => {
    expect(await run(...args)).toEqual({ code: 2, stdout: '', stderr: `Error: run: ${message}\n` });
  });

  it('loses nothing when it is killed at random moments', async () => {
    const report = await killStudies({
      main: fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url)),
      kills: 5, seed: 3, life: { least: 300, most: 1000, longer: 0 }, longRun: 0, log: () => undefined,
    });
    expect(report.faults).toEqual([]);
    expect(report.studies).toBeGreaterThan(0);
    expect(Object.values(report.killed).reduce((a, b) => a + b)).toBeGreaterThanOrEqual(5);
  });
});
