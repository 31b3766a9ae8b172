import { computationModel } from '../computation/models.js';
import type { ComputationModel } from '../computation/computation-model.js';
import type { Dataset } from '../data/dataset.js';
import { loadDataset } from '../data/load.js';
import { partition } from '../data/partition.js';
import { InputError } from '../errors.js';
import type { Kernels } from '../kernels/load.js';
import { LoadedDataset, MlpProblem } from '../problems/mlp.js';
import type { Problem } from '../problems/problem.js';
import { explicitQuadratic, heterogeneousQuadraticData, tridiagonalQuadratic } from '../problems/quadratic.js';
import type { QuadraticData } from '../problems/quadratic.js';
import type { ResolvedExperiment } from './resolve.js';
import { readQuadraticFile } from './resolve.js';

/** What the runs of one seed share: the problem and the computation times. */
export interface Setting {
  readonly problem: Problem;
  readonly computation: ComputationModel;
}

/** Makes the settings of an experiment's seeds; the data set is read once and shared. */
export class SettingFactory {
  readonly #kernels: Kernels;
  readonly #experiment: ResolvedExperiment;
  #data: { dataset: Dataset; loaded: LoadedDataset } | undefined;
  #quadratics: QuadraticData | undefined;

  constructor(kernels: Kernels, experiment: ResolvedExperiment) {
    this.#kernels = kernels;
    this.#experiment = experiment;
  }

  /** Builds the setting of one seed; the caller disposes of the problem. */
  async create(seed: number): Promise<Setting> {
    return { problem: await this.#problem(seed), computation: this.computation(seed) };
  }

  /** The computation times of one seed. */
  computation(seed: number): ComputationModel {
    const { computation, count } = this.#experiment.workers;
    return computationModel(computation, count, this.#kernels.random(seed));
  }

  /** Returns the data set's memory. */
  dispose(): void {
    this.#data?.loaded.dispose();
    this.#data = undefined;
  }

  async #problem(seed: number): Promise<Problem> {
    const kernels = this.#kernels;
    const { problem, workers } = this.#experiment;
    const random = kernels.random(seed);
    if (problem.kind === 'mlp') {
      const { dataset, loaded } = (this.#data ??= await this.#load(problem.data));
      const { labels } = dataset.train;
      const parts = atKey(
        (what) => (what === 'workers' ? 'workers.count' : `problem.partition.${what}`),
        () => partition(kernels, problem.partition, labels, dataset.classes, workers.count, seed),
      );
      return new MlpProblem(kernels, loaded, { hidden: problem.hidden, batch: problem.batch, partition: parts }, random);
    }
    if (problem.kind === 'own') throw new InputError('experiment', 'problem.kind', "be 'own' only where a program gives the problem", 'own');
    const { file, form, dimension = 0, spread = 0, eigenvalues = [1, 1], noise = 0 } = problem;
    if (file !== undefined) {
      this.#quadratics ??= await readQuadraticFile(file);
      return explicitQuadratic(kernels, this.#quadratics, noise, random, file);
    }
    if (form === 'random') {
      const data = heterogeneousQuadraticData(workers.count, dimension, spread, eigenvalues, random);
      return explicitQuadratic(kernels, data, noise, random);
    }
    return tridiagonalQuadratic(kernels, workers.count, dimension, noise, random);
  }

  async #load(name: string): Promise<{ dataset: Dataset; loaded: LoadedDataset }> {
    const dataset = await atKeyAsync('problem.data', name, () => loadDataset(this.#kernels, name));
    return { dataset, loaded: new LoadedDataset(this.#kernels, dataset) };
  }
}

/** Lets an error about an argument name the key of the experiment that it comes from. */
function atKey<T>(key: (what: string) => string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof InputError) throw new InputError('experiment', key(error.what), error.rule, error.got);
    throw error;
  }
}

/** The same for a data set that is named by the experiment; errors inside a file keep naming the file. */
async function atKeyAsync<T>(key: string, name: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof InputError && error.what === name) throw new InputError('experiment', key, error.rule, name);
    throw error;
  }
}
