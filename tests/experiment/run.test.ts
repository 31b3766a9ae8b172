import { describe, expect, it } from 'vitest';
import { withoutRelaxedSimd, withRelaxedSimd } from '../kernels/relaxed-simd.js';
import { asyncAbort, base } from './shared.js';
import { bestStepsizes, defineMethod, loadKernels, methodLabels, resolveExperiment, runExperiment, sampledProblem } from '../../bindings/index.js';
import { SettingFactory } from '../../bindings/experiment/build.js';
import type { Arrival, ExperimentInput, KernelVariant, MetricsRecord, OwnProblem, Problem, Server, SummaryRecord, TraceRecord, Vector, WorkersRecord } from '../../bindings/index.js';

describe('runExperiment', () => {
  it('runs methods × stepsizes × seeds and reports them as they come', async () => {
    const metrics: MetricsRecord[] = [];
    const summaries: SummaryRecord[] = [];
    const fractions: number[] = [];
    const result = await runExperiment(
      { ...base, seeds: [1, 2], methods: ['asgd', { name: 'ia2-sgd', stepsize: 0.05 }], evaluate: { every: 10 } },
      { onMetrics: (record) => metrics.push(record), onOutcome: ({ summary }) => summaries.push(summary), onProgress: ({ fraction }) => fractions.push(fraction) },
    );
    // The stepsizes of a method and seed are computed together.
    const key = ({ method, stepsize, seed }: { method: string; stepsize: number; seed: number }): unknown[] => [method, stepsize, seed];
    expect(summaries.map(key)).toEqual([['asgd', 0.02, 1], ['asgd', 0.05, 1], ['asgd', 0.02, 2], ['asgd', 0.05, 2], ['ia2-sgd', 0.05, 1], ['ia2-sgd', 0.05, 2]]);
    const canonical = [['asgd', 0.02, 1], ['asgd', 0.02, 2], ['asgd', 0.05, 1], ['asgd', 0.05, 2], ['ia2-sgd', 0.05, 1], ['ia2-sgd', 0.05, 2]];
    expect(result.summary.map(key)).toEqual(canonical);
    expect(result.metrics.filter(({ time }) => time === 0).map(key)).toEqual(canonical);
    expect(new Set(result.summary)).toEqual(new Set(summaries));
    expect(new Set(result.metrics)).toEqual(new Set(metrics));
    expect(metrics.filter(({ method, stepsize, seed }) => method === 'asgd' && stepsize === 0.02 && seed === 1).map(({ time }) => time)).toEqual([
      0, 10, 20, 30, 40, 50,
    ]);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    expect(result.best.map(({ method }) => method)).toEqual(['asgd', 'ia2-sgd']);
  });

  it('goes on when one run diverges', async () => {
    const { summary, best } = await runExperiment({ ...base, methods: ['asgd'], stepsizes: [100, 0.02], budget: { time: 2000 } });
    expect(summary.map(({ status }) => status)).toEqual(['diverged', 'finished']);
    expect(summary[0]!.reason).toContain('the objective became');
    expect(best[0]).toMatchObject({ stepsize: 0.02, diverged: 1, atEdge: 'low' });
  });

  const manyVersions = {
    problem: { kind: 'quadratic' as const, dimension: 10_000 },
    workers: { count: 60, computation: { kind: 'linear' as const } },
    stepsizes: [0.1],
    budget: { updates: 300 },
  };

  it('does not start a run that needs more memory than there is, and goes on with the others', async () => {
    const kernels = await loadKernels({ maximumBytes: 4 * 2 ** 20 });
    const { summary, interrupted } = await runExperiment({ ...manyVersions, methods: ['minibatch-sgd', 'asgd', 'minibatch-sgd'] }, { kernels });
    expect(summary.map(({ method, status, updates, digest }) => [method, status, updates, digest === ''])).toEqual([
      ['minibatch-sgd', 'finished', 300, false], ['asgd', 'failed', 0, true], ['minibatch-sgd #2', 'finished', 300, false],
    ]);
    expect(summary[1]!.reason).toMatch(/^memory: 'asgd' must fit in the 3\.\d+ MiB of WebAssembly memory that the problem leaves, got 4\.\d+ MiB for 60 workers/);
    expect(interrupted).toBe(false);
    expect(kernels.pool.usage()).toEqual({});
  });

  it('goes on when a run needs more memory on its way than was foreseen, and says what needed it', async () => {
    const kernels = await loadKernels({ maximumBytes: 4 * 2 ** 20 });
    // What it keeps depends on the gradients' numbers, which nobody knows beforehand.
    const hoarder = defineMethod({
      name: 'hoarder',
      start(server) {
        for (let i = 0; i < server.workers; i += 1) server.assign(i);
        return { hoard: [] as Vector[] };
      },
      onGradient(state, server, { worker, gradient }) {
        if (Number.isFinite(gradient.view()[0])) state.hoard.push(server.vectors.zeros());
        server.resume(worker);
      },
      dispose({ hoard }) {
        for (const vector of hoard) vector.release();
      },
    });
    const books: WorkersRecord[] = [];
    const { summary } = await runExperiment(
      { ...manyVersions, methods: ['minibatch-sgd', 'hoarder', 'minibatch-sgd'] },
      { kernels, methods: [hoarder], onOutcome: ({ workers }) => books.push(workers!) },
    );
    expect(summary.map(({ method, status }) => [method, status])).toEqual([['minibatch-sgd', 'finished'], ['hoarder', 'failed'], ['minibatch-sgd #2', 'finished']]);
    expect(summary[1]!.reason).toMatch(/^memory: '(method tables|gradients)' must fit in 4 MiB of WebAssembly memory, got .*method tables \d/);
    expect(kernels.pool.usage()).toEqual({});
    for (const [index, { seconds }] of books.entries()) {
      const spent = Object.values(seconds).reduce((sum, all) => sum + all[59]!, 0);
      expect(spent).toBeCloseTo(summary[index]!.time, 9);
    }
    expect(books).toHaveLength(3);
  });

  it('tells a method that it left out the stepsize, or kept a gradient without retaining it', async () => {
    const run = (onGradient: (last: Vector[], server: Server, arrival: Arrival) => void): Promise<unknown> => {
      const start = (server: Server): Vector[] => {
        server.assign(0);
        return [];
      };
      return runExperiment({ ...base, methods: ['careless'] }, { methods: [defineMethod({ name: 'careless', start, onGradient })] });
    };
    const without = run((_, server, { gradient }) => server.step(gradient, undefined as never));
    await expect(without).rejects.toThrow("step: 'stepsize' must be a number, got undefined");
    const kept = run((last, server, { worker, gradient }) => {
      if (last[0] !== undefined) server.step(last[0], 0.1);
      last[0] = gradient;
      server.assign(worker);
    });
    await expect(kept).rejects.toThrow("vector: 'pointer' must not follow the last release");
  });

  it('does not take a fault of a method for a lack of memory', async () => {
    const faulty = defineMethod({
      name: 'faulty',
      start(server) {
        server.assign(0);
        return server.vectors.zeros();
      },
      onGradient: () => {
        throw new RangeError('a fault');
      },
      dispose: (mean) => mean.release(),
    });
    const kernels = await loadKernels();
    await expect(runExperiment({ ...base, methods: ['faulty'] }, { methods: [faulty], kernels })).rejects.toThrow(new RangeError('a fault'));
    expect(kernels.pool.usage()).toEqual({});
  });

  it('evaluates on a grid of updates, and at the end', async () => {
    const updates = async (input: Partial<ExperimentInput>): Promise<number[]> => {
      const workers = { count: 3, computation: { kind: 'equal' } } as const;
      return (await runExperiment({ ...base, workers, stepsizes: [0.02], methods: ['asgd'], ...input })).metrics.map((point) => point.updates);
    };
    // Three updates at the same instant.
    expect(await updates({ budget: { updates: 3 }, evaluate: { updates: 2 } })).toEqual([0, 2, 3]);
    // Not every gradient is an update.
    expect(await updates({ methods: [{ name: 'rennala-sgd', batch: 4 }], budget: { updates: 4 }, evaluate: { updates: 2 } })).toEqual([0, 2, 4]);
    expect(await updates({ budget: { gradients: 5 } })).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('traces updates, intervals and flights, with models of at most 64 entries', async () => {
    const trace = async (dimension: number): Promise<TraceRecord[]> => {
      const records: TraceRecord[] = [];
      const workers = { count: 1, computation: { kind: 'equal' }, network: { latency: 0.5 } } as const;
      await runExperiment(
        { problem: { kind: 'quadratic', dimension }, workers, methods: ['asgd'], stepsizes: [0.1], budget: { updates: 1 } },
        { onTrace: (record) => records.push(record) },
      );
      return records;
    };
    const [small, large] = [await trace(64), await trace(65)];
    const common = { method: 'asgd', stepsize: 0.1, seed: 1 };
    expect(small).toEqual([
      { type: 'flight', ...common, worker: 0, direction: 'up', bytes: 512, start: 1, end: 1.5 },
      { ...common, time: 1.5, update: 1, worker: 0, delay: 0, gamma: 0.1, x: expect.any(Array) as number[] },
      { type: 'interval', ...common, worker: 0, kind: 'busy', start: 0, end: 1 },
      { type: 'interval', ...common, worker: 0, kind: 'flight', start: 1, end: 1.5 },
    ]);
    expect(small.find((record) => 'x' in record)).toMatchObject({ x: { length: 64 } });
    expect(large.map((record) => 'x' in record)).toEqual([false, false, false, false]);
    expect(large).toHaveLength(4);
  });

  it('reports progress within a run, and of real time', async () => {
    const fractions: number[] = [];
    await runExperiment(
      { ...base, methods: ['asgd'], stepsizes: [0.02, 0.03], budget: { wallSeconds: 0.5 }, evaluate: { updates: 1e6 } },
      { onProgress: ({ fraction }) => fractions.push(fraction) },
    );
    for (const [from, to] of [[0.02, 0.48], [0.52, 0.98]] as const) expect(fractions.some((fraction) => fraction > from && fraction < to)).toBe(true);
    expect(fractions.at(-1)).toBe(1);
  });

  it('stops when asked, and returns what was computed', async () => {
    const { signal, onProgress } = asyncAbort(3);
    const result = await runExperiment({ ...base, methods: ['asgd'], stepsizes: [0.02], budget: { updates: 1e9 }, evaluate: { updates: 1e5 } }, { signal, onProgress });
    expect(result.interrupted).toBe(true);
    expect(result.summary).toHaveLength(1);
    expect(result.summary[0]).toMatchObject({ status: 'interrupted' });
    expect(result.summary[0]!.updates).toBeGreaterThan(0);
    expect(result.metrics.at(-1)!.updates).toBe(result.summary[0]!.updates);
  });

  it('ends at a budget of real time', async () => {
    const { summary } = await runExperiment({ ...base, methods: ['asgd'], stepsizes: [0.02], budget: { wallSeconds: 0.2 }, evaluate: { updates: 1e6 } });
    expect(summary[0]).toMatchObject({ status: 'finished' });
    expect(summary[0]!.wallSeconds).toBeGreaterThanOrEqual(0.2);
    expect(summary[0]!.wallSeconds).toBeLessThan(5);
  });

  it('gives the same digests whether it traces or not', async () => {
    const plain = await runExperiment({ ...base, methods: ['ringleader-asgd'] });
    const traced = await runExperiment({ ...base, methods: ['ringleader-asgd'] }, { onTrace: () => undefined });
    expect(traced.summary.map(({ digest }) => digest)).toEqual(plain.summary.map(({ digest }) => digest));
  });

  it('runs a method and a problem of the user’s own', async () => {
    const halved = defineMethod({
      name: 'halved-asgd',
      parameters: { factor: { type: 'number', default: 0.5, description: 'what the stepsize is multiplied with' } },
      start(server, { stepsize, factor }) {
        for (let i = 0; i < server.workers; i += 1) server.assign(i);
        return { stepsize: stepsize * factor };
      },
      onGradient(state, server, { worker, gradient }) {
        server.step(gradient, state.stepsize);
        server.assign(worker);
      },
    });
    const { summary } = await runExperiment(
      { ...base, problem: { kind: 'own' }, workers: { count: 2, computation: { kind: 'linear' } }, methods: [{ name: 'halved-asgd', stepsize: 0.2 }, { name: 'asgd', stepsize: 0.1 }] },
      {
        methods: [halved],
        problem: (kernels, random) =>
          sampledProblem(kernels, { x0: [0], samples: [[1, 2], [5]], loss: (x, s) => 0.5 * (x[0]! - s) ** 2, gradient: (x, s) => [x[0]! - s] }, random),
      },
    );
    expect(summary[0]!.digest).toBe(summary[1]!.digest);
    const impostor = { ...halved, name: 'asgd' };
    await expect(runExperiment({ ...base, methods: ['asgd'] }, { methods: [impostor] })).rejects.toThrow("'methods[0].name' must be a name that no other method has");
    await expect(runExperiment({ ...base, methods: ['asgd'] }, { methods: [{} as never] })).rejects.toThrow("'methods[0]' must be a method that 'defineMethod' made, with a name, got {}");
    const idle = { ...halved, start: undefined as never };
    await expect(runExperiment({ ...base, methods: ['halved-asgd'] }, { methods: [idle] })).rejects.toThrow("halved-asgd: 'start' must be given by every method, got nothing");
    await expect(runExperiment({ ...base, methods: ['halved-asdg'] }, { methods: [halved] })).rejects.toThrow("did you mean 'halved-asgd'?");
  });
});

describe('kernels', () => {
  it.each([undefined, 'simd', 'fma'] as const)('are of the build that the experiment names: %s', async (kernels) => {
    let used: KernelVariant | undefined;
    const own = await withRelaxedSimd(() =>
      runExperiment(
        { ...base, problem: { kind: 'own' }, workers: { count: 1 }, methods: ['asgd'], kernels },
        {
          problem: (given, random) => {
            used = given.variant;
            return sampledProblem(given, { x0: [0], samples: [[1]], loss: (x, s) => 0.5 * (x[0]! - s) ** 2, gradient: (x, s) => [x[0]! - s] }, random);
          },
        },
      ),
    );
    expect([used, own.experiment.kernels]).toEqual([kernels ?? 'simd', kernels ?? 'simd']);
  });

  it('that are given must be of the build that the experiment names', async () => {
    const [simd, fma] = [await loadKernels(), await withRelaxedSimd(() => loadKernels({ variant: 'fma' }))];
    const experiment = { ...base, methods: ['asgd'], stepsizes: [0.02] };
    await expect(runExperiment({ ...experiment, kernels: 'fma' }, { kernels: simd })).rejects.toThrow(
      "experiment: 'kernels' must be 'simd', the build of the kernels that the program gives, got 'fma'",
    );
    await expect(runExperiment(experiment, { kernels: fma })).rejects.toThrow(
      "experiment: 'kernels' must be 'fma', the build of the kernels that the program gives, got 'simd'",
    );
    expect((await runExperiment({ ...experiment, kernels: 'fma' }, { kernels: fma })).experiment.kernels).toBe('fma');
  });

  it('are refused under the name of the key where the engine cannot run them', async () => {
    await expect(withoutRelaxedSimd(() => runExperiment({ ...base, methods: ['asgd'], kernels: 'fma' }))).rejects.toThrow(
      /^experiment: 'kernels' must be 'simd' in .*relaxed.simd.*, got 'fma'$/i,
    );
  });

  it('change no more than rounding', async () => {
    const run = (kernels: KernelVariant) =>
      runExperiment({
        problem: { kind: 'mlp', hidden: [], partition: { kind: 'by-label' } },
        workers: { count: 4 },
        methods: ['asgd', 'ringleader-asgd'],
        stepsizes: [0.03],
        budget: { updates: 300 },
        kernels,
      });
    const [simd, fma] = [await run('simd'), await withRelaxedSimd(() => run('fma'))];
    // Steps on a convex objective do not spread models apart, so that 300 gradients, each off by float32's 6e-8 times a few, only add up.
    fma.summary.forEach(({ finalObjective, updates, time }, index) => {
      const expected = simd.summary[index]!;
      expect(Math.abs(finalObjective / expected.finalObjective - 1)).toBeLessThan(1e-5);
      expect([updates, time]).toEqual([expected.updates, expected.time]);
    });
  });
});

describe('seeds', () => {
  it('of one experiment are what they are alone, and noise depends on them', async () => {
    for (const form of ['tridiagonal', 'random'] as const) {
      const digests = async (seeds: number[], noise: number): Promise<string[]> => {
        const problem = { kind: 'quadratic', form, dimension: 3, noise } as const;
        return (await runExperiment({ ...base, problem, methods: ['asgd'], stepsizes: [0.02], seeds })).summary.map(({ digest }) => digest);
      };
      const [first, second] = await digests([1, 2], 0.1);
      expect(second).not.toBe(first);
      expect(await digests([2], 0.1)).toEqual([second]);
      expect(await digests([1], 0)).not.toEqual([first]);
    }
  });

  it('decide the problem, the partition and the computation times', async () => {
    const kernels = await loadKernels();
    const settings = async (input: ExperimentInput) => {
      const factory = new SettingFactory(kernels, await resolveExperiment(input));
      return Promise.all([1, 2, 1].map((seed) => factory.create(seed)));
    };
    const start = (problem: Problem): number => problem.evaluate(problem.initial()).gradientNormSquared;
    const quadratic = await settings({ ...base, methods: ['asgd'], workers: { count: 3, computation: { kind: 'paper' } } });
    const partitioned = await settings({ ...base, methods: ['asgd'], problem: { kind: 'mlp', hidden: [], partition: { kind: 'dirichlet', alpha: 0.5 } } });
    for (const values of [
      quadratic.map(({ problem }) => start(problem)),
      quadratic.map(({ computation }) => computation.expectedTime(1)),
      partitioned.map(({ problem }) => start(problem)),
    ]) {
      expect(values[0]).not.toBe(values[1]);
      expect(values[0]).toBe(values[2]);
    }
  });
});

describe('a problem of the user’s own', () => {
  const own: OwnProblem = (kernels, random) =>
    sampledProblem(kernels, { x0: [0], samples: [[1], [2]], loss: (x, s) => 0.5 * (x[0]! - s) ** 2, gradient: (x, s) => [x[0]! - s] }, random);
  const experiment: ExperimentInput = { ...base, problem: { kind: 'own' }, methods: ['asgd'] };

  it('must be given where it is named, and only there, with as many workers', async () => {
    await expect(runExperiment(experiment)).rejects.toThrow("experiment: 'problem.kind' must be 'own' only where a program gives the problem, got 'own'");
    await expect(runExperiment({ ...base, methods: ['asgd'] }, { problem: own })).rejects.toThrow("experiment: 'problem.kind' must be 'own' when a problem is given, got 'quadratic'");
    await expect(runExperiment(experiment, { problem: own })).rejects.toThrow("experiment: 'workers.count' must be 2, the number of workers of the problem given, got 3");
    await expect(runExperiment(experiment, { problem: () => undefined as never })).rejects.toThrow("runExperiment: 'problem' must return a problem, got nothing");
  });
});

describe('methodLabels', () => {
  it('tells entries of the same method apart', () => {
    const entry = (restart: string, stepsize = 1) => ({ name: 'ringleader-asgd', stepsize: [stepsize], restart });
    expect(methodLabels([entry('hold'), { name: 'asgd', stepsize: [1] }, entry('latest'), entry('hold', 2)])).toEqual([
      'ringleader-asgd', 'asgd', 'ringleader-asgd (restart=latest)', 'ringleader-asgd #2',
    ]);
  });
});

describe('bestStepsizes', () => {
  const record = (stepsize: number, seed: number, timeToTarget: number | null, finalObjective: number): SummaryRecord => ({
    method: 'asgd', stepsize, seed, status: Number.isFinite(finalObjective) ? 'finished' : 'diverged', finalObjective, finalWorstWorkerObjective: 0, bestObjective: 0, timeToTarget, time: 1,
    updates: 1, gradients: 1, gradientsDiscarded: 0, discardedTime: 0, meanDelay: 0, maxDelay: seed, utilization: 1, bytesUp: 0, bytesDown: 0, wallSeconds: 0, digest: '',
  });

  it('prefers the stepsize that reaches the target soonest', () => {
    const records = [record(0.1, 1, 30, 0.1), record(0.3, 1, 10, 0.4), record(1, 1, null, NaN)];
    expect(bestStepsizes(records)).toMatchObject([{ stepsize: 0.3, timeToTarget: 10, atEdge: null, diverged: 1, grid: [0.1, 0.3, 1] }]);
  });

  it('does not choose one that diverged after it had reached the target', () => {
    expect(bestStepsizes([record(0.1, 1, 30, 0.1), record(0.3, 1, 5, NaN)])).toMatchObject([{ stepsize: 0.1, timeToTarget: 30 }]);
  });

  it('falls back to the lowest final objective when nobody reaches it', () => {
    expect(bestStepsizes([record(0.1, 1, null, 0.2), record(0.3, 1, null, 0.1)])).toMatchObject([{ stepsize: 0.3, timeToTarget: null, atEdge: 'high' }]);
  });

  it('takes medians over seeds, where a seed that never reaches the target counts as never', () => {
    const records = [1, 2, 3].flatMap((seed) => [record(0.1, seed, seed === 1 ? 5 : null, 1), record(0.3, seed, seed === 1 ? null : 40 + seed, 1)]);
    expect(bestStepsizes(records)).toMatchObject([{ stepsize: 0.3, timeToTarget: 43, reached: 2, seeds: 3, maxDelay: 3 }]);
  });
});
