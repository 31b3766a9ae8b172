import { computationModel, LoadedDataset, MlpProblem, networkModel, partition, tridiagonalQuadratic } from '../../bindings/index.js';
import type { ComputationModel, Dataset, Kernels, NetworkModel, Problem, Random } from '../../bindings/index.js';

/** What the methods are simulated on. */
export interface SimulationSetting {
  readonly kernels: Kernels;
  readonly random: Random;
  readonly problem: Problem;
  readonly computation: ComputationModel;
  readonly network: NetworkModel | undefined;
  readonly stepsize: number;
  /** Parameters of the method besides the defaults. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

const SEED = 1;
/** Small enough that nothing diverges, however long a measurement takes. */
const NETWORK_STEPSIZE = 0.01;
const QUADRATIC_STEPSIZE = 1e-4;

/** The sizes that are measured everywhere. */
export const NETWORK_SIZES = { workers: 100, hidden: 128, batches: [1, 32] } as const;
export const QUADRATIC_SIZES = { workers: 6174, dimension: 1729, noise: 0.01 } as const;

/** τ_i = √i, i = 1 … n. */
function workers(kernels: Kernels, count: number): Pick<SimulationSetting, 'kernels' | 'random' | 'computation' | 'network' | 'parameters'> {
  const random = kernels.random(SEED);
  return { kernels, random, computation: computationModel({ kind: 'sqrt' }, count, random), network: undefined, parameters: {} };
}

/** A data set for the workers of `networkSetting`, and which sample is whose. */
export interface DividedData {
  readonly loaded: LoadedDataset;
  readonly parts: readonly Uint32Array[];
}

/** Deals a data set out to the workers: evenly and at random, or by a Dirichlet distribution of the classes. */
export function divide(kernels: Kernels, dataset: Dataset, kind: 'iid' | 'dirichlet'): DividedData {
  const parts = partition(kernels, { kind }, dataset.train.labels, dataset.classes, NETWORK_SIZES.workers, SEED);
  return { loaded: new LoadedDataset(kernels, dataset), parts };
}

/** The network with one hidden layer, batches drawn from the worker's own samples. */
export function networkSetting(kernels: Kernels, { loaded, parts }: DividedData, batch: number): SimulationSetting {
  const common = workers(kernels, parts.length);
  const problem = new MlpProblem(kernels, loaded, { hidden: [NETWORK_SIZES.hidden], batch, partition: parts }, common.random);
  return { ...common, problem, stepsize: NETWORK_STEPSIZE };
}

/** The papers' quadratic. */
export function quadraticSetting(kernels: Kernels, { workers: count, dimension, noise }: Readonly<Record<keyof typeof QUADRATIC_SIZES, number>>): SimulationSetting {
  const common = workers(kernels, count);
  return { ...common, problem: tridiagonalQuadratic(kernels, count, dimension, noise, common.random), stepsize: QUADRATIC_STEPSIZE };
}

/** The engine with next to no work for gradients: one number, no noise. */
export function engineSetting(kernels: Kernels, count: number, latency = 0, parameters: SimulationSetting['parameters'] = {}): SimulationSetting {
  const setting = quadraticSetting(kernels, { workers: count, dimension: 1, noise: 0 });
  return { ...setting, network: networkModel({ latency }, count, setting.random), parameters };
}
