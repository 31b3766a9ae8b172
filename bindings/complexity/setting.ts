import { InputError } from '../errors.js';

/** Whether the workers' f_i differ, or are all equal to f. */
export type DataSetting = 'heterogeneous' | 'homogeneous';
/** Every setting, in the order of documentation. */
export const DATA_SETTINGS = ['heterogeneous', 'homogeneous'] as const satisfies readonly DataSetting[];

/** What the problem contributes to a time complexity. */
export interface ProblemQuantities {
  /** L_f > 0: f is L_f-smooth. */
  readonly smoothness: number;
  /**
   * L of Ringleader ASGD's condition ‖∇f(x) − (1/n) Σ ∇f_i(y_i)‖² ≤ (L²/n) Σ ‖x − y_i‖², which lies between L_f and L_max; default: `smoothness`.
   */
  readonly ringleaderSmoothness?: number | undefined;
  /** L_max = max_i L_i, where f_i is L_i-smooth; default: the larger of the two others, which is right where all f_i are equal. */
  readonly maxSmoothness?: number | undefined;
  /** Δ = f(x⁰) − f* > 0. */
  readonly delta: number;
  /** σ² ≥ 0: E‖∇f_i(x; ξ) − ∇f_i(x)‖² is at most this, for every worker and x. */
  readonly variance: number;
  /** ε > 0: the target is E‖∇f(x)‖² ≤ ε. */
  readonly epsilon: number;
}

/** What a time complexity depends on. */
export interface ComplexityInputs extends ProblemQuantities {
  /** τ_i > 0: seconds that worker i needs for one stochastic gradient; n of them, in any order. Infinity: it never returns one. */
  readonly times: ArrayLike<number>;
}

/** The same with the defaults filled in. */
interface FilledQuantities extends ProblemQuantities {
  readonly ringleaderSmoothness: number;
  readonly maxSmoothness: number;
}

/** The quantities that the formulas are made of. */
export interface Quantities extends FilledQuantities {
  /** n */
  readonly workers: number;
  /** τ ascending */
  readonly sorted: Float64Array;
  /** τ_n = max_i τ_i */
  readonly slowest: number;
  /** τ_avg = (1/n) Σ τ_i */
  readonly mean: number;
  /** H = ((1/n) Σ 1/τ_i)^{-1} */
  readonly harmonicMean: number;
  /** D = Σ_j τ_n/τ_j: gradients that all workers complete while the slowest completes one; about the largest delay of ASGD. */
  readonly delay: number;
}

/**
 * Checks inputs and computes what the formulas have in common.
 * @param where The function that they were given to, for errors.
 * @throws InputError when there is no worker, a time is not positive, or a constant is out of range.
 */
export function quantitiesOf(where: string, inputs: ComplexityInputs): Quantities {
  const { times } = inputs;
  const n = (times as ArrayLike<number> | undefined)?.length ?? 0;
  if (n === 0) throw new InputError(where, 'times', 'have at least one entry', times);
  for (let i = 0; i < n; i += 1) if (!(times[i]! > 0)) throw new InputError(where, `times[${i}]`, 'be greater than 0', times[i]);
  const sorted = Float64Array.from(times).sort(); // sums do not depend on the order of the workers
  const slowest = sorted[n - 1]!;
  const mean = Math.min(slowest, sorted.reduce((sum, time) => sum + time, 0) / n);
  const speed = sorted.reduce((sum, time) => sum + 1 / time, 0);
  const harmonicMean = Math.min(mean, n / speed);
  const delay = slowest === Infinity ? Infinity : slowest * speed;
  return { ...checkProblem(where, inputs), workers: n, sorted, slowest, mean, harmonicMean, delay };
}

/** @throws InputError when there is no such setting: plain JavaScript has no compiler that says so. */
export function requireSetting(where: string, data: DataSetting): void {
  if (!DATA_SETTINGS.includes(data)) throw new InputError(where, 'data', `be ${DATA_SETTINGS.map((name) => `'${name}'`).join(' or ')}`, data);
}

/** Checks what the problem contributes, and fills in the defaults. @throws InputError when a constant is out of range. */
export function checkProblem(where: string, inputs: ProblemQuantities): FilledQuantities {
  const { smoothness, delta, variance, epsilon, ringleaderSmoothness = smoothness, maxSmoothness = ringleaderSmoothness } = inputs;
  for (const [what, value] of Object.entries({ smoothness, delta, epsilon })) {
    if (!(value > 0 && value < Infinity)) throw new InputError(where, what, 'be a number greater than 0', value);
  }
  if (!(variance >= 0 && variance < Infinity)) throw new InputError(where, 'variance', 'be a number of at least 0', variance);
  for (const [what, value] of Object.entries({ ringleaderSmoothness, maxSmoothness })) {
    if (!(value >= smoothness && value < Infinity)) throw new InputError(where, what, `be a number of at least ${smoothness}, the smoothness of f`, value);
  }
  if (ringleaderSmoothness > maxSmoothness) {
    throw new InputError(where, 'ringleaderSmoothness', `be at most ${maxSmoothness}, the largest smoothness of an f_i`, ringleaderSmoothness);
  }
  return { smoothness, ringleaderSmoothness, maxSmoothness, delta, variance, epsilon };
}

/** A method's time complexity in one setting. */
export interface TimeComplexity {
  /** The expression, with constants dropped, for people. */
  readonly formula: string;
  /** Where it was proven. */
  readonly source: string;
  /** What the proof needs beyond unbiased gradients with variance ≤ σ², f ≥ f* and smooth functions; empty: nothing. */
  readonly assumes: string;
  /** Whether it is the lower bound of the setting up to a constant, whatever the speeds. */
  readonly optimal: boolean;
  /** Whether it is only the term that dominates as ε → 0. */
  readonly leadingTerm?: boolean;
  /** The expression with constant 1, in the unit of the times. */
  readonly time: (inputs: ComplexityInputs) => number;
}

/** The stepsize and the parameters that theory asks for. */
export interface Theory {
  /** γ */
  readonly stepsize: number;
  /** The method's parameters that follow from theory (S, B or R), those given included. */
  readonly parameters: Readonly<Record<string, number>>;
}

/** What is known about a method. */
export interface MethodComplexity {
  /** The method's name, as in `methods`. */
  readonly method: string;
  /** Where the f_i differ; absent: none is known. */
  readonly heterogeneous?: TimeComplexity;
  /** Where all f_i are equal; absent: none is known. */
  readonly homogeneous?: TimeComplexity;
  /** The stepsize and parameters under which it was proven, or, where the proof names none, our choice. */
  readonly theory: {
    /** The stepsize, for people. */
    readonly formula: string;
    /** Where it comes from. */
    readonly source: string;
    /**
     * @param given Parameters of the method that are already chosen, such as `batchTarget`; the stepsize is the one for these.
     * @throws InputError when an input is out of range.
     */
    readonly choose: (inputs: ComplexityInputs, given?: Readonly<Record<string, unknown>>) => Theory;
  };
}

/** A parameter that is already chosen, or undefined. */
export function givenNumber(given: Readonly<Record<string, unknown>> | undefined, name: string): number | undefined {
  const value = given?.[name];
  return typeof value === 'number' ? value : undefined;
}

/** ⌈a/b⌉, where a ratio that is an integer up to the rounding errors of a, b and the division counts as that integer. */
export function ceilRatio(a: number, b: number): number {
  const ratio = a / b;
  const nearest = Math.round(ratio);
  return Math.abs(ratio - nearest) <= 4 * Number.EPSILON * ratio ? nearest : Math.ceil(ratio);
}

/** ⌈σ²/ε⌉: with the method's own parameters `variance` and `epsilon` where they are given, else with those of the inputs. */
export function noiseBatch({ variance, epsilon }: ProblemQuantities, given: Readonly<Record<string, unknown>> | undefined): number {
  const own = givenNumber(given, 'variance') ?? 0;
  return own > 0 ? ceilRatio(own, givenNumber(given, 'epsilon') ?? 1) : ceilRatio(variance, epsilon);
}
