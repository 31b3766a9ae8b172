import { loadTrace } from '../computation/models.js';
import { complexities } from '../complexity/registry.js';
import { lowerBounds } from '../complexity/lower-bound.js';
import type { Powers } from '../complexity/power-curves.js';
import type { ComplexityInputs, DataSetting, Theory, TimeComplexity } from '../complexity/setting.js';
import { InputError } from '../errors.js';
import type { Kernels } from '../kernels/load.js';
import type { ProblemConstants } from '../problems/constants.js';
import { problemConstants } from '../problems/estimate-constants.js';
import type { Setting } from './build.js';
import { kernelsFor, SettingFactory } from './build.js';
import { knownMethods, methodLabels } from './known-methods.js';
import type { ResolvedExperiment, ResolvedMethod } from './resolve.js';
import type { ExperimentParts } from './run.js';

/** What theory says about one method of an experiment. */
export interface MethodTheory {
  /** The method as it is called in the records of the experiment. */
  method: string;
  /** γ, and the parameters that go with it (S, B or R); null where no theory is known. */
  choice: Theory | null;
  /** Where the stepsize comes from. */
  stepsizeSource: string | null;
  /**
   * The time complexity with constant 1, in simulated seconds; null where none is known for the data of the experiment. It was proven for
   * stepsizes and parameters like those of `choice`.
   */
  time: number | null;
  /** The expression; null as `time`. */
  formula: string | null;
  /** Where it was proven; null as `time`. */
  source: string | null;
  /** Whether `time` is only the term that dominates as ε → 0. */
  leadingTerm: boolean;
}

/** What theory says about an experiment. */
export interface ExperimentTheory {
  /** Which theory applies: that for equal f_i, where they are known to be equal. */
  data: DataSetting;
  /** τ_i (expected times), constants and ε. */
  inputs: ComplexityInputs;
  /** How the constants came about. */
  constants: ProblemConstants;
  /** The powers of the workers, where the experiment gives them. */
  powers?: {
    /** v_i of every worker. */
    powers: readonly Powers[];
    /** The period with which they repeat, in simulated seconds; absent: they do not. */
    cycle?: number;
  };
  /** The lower bound with constant 1, in simulated seconds. */
  lowerBound: number;
  /** In the order of the experiment. */
  methods: MethodTheory[];
}

/** What a program may add to the question. */
export interface TheoryOptions extends ExperimentParts {
  /** ε; default: the experiment's target for ‖∇f(x)‖². */
  readonly epsilon?: number | undefined;
}

/**
 * Tells what theory says about an experiment: the constants of its problem (with its first seed), each method's stepsize and predicted time to
 * ‖∇f(x)‖² ≤ ε, and the lower bound. Times that change are represented by their expected values, and messages by nothing.
 * @param experiment What `resolveExperiment` gave.
 * @param options ε, methods and problem of your own, and kernels.
 * @returns An entry per method, also for those without a known theory.
 * @throws InputError when ε is not known, or the problem has no constants that theory could use.
 * @example
 * const experiment = await resolveExperiment({
 *   problem: { kind: 'quadratic' }, workers: { count: 4 }, methods: ['asgd'], stepsizes: [0.1], budget: { updates: 10 },
 *   target: { gradientNormSquared: 1e-3 },
 * });
 * const { lowerBound, methods: [asgd] } = await experimentTheory(experiment);
 * asgd.choice.stepsize > 0 && lowerBound <= asgd.time; // true
 */
export async function experimentTheory(experiment: ResolvedExperiment, options: TheoryOptions = {}): Promise<ExperimentTheory> {
  const epsilon = options.epsilon ?? experiment.target?.gradientNormSquared;
  if (epsilon === undefined) {
    throw new InputError('experiment', 'target.gradientNormSquared', 'be given, because theory tells the time to ‖∇f(x)‖² ≤ ε', undefined);
  }
  const kernels = await kernelsFor(experiment, options.kernels);
  const factory = new SettingFactory(kernels, experiment, options.problem);
  try {
    const setting = await factory.create(experiment.seeds[0]!);
    try {
      return await describe(experiment, setting, epsilon, kernels, options);
    } finally {
      setting.problem.dispose();
    }
  } finally {
    factory.dispose();
  }
}

async function describe(
  experiment: ResolvedExperiment, { problem, computation }: Setting, epsilon: number, kernels: Kernels, options: TheoryOptions,
): Promise<ExperimentTheory> {
  const constants = problemConstants(problem, kernels);
  const { smoothness, ringleaderSmoothness, maxSmoothness, delta, variance } = constants;
  const times = Float64Array.from({ length: problem.workers }, (_, worker) => computation.expectedTime(worker));
  const inputs: ComplexityInputs = { times, smoothness, ringleaderSmoothness, maxSmoothness, delta, variance, epsilon };
  const data = constants.equal ? 'homogeneous' : 'heterogeneous';
  const labels = methodLabels(experiment.methods, knownMethods(options));
  const powers = await powersOf(experiment);
  return {
    data,
    inputs,
    constants,
    ...(powers === undefined ? {} : { powers }),
    lowerBound: lowerBounds[data].time(inputs),
    methods: experiment.methods.map((entry, index) => ({ method: labels[index]!, ...methodTheory(entry, inputs, data) })),
  };
}

function methodTheory({ name, stepsize, ...parameters }: ResolvedMethod, inputs: ComplexityInputs, data: DataSetting): Omit<MethodTheory, 'method'> {
  const known = complexities.find(({ method }) => method === name);
  // What holds for any f_i holds for equal ones.
  const row: TimeComplexity | undefined = known?.[data] ?? known?.heterogeneous;
  return {
    choice: known === undefined ? null : known.theory.choose(inputs, parameters),
    stepsizeSource: known?.theory.source ?? null,
    time: row?.time(inputs) ?? null,
    formula: row?.formula ?? null,
    source: row?.source ?? null,
    leadingTerm: row?.leadingTerm ?? false,
  };
}

/** The powers of an experiment with the universal computation model. */
async function powersOf({ workers: { computation } }: ResolvedExperiment): Promise<ExperimentTheory['powers']> {
  if (computation.kind !== 'universal') return undefined;
  const trace = await loadTrace(computation);
  const powers = computation.powers ?? (trace?.values === 'powers' ? trace.workers : []);
  return { powers, ...(computation.cycle === undefined ? {} : { cycle: computation.cycle }) };
}
