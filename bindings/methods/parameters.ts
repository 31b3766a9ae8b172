/** Declarations of method parameters: validation, command line help and documentation all read these tables. */
export type Parameter =
  | {
      readonly type: 'number' | 'integer';
      readonly description: string;
      /** Absent: the parameter may be left out, and the method decides. */
      readonly default?: number;
      readonly minimum?: number;
      readonly maximum?: number;
      /** The value must be greater than this. */
      readonly above?: number;
      /** Whether it may be infinite. */
      readonly infinite?: boolean;
    }
  | { readonly type: 'boolean'; readonly description: string; readonly default: boolean }
  | { readonly type: 'choice'; readonly description: string; readonly choices: readonly string[]; readonly default: string };

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
