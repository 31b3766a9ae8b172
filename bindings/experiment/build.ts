import type { DeviceBandwidth } from '../computation/device-bandwidth.js';
import { computationModel, loadTrace } from '../computation/models.js';
import { loadDeviceBandwidth, networkModel } from '../computation/network.js';
import type { NetworkModel } from '../computation/network-model.js';
import type { Trace } from '../computation/traces.js';
import type { ComputationModel } from '../computation/computation-model.js';
import type { Dataset } from '../data/dataset.js';
import { loadDataset } from '../data/load.js';
import { LoadedDataset } from '../data/loaded-dataset.js';
import { partition } from '../data/partition.js';
import { InputError } from '../errors.js';
import { loadKernels } from '../kernels/load.js';
import type { Kernels } from '../kernels/load.js';
import type { Random } from '../kernels/random.js';
import { LogisticRegressionProblem } from '../problems/logistic-regression.js';
import { MlpProblem } from '../problems/mlp.js';
import type { Problem } from '../problems/problem.js';
import { explicitQuadratic, tridiagonalQuadratic } from '../problems/quadratic.js';
import type { QuadraticData } from '../problems/quadratic.js';
import { heterogeneousQuadraticData } from '../problems/random-quadratics.js';
import type { ResolvedExperiment } from './resolve.js';
import { readQuadraticFile } from './resolve-problem.js';

/** What the runs of one seed share: the problem, the times and the random streams. */
export interface Setting {
  readonly problem: Problem;
  readonly computation: ComputationModel;
  readonly network: NetworkModel;
  readonly random: Random;
}

/** Makes a problem of the user's own from the random streams of a seed. It may be called several times for a seed, and must then make the same one. */
export type OwnProblem = (kernels: Kernels, random: Random) => Problem;

/**
 * The kernels to run an experiment with: those given, or a new instance of the build that it names.
 * @param shared Whether other threads are to use the memory of a new instance, where they can.
 * @throws InputError when those given are of another build, or the engine cannot run the build.
 */
export async function kernelsFor({ kernels: variant }: ResolvedExperiment, given: Kernels | undefined, shared = false): Promise<Kernels> {
  if (given === undefined) return atKey((what) => (what === 'variant' ? 'kernels' : undefined), () => loadKernels({ variant, shared }));
  if (given.variant === variant) return given;
  throw new InputError('experiment', 'kernels', `be '${given.variant}', the build of the kernels that the program gives`, variant);
}

/** Makes the settings of an experiment's seeds; the data set is read once and shared. */
export class SettingFactory {
  readonly #kernels: Kernels;
  readonly #experiment: ResolvedExperiment;
  readonly #own: OwnProblem | undefined;
  #data: { dataset: Dataset; loaded: LoadedDataset } | undefined;
  #quadratics: QuadraticData | undefined;
  #files: { trace: Trace | undefined; devices: DeviceBandwidth[] | undefined } | undefined;

  /**
   * @param own Makes the problem of an experiment whose problem is of kind `own`.
   * @throws InputError when it is given for another kind, or missing.
   */
  constructor(kernels: Kernels, experiment: ResolvedExperiment, own?: OwnProblem) {
    const { kind } = experiment.problem;
    if (kind === 'own' && own === undefined) {
      throw new InputError('experiment', 'problem.kind', "be 'own' only where a program gives the problem", kind);
    }
    if (kind !== 'own' && own !== undefined) throw new InputError('experiment', 'problem.kind', "be 'own' when a problem is given", kind);
    this.#kernels = kernels;
    this.#experiment = experiment;
    this.#own = own;
  }

  /** Builds the setting of one seed; the caller disposes of the problem. */
  async create(seed: number): Promise<Setting> {
    const models = await this.createWorkers(seed);
    return { problem: await this.#problemWithTarget(seed, models.random), ...models };
  }

  /** Builds the workers of one seed: their times and those of their messages. */
  async createWorkers(seed: number): Promise<Omit<Setting, 'problem'>> {
    const { computation, network, count } = this.#experiment.workers;
    const random = this.#kernels.random(seed);
    const { trace, devices } = (this.#files ??= { trace: await loadTrace(computation), devices: await loadDeviceBandwidth(network) });
    return atKey(
      (what) => (what === 'period' || what === 'every' ? `workers.computation.${what}` : undefined),
      () => ({ computation: computationModel(computation, count, random, trace), network: networkModel(network, count, random, devices), random }),
    );
  }

  /** Returns the data set's memory. */
  dispose(): void {
    this.#data?.loaded.dispose();
    this.#data = undefined;
  }

  /** @throws InputError when the target is a suboptimality and the problem's minimum is not known. */
  async #problemWithTarget(seed: number, random: Random): Promise<Problem> {
    const problem = await this.#problem(seed, random);
    const aim = this.#experiment.target?.suboptimality;
    if (aim === undefined || problem.optimum !== undefined) return problem;
    problem.dispose();
    throw new InputError('experiment', 'target.suboptimality', 'be given only where the minimum of f is known, which it is not here', aim);
  }

  async #problem(seed: number, random: Random): Promise<Problem> {
    const kernels = this.#kernels;
    const { problem, workers } = this.#experiment;
    if (problem.kind === 'own') return this.#ownProblem(random);
    if (problem.kind === 'mlp' || problem.kind === 'logistic-regression') {
      const { dataset, loaded } = (this.#data ??= await this.#load(problem.data));
      const { labels } = dataset.train;
      const parts = await atKey(
        (what) => (what === 'workers' ? 'workers.count' : `problem.partition.${what}`),
        () => partition(kernels, problem.partition, labels, dataset.classes, workers.count, seed),
      );
      const options = { ...problem, partition: parts };
      if (options.kind === 'mlp') return new MlpProblem(kernels, loaded, options, random);
      return atKey((what) => `problem.${what}`, () => new LogisticRegressionProblem(kernels, loaded, options, random));
    }
    const { file, form, dimension = 0, spread = 0, eigenvalues = [1, 1], homogeneous, noise = 0 } = problem;
    if (file !== undefined) {
      this.#quadratics ??= await readQuadraticFile(file);
      return explicitQuadratic(kernels, this.#quadratics, noise, random, file);
    }
    if (form === 'random') {
      const data = heterogeneousQuadraticData(workers.count, dimension, spread, eigenvalues, random, homogeneous);
      return explicitQuadratic(kernels, data, noise, random);
    }
    return tridiagonalQuadratic(kernels, workers.count, dimension, noise, random);
  }

  #ownProblem(random: Random): Problem {
    const { count } = this.#experiment.workers;
    const problem = this.#own!(this.#kernels, random);
    if ((problem as Problem | undefined)?.workers === undefined) throw new InputError('runExperiment', 'problem', 'return a problem', problem);
    if (problem.workers !== count) {
      problem.dispose();
      throw new InputError('experiment', 'workers.count', `be ${problem.workers}, the number of workers of the problem given`, count);
    }
    return problem;
  }

  async #load(name: string): Promise<{ dataset: Dataset; loaded: LoadedDataset }> {
    const dataset = await atKey((what) => (what === name ? 'problem.data' : undefined), () => loadDataset(this.#kernels, name));
    return { dataset, loaded: new LoadedDataset(this.#kernels, dataset) };
  }
}

/** Lets an error about an argument name the key of the experiment that it comes from, where there is one. */
async function atKey<T>(keyOf: (what: string) => string | undefined, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const key = error instanceof InputError ? keyOf(error.what) : undefined;
    if (!(error instanceof InputError) || key === undefined) throw error;
    throw new InputError('experiment', key, error.rule, error.got ?? error.what);
  }
}
