import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { straggler, temporaryFolder } from './command.js';

interface Advice {
  recommended: string;
  current: string;
  worthwhile: boolean;
  gain: number;
  agrees: boolean;
  lowerBound: number;
  candidates: { method: string; predicted: number; simulated: number; stepsize: number | null; theoryStepsize: number; parameters: Record<string, number> }[];
  reasons: string[];
  trial: { delta: number; variance: number; heterogeneity: number };
}

const folder = temporaryFolder();
afterAll(folder.remove);
const advise = (...words: string[]) => straggler(folder.path, ['advise', ...words]);
/** Quick to try. */
const EASY = ['--variance', '0.2', '--epsilon', '0.05'];

async function adviceOn(...words: string[]): Promise<Advice> {
  const { code, stdout, stderr } = await advise(...words, ...EASY, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Advice;
}

async function refusal(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await advise(...words);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).not.toContain('    at ');
  return stderr.split('\n')[0]!;
}

describe('contrasting fleets', () => {
  test('equal speeds: keep what there is', async () => {
    const { recommended, current, worthwhile, reasons } = await adviceOn('--times', '1,1,1,1,1,1');
    expect([recommended, current, worthwhile]).toEqual(['minibatch-sgd', 'minibatch-sgd', false]);
    expect(reasons[0]).toBe('All workers are equally fast: nobody waits for anybody.');
    expect(reasons.join()).toMatch(/nothing to gain|not worth a change/);
  });

  test('one straggler: change', async () => {
    const { recommended, worthwhile, gain, candidates } = await adviceOn('--times', '1,1,1,1,1,40');
    expect([worthwhile, gain > 2, recommended === 'minibatch-sgd']).toEqual([true, true, false]);
    const timeOf = (name: string) => candidates.find(({ method }) => method === name)!.simulated;
    expect(gain).toBeCloseTo(timeOf('minibatch-sgd') / timeOf(recommended), 9);
  });

  test('heavy tail, equal data: an optimal method that leaves the slow behind', async () => {
    const { recommended, agrees, reasons, trial } = await adviceOn('--workers', '6', '--computation', '{kind: pareto, shape: 1.1}', '--data', 'homogeneous');
    expect(['ringmaster-asgd', 'rennala-sgd']).toContain(recommended);
    expect(agrees).toBe(true);
    expect(reasons.join()).toContain('Trial and theory agree');
    expect(trial.heterogeneity).toBe(0);
  });
});

test('--json: the keys, by predicted time', async () => {
  const advice = await adviceOn('--times', '1,3', '--heterogeneity', '0.5');
  expect(Object.keys(advice)).toEqual(['recommended', 'current', 'worthwhile', 'gain', 'agrees', 'lowerBound', 'candidates', 'reasons', 'trial']);
  expect(advice.candidates.map(({ method }) => method).sort()).toEqual(['ia2-sgd', 'malenia-sgd', 'minibatch-sgd', 'rescaled-asgd', 'ringleader-asgd']);
  for (const candidate of advice.candidates) {
    expect(Object.keys(candidate)).toEqual(['method', 'predicted', 'leadingTerm', 'optimal', 'simulated', 'stepsize', 'theoryStepsize', 'parameters']);
  }
  expect(advice.candidates.map(({ predicted }) => predicted)).toEqual(advice.candidates.map(({ predicted }) => predicted).sort((a, b) => a - b));
  expect(advice.candidates.find(({ method }) => method === 'malenia-sgd')!.parameters).toEqual({ batchTarget: 4 });
  expect(advice.trial).toEqual({ delta: 1, variance: 0.2, heterogeneity: 0.5 });
  expect(advice.lowerBound).toBeCloseTo(20 * (3 + 4), 9);
});

test('infinite times are 1e999, and have no stepsize', async () => {
  const { code, stdout } = await advise('--times', '1,1,.inf', '--data', 'homogeneous', '--json', ...EASY);
  expect(code).toBe(0);
  expect(stdout).toContain('"predicted": 1e999');
  const { gain, candidates } = JSON.parse(stdout) as Advice;
  expect(gain).toBe(Infinity);
  expect(candidates.find(({ method }) => method === 'minibatch-sgd')).toMatchObject({ simulated: Infinity, stepsize: null });
});

test('--current: the method in use', async () => {
  const { recommended, current, worthwhile } = await adviceOn('--times', '1,1,1,40', '--data', 'homogeneous', '--current', 'ringmaster-asgd');
  expect([recommended, current, worthwhile]).toEqual(['ringmaster-asgd', 'ringmaster-asgd', false]);
});

describe('text', () => {
  test('head, table, recommendation, reasons, notes; nothing on standard error', async () => {
    const { code, stdout, stderr } = await advise('--times', '1,1,1,1,1,40', '--data', 'homogeneous', ...EASY);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).not.toContain('\u001b');
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      '6 workers: τ from 1 to 40 (τ_n), mean τ_avg = 7.5, harmonic mean 1.194', 'Homogeneous data (all f_i equal); L = 1, Δ = 1, σ² = 0.2, ε = 0.05',
    ]);
    expect(stdout).toMatch(/\n→ (ringmaster-asgd|rennala-sgd) /);
    expect(stdout).toMatch(/\nRecommendation: \S+, with .*stepsize \S+ to begin with\n\n- The slowest worker needs 5.3× the mean time/);
    expect(stdout).toContain('\nPredicted: ');
  });

  test('times that change are said to', async () => {
    const { stdout } = await advise('--workers', '3', '--computation', '{kind: paper, redraw: true}', '--data', 'homogeneous', ...EASY);
    expect(stdout).toContain('Speeds change over time');
    expect(stdout).toContain('idle at least');
  });

  test('--help has examples', async () => {
    const { code, stdout } = await advise('--help');
    expect(code).toBe(0);
    for (const text of ['Examples:', '$ straggler advise --times 1,1,2,10', '(default: "minibatch-sgd")', '--heterogeneity']) expect(stdout).toContain(text);
    expect((await straggler(folder.path, ['--help'])).stdout).toContain('advise');
  });
});

describe('--trace', () => {
  const write = (name: string, text: string) => writeFileSync(join(folder.path, name), text);

  test('durations, dealt out to more workers; powers', async () => {
    write('durations.csv', '\uFEFFworker, duration\r\n0,1\r\n0,3\r\n1,4\r\n');
    write('powers.csv', 'worker,time,power\n0,0,0.5\n1,0,0.25\n');
    const [durations, more, powers] = await Promise.all([
      adviceOn('--trace', 'durations.csv', '--data', 'homogeneous'), adviceOn('--trace', 'durations.csv', '--workers', '4', '--data', 'homogeneous'),
      adviceOn('--trace', 'powers.csv', '--data', 'homogeneous'),
    ]);
    const speed = (times: readonly number[]) => times.reduce((sum, time) => sum + 1 / time, 0);
    const bound = (times: readonly number[]) => 20 * Math.min(...times.map((_, m) => (m + 1 + 4) / speed(times.slice(0, m + 1))));
    expect(durations.lowerBound).toBeCloseTo(bound([2, 4]), 9);
    expect(more.lowerBound).toBeCloseTo(bound([2, 2, 4, 4]), 9);
    expect(powers.lowerBound).toBeCloseTo(bound([2, 4]), 9);
  });

  test('what is wrong with the file, with its line', async () => {
    write('header.csv', 'worker,seconds\n0,1\n');
    write('line.csv', 'worker,duration\n0,1\n0,-2\n');
    write('gap.csv', 'worker,time,power\n0,0,1\n2,0,1\n');
    write('empty.csv', '');
    expect(await refusal('--trace', 'none.csv')).toBe("Error: advise: '--trace' must be a file that exists, got 'none.csv'");
    expect(await refusal('--trace', 'header.csv')).toBe("Error: header.csv:1: 'header' must be 'worker,duration' or 'worker,time,power', got 'worker,seconds'");
    expect(await refusal('--trace', 'line.csv')).toBe("Error: line.csv:3: 'duration' must be greater than 0, got -2");
    expect(await refusal('--trace', 'gap.csv')).toMatch(/^Error: gap.csv: 'worker' must be numbered without gaps from 0/);
    expect(await refusal('--trace', 'empty.csv')).toContain("empty.csv:1: 'header' must be");
    expect(await refusal('--trace', 'durations.csv', '--workers', '0')).toBe("Error: advise: '--workers' must be at least 1, got 0");
  });
});

describe('wrong use exits with 2 and a sentence that names the option', () => {
  test.each([
    [[], "advise: '--times' must be given, or '--workers' or '--trace', got nothing"],
    [['--times', '1,-1'], "--times: 'times[1]' must be a number greater than 0 (.inf: never), got -1"],
    [['--times', '1', '--workers', '2'], "option '--times <list>' cannot be used with option '--workers <n>'"],
    [['--times', '1', '--trace', 'x.csv'], "option '--times <list>' cannot be used with option '--trace <file>'"],
    [['--computation', 'equal', '--trace', 'x.csv'], "option '--computation <kind>' cannot be used with option '--trace <file>'"],
    [['--seed', '1', '--trace', 'x.csv'], "option '--seed <seed>' cannot be used with option '--trace <file>'"],
    [['--workers', '0'], "advise: '--workers' must be at least 1, got 0"],
    [['--computation', 'parto'], "advise: '--computation' must be 'equal', "],
    [['--times', '1', '--smoothness', '0'], "advise: '--smoothness' must be a number greater than 0, got '0'"],
    [['--times', '1', '--smoothness', '2', '--max-smoothness', '1'], "advise: '--max-smoothness' must be at least 2, the smoothness of f, got 1"],
    [['--times', '1', '--variance', '-1'], "advise: '--variance' must be a number of at least 0, got '-1'"],
    [['--times', '1', '--heterogeneity', 'x'], "advise: '--heterogeneity' must be a number of at least 0, got 'x'"],
    [['--times', '1', '--heterogeneity', '1', '--data', 'homogeneous'], "advise: '--heterogeneity' must be left out where the data are homogeneous, got 1"],
    [['--times', '1', '--data', 'some'], "option '--data <setting>' argument 'some' is invalid"],
    [['--times', '1', '--current', 'asgd'], "advise: '--current' must be a method with a guarantee for heterogeneous data: minibatch-sgd, "],
    [['--times', '1', '--epsilon', '5'], "advise: '--epsilon' must be less than 2 L_f Δ = 2, above which any x⁰ meets the target, got 5"],
    [['--times', '1,.inf'], "advise: '--times' must let every worker return gradients, got Infinity"],
    [['--times', '.inf', '--data', 'homogeneous'], "advise: '--times' must let some worker return gradients, got Infinity"],
    [['--times', '1', '--experiment', 'x.yaml'], "unknown option '--experiment'"],
  ])('%j', async (words, message) => {
    expect(await refusal(...words)).toContain(message);
  });
});

test('Ctrl-C ends it at once with 130 and a sentence', async () => {
  const later = 'data:text/javascript,setTimeout(() => process.kill(process.pid, "SIGINT"), 2000).unref()';
  const started = performance.now();
  const { code, stdout, stderr } = await straggler(folder.path, ['advise', '--workers', '400', '--variance', '50'], undefined, ['--import', later]);
  expect([code, stdout]).toEqual([130, '']);
  expect(stderr).toBe('Interrupted: the methods were not all tried, so there is no advice.\n');
  expect(performance.now() - started).toBeLessThan(8_000);
});
