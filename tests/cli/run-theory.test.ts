import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { experimentTheory, parseExperiment, resolveExperiment } from '../../bindings/index.js';
import type { ExperimentTheory, SummaryRecord } from '../../bindings/index.js';
import { readableNumber } from '../../figures/numbers.js';
import { theoryBlock } from '../../cli/output/theory/block.js';
import type { TheoryRecord } from '../../cli/output/theory/record.js';
import { straggler, temporaryFolder, type CommandResult } from './command.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const path = (...parts: string[]): string => join(folder.path, ...parts);
const read = (...parts: string[]): string => readFileSync(path(...parts), 'utf8');
const json = <T>(...parts: string[]): T => JSON.parse(read(...parts)) as T;
const run = (...args: string[]): Promise<CommandResult> => straggler(folder.path, ['run', ...args]);

const study = `name: study
problem: { kind: quadratic, form: random, dimension: 3, noise: 0.1 }
workers: { count: 3, computation: { kind: linear } }
methods: [asgd, rescaled-asgd, malenia-sgd, { name: malenia-sgd, batchTarget: 6 }, fedbuff]
stepsizes: [0.05]
budget: { time: 60 }
target: { gradientNormSquared: 0.002 }
`;
const equal = study.replace('form: random', 'form: tridiagonal').replace(/methods: .*/, 'methods: [minibatch-sgd, asgd, ringleader-asgd, rennala-sgd]');

/** What theory says about an experiment, without the command line. */
async function theoryOf(text: string): Promise<ExperimentTheory> {
  const { value, locate } = await parseExperiment(text, 'study.yaml');
  return experimentTheory(await resolveExperiment(value, locate));
}
const cellsOf = (stdout: string, method: string): string[] => stdout.split('\n').find((line) => line.startsWith(`${method}  `))!.split(/\s{2,}/);

beforeAll(() => {
  writeFileSync(path('study.yaml'), study);
  writeFileSync(path('equal.yaml'), equal);
});

describe('straggler run --theory', () => {
  it('adds stepsizes and predicted times to the table, and notes on what they are', async () => {
    const { code, stdout } = await run('study.yaml', '--theory', '--out', 'table');
    expect(code).toBe(0);
    const { methods, lowerBound, inputs } = await theoryOf(study);
    expect(stdout).toMatch(/^ +best +time to +theory +predicted +final/m);
    expect(stdout).toMatch(/^method +stepsize +target +stepsize +time +f − f\*/m);
    for (const { method, choice, time, leadingTerm } of methods) {
      const number = time === null ? '—' : `${leadingTerm ? '≥ ' : ''}${readableNumber(time)}`;
      expect(cellsOf(stdout, method).slice(3, 5)).toEqual([choice === null ? '—' : readableNumber(choice.stepsize), number]);
    }
    for (const note of [
      'Predicted: the papers’ worst-case times with constant 1, at the theory stepsize; on one problem a method may be far faster.',
      `, Δ = ${readableNumber(inputs.delta)}, σ² = ${readableNumber(inputs.variance)}, ε = 0.002; lower bound ${readableNumber(lowerBound)}.`,
      'No time complexity is known for heterogeneous data: asgd.',
      'Neither a stepsize nor a time complexity is known: fedbuff.',
      '≥: only the term that dominates as ε → 0.',
      'malenia-sgd: theory asks for batchTarget = 15; the run has 3.',
      'malenia-sgd (batchTarget=6): theory asks for batchTarget = 15; the run has 6, and the theory stepsize is for that.',
    ]) expect(stdout).toContain(note);
    expect(stdout).toMatch(/^Theory for heterogeneous data: L_f = /m);
    for (const absent of ['≈', 'Theory takes', 'alone', 'seed 1:']) expect(stdout).not.toContain(absent);
    expect(stdout).toMatch(/experiment\.json, theory\.json$/m);
  });

  it('does not change the results', async () => {
    await run('study.yaml', '--out', 'without');
    await run('study.yaml', '--theory', '--out', 'with');
    const digests = (name: string): string[] => json<SummaryRecord[]>(name, 'summary.json').map(({ digest }) => digest);
    expect(digests('with')).toEqual(digests('without'));
    expect(read('with', 'experiment.json')).toBe(read('without', 'experiment.json'));
    expect(readdirSync(path('without'))).not.toContain('theory.json');
  });

  it('writes theory.json, and the same with --json', async () => {
    const { stdout } = await run('equal.yaml', '--theory', '--json', '--out', 'json');
    const { inputs, lowerBound, methods, constants } = await theoryOf(equal);
    const record = json<TheoryRecord>('json', 'theory.json');
    expect((JSON.parse(stdout) as { theory: TheoryRecord }).theory).toEqual(record);
    const { smoothness, ringleaderSmoothness, maxSmoothness, delta, variance } = constants;
    expect(record).toEqual({
      epsilon: inputs.epsilon, data: 'homogeneous', constants: { smoothness, ringleaderSmoothness, maxSmoothness, delta, variance }, lowerBound,
      methods: methods.map(({ choice, ...rest }) => ({ ...rest, stepsize: choice!.stepsize, parameters: choice!.parameters })),
    });
    expect(record.methods.map(({ method }) => method)).toEqual(['minibatch-sgd', 'asgd', 'ringleader-asgd', 'rennala-sgd']);
    expect((JSON.parse((await run('equal.yaml', '--json', '--out', 'plain')).stdout) as object)).not.toHaveProperty('theory');
  });

  it('marks the predictions in the figure, and plot draws the same figure again', async () => {
    await run('equal.yaml', '--theory', '--out', 'figure');
    const figure = read('figure', 'figure.svg');
    expect([...figure.matchAll(/\bprediction-\d/g)]).toHaveLength(4);
    expect(figure).toMatch(/>predicted (time|later)</);
    writeFileSync(path('figure', 'figure.svg'), '');
    expect((await straggler(folder.path, ['plot', 'figure'])).code).toBe(0);
    expect(read('figure', 'figure.svg')).toBe(figure);
    await straggler(folder.path, ['plot', 'figure', '--methods', 'asgd', '--out', 'one.svg']);
    expect([...read('one.svg').matchAll(/\bprediction-\d/g)]).toHaveLength(1);
    await straggler(folder.path, ['plot', 'figure', '--y', 'objective', '--out', 'objective.svg']);
    await straggler(folder.path, ['plot', 'figure', 'table', '--out', 'two.svg']);
    for (const file of ['objective.svg', 'two.svg']) expect(read(file)).not.toContain('prediction-');
  });

  it.each([
    ['{"epsilon":', `hold JSON, got '{"epsilon":'`],
    ['[1]', "hold what 'run --theory' writes (without the file, the figure is drawn without predicted times), got [1]"],
    ['{"lowerBound":1,"methods":[{"method":"asgd"}]}', /'methods' must hold what .*, got \{"method":"asgd"\}/],
  ])('plot tells what is wrong with theory.json: %s', async (text, message) => {
    if (!existsSync(path('broken'))) await run('equal.yaml', '--theory', '--out', 'broken');
    writeFileSync(path('broken', 'theory.json'), text);
    const { code, stderr } = await straggler(folder.path, ['plot', 'broken']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Error: broken\/theory\.json: /);
    expect(stderr).toMatch(message);
    const other = await straggler(folder.path, ['plot', 'broken', '--y', 'objective']);
    expect(other.code).toBe(0); // which shows no predictions
  });

  it('tells with --dry-run what theory says, and writes nothing', async () => {
    const { code, stdout } = await run('study.yaml', '--theory', '--dry-run', '--out', 'dry');
    expect([code, existsSync(path('dry'))]).toEqual([0, false]);
    const { methods } = await theoryOf(study);
    const block = stdout.slice(stdout.indexOf('Real time'));
    for (const { method, choice } of methods) expect(cellsOf(block, method)[1]).toBe(choice === null ? '—' : readableNumber(choice.stepsize));
    expect(block).toContain('Theory for heterogeneous data');
    const printed = JSON.parse((await run('study.yaml', '--theory', '--dry-run', '--json')).stdout) as { theory: TheoryRecord; memoryBytes: number };
    expect(printed.theory.methods).toHaveLength(5);
    expect(printed.memoryBytes).toBeGreaterThan(0);
  });

  it('says which constants are estimates, which times are means, and what is left out', async () => {
    const problem = ['--problem', '{kind: mlp, hidden: [], data: digits, batch: 4}', '--target', '{gradientNormSquared: 1, testAccuracy: 0.9}'];
    const workers = ['--workers', '{count: 3, computation: {kind: paper, redraw: true}, network: {latency: 1}}'];
    const rest = ['--methods', 'asgd,malenia-sgd', '--stepsizes', '0.1', '--budget', '3', '--seeds', '4,5'];
    const { code, stdout } = await run(...problem, ...workers, ...rest, '--theory', '--out', 'digits');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Theory for heterogeneous data and seed 4: L_f ≈ .*, Δ ≈ 2\.3\d*, σ² ≈ .*, ε = 1; lower bound /m);
    for (const note of [
      '\n≈: estimated along a short run of gradient descent; f* in Δ is taken as 0, because losses are not negative.\n',
      '\nTheory takes the expected computation times and leaves out messages.\n',
      '\nPredicted times are to ‖∇f‖² ≤ ε alone, not to the rest of the target.\n',
    ]) expect(stdout).toContain(note);
    expect(json<TheoryRecord>('digits', 'theory.json').constants.estimates!.points.length).toBeGreaterThan(0);
  });

  it('says nothing in place of an empty leading term', async () => {
    const { stdout } = await run('study.yaml', '--theory', '--problem.noise', '0', '--methods', 'rescaled-asgd,malenia-sgd', '--out', 'exact');
    expect(cellsOf(stdout, 'rescaled-asgd')[4]).toBe('—');
    expect(stdout).toContain('Only the noise term is known, which is 0 here: rescaled-asgd.');
    expect(stdout).not.toContain('≥');
    expect([...read('exact', 'figure.svg').matchAll(/\bprediction-\d/g)]).toHaveLength(1);
  });

  it.each([
    [['study.yaml', '--target.objective', '1'], '--target.objective'],
    [['other.yaml'], 'other.yaml:7'],
    [['none.yaml'], 'none.yaml'],
    [[], 'built-in example'],
    [['other.yaml', '--dry-run'], 'other.yaml:7'],
  ])('refuses %j, which has no ε, with the place and exit code 2', async (args, place) => {
    writeFileSync(path('other.yaml'), study.replace('gradientNormSquared', 'suboptimality'));
    writeFileSync(path('none.yaml'), study.replace(/target.*\n/, ''));
    const { code, stdout, stderr } = await run(...args, '--theory', '--out', 'refused');
    expect([code, stdout, existsSync(path('refused'))]).toEqual([2, '', false]);
    expect(stderr).toBe(
      `Error: ${place}: 'target.gradientNormSquared' must be given, because theory tells the time to ‖∇f(x)‖² ≤ ε ` +
        '(such as --target.gradientNormSquared 1e-3), got nothing\n',
    );
  });

  it('refuses a problem that theory says nothing about', async () => {
    const worker = '{"A":[[1]],"b":[0]}';
    writeFileSync(path('q.json'), `{"dimension":1,"workers":[${worker},${worker}],"x0":[0]}`);
    const flags = ['--problem', '{kind: quadratic, file: q.json}', '--workers', '2', '--methods', 'asgd', '--target.gradientNormSquared', '1'];
    const { code, stderr } = await run('study.yaml', ...flags, '--theory', '--out', 'minimum');
    expect([code, stderr]).toEqual([2, "Error: --theory: 'Δ' must be a number greater than 0, for theory to say anything, got 0\n"]);
    expect(existsSync(path('minimum'))).toBe(false);
  });

  it('fits narrow terminals', async () => {
    const { value, locate } = await parseExperiment(study, 'study.yaml');
    const experiment = await resolveExperiment(value, locate);
    const theory = await experimentTheory(experiment);
    const block = stripVTControlCharacters(theoryBlock(experiment, theory, 56));
    for (const line of block.split('\n')) expect(line.length).toBeLessThanOrEqual(56);
  });
});
