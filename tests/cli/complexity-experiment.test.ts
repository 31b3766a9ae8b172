import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { InputError } from '../../bindings/index.js';
import type { ExperimentTheory, ResolvedExperiment, UniversalInputs, UniversalTime } from '../../bindings/index.js';
import { registerComplexity } from '../../cli/commands/complexity.js';
import { temporaryFolder } from './command.js';

const library = vi.hoisted(() => ({ experimentTheory: vi.fn(), universalTime: vi.fn() }));
vi.mock('../../bindings/experiment/theory.js', () => ({ experimentTheory: library.experimentTheory }));
vi.mock('../../bindings/complexity/universal.js', () => ({ universalTime: library.universalTime }));

const folder = temporaryFolder();
const file = join(folder.path, 'study.yaml');
afterAll(folder.remove);

const constants = { smoothness: 2, ringleaderSmoothness: 3, workerSmoothness: [4, 1], maxSmoothness: 4, delta: 5, variance: 0.5, equal: false };
const theory = (change: Partial<ExperimentTheory> = {}): ExperimentTheory => ({
  data: 'heterogeneous', inputs: { times: Float64Array.of(1, 3), ...constants, epsilon: 0.1 }, constants, lowerBound: 1, methods: [], ...change,
});

let out = '';
beforeEach(() => {
  out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => ((out += String(chunk)), true));
  library.experimentTheory.mockReset().mockResolvedValue(theory());
  library.universalTime.mockReset().mockReturnValue({ time: 42, rounds: 7, target: 3 } satisfies UniversalTime);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const EXPERIMENT = 'problem: { kind: quadratic }\nworkers: { count: 2 }\nmethods: [asgd]\nstepsizes: [1]\nbudget: { time: 10 }\n';

/** What the command prints for an experiment with this line about its target. */
const complexity = (target: string, ...words: string[]): Promise<string> => complexityOf(`${EXPERIMENT}${target}\n`, ...words);

async function complexityOf(experiment: string, ...words: string[]): Promise<string> {
  writeFileSync(file, experiment);
  const program = new Command('straggler').exitOverride();
  registerComplexity(program);
  await program.parseAsync(['complexity', '--experiment', file, ...words], { from: 'user' });
  return out;
}

interface Row {
  method: string;
  time: number;
}
const timesIn = (text: string) => new Map((JSON.parse(text) as Row[]).map(({ method, time }) => [method, time]));

const TARGET = 'target: { gradientNormSquared: 0.1 }';

test('speeds, constants and data come from the experiment, ε from its target', async () => {
  const times = timesIn(await complexity(TARGET, '--json'));
  expect((library.experimentTheory.mock.calls[0]![0] as ResolvedExperiment).target).toEqual({ gradientNormSquared: 0.1 });
  const noise = 0.5 / (2 * 0.1);
  expect(times.get('malenia-sgd')).toBeCloseTo(((2 * 5) / 0.1) * (3 + 2 * noise), 9);
  expect(times.get('ringleader-asgd')).toBeCloseTo(((3 * 5) / 0.1) * (3 + 2 * noise), 9);
  expect(times.get('ia2-sgd')).toBeCloseTo(((4 * 5) / 0.1) * (3 + 3 * noise), 9);
});

test('flags win, and move what they contradict', async () => {
  const times = timesIn(await complexity(TARGET, '--epsilon', '1', '--smoothness', '6', '--delta', '1', '--variance', '2', '--json'));
  expect((library.experimentTheory.mock.calls[0]![0] as ResolvedExperiment).target).toEqual({ gradientNormSquared: 1 });
  for (const method of ['malenia-sgd', 'ringleader-asgd']) expect(times.get(method)).toBeCloseTo(6 * (3 + 2), 9);
  expect(times.get('ia2-sgd')).toBeCloseTo(6 * (3 + 3), 9);
  out = '';
  expect(timesIn(await complexity(TARGET, '--data', 'homogeneous', '--json')).has('rennala-sgd')).toBe(true);
});

test('without ε the error names the option and the key', async () => {
  await expect(complexity('target: { objective: 1 }')).rejects.toThrow(
    new InputError('complexity', '--epsilon', `be given, because ${file} has no 'target.gradientNormSquared'`, undefined).message,
  );
  await complexity('target: { objective: 1 }', '--epsilon', '0.3');
  expect(out).toContain('ε = 0.3');
});

test.each([
  ['stepsizes: [1]', 'stepsizes: theory'],
  ['methods: [asgd]', 'methods: [asgd, { name: malenia-sgd, stepsize: theory }, { name: fedbuff, stepsize: theory }]'],
])('stepsizes of theory need no target and no theory of their own: %s → %s', async (from, to) => {
  const experiment = EXPERIMENT.replace(from, to);
  expect(experiment).not.toBe(EXPERIMENT);
  expect(await complexityOf(experiment, '--epsilon', '1e-3')).toContain('ε = 0.001');
  expect(library.experimentTheory).toHaveBeenCalledOnce();
  await expect(complexityOf(experiment)).rejects.toThrow("complexity: '--epsilon' must be given");
  await expect(complexityOf(experiment.replace('theory', 'theroy'), '--epsilon', '1')).rejects.toThrow("(did you mean 'theory'?), got 'theroy'");
  await expect(complexityOf(`${experiment}nmae: a\n`, '--epsilon', '1')).rejects.toThrow(`${file}:6: 'nmae' must be a key`);
});

test.each([['methods: [null]'], ['methods: 3'], ['methods:']])('%s is refused', async (line) => {
  await expect(complexityOf(EXPERIMENT.replace('methods: [asgd]', line), '--epsilon', '1')).rejects.toThrow(`${file}:3: 'methods`);
});

test('exact constants have =, estimates ≈ and a note, unless they are given', async () => {
  expect(await complexity(TARGET)).toContain('L_f = 2, L = 3 (Ringleader ASGD), L_max = 4, Δ = 5, σ² = 0.5, ε = 0.1');
  expect(out).not.toContain('≈');
  out = '';
  library.experimentTheory.mockResolvedValue(theory({ constants: { ...constants, estimates: { points: [], optimum: '0' } } }));
  await complexity(TARGET, '--variance', '2');
  expect(out).toContain('L_f ≈ 2, L ≈ 3 (Ringleader ASGD), L_max ≈ 4, Δ ≈ 5, σ² = 2, ε = 0.1');
  expect(out).toContain('≈: estimated along a short run of gradient descent; f* in Δ is 0.');
});

test('powers over time: the universal model, its rounds, and no plot', async () => {
  const powers = { powers: [[[0, 1]], [[0, 2], [5, 1]]] as const, cycle: 24 };
  library.experimentTheory.mockResolvedValue(theory({ powers }));
  const text = await complexity(TARGET);
  const [inputs, data] = library.universalTime.mock.calls[0] as [UniversalInputs, string];
  expect([inputs.powers, inputs.cycle, inputs.variance, inputs.epsilon, data]).toEqual([powers.powers, 24, 0.5, 0.1, 'heterogeneous']);
  expect(text).toMatch(/^2 workers with given powers over time, repeated every 24\nHeterogeneous data; L = 2, Δ = 5, σ² = 0.5, ε = 0.1\n/);
  expect(text).toMatch(/\nlower bound +42 +1 +arXiv 2408.04929\nmalenia-sgd +42 +1 +✓ +arXiv 2408.04929\n/);
  expect(text).toContain('7 rounds; each ends when the harmonic mean of how many gradients each worker has computed since it began is at least 3.');
  expect(text).toContain('lower bound, malenia-sgd, ringleader-asgd: t_K with t_k = min{t : ((1/n) Σ_i 1/N_i(t_{k−1}, t))^{-1} ≥ max(⌈σ²/(nε)⌉, 1)}, K = ⌈LΔ/ε⌉');
  const refusal = "complexity: '--plot' must be used with times of workers, not with powers over time, got 'epsilon'";
  await expect(complexity(TARGET, '--plot', 'epsilon')).rejects.toThrow(refusal);
});

test('errors about the experiment name the line of its file', async () => {
  await expect(complexity('target: { gradientNormSquare: 1 }')).rejects.toThrow(`${file}:6: 'target.gradientNormSquare' must be a key`);
  library.experimentTheory.mockRejectedValue(new InputError('experiment', 'problem', 'have a minimum', 1));
  await expect(complexity(TARGET)).rejects.toThrow(`${file}:1: 'problem' must have a minimum, got 1`);
});
