import { experimentTheory, InputError } from '../../bindings/index.js';
import type { ExperimentTheory, ResolvedExperiment } from '../../bindings/index.js';
import { CONSTANTS } from './constants.js';

/**
 * What theory says about an experiment that is to be run.
 * @param options The flags of the run, which errors name.
 * @throws InputError when the target is none that theory speaks about, or the problem is none; errors at 'experiment' are about its keys.
 */
export async function theoryOfRun(experiment: ResolvedExperiment, options: Readonly<Record<string, unknown>>): Promise<ExperimentTheory> {
  if (experiment.target?.gradientNormSquared === undefined) throw withoutTarget(options);
  try {
    return await experimentTheory(experiment);
  } catch (error) {
    // Such as Δ = 0, where the run starts at the minimum.
    const constant = error instanceof InputError ? CONSTANTS.find(({ name }) => name === error.what) : undefined;
    if (!(error instanceof InputError) || constant === undefined) throw error;
    throw new InputError('--theory', constant.symbol, `${error.rule}, for theory to say anything`, error.got);
  }
}

/** Names the flag that gives another target, if any: it replaces that of the file. */
function withoutTarget(options: Readonly<Record<string, unknown>>): InputError {
  const flag = Object.keys(options).find((name) => name === 'target' || name.startsWith('target.'));
  const rule = 'be given, because theory tells the time to ‖∇f(x)‖² ≤ ε (such as --target.gradientNormSquared 1e-3)';
  return new InputError(flag === undefined ? 'experiment' : `--${flag}`, 'target.gradientNormSquared', rule, undefined);
}
