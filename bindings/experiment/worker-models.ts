import type { ComputationModel } from '../computation/computation-model.js';
import type { NetworkModel } from '../computation/network-model.js';
import type { Kernels } from '../kernels/load.js';
import { SettingFactory } from './build.js';
import type { ResolvedExperiment } from './resolve.js';

/**
 * The workers of an experiment: how long their gradients and their messages take.
 * @param experiment What `resolveExperiment` gave.
 * @param seed One of the experiment's seeds, or any other.
 * @param kernels Random numbers come from here.
 * @throws InputError when a file that they come from is missing or wrong.
 */
export function workerModels(experiment: ResolvedExperiment, seed: number, kernels: Kernels): Promise<{
  /** How long gradients take. */
  computation: ComputationModel;
  /** How long messages take. */
  network: NetworkModel;
}> {
  return new SettingFactory(kernels, experiment).createWorkers(seed);
}
