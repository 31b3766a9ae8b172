import { LOWER_BOUND, timeComplexities, universalTime } from '../../bindings/index.js';
import type { DataSetting, TimeComplexityRow, UniversalTime } from '../../bindings/index.js';
import type { Question } from './question.js';

/** The times that answer a question, the shortest first. */
export interface Answer {
  readonly rows: readonly TimeComplexityRow[];
  /** How the bound came about, where speeds are powers over time. */
  readonly universal?: UniversalTime;
}

const UNIVERSAL: Readonly<Record<DataSetting, { method: string; formula: string }>> = {
  homogeneous: { method: 'rennala-sgd', formula: 't_K with t_k = min{t : Σ_i N_i(t_{k−1}, t) ≥ max(⌈σ²/ε⌉, 1)}, K = ⌈LΔ/ε⌉' },
  heterogeneous: {
    method: 'malenia-sgd',
    formula: 't_K with t_k = min{t : ((1/n) Σ_i 1/N_i(t_{k−1}, t))^{-1} ≥ max(⌈σ²/(nε)⌉, 1)}, K = ⌈LΔ/ε⌉',
  },
};
const UNIVERSAL_SOURCE = 'Tyurin 2024, arXiv 2408.04929';

/**
 * The time of every method and the lower bound; with powers, the bound of the universal model and the method that attains it up to a constant.
 * @throws InputError when the numbers do not make sense together.
 */
export function answerTo({ speeds, data, quantities }: Question): Answer {
  if (speeds.powers === undefined) return { rows: timeComplexities({ ...quantities, times: speeds.times }, data) };
  const universal = universalTime({ ...quantities, ...speeds }, data);
  const { method, formula } = UNIVERSAL[data];
  const row = { time: universal.time, formula, source: UNIVERSAL_SOURCE, assumes: '' };
  return { universal, rows: [{ method: LOWER_BOUND, optimal: false, ...row }, { method, optimal: true, ...row }] };
}
