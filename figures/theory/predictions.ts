/** What theory says about one method's time to a target. */
export interface Prediction {
  readonly method: string;
  /** Predicted simulated time to ‖∇f(x)‖² ≤ ε; null where none is known. */
  readonly time: number | null;
  /** Whether `time` is only the term that dominates as ε → 0. */
  readonly leadingTerm: boolean;
}

/** What a figure shows of theory. */
export interface Predictions {
  readonly lowerBound: number;
  readonly methods: readonly Prediction[];
}

/** The predicted time; undefined where there is none: a leading term of 0 (there is no noise) says nothing. */
export function predictedTime({ time, leadingTerm }: Prediction): number | undefined {
  return time === null || Number.isNaN(time) || (leadingTerm && time === 0) ? undefined : time;
}
