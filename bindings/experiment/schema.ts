import { z } from 'zod';
import { KERNEL_VARIANTS } from '../kernels/load.js';
import type { AnyMethod } from '../methods/method.js';
import type { Parameter } from '../methods/parameters.js';
import { methods as builtInMethods } from '../methods/registry.js';
import { choiceText } from './diagnose.js';
import { problem } from './schema-problem.js';
import { computation, network } from './schema-workers.js';

/** In place of a stepsize: the one that theory asks for. */
export const THEORY = 'theory';

const positive = (): z.ZodNumber => z.number().positive();
/** A stepsize, a grid of them, or the word for the one of theory. */
const stepsizes = () =>
  z.union([positive(), z.array(positive()).min(1), z.literal(THEORY)], {
    error: ({ input }) => `be a finite number greater than 0, a list of them, or ${choiceText([THEORY], input)}`,
  });
const count = (): z.ZodInt => z.int().min(1);
const seed = (): z.ZodInt => z.int().min(0);

/** The schema of one parameter of a method. */
function parameterSchema(parameter: Parameter): z.ZodType {
  const { description } = parameter;
  switch (parameter.type) {
    case 'choice':
      return z.enum(parameter.choices as [string, ...string[]]).default(parameter.default).describe(description);
    case 'boolean':
      return z.boolean().default(parameter.default).describe(description);
    case 'number':
    case 'integer': {
      if (parameter.infinite === true) return infiniteNumber(parameter).describe(description);
      let number = parameter.type === 'integer' ? z.int() : z.number();
      if (parameter.minimum !== undefined) number = number.min(parameter.minimum);
      if (parameter.maximum !== undefined) number = number.max(parameter.maximum);
      if (parameter.above !== undefined) number = number.gt(parameter.above);
      const schema = parameter.default === undefined ? number.optional() : number.default(parameter.default);
      return schema.describe(description);
    }
  }
}

/** A number that may be infinite (YAML: .inf). */
function infiniteNumber({ minimum = -Infinity, default: fallback }: Parameter & { type: 'number' | 'integer' }) {
  const schema = z
    .custom<number>((value) => typeof value === 'number' && value >= minimum, { error: `be a number of at least ${minimum} (or .inf)` })
    .meta({ type: 'number', minimum });
  return fallback === undefined ? schema.optional() : schema.default(fallback);
}

function methodSchema(method: AnyMethod) {
  return z.strictObject({
    name: z.literal(method.name).describe(method.summary),
    stepsize: stepsizes().optional().describe('γ, a grid of them, or theory'),
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
      .string()
      .max(100)
      .regex(/^[\w][\w. -]*$/, 'be made of letters, digits, spaces, dots, dashes and underscores')
      .default('experiment')
      .describe('names the run folder'),
    seed: seed().optional().describe('the one seed to run'),
    seeds: z.array(seed()).min(1).optional().describe('the seeds to run (default [1])'),
    problem: problem.describe('what is minimised'),
    workers: z
      .strictObject({
        count: count().max(10_000_000).optional().describe('n (default 10, or as many as times, powers, traces or quadratics are given)'),
        computation: computation.default({ kind: 'paper', redraw: false }).describe('times of the stochastic gradients'),
        network: network.default({ latency: 0, jitter: 0 }).describe('times of the messages'),
      })
      .default({ computation: { kind: 'paper', redraw: false }, network: { latency: 0, jitter: 0 } })
      .describe('who computes, and how fast'),
    methods: z
      .array(z.union([z.enum(names), z.discriminatedUnion('name', [first, ...others])]))
      .min(1)
      .describe('the methods to compare: names, or names with parameters'),
    stepsizes: stepsizes().optional().describe('grid of γ for methods that name none, or theory: what theory asks for, with its parameters'),
    budget: z
      .strictObject({
        time: positive().optional().describe('simulated seconds'),
        updates: count().optional().describe('model updates'),
        gradients: count().optional().describe('stochastic gradients'),
        wallSeconds: positive().optional().describe('real seconds per run'),
      })
      .describe('what ends a run: the first that is reached'),
    target: z
      .strictObject({
        objective: z.number().optional().describe('f(x) at most'),
        suboptimality: positive().optional().describe('f(x) − f* at most, for quadratics'),
        gradientNormSquared: positive().optional().describe('‖∇f(x)‖² at most'),
        testAccuracy: positive().max(1).optional().describe('test accuracy at least'),
      })
      .optional()
      .describe('what “time to target” and “best stepsize” mean'),
    evaluate: z
      .strictObject({
        every: positive().optional().describe('simulated seconds between evaluations'),
        updates: count().optional().describe('model updates between evaluations'),
      })
      .optional()
      .describe('how often the model is evaluated (default: 50 times in the budget)'),
    $schema: z.string().optional().describe('where an editor finds this schema'),
    kernels: z
      .enum(KERNEL_VARIANTS)
      .default('simd')
      .describe('kernel build; simd: the same results on every machine; fma: fused multiply-add, whose last bits may differ between machines'),
    version: z.string().optional().describe('the version of Straggler that wrote the file'),
  });
}

type Schema = ReturnType<typeof experimentSchema>;
/** An experiment as users write it. Method entries may carry the parameters of their method. */
export type ExperimentInput = Omit<z.input<Schema>, 'methods'> & {
  methods: (string | { name: string; stepsize?: number | number[] | typeof THEORY; [parameter: string]: unknown })[];
};
/** An experiment with the schema's own defaults, not yet resolved. */
export type ParsedExperiment = z.output<Schema>;

/** The JSON Schema of experiment files, for editors. */
export function experimentJsonSchema(): Record<string, unknown> {
  return { title: 'Straggler experiment', ...z.toJSONSchema(experimentSchema(), { io: 'input', unrepresentable: 'any' }) };
}
