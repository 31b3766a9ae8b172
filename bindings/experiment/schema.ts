import { z } from 'zod';
import { KERNEL_VARIANTS } from '../kernels/load.js';
import type { AnyMethod } from '../methods/method.js';
import type { Parameter } from '../methods/parameters.js';
import { methods as builtInMethods } from '../methods/registry.js';

const positive = (): z.ZodNumber => z.number().positive();
const count = (): z.ZodInt => z.int().min(1);
const seed = (): z.ZodInt => z.int().min(0);

/** A time that may be infinite (YAML: .inf): a worker that never returns. */
const durationValue = z
  .custom<number>((value) => typeof value === 'number' && value > 0, { error: 'be a number greater than 0 (.inf: never)' })
  .meta({ type: 'number', exclusiveMinimum: 0 });

const partition = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('iid').describe('a random permutation cut into n runs') }),
  z.strictObject({
    kind: z.literal('dirichlet').describe('every class is spread over the workers by Dirichlet(alpha) proportions'),
    alpha: z.number().min(1e-9).max(1e9).default(0.1).describe('concentration: small values make each worker see few labels'),
  }),
  z.strictObject({
    kind: z.literal('shards').describe('samples sorted by label, cut into shards that are dealt at random'),
    shardsPerWorker: count().default(2).describe('shards per worker'),
  }),
  z.strictObject({ kind: z.literal('by-label').describe('samples sorted by label, cut into n runs, in worker order') }),
]);

const problem = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('mlp').describe('classification by a multilayer perceptron, float32'),
    hidden: z.array(count()).default([128]).describe('widths of the hidden layers; [] is multinomial logistic regression'),
    data: z.string().min(1).default('digits').describe('digits (built in), mnist, fashion-mnist, or a folder with IDX files'),
    partition: partition.default({ kind: 'iid' }).describe('how the training samples are spread over the workers'),
    batch: count().max(65_536).default(32).describe('samples per stochastic gradient'),
  }),
  z.strictObject({
    kind: z.literal('quadratic').describe('quadratic functions, float64'),
    form: z
      .enum(['tridiagonal', 'random'])
      .optional()
      .describe('tridiagonal: the papers’ quadratic, equal for all (default); random: heterogeneous quadratics'),
    dimension: count().optional().describe('d (default 1729; random: 10)'),
    spread: z.number().min(0).optional().describe('random: standard deviation of the workers’ minimisers (default 1)'),
    eigenvalues: z.tuple([positive(), positive()]).optional().describe('random: range of the eigenvalues (default [0.1, 1])'),
    file: z.string().min(1).optional().describe('JSON file with the quadratics: {dimension, workers: [{A, b}, …], x0}'),
    noise: z.number().min(0).optional().describe('σ₀ of the gradient noise (default 0.01 for tridiagonal, else 0)'),
  }),
  z.strictObject({ kind: z.literal('own').describe('given by the program that runs the experiment; not on the command line') }),
]);

const computation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fixed').describe('given times'), times: z.array(durationValue).min(1).describe('τ_i per worker') }),
  z.strictObject({ kind: z.literal('equal').describe('τ_i = 1') }),
  z.strictObject({ kind: z.literal('linear').describe('τ_i = i') }),
  z.strictObject({ kind: z.literal('sqrt').describe('τ_i = √i') }),
  z.strictObject({
    kind: z.literal('paper').describe('τ_i = i + |η_i|, η_i ∼ N(0, i)'),
    redraw: z.boolean().default(false).describe('draw afresh for every gradient'),
  }),
]);

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
      let number = parameter.type === 'integer' ? z.int() : z.number();
      if (parameter.minimum !== undefined) number = number.min(parameter.minimum);
      if (parameter.above !== undefined) number = number.gt(parameter.above);
      const schema = parameter.default === undefined ? number.optional() : number.default(parameter.default);
      return schema.describe(description);
    }
  }
}

function methodSchema(method: AnyMethod) {
  return z.strictObject({
    name: z.literal(method.name).describe(method.summary),
    stepsize: z.union([positive(), z.array(positive()).min(1)]).optional().describe('γ, or a grid of them'),
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
        count: count().max(10_000_000).optional().describe('n (default 10, or as many as times or quadratics are given)'),
        computation: computation.default({ kind: 'paper', redraw: false }).describe('times of the stochastic gradients'),
      })
      .default({ computation: { kind: 'paper', redraw: false } })
      .describe('who computes, and how fast'),
    methods: z
      .array(z.union([z.enum(names), z.discriminatedUnion('name', [first, ...others])]))
      .min(1)
      .describe('the methods to compare: names, or names with parameters'),
    stepsizes: z.array(positive()).min(1).optional().describe('grid of γ for methods that name none'),
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
  methods: (string | { name: string; stepsize?: number | number[]; [parameter: string]: unknown })[];
};
/** An experiment with the schema's own defaults, not yet resolved. */
export type ParsedExperiment = z.output<Schema>;
export type ProblemOptions = z.output<typeof problem>;
export type PartitionOptions = z.output<typeof partition>;

/** The JSON Schema of experiment files, for editors. */
export function experimentJsonSchema(): Record<string, unknown> {
  return { title: 'Straggler experiment', ...z.toJSONSchema(experimentSchema(), { io: 'input', unrepresentable: 'any' }) };
}
