import { describe, expect, it } from 'vitest';
import { loadKernels, MemoryLimitError, resolveExperiment } from '../../bindings/index.js';
import { Workplace } from '../../bindings/experiment/workplace.js';
import { base } from './shared.js';

const MIB = 2 ** 20;

/** A place whose problems take about 2 MiB each. */
async function place(maximumBytes: number): Promise<Workplace> {
  const problem = { kind: 'quadratic', form: 'random', dimension: 295, noise: 0 } as const;
  const experiment = await resolveExperiment({ ...base, problem, seeds: [1, 2, 3], methods: ['asgd'] });
  return Workplace.open(experiment, { kernels: await loadKernels({ maximumBytes }) });
}

describe('a workplace', () => {
  it('keeps the problems of seeds that are still needed, and gives the others back', async () => {
    const workplace = await place(1024 * MIB);
    const first = await workplace.setting(1, [1, 2, 3]);
    await workplace.setting(2, [1, 3]);
    expect(workplace.seeds).toEqual([1, 2]);
    expect(await workplace.setting(1, [3])).toBe(first);
    expect(workplace.seeds).toEqual([1]);
    await workplace.setting(3, []);
    expect(workplace.seeds).toEqual([3]);
    await workplace.dispose();
    expect(workplace.kernels.pool.usage()).toEqual({});
  });

  it('gives problems back when they take much of the memory', async () => {
    const workplace = await place(9 * MIB);
    await workplace.setting(1, [1, 2, 3]);
    await workplace.setting(2, [1, 3]);
    expect(workplace.seeds).toEqual([2]);
    await workplace.dispose();
  });

  it('gives them back before it runs out of memory', async () => {
    const workplace = await place(1024 * MIB);
    await workplace.setting(1, [2]);
    const { pool } = workplace.kernels;
    const rest: number[] = [];
    // No room for another problem but where the first one is: blocks keep their sizes when they are given back.
    for (let size = 512 * MIB; size >= 64 * 1024; size /= 2) {
      try {
        for (;;) rest.push(pool.allocate(size, 'rest'));
      } catch (error) {
        expect(error).toBeInstanceOf(MemoryLimitError);
      }
    }
    for (const pointer of rest) pool.release(pointer);
    await workplace.setting(2, [1]);
    expect(workplace.seeds).toEqual([2]);
    await workplace.dispose();
  });
});
