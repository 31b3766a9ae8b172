import { InputError } from '../errors.js';
import type { AnyMethod } from '../methods/method.js';
import { knownMethods, methodLabels } from './known-methods.js';
import type { ResolvedExperiment } from './resolve.js';

/** One run of an experiment: a method entry with one stepsize and one seed. */
export interface ExperimentRun {
  /** Its place in the canonical order, from 0. */
  readonly index: number;
  /** The label of its method entry, as in the records. */
  readonly method: string;
  /** γ */
  readonly stepsize: number;
  /** One of the experiment's seeds. */
  readonly seed: number;
}

/** A run, and which entry of `methods` it belongs to. */
export interface EntryRun extends ExperimentRun {
  readonly entry: number;
}

/**
 * The runs of an experiment in the canonical order: method by method, stepsize by stepsize, seed by seed. Records are in this
 * order, whatever the order in which the runs finish.
 * @param experiment What `resolveExperiment` gave.
 * @param methods Methods of your own that the experiment names.
 * @returns As many as methods × stepsizes × seeds.
 * @throws InputError when it names a method that is not known.
 */
export function listRuns(experiment: ResolvedExperiment, methods: readonly AnyMethod[] = []): readonly ExperimentRun[] {
  return listEntryRuns(experiment, methods).map(({ entry, ...run }) => run);
}

/** As `listRuns`, with the number of each run's method entry. */
export function listEntryRuns(experiment: ResolvedExperiment, own: readonly AnyMethod[] = []): readonly EntryRun[] {
  const known = knownMethods({ methods: own });
  const labels = methodLabels(experiment.methods, known);
  const runs = experiment.methods.flatMap(({ name, stepsize: grid }, entry) => {
    if (!known.some((method) => method.name === name)) throw new InputError('experiment', `methods[${entry}].name`, 'be a known method', name);
    return grid.flatMap((stepsize) => experiment.seeds.map((seed) => ({ method: labels[entry]!, stepsize, seed, entry })));
  });
  return runs.map((run, index) => ({ index, ...run }));
}

/**
 * The runs that one of several machines computes: shard i of k has the runs whose index leaves i − 1 when divided by k.
 * @param experiment What `resolveExperiment` gave.
 * @param shard i, from 1 to `shards`.
 * @param shards k, at least 1.
 * @returns Indices into `listRuns`, ascending; empty when there are more shards than runs before this one.
 * @throws InputError when these are not whole numbers with 1 ≤ i ≤ k.
 * @example
 * const experiment = await resolveExperiment({
 *   problem: { kind: 'quadratic' }, methods: ['asgd'], stepsizes: [0.1, 0.2], seeds: [1, 2], budget: { updates: 10 },
 * });
 * shardRuns(experiment, 2, 3); // [1]: the second of the runs 0 to 3
 */
export function shardRuns({ methods, seeds }: ResolvedExperiment, shard: number, shards: number): number[] {
  if (!(Number.isInteger(shards) && shards >= 1)) throw new InputError('shardRuns', 'shards', 'be a whole number of at least 1', shards);
  if (!(Number.isInteger(shard) && shard >= 1 && shard <= shards)) {
    throw new InputError('shardRuns', 'shard', `be a whole number from 1 to ${shards}`, shard);
  }
  const total = seeds.length * methods.reduce((sum, { stepsize }) => sum + stepsize.length, 0);
  const indices: number[] = [];
  for (let index = shard - 1; index < total; index += shards) indices.push(index);
  return indices;
}
