import { explicitQuadratic, loadKernels, Vector } from '../bindings/index.js';
import type { AnyMethod, ComputationModel, Evaluation, Kernels, Problem, QuadraticData, SimulationStatistics } from '../bindings/index.js';
import { Run, Simulation } from '../bindings/index.js';
import type { Budget, EvaluationPoint, FlightEvent, IntervalEvent, NetworkModel, RunLane, Target, WorkerStatistics } from '../bindings/index.js';

/** f_i(x) = ½ ‖x − c_i‖² up to a constant: A = I, b = c_i. */
export function centred(centers: readonly (readonly number[])[], x0?: readonly number[]): QuadraticData {
  const dimension = centers[0]!.length;
  const identity = Array.from({ length: dimension }, (_, r) => Array.from({ length: dimension }, (_, c) => (r === c ? 1 : 0)));
  return { dimension, workers: centers.map((b) => ({ A: identity, b })), ...(x0 === undefined ? {} : { x0 }) };
}

/** A model update, with a copy of the model. */
export interface Update {
  time: number;
  update: number;
  worker: number;
  delay: number;
  gamma: number;
  x: number[];
}

export interface Outcome {
  updates: Update[];
  intervals: IntervalEvent[];
  flights: FlightEvent[];
  workers: WorkerStatistics;
  statistics: SimulationStatistics;
  run: RunLane;
  x: number[];
}

/** What a run may have besides the method, the problem and the times. */
export interface Extras {
  target?: Target;
  every?: number;
  onEvaluation?: (point: EvaluationPoint) => void;
  /** Without one, messages take no time. */
  network?: NetworkModel | undefined;
  /** Standard deviation of the noise in every entry of a gradient; default 0. */
  noise?: number;
  /** Of the noise and of the method's own draws; default 1. */
  seed?: number;
}

/** Per worker and direction: latency in seconds, bandwidth in bytes per second (default infinite). */
export interface Links {
  up: readonly number[];
  down: readonly number[];
  upBandwidth?: readonly number[];
  downBandwidth?: readonly number[];
}

/** A network in which a message takes latency + bytes/bandwidth. */
export function network({ up, down, upBandwidth, downBandwidth }: Links): NetworkModel {
  return {
    workers: up.length,
    instantaneous: false,
    flightTime: (worker, direction, _index, bytes) => {
      const [latency, bandwidth] = direction === 'up' ? [up, upBandwidth] : [down, downBandwidth];
      return latency[worker]! + bytes / (bandwidth?.[worker] ?? Infinity);
    },
  };
}

let shared: Promise<Kernels> | undefined;

/** Kernels that tests share. */
export function testKernels(): Promise<Kernels> {
  return (shared ??= loadKernels());
}

/** Runs a method on quadratics given by their numbers, without noise and with instantaneous messages unless told otherwise. */
export async function simulate(
  method: AnyMethod,
  parameters: Readonly<Record<string, unknown>>,
  data: QuadraticData | ((kernels: Kernels) => Problem),
  computation: ComputationModel,
  budget: Budget,
  options: Extras = {},
): Promise<Outcome> {
  const kernels = await testKernels();
  const random = kernels.random(options.seed ?? 1);
  const problem = typeof data === 'function' ? data(kernels) : explicitQuadratic(kernels, data, options.noise ?? 0, random);
  const updates: Update[] = [];
  const intervals: IntervalEvent[] = [];
  const flights: FlightEvent[] = [];
  const defaults = Object.fromEntries(Object.entries(method.parameters).map(([key, { default: value }]) => [key, value]));
  const simulation = new Simulation({
    kernels,
    problem,
    computation,
    network: options.network,
    random,
    method,
    parameters: { ...defaults, ...parameters },
    observer: {
      onUpdate: ({ model, ...event }) => updates.push({ ...event, x: Array.from(model.view()) }),
      onInterval: (event) => intervals.push(event),
      onFlight: (event) => flights.push(event),
    },
  });
  const run = new Run(simulation, problem, {
    budget,
    evaluate: { every: options.every ?? 1e9 },
    target: options.target,
    onEvaluation: options.onEvaluation ?? (() => undefined),
  });
  while (run.running) run.advance(1000);
  const lane = run.lanes[0]!;
  const { statistics, workers } = lane;
  const x = Array.from(simulation.model.view());
  simulation.dispose();
  problem.dispose();
  return { updates, intervals, flights, workers, statistics, run: lane, x };
}

/** What a problem finds at a point. */
export async function evaluateAt(problem: Problem, x: ArrayLike<number>): Promise<Evaluation> {
  const { pool } = await testKernels();
  const at = new Vector(pool, problem.dimension, 'float64', 'test');
  at.view().set(x);
  const evaluation = problem.evaluate(at);
  at.release();
  return evaluation;
}

/** The built-in method of a name, from the registry. */
export function methodNamed(methods: readonly AnyMethod[], name: string): AnyMethod {
  const found = methods.find((method) => method.name === name);
  if (found === undefined) throw new RangeError(`tests: 'name' must be a method, got ${name}`);
  return found;
}
