import { describe, expect, it } from 'vitest';
import { methods, previewExperiment, resolveExperiment, runExperiment } from '../../bindings/index.js';
import type { ExperimentInput } from '../../bindings/index.js';
import { testKernels } from '../quadratics.js';

const study: ExperimentInput = {
  problem: { kind: 'quadratic', form: 'random', dimension: 30, noise: 0.1 },
  workers: { count: 6, computation: { kind: 'paper', redraw: true }, network: { latency: [0.5, 1, 0, 0, 2, 1], bandwidth: 2000, jitter: 0.1 } },
  methods: methods.map(({ name }) => name),
  stepsizes: [0.01, 0.02],
  seeds: [3, 4],
  budget: { time: 400 },
};

describe('previewExperiment', () => {
  it('tells what every method will do, as the run then does', async () => {
    const kernels = await testKernels();
    const preview = await previewExperiment(await resolveExperiment(study), { kernels });
    const { summary } = await runExperiment(study, { kernels });
    expect(preview.methods.map(({ method }) => method)).toEqual(methods.map(({ name }) => name));
    for (const { method, runs, updates, gradients, bytesUp, bytesDown, stalls } of preview.methods) {
      const run = summary.find((record) => record.method === method && record.seed === 3)!;
      expect({ method, runs, stalls }).toEqual({ method, runs: 4, stalls: null });
      expect(run).toMatchObject({ updates, gradients, bytesUp, bytesDown });
    }
    expect(preview).toMatchObject({ dimension: 30, modelBytes: 240 });
    expect(preview.flights!.up.fastest).toBeLessThan(preview.flights!.up.slowest);
    expect(preview.wallSeconds).toBeGreaterThan(0);
  });

  it('knows of sparse messages, and scales what a large model sends', async () => {
    const sparse = { name: 'loscar-sgd', sparsity: 0.01, stepsize: 0.01 };
    const large = { ...study, problem: { kind: 'quadratic' as const, dimension: 800 }, methods: [sparse], seeds: [1] };
    const preview = await previewExperiment(await resolveExperiment(large), { kernels: await testKernels() });
    const { summary } = await runExperiment(large, { kernels: await testKernels() });
    const { updates, bytesUp, bytesDown } = preview.methods[0]!;
    expect(summary[0]).toMatchObject({ updates, bytesUp, bytesDown });
  });

  it('describes the workers, and names those that a method waits for in vain', async () => {
    const lost = { ...study, workers: { computation: { kind: 'fixed' as const, times: [1, 2, 4, Infinity] } } };
    const { times, methods: all } = await previewExperiment(await resolveExperiment(lost), { kernels: await testKernels() });
    expect(times).toEqual({ workers: 4, never: 1, fastest: 1, median: 2, mean: 7 / 3, harmonicMean: 3 / 1.75, slowest: 4 });
    expect(all.find(({ method }) => method === 'minibatch-sgd')).toMatchObject({ updates: 0, stalls: 'waits for worker 3, which will never report (at time 1)' });
    expect(all.find(({ method }) => method === 'asgd')!.stalls).toBeNull();
  });

  it('takes the median of an even number of workers in the middle', async () => {
    const even = { ...study, workers: { computation: { kind: 'fixed' as const, times: [1, 8, 4, 2] } }, methods: ['asgd'] };
    const { times } = await previewExperiment(await resolveExperiment(even), { kernels: await testKernels() });
    expect(times).toMatchObject({ median: 3, never: 0, slowest: 8 });
  });

  it('tells the flight times of a model each way', async () => {
    const links = { count: 3, network: { latencyUp: [0.5, 2, 1], latencyDown: [3, 4, 3.5], bandwidthUp: 240, bandwidthDown: 120 } };
    const { flights } = await previewExperiment(await resolveExperiment({ ...study, workers: links, methods: ['asgd'] }), { kernels: await testKernels() });
    expect(flights).toEqual({ up: { fastest: 1.5, slowest: 3 }, down: { fastest: 5, slowest: 6 } });
  });

  it('scales to models of float32', async () => {
    const mlp: ExperimentInput = { ...study, problem: { kind: 'mlp', hidden: [5] }, methods: ['asgd'], seeds: [1], stepsizes: [0.01], budget: { updates: 50 } };
    const kernels = await testKernels();
    const { methods: [asgd], modelBytes, dimension } = await previewExperiment(await resolveExperiment(mlp), { kernels });
    expect(modelBytes).toBe(4 * dimension);
    const { summary } = await runExperiment(mlp, { kernels });
    const { bytesUp, bytesDown, gradients } = summary[0]!;
    expect(asgd).toMatchObject({ bytesUp, bytesDown, gradients });
    // The model, and a gradient in compact form per worker.
    expect(asgd!.memoryBytes / modelBytes).toBeGreaterThan(1);
    expect(asgd!.memoryBytes / modelBytes).toBeLessThan(6 / 2 + 3);
  });

  it('a run takes no longer than the budget of real time', async () => {
    const long = { ...study, methods: ['asgd'], budget: { time: 1e7, wallSeconds: 0.25 }, evaluate: { every: 1e6 } };
    const { methods: [asgd], wallSeconds } = await previewExperiment(await resolveExperiment(long), { kernels: await testKernels() });
    expect(asgd!.wallSeconds).toBe(4 * 0.25);
    expect(wallSeconds).toBe(1);
    const real = { ...study, methods: ['asgd'], budget: { wallSeconds: 0.25 }, evaluate: { every: 1e6 } };
    const { methods: [only] } = await previewExperiment(await resolveExperiment(real), { kernels: await testKernels() });
    expect(only!.gradients).toBeGreaterThan(0);
    expect(only!.wallSeconds! / (4 * 0.25)).toBeCloseTo(1, 2);
  });

  it('extrapolates a schedule that is too long to simulate', async () => {
    const long = { ...study, workers: { count: 100, computation: { kind: 'equal' as const } }, methods: ['asgd'], stepsizes: [0.1], seeds: [1], budget: { time: 1e6 } };
    const { methods: [asgd] } = await previewExperiment(await resolveExperiment(long), { kernels: await testKernels() });
    for (const count of [asgd!.updates, asgd!.gradients, asgd!.bytesUp / 240, asgd!.bytesDown / 240]) expect(count / 1e8).toBeCloseTo(1, 2);
  });

  it('says that it cannot tell when the schedule gets nowhere', async () => {
    const endless = { problem: { kind: 'quadratic' as const, dimension: 5 }, workers: { count: 4 }, methods: [{ name: 'rennala-sgd', batch: 1e9 }], stepsizes: [0.1], budget: { updates: 5 } };
    const { methods: [rennala], wallSeconds } = await previewExperiment(await resolveExperiment(endless), { kernels: await testKernels() });
    expect(rennala).toMatchObject({ updates: NaN, gradients: NaN, bytesUp: NaN, bytesDown: NaN, wallSeconds: null });
    expect(wallSeconds).toBeNull();
  });

  it('tells how much memory the vectors take, and when they will not fit', async () => {
    const ask = async (method: string, count: number, dimension: number) => {
      const input = { problem: { kind: 'quadratic' as const, dimension }, workers: { count, computation: { kind: 'linear' as const } } };
      return previewExperiment(await resolveExperiment({ ...input, methods: [method], stepsizes: [0.1], budget: { updates: 100 } }), { kernels: await testKernels() });
    };
    // ASGD: up to n versions, the model and a gradient or two; IA²SGD: a table of n gradients besides.
    expect((await ask('asgd', 100, 1000)).memoryBytes / 8000).toBeLessThan(110);
    expect((await ask('ia2-sgd', 100, 1000)).memoryBytes / 8000).toBeGreaterThan(115); // at first many hold x⁰, and gradients there follow from it
    // Minibatch SGD: a few vectors, whatever n.
    expect((await ask('minibatch-sgd', 2000, 1000)).memoryBytes / 8000).toBeLessThan(8);
    const tooMuch = await ask('ia2-sgd', 6174, 100_000);
    expect(tooMuch.memoryBytes).toBeGreaterThan(tooMuch.limitBytes);
    expect(tooMuch.wallSeconds).toBeNull();
    expect(tooMuch.memoryBytes).toBe(tooMuch.problemBytes + tooMuch.methods[0]!.memoryBytes);
    expect(tooMuch.problemBytes).toBeGreaterThan(0);
  });

  it('returns all memory', async () => {
    const kernels = await testKernels();
    const before = kernels.pool.usage();
    await previewExperiment(await resolveExperiment({ ...study, problem: { kind: 'mlp', hidden: [5] } }), { kernels });
    expect(kernels.pool.usage()).toEqual(before);
  });
});
