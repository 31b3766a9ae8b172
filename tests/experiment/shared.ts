import type { ExperimentInput } from '../../bindings/index.js';

/** A small experiment without methods. */
export const base: Omit<ExperimentInput, 'methods'> = {
  problem: { kind: 'quadratic', form: 'random', dimension: 3, noise: 0.1 },
  workers: { count: 3, computation: { kind: 'linear' } },
  stepsizes: [0.02, 0.05],
  budget: { time: 50 },
};

/** An abort signal that fires at the given report of progress. */
export function asyncAbort(reports: number): { signal: AbortSignal; onProgress: () => void } {
  const controller = new AbortController();
  let seen = 0;
  const onProgress = (): void => {
    seen += 1;
    if (seen === reports) controller.abort();
  };
  return { signal: controller.signal, onProgress };
}
