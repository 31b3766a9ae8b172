import type { DataSetting, Powers, ProblemQuantities } from '../../bindings/index.js';
import type { ConstantName } from './constants.js';

/** How fast the workers are: seconds per gradient, or gradients per second over time. */
export type WorkerSpeeds =
  | { readonly times: readonly number[]; readonly powers?: undefined }
  | { readonly powers: readonly Powers[]; readonly cycle?: number | undefined };

/** What `straggler complexity` is asked about. */
export interface Question {
  readonly speeds: WorkerSpeeds;
  readonly data: DataSetting;
  readonly quantities: ProblemQuantities;
  /** The constants that are estimates. */
  readonly estimated: ReadonlySet<ConstantName>;
  /** What the user should know about where the numbers come from. */
  readonly notes: readonly string[];
}

/** What to know where speeds change over time. */
export const MEAN_TIMES = 'Speeds change over time: τ_i is what worker i needs for a gradient on average.';
