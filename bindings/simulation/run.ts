import type { Evaluation, Problem } from '../problems/problem.js';
import type { Simulation } from './simulation.js';

/** An objective that has grown by this factor (or beyond it from near zero) counts as exploding. */
const EXPLOSION = 1e6;
/** Grid times are multiples of a spacing, and may miss an event or the end of the budget by a rounding error of this size. */
const GRID_TOLERANCE = 1e-9;

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
export type EvaluationGrid = { readonly every: number } | { readonly updates: number };

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

/** How a run ended; `failed`: something that it needs was not to be had, such as memory. */
export type RunStatus = 'finished' | 'diverged' | 'stalled' | 'interrupted' | 'failed';

/** When a run ends, when it is evaluated and what counts as its target. */
export interface RunPlan {
  readonly budget: Budget;
  readonly evaluate: EvaluationGrid;
  readonly target?: Target | undefined;
  readonly onEvaluation: (point: EvaluationPoint) => void;
}

/**
 * Drives one simulation to the end of its budget in slices, evaluating the model on the way. The model in force at a grid
 * time is the one after all events up to and including that time.
 */
export class Run {
  status: RunStatus | 'running' = 'running';
  /** Why the run did not finish. */
  reason: string | undefined;
  timeToTarget: number | null = null;
  bestObjective = Infinity;
  finalObjective = NaN;
  finalWorstWorkerObjective = NaN;
  /** f(x) − f* at the end, where f* is known. */
  finalSuboptimality: number | undefined;
  /** Simulated time that the run covers. */
  time = 0;
  readonly #simulation: Simulation;
  readonly #problem: Problem;
  readonly #plan: RunPlan;
  /** The next grid time is this times the spacing; time 0 is evaluated at the start. */
  #gridIndex = 1;
  #evaluatedRevision = -1;
  #evaluatedTime = 0;
  #latest: Evaluation | undefined;
  #explosionLimit = Infinity;

  constructor(simulation: Simulation, problem: Problem, plan: RunPlan) {
    this.#simulation = simulation;
    this.#problem = problem;
    this.#plan = plan;
  }

  /**
   * Processes some events. Returns early after an evaluation, so that a slice stays short.
   * @param events How many at most.
   * @returns Whether the run goes on.
   */
  advance(events: number): boolean {
    if (this.status === 'running') this.#slice(events);
    return this.status === 'running';
  }

  #slice(events: number): void {
    const { budget, evaluate } = this.#plan;
    const simulation = this.#simulation;
    const endTime = budget.time ?? Infinity;
    if (this.#latest === undefined && this.#evaluate(0)) return;
    for (let count = 0; count < events; count += 1) {
      const next = simulation.nextTime;
      // Not in the middle of an instant, when it is not known yet who else is lost.
      const waitsFor = next > simulation.time || simulation.time === 0 ? simulation.stalledOn() : [];
      if (waitsFor.length > 0) {
        this.reason = describeStall(waitsFor, simulation.lost === 0);
        return this.#finish('stalled', this.#now);
      }
      if ('every' in evaluate) {
        const gridTime = this.#gridIndex * evaluate.every;
        if (gridTime * (1 + GRID_TOLERANCE) < next && gridTime <= endTime * (1 + GRID_TOLERANCE)) {
          this.#gridIndex += 1;
          this.#evaluate(Math.min(gridTime, endTime));
          return;
        }
      }
      if (next > endTime) return this.#finish('finished', endTime);
      const updatesBefore = simulation.updates;
      simulation.advance();
      if (simulation.updates >= (budget.updates ?? Infinity) || simulation.gradients >= (budget.gradients ?? Infinity)) {
        return this.#finish('finished', simulation.time);
      }
      if ('updates' in evaluate && simulation.updates > updatesBefore && simulation.updates % evaluate.updates === 0) {
        this.#evaluate(simulation.time);
        return;
      }
    }
  }

  /** Ends the run where it is. */
  end(status: 'finished' | 'interrupted'): void {
    if (this.status === 'running') this.#finish(status, this.#now);
  }

  /** Ends the run where it is, without a last evaluation. */
  fail(reason: string): void {
    this.reason = reason;
    this.status = 'failed';
    this.time = this.#now;
    this.#simulation.closeIntervals(this.time);
  }

  /** Simulated time reached: that of the last event or evaluation. */
  get #now(): number {
    return Math.max(this.#simulation.time, this.#evaluatedTime);
  }

  /** How much of the budget is used, 0 to 1, real time aside. */
  get fraction(): number {
    if (this.status !== 'running') return 1;
    const { time, updates, gradients } = this.#plan.budget;
    const { updates: k, gradients: arrived } = this.#simulation;
    return Math.min(1, Math.max(this.#now / (time ?? Infinity), k / (updates ?? Infinity), arrived / (gradients ?? Infinity)));
  }

  /** @returns Whether the run has ended because of what was found. */
  #evaluate(time: number): boolean {
    const { updates, gradients, revision } = this.#simulation;
    if (this.#latest === undefined || this.#evaluatedRevision !== revision) this.#latest = this.#problem.evaluate(this.#simulation.model);
    const evaluation = this.#latest;
    this.#evaluatedRevision = revision;
    this.#evaluatedTime = time;
    const { objective, gradientNormSquared } = evaluation;
    this.finalObjective = objective;
    this.finalWorstWorkerObjective = evaluation.worstWorkerObjective;
    this.finalSuboptimality = evaluation.suboptimality;
    if (objective < this.bestObjective) this.bestObjective = objective;
    if (this.#explosionLimit === Infinity) this.#explosionLimit = objective + EXPLOSION * Math.max(1, Math.abs(objective));
    if (this.timeToTarget === null && targetReached(evaluation, this.#plan.target)) this.timeToTarget = time;
    this.#plan.onEvaluation({ ...evaluation, time, updates, gradients });
    if (Number.isFinite(objective) && Number.isFinite(gradientNormSquared) && objective <= this.#explosionLimit) return false;
    this.reason = `the objective became ${objective} at time ${time}`;
    this.status = 'diverged';
    this.time = time;
    this.#simulation.closeIntervals(time);
    return true;
  }

  #finish(status: RunStatus, time: number): void {
    const evaluated = time - this.#evaluatedTime <= GRID_TOLERANCE * time && this.#evaluatedRevision === this.#simulation.revision;
    if (!evaluated && this.#evaluate(time)) return;
    this.status = status;
    this.time = time;
    this.#simulation.closeIntervals(time);
  }
}

/** Whether an evaluation meets every part of a target; false without a target. */
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

function describeStall(waitsFor: readonly number[], idle: boolean): string {
  if (idle) return `nobody computes: all ${waitsFor.length} workers wait`;
  const named = waitsFor.slice(0, 10).join(', ');
  const more = waitsFor.length > 10 ? ` and ${waitsFor.length - 10} more` : '';
  return `waits for worker${waitsFor.length > 1 ? 's' : ''} ${named}${more}, which will never report`;
}
