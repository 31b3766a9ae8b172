/** What theory needs to know about a problem. */
export interface ProblemConstants {
  /** L_f: f is L_f-smooth. */
  readonly smoothness: number;
  /** L of Ringleader ASGD's condition: for quadratics √λ_max((1/n) Σ A_i²); between L_f and L_max. */
  readonly ringleaderSmoothness: number;
  /** L_i of every worker; where they are estimated, of some of the workers only. */
  readonly workerSmoothness: readonly number[];
  /** L_max = max L_i */
  readonly maxSmoothness: number;
  /** Δ = f(x⁰) − f* */
  readonly delta: number;
  /** σ²: variance of a stochastic gradient. */
  readonly variance: number;
  /** Whether all f_i are the same function. */
  readonly equal: boolean;
  /** Absent: everything is exact. */
  readonly estimates?: ConstantEstimates;
}

/** How constants were estimated. */
export interface ConstantEstimates {
  /** What was seen along a short run of gradient descent, at x⁰ first. */
  readonly points: readonly {
    /** Steps of gradient descent before. */
    readonly updates: number;
    /** f(x) */
    readonly objective: number;
    /** L_f, seen there. */
    readonly smoothness: number;
    /** σ², seen there. */
    readonly variance: number;
  }[];
  /** How Δ came about: what f* was taken to be. */
  readonly optimum: string;
}
