import { advise, compareResults, experimentTheory, resolveExperiment, runExperiment, workerModels } from '../../bindings/index.js';
import type { Advice, BestStepsize, ExperimentInput, Kernels } from '../../bindings/index.js';

/** Workers that advice is asked for. */
export interface FleetOfWorkers {
  readonly name: string;
  readonly workers: NonNullable<ExperimentInput['workers']>;
}

/** A full experiment by which advice is checked. */
export interface FullExperiment {
  readonly problem: ExperimentInput['problem'];
  readonly epsilon: number;
  /** Simulated seconds. */
  readonly budget: number;
  readonly seeds: readonly number[];
  /** The same stepsizes for all methods, ascending or descending. */
  readonly stepsizes: readonly number[];
}

/** What was advised, and what came out. */
export interface Confirmation {
  readonly advice: Advice;
  /** The candidates of the advice, each with the best stepsize of the grid, the soonest at the target first. */
  readonly results: readonly BestStepsize[];
}

/**
 * Asks for advice with the exact constants of an experiment's problem, and runs the experiment: every method that could be advised, all
 * stepsizes, all seeds, to ‖∇f(x)‖² ≤ ε.
 */
export async function confirmAdvice(kernels: Kernels, { workers }: FleetOfWorkers, full: FullExperiment): Promise<Confirmation> {
  const { problem, epsilon, budget, seeds, stepsizes } = full;
  const input = {
    problem, workers, seeds: [...seeds], budget: { time: budget }, evaluate: { every: budget / 4000 }, target: { gradientNormSquared: epsilon },
  };
  const resolved = await resolveExperiment({ ...input, methods: ['minibatch-sgd'], stepsizes: [1] });
  const { data, inputs } = await experimentTheory(resolved, { kernels });
  const { computation } = await workerModels(resolved, seeds[0]!, kernels);
  const advice = await advise({ ...inputs, data, computation }, { kernels });
  const methods = advice.candidates.map(({ method, theory }) => ({ name: method, ...theory.parameters, stepsize: [...stepsizes] }));
  const { best } = await runExperiment({ ...input, methods }, { kernels });
  return { advice, results: [...best].sort(compareResults) };
}
