import { describe, expect, it } from 'vitest';
import { methods, resolveExperiment, runExperiment } from '../../bindings/index.js';
import type { ExperimentInput, IntervalRecord, TraceRecord, UpdateRecord } from '../../bindings/index.js';
import { testKernels } from '../quadratics.js';

const quadratic: Omit<ExperimentInput, 'methods'> = {
  seed: 5,
  problem: { kind: 'quadratic', form: 'random', dimension: 6, noise: 0.1 },
  workers: { count: 5, computation: { kind: 'paper', redraw: true } },
  stepsizes: [0.02],
  budget: { time: 300 },
};
const classification: Omit<ExperimentInput, 'methods'> = {
  seed: 2,
  problem: { kind: 'mlp', hidden: [8], data: 'digits', partition: { kind: 'dirichlet', alpha: 0.3 }, batch: 4 },
  workers: { count: 6, computation: { kind: 'sqrt' } },
  stepsizes: [0.05],
  budget: { updates: 40 },
  evaluate: { updates: 20 },
};

/** Methods whose workers wait for each other, where messages take no time. */
const SYNCHRONOUS = ['minibatch-sgd', 'local-sgd', 'loscar-sgd'];

/** What every method must do, whatever it is. */
describe.each(methods.map((method) => [method.name, method] as const))('%s', (name, method) => {
  it('describes itself', () => {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    const { title, summary, guarantee, memory, traffic, pseudocode, source } = method;
    for (const text of [title, summary, guarantee, memory, traffic, source.authors, source.title, ...pseudocode]) expect(text.trim()).not.toBe('');
    expect(source.arxiv).toMatch(/^\d{4}\.\d{5}$/);
    for (const parameter of Object.values(method.parameters)) {
      expect(parameter.description.length).toBeGreaterThan(0);
      if (parameter.type === 'choice') expect(parameter.choices).toContain(parameter.default);
    }
  });

  it('takes its defaults from its table', async () => {
    const { methods: [resolved] } = await resolveExperiment({ ...quadratic, methods: [name] });
    const expected = Object.entries(method.parameters).flatMap(([key, { default: value }]) => (value === undefined ? [] : [[key, value]]));
    expect(resolved).toEqual({ name, stepsize: [0.02], ...Object.fromEntries(expected) });
  });

  it('gives the same digest twice in a row, and another for another seed', async () => {
    for (const base of [quadratic, classification]) {
      const digest = async (seed: number): Promise<string> => (await runExperiment({ ...base, seed, methods: [name] }, { kernels: await testKernels() })).summary[0]!.digest;
      const first = await digest(1);
      expect(first).toMatch(/^[0-9a-f]{64}$/);
      expect(await digest(1)).toBe(first);
      expect(await digest(2)).not.toBe(first);
    }
  });

  it('gives the same digest whatever ran before it', async () => {
    const alone = await runExperiment({ ...classification, methods: [name] }, { kernels: await testKernels() });
    const among = await runExperiment({ ...classification, methods: [...methods.map((other) => other.name).reverse(), name] });
    expect(among.summary.at(-1)!.digest).toBe(alone.summary[0]!.digest);
  });

  it('lets nobody idle without need, and keeps its books', async () => {
    const records: TraceRecord[] = [];
    const problem = { kind: 'quadratic', dimension: 6, noise: 0.1 } as const; // equal f_i, so that every method makes progress
    const { summary, metrics } = await runExperiment({ ...quadratic, problem, methods: [name] }, { onTrace: (record) => records.push(record) });
    const [run] = summary;
    const updates = records.filter((record): record is UpdateRecord => !('type' in record));
    const intervals = records.filter((record): record is IntervalRecord => 'type' in record && record.type === 'interval');
    expect(run).toMatchObject({ status: 'finished', time: 300, updates: updates.length });
    expect(updates.map(({ update }) => update)).toEqual(updates.map((_, k) => k + 1));
    const busy = intervals.reduce((sum, { kind, start, end }) => sum + (kind === 'busy' || kind === 'wasted' ? end - start : 0), 0);
    expect(run!.utilization).toBeCloseTo(busy / (5 * 300), 9);
    if (!SYNCHRONOUS.includes(name)) expect(run!.utilization).toBeCloseTo(1, 9);
    expect(run!.maxDelay).toBeGreaterThanOrEqual(run!.meanDelay);
    expect(metrics.at(-1)).toMatchObject({ time: 300, updates: run!.updates, gradients: run!.gradients, objective: run!.finalObjective });
    expect(metrics.at(-1)!.objective).toBeLessThan(metrics[0]!.objective);
    expect(run!.bestObjective).toBe(Math.min(...metrics.map(({ objective }) => objective)));
  });
});

describe('common random numbers', () => {
  it('every method meets the same first computation times', async () => {
    const firsts = await Promise.all(
      methods.map(async ({ name }) => {
        const ends = new Map<number, number>();
        const onTrace = (record: TraceRecord): void => {
          if ('type' in record && record.type === 'interval' && (record.kind === 'busy' || record.kind === 'wasted') && record.start === 0) ends.set(record.worker, record.end);
        };
        await runExperiment({ ...quadratic, methods: [name] }, { onTrace });
        return [...ends].sort(([a], [b]) => a - b);
      }),
    );
    expect(firsts[0]).toHaveLength(5);
    // None of the methods stops a first computation by default before everybody has reported once, so that all are comparable.
    for (const first of firsts) expect(first).toEqual(firsts[0]);
  });
});
