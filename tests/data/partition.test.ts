import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadKernels, partition, type Kernels, type PartitionSpec } from '../../bindings/index.js';
import { dirichlet } from '../../bindings/data/dirichlet.js';
import { feedEmpty } from '../../bindings/data/feed-empty.js';
import { countLabels, dominance } from '../../cli/data/summary.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

/** Labels in no particular order, every class there when there is room. */
function someLabels(count: number, classes: number, seed: number): Uint8Array {
  const random = kernels.random(seed);
  return Uint8Array.from(random.permutation(4, 0, 0, count), (place) => place % classes);
}

function sorted(parts: readonly Uint32Array[]): number[] {
  return parts.flatMap((part) => [...part]).sort((a, b) => a - b);
}

const SPECS: PartitionSpec[] = [
  { kind: 'iid' },
  { kind: 'by-label' },
  { kind: 'shards' },
  { kind: 'shards', shardsPerWorker: 1 },
  { kind: 'dirichlet' },
  { kind: 'dirichlet', alpha: 1e-9 },
  { kind: 'dirichlet', alpha: 0.001 },
  { kind: 'dirichlet', alpha: 1 },
  { kind: 'dirichlet', alpha: 1e9 },
];

describe.each(SPECS)('partition %j', (spec) => {
  test('gives every sample to exactly one worker and every worker at least one', () => {
    for (let seed = 0; seed < 60; seed += 1) {
      const random = kernels.random(seed);
      const draw = (index: number, bound: number): number => Math.floor(random.uniform(4, 1, index) * bound);
      const count = 1 + draw(0, 400);
      const classes = 1 + draw(1, 12);
      const most = spec.kind === 'shards' ? Math.floor(count / (spec.shardsPerWorker ?? 2)) : count;
      if (most === 0) continue;
      const workers = seed % 5 === 0 ? most : 1 + draw(2, most);
      const parts = partition(kernels, spec, someLabels(count, classes, seed), classes, workers, seed);
      expect(parts).toHaveLength(workers);
      expect(sorted(parts)).toEqual(Array.from({ length: count }, (_, j) => j));
      expect(Math.min(...parts.map((part) => part.length))).toBeGreaterThan(0);
    }
  });

  test('gives the same for the same seed', () => {
    const labels = someLabels(300, 10, 1);
    const [one, again, other] = [1, 1, 2].map((seed) => partition(kernels, spec, labels, 10, 20, seed));
    expect(again).toEqual(one);
    if (spec.kind === 'by-label') expect(other).toEqual(one);
    else expect(other).not.toEqual(one);
  });
});

describe('partition', () => {
  test('iid: sizes differ by at most one, labels are mixed', () => {
    const labels = someLabels(1003, 10, 3);
    const parts = partition(kernels, { kind: 'iid' }, labels, 10, 7, 1);
    expect(new Set(parts.map((part) => part.length))).toEqual(new Set([143, 144]));
    expect(dominance(parts.map((part) => countLabels(labels, 10, part)))).toBeLessThan(0.2);
  });

  test('by-label: runs of the samples sorted by label, ties in their order', () => {
    const example = partition(kernels, { kind: 'by-label' }, Uint8Array.of(1, 0, 1, 0), 2, 2, 1);
    expect(example).toEqual([Uint32Array.of(1, 3), Uint32Array.of(0, 2)]);
    expect(partition(kernels, { kind: 'by-label' }, Uint8Array.of(2, 0, 1, 0, 2, 1, 0), 3, 3, 1)).toEqual([
      Uint32Array.of(1, 3), Uint32Array.of(6, 2), Uint32Array.of(5, 0, 4),
    ]);
  });

  test('shards: each worker holds at most one label per shard where shards fit classes', () => {
    const labels = someLabels(1000, 10, 5);
    const parts = partition(kernels, { kind: 'shards' }, labels, 10, 50, 1);
    for (const part of parts) {
      expect(part).toHaveLength(20);
      expect(countLabels(labels, 10, part).filter((count) => count > 0).length).toBeLessThanOrEqual(2);
    }
    expect(new Set(parts.map((part) => labels[part[0]!])).size).toBeGreaterThan(5); // dealt, not in order
  });

  test('dirichlet: the smaller alpha, the more one label dominates', () => {
    const labels = someLabels(6000, 10, 7);
    const dominances = [0.001, 0.1, 1, 10, 1e6].map((alpha) =>
      dominance(partition(kernels, { kind: 'dirichlet', alpha }, labels, 10, 20, 1).map((part) => countLabels(labels, 10, part))));
    expect([...dominances].sort((a, b) => b - a)).toEqual(dominances);
    expect(dominances[0]).toBeGreaterThan(0.9);
    expect(dominances.at(-1)).toBeLessThan(0.11);
  });

  test('dirichlet: huge alpha gives every worker its share of every class', () => {
    const labels = someLabels(2000, 10, 9);
    for (const part of partition(kernels, { kind: 'dirichlet', alpha: 1e9 }, labels, 10, 10, 1)) {
      for (const count of countLabels(labels, 10, part)) expect(Math.abs(count - 20)).toBeLessThanOrEqual(1);
    }
  });

  test('dirichlet: tiny alpha gives each class to one worker, and a sample each to those with nothing', () => {
    const labels = someLabels(1000, 4, 11);
    const sizes = partition(kernels, { kind: 'dirichlet', alpha: 1e-9 }, labels, 4, 30, 1).map((part) => part.length);
    const holders = sizes.filter((size) => size > 1).length;
    expect(holders).toBeLessThanOrEqual(4);
    expect(sizes.filter((size) => size === 1)).toHaveLength(30 - holders);
  });

  test.each([
    ['iid', 'bd277d126d60332b8281713661bb70855717a63378bbc2743bd3ab07ca4bb8ce'],
    ['dirichlet', 'e5d5d08a5756c1e70e4741b0bfcac79e282f11d5521e46e2e5aa1ecc697e274c'],
    ['shards', '786b3405583f2b28c33366e99eb7b72b518af1b1b56d8c2012878f666a3d5efe'],
    ['by-label', '630aabb01d1e3176b6af868932742929f6d4444153048b49400af3d277ea2fc3'],
  ] as const)('%s: the same samples on every machine', (kind, digest) => {
    const labels = Uint8Array.from({ length: 6000 }, (_, sample) => ((sample * sample) >> 3) % 10);
    const parts = partition(kernels, { kind }, labels, 10, 100, 1);
    const text = parts.map((part) => part.join()).join('\n');
    expect(bytesToHex(sha256(utf8ToBytes(text)))).toBe(digest);
  });

  test('takes fifty thousand workers that mostly start with nothing', () => {
    const labels = someLabels(100_000, 10, 13);
    const parts = partition(kernels, { kind: 'dirichlet', alpha: 0.001 }, labels, 10, 50_000, 1);
    expect(sorted(parts)).toHaveLength(100_000);
    expect(parts.every((part) => part.length > 0)).toBe(true);
  });

  test.each([
    [{ kind: 'iid' }, 0, "partition: 'workers' must be a whole number from 1, got 0"],
    [{ kind: 'iid' }, 1.5, 'got 1.5'],
    [{ kind: 'iid' }, 9, "'workers' must be at most the 8 samples, got 9"],
    [{ kind: 'dirichlet', alpha: 0 }, 2, "'alpha' must be a number from 1e-9 to 1e9, got 0"],
    [{ kind: 'dirichlet', alpha: -1 }, 2, 'got -1'],
    [{ kind: 'dirichlet', alpha: Number.NaN }, 2, 'got NaN'],
    [{ kind: 'dirichlet', alpha: Infinity }, 2, 'got Infinity'],
    [{ kind: 'shards', shardsPerWorker: 3 }, 4, '4 workers need at most 8 shards, got 3'],
    [{ kind: 'shards', shardsPerWorker: 0 }, 4, 'got 0'],
    [{ kind: 'sorted' }, 4, "'kind' must be iid, dirichlet, shards, by-label, got 'sorted'"],
  ])('refuses %j for %d workers', (spec, workers, message) => {
    expect(() => partition(kernels, spec as PartitionSpec, Uint8Array.of(0, 1, 0, 1, 0, 1, 0, 1), 2, workers, 1)).toThrow(message);
  });

  test('refuses labels that are no classes', () => {
    expect(() => partition(kernels, { kind: 'iid' }, Uint8Array.of(0, 3), 3, 1, 1)).toThrow(
      "'labels' must be below the number of classes, 3, got 3",
    );
  });
});

describe('feedEmpty', () => {
  /** The rule as it reads. */
  function feedSlowly(parts: number[][]): number[][] {
    for (const part of parts) {
      if (part.length > 0) continue;
      const most = Math.max(...parts.map(({ length }) => length));
      part.push(parts.find(({ length }) => length === most)!.pop()!);
    }
    return parts;
  }

  test('does what the rule says', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const random = kernels.random(seed);
      const workers = 1 + Math.floor(20 * random.uniform(4, 0, 0));
      const parts: number[][] = Array.from({ length: workers }, () => []);
      const samples = workers + Math.floor(30 * random.uniform(4, 0, 1));
      for (let sample = 0; sample < samples; sample += 1) {
        const u = random.uniform(4, 1, sample);
        parts[Math.floor(workers * u * u * u)]!.push(sample);
      }
      const fed = feedEmpty(parts.map((part) => Uint32Array.from(part)));
      expect(fed.map((part) => [...part])).toEqual(feedSlowly(parts));
    }
  });
});

describe('dirichlet', () => {
  test.each([0.05, 0.5, 1, 3, 50])('has the mean and the variance of its distribution for alpha %d', (alpha) => {
    const [workers, draws] = [5, 4000];
    const random = kernels.random(17);
    let [sum, squares] = [0, 0];
    for (let draw = 0; draw < draws; draw += 1) {
      const shares = dirichlet(random, alpha, workers, draw);
      expect(Math.abs(shares.reduce((total, share) => total + share, 0) - 1)).toBeLessThan(1e-12);
      sum += shares[2]!;
      squares += shares[2]! * shares[2]!;
    }
    const variance = (0.2 * 0.8) / (workers * alpha + 1);
    expect(Math.abs(sum / draws - 0.2)).toBeLessThan(4 * Math.sqrt(variance / draws));
    expect(squares / draws - (sum / draws) ** 2).toBeGreaterThan(0.9 * variance);
    expect(squares / draws - (sum / draws) ** 2).toBeLessThan(1.1 * variance);
  });

  test('has the shape of its distribution: one of two shares with alpha 1 is uniform', () => {
    const random = kernels.random(19);
    const shares = Array.from({ length: 5000 }, (_, draw) => dirichlet(random, 1, 2, draw)[0]!).sort((a, b) => a - b);
    const gap = Math.max(...shares.map((share, j) => Math.abs(share - (j + 0.5) / shares.length)));
    expect(gap).toBeLessThan(1.63 / Math.sqrt(shares.length)); // Kolmogorov, 1 %
  });

  test.each([1e-9, 1e9])('is finite for alpha %d', (alpha) => {
    const shares = dirichlet(kernels.random(1), alpha, 1000, 3);
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    expect(shares.reduce((total, share) => total + share, 0)).toBeCloseTo(1, 9);
  });
});
