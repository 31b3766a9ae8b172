import type { Evaluation } from '../problems/problem.js';

/** When a run ends: whichever is reached first. */
export interface Budget {
  /** Simulated seconds. */
  readonly time?: number | undefined;
  /** Model updates. */
  readonly updates?: number | undefined;
  /** Stochastic gradients that arrive. */
  readonly gradients?: number | undefined;
  /** Real seconds. */
  readonly wallSeconds?: number | undefined;
}

/** How often the model is evaluated: on a grid of simulated time, or of updates. */
export type EvaluationGrid =
  | {
      /** Simulated seconds between evaluations, > 0. */
      readonly every: number;
    }
  | {
      /** Model updates between evaluations, ≥ 1. */
      readonly updates: number;
    };

/** What counts as reaching the target; all that are given must hold. */
export interface Target {
  /** f(x) at most. */
  readonly objective?: number | undefined;
  /** f(x) − f* at most. */
  readonly suboptimality?: number | undefined;
  /** ‖∇f(x)‖² at most. */
  readonly gradientNormSquared?: number | undefined;
  /** Test accuracy at least. */
  readonly testAccuracy?: number | undefined;
}

/** An evaluation, and when it was made. */
export interface EvaluationPoint extends Evaluation {
  /** Simulated time of the evaluation. */
  time: number;
  /** k: model updates so far. */
  updates: number;
  /** Stochastic gradients that have arrived so far. */
  gradients: number;
}

/** When a run ends, when it is evaluated and what counts as its target. */
export interface RunPlan {
  /** When it ends; `wallSeconds` is up to the caller, as is the end where there is no other limit. */
  readonly budget: Budget;
  /** When models are evaluated, besides at the start and the end. */
  readonly evaluate: EvaluationGrid;
  /** What counts as reaching the target; absent: there is none. */
  readonly target?: Target | undefined;
  /** Told of every evaluation. @param lane Whose model was evaluated, from 0. */
  readonly onEvaluation: (point: EvaluationPoint, lane: number) => void;
}

/**
 * Whether an evaluation meets every part of a target; false without a target.
 * @param evaluation What was found at a model.
 * @param target What to reach.
 */
export function targetReached(evaluation: Evaluation, target: Target | null | undefined): boolean {
  const { objective, suboptimality, gradientNormSquared, testAccuracy } = target ?? {};
  if ([objective, suboptimality, gradientNormSquared, testAccuracy].every((aim) => aim === undefined)) return false;
  return (
    (objective === undefined || evaluation.objective <= objective) &&
    (suboptimality === undefined || (evaluation.suboptimality ?? Infinity) <= suboptimality) &&
    (gradientNormSquared === undefined || evaluation.gradientNormSquared <= gradientNormSquared) &&
    (testAccuracy === undefined || (evaluation.testAccuracy ?? -Infinity) >= testAccuracy)
  );
}
