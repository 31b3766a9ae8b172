import { LOWER_BOUND, timeComplexities, universalTime } from '../../bindings/index.js';
import type { DataSetting, TimeComplexityRow, UniversalTime } from '../../bindings/index.js';
import type { Question } from './question.js';

/** The times that answer a question, the shortest first. */
export interface Answer {
  readonly rows: readonly TimeComplexityRow[];
  /** How the bound came about, where speeds are powers over time. */
  readonly universal?: UniversalTime;
}

/** The bound of the universal model, and who attains it up to a constant. */
const UNIVERSAL: Readonly<Record<DataSetting, { formula: string; methods: readonly (readonly [method: string, source: string])[] }>> = {
  homogeneous: {
    formula: 't_K with t_k = min{t : Σ_i N_i(t_{k−1}, t) ≥ max(⌈σ²/ε⌉, 1)}, K = ⌈LΔ/ε⌉',
    methods: [
      ['rennala-sgd', 'Tyurin 2024, arXiv 2408.04929'],
      ['ringmaster-asgd', 'Maranjyan, Tyurin, Richtárik 2025, arXiv 2501.16168'],
    ],
  },
  heterogeneous: {
    formula: 't_K with t_k = min{t : ((1/n) Σ_i 1/N_i(t_{k−1}, t))^{-1} ≥ max(⌈σ²/(nε)⌉, 1)}, K = ⌈LΔ/ε⌉',
    methods: [
      ['malenia-sgd', 'Tyurin 2024, arXiv 2408.04929'],
      ['ringleader-asgd', 'Maranjyan, Richtárik 2025, arXiv 2509.22860'],
    ],
  },
};
const BOUND_SOURCE = 'Tyurin 2024, arXiv 2408.04929';

/**
 * The time of every method and the lower bound; with powers, the bound of the universal model and the methods that attain it up to a constant.
 * @throws InputError when the numbers do not make sense together.
 */
export function answerTo({ speeds, data, quantities }: Question): Answer {
  if (speeds.powers === undefined) return { rows: timeComplexities({ ...quantities, times: speeds.times }, data) };
  const universal = universalTime({ ...quantities, ...speeds }, data);
  const { formula, methods } = UNIVERSAL[data];
  const row = { time: universal.time, formula, assumes: '' };
  const attaining = methods.map(([method, source]) => ({ method, source, optimal: true, ...row }));
  return { universal, rows: [{ method: LOWER_BOUND, source: BOUND_SOURCE, optimal: false, ...row }, ...attaining] };
}
