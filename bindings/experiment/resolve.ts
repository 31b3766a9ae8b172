import { InputError } from '../errors.js';
import type { KernelVariant } from '../kernels/load.js';
import type { AnyMethod } from '../methods/method.js';
import type { Budget, EvaluationGrid, Target } from '../simulation/run.js';
import { version } from '../version.js';
import type { Locate } from './diagnose.js';
import { pathText, schemaError } from './diagnose.js';
import { knownMethods } from './known-methods.js';
import type { Fail } from './resolve-problem.js';
import { resolveProblem } from './resolve-problem.js';
import type { ProblemOptions } from './schema-problem.js';
import type { ResolvedWorkers } from './resolve-workers.js';
import { resolveWorkers } from './resolve-workers.js';
import type { ExperimentParts } from './run.js';
import type { ParsedExperiment } from './schema.js';
import { experimentSchema, THEORY } from './schema.js';
import { experimentTheory } from './theory.js';

const DEFAULT_EVALUATIONS = 50;
/** What a kernel instance can address. */
const MEMORY_BYTES = 2 ** 32;

/** A method of an experiment with its grid of stepsizes and all its parameters. */
export interface ResolvedMethod {
  /** Its name, as in `methods`. */
  name: string;
  /** The grid of stepsizes γ. */
  stepsize: number[];
  /** Its parameters, by the names of its table. */
  [parameter: string]: unknown;
}

/** An experiment with every default filled in. It is itself a valid experiment, so that it can be run again exactly. */
export interface ResolvedExperiment {
  /** The name of the experiment, and of its run folder. */
  name: string;
  /** The version of the library that resolved it. */
  version: string;
  /** The build of the kernels. */
  kernels: KernelVariant;
  /** Every run is made with each of them. */
  seeds: number[];
  /** What is minimised. */
  problem: ProblemOptions;
  /** How many workers there are, and how fast they and their network are. */
  workers: ResolvedWorkers;
  /** What is compared. */
  methods: ResolvedMethod[];
  /** When a run ends. */
  budget: Budget;
  /** What counts as reaching the target; absent: there is none. */
  target?: Target | undefined;
  /** When models are evaluated. */
  evaluate: EvaluationGrid;
}

/** Where errors point when an experiment comes from a program. */
const inProgram: Locate = () => 'experiment';

/**
 * Checks an experiment and fills in every default.
 * @param input What the user wrote: see `ExperimentInput`.
 * @param locate Says where a key comes from, for errors.
 * @param options Methods of your own that it may name; where a stepsize is `theory`, also its own problem and the kernels.
 * @returns Plain data; running it gives the same results on every machine, where its kernels are `simd` and no budget is in `wallSeconds`.
 * @throws InputError naming the key, the rule and the value.
 * @example
 * const experiment = await resolveExperiment({ problem: { kind: 'quadratic' }, methods: ['asgd'], stepsizes: [0.1], budget: { updates: 10 } });
 * experiment.workers.count; // 10
 */
export async function resolveExperiment(
  input: unknown,
  locate: Locate = inProgram,
  options: ExperimentParts = {},
): Promise<ResolvedExperiment> {
  const methods = knownMethods(options);
  const schema = experimentSchema(methods);
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw schemaError(parsed.error, input, schema, locate);
  const experiment = parsed.data;
  const fail = (path: readonly PropertyKey[], rule: string, got: unknown): InputError => new InputError(locate(path), pathText(path), rule, got);

  if (experiment.seed !== undefined && experiment.seeds !== undefined) throw fail(['seed'], "not be given together with 'seeds'", experiment.seed);
  const { problem, workersInFile } = await resolveProblem(experiment.problem, fail);
  const workers = await resolveWorkers(experiment.workers, workersInFile, fail);
  const { count } = workers;
  if (workersInFile !== undefined && workersInFile !== count) {
    throw fail(['workers', 'count'], `be ${workersInFile}, the number of workers in 'problem.file'`, count);
  }
  if (Object.values(experiment.budget).every((limit) => limit === undefined)) {
    throw fail(['budget'], 'name at least one of time, updates, gradients, wallSeconds', experiment.budget);
  }
  if (problem.kind === 'quadratic' && experiment.target?.testAccuracy !== undefined) {
    throw fail(['target', 'testAccuracy'], 'be given for classification problems only', experiment.target.testAccuracy);
  }
  if (['mlp', 'logistic-regression'].includes(problem.kind) && experiment.target?.suboptimality !== undefined) {
    throw fail(['target', 'suboptimality'], 'be given only where the minimum of f is known: for quadratics', experiment.target.suboptimality);
  }
  if (problem.kind === 'quadratic' && problem.form === 'random') {
    const matrices = problem.homogeneous ? 1 : count;
    const most = Math.floor(Math.sqrt(MEMORY_BYTES / 8 / matrices));
    if (problem.dimension! > most) {
      throw fail(['problem', 'dimension'], `be at most ${most}, so that the matrices of ${matrices} workers fit in memory`, problem.dimension);
    }
  }
  const resolved = {
    name: experiment.name,
    version,
    kernels: experiment.kernels,
    seeds: unique(experiment.seeds ?? [experiment.seed ?? 1]),
    problem,
    workers,
    methods: experiment.methods.map((entry, index) => resolveMethod(entry, index, count, experiment, methods, fail)),
    budget: experiment.budget,
    ...(experiment.target === undefined ? {} : { target: experiment.target }),
    evaluate: resolveGrid(experiment, fail),
  };
  return fillTheory(resolved, options, fail);
}

/** Puts the stepsizes and parameters of theory where a method has no stepsize yet. */
async function fillTheory(experiment: ResolvedExperiment, options: ExperimentParts, fail: Fail): Promise<ResolvedExperiment> {
  if (experiment.methods.every(({ stepsize }) => stepsize.length > 0)) return experiment;
  if (experiment.target?.gradientNormSquared === undefined) {
    throw fail(['target', 'gradientNormSquared'], "be given where a stepsize is 'theory', as its ε", undefined);
  }
  const theory = await experimentTheory(experiment, options);
  const methods = experiment.methods.map((entry, index): ResolvedMethod => {
    if (entry.stepsize.length > 0) return entry;
    const { choice } = theory.methods[index]!;
    const path = ['methods', index, 'stepsize'];
    if (choice === null) throw fail(path, `be given in numbers, because theory has none for ${entry.name}`, THEORY);
    if (!(choice.stepsize > 0)) throw fail(path, 'be given in numbers, because theory allows none but 0 here', THEORY);
    return { ...entry, ...choice.parameters, stepsize: [choice.stepsize] };
  });
  return { ...experiment, methods };
}

function resolveMethod(
  entry: ParsedExperiment['methods'][number],
  index: number,
  workers: number,
  experiment: ParsedExperiment,
  methods: readonly AnyMethod[],
  fail: Fail,
): ResolvedMethod {
  const given: { name: string; stepsize?: ParsedExperiment['stepsizes'] } = typeof entry === 'string' ? { name: entry } : entry;
  const method = methods.find(({ name }) => name === given.name)!;
  const stepsize = given.stepsize ?? experiment.stepsizes;
  if (stepsize === undefined) throw fail(['methods', index, 'stepsize'], "be given, here or as the grid 'stepsizes' of the experiment", undefined);
  const defaults: Record<string, unknown> = {};
  for (const [key, parameter] of Object.entries(method.parameters)) if (parameter.default !== undefined) defaults[key] = parameter.default;
  const grid = stepsize === THEORY ? [] : unique(typeof stepsize === 'number' ? [stepsize] : stepsize); // filled in later
  const resolved = { ...defaults, ...given, stepsize: grid };
  const problem = method.check?.(resolved as never, workers) ?? null;
  if (problem !== null) throw fail(['methods', index, problem[0]], problem[1], (resolved as Record<string, unknown>)[problem[0]]);
  return resolved;
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

function unique(values: readonly number[]): number[] {
  return [...new Set(values)];
}
