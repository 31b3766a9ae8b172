import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { run } from './commands.js';
import { esbuild } from './page.js';

const application = inject('application');
const installed = join(application, 'node_modules/straggler');
const examples = readdirSync(join(installed, 'examples')).filter((file) => file.endsWith('.js'));

// Users copy an example into a project of theirs.
const folder = join(application, 'examples');
mkdirSync(folder, { recursive: true });
for (const file of examples) cpSync(join(installed, 'examples', file), join(folder, file));

/** A line that each example must print: its point. */
const POINTS: Readonly<Record<string, RegExp>> = {
  'run-experiment.js': /^ringleader-asgd +0\.\d+ +\d+ s/m,
  'own-method.js': /^backup-workers \(backups=4\) +0\.\d+ +\d+ s/m,
  'kernels.js': /mlpGradient +\d+\.\d GFLOP\/s/,
  'complexities.js': /At the lower bound: malenia-sgd, ringleader-asgd\./,
  'own-problem.js': /^ringleader-asgd +1\.3\d − 2\.0\d a/m,
};

describe('examples in a project that has the package', () => {
  it('are the five of them', () => {
    expect(examples.sort()).toEqual(Object.keys(POINTS).sort());
  });

  it.each(examples)('%s runs', async (file) => {
    const { stdout, stderr } = await run(process.execPath, [file], folder);
    expect(stderr).toBe('');
    expect(stdout).toMatch(POINTS[file]!);
  });

  it('run-experiment.js stops at its time limit and shows what it has', async () => {
    const { stdout } = await run(process.execPath, ['run-experiment.js', '0'], folder);
    expect(stdout).toMatch(/^Stopped early/m);
  });

  it.skipIf(process.platform === 'win32')('run-experiment.js stops at Ctrl-C and shows what it has', async () => {
    // As soon as the example listens for it.
    const interrupt = 'const timer = setInterval(() => process.listenerCount("SIGINT") && (clearInterval(timer), process.kill(process.pid, "SIGINT")), 10);';
    const child = spawn(process.execPath, ['--import', `data:text/javascript,${interrupt}`, 'run-experiment.js'], { cwd: folder });
    let output = '';
    child.stdout.on('data', (text) => (output += String(text)));
    const [code] = (await once(child, 'close')) as [number];
    expect([code, output]).toEqual([0, expect.stringMatching(/^Stopped early/m)]);
  });
});

describe('a program that was bundled for Node', () => {
  const bundled = (...parameters: string[]) => esbuild(folder, 'kernels.js', '--bundle', '--platform=node', '--format=esm', '--outdir=bundled', ...parameters);

  it('runs where the package was left out', async () => {
    await bundled('--packages=external');
    expect((await run(process.execPath, ['bundled/kernels.js'], folder)).stdout).toMatch(POINTS['kernels.js']!);
  });

  it('says what to do where it was not', async () => {
    await bundled();
    await expect(run(process.execPath, ['bundled/kernels.js'], folder)).rejects.toThrow(/StragglerError: kernels: 'simd' must be readable, got ENOENT.*leave the package 'straggler' out/);
  });
});

describe('the command line in such a project', () => {
  const straggler = (...parameters: string[]) => run('npx', ['--no-install', 'straggler', ...parameters], application);

  it('tells its version', async () => {
    const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { version: string };
    expect((await straggler('--version')).stdout.trim()).toBe(version);
  });

  it('lists the methods', async () => {
    expect((await straggler('methods')).stdout).toContain('ringleader-asgd');
  });

  it('runs an experiment and draws its figure', async () => {
    const { stdout } = await straggler('run', '--problem', 'quadratic', '--problem.dimension', '5', '--methods', 'asgd', '--stepsizes', '0.1', '--budget.updates', '20', '--out', 'run');
    expect(stdout).toContain('asgd');
    expect(readdirSync(join(application, 'run'))).toEqual(expect.arrayContaining(['experiment.json', 'summary.json', 'figure.svg']));
  });
});
