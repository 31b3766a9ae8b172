import { describe, expect, it } from 'vitest';
import { runExperiment } from '../../bindings/index.js';
import { testKernels } from '../quadratics.js';
import { goldenExperiments, goldenFile } from './experiments.js';

describe('golden digests', () => {
  it.each(goldenExperiments)('%s', async (name, experiment) => {
    const { summary } = await runExperiment(experiment, { kernels: await testKernels() });
    expect(summary.map(({ status }) => status)).toEqual(summary.map(() => 'finished'));
    const digests = Object.fromEntries(summary.map(({ method, digest }) => [method, digest]));
    await expect(`${JSON.stringify(digests, null, 2)}\n`).toMatchFileSnapshot(goldenFile(name));
  });
});
