import { explicitQuadratic, loadKernels } from '../bindings/index.js';
import type { AnyMethod, ComputationModel, Kernels, Problem, QuadraticData, SimulationStatistics } from '../bindings/index.js';
import { Run, Simulation } from '../bindings/index.js';
import type { Budget, EvaluationPoint, IntervalEvent, Target } from '../bindings/index.js';

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
  statistics: SimulationStatistics;
  run: Run;
  x: number[];
}

let shared: Promise<Kernels> | undefined;

/** Kernels that tests share. */
export function testKernels(): Promise<Kernels> {
  return (shared ??= loadKernels());
}

/** Runs a method on quadratics given by their numbers, without noise unless told otherwise. */
export async function simulate(
  method: AnyMethod,
  parameters: Readonly<Record<string, unknown>>,
  data: QuadraticData | ((kernels: Kernels) => Problem),
  computation: ComputationModel,
  budget: Budget,
  options: { target?: Target; every?: number; onEvaluation?: (point: EvaluationPoint) => void } = {},
): Promise<Outcome> {
  const kernels = await testKernels();
  const problem = typeof data === 'function' ? data(kernels) : explicitQuadratic(kernels, data, 0, kernels.random(1));
  const updates: Update[] = [];
  const intervals: IntervalEvent[] = [];
  const defaults = Object.fromEntries(Object.entries(method.parameters).map(([key, { default: value }]) => [key, value]));
  const simulation = new Simulation({
    kernels,
    problem,
    computation,
    method,
    parameters: { ...defaults, ...parameters },
    observer: {
      onUpdate: ({ model, ...event }) => updates.push({ ...event, x: Array.from(model.view()) }),
      onInterval: (event) => intervals.push(event),
    },
  });
  const run = new Run(simulation, problem, {
    budget,
    evaluate: { every: options.every ?? 1e9 },
    target: options.target,
    onEvaluation: options.onEvaluation ?? (() => undefined),
  });
  while (run.status === 'running') run.advance(1000);
  const statistics = simulation.statistics(run.time);
  const x = Array.from(simulation.model.view());
  simulation.dispose();
  problem.dispose();
  return { updates, intervals, statistics, run, x };
}

/** The built-in method of a name, from the registry. */
export function methodNamed(methods: readonly AnyMethod[], name: string): AnyMethod {
  const found = methods.find((method) => method.name === name);
  if (found === undefined) throw new RangeError(`tests: 'name' must be a method, got ${name}`);
  return found;
}
