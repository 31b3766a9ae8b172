import { describe, expect, it } from 'vitest';
import { defineMethod, loadKernels, methods, MemoryLimitError, resolveExperiment, Run, Simulation } from '../../bindings/index.js';
import type { AnyMethod, ExperimentInput, ResolvedExperiment } from '../../bindings/index.js';
import { SettingFactory } from '../../bindings/experiment/build.js';
import { machineBytes, memoryBound, memoryNeed, requireMemory, runsThatFit } from '../../bindings/experiment/memory-need.js';

const workers = { count: 40, computation: { kind: 'paper' as const, redraw: true } };
const network = { latency: 3, bandwidth: 1e4, jitter: 0.3 };

/** Settings that differ in what takes the memory. */
const settings: Record<string, Partial<ExperimentInput>> = {
  'a quadratic, messages that take no time': { problem: { kind: 'quadratic', dimension: 900, noise: 0.1 }, workers },
  'a quadratic on a network': { problem: { kind: 'quadratic', dimension: 600, noise: 0.1 }, workers: { ...workers, network } },
  'a quadratic of few numbers and many equal workers': { problem: { kind: 'quadratic', dimension: 3 }, workers: { count: 500, computation: { kind: 'equal' } } },
  'a network of float32 with outages': {
    problem: { kind: 'mlp', hidden: [6], batch: 2 }, workers: { count: 12, computation: { kind: 'outages' }, network: { ...network, bandwidth: 1e6 } },
  },
};
const budget = { gradients: 2500 };

/** What the methods may be asked for besides: what makes them hold more or less. */
const variants: Record<string, readonly object[]> = {
  'ringleader-asgd': [{ restart: 'latest' }],
  'ringmaster-asgd': [{ stops: true, threshold: 20 }],
  'rennala-sgd': [{ stops: true, batch: 20 }],
  'dude-asgd': [{ concurrency: 5 }],
  'loscar-sgd': [{ sparsity: 0.02 }, { localSteps: 3, sparsity: 0.3, merge: 'overwrite' }],
};

interface Measured {
  experiment: ResolvedExperiment;
  real: number;
  need: (limitBytes: number) => { bytes: number; fits: boolean };
  bound: number;
}

/** What a run really takes beyond its problem, and what is said of it before. */
async function measure(input: Partial<ExperimentInput>, method: AnyMethod, options: object = {}): Promise<Measured> {
  const experiment = await resolveExperiment({ ...input, methods: [{ name: method.name, ...options }], stepsizes: [1e-4], budget, seeds: [3] });
  const kernels = await loadKernels();
  const setting = await new SettingFactory(kernels, experiment).create(3);
  const x = setting.problem.initial();
  setting.problem.evaluate(x);
  const before = kernels.pool.reservedBytes;
  const { name, stepsize, ...rest } = experiment.methods[0]!;
  const parameters = { ...rest, stepsize: stepsize[0]! };
  const simulation = new Simulation({ kernels, ...setting, method, parameters });
  const run = new Run(simulation, setting.problem, { budget, evaluate: { every: 50 }, onEvaluation: () => undefined });
  while (run.advance(1000));
  expect(run.lanes[0]!.status).toMatch(/finished|diverged/);
  const real = kernels.pool.reservedBytes - before;
  x.release(); // not sooner: its memory is not to be used again
  return { experiment, real, bound: memoryBound(setting.problem), need: (limit) => memoryNeed(experiment, setting, method, parameters, limit) };
}

describe.each(Object.entries(settings))('the memory that a run needs: %s', (_what, input) => {
  it.each(methods.map((method) => [method.name, method] as const))('%s', async (name, method) => {
    for (const options of [{}, ...(variants[name] ?? [])]) {
      const { real, need, bound } = await measure(input, method, options);
      const { bytes, fits } = need(0);
      expect(fits).toBe(false);
      expect(bytes).toBeGreaterThanOrEqual(real);
      expect(bytes / real).toBeLessThan(1.5);
      expect(bound).toBeGreaterThanOrEqual(bytes);
      expect(need(bytes).fits).toBe(true);
      expect(need(bytes - 1).fits).toBe(false);
    }
  });
});

describe('memoryNeed', () => {
  const asgd = methods.find(({ name }) => name === 'asgd')!;

  it('does nothing more where an upper bound fits', async () => {
    const { need, bound } = await measure(settings['a quadratic on a network']!, asgd);
    expect(need(bound)).toEqual({ bytes: bound, fits: true });
    expect(need(bound - 1).bytes).toBeLessThan(bound);
  });

  it('lets a method pass whose schedule cannot be simulated without gradients', async () => {
    const reading = defineMethod({
      ...(asgd as ReturnType<typeof defineMethod>),
      name: 'reading',
      onGradient(_state, server, { gradient, worker }) {
        if (gradient.view()[0] === undefined) throw new TypeError('no value');
        server.assign(worker);
      },
    }) as AnyMethod;
    const experiment = await resolveExperiment({ ...settings['a quadratic on a network'], methods: ['asgd'], stepsizes: [0.1], budget });
    const setting = await new SettingFactory(await loadKernels(), experiment).create(1);
    expect(memoryNeed(experiment, setting, reading, { stepsize: 0.1 }, 0).fits).toBe(true);
  });
});

describe('requireMemory', () => {
  const check = async (name: string, count: number, maximumBytes: number, lanes = 1) => {
    const problem = { kind: 'quadratic' as const, dimension: 100_000 };
    const experiment = await resolveExperiment({ problem, workers: { count, computation: { kind: 'linear' } }, methods: [name], stepsizes: [0.1], budget: { updates: 200 } });
    const kernels = await loadKernels({ maximumBytes });
    const setting = await new SettingFactory(kernels, experiment).create(1);
    const method = methods.find((candidate) => candidate.name === name)!;
    return () => requireMemory(experiment, setting, kernels, name, { method, parameters: { ...experiment.methods[0]!, stepsize: 0.1 } }, lanes);
  };

  it('names the method that does not fit, its need and the limit', async () => {
    const tooMuch = await check('ia2-sgd', 100, 64 * 2 ** 20);
    expect(tooMuch).toThrow(MemoryLimitError);
    expect(tooMuch).toThrow(
      /^memory: 'ia2-sgd' must fit in the 6\d\.\d MiB of WebAssembly memory that the problem leaves, got 1\d\d MiB for 100 workers with models of 781 KiB$/,
    );
  });

  it('lets pass what fits although the bound does not', async () => {
    expect(await check('minibatch-sgd', 100, 64 * 2 ** 20)).not.toThrow();
    expect(await check('rennala-sgd', 100, 64 * 2 ** 20)).not.toThrow();
  });

  it('counts runs that are computed together', async () => {
    expect(await check('minibatch-sgd', 10, 64 * 2 ** 20, 4)).not.toThrow();
    expect(await check('minibatch-sgd', 10, 64 * 2 ** 20, 40)).toThrow(MemoryLimitError);
  });
});

it('a run takes more of the machine than its vectors: a thread, and something per worker', () => {
  expect(machineBytes(1e9, 0)).toBeGreaterThan(1e9);
  expect(machineBytes(0, 100_000) - machineBytes(0, 0)).toBe(4e8);
});

describe('runsThatFit', () => {
  it('as many as there is room for, at least one, at most as many as threads', () => {
    expect(runsThatFit(3e9, 8e9, 4)).toBe(2);
    expect(runsThatFit(1e9, 8e9, 4)).toBe(4);
    expect(runsThatFit(9e9, 8e9, 4)).toBe(1);
    expect(runsThatFit(4e9, 8e9, 4)).toBe(2);
  });

  it('all threads where nothing is known of the memory, or nothing is needed', () => {
    expect(runsThatFit(9e9, undefined, 4)).toBe(4);
    expect(runsThatFit(0, 8e9, 4)).toBe(4);
    expect(runsThatFit(NaN, 8e9, 4)).toBe(4);
  });
});
