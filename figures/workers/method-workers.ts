import type { WorkersRecord } from '../../bindings/index.js';

/** The runs of a method, one per seed. */
export interface MethodWorkers {
  label: string;
  /** Default: by its place among the methods. */
  colour?: string;
  runs: readonly WorkersRecord[];
}
