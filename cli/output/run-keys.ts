import { listRuns } from '../../bindings/index.js';
import type { ResolvedExperiment } from '../../bindings/index.js';

interface RunKey {
  method: string;
  stepsize: number;
  seed: number;
}

/** What tells the runs of an experiment apart in its records. */
export function keyOf({ method, stepsize, seed }: RunKey): string {
  return `${method} ${stepsize} ${seed}`;
}

/** The index of every run, by key. */
export function indicesOf(experiment: ResolvedExperiment): ReadonlyMap<string, number> {
  return new Map(listRuns(experiment).map((run) => [keyOf(run), run.index]));
}
