import { describe, expect, it } from 'vitest';
import { loadKernels, methods } from '../../bindings/index.js';
import { runStudy, StudyRun } from '../simulation/study.js';

/** The second one diverges. */
const STEPSIZES = [0.02, 1e4, 0.05, 0.1];
const places = [false, true].flatMap((latency) => [false, true].map((lost) => ({ latency, lost })));

describe.each(methods.map((method) => [method.name, method] as const))('%s in lanes', (_, method) => {
  it.each(places)('does what it does alone, $latency, $lost', async ({ latency, lost }) => {
    const together = new StudyRun(await loadKernels(), { method, stepsizes: STEPSIZES, latency, lost }).finish();
    const outcomes = together.outcomes();
    together.dispose();
    const statuses = outcomes.map(({ status }) => status);
    expect(statuses[1]).toBe('diverged');
    expect(new Set(statuses).size).toBe(2);
    for (const [j, stepsize] of STEPSIZES.entries()) {
      const alone = await runStudy({ method, stepsizes: [stepsize], latency, lost });
      expect(outcomes[j]).toEqual(alone.outcomes[0]);
      if (j === 0) expect(together.intervals).toEqual(alone.intervals);
    }
    expect(together.kernels.pool.usage()).toEqual({});
  });

  it('does so when the first lane is the one that ends', async () => {
    const stepsizes = [1e4, 0.05, 1e3, 0.1];
    const { outcomes } = await runStudy({ method, stepsizes, latency: true, lost: false, evaluate: { updates: 3 } });
    for (const [j, stepsize] of stepsizes.entries()) {
      expect(outcomes[j]).toEqual((await runStudy({ method, stepsizes: [stepsize], latency: true, lost: false, evaluate: { updates: 3 } })).outcomes[0]);
    }
  });
});
