import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './command.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = readFileSync(join(root, 'docs', 'cluster.md'), 'utf8');
const blocks = [...text.matchAll(/```(?:sh|bash)\n([\s\S]*?)```/g)].map((match) => match[1]!);
const block = (part: string): string => blocks.find((code) => code.includes(part))!;

const folder = temporaryFolder();
afterAll(folder.remove);
const path = (...parts: string[]): string => join(folder.path, ...parts);

/** What stands for the programs of a cluster, each a line of shell. */
const PROGRAMS = {
  straggler: `exec '${process.execPath}' '${join(root, 'dist', 'cli', 'main.js')}' "$@"`,
  srun: 'shift; exec "$@"',
  scontrol: 'echo "$@" >> scontrol.log',
  sbatch: 'echo "$@" >> sbatch.log; echo 17',
  ssh: 'exec sh -c "$2"',
  parallel: 'line=$1; shift 2; for x in "$@"; do sh -c "$(printf %s "$line" | sed "s/{}/$x/g")" || exit; done',
};

const study = `name: study
seeds: [1, 2]
problem: { kind: quadratic, form: random, dimension: 3, noise: 0.1 }
workers: { count: 3, computation: { kind: linear } }
methods: [asgd, ringleader-asgd]
stepsizes: [0.02, 0.05]
budget: { time: 20 }
`;

function bash(code: string, variables: Readonly<Record<string, string>> = {}): { status: number | null; output: string } {
  const env = { ...process.env, ...variables, PATH: `${path('bin')}:${process.env['PATH'] ?? ''}`, NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync('bash', ['-c', code], { cwd: folder.path, env, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/** Every file of a run folder, real times aside. */
function contents(...name: string[]): Record<string, string> {
  const files = readdirSync(path(...name)).sort();
  return Object.fromEntries(files.map((file) => [file, readFileSync(path(...name, file), 'utf8').replaceAll(/"wallSeconds": ?[^,}]+/g, '')]));
}

beforeAll(() => {
  mkdirSync(path('bin'));
  for (const [name, line] of Object.entries(PROGRAMS)) writeFileSync(path('bin', name), `#!/bin/bash\n${line}\n`, { mode: 0o755 });
  writeFileSync(path('study.yaml'), study);
  expect(bash('straggler run study.yaml --out reference').status).toBe(0);
});

describe.runIf(process.platform !== 'win32')('the commands of docs/cluster.md run as they are', () => {
  it('all of them are tried', () => {
    const tried = ['straggler run study.yaml --shard 1/2', '--resume runs', '#SBATCH', 'sbatch --parsable', 'parallel ', 'xargs', 'ssh '];
    expect(blocks).toHaveLength(tried.length);
    expect(new Set(tried.map(block)).size).toBe(tried.length);
  });

  it('two shards and their merge', () => {
    expect(bash(`set -e\n${block('--shard 1/2')}`).status).toBe(0);
    expect(contents('runs', 'study')).toEqual(contents('reference'));
    const { status, output } = bash(block('--resume runs'));
    expect([status, output]).toEqual([0, expect.stringContaining('is finished already')]);
  });

  it('Slurm: the job array, requeued and submitted twice, and the job that merges', () => {
    const script = block('#SBATCH');
    writeFileSync(path('study.sbatch'), script);
    expect(bash('bash -n study.sbatch').status).toBe(0);
    const task = (index: number): { status: number | null; output: string } =>
      bash('bash study.sbatch', { SLURM_ARRAY_TASK_ID: String(index), SLURM_ARRAY_JOB_ID: '17', SLURM_ARRAY_TASK_MAX: '8', SLURM_CPUS_PER_TASK: '1' });
    // A task that was killed on another machine before it had begun.
    mkdirSync(path('runs', 'study-shard-3-of-8', 'unfinished'), { recursive: true });
    writeFileSync(path('runs', 'study-shard-3-of-8', 'unfinished', 'lock'), '{"pid":1,"host":"elsewhere","started":null}\n');
    for (let index = 1; index <= 8; index += 1) expect(task(index).status).toBe(0);
    expect(task(5)).toEqual({ status: 0, output: expect.stringContaining('is finished already') as string });
    expect(bash(`cd . && ${block('sbatch --parsable')}`).status).toBe(0);
    const [, merge] = readFileSync(path('sbatch.log'), 'utf8').split('\n');
    expect(merge).toMatch(/^--dependency=afterok:17 --wrap=straggler merge /);
    expect(bash(`${merge!.replace(/.*--wrap=/, '')} --out slurm`).status).toBe(0);
    expect(contents('slurm')).toEqual(contents('reference'));
  });

  it('Slurm: a task that the time limit ends goes into the queue again', () => {
    writeFileSync(path('bin', 'srun'), '#!/bin/bash\nexit 130\n', { mode: 0o755 });
    const { status } = bash(block('#SBATCH'), { SLURM_ARRAY_TASK_ID: '2', SLURM_ARRAY_JOB_ID: '17' });
    expect([status, readFileSync(path('scontrol.log'), 'utf8')]).toEqual([130, 'requeue 17_2\n']);
  });

  it.each([['parallel ', 'merged'], ['xargs', 'whole'], ['ssh ', 'together']])('%s', (part, merged) => {
    const { status, output } = bash(block(part));
    expect([status, output]).toEqual([0, expect.stringContaining(`Results: ${merged}/`)]);
    expect(contents(merged)).toEqual(contents('reference'));
  });
});
