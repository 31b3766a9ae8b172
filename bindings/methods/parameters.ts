/** Declarations of method parameters: validation, command line help and documentation all read these tables. */
export type Parameter =
  | {
      /** A number, or a whole one. */
      readonly type: 'number' | 'integer';
      /** For help and documentation. */
      readonly description: string;
      /** Absent: the parameter may be left out, and the method decides. */
      readonly default?: number;
      /** The least value. */
      readonly minimum?: number;
      /** The greatest value. */
      readonly maximum?: number;
      /** The value must be greater than this. */
      readonly above?: number;
      /** Whether it may be infinite. */
      readonly infinite?: boolean;
    }
  | {
      /** A switch. */
      readonly type: 'boolean';
      /** For help and documentation. */
      readonly description: string;
      /** Taken where users say nothing. */
      readonly default: boolean;
    }
  | {
      /** One of several words. */
      readonly type: 'choice';
      /** For help and documentation. */
      readonly description: string;
      /** The words. */
      readonly choices: readonly string[];
      /** One of them, taken where users say nothing. */
      readonly default: string;
    };

/** The parameters of a method by name, the stepsize apart. */
export type ParameterTable = Readonly<Record<string, Parameter>>;

type ParameterValue<T extends Parameter> = T extends { type: 'choice'; choices: readonly (infer C)[] }
  ? C
  : T extends { type: 'boolean' }
    ? boolean
    : T extends { default: number }
      ? number
      : number | undefined;

/** The values that a table describes, by name. */
export type ParameterValues<T extends ParameterTable> = { readonly [K in keyof T]: ParameterValue<T[K]> };

/** Local steps per round where neither parameter is given. */
const DEFAULT_LOCAL_STEPS = 8;

/** How many steps N_i a worker of a local method takes per round. */
export const localStepsTable = {
  localSteps: { type: 'integer', minimum: 1, description: `N, the same for all workers; default ${DEFAULT_LOCAL_STEPS}, where there is no window` },
  window: { type: 'number', above: 0, description: 'T: a common compute window, in simulated seconds: N_i = max(1, ⌊T/τ_i⌋)' },
} as const satisfies ParameterTable;
type LocalSteps = ParameterValues<typeof localStepsTable>;

/** What is wrong with the two together, if anything. */
export function localStepsProblem({ localSteps, window }: LocalSteps): readonly [parameter: string, rule: string] | null {
  return localSteps !== undefined && window !== undefined ? ['window', "not be given together with 'localSteps'"] : null;
}

/** N_i = max(1, ⌊T/τ_i⌋) with a window T, else N. */
export function localStepsOf({ localSteps, window }: LocalSteps, expectedTime: number): number {
  return window === undefined ? (localSteps ?? DEFAULT_LOCAL_STEPS) : Math.max(1, Math.floor(window / expectedTime));
}
