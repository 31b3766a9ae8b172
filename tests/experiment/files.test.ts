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
    const { value, locate } = await parseExperiment(text, file);
    const resolved = await resolveExperiment(value, locate);
    expect(`${resolved.name}.yaml`).toBe(file);
  });

  it('runs, in a short form', async () => {
    const data = mnistFolderOr('the built-in digits take its place') ?? 'digits';
    const { value } = await parseExperiment(text, file);
    const experiment = value as ExperimentInput;
    const problem = 'data' in experiment.problem ? { ...experiment.problem, data } : experiment.problem;
    const short = { ...experiment, seeds: [1], problem, budget: { time: 150 }, evaluate: { every: 75 } } as ExperimentInput;
    delete short.seed;
    short.methods = experiment.methods.map((entry) => ({ ...(typeof entry === 'string' ? { name: entry } : entry), stepsize: 0.01 }));
    const { summary } = await runExperiment(short);
    expect(summary.map(({ status }) => status)).toEqual(summary.map(() => 'finished'));
  });
});

/** A ready-made experiment with one seed, one stepsize for all and a shorter time; what its methods end with. */
async function ends(file: string, stepsize: number, time: number, changes: Partial<ExperimentInput> = {}) {
  const experiment = (await parseExperiment(readFileSync(`${folder}${file}.yaml`, 'utf8'), file)).value as ExperimentInput;
  const methods = experiment.methods.map((entry) => ({ ...(typeof entry === 'string' ? { name: entry } : entry), stepsize }));
  const { seed: _, ...shared } = experiment;
  const { metrics } = await runExperiment({ ...shared, seeds: [1], methods, budget: { time }, evaluate: { every: time / 8 }, ...changes });
  /** Mean of f − f* over the second half. */
  return (method: string): number => {
    const late = metrics.filter((record) => record.method === method && record.time > time / 2);
    return late.reduce((sum, record) => sum + record.suboptimality! / late.length, 0);
  };
}

describe('the claims that the experiments examine, in a short form', () => {
  it('rescaled-bias: ASGD comes to rest far from the minimum, Rescaled ASGD in an O(γ) neighbourhood', async () => {
    const [coarse, fine] = [await ends('rescaled-bias', 0.01, 2000), await ends('rescaled-bias', 0.003, 2000)];
    expect(fine('asgd')).toBeGreaterThan(0.8);
    expect(fine('rescaled-asgd')).toBeLessThan(0.002);
    expect(fine('rescaled-asgd')).toBeLessThan(coarse('rescaled-asgd') / 2);
    for (const method of ['ia2-sgd', 'dude-asgd', 'ringleader-asgd']) expect(coarse(method)).toBeLessThan(0.01);
  });

  it('rescaled-fluctuating: scaling by the duration of the very gradient follows changing speeds, a mean does not', async () => {
    const end = await ends('rescaled-fluctuating', 0.003, 4000);
    expect(end('rescaled-asgd')).toBe(end('asgd')); // all nominal times are equal
    expect(end('rescaled-asgd (times=observed)')).toBeLessThan(0.003);
    expect(end('rescaled-asgd (times=ema)')).toBeLessThan(0.03);
    expect(end('rescaled-asgd (times=mean)')).toBeGreaterThan(0.2);
    const redrawn = await ends('rescaled-fluctuating', 0.003, 4000, { workers: { count: 20, computation: { kind: 'paper', redraw: true } } });
    for (const times of ['', ' (times=observed)', ' (times=mean)', ' (times=ema)']) expect(redrawn(`rescaled-asgd${times}`)).toBeLessThan(0.003);
    expect(redrawn('asgd')).toBeGreaterThan(0.5);
  });

  it('loscar-overlap: with equal f_i overlap beats waiting, correcting beats overwriting; with different f_i correcting leans, balance does not', async () => {
    const equal = await ends('loscar-overlap', 0.03, 1000);
    expect(equal('loscar-sgd')).toBeLessThan(equal('loscar-sgd (merge=overwrite)') / 5);
    expect(equal('loscar-sgd')).toBeLessThan(equal('loscar-sgd (overlap=false)') / 5);
    expect(equal('loscar-sgd (sparsity=0.5)')).toBeLessThan(1.5 * equal('loscar-sgd'));
    expect(equal('local-sgd')).toBeCloseTo(equal('loscar-sgd (overlap=false)'), 9);
    const problem: ExperimentInput['problem'] = { kind: 'quadratic', form: 'random', dimension: 50, eigenvalues: [0.05, 1], noise: 0.1 };
    const different = await ends('loscar-overlap', 0.03, 1500, { problem });
    expect(different('loscar-sgd')).toBeGreaterThan(0.2);
    expect(different('loscar-sgd (merge=overwrite)')).toBeLessThan(different('loscar-sgd') / 2);
    expect(different('loscar-sgd (balance=true)')).toBeLessThan(different('loscar-sgd') / 5);
  });
});

describe('the claims that the experiments examine, as far as a short form shows them', () => {
  it('ringmaster-quadratic: a good threshold beats Rennala SGD and Delay-adaptive ASGD to the target', async () => {
    const { value } = await parseExperiment(readFileSync(`${folder}ringmaster-quadratic.yaml`, 'utf8'), 'ringmaster-quadratic');
    const experiment = value as ExperimentInput;
    const methods = [{ name: 'ringmaster-asgd', threshold: 96, stepsize: 0.04 }, { name: 'rennala-sgd', batch: 24, stepsize: 1 }, { name: 'delay-adaptive-asgd', stepsize: 0.008 }];
    const { summary } = await runExperiment({ ...experiment, methods, budget: { time: 4000 } });
    const [ringmaster, rennala, adaptive] = summary.map(({ timeToTarget }) => timeToTarget ?? Infinity);
    expect(ringmaster).toBeLessThan(3000);
    expect(rennala).toBeGreaterThan(1.3 * ringmaster!);
    expect(adaptive).toBe(Infinity);
  });

  it('dude-heterogeneous: below ASGD at the same stepsize, more so when labels are spread unevenly', async () => {
    const { value } = await parseExperiment(readFileSync(`${folder}dude-heterogeneous.yaml`, 'utf8'), 'dude-heterogeneous');
    const experiment = value as ExperimentInput;
    const gap = async (partition: object) => {
      const problem = { ...experiment.problem, partition } as ExperimentInput['problem'];
      const methods = ['asgd', 'dude-asgd'].map((name) => ({ name, stepsize: 0.03 }));
      const { summary: [asgd, dude] } = await runExperiment({ ...experiment, problem, methods, budget: { time: 4000 } });
      return { asgd: asgd!.finalObjective, dude: dude!.finalObjective, worst: dude!.finalWorstWorkerObjective / asgd!.finalWorstWorkerObjective };
    };
    const [uneven, iid] = [await gap({ kind: 'dirichlet', alpha: 0.1 }), await gap({ kind: 'iid' })];
    expect(uneven.dude).toBeLessThan(0.9 * uneven.asgd);
    expect(uneven.worst).toBeLessThan(0.9);
    expect(uneven.dude).toBeLessThan(iid.dude);
    expect(uneven.dude / uneven.asgd).toBeLessThan(iid.dude / iid.asgd);
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
