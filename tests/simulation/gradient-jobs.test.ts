import { expect, it } from 'vitest';
import { MemoryLimitError, Vector } from '../../bindings/index.js';
import type { Kernels } from '../../bindings/index.js';
import { GradientJobs } from '../../bindings/simulation/gradient-jobs.js';
import type { JobBoard } from '../../bindings/simulation/job-board.js';
import { testKernels } from '../quadratics.js';

it('jobs are not handed over where there is no memory for their results', async () => {
  const kernels: Kernels = await testKernels();
  const before = kernels.pool.usage();
  const submitted: number[] = [];
  const board = { capacity: 4, submit: (worker: number) => submitted.push(worker) - 1, reclaim: () => true, free: () => undefined } as unknown as JobBoard;
  const jobs = new GradientJobs(kernels, 64, () => undefined, board);
  const x = new Vector(kernels.pool, 8, 'float64', 'test');
  const [first, second] = [jobs.create(0, 0, x), jobs.create(1, 0, x)];
  jobs.hand(first, 0);
  const allocate = kernels.pool.allocate.bind(kernels.pool);
  kernels.pool.allocate = () => {
    throw new MemoryLimitError('memory: full', {});
  };
  jobs.hand(second, 0);
  kernels.pool.allocate = allocate;
  expect([submitted, first.slot, second.slot, jobs.room]).toEqual([[0], 0, -1, 3]);
  jobs.drop(first);
  jobs.drop(second);
  x.release();
  expect(kernels.pool.usage()).toEqual(before);
});
