import * as z from 'zod/mini';
import { KERNEL_VARIANTS } from '../kernels/load.js';
import type { AnyMethod } from '../methods/method.js';
import type { Parameter } from '../methods/parameters.js';
import { methods as builtInMethods } from '../methods/registry.js';
import { choiceText } from './diagnose.js';
import { problem } from './schema-problem.js';
import { computation, network } from './schema-workers.js';

/** In place of a stepsize: the one that theory asks for. */
export const THEORY = 'theory';

const positive = (): z.ZodMiniNumber<number> => z.number().check(z.positive());
/** A stepsize, a grid of them, or the word for the one of theory. */
const stepsizes = () =>
  z.union([positive(), z.array(positive()).check(z.minLength(1)), z.literal(THEORY)], {
    error: ({ input }) => `be a finite number greater than 0, a list of them, or ${choiceText([THEORY], input)}`,
  });
const count = (): z.ZodMiniNumber<number> => z.int().check(z.minimum(1));
const seed = (): z.ZodMiniNumber<number> => z.int().check(z.minimum(0));

/** The schema of one parameter of a method. */
function parameterSchema(parameter: Parameter): z.ZodMiniType {
  const { description } = parameter;
  switch (parameter.type) {
    case 'choice':
      return z._default(z.enum(parameter.choices as [string, ...string[]]), parameter.default).check(z.describe(description));
    case 'boolean':
      return z._default(z.boolean(), parameter.default).check(z.describe(description));
    case 'number':
    case 'integer': {
      if (parameter.infinite === true) return infiniteNumber(parameter).check(z.describe(description));
      let number: z.ZodMiniNumber<number> = parameter.type === 'integer' ? z.int() : z.number();
      if (parameter.minimum !== undefined) number = number.check(z.minimum(parameter.minimum));
      if (parameter.maximum !== undefined) number = number.check(z.maximum(parameter.maximum));
      if (parameter.above !== undefined) number = number.check(z.gt(parameter.above));
      const schema = parameter.default === undefined ? z.optional(number) : z._default(number, parameter.default);
      return schema.check(z.describe(description));
    }
  }
}

/** A number that may be infinite (YAML: .inf). */
function infiniteNumber({ minimum = -Infinity, default: fallback }: Parameter & { type: 'number' | 'integer' }) {
  const schema = z
    .custom<number>((value) => typeof value === 'number' && value >= minimum, { error: `be a number of at least ${minimum} (or .inf)` })
    .check(z.meta({ type: 'number', minimum }));
  return fallback === undefined ? z.optional(schema) : z._default(schema, fallback);
}

function methodSchema(method: AnyMethod) {
  return z.strictObject({
    name: z.literal(method.name).check(z.describe(method.summary)),
    stepsize: z.optional(stepsizes()).check(z.describe('γ, a grid of them, or theory')),
    ...Object.fromEntries(Object.entries(method.parameters).map(([key, parameter]) => [key, parameterSchema(parameter)])),
  });
}

/** The schema of an experiment, for the methods that it may name. */
export function experimentSchema(methods: readonly AnyMethod[] = builtInMethods) {
  const names = methods.map((method) => method.name) as [string, ...string[]];
  const [first, ...others] = methods.map(methodSchema);
  if (first === undefined) throw new RangeError("experimentSchema: 'methods' must hold at least one method, got none");
  return z.strictObject({
    name: z
      ._default(z.string().check(z.maxLength(100), z.regex(/^[\w][\w. -]*$/, 'be made of letters, digits, spaces, dots, dashes and underscores')), 'experiment')
      .check(z.describe('names the run folder')),
    seed: z.optional(seed()).check(z.describe('the one seed to run')),
    seeds: z.optional(z.array(seed()).check(z.minLength(1))).check(z.describe('the seeds to run (default [1])')),
    problem: problem.check(z.describe('what is minimised')),
    workers: z
      ._default(
        z.strictObject({
          count: z.optional(count().check(z.maximum(10_000_000))).check(z.describe('n (default 10, or as many as times, powers, traces or quadratics are given)')),
          computation: z._default(computation, { kind: 'paper', redraw: false }).check(z.describe('times of the stochastic gradients')),
          network: z._default(network, { latency: 0, jitter: 0 }).check(z.describe('times of the messages')),
        }),
        { computation: { kind: 'paper', redraw: false }, network: { latency: 0, jitter: 0 } },
      )
      .check(z.describe('who computes, and how fast')),
    methods: z
      .array(z.union([z.enum(names), z.discriminatedUnion('name', [first, ...others])]))
      .check(z.minLength(1), z.describe('the methods to compare: names, or names with parameters')),
    stepsizes: z.optional(stepsizes()).check(z.describe('grid of γ for methods that name none, or theory: what theory asks for, with its parameters')),
    budget: z
      .strictObject({
        time: z.optional(positive()).check(z.describe('simulated seconds')),
        updates: z.optional(count()).check(z.describe('model updates')),
        gradients: z.optional(count()).check(z.describe('stochastic gradients')),
        wallSeconds: z.optional(positive()).check(z.describe('real seconds per run')),
      })
      .check(z.describe('what ends a run: the first that is reached')),
    target: z
      .optional(
        z.strictObject({
          objective: z.optional(z.number()).check(z.describe('f(x) at most')),
          suboptimality: z.optional(positive()).check(z.describe('f(x) − f* at most, for quadratics')),
          gradientNormSquared: z.optional(positive()).check(z.describe('‖∇f(x)‖² at most')),
          testAccuracy: z.optional(positive().check(z.maximum(1))).check(z.describe('test accuracy at least')),
        }),
      )
      .check(z.describe('what “time to target” and “best stepsize” mean')),
    evaluate: z
      .optional(
        z.strictObject({
          every: z.optional(positive()).check(z.describe('simulated seconds between evaluations')),
          updates: z.optional(count()).check(z.describe('model updates between evaluations')),
        }),
      )
      .check(z.describe('how often the model is evaluated (default: 50 times in the budget)')),
    $schema: z.optional(z.string()).check(z.describe('where an editor finds this schema')),
    kernels: z
      ._default(z.enum(KERNEL_VARIANTS), 'simd')
      .check(z.describe('kernel build; simd: the same results on every machine; fma: fused multiply-add, whose last bits may differ between machines')),
    version: z.optional(z.string()).check(z.describe('the version of Straggler that wrote the file')),
  });
}

type Schema = ReturnType<typeof experimentSchema>;
/**
 * An experiment as users write it: the content of an experiment file.
 *
 * | key | meaning |
 * | --- | --- |
 * | `name` | names the run folder; default `experiment` |
 * | `seed`, `seeds` | the one seed, or the seeds, to run; default 1 |
 * | `problem` | what is minimised: see `ProblemOptions`, with defaults for what is left out |
 * | `workers` | `count`, `computation` (see `ComputationOptions`) and `network` (see `NetworkOptions`) |
 * | `methods` | names, or objects with `name`, `stepsize` and the method's parameters |
 * | `stepsizes` | γ, a grid of them, or `theory`: for methods that name none |
 * | `budget` | when a run ends: see `Budget`; at least one limit |
 * | `target` | what counts as reaching the target: see `Target`; default: nothing |
 * | `evaluate` | `every` (simulated seconds) or `updates`; default: 50 evaluations within the budget |
 * | `kernels` | `simd` or `fma`; default `simd` |
 */
export type ExperimentInput = Omit<z.input<Schema>, 'methods'> & {
  /** What is compared, at least one. */
  methods: (
    | string
    | {
        /** Its name, as in `methods`, or that of a method of your own. */
        name: string;
        /** γ > 0, a grid of them, or the one that theory asks for; default: `stepsizes`. */
        stepsize?: number | number[] | typeof THEORY;
        /** The method's parameters. */
        [parameter: string]: unknown;
      }
  )[];
};
/** An experiment with the schema's own defaults, not yet resolved. */
export type ParsedExperiment = z.output<Schema>;
