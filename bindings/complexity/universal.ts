import type { DataSetting, ProblemQuantities } from './setting.js';

/** Piecewise-constant power of a worker, in gradients per second: from each time on the power that follows it; none before the first. */
export type Powers = readonly (readonly [time: number, power: number])[];

/** What the bounds of the universal computation model depend on. */
export interface UniversalInputs extends ProblemQuantities {
  /** v_i for each of the n workers; times ascend, the last power holds for ever. */
  readonly powers: readonly Powers[];
  /** The powers repeat with this period, longer than their last times; default: they do not. */
  readonly cycle?: number | undefined;
}

/** A bound of the universal computation model. */
export interface UniversalTime {
  /** t_K in seconds; Infinity where the power does not suffice. */
  readonly time: number;
  /** K = ⌈LΔ/ε⌉ */
  readonly rounds: number;
  /** What a round collects: max(⌈σ²/ε⌉, 1) gradients in all, or max(⌈σ²/(nε)⌉, 1) as the harmonic mean over workers. */
  readonly target: number;
}

export function universalTime(inputs: UniversalInputs, data: DataSetting): UniversalTime {
  throw new Error(`not there yet: ${String(inputs.powers.length)} ${data}`);
}
