import { describe, expect, it } from 'vitest';
import { CoordinateSampler } from '../../bindings/simulation/coordinate-sampler.js';
import { testKernels } from '../quadratics.js';

async function draws(seed: number, dimension: number) {
  const kernels = await testKernels();
  const sampler = new CoordinateSampler(kernels, kernels.random(seed), dimension);
  return {
    draw: (round: number, count: number): number[] => {
      const { pointer, count: length } = sampler.draw(round, count);
      expect(length).toBe(count);
      return Array.from(kernels.pool.u32.subarray(pointer / 4, pointer / 4 + count));
    },
    sampler,
  };
}

describe('the coordinates of a round', () => {
  it('are distinct, ascending and below d', async () => {
    const { draw, sampler } = await draws(1, 20);
    for (let round = 0; round < 50; round += 1) {
      for (const count of [1, 7, 19]) {
        const chosen = draw(round, count);
        expect(chosen).toEqual([...new Set(chosen)].sort((a, b) => a - b));
        expect(chosen.at(-1)).toBeLessThan(20);
      }
    }
    sampler.dispose();
  });

  it('depend on the seed and the round alone, not on what was asked before', async () => {
    const [a, b, other] = [await draws(1, 40), await draws(1, 40), await draws(2, 40)];
    const ascending = Array.from({ length: 9 }, (_, round) => a.draw(round, 5));
    expect(Array.from({ length: 9 }, (_, j) => b.draw(8 - j, 5)).reverse()).toEqual(ascending);
    expect(new Set(ascending.map(String)).size).toBe(9);
    expect(other.draw(0, 5)).not.toEqual(ascending[0]);
    for (const { sampler } of [a, b, other]) sampler.dispose();
  });

  it('are every set with the same frequency', async () => {
    const { draw, sampler } = await draws(3, 5);
    const counts = new Map<string, number>();
    const rounds = 20_000;
    for (let round = 0; round < rounds; round += 1) {
      const key = String(draw(round, 2));
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(10);
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - rounds / 10) ** 2 / (rounds / 10), 0);
    expect(chiSquared).toBeLessThan(27.9); // 9 degrees of freedom, exceeded once in a thousand
    sampler.dispose();
  });

  it('are kept for two rounds, and give back their memory', async () => {
    const kernels = await testKernels();
    const before = kernels.pool.usage();
    const sampler = new CoordinateSampler(kernels, kernels.random(1), 20);
    let previous = sampler.draw(0, 5);
    let current = sampler.draw(1, 5);
    const two = kernels.pool.usage();
    for (let round = 1; round < 50; round += 1) {
      expect(sampler.draw(round - 1, 5)).toBe(previous);
      expect(sampler.draw(round, 5)).toBe(current);
      [previous, current] = [current, sampler.draw(round + 1, 5)];
      expect(kernels.pool.usage()).toEqual(two);
    }
    sampler.dispose();
    expect(kernels.pool.usage()).toEqual(before);
  });

  it('are all, without a list, when K = d; other numbers are refused', async () => {
    const { sampler } = await draws(1, 5);
    expect(sampler.draw(0, 5)).toEqual({ count: 5, pointer: 0 });
    for (const count of [0, 6, 1.5, NaN]) expect(() => sampler.draw(0, count)).toThrow("'count' must be an integer from 1 to 5");
    sampler.dispose();
  });
});
