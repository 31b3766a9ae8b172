import type { Evaluation, Problem } from '../problems/problem.js';
import type { WorkerStatistics } from './observer.js';
import type { RunPlan } from './run-plan.js';
import { targetReached } from './run-plan.js';
import type { Simulation } from './simulation.js';
import type { SimulationStatistics } from './statistics.js';

/** An objective that has grown by this factor (or beyond it from near zero) counts as exploding. */
const EXPLOSION = 1e6;

/** How a run ended; `failed`: something that it needs was not to be had, such as memory. */
export type RunStatus = 'finished' | 'diverged' | 'stalled' | 'interrupted' | 'failed';

/** What a run remembers of a lane. */
export interface RunLaneState {
  status: RunStatus | 'running';
  reason: string | undefined;
  timeToTarget: number | null;
  bestObjective: number;
  time: number;
  /** The last evaluation, and of which model it is. */
  latest: Evaluation | undefined;
  evaluatedRevision: number;
  explosionLimit: number;
  /** When the lane has ended: how. */
  statistics: SimulationStatistics | undefined;
  workers: WorkerStatistics | undefined;
}

/** What a run finds with one stepsize. */
export class RunLane {
  readonly #simulation: Simulation;
  readonly #problem: Problem;
  readonly #plan: RunPlan;
  readonly #state: RunLaneState;

  constructor(
    simulation: Simulation,
    problem: Problem,
    plan: RunPlan,
    /** Which lane of the simulation. */
    readonly index: number,
    from?: RunLaneState,
  ) {
    this.#simulation = simulation;
    this.#problem = problem;
    this.#plan = plan;
    this.#state = {
      status: 'running', reason: undefined, timeToTarget: null, bestObjective: Infinity, time: 0, latest: undefined, evaluatedRevision: -1, explosionLimit: Infinity,
      statistics: undefined, workers: undefined, ...from,
    };
  }

  /** How the lane ended, or that it goes on. */
  get status(): RunStatus | 'running' {
    return this.#state.status;
  }

  /** Why the lane did not finish. */
  get reason(): string | undefined {
    return this.#state.reason;
  }

  /** First evaluated time at which the target held, in simulated seconds; null while it never did. */
  get timeToTarget(): number | null {
    return this.#state.timeToTarget;
  }

  /** The least f of any evaluation; Infinity before the first. */
  get bestObjective(): number {
    return this.#state.bestObjective;
  }

  /** f at the last evaluation; NaN before the first. */
  get finalObjective(): number {
    return this.#state.latest?.objective ?? NaN;
  }

  /** max_i f_i at the last evaluation; NaN before the first. */
  get finalWorstWorkerObjective(): number {
    return this.#state.latest?.worstWorkerObjective ?? NaN;
  }

  /** f(x) − f* at the end, where f* is known. */
  get finalSuboptimality(): number | undefined {
    return this.#state.latest?.suboptimality;
  }

  /** Simulated time that the lane covers; 0 before it has ended. */
  get time(): number {
    return this.#state.time;
  }

  /** The counts until its end, or so far. */
  get statistics(): SimulationStatistics {
    return this.#state.statistics ?? this.#simulation.statistics(this.#simulation.time);
  }

  /** How the workers spent the time until its end, or so far. */
  get workers(): WorkerStatistics {
    return this.#state.workers ?? this.#simulation.workerStatistics(this.#simulation.time);
  }

  /** Whether the model in force is the one that was evaluated last. */
  get isEvaluated(): boolean {
    return this.#state.evaluatedRevision === this.#simulation.lanes[this.index]!.revision;
  }

  /** Evaluates the model, unless it has been. @returns Whether the lane has diverged; then it still has to be ended. */
  evaluate(time: number): boolean {
    const state = this.#state;
    const { updates, gradients, lanes } = this.#simulation;
    const lane = lanes[this.index]!;
    if (state.latest === undefined || !this.isEvaluated) state.latest = this.#problem.evaluate(lane.model);
    state.evaluatedRevision = lane.revision;
    const { latest: evaluation } = state;
    const { objective, gradientNormSquared } = evaluation;
    if (objective < state.bestObjective) state.bestObjective = objective;
    if (state.explosionLimit === Infinity) state.explosionLimit = objective + EXPLOSION * Math.max(1, Math.abs(objective));
    if (state.timeToTarget === null && targetReached(evaluation, this.#plan.target)) state.timeToTarget = time;
    this.#plan.onEvaluation({ ...evaluation, time, updates, gradients }, this.index);
    return !(Number.isFinite(objective) && Number.isFinite(gradientNormSquared) && objective <= state.explosionLimit);
  }

  /** Ends the lane. @param last Whether it is the last one: then the simulation's books are closed. */
  end(status: RunStatus, time: number, reason: string | undefined, last: boolean): void {
    const state = this.#state;
    const simulation = this.#simulation;
    state.status = status;
    state.time = time;
    state.reason = reason;
    if (last) simulation.closeIntervals(time);
    state.statistics = simulation.statistics(time);
    state.workers = simulation.workerStatistics(time);
    if (!last) simulation.endLane(this.index);
  }

  /**
   * What a run must remember of it.
   * @internal
   */
  save(): RunLaneState {
    return { ...this.#state };
  }
}
