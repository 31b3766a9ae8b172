import { experimentTheory, InputError, parseExperiment, resolveExperiment } from '../../bindings/index.js';
import type { DataSetting, ExperimentTheory, Locate, ResolvedExperiment } from '../../bindings/index.js';
import { CONSTANTS, constantsFrom, type ConstantName, type GivenConstants } from './constants.js';
import { MEAN_TIMES, type Question } from './question.js';
import { readInput } from './read-input.js';
import { timesChange } from './speeds.js';

/**
 * Takes speeds, constants and data from an experiment file; flags win.
 * @param data Default: what the experiment says.
 * @throws InputError when there is no ε, or the file is not as it must be.
 */
export async function questionFromExperiment(file: string, given: GivenConstants, data?: DataSetting): Promise<Question> {
  const { value, locate } = await parseExperiment(readInput('complexity', file, '--experiment'), file);
  const experiment = await resolveExperiment(withoutTheory(value), locate);
  const epsilon = given.epsilon ?? experiment.target?.gradientNormSquared;
  if (epsilon === undefined) {
    throw new InputError('complexity', '--epsilon', `be given, because ${file} has no 'target.gradientNormSquared'`, undefined);
  }
  const theory = await located(locate, () => experimentTheory({ ...experiment, target: { gradientNormSquared: epsilon } }));
  const estimated = estimatedConstants(theory, given);
  return {
    speeds: theory.powers ?? { times: Array.from(theory.inputs.times) },
    data: data ?? theory.data,
    quantities: constantsFrom('complexity', given, { ...theory.inputs, epsilon }),
    estimated,
    notes: [...estimateNotes(theory, estimated), ...meanNotes(experiment, theory)],
  };
}

/**
 * Puts a number where a stepsize is `theory`: none matters here, and to find it would take an ε in the file, and the constants, which are computed
 * later anyway.
 */
function withoutTheory(experiment: unknown): unknown {
  const numbered = (section: unknown, key: string): unknown =>
    (section as Record<string, unknown> | null)?.[key] === 'theory' ? { ...(section as object), [key]: 1 } : section;
  const { methods } = experiment as { methods?: unknown };
  const own = Array.isArray(methods) ? { ...(experiment as object), methods: methods.map((method) => numbered(method, 'stepsize')) } : experiment;
  return numbered(own, 'stepsizes');
}

/** Lets errors about an experiment name the line of its file. */
async function located<T>(locate: Locate, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof InputError) || error.where !== 'experiment') throw error;
    throw new InputError(locate(error.what.split('.')), error.what, error.rule, error.got);
  }
}

/** All constants but ε, unless they are exact or given. */
function estimatedConstants({ constants }: ExperimentTheory, given: GivenConstants): Set<ConstantName> {
  if (constants.estimates === undefined) return new Set();
  return new Set(CONSTANTS.map(({ name }) => name).filter((name) => name !== 'epsilon' && given[name] === undefined));
}

function estimateNotes({ constants }: ExperimentTheory, estimated: ReadonlySet<ConstantName>): string[] {
  if (estimated.size === 0) return [];
  const optimum = estimated.has('delta') ? `; f* in Δ is ${constants.estimates!.optimum}` : '';
  return [`≈: estimated along a short run of gradient descent${optimum}.`];
}

function meanNotes({ workers }: ResolvedExperiment, { powers }: ExperimentTheory): string[] {
  return powers === undefined && timesChange(workers.computation) ? [MEAN_TIMES] : [];
}
