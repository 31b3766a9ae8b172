import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseExperiment, resolveExperiment, runExperiment } from '../../bindings/index.js';
import type { ExperimentInput } from '../../bindings/index.js';
import { mnistFolderOr } from '../data/mnist.js';

const folder = fileURLToPath(new URL('../../experiments/', import.meta.url));

describe.each(readdirSync(folder))('experiments/%s', (file) => {
  const text = readFileSync(`${folder}${file}`, 'utf8');

  it('says what it examines, and is valid', async () => {
    expect(text).toMatch(/^# .*\n# .*\n/);
    expect(text.split('\nname:')[0]).toMatch(/expect/i);
    const { value, locate } = parseExperiment(text, file);
    const resolved = await resolveExperiment(value, locate);
    expect(`${resolved.name}.yaml`).toBe(file);
  });

  it('runs, in a short form', async () => {
    const data = mnistFolderOr('the built-in digits take its place') ?? 'digits';
    const { value } = parseExperiment(text, file);
    const experiment = value as ExperimentInput;
    const short = { ...experiment, problem: { ...experiment.problem, data }, budget: { time: 150 }, evaluate: { every: 75 } } as ExperimentInput;
    short.methods = experiment.methods.map((entry) => ({ ...(typeof entry === 'string' ? { name: entry } : entry), stepsize: 0.01 }));
    const { summary } = await runExperiment(short);
    expect(summary.map(({ status }) => status)).toEqual(summary.map(() => 'finished'));
  });
});

describe('the bias towards fast workers on real digits', () => {
  it('Rescaled ASGD ends below ASGD at the same stepsize, above all for the worst worker', async () => {
    const data = mnistFolderOr('the built-in digits take its place') ?? 'digits';
    const { summary } = await runExperiment({
      problem: { kind: 'mlp', hidden: [], data, partition: { kind: 'by-label' } },
      workers: { count: 20 },
      methods: ['asgd', 'rescaled-asgd'],
      stepsizes: [0.003, 0.01],
      budget: { time: 2000 },
      evaluate: { every: 2000 },
    });
    const at = (method: string, stepsize: number) => summary.find((run) => run.method === method && run.stepsize === stepsize)!;
    for (const stepsize of [0.003, 0.01]) {
      expect(at('rescaled-asgd', stepsize).finalObjective).toBeLessThan(0.95 * at('asgd', stepsize).finalObjective);
      expect(at('rescaled-asgd', stepsize).finalWorstWorkerObjective).toBeLessThan(0.85 * at('asgd', stepsize).finalWorstWorkerObjective);
    }
  });
});
