import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { methods } from '../../bindings/index.js';
import type { ResolvedExperiment, SummaryRecord } from '../../bindings/index.js';
import { behindFlag, flagsWith, flagsWithout } from '../kernels/relaxed-simd.node.js';
import { shell, straggler, temporaryFolder } from './command.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const read = (...path: string[]): string => readFileSync(join(folder.path, ...path), 'utf8');
const json = <T>(...path: string[]): T => JSON.parse(read(...path)) as T;
const lines = <T>(...path: string[]): T[] => read(...path).trimEnd().split('\n').map((line) => JSON.parse(line) as T);

const study = `name: study
seeds: [1, 2]
problem: { kind: quadratic, form: random, dimension: 3, noise: 0.1 }
workers: { count: 3, computation: { kind: linear } }
methods: [asgd, { name: ringleader-asgd, restart: latest }]
stepsizes: [0.02, 0.05, 0.1]
budget: { time: 60 }
target: { gradientNormSquared: 0.01 }
`;

beforeAll(() => writeFileSync(join(folder.path, 'study.yaml'), study));

describe('straggler run', () => {
  it('writes a run folder and tells the result', async () => {
    const { code, stdout, stderr } = await straggler(folder.path, ['run', 'study.yaml']);
    expect([code, stderr.includes('Error')]).toEqual([0, false]);
    expect(readdirSync(join(folder.path, 'runs', 'study')).sort()).toEqual(['experiment.json', 'figure.svg', 'metrics.jsonl', 'summary.json', 'workers.jsonl']);
    expect(stdout).toMatch(/^study: 2 methods, 12 runs on quadratic(, \d+ threads)?\n3 workers, linear computation times$/m);
    expect(stdout).toMatch(/^ringleader-asgd +0\.\d+/m);
    expect(stdout).toContain('Figure:  runs/study/figure.svg');
    expect(stdout).not.toContain('Kernels:');
    expect(stdout).not.toContain('\u001b');
    const summary = json<SummaryRecord[]>('runs', 'study', 'summary.json');
    expect(summary).toHaveLength(12);
    for (const record of summary) {
      expect(Object.keys(record)).toEqual([
        'method', 'stepsize', 'seed', 'status', 'finalObjective', 'finalWorstWorkerObjective', 'finalSuboptimality', 'bestObjective', 'timeToTarget', 'time', 'updates',
        'gradients', 'gradientsDiscarded', 'discardedTime', 'meanDelay', 'maxDelay', 'utilization', 'bytesUp', 'bytesDown', 'wallSeconds', 'digest',
      ]);
    }
    const metrics = lines<Record<string, unknown>>('runs', 'study', 'metrics.jsonl');
    expect(metrics).toHaveLength(12 * 51);
    expect(Object.keys(metrics[0]!).sort()).toEqual(
      ['gradientNormSquared', 'gradients', 'method', 'objective', 'seed', 'stepsize', 'suboptimality', 'time', 'updates', 'worstWorkerObjective'],
    );
    expect(read('runs', 'study', 'figure.svg')).toMatch(/^<svg/);
  });

  it('can be run again exactly from experiment.json, in a new folder', async () => {
    const { code } = await straggler(folder.path, ['run', 'runs/study/experiment.json']);
    expect(code).toBe(0);
    const digests = (run: string): string[] => json<SummaryRecord[]>('runs', run, 'summary.json').map(({ digest }) => digest);
    expect(digests('study-2')).toEqual(digests('study'));
    expect(read('runs', 'study-2', 'experiment.json')).toBe(read('runs', 'study', 'experiment.json'));
  });

  it('runs with the fused-multiply-add kernels, says so, and does it again from experiment.json', async () => {
    const flags = ['--kernels', 'fma', '--seed', '1', '--stepsizes', '0.05', '--out', 'fma'];
    const { code, stdout } = await straggler(folder.path, ['run', 'study.yaml', ...flags], undefined, flagsWith);
    expect([code, stdout]).toEqual([0, expect.stringContaining('\nKernels: fma; the last bits of the results may differ between machines.\n')]);
    const again = await straggler(folder.path, ['run', 'fma/experiment.json', '--out', 'fma-again', '--json'], undefined, flagsWith);
    expect(JSON.parse(again.stdout)).toMatchObject({ experiment: { kernels: 'fma' } });
    for (const run of ['fma', 'fma-again']) expect(json<ResolvedExperiment>(run, 'experiment.json').kernels).toBe('fma');
    const digests = (run: string): string[] => json<SummaryRecord[]>(run, 'summary.json').map(({ digest }) => digest);
    expect(digests('fma-again')).toEqual(digests('fma'));
    const plot = await straggler(folder.path, ['plot', 'fma', 'runs/study', '--out', 'fma.svg']);
    expect([plot.code, read('fma.svg').slice(0, 4)]).toEqual([0, '<svg']);
  });

  it('refuses the fused-multiply-add kernels where Node lacks relaxed SIMD, and says what to do', async () => {
    const { code, stderr } = await straggler(folder.path, ['run', 'study.yaml', '--kernels', 'fma', '--out', 'none'], undefined, flagsWithout);
    expect([code, existsSync(join(folder.path, 'none'))]).toEqual([2, false]);
    const where = behindFlag ? "Node 20 unless it is started as 'node --experimental-wasm-relaxed-simd …'" : `this engine (Node ${process.versions.node})`;
    expect(stderr).toContain(`Error: --kernels: 'kernels' must be 'simd' in ${where}`);
  });

  it('never overwrites an earlier run', async () => {
    const before = read('runs', 'study', 'summary.json');
    const { code, stderr } = await straggler(folder.path, ['run', 'study.yaml', '--out', 'runs/study']);
    expect([code, stderr]).toEqual([2, "Error: run: '--out' must not be the folder of an earlier run, got 'runs/study'\n"]);
    expect(read('runs', 'study', 'summary.json')).toBe(before);
  });

  it('lets flags win', async () => {
    const flags = ['--methods', 'malenia-sgd,asgd', '--seed', '7', '--stepsizes', '0.05', '--workers.computation', 'sqrt', '--budget.updates', '10', '--out', 'flags'];
    const { code } = await straggler(folder.path, ['run', 'study.yaml', ...flags]);
    expect(code).toBe(0);
    expect(json<ResolvedExperiment>('flags', 'experiment.json')).toMatchObject({
      seeds: [7],
      workers: { count: 3, computation: { kind: 'sqrt' } },
      methods: [{ name: 'malenia-sgd', stepsize: [0.05] }, { name: 'asgd', stepsize: [0.05] }],
      budget: { time: 60, updates: 10 },
    });
  });

  it('starts a section afresh when a flag changes its kind', async () => {
    const flags = ['--problem.kind', 'quadratic', '--problem.dimension', '5', '--methods', 'asgd', '--stepsizes', '0.1', '--budget', '20', '--target.gradientNormSquared', '1'];
    const { code } = await straggler(folder.path, ['run', ...flags, '--out', 'example-quadratic']);
    expect(code).toBe(0);
    expect(json<ResolvedExperiment>('example-quadratic', 'experiment.json')).toMatchObject({
      name: 'example', problem: { kind: 'quadratic', form: 'tridiagonal', dimension: 5, noise: 0.01 }, workers: { count: 10 },
    });
    expect(json<ResolvedExperiment>('example-quadratic', 'experiment.json').target).toEqual({ gradientNormSquared: 1 });
  });

  it('says when flags are laid over the built-in example', async () => {
    const dry = async (...args: string[]): Promise<string | undefined> => (await straggler(folder.path, ['run', ...args, '--dry-run'])).stdout.split('\n')[0];
    expect(await dry('--seed', '2')).toBe('Starting from the built-in example.');
    expect(await dry()).toMatch(/^example: /);
    expect(await dry('study.yaml', '--seed', '2')).toMatch(/^study: /);
    const { stdout } = await straggler(folder.path, ['run', '--methods', 'asgd', '--stepsizes', '0.1', '--budget', '1', '--out', 'from-example']);
    expect(stdout).toMatch(/^Starting from the built-in example\.\nexample: 1 method, /);
  });

  it('prints JSON for machines', async () => {
    const { code, stdout, stderr } = await straggler(folder.path, ['run', 'study.yaml', '--json', '--seed', '1', '--stepsizes', '0.05', '--out', 'json']);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ directory: 'json', interrupted: false, best: [{ method: 'asgd' }, { method: 'ringleader-asgd' }] });
  });

  it('tells with --dry-run what the experiment will do and need, and writes nothing', async () => {
    const { code, stdout } = await straggler(folder.path, ['run', 'study.yaml', '--dry-run', '--workers.network', '0.5', '--out', 'dry']);
    expect(code).toBe(0);
    for (const text of [/Workers +\d+: τ from/, /Network +a model of \d+ B takes 0\.5 up/, /ringleader-asgd +\d/, /Memory .* of 4 GiB/, /Real time +less than a second/]) expect(stdout).toMatch(text);
    expect(existsSync(join(folder.path, 'dry'))).toBe(false);
    const { stdout: text } = await straggler(folder.path, ['run', 'study.yaml', '--dry-run', '--json']);
    expect(JSON.parse(text)).toMatchObject({ flights: null, methods: [{ method: 'asgd', stalls: null }, { method: 'ringleader-asgd' }] });
    const bad = await straggler(folder.path, ['run', 'study.yaml', '--dry-run', '--workers.network', '-1']);
    expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining("'workers.network.latency' must")]);
  });

  it('traces updates and intervals', async () => {
    const { code } = await straggler(folder.path, ['run', 'study.yaml', '--trace', '--seed', '1', '--stepsizes', '0.05', '--methods', 'asgd', '--out', 'trace']);
    expect(code).toBe(0);
    const events = lines<Record<string, unknown>>('trace', 'events.jsonl');
    const updates = events.filter(({ type }) => type === undefined);
    const [summary] = json<SummaryRecord[]>('trace', 'summary.json');
    expect(updates).toHaveLength(summary!.updates);
    expect(updates[0]).toMatchObject({ method: 'asgd', stepsize: 0.05, seed: 1, time: 1, update: 1, worker: 0, delay: 0, gamma: 0.05 });
    expect(updates[0]!['x']).toHaveLength(3);
    expect(events.find(({ type }) => type === 'interval')).toEqual(
      { type: 'interval', method: 'asgd', stepsize: 0.05, seed: 1, worker: 0, kind: 'busy', start: 0, end: 1 },
    );
  });

  it('keeps what was computed when it is interrupted, and exits with 130', async () => {
    const flags = ['--methods', 'asgd,ia2-sgd', '--stepsizes', '0.02', '--seed', '1', '--budget', '{updates: 1000000000}', '--evaluate.updates', '100000', '--threads', '1'];
    let sent = false;
    const { code, stderr } = await straggler(folder.path, ['run', 'study.yaml', ...flags, '--out', 'interrupted'], (_, kill) => {
      if (sent) return;
      sent = true;
      setTimeout(() => ['SIGINT', 'SIGINT'].forEach((signal) => kill(signal as NodeJS.Signals)), 700); // as terminal and npm do
    });
    expect(code).toBe(130);
    expect(stderr).toContain('Interrupted: 0 of 2 runs are complete; what was computed is in interrupted.');
    const summary = json<SummaryRecord[]>('interrupted', 'summary.json');
    expect(summary).toMatchObject([{ method: 'asgd', status: 'interrupted' }]);
    expect(lines<{ updates: number }>('interrupted', 'metrics.jsonl').at(-1)!.updates).toBe(summary[0]!.updates);
    expect(existsSync(join(folder.path, 'interrupted', 'figure.svg'))).toBe(true);
  });

  it('exits with 1 when no run finishes', async () => {
    const { code, stderr } = await straggler(folder.path, ['run', 'study.yaml', '--stepsizes', '1000', '--seed', '1', '--out', 'diverged']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Error: run: no run finished: asgd with stepsize 1000 diverged \(the objective became /);
  });

  it.each([
    [['run', 'study.yaml', '--out', 'study.yaml'], "Error: run: '--out' must be a new or an empty folder, got 'study.yaml'\n"],
    [['run', 'study.yaml', '--out', 'study.yaml/x'], /^Error: run: '--out' must be a folder that can be made and written to \(ENOTDIR: not a directory\), got 'study.yaml\/x'\n$/],
    [['run', 'none.yaml'], "Error: run: 'experiment' must be a file that exists, got 'none.yaml'\n"],
    [['run', 'study.yaml', '--problem.dimension', '-1'], "Error: --problem.dimension: 'problem.dimension' must be at least 1, got -1\n"],
    [['run', 'study.yaml', '--kernels', 'avx'], "Error: --kernels: 'kernels' must be 'simd' or 'fma', got 'avx'\n"],
    [['run', 'study.yaml', '--methods', 'asdg'], /^Error: --methods: 'methods\[0\]' must be .*\(did you mean 'asgd'\?\), got 'asdg'\n$/],
    [['run', 'study.yaml', '--budget.tine', '3'], /^Error: unknown option '--budget\.tine'\n\(Did you mean --budget\.time\?\)\n/],
    [['run', 'study.yaml', '--problem', '{kind: [}'], /^Error: --problem: 'problem' must be a YAML value \(/],
    [['rnu'], /^Error: unknown command 'rnu'\n\(Did you mean run\?\)/],
    [['methods', 'ringleader'], /^Error: methods: 'name' must be .* \(did you mean 'ringleader-asgd'\?\), got 'ringleader'\n$/],
    [['methods', 'loscar'], /\(did you mean 'loscar-sgd'\?\), got 'loscar'\n$/],
    [['methods', 'asdg'], /\(did you mean 'asgd'\?\), got 'asdg'\n$/],
    [['methods', 'ring'], /'loscar-sgd', got 'ring'\n$/],
  ])('refuses %j with exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await straggler(folder.path, args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('finishes when its reader goes away', async () => {
    const { code, stderr } = await shell(folder.path, 'run study.yaml --seed 1 --stepsizes 0.05 --out piped 2>&1 | head -1; {straggler} methods | true');
    expect([code, stderr]).toEqual([0, '']);
    expect(json<SummaryRecord[]>('piped', 'summary.json')).toHaveLength(2);
  });

  it('gives runs that start together folders of their own', async () => {
    const starts = Array.from({ length: 4 }, () => straggler(folder.path, ['run', 'study.yaml', '--name', 'together', '--stepsizes', '0.05', '--json']));
    const folders = (await Promise.all(starts)).map(({ stdout }) => (JSON.parse(stdout) as { directory: string }).directory);
    expect(new Set(folders).size).toBe(4);
  });

  it('leaves no folder behind when there is nothing to run', async () => {
    const { code, stderr } = await straggler(folder.path, ['run', '--problem.data', 'nowhere', '--out', 'nothing']);
    expect([code, existsSync(join(folder.path, 'nothing'))]).toEqual([2, false]);
    expect(stderr).toContain("Error: --problem.data: 'problem.data' must be digits, mnist, fashion-mnist, a .libsvm or .csv file, or a folder with IDX files");
  });

  it('names the line of a mistake in the file', async () => {
    writeFileSync(join(folder.path, 'bad.yaml'), study.replace('form: random', 'fomr: random'));
    const { code, stderr } = await straggler(folder.path, ['run', 'bad.yaml']);
    expect([code, stderr]).toEqual([2, "Error: bad.yaml:3: 'problem.fomr' must be a key of 'problem' (did you mean 'form'?), got 'fomr'\n"]);
  });
});

describe('straggler', () => {
  it('has help with examples for every command', async () => {
    for (const command of ['run', 'plot', 'methods', 'data', 'bench']) {
      const { code, stdout } = await straggler(folder.path, [command, '--help']);
      expect([command, code]).toEqual([command, 0]);
      expect(stdout).toContain('Examples:');
      expect(stdout).toContain(`$ straggler ${command}`);
    }
  });

  it('lists the methods', async () => {
    const { stdout } = await straggler(folder.path, ['methods', '--json']);
    expect((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)).toContain('malenia-sgd');
    const page = await straggler(folder.path, ['methods', 'ringleader-asgd']);
    for (const part of ['arXiv 2509.22860', 'Pseudocode', 'restart: ', 'hold | latest', 'Guarantee']) expect(page.stdout).toContain(part);
  });

  it('ships a schema for editors that knows every method', () => {
    const text = readFileSync(new URL('../../dist/straggler.schema.json', import.meta.url), 'utf8');
    const schema = JSON.parse(text) as { properties: { methods: unknown; problem: unknown } };
    for (const { name } of methods) expect(JSON.stringify(schema.properties.methods)).toContain(`"${name}"`);
    expect(JSON.stringify(schema.properties.problem)).toContain('"partition"');
  });

  it('measures the kernels', async () => {
    const { code, stdout } = await straggler(folder.path, ['bench', '--seconds', '1', '--json']);
    expect(code).toBe(0);
    expect(JSON.stringify(JSON.parse(stdout))).toContain('gemm 256×256×256');
  });

  it('tells its version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
    expect((await straggler(folder.path, ['--version'])).stdout).toBe(`${version}\n`);
  });
});
