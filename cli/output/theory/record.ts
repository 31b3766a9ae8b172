import type { DataSetting, ExperimentTheory, ProblemConstants } from '../../../bindings/index.js';

/** The file of a run folder that holds a `TheoryRecord`. */
export const THEORY_FILE = 'theory.json';

/** What theory says about one method, as it is written. */
export interface MethodRecord {
  /** The method as the other files of a run call it. */
  method: string;
  /** γ, and the parameters that go with it; null and none where no theory is known. */
  stepsize: number | null;
  parameters: Readonly<Record<string, number>>;
  stepsizeSource: string | null;
  /** Predicted simulated time to ‖∇f(x)‖² ≤ ε; null where none is known. */
  time: number | null;
  /** Whether `time` is only the term that dominates as ε → 0. */
  leadingTerm: boolean;
  formula: string | null;
  source: string | null;
}

/** The content of `theory.json`, and of the key `theory` in what `--json` prints. */
export interface TheoryRecord {
  epsilon: number;
  /** Which theory applies: that for equal f_i, where they are known to be equal. */
  data: DataSetting;
  /** `estimates`: how they came about, unless they are exact. */
  constants: Omit<ProblemConstants, 'workerSmoothness' | 'equal'>;
  lowerBound: number;
  /** In the order of the experiment. */
  methods: MethodRecord[];
}

/** The part of it that a figure shows. */
export interface Predictions {
  readonly lowerBound: number;
  readonly methods: readonly Pick<MethodRecord, 'method' | 'time' | 'leadingTerm'>[];
}

/** What theory says about an experiment, as it is written. */
export function theoryRecord({ data, inputs, constants, lowerBound, methods }: ExperimentTheory): TheoryRecord {
  const { workerSmoothness, equal, ...shown } = constants;
  return {
    epsilon: inputs.epsilon,
    data,
    constants: shown,
    lowerBound,
    methods: methods.map(({ method, choice, stepsizeSource, time, leadingTerm, formula, source }) => ({
      method, stepsize: choice?.stepsize ?? null, parameters: choice?.parameters ?? {}, stepsizeSource, time, leadingTerm, formula, source,
    })),
  };
}

/** The predicted time; undefined where there is none: a leading term of 0 (there is no noise) says nothing. */
export function predictedTime({ time, leadingTerm }: Predictions['methods'][number]): number | undefined {
  return time === null || Number.isNaN(time) || (leadingTerm && time === 0) ? undefined : time;
}
