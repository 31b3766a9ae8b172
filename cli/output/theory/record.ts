import type { DataSetting, ExperimentTheory, ProblemConstants } from '../../../bindings/index.js';
import type { Prediction } from '../../../figures/index.js';

/** The file of a run folder that holds a `TheoryRecord`. */
export const THEORY_FILE = 'theory.json';

/** What theory says about one method, as it is written. */
export interface MethodRecord extends Prediction {
  /** γ, and the parameters that go with it; null and none where no theory is known. */
  stepsize: number | null;
  parameters: Readonly<Record<string, number>>;
  stepsizeSource: string | null;
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
