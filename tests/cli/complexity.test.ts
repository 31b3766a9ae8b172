import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { straggler, temporaryFolder } from './command.js';

interface Row {
  method: string;
  time: number;
  optimal: boolean;
  formula: string;
  source: string;
}

const folder = temporaryFolder();
afterAll(folder.remove);
const complexity = (...words: string[]) => straggler(folder.path, ['complexity', ...words]);

async function rowsOf(...words: string[]): Promise<Row[]> {
  const { code, stdout, stderr } = await complexity(...words, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Row[];
}

const timeOf = (rows: readonly Row[], method: string) => rows.find((row) => row.method === method)!.time;

/** What the command must say, whether it begins with usage errors of commander or not. */
async function refusal(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await complexity(...words);
  expect([code, stdout]).toEqual([2, '']);
  const [first = ''] = stderr.split('\n');
  expect(stderr).not.toContain('    at ');
  return first;
}

describe('--json', () => {
  const constants = ['--smoothness', '2', '--max-smoothness', '6', '--delta', '3', '--variance', '0.5', '--epsilon', '0.1'];

  test('heterogeneous data: the expressions of the papers, by time', async () => {
    const rows = await rowsOf('--times', '4,1,2.5', ...constants);
    const [steps, mean, noise] = [(2 * 3) / 0.1, 7.5 / 3, 0.5 / (3 * 0.1)];
    const bound = steps * (4 + mean * noise);
    expect(rows.map(({ method }) => method)).toEqual(['rescaled-asgd', 'lower-bound', 'malenia-sgd', 'ringleader-asgd', 'minibatch-sgd', 'ia2-sgd']);
    const expected = [steps * mean * noise, bound, bound, bound, steps * (4 + 4 * noise), 3 * steps * (4 + 4 * noise)];
    rows.forEach(({ time }, place) => expect(time).toBeCloseTo(expected[place]!, 9));
    expect(rows.filter(({ optimal }) => optimal).map(({ method }) => method)).toEqual(['malenia-sgd', 'ringleader-asgd']);
    expect(rows[1]).toEqual({
      method: 'lower-bound', time: rows[1]!.time, optimal: false, formula: '(L_f Δ/ε) (τ_n + τ_avg σ²/(nε))',
      source: 'Tyurin, Richtárik 2023, arXiv 2305.12387',
    });
  });

  test('homogeneous data', async () => {
    const rows = await rowsOf('--times', '100,1,2', '--data', 'homogeneous', ...constants);
    const [steps, noise] = [(2 * 3) / 0.1, 0.5 / 0.1];
    const best = steps * Math.min(1 + noise, (2 + noise) / 1.5, (3 + noise) / 1.51);
    const all = (steps * (3 + noise)) / 1.51;
    const expected = { 'lower-bound': best, 'rennala-sgd': best, 'ringmaster-asgd': best, asgd: all, 'delay-adaptive-asgd': all };
    for (const [method, time] of Object.entries(expected)) expect(timeOf(rows, method)).toBeCloseTo(time, 9);
    expect(timeOf(rows, 'minibatch-sgd')).toBeCloseTo(steps * 100 * (1 + noise / 3), 9);
    expect(rows.map(({ time }) => time)).toEqual(rows.map(({ time }) => time).sort((a, b) => a - b));
    expect(rows.filter(({ optimal }) => optimal).map(({ method }) => method)).toEqual(['rennala-sgd', 'ringmaster-asgd']);
  });

  test('defaults: every constant 1, ε = 0.01', async () => {
    const rows = await rowsOf('--times', '2');
    expect(timeOf(rows, 'lower-bound')).toBeCloseTo(100 * (2 + 2 * 100), 9);
    expect(timeOf(rows, 'ia2-sgd')).toBeCloseTo(timeOf(rows, 'minibatch-sgd'), 9);
  });

  test('a worker that never returns: infinite times are 1e999', async () => {
    const { stdout } = await complexity('--times', '1,.inf', '--data', 'homogeneous', '--json');
    expect(stdout).toContain('"time": 1e999');
    expect(timeOf(JSON.parse(stdout) as Row[], 'minibatch-sgd')).toBe(Infinity);
  });
});

describe('speeds', () => {
  const noiseless = ['--variance', '0', '--epsilon', '1'];
  /** Without noise, with every constant 1, the bound is the slowest worker's time. */
  const slowest = async (...words: string[]) => timeOf(await rowsOf(...words, ...noiseless), 'lower-bound');

  test('--times takes a YAML list, too', async () => {
    expect(await slowest('--times', '[1, 7e0, 2]')).toBe(7);
  });

  test('--workers and --computation as in an experiment, with its defaults', async () => {
    expect(await slowest('--workers', '12', '--computation', 'linear')).toBe(12);
    expect(await slowest('--computation', 'linear')).toBe(10);
    expect(await slowest('--computation', '{kind: two-speed, slow: 33}', '--workers', '5')).toBe(33);
    expect(await slowest('--computation', '{kind: fixed, times: [1, 4, 2]}')).toBe(4);
  });

  test('--seed draws others, and the paper’s times are the default', async () => {
    const [first, again, other, named] = await Promise.all([
      slowest('--workers', '20'), slowest('--workers', '20', '--seed', '1'), slowest('--workers', '20', '--seed', '2'),
      slowest('--workers', '20', '--computation', 'paper'),
    ]);
    expect([again, named]).toEqual([first, first]);
    expect(other).not.toBe(first);
  });

  test('--powers: a worker of power 1 computes ⌈LΔ/ε⌉ ⌈σ²/ε⌉ gradients one after the other', async () => {
    writeFileSync(join(folder.path, 'powers.csv'), 'worker,time,power\n0,0,1\n');
    const rows = await rowsOf('--powers', 'powers.csv', '--epsilon', '0.5', '--data', 'homogeneous');
    expect(rows.map(({ method, time, optimal }) => [method, time, optimal])).toEqual([
      ['lower-bound', 4, false], ['rennala-sgd', 4, true], ['ringmaster-asgd', 4, true],
    ]);
    expect(rows[0]!.source).toBe('Tyurin 2024, arXiv 2408.04929');
  });
});

describe('text', () => {
  test('table, remark, formulas and notes', async () => {
    const { code, stdout } = await complexity('--times', '1,2,10');
    expect(code).toBe(0);
    expect(stdout).not.toContain('\u001b');
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      '3 workers: τ from 1 to 10 (τ_n), mean τ_avg = 4.333, harmonic mean 1.875', 'Heterogeneous data; L_f = 1, L_max = 1, Δ = 1, σ² = 1, ε = 0.01',
    ]);
    expect(stdout).toMatch(/\nrescaled-asgd \* +14,444 +— +arXiv 2605.13434\nlower bound +15,444 +1 +arXiv 2305.12387\nmalenia-sgd +15,444 +1 +✓ /);
    expect(stdout).toMatch(/\nminibatch-sgd +34,333 +2.22 +arXiv/);
    expect(stdout).toContain('\nWith these speeds, waiting for the slowest costs 2.2×: Minibatch SGD against the lower bound.\n');
    expect(stdout).toContain('\n  lower bound, malenia-sgd: (L_f Δ/ε) (τ_n + τ_avg σ²/(nε))\n');
    expect(stdout).toContain('Times are the expressions with constant 1');
    expect(stdout).not.toContain('on average');
  });

  test('says when times are means', async () => {
    for (const kind of ['sinusoidal', '{kind: paper, redraw: true}']) {
      expect((await complexity('--workers', '3', '--computation', kind)).stdout).toContain('τ_i is what worker i needs for a gradient on average.');
    }
  });

  test('--help has examples and defaults', async () => {
    const { code, stdout } = await complexity('--help');
    expect(code).toBe(0);
    for (const text of ['Examples:', '$ straggler complexity --times 1,2,10', '(default 0.01)', '--experiment study.yaml']) expect(stdout).toContain(text);
    expect((await straggler(folder.path, ['--help'])).stdout).toContain('complexity');
  });
});

describe('--plot', () => {
  test.each([['epsilon', 'svg', '<svg '], ['n', 'png', '\x89PNG'], ['n', 'pdf', '%PDF-']])('%s as .%s', async (axis, format, start) => {
    const { code, stdout } = await complexity('--workers', '12', '--plot', axis, '--out', `figures/a.${format}`);
    expect(code).toBe(0);
    expect(readFileSync(join(folder.path, `figures/a.${format}`)).toString('latin1').startsWith(start)).toBe(true);
    expect(stdout).toMatch(/^12 workers/);
    expect(stdout.endsWith(`\nWrote figures/a.${format}\n`)).toBe(true);
  });

  test('goes to complexity.svg; with --json the note goes to standard error', async () => {
    const { code, stdout, stderr } = await complexity('--times', '1,2', '--plot', 'epsilon', '--json');
    expect([code, stderr]).toEqual([0, 'Wrote complexity.svg\n']);
    expect(JSON.parse(stdout)).toHaveLength(6);
    expect(existsSync(join(folder.path, 'complexity.svg'))).toBe(true);
  });

  test('is refused where there is nothing to draw', async () => {
    writeFileSync(join(folder.path, 'powers.csv'), 'worker,time,power\n0,0,1\n');
    expect(await refusal('--times', '3', '--plot', 'n')).toBe("Error: complexity: '--plot' must be epsilon where there is one worker only, got 'n'");
    expect(await refusal('--times', '.inf,1', '--plot', 'epsilon')).toMatch(/'--plot' must be used where some method has several finite times/);
    expect(await refusal('--powers', 'powers.csv', '--plot', 'n')).toMatch(/'--plot' must be used with times of workers, not with powers over time/);
    expect(await refusal('--times', '1', '--out', 'x.svg')).toMatch(/'--out' must be given together with --plot, got 'x.svg'/);
    expect(await refusal('--times', '1', '--plot', 'epsilon', '--out', 'x.jpg')).toBe("Error: complexity: '--out' must end in .svg, .png or .pdf, got 'x.jpg'");
  });
});

describe('wrong use exits with 2 and a sentence that names the option', () => {
  test.each([
    [[], "complexity: '--times' must be given, or '--workers', '--powers' or '--experiment', got nothing"],
    [['--times', '1,-1'], "--times: 'times[1]' must be a number greater than 0 (.inf: never), got -1"],
    [['--times', '1,x'], "--times: 'times[1]' must be a number greater than 0 (.inf: never), got 'x'"],
    [['--times', '[1'], "complexity: '--times' must be a YAML value"],
    [['--times', '1', '--workers', '2'], "option '--times <list>' cannot be used with option '--workers <n>'"],
    [['--powers', 'x.csv', '--experiment', 'x.yaml'], "option '--powers <file>' cannot be used with option '--experiment <file>'"],
    [['--times', '1', '--seed', '2'], "option '--seed <seed>' cannot be used with option '--times <list>'"],
    [['--workers', '0'], "complexity: '--workers' must be at least 1, got 0"],
    [['--workers', '3', '--seed', '-1'], "complexity: '--seed' must be at least 0, got -1"],
    [['--computation', 'parto'], "complexity: '--computation' must be 'equal', "],
    [['--computation', '{kind: two-speed, slow: -3}'], "--computation: 'slow' must be greater than 0, got -3"],
    [['--computation', '{kind: fixed, times: [1, 2]}', '--workers', '3'], "--computation: 'times' must name 3 times, one per worker, got 2"],
    [['--computation', '{kind: trace, file: x.csv}'], "--computation: 'file' must be a file that exists, got 'x.csv'"],
    [['--times', '1', '--smoothness', '0'], "complexity: '--smoothness' must be a number greater than 0, got '0'"],
    [['--times', '1', '--smoothness', '2', '--max-smoothness', '1'], "complexity: '--max-smoothness' must be at least 2, the smoothness of f, got 1"],
    [['--times', '1', '--delta', ''], "complexity: '--delta' must be a number greater than 0, got ''"],
    [['--times', '1', '--variance', '-1'], "complexity: '--variance' must be a number of at least 0, got '-1'"],
    [['--times', '1', '--epsilon', 'Infinity'], "complexity: '--epsilon' must be a number greater than 0, got 'Infinity'"],
    [['--times', '1', '--data', 'some'], "option '--data <setting>' argument 'some' is invalid"],
    [['--times', '1', '--plot', 'x'], "option '--plot <axis>' argument 'x' is invalid"],
    [['--powers', 'x.csv'], "complexity: '--powers' must be a file that exists, got 'x.csv'"],
    [['--experiment', 'x.yaml'], "complexity: '--experiment' must be a file that exists, got 'x.yaml'"],
    [['--experiment', '.'], "complexity: '--experiment' must be a file that can be read (EISDIR), got '.'"],
  ])('%j', async (words, message) => {
    expect(await refusal(...words)).toContain(`Error: ${message}`);
  });

  test('a wrong line of a file of powers', async () => {
    writeFileSync(join(folder.path, 'wrong.csv'), 'worker,time,power\n0,0,1\n0,1,-2\n');
    expect(await refusal('--powers', 'wrong.csv')).toBe("Error: wrong.csv:3: 'power' must be a power of 0, or from 1e-100 to 1e100, got -2");
  });
});
