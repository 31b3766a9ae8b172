import { nextTask } from '#platform';
import type { ComputationModel } from '../computation/computation-model.js';
import { MemoryLimitError } from '../errors.js';
import { scalarBytes } from '../kernels/vector.js';
import type { SimulationObserver } from '../simulation/observer.js';
import { Run } from '../simulation/run.js';
import type { EvaluationPoint, RunCheckpoint, RunLane, RunStatus } from '../simulation/run.js';
import { Simulation } from '../simulation/simulation.js';
import type { SimulationCheckpoint } from '../simulation/simulation.js';
import type { Problem } from '../problems/problem.js';
import type { JobBoard } from '../simulation/job-board.js';
import { worthSharing } from '../simulation/worth-sharing.js';
import type { Setting } from './build.js';
import type { Checkpoint } from './checkpoints.js';
import { CheckpointRhythm } from './checkpoints.js';
import { wallClock } from './clock.js';
import { modelDigest } from './digest.js';
import { machineBytes, requireMemory } from './memory-need.js';
import type { MetricsRecord, RunOutcome, SummaryRecord, TraceRecord } from './records.js';
import type { ResolvedExperiment } from './resolve.js';
import type { ExperimentParts } from './run.js';
import type { EntryRun } from './run-list.js';
import { workersRecord } from './workers-record.js';
import { Workplace } from './workplace.js';

/** Real time that one slice of simulation should take, so that progress shows and an abort is heeded. */
const SLICE_SECONDS = 0.05;
/** Models of at most this many entries are written to traces. */
const TRACE_DIMENSION = 64;

/** What is in a checkpoint. */
interface UnitState {
  readonly simulation: SimulationCheckpoint;
  readonly run: RunCheckpoint;
  readonly metrics: readonly (readonly MetricsRecord[])[];
  readonly seconds: readonly number[];
}

/** A unit of work as a pure value: whatever machine or thread computes it, its outcomes are the same but for real times. */
export interface UnitTask {
  /** What the runs belong to. */
  readonly experiment: ResolvedExperiment;
  /** Indices of runs of one method entry and seed: see `listRuns`. */
  readonly runs: readonly number[];
  /** Where they go on. */
  readonly checkpoint?: Checkpoint;
}

/** Told what a unit computes, as it does. */
export interface UnitEvents {
  onMetrics?(record: MetricsRecord, run: number): void;
  onTrace?(record: TraceRecord, run: number): void;
  /** @param underWay How many runs' worth of work lies in the runs that are not over: the sum of their fractions. */
  onProgress?(run: number, underWay: number): void;
  /** A run is over, or was interrupted. */
  onOutcome?(outcome: RunOutcome): void;
  onCheckpoint?(checkpoint: Checkpoint): void;
  /** Bytes of the machine's memory that the unit takes, at most. */
  onNeed?(bytes: number): void;
  /** Why fewer threads help than were granted. */
  onNotice?(text: string): void;
}

/** What surrounds a unit that runs. */
export interface UnitHost extends UnitEvents {
  /** Whether it is to end as soon as it can. */
  readonly aborted: boolean;
  /** How many further threads it may use, from now on; may change in every pause. */
  readonly granted: number;
  /** The seeds that this thread may need later. */
  readonly later: readonly number[];
  /** Lets messages, timers, signals and input be handled. */
  pause(): Promise<void>;
}

/**
 * Runs a unit of work alone, from kernels to outcomes: for programs that spread runs over machines by themselves.
 * @param task Plain data, which may come from elsewhere.
 * @param parts Methods of your own that the experiment names, its own problem, and kernels; default: a new instance.
 * @returns An outcome per run, in the order in which they ended.
 * @throws SchedulesDiffer when the runs cannot be computed together: give each a task of its own. MemoryLimitError when there is no memory
 * for all of several runs; a single one has the status `failed` then.
 */
export async function runTask({ experiment, ...unit }: UnitTask, parts: ExperimentParts = {}): Promise<RunOutcome[]> {
  const place = await Workplace.open(experiment, parts);
  try {
    return await runUnit(place, unit, { aborted: false, granted: 0, later: [], pause: nextTask });
  } finally {
    await place.dispose();
  }
}

/**
 * Runs a unit of work: its runs are the lanes of one simulation.
 * @returns The outcomes of its runs; none when it is aborted before it has begun.
 * @throws SchedulesDiffer when the runs cannot be computed together; MemoryLimitError when there is no memory for all of them.
 */
export async function runUnit(place: Workplace, { runs, checkpoint }: Omit<UnitTask, 'experiment'>, host: UnitHost): Promise<RunOutcome[]> {
  if (host.aborted) return [];
  const members = (checkpoint?.runs ?? runs).map((index) => place.runs[index]!);
  const setting = await place.setting(members[0]!.seed, host.later);
  let work: UnitWork;
  try {
    const [first] = members;
    const method = { method: place.method(first!), parameters: place.parameters(first!) };
    const bytes = requireMemory(place.experiment, setting, place.kernels, first!.method, method, members.length);
    host.onNeed?.(machineBytes(bytes, setting.problem.workers));
    work = new UnitWork(place, setting, members, new Set(runs), host, bytes, checkpoint?.state as UnitState | undefined);
  } catch (error) {
    if (!(error instanceof MemoryLimitError) || members.length > 1) throw error;
    const outcome = { index: runs[0]!, summary: neverStarted(members[0]!, error.message), metrics: [], workers: null };
    host.onOutcome?.(outcome);
    return [outcome];
  }
  try {
    return await work.finish();
  } finally {
    work.dispose();
  }
}

/** A unit that is computed. */
class UnitWork {
  readonly #place: Workplace;
  readonly #members: readonly EntryRun[];
  /** The runs whose outcomes are asked for. */
  readonly #wanted: ReadonlySet<number>;
  readonly #host: UnitHost;
  readonly #computation: ComputationModel;
  readonly #simulation: Simulation;
  readonly #run: Run;
  /** Per run. */
  readonly #metrics: MetricsRecord[][];
  /** Real time per run; what is spent together is divided among those that go on. */
  readonly #seconds: number[];
  readonly #outcomes: RunOutcome[] = [];
  readonly #problem: Problem;
  readonly #bytes: number;
  #board: JobBoard | undefined;
  #helpers = 0;

  /** @param bytes Of the kernels' memory that it needs without further threads, its problem's included. */
  constructor(
    place: Workplace, setting: Setting, members: readonly EntryRun[], wanted: ReadonlySet<number>, host: UnitHost, bytes: number, from: UnitState | undefined,
  ) {
    const { budget, evaluate, target } = place.experiment;
    const [first] = members;
    this.#place = place;
    this.#members = members;
    this.#wanted = wanted;
    this.#host = host;
    this.#computation = setting.computation;
    this.#problem = setting.problem;
    this.#bytes = bytes;
    this.#metrics = from === undefined ? members.map(() => []) : from.metrics.map((records) => [...records]);
    this.#seconds = from === undefined ? members.map(() => 0) : [...from.seconds];
    this.#simulation = new Simulation({
      ...setting,
      kernels: place.kernels,
      method: place.method(first!),
      parameters: place.parameters(first!),
      stepsizes: members.map(({ stepsize }) => stepsize),
      from: from?.simulation,
      ...(host.onTrace === undefined ? {} : { observer: tracer(first!, (record) => host.onTrace!(record, first!.index)) }),
    });
    const onEvaluation = (point: EvaluationPoint, lane: number): void => {
      const { index, method, stepsize, seed } = members[lane]!;
      const record = { method, stepsize, seed, ...point };
      this.#metrics[lane]!.push(record);
      if (wanted.has(index)) host.onMetrics?.(record, index);
    };
    this.#run = new Run(this.#simulation, setting.problem, { budget, evaluate, target, onEvaluation }, from?.run);
  }

  async finish(): Promise<RunOutcome[]> {
    const host = this.#host;
    const run = this.#run;
    const wallLimit = this.#place.experiment.budget.wallSeconds ?? Infinity;
    const checkpoints = host.onCheckpoint === undefined ? undefined : new CheckpointRhythm(wallClock, () => this.#save(), (checkpoint) => host.onCheckpoint!(checkpoint));
    let events = 16;
    let counted = wallClock();
    this.#tellEnded();
    while (this.#underWay.length > 0) {
      if (host.granted !== this.#helpers) await this.#share(host.granted);
      const live = run.lanes.filter(({ status }) => status === 'running');
      const { length } = this.#underWay;
      const began = wallClock();
      this.#advanceFor(events, began + SLICE_SECONDS / 2);
      const now = wallClock();
      if (now - began < SLICE_SECONDS) events = Math.min(2 * events, 2 ** 20);
      else events = Math.max(1, events >> 1);
      for (const { index } of live) this.#seconds[index]! += (now - counted) / live.length;
      counted = now;
      const spent = Math.max(...this.#seconds);
      host.onProgress?.(this.#members[0]!.index, length * Math.min(1, Math.max(run.fraction, spent / wallLimit)));
      this.#tellEnded();
      await host.pause();
      if (this.#underWay.length > 0) checkpoints?.pass(host.aborted);
      if (host.aborted) run.end('interrupted');
      else if (spent >= wallLimit) run.end('finished');
      this.#tellEnded(host.aborted);
    }
    return this.#outcomes;
  }

  dispose(): void {
    this.#simulation.dispose();
    this.#board?.close();
  }

  /** Lets so many further threads compute gradients, where these are worth being handed over. */
  async #share(helpers: number): Promise<void> {
    this.#helpers = helpers;
    const { recipe, dimension, scalar } = this.#problem;
    if (recipe === undefined || !worthSharing(this.#problem) || this.#members.length > 1) return;
    this.#simulation.share(undefined);
    this.#board?.close();
    this.#board = undefined;
    const crew = await this.#place.crew(helpers);
    if (crew.notice !== undefined) this.#host.onNotice?.(crew.notice);
    if (this.#bytes + crew.boardBytes(recipe, dimension * scalarBytes(scalar)) > this.#place.kernels.pool.limitBytes) {
      this.#host.onNotice?.('gradients are computed by one thread: there is no memory for what others would compute ahead');
      return;
    }
    this.#board = crew.board(recipe);
    this.#simulation.share(this.#board);
  }

  /** Lanes that go on and are asked for. */
  get #underWay(): RunLane[] {
    return this.#run.lanes.filter(({ status }, lane) => status === 'running' && this.#wanted.has(this.#members[lane]!.index));
  }

  /** Advances until all lanes end or the time is over. A run that cannot go on, for lack of memory, has failed; others may succeed. */
  #advanceFor(events: number, until: number): void {
    try {
      while (this.#run.advance(events) && wallClock() < until);
    } catch (error) {
      if (!(error instanceof MemoryLimitError) || this.#members.length > 1) throw error;
      this.#run.fail(error.message);
    }
  }

  /**
   * Hands out the outcomes of lanes that have ended.
   * @param interrupted Whether they were: what the evaluation at that moment found does not end a run.
   */
  #tellEnded(interrupted = false): void {
    for (const lane of this.#run.lanes) {
      const { index } = this.#members[lane.index]!;
      if (lane.status === 'running' || !this.#wanted.has(index) || this.#outcomes.some((outcome) => outcome.index === index)) continue;
      const outcome = this.#outcome(lane, interrupted ? 'interrupted' : lane.status, interrupted ? undefined : lane.reason);
      this.#outcomes.push(outcome);
      this.#host.onOutcome?.(outcome);
    }
  }

  #outcome(lane: RunLane, status: RunStatus, reason: string | undefined): RunOutcome {
    const { index, method, stepsize, seed } = this.#members[lane.index]!;
    const key = { method, stepsize, seed };
    const summary = {
      ...key,
      status,
      ...(reason === undefined ? {} : { reason }),
      finalObjective: lane.finalObjective,
      finalWorstWorkerObjective: lane.finalWorstWorkerObjective,
      ...(lane.finalSuboptimality === undefined ? {} : { finalSuboptimality: lane.finalSuboptimality }),
      bestObjective: lane.bestObjective,
      timeToTarget: lane.timeToTarget,
      time: lane.time,
      ...lane.statistics,
      wallSeconds: this.#seconds[lane.index]!,
      digest: modelDigest(this.#simulation.lanes[lane.index]!.model),
    };
    return { index, summary, metrics: this.#metrics[lane.index]!, workers: workersRecord(key, lane.workers, this.#computation) };
  }

  #save(): Checkpoint {
    const state: UnitState = { simulation: this.#simulation.save(), run: this.#run.save(), metrics: this.#metrics.map((records) => [...records]), seconds: [...this.#seconds] };
    return { runs: this.#members.map(({ index }) => index), state };
  }
}

/** The record of a run that could not even start. */
function neverStarted({ method, stepsize, seed }: EntryRun, reason: string): SummaryRecord {
  const unknown = { finalObjective: NaN, finalWorstWorkerObjective: NaN, bestObjective: NaN, timeToTarget: null };
  const counts = { time: 0, updates: 0, gradients: 0, gradientsDiscarded: 0, discardedTime: 0, meanDelay: 0, maxDelay: 0, utilization: 0 };
  return { method, stepsize, seed, status: 'failed', reason, ...unknown, ...counts, bytesUp: 0, bytesDown: 0, wallSeconds: 0, digest: '' };
}

function tracer({ method, stepsize, seed }: EntryRun, onTrace: (record: TraceRecord) => void): SimulationObserver {
  return {
    onUpdate: ({ time, update, worker, delay, gamma, model }) => {
      const x = model.length <= TRACE_DIMENSION ? { x: Array.from(model.view()) } : {};
      onTrace({ method, stepsize, seed, time, update, worker, delay, gamma, ...x });
    },
    onInterval: ({ worker, kind, start, end }) => onTrace({ type: 'interval', method, stepsize, seed, worker, kind, start, end }),
    onFlight: (flight) => onTrace({ type: 'flight', method, stepsize, seed, ...flight }),
  };
}
