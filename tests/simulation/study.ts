import {
  digits, explicitQuadratic, givenDepartures, heterogeneousQuadraticData, LoadedDataset, loadKernels, MlpProblem, networkModel, paperTimes, partition,
  randomOutages, Run, Simulation,
} from '../../bindings/index.js';
import type {
  AnyMethod, Budget, EvaluationGrid, EvaluationPoint, Kernels, Problem, Random, RunCheckpoint, RunLane, SimulationCheckpoint, SimulationObserver,
} from '../../bindings/index.js';
import { modelDigest } from '../../bindings/experiment/digest.js';

const WORKERS = 5;
const DIMENSION = 7;
const SEED = 3;

/** A method with stepsizes, and where it runs. */
export interface Study {
  readonly method: AnyMethod;
  readonly stepsizes: readonly number[];
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Whether messages take time. */
  readonly latency: boolean;
  /** Whether a worker leaves for good. */
  readonly lost: boolean;
  readonly budget?: Budget;
  readonly evaluate?: EvaluationGrid;
  /** A network, whose gradients have a compact form, instead of quadratics. */
  readonly network?: boolean;
}

/** What a lane told, in order, and what it was in the end. */
export interface LaneOutcome {
  readonly evaluations: EvaluationPoint[];
  readonly updates: unknown[];
  readonly status: string;
  readonly reason: string | undefined;
  readonly summary: unknown;
  readonly statistics: unknown;
  readonly workers: unknown;
  readonly digest: string;
}

/** Where a study was left. */
export interface Left {
  readonly simulation: SimulationCheckpoint;
  readonly run: RunCheckpoint;
}

/** Everything that a study needs, in kernels of its own; `told` grows as it runs. */
export class StudyRun {
  readonly simulation: Simulation;
  readonly run: Run;
  readonly problem: Problem;
  readonly evaluations: EvaluationPoint[][];
  readonly updates: unknown[][];
  readonly intervals: unknown[] = [];

  constructor(readonly kernels: Kernels, study: Study, from?: Left) {
    const { method, stepsizes, latency, lost, parameters = {}, budget = { time: 120 }, evaluate = { every: 10 } } = study;
    const random = kernels.random(SEED);
    this.problem = study.network === true ? network(kernels, random) : quadratic(kernels, random);
    const base = randomOutages(paperTimes(WORKERS, random, true), { every: 30, length: 4 }, random);
    this.evaluations = stepsizes.map(() => []);
    this.updates = stepsizes.map(() => []);
    const observer: SimulationObserver = {
      onUpdate: ({ model, ...event }, lane) => this.updates[lane]!.push({ ...event, x: [...model.view()] }),
      onInterval: (event) => this.intervals.push(event),
      onFlight: (event) => this.intervals.push(event),
    };
    const defaults = Object.fromEntries(Object.entries(method.parameters).map(([key, parameter]) => [key, parameter.default]));
    this.simulation = new Simulation({
      kernels, problem: this.problem, random, method, stepsizes, observer,
      computation: lost ? givenDepartures(base, { 1: 35 }) : base,
      network: latency ? networkModel({ latency: 0.75, bandwidth: 100, jitter: 0.4 }, WORKERS, random) : undefined,
      parameters: { ...defaults, ...parameters },
      from: from?.simulation,
    });
    this.run = new Run(this.simulation, this.problem, {
      budget, evaluate, target: { gradientNormSquared: 0.5 }, onEvaluation: (point, lane) => this.evaluations[lane]!.push(point),
    }, from?.run);
  }

  finish(): this {
    while (this.run.running) this.run.advance(100);
    return this;
  }

  outcomes(): LaneOutcome[] {
    return this.run.lanes.map((lane, j) => ({
      evaluations: this.evaluations[j]!,
      updates: this.updates[j]!,
      status: lane.status,
      reason: lane.reason,
      summary: summary(lane),
      statistics: lane.statistics,
      workers: lane.workers,
      digest: modelDigest(this.simulation.lanes[j]!.model),
    }));
  }

  leave(): Left {
    return structuredClone({ simulation: this.simulation.save(), run: this.run.save() });
  }

  dispose(): void {
    this.simulation.dispose();
    this.problem.dispose();
  }
}

function summary({ timeToTarget, bestObjective, finalObjective, finalWorstWorkerObjective, finalSuboptimality, time }: RunLane): unknown {
  return { timeToTarget, bestObjective, finalObjective, finalWorstWorkerObjective, finalSuboptimality, time };
}

function quadratic(kernels: Kernels, random: Random): Problem {
  return explicitQuadratic(kernels, heterogeneousQuadraticData(WORKERS, DIMENSION, 0.5, [0.2, 1], random), 0.05, random);
}

function network(kernels: Kernels, random: Random): Problem {
  const data = digits(kernels, { train: 60, test: 10 });
  const shares = partition(kernels, { kind: 'iid' }, data.train.labels, data.classes, WORKERS, SEED);
  return new MlpProblem(kernels, new LoadedDataset(kernels, data), { hidden: [32], batch: 2, partition: shares }, random);
}

/** Runs a study to its end in new kernels. */
export async function runStudy(study: Study): Promise<{ outcomes: LaneOutcome[]; intervals: unknown[] }> {
  const whole = new StudyRun(await loadKernels(), study).finish();
  const result = { outcomes: whole.outcomes(), intervals: whole.intervals };
  whole.dispose();
  return result;
}
