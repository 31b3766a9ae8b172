import { z } from 'zod';

const positive = (): z.ZodNumber => z.number().positive();
const count = (): z.ZodInt => z.int().min(1);

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

/** What problems on data sets share. */
const data = z.string().min(1);
const onData = {
  partition: partition.default({ kind: 'iid' }).describe('how the training samples are spread over the workers'),
  batch: count().max(65_536).default(32).describe('samples per stochastic gradient'),
};

/** `problem`: what is minimised. */
export const problem = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('mlp').describe('classification by a multilayer perceptron, float32'),
    hidden: z.array(count()).default([128]).describe('widths of the hidden layers; [] is multinomial logistic regression'),
    data: data.default('digits').describe('digits (built in), mnist, fashion-mnist, a folder with IDX files, or a .libsvm or .csv file'),
    ...onData,
  }),
  z.strictObject({
    kind: z.literal('logistic-regression').describe('two classes, no intercept, float64'),
    data: data.describe('a .libsvm or .csv file or another data set with two classes'),
    nonconvexRegularizer: z.number().min(0).default(0).describe('λ of λ Σ x_j²/(1 + x_j²), which is added to every f_i'),
    ...onData,
  }),
  z.strictObject({
    kind: z.literal('quadratic').describe('quadratic functions, float64'),
    form: z
      .enum(['tridiagonal', 'random'])
      .optional()
      .describe('tridiagonal: the papers’ quadratic, equal for all (default); random: heterogeneous quadratics'),
    dimension: count().optional().describe('d (default 1729; random: 10)'),
    spread: z.number().min(0).optional().describe('random: standard deviation of the workers’ minimisers, whose mean is x⁰ (default 1)'),
    eigenvalues: z.tuple([positive(), positive()]).optional().describe('random: range of the eigenvalues (default [0.1, 1])'),
    homogeneous: z.boolean().optional().describe('random: all workers have the same f_i (default false)'),
    file: z.string().min(1).optional().describe('JSON file with the quadratics: {dimension, workers: [{A, b}, …], x0}'),
    noise: z.number().min(0).optional().describe('σ₀ of the gradient noise (default 0.01 for tridiagonal, else 0)'),
  }),
  z.strictObject({ kind: z.literal('own').describe('given by the program that runs the experiment; not on the command line') }),
]);

export type ProblemOptions = z.output<typeof problem>;
