import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { methods, parseExperiment, resolveExperiment } from '../../bindings/index.js';

const text = `name: study
problem:
  kind: mlp
  hidden: [16]
  partition: { kind: dirichlet, alpha: 0.5 }
workers:
  count: 4
  computation:
    kind: fixed
    times: [1, 2, .inf, 0.5]
methods:
  - asgd
  - { name: malenia-sgd, stepsize: [0.1, 0.3, 0.1] }
stepsizes: [0.01, 0.1]
budget:
  time: 100
target: { objective: 0.5 }
`;
/** The known methods, as errors list them. */
const names = methods.map(({ name }) => `'${name}'`).join(', ').replace(/, ([^,]+)$/, ' or $1');
const STEPSIZES = "a finite number greater than 0, a list of them, or 'theory'";
const resolve = async (yaml: string) => {
  const { value, locate } = await parseExperiment(yaml, 'study.yaml');
  return resolveExperiment(value, locate);
};

describe('resolveExperiment', () => {
  it('fills in every default', async () => {
    expect(await resolve(text)).toEqual({
      name: 'study',
      version: '0.1.0',
      kernels: 'simd',
      seeds: [1],
      problem: { kind: 'mlp', hidden: [16], data: 'digits', partition: { kind: 'dirichlet', alpha: 0.5 }, batch: 32 },
      workers: { count: 4, computation: { kind: 'fixed', times: [1, 2, Infinity, 0.5] }, network: { latency: 0, bandwidth: Infinity, jitter: 0 } },
      methods: [
        { name: 'asgd', stepsize: [0.01, 0.1] },
        { name: 'malenia-sgd', stepsize: [0.1, 0.3], variance: 0, epsilon: 1 },
      ],
      budget: { time: 100 },
      target: { objective: 0.5 },
      evaluate: { every: 2 },
    });
  });

  it('gives an experiment that resolves to itself', async () => {
    for (const yaml of [text, `kernels: fma\n${text}`, text.replace(/problem:[\s\S]*workers/, 'problem: { kind: quadratic, form: random }\nworkers')]) {
      const resolved = await resolve(yaml);
      expect(await resolveExperiment(resolved)).toEqual(resolved);
      expect(resolved.kernels).toBe(yaml.startsWith('kernels: fma') ? 'fma' : 'simd');
    }
  });

  it.each([
    ['hidden: [16]', 'hiden: [16]', "study.yaml:4: 'problem.hiden' must be a key of 'problem' (did you mean 'hidden'?), got 'hiden'"],
    ['hidden: [16]', 'hidden: [1.5]', "study.yaml:4: 'problem.hidden[0]' must be an integer, got 1.5"],
    ['hidden: [16]', 'hidden: 16', "study.yaml:4: 'problem.hidden' must be a list, got 16"],
    ['alpha: 0.5', 'alpha: 0', "study.yaml:5: 'problem.partition.alpha' must be at least 1e-9, got 0"],
    ['alpha: 0.5', 'alpa: 1', "study.yaml:5: 'problem.partition.alpa' must be a key of 'problem.partition' (did you mean 'alpha'?), got 'alpa'"],
    ['kind: dirichlet', 'kind: dirichelt', "study.yaml:5: 'problem.partition.kind' must be 'iid', 'dirichlet', 'shards' or 'by-label' (did you mean 'dirichlet'?), got 'dirichelt'"],
    ['times: [1, 2, .inf, 0.5]', 'times: [1, 2, 0, 0.5]', "study.yaml:10: 'workers.computation.times[2]' must be a number greater than 0 (.inf: never), got 0"],
    ['count: 4', 'count: 3', "study.yaml:10: 'workers.computation.times' must name 3 times, one per worker, got 4"],
    ['  - asgd', '  - asdg', `study.yaml:12: 'methods[0]' must be ${names} (did you mean 'asgd'?), got 'asdg'`],
    ['stepsize: [0.1, 0.3, 0.1]', 'stepsize: [0.1, -0.3]', "study.yaml:13: 'methods[1].stepsize[1]' must be greater than 0, got -0.3"],
    ['stepsize: [0.1, 0.3, 0.1]', 'stepsize: theroy', `study.yaml:13: 'methods[1].stepsize' must be ${STEPSIZES} (did you mean 'theory'?), got 'theroy'`],
    ['stepsize: [0.1, 0.3, 0.1]', 'stepsize: true', `study.yaml:13: 'methods[1].stepsize' must be ${STEPSIZES}, got true`],
    ['stepsize: [0.1, 0.3, 0.1]', 'stepsize: { a: 1 }', `study.yaml:13: 'methods[1].stepsize' must be ${STEPSIZES}, got {"a":1}`],
    ['stepsize: [0.1, 0.3, 0.1]', 'stepsize: .inf', `study.yaml:13: 'methods[1].stepsize' must be ${STEPSIZES}, got Infinity`],
    ['stepsize: [0.1, 0.3, 0.1]', 'stepsize: -1', "study.yaml:13: 'methods[1].stepsize' must be greater than 0, got -1"],
    ['stepsize: [0.1, 0.3, 0.1]', 'stepsize: [theory]', "study.yaml:13: 'methods[1].stepsize[0]' must be a number, got 'theory'"],
    ['stepsizes: [0.01, 0.1]', 'stepsizes: teory', `study.yaml:14: 'stepsizes' must be ${STEPSIZES} (did you mean 'theory'?), got 'teory'`],
    ['stepsizes: [0.01, 0.1]', 'stepsizes: []', "study.yaml:14: 'stepsizes' must have at least 1 entry, got []"],
    ['stepsize: [0.1, 0.3, 0.1]', 'stepsise: 1', "study.yaml:13: 'methods[1].stepsise' must be a key of 'methods[1]' (did you mean 'stepsize'?), got 'stepsise'"],
    ['stepsizes: [0.01, 0.1]\n', '', "study.yaml:12: 'methods[0].stepsize' must be given, here or as the grid 'stepsizes' of the experiment, got nothing"],
    ['budget:\n  time: 100', 'budget: {}', "study.yaml:15: 'budget' must name at least one of time, updates, gradients, wallSeconds, got {}"],
    ['stepsize: [0.1, 0.3, 0.1]', 'variance: -1, stepsize: 1', "study.yaml:13: 'methods[1].variance' must be at least 0, got -1"],
    ['  - asgd', '  - { name: ringleader-asgd, restart: lates }', "study.yaml:12: 'methods[0].restart' must be 'hold' or 'latest' (did you mean 'latest'?), got 'lates'"],
    ['  - asgd', '  - { name: dude-asgd, concurrency: 5 }', "study.yaml:12: 'methods[0].concurrency' must be at most 4, the number of workers, got 5"],
    ['  - asgd', '  - { name: local-sgd, localSteps: 5, window: 2 }', "study.yaml:12: 'methods[0].window' must not be given together with 'localSteps', got 2"],
    ['  - asgd', '  - { name: loscar-sgd, overlap: false, overlapSteps: 0 }', "study.yaml:12: 'methods[0].overlapSteps' must be given with 'overlap: true' only, got 0"],
    ['  - asgd', '  - { name: fedbuff, bufferSize: 0 }', "study.yaml:12: 'methods[0].bufferSize' must be at least 1, got 0"],
    ['  - asgd', '  - { name: ringmaster-asgd, threshold: 0.5 }', "study.yaml:12: 'methods[0].threshold' must be a number of at least 1 (or .inf), got 0.5"],
    ['  - asgd', '  - { name: asdg }', `study.yaml:12: 'methods[0].name' must be ${names} (did you mean 'asgd'?), got 'asdg'`],
    ['name: study', 'nmae: study', "study.yaml:1: 'nmae' must be a key of an experiment (did you mean 'name'?), got 'nmae'"],
    ['name: study', 'kernels: fmaa', "study.yaml:1: 'kernels' must be 'simd' or 'fma' (did you mean 'fma'?), got 'fmaa'"],
    ['name: study', 'name: a/b', "study.yaml:1: 'name' must be made of letters, digits, spaces, dots, dashes and underscores, got 'a/b'"],
    ['name: study', 'seed: 1\nseeds: [2]', "study.yaml:1: 'seed' must not be given together with 'seeds', got 1"],
    ['target: { objective: 0.5 }', 'target: { testAccuracy: 97 }', "study.yaml:17: 'target.testAccuracy' must be at most 1, got 97"],
    ['target: { objective: 0.5 }', 'evaluate: { every: 1, updates: 1 }', "study.yaml:17: 'evaluate' must name either 'every' (simulated time) or 'updates', got {\"every\":1,\"updates\":1}"],
    ['kind: mlp', 'kind: mpl', "study.yaml:3: 'problem.kind' must be 'mlp', 'logistic-regression', 'quadratic' or 'own' (did you mean 'mlp'?), got 'mpl'"],
    ['  time: 100', '  time: soon', "study.yaml:16: 'budget.time' must be a number, got 'soon'"],
    ['problem:\n  kind: mlp', 'problem:\n  knd: mlp', "study.yaml:2: 'problem.kind' must be 'mlp', 'logistic-regression', 'quadratic' or 'own', got nothing"],
  ])('%j → %j', async (from, to, message) => {
    expect(text).toContain(from);
    await expect(resolve(text.replace(from, to))).rejects.toMatchObject({ name: 'InputError', message });
  });

  it.each([
    { name: 'dude-asgd', concurrency: 4 },
    { name: 'ringmaster-asgd', threshold: Infinity },
    { name: 'loscar-sgd', overlapSteps: 0 },
    { name: 'loscar-sgd', overlap: false },
  ])('takes %j', async (entry) => {
    const yaml = JSON.stringify(entry).replace('null', '.inf');
    expect((await resolve(text.replace('- asgd', `- ${yaml}`))).methods[0]).toMatchObject(entry);
  });

  it('counts seeds and stepsizes once', async () => {
    const { seeds, methods: [asgd] } = await resolve(text.replace('name: study', 'seeds: [3, 1, 3]').replace('  - asgd', '  - { name: asgd, stepsize: [0.3, 0.1, 0.3] }'));
    expect([seeds, asgd!.stepsize]).toEqual([[3, 1], [0.3, 0.1]]);
  });

  it('points at the line of a mistake in the YAML itself', async () => {
    await expect(parseExperiment('name: a\nproblem: [1, 2\n', 'bad.yaml')).rejects.toThrow(/^bad\.yaml:3:1: 'experiment file' must be valid YAML or JSON/);
    await expect(parseExperiment('name: *y', 'bad.yaml')).rejects.toThrow("bad.yaml: 'experiment file' must be valid YAML or JSON, got 'Unresolved alias");
    await expect(parseExperiment('just words', 'bad.yaml')).rejects.toThrow("bad.yaml: 'experiment file' must hold keys and values, got 'just words'");
  });

  it('chooses an evaluation grid from the budget', async () => {
    const grid = async (budget: string): Promise<unknown> => (await resolve(text.replace('budget:\n  time: 100', `budget: ${budget}`))).evaluate;
    expect(await grid('{ updates: 1000 }')).toEqual({ updates: 20 });
    expect(await grid('{ gradients: 10 }')).toEqual({ updates: 1 });
    expect(await grid('{ time: 5, updates: 1000 }')).toEqual({ every: 0.1 });
    await expect(grid('{ wallSeconds: 1 }')).rejects.toThrow("'evaluate' must be given when the budget is real time only");
  });
});

describe('quadratics in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'straggler-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (content: unknown): string => {
    const file = join(folder, 'q.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const input = (file: string) => ({ problem: { kind: 'quadratic', file }, methods: ['asgd'], stepsizes: [0.1], budget: { updates: 1 } });

  it('decide the number of workers', async () => {
    const file = write({ dimension: 1, workers: [{ A: [[1]], b: [1] }, { A: [[1]], b: [2] }] });
    expect((await resolveExperiment(input(file))).workers.count).toBe(2);
    await expect(resolveExperiment({ ...input(file), workers: { count: 3 } })).rejects.toThrow(
      "'workers.count' must be 2, the number of workers in 'problem.file', got 3",
    );
  });

  it.each([
    ['{', "'content' must be JSON"],
    [{ dimension: 1, workers: [], extra: 1 }, "'extra' must be one of dimension, workers, x0"],
    [{ dimension: 1, workers: [{ A: 1, b: [1] }] }, "'workers[0].A' must be a list of rows of numbers, got 1"],
    ['null', "'content' must be {dimension, workers, x0}, got null"],
    [{ workers: [] }, "'dimension' must be a number, got nothing"],
  ])('are checked: %j', async (content, message) => {
    await expect(resolveExperiment(input(write(content)))).rejects.toThrow(message);
  });

  it('must exist', async () => {
    await expect(resolveExperiment(input(join(folder, 'none.json')))).rejects.toThrow("'problem.file' must be a file that exists");
  });
});
