import { InputError } from '../errors.js';
import type { Problem } from '../problems/problem.js';
import type { RunLaneState, RunStatus } from './run-lane.js';
import { RunLane } from './run-lane.js';
import type { RunPlan } from './run-plan.js';
import type { Simulation } from './simulation.js';

export type { RunLane, RunStatus } from './run-lane.js';
export { targetReached } from './run-plan.js';
export type { Budget, EvaluationGrid, EvaluationPoint, RunPlan, Target } from './run-plan.js';

/** Grid times are multiples of a spacing, and may miss an event or the end of the budget by a rounding error of this size. */
const GRID_TOLERANCE = 1e-9;

/** What a run remembers beside its simulation, as a value of its own: it can be cloned, sent and written to a file. Its content is for the library alone. */
export interface RunCheckpoint {
  /** @internal */
  readonly gridIndex: number;
  /** @internal */
  readonly evaluatedTime: number;
  /** @internal */
  readonly lanes: readonly RunLaneState[];
}

/**
 * Drives one simulation to the end of its budget in slices, evaluating the models on the way. The model in force at a grid
 * time is the one after all events up to and including that time. Every lane ends as it would if it ran alone.
 * @example
 * const kernels = await loadKernels();
 * const random = kernels.random(1);
 * const problem = tridiagonalQuadratic(kernels, 3, 10, 0, random);
 * const method = methods.find(({ name }) => name === 'asgd');
 * const simulation = new Simulation({ kernels, problem, computation: fixedTimes([1, 2, 10]), random, method, parameters: { stepsize: 0.5 } });
 * const points = [];
 * const run = new Run(simulation, problem, { budget: { time: 20 }, evaluate: { every: 5 }, onEvaluation: (point) => points.push(point) });
 * while (run.advance(1000));
 * points.map(({ time }) => time); // [0, 5, 10, 15, 20]
 * simulation.dispose();
 * problem.dispose();
 */
export class Run {
  /** One per stepsize of the simulation. */
  readonly lanes: readonly RunLane[];
  readonly #simulation: Simulation;
  readonly #plan: RunPlan;
  /** The lanes that have not ended. */
  #running: readonly RunLane[];
  /** The next grid time is this times the spacing; time 0 is evaluated at the start. */
  #gridIndex = 1;
  #evaluatedTime = 0;
  #started = false;

  /**
   * @param simulation New, or the one that was saved together with `from`; it stays with its owner.
   * @param problem The one of the simulation.
   * @param plan When to end and to evaluate.
   * @param from Goes on from there; the simulation must have been saved at the same moment.
   * @throws InputError when the spacing of the evaluations is not greater than 0.
   */
  constructor(simulation: Simulation, problem: Problem, plan: RunPlan, from?: RunCheckpoint) {
    const spacing = 'every' in plan.evaluate ? plan.evaluate.every : plan.evaluate.updates;
    if (!(spacing > 0)) throw new InputError('Run', 'evaluate', 'have a spacing greater than 0', spacing);
    this.#simulation = simulation;
    this.#plan = plan;
    this.lanes = simulation.lanes.map((_, index) => new RunLane(simulation, problem, plan, index, from?.lanes[index]));
    this.#running = this.lanes;
    this.#dropEnded();
    if (from === undefined) return;
    this.#gridIndex = from.gridIndex;
    this.#evaluatedTime = from.evaluatedTime;
    this.#started = from.lanes.some(({ latest }) => latest !== undefined);
  }

  /** Whether any lane goes on. */
  get running(): boolean {
    return this.#running.length > 0;
  }

  /**
   * Processes some events. Returns early after an evaluation, so that a slice stays short.
   * @param events How many at most.
   * @returns Whether the run goes on.
   * @throws SchedulesDiffer when the lanes cannot go together; then each can be run alone.
   */
  advance(events: number): boolean {
    if (this.running) this.#slice(events);
    return this.running;
  }

  #slice(events: number): void {
    const { budget, evaluate } = this.#plan;
    const simulation = this.#simulation;
    const endTime = budget.time ?? Infinity;
    if (!this.#started) {
      this.#evaluate(0);
      if (!this.running) return;
    }
    for (let count = 0; count < events; count += 1) {
      const next = simulation.nextTime;
      // Not in the middle of an instant, when it is not known yet who else is lost.
      const waitsFor = next > simulation.time || simulation.time === 0 ? simulation.stalledOn() : [];
      if (waitsFor.length > 0) return this.#finish('stalled', this.#now, describeStall(waitsFor, simulation.lost === 0));
      if ('every' in evaluate) {
        const gridTime = this.#gridIndex * evaluate.every;
        if (gridTime * (1 + GRID_TOLERANCE) < next && gridTime <= endTime * (1 + GRID_TOLERANCE)) {
          this.#gridIndex += 1;
          return this.#evaluate(Math.min(gridTime, endTime));
        }
      }
      if (next > endTime) return this.#finish('finished', endTime);
      const updatesBefore = simulation.updates;
      simulation.advance();
      if (simulation.updates >= (budget.updates ?? Infinity) || simulation.gradients >= (budget.gradients ?? Infinity)) {
        return this.#finish('finished', simulation.time);
      }
      if ('updates' in evaluate && simulation.updates > updatesBefore && simulation.updates % evaluate.updates === 0) {
        return this.#evaluate(simulation.time);
      }
    }
  }

  /** Ends the run where it is. */
  end(status: 'finished' | 'interrupted'): void {
    if (this.running) this.#finish(status, this.#now);
  }

  /** Ends the run where it is, without a last evaluation. */
  fail(reason: string): void {
    for (const lane of this.#running) this.#endLane(lane, 'failed', this.#now, reason);
  }

  /** Simulated time reached: that of the last event or evaluation. */
  get #now(): number {
    return Math.max(this.#simulation.time, this.#evaluatedTime);
  }

  /** How much of the budget is used, 0 to 1, real time aside. */
  get fraction(): number {
    if (!this.running) return 1;
    const { time, updates, gradients } = this.#plan.budget;
    const { updates: k, gradients: arrived } = this.#simulation;
    return Math.min(1, Math.max(this.#now / (time ?? Infinity), k / (updates ?? Infinity), arrived / (gradients ?? Infinity)));
  }

  /** What the run needs to go on, beside what the simulation saves. */
  save(): RunCheckpoint {
    return { gridIndex: this.#gridIndex, evaluatedTime: this.#evaluatedTime, lanes: this.lanes.map((lane) => lane.save()) };
  }

  /** Evaluates all lanes, and ends those that have diverged. */
  #evaluate(time: number): void {
    for (const lane of this.#running) this.#evaluateLane(lane, time);
    this.#started = true;
    this.#evaluatedTime = time;
  }

  /** @returns Whether the lane goes on. */
  #evaluateLane(lane: RunLane, time: number): boolean {
    if (!lane.evaluate(time)) return true;
    this.#endLane(lane, 'diverged', time, `the objective became ${lane.finalObjective} at time ${time}`);
    return false;
  }

  /** Ends all lanes, with an evaluation where the last one is of an earlier model or time. */
  #finish(status: RunStatus, time: number, reason?: string): void {
    const timely = time - this.#evaluatedTime <= GRID_TOLERANCE * time;
    for (const lane of this.#running) {
      const goesOn = (timely && lane.isEvaluated) || this.#evaluateLane(lane, time);
      if (goesOn) this.#endLane(lane, status, time, reason);
    }
  }

  #endLane(lane: RunLane, status: RunStatus, time: number, reason?: string): void {
    lane.end(status, time, reason, this.#running.length === 1);
    this.#dropEnded();
  }

  #dropEnded(): void {
    this.#running = this.lanes.filter((lane) => lane.status === 'running');
  }
}

function describeStall(waitsFor: readonly number[], idle: boolean): string {
  if (idle) return `nobody computes: all ${waitsFor.length} workers wait`;
  const named = waitsFor.slice(0, 10).join(', ');
  const more = waitsFor.length > 10 ? ` and ${waitsFor.length - 10} more` : '';
  return `waits for worker${waitsFor.length > 1 ? 's' : ''} ${named}${more}, which will never report`;
}
