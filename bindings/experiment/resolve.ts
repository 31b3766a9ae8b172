import { readFileBytes } from '#platform';
import { InputError } from '../errors.js';
import type { KernelVariant } from '../kernels/load.js';
import type { AnyMethod } from '../methods/method.js';
import { methods as builtInMethods } from '../methods/registry.js';
import type { QuadraticData } from '../problems/quadratic.js';
import type { Budget, EvaluationGrid, Target } from '../simulation/run.js';
import { version } from '../version.js';
import type { Locate } from './diagnose.js';
import { pathText, schemaError } from './diagnose.js';
import type { ParsedExperiment, ProblemOptions } from './schema.js';
import { experimentSchema } from './schema.js';

const DEFAULT_WORKERS = 10;
const DEFAULT_EVALUATIONS = 50;
/** What a kernel instance can address. */
const MEMORY_BYTES = 2 ** 32;

/** A method of an experiment with its grid of stepsizes and all its parameters. */
export interface ResolvedMethod {
  name: string;
  stepsize: number[];
  [parameter: string]: unknown;
}

/** An experiment with every default filled in. It is itself a valid experiment, so that it can be run again exactly. */
export interface ResolvedExperiment {
  name: string;
  version: string;
  kernels: KernelVariant;
  seeds: number[];
  problem: ProblemOptions;
  workers: { count: number; computation: ParsedExperiment['workers']['computation'] };
  methods: ResolvedMethod[];
  budget: Budget;
  target?: Target | undefined;
  evaluate: EvaluationGrid;
}

/** Where errors point when an experiment comes from a program. */
const inProgram: Locate = () => 'experiment';

/**
 * Checks an experiment and fills in every default.
 * @param input What the user wrote: see `ExperimentInput`.
 * @param locate Says where a key comes from, for errors.
 * @param methods The methods that it may name.
 * @throws InputError naming the key, the rule and the value.
 */
export async function resolveExperiment(
  input: unknown,
  locate: Locate = inProgram,
  methods: readonly AnyMethod[] = builtInMethods,
): Promise<ResolvedExperiment> {
  const schema = experimentSchema(methods);
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw schemaError(parsed.error, input, schema, locate);
  const experiment = parsed.data;
  const fail = (path: readonly PropertyKey[], rule: string, got: unknown): InputError => new InputError(locate(path), pathText(path), rule, got);

  if (experiment.seed !== undefined && experiment.seeds !== undefined) throw fail(['seed'], "not be given together with 'seeds'", experiment.seed);
  const { problem, workersInFile } = await resolveProblem(experiment.problem, fail);
  const { computation } = experiment.workers;
  const named = computation.kind === 'fixed' ? computation.times.length : undefined;
  const count = experiment.workers.count ?? workersInFile ?? named ?? DEFAULT_WORKERS;
  if (named !== undefined && named !== count) throw fail(['workers', 'computation', 'times'], `name ${count} times, one per worker`, named);
  if (workersInFile !== undefined && workersInFile !== count) {
    throw fail(['workers', 'count'], `be ${workersInFile}, the number of workers in 'problem.file'`, count);
  }
  if (Object.values(experiment.budget).every((limit) => limit === undefined)) {
    throw fail(['budget'], 'name at least one of time, updates, gradients, wallSeconds', experiment.budget);
  }
  if (problem.kind === 'quadratic' && experiment.target?.testAccuracy !== undefined) {
    throw fail(['target', 'testAccuracy'], 'be given for classification problems only', experiment.target.testAccuracy);
  }
  if (problem.kind === 'quadratic' && problem.form === 'random') {
    const most = Math.floor(Math.sqrt(MEMORY_BYTES / 8 / count));
    if (problem.dimension! > most) {
      throw fail(['problem', 'dimension'], `be at most ${most}, so that the matrices of ${count} workers fit in memory`, problem.dimension);
    }
  }
  return {
    name: experiment.name,
    version,
    kernels: experiment.kernels,
    seeds: unique(experiment.seeds ?? [experiment.seed ?? 1]),
    problem,
    workers: { count, computation },
    methods: experiment.methods.map((entry, index) => resolveMethod(entry, index, experiment, methods, fail)),
    budget: experiment.budget,
    ...(experiment.target === undefined ? {} : { target: experiment.target }),
    evaluate: resolveGrid(experiment, fail),
  };
}

type Fail = (path: readonly PropertyKey[], rule: string, got: unknown) => InputError;

function resolveMethod(
  entry: ParsedExperiment['methods'][number],
  index: number,
  experiment: ParsedExperiment,
  methods: readonly AnyMethod[],
  fail: Fail,
): ResolvedMethod {
  const given: { name: string; stepsize?: number | number[] | undefined } = typeof entry === 'string' ? { name: entry } : entry;
  const method = methods.find(({ name }) => name === given.name)!;
  const stepsize = given.stepsize ?? experiment.stepsizes;
  if (stepsize === undefined) throw fail(['methods', index, 'stepsize'], "be given, here or as the grid 'stepsizes' of the experiment", undefined);
  const defaults: Record<string, unknown> = {};
  for (const [key, parameter] of Object.entries(method.parameters)) if (parameter.default !== undefined) defaults[key] = parameter.default;
  return { ...defaults, ...given, stepsize: unique(typeof stepsize === 'number' ? [stepsize] : stepsize) };
}

function resolveGrid({ budget, evaluate }: ParsedExperiment, fail: Fail): EvaluationGrid {
  if (evaluate?.every !== undefined && evaluate.updates !== undefined) {
    throw fail(['evaluate'], "name either 'every' (simulated time) or 'updates'", evaluate);
  }
  if (evaluate?.every !== undefined) return { every: evaluate.every };
  if (evaluate?.updates !== undefined) return { updates: evaluate.updates };
  if (budget.time !== undefined) return { every: budget.time / DEFAULT_EVALUATIONS };
  const updates = budget.updates ?? budget.gradients;
  if (updates === undefined) throw fail(['evaluate'], "be given when the budget is real time only: 'every' or 'updates'", undefined);
  return { updates: Math.max(1, Math.floor(updates / DEFAULT_EVALUATIONS)) };
}

async function resolveProblem(problem: ProblemOptions, fail: Fail): Promise<{ problem: ProblemOptions; workersInFile?: number }> {
  if (problem.kind !== 'quadratic') return { problem };
  const { file, form, dimension, spread, eigenvalues, noise } = problem;
  const refuse = (key: string, value: unknown, rule: string): void => {
    if (value !== undefined) throw fail(['problem', key], rule, value);
  };
  if (file !== undefined) {
    for (const [key, value] of Object.entries({ form, dimension, spread, eigenvalues })) {
      refuse(key, value, "not be given together with 'problem.file'");
    }
    const { workers } = await readQuadraticFile(file);
    return { problem: { kind: 'quadratic', file, noise: noise ?? 0 }, workersInFile: workers.length };
  }
  if (form === 'random') {
    const range = eigenvalues ?? [0.1, 1];
    if (range[0] > range[1]) throw fail(['problem', 'eigenvalues'], 'go from the smallest to the largest', range);
    return { problem: { kind: 'quadratic', form, dimension: dimension ?? 10, spread: spread ?? 1, eigenvalues: range, noise: noise ?? 0 } };
  }
  refuse('spread', spread, "be given with 'form: random' only");
  refuse('eigenvalues', eigenvalues, "be given with 'form: random' only");
  return { problem: { kind: 'quadratic', form: 'tridiagonal', dimension: dimension ?? 1729, noise: noise ?? 0.01 } };
}

/**
 * Reads a file with explicit quadratics.
 * @throws InputError when there is no such file, or it does not hold `{dimension, workers: [{A, b}, …], x0}`.
 */
export async function readQuadraticFile(file: string): Promise<QuadraticData> {
  const bytes = await readFileBytes(file);
  if (bytes === undefined) throw new InputError('experiment', 'problem.file', 'be a file that exists', file);
  let data: unknown;
  try {
    data = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new InputError(file, 'content', 'be JSON', (error as Error).message);
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw new InputError(file, 'content', 'be {dimension, workers, x0}', data);
  const { dimension, workers, x0, ...rest } = data as Record<string, unknown>;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) throw new InputError(file, unknown, 'be one of dimension, workers, x0', unknown);
  if (typeof dimension !== 'number') throw new InputError(file, 'dimension', 'be a number', dimension);
  if (!Array.isArray(workers)) throw new InputError(file, 'workers', 'be a list of {A, b}', workers);
  workers.forEach((worker: unknown, i) => {
    const { A, b, ...others } = (worker ?? {}) as Record<string, unknown>;
    const stray = Object.keys(others)[0];
    if (stray !== undefined) throw new InputError(file, `workers[${i}].${stray}`, 'be one of A, b', stray);
    if (!Array.isArray(A) || !A.every(Array.isArray)) throw new InputError(file, `workers[${i}].A`, 'be a list of rows of numbers', A);
    if (!Array.isArray(b)) throw new InputError(file, `workers[${i}].b`, 'be a list of numbers', b);
  });
  if (x0 !== undefined && !Array.isArray(x0)) throw new InputError(file, 'x0', 'be a list of numbers', x0);
  return data as QuadraticData;
}

function unique(values: readonly number[]): number[] {
  return [...new Set(values)];
}
