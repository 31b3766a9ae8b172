import { InputError } from '../errors.js';
import type { Kernels } from '../kernels/load.js';
import type { Random } from '../kernels/random.js';
import { Purpose } from '../kernels/random.js';
import { dirichlet } from './dirichlet.js';
import { feedEmpty } from './feed-empty.js';

/** The ways to divide samples over workers. */
export const PARTITION_KINDS = ['iid', 'dirichlet', 'shards', 'by-label'] as const;
/** A way to divide samples over workers: see `partition`. */
export type PartitionKind = (typeof PARTITION_KINDS)[number];

/** How to divide samples over workers. */
export interface PartitionSpec {
  /** The way; see `partition`. */
  readonly kind: PartitionKind;
  /** `dirichlet`: the concentration α, from 1e-9 (a class per worker) to 1e9 (all alike); default 0.1. */
  readonly alpha?: number;
  /** `shards`: runs of equal labels dealt to each worker, from 1; default 2. */
  readonly shardsPerWorker?: number;
}

/** What a partition takes when its specification does not say. */
export const partitionDefaults = {
  /** α of `dirichlet`. */
  alpha: 0.1,
  /** s of `shards`. */
  shardsPerWorker: 2,
} as const;

/** The `worker` of the streams that shuffle; those of single workers have their numbers. */
const SHUFFLE = 2 ** 32 - 1;

/**
 * Divides samples over workers: every sample goes to exactly one worker, every worker gets at least one.
 *
 * - `iid`: a random order, cut into n runs whose lengths differ by at most one.
 * - `dirichlet`: for each class, shares over the workers from a symmetric Dirichlet distribution with parameter α; the
 *   class's samples, in random order, are cut accordingly. Small α: few workers hold a class; large α: nearly iid.
 *   Afterwards the workers left with nothing, in increasing order, take a sample each: the last one of the worker that
 *   holds most at that moment, the first such worker when several do. (Per class as Yurochkin et al. 2019,
 *   arXiv 1905.12022; per worker in Hsu, Qi, Brown 2019, arXiv 1909.06335.)
 * - `shards`: samples sorted by label, cut into n·s runs of nearly equal length, dealt at random, s to each worker (McMahan et
 *   al. 2017, arXiv 1602.05629).
 * - `by-label`: samples sorted by label, cut into n runs, in worker order: worker 0 holds the lowest labels. Not random.
 *
 * Sorting keeps the order of samples with equal labels.
 * @param kernels Random numbers come from here.
 * @param spec The way to divide, and its parameter.
 * @param labels A class number per sample, below `classes`.
 * @param classes How many classes there are.
 * @param workers n, from 1 to the number of samples.
 * @param seed The seed of the experiment, 0 to 2⁵³ − 1.
 * @returns n arrays of sample numbers (positions in `labels`).
 * @throws InputError when an argument is out of its range, or `shards` would need more runs than there are samples.
 * @example
 * partition(kernels, { kind: 'by-label' }, Uint8Array.of(1, 0, 1, 0), 2, 2, 1); // [[1, 3], [0, 2]]
 */
export function partition(
  kernels: Kernels,
  spec: PartitionSpec,
  labels: Uint8Array,
  classes: number,
  workers: number,
  seed: number,
): Uint32Array[] {
  if (!Number.isInteger(workers) || workers < 1) throw new InputError('partition', 'workers', 'be a whole number from 1', workers);
  if (workers > labels.length) throw new InputError('partition', 'workers', `be at most the ${labels.length} samples`, workers);
  const stray = labels.find((label) => label >= classes);
  if (stray !== undefined) throw new InputError('partition', 'labels', `be below the number of classes, ${classes}`, stray);
  const random = kernels.random(seed);
  switch (spec.kind) {
    case 'iid':
      return cut(random.permutation(Purpose.partition, SHUFFLE, 0, labels.length), workers);
    case 'by-label':
      return cut(sortByLabel(labels, classes), workers);
    case 'shards':
      return dealShards(random, sortByLabel(labels, classes), workers, spec.shardsPerWorker ?? partitionDefaults.shardsPerWorker);
    case 'dirichlet':
      return divideClasses(random, sortByLabel(labels, classes), labels, classes, workers, spec.alpha ?? partitionDefaults.alpha);
    default:
      throw new InputError('partition', 'kind', `be ${PARTITION_KINDS.join(', ')}`, spec.kind);
  }
}

/** Runs of nearly equal length. */
function cut(order: Uint32Array, runs: number): Uint32Array[] {
  const bound = (run: number): number => Math.floor((run * order.length) / runs);
  return Array.from({ length: runs }, (_, run) => order.slice(bound(run), bound(run + 1)));
}

/** Sample numbers in the order of their labels; equal labels keep their order. */
function sortByLabel(labels: Uint8Array, classes: number): Uint32Array {
  const next = classStarts(labels, classes);
  const order = new Uint32Array(labels.length);
  labels.forEach((label, sample) => {
    order[next[label]!] = sample;
    next[label] = next[label]! + 1;
  });
  return order;
}

/** Where each class begins among the samples sorted by label; one entry more for the end. */
function classStarts(labels: Uint8Array, classes: number): Uint32Array {
  const starts = new Uint32Array(classes + 1);
  for (const label of labels) starts[label + 1] = starts[label + 1]! + 1;
  for (let label = 0; label < classes; label += 1) starts[label + 1] = starts[label + 1]! + starts[label]!;
  return starts;
}

function dealShards(random: Random, sorted: Uint32Array, workers: number, each: number): Uint32Array[] {
  const rule = `be a whole number from 1 so that ${workers} workers need at most ${sorted.length} shards`;
  if (!Number.isInteger(each) || each < 1 || workers * each > sorted.length) {
    throw new InputError('partition', 'shardsPerWorker', rule, each);
  }
  const shards = cut(sorted, workers * each);
  const deal = random.permutation(Purpose.partition, SHUFFLE, 0, shards.length);
  return Array.from({ length: workers }, (_, worker) =>
    concatenate(Array.from(deal.subarray(worker * each, (worker + 1) * each), (shard) => shards[shard]!)),
  );
}

function divideClasses(
  random: Random,
  sorted: Uint32Array,
  labels: Uint8Array,
  classes: number,
  workers: number,
  alpha: number,
): Uint32Array[] {
  if (!(alpha >= 1e-9 && alpha <= 1e9)) throw new InputError('partition', 'alpha', 'be a number from 1e-9 to 1e9', alpha);
  const starts = classStarts(labels, classes);
  const pieces: Uint32Array[][] = Array.from({ length: workers }, () => []);
  for (let label = 0; label < classes; label += 1) {
    const members = sorted.subarray(starts[label], starts[label + 1]);
    if (members.length === 0) continue;
    const shuffled = random.permutation(Purpose.partition, SHUFFLE, label, members.length).map((place) => members[place]!);
    const shares = dirichlet(random, alpha, workers, label);
    let cumulative = 0;
    let from = 0;
    shares.forEach((share, worker) => {
      cumulative += share;
      const to = worker === workers - 1 ? members.length : Math.min(members.length, Math.floor(cumulative * members.length + 0.5));
      if (to > from) pieces[worker]!.push(shuffled.subarray(from, to));
      from = Math.max(from, to);
    });
  }
  return feedEmpty(pieces.map(concatenate));
}

function concatenate(pieces: readonly Uint32Array[]): Uint32Array {
  const whole = new Uint32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
