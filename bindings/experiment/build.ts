import { computationModel } from '../computation/models.js';
import type { ComputationModel } from '../computation/computation-model.js';
import type { Dataset } from '../data/dataset.js';
import { loadDataset } from '../data/load.js';
import { partition } from '../data/partition.js';
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
      const parts = partition(kernels, problem.partition, dataset.train.labels, dataset.classes, workers.count, seed);
      return new MlpProblem(kernels, loaded, { hidden: problem.hidden, batch: problem.batch, partition: parts }, random);
    }
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
    const dataset = await loadDataset(this.#kernels, name);
    return { dataset, loaded: new LoadedDataset(this.#kernels, dataset) };
  }
}
