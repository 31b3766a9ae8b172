import type { ComputationModel } from '../computation/computation-model.js';
import type { NetworkModel } from '../computation/network-model.js';
import type { Kernels } from '../kernels/load.js';
import type { Random } from '../kernels/random.js';
import type { Vector } from '../kernels/vector.js';
import { scalarBytes } from '../kernels/vector.js';
import { RunVectors } from '../kernels/vector-operations.js';
import type { AnyMethod } from '../methods/method.js';
import { requireHandlers } from '../methods/method.js';
import type { Problem } from '../problems/problem.js';
import type { JobBoard } from './job-board.js';
import type { SimulationCheckpoint } from './checkpoint.js';
import { loadLanes, requireMatch, saveLanes } from './checkpoint.js';
import { CoordinateSampler } from './coordinate-sampler.js';
import type { GradientSource, Upcoming } from './gradient-source.js';
import { GradientsOnArrival } from './gradients-on-arrival.js';
import { GradientsWhenBegun } from './gradients-when-begun.js';
import { LaneGradients } from './lane-gradients.js';
import type { SimulationLane } from './lane.js';
import { Lane } from './lane.js';
import type { SimulationObserver, WorkerStatistics } from './observer.js';
import { Schedule } from './schedule.js';
import type { ScheduledEvent } from './scheduled-event.js';
import type { SimulationStatistics } from './statistics.js';
import { statisticsOf } from './statistics.js';
import { NotedTiming, RepeatedTiming, Tape } from './tape.js';

export type { SimulationCheckpoint } from './checkpoint.js';
export type { SimulationLane } from './lane.js';
export type { SimulationStatistics } from './statistics.js';

/** What a simulation is of: a method on a problem, with workers and a network. */
export interface SimulationOptions {
  /** Those that the problem was made with. */
  readonly kernels: Kernels;
  /** What is minimised; it stays with its owner. */
  readonly problem: Problem;
  /** How long gradients take. */
  readonly computation: ComputationModel;
  /** Absent: messages take no time. */
  readonly network?: NetworkModel | undefined;
  /** Where the coordinates of sparse messages come from. */
  readonly random: Random;
  /** Who decides what happens. */
  readonly method: AnyMethod;
  /** The method's parameters with its stepsize. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The lanes' stepsizes, at least one, each in place of that of the parameters. Absent: one lane with the stepsize of the parameters. */
  readonly stepsizes?: readonly number[] | undefined;
  /** Told what happens, for traces; absent: nobody is. */
  readonly observer?: SimulationObserver | undefined;
  /** Goes on from there; the other options must be those of the simulation that was saved. */
  readonly from?: SimulationCheckpoint | undefined;
}

/**
 * A server and n workers in simulated time; knows no concrete method. Server work takes no time. An event is the end of one stochastic
 * gradient or the arrival of a message; a message that takes no time is delivered at once to methods without a worker half, and at the same instant, in
 * its turn, to the others. A schedule decides what happens when; lanes, one per stepsize, hold the values and answer to the same events.
 * @example
 * const kernels = await loadKernels();
 * const random = kernels.random(1);
 * const problem = tridiagonalQuadratic(kernels, 3, 10, 0, random);
 * const method = methods.find(({ name }) => name === 'asgd');
 * const simulation = new Simulation({ kernels, problem, computation: fixedTimes([1, 2, 10]), random, method, parameters: { stepsize: 0.5 } });
 * while (simulation.nextTime <= 10) simulation.advance();
 * [simulation.updates, simulation.statistics(10).maxDelay]; // [16, 15]
 * simulation.dispose();
 * problem.dispose();
 */
export class Simulation {
  /** One per stepsize, in their order. */
  readonly lanes: readonly SimulationLane[];
  readonly #problem: Problem;
  readonly #kernels: Kernels;
  readonly #vectors: RunVectors;
  readonly #coordinates: CoordinateSampler;
  readonly #schedule: Schedule;
  readonly #gradients: GradientSource;
  /** Absent where lanes compute their gradients one by one. */
  readonly #together: LaneGradients | undefined;
  readonly #lanes: readonly Lane[];
  /** The lanes that have not ended; the first one leads. */
  #live: readonly Lane[];
  /** The lane that is left when it is one. */
  #alone: Lane | undefined;
  /** What the first one does where there are several, which the others repeat. */
  readonly #tape = new Tape();
  readonly #lead: NotedTiming;

  /**
   * @param options What is simulated.
   * @throws RangeError when the computation model, the network and the problem disagree about the number of workers, or the checkpoint is of
   * another simulation.
   * @throws InputError when the method lacks a handler that it needs.
   * @throws SchedulesDiffer here or while events are processed when the method does different things with different stepsizes.
   */
  constructor(options: SimulationOptions) {
    const { kernels, problem, computation, method, parameters, observer, from } = options;
    const n = problem.workers;
    const network = options.network?.instantaneous === true ? undefined : options.network;
    const stepsizes = options.stepsizes ?? [parameters['stepsize'] as number];
    if (computation.workers !== n) throw new RangeError(`simulation: 'computation' must have ${n} workers, got ${computation.workers}`);
    if (network !== undefined && network.workers !== n) throw new RangeError(`simulation: 'network' must have ${n} workers, got ${network.workers}`);
    if (stepsizes.length === 0) throw new RangeError("simulation: 'stepsizes' must name at least one, got none");
    requireHandlers(method);
    if (from !== undefined) requireMatch(from, problem, stepsizes);
    this.#problem = problem;
    this.#kernels = kernels;
    this.#vectors = new RunVectors(kernels, problem.dimension, problem.scalar, n);
    this.#coordinates = new CoordinateSampler(kernels, options.random, problem.dimension);
    this.#schedule = new Schedule(method, computation, network, problem.dimension * scalarBytes(problem.scalar), observer);
    this.#gradients = sourceOf(kernels, problem, method, stepsizes.length);
    this.#together = stepsizes.length > 1 ? LaneGradients.of(this.#gradients) : undefined;
    const shared = {
      problem, method, computation, observer, instantaneous: network === undefined, vectors: this.#vectors, coordinates: this.#coordinates,
      schedule: this.#schedule, gradients: this.#gradients, arrivals: this.#together ?? this.#gradients,
    };
    this.#lead = new NotedTiming(this.#schedule, this.#tape);
    const repeat = new RepeatedTiming(this.#tape);
    this.#lanes = stepsizes.map((stepsize, index) => new Lane(shared, index, stepsize, repeat));
    this.lanes = this.#lanes;
    this.#live = this.#lanes;
    try {
      if (from === undefined) this.#start(parameters);
      else this.#restore(from);
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  /** Simulated time of the last event; 0 before the first. */
  get time(): number {
    return this.#schedule.time;
  }

  /** k: model updates so far; for local methods rounds. */
  get updates(): number {
    return this.#schedule.updates;
  }

  /** Stochastic gradients so far; see `SimulationStatistics`. */
  get gradients(): number {
    return this.#schedule.recorder.gradients;
  }

  /** The model of the first lane; see `SimulationLane`. */
  get model(): Vector {
    return this.#lanes[0]!.model;
  }

  /** Simulated time of the next event; Infinity when nothing can happen any more. */
  get nextTime(): number {
    return this.#schedule.nextTime;
  }

  /** Processes the next event: a gradient is ready or a message arrives, and the method answers in every lane. There must be one. */
  advance(): void {
    const event = this.#schedule.next();
    if (event.kind === 'gradient' || event.kind === 'step') this.#gradients.arrive(event.worker);
    if (this.#alone !== undefined) this.#alone.handle(event);
    else this.#handleTogether(event);
    this.#schedule.settle(event);
    this.#gradients.afterEvent(this.#upcoming);
  }

  /**
   * Lets other threads compute gradients from now on, or only this one again. A simulation of several lanes does without them.
   * @param board Of the problem's recipe. It must stay open until this is called again, or the simulation is disposed of.
   */
  share(board: JobBoard | undefined): void {
    if (this.#lanes.length === 1) this.#gradients.share(board);
  }

  /**
   * A lane is over: its method is not told of anything any more. Its model stays.
   * @param lane Its number, from 0.
   */
  endLane(lane: number): void {
    this.#lanes[lane]!.end();
    this.#chooseLead();
  }

  /** Workers whose computation never ends. */
  get lost(): number {
    return this.#schedule.fleet.lost;
  }

  /** The workers that the run waits for in vain; see `StallWatch`. */
  stalledOn(): readonly number[] {
    const lead = this.#live[0];
    return lead === undefined ? [] : this.#schedule.stalledOn(lead.state, lead.server);
  }

  /**
   * The counts so far, as they are if the run ends at `end`: with computations in progress counted as used until then.
   * @param end Simulated time, at least that of the last event.
   */
  statistics(end: number): SimulationStatistics {
    return statisticsOf(this.#schedule.books(end), this.updates, this.#problem.workers, end);
  }

  /**
   * How the workers spend the time until `end`, if the run ends there.
   * @param end Simulated time, at least that of the last event, which is the default.
   */
  workerStatistics(end = this.time): WorkerStatistics {
    return this.#schedule.books(end).workers();
  }

  /** Records the intervals that are still open at the end of the last lane. */
  closeIntervals(end: number): void {
    this.#schedule.end(end);
  }

  /**
   * Everything that the rest of the simulation depends on, as a value of its own: it can be cloned, sent and written to a file.
   * @throws NotPlainState when the method's state is not plain data and vectors.
   */
  save(): SimulationCheckpoint {
    return { ...saveLanes(this.#problem, this.#schedule, this.#lanes), gradients: this.#gradients.save() };
  }

  /** Returns the run's memory; the problem stays with its owner. */
  dispose(): void {
    this.#release();
  }

  #start(parameters: Readonly<Record<string, unknown>>): void {
    this.#chooseLead();
    this.#tape.play(this.#live, (lane) => lane.start({ ...parameters, stepsize: lane.stepsize }));
    this.#schedule.begin();
  }

  #restore(from: SimulationCheckpoint): void {
    this.#schedule.restore(from.schedule);
    loadLanes(from, this.#lanes, this.#kernels, this.#problem);
    this.#gradients.restore(from.gradients);
    this.#chooseLead();
  }

  /** The first live lane acts on the schedule. */
  #chooseLead(): void {
    this.#live = this.#lanes.filter((lane) => lane.live);
    const [lead] = this.#live;
    this.#alone = this.#live.length === 1 ? lead : undefined;
    if (lead !== undefined) lead.timing = this.#alone === undefined ? this.#lead : this.#schedule;
  }

  #handleTogether(event: ScheduledEvent): void {
    if (this.#together !== undefined && (event.kind === 'gradient' || event.kind === 'step')) {
      this.#together.open(this.#live.map((lane) => lane.held[event.worker]!));
    }
    try {
      this.#tape.play(this.#live, (lane) => lane.handle(event));
    } finally {
      this.#together?.close();
    }
  }

  readonly #upcoming: Upcoming = (count, visit) => {
    const { held } = this.#lanes[0]!;
    this.#schedule.upcoming(count, (worker, index, end) => visit(worker, index, held[worker]!, end));
  };

  #release(): void {
    for (const lane of this.#lanes) lane.dispose();
    this.#gradients.dispose();
    this.#coordinates.dispose();
    this.#vectors.dispose();
  }
}

/** A method that never resumes needs no model again: then gradients in compact form are computed when they begin. */
function sourceOf(kernels: Kernels, problem: Problem, method: AnyMethod, lanes: number): GradientSource {
  const { compact, dimension, workers } = problem;
  if (compact === undefined || lanes > 1 || method.worker !== undefined || method.resumes !== false) return new GradientsOnArrival(kernels, problem);
  return new GradientsWhenBegun(kernels, compact, dimension, workers);
}
