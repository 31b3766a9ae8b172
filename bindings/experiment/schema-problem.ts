import * as z from 'zod/mini';

const positive = (): z.ZodMiniNumber<number> => z.number().check(z.positive());
const atLeastZero = (): z.ZodMiniNumber<number> => z.number().check(z.minimum(0));
const count = (): z.ZodMiniNumber<number> => z.int().check(z.minimum(1));
const text = (): z.ZodMiniString<string> => z.string().check(z.minLength(1));

const partition = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('iid').check(z.describe('a random permutation cut into n runs')) }),
  z.strictObject({
    kind: z.literal('dirichlet').check(z.describe('every class is spread over the workers by Dirichlet(alpha) proportions')),
    alpha: z
      ._default(z.number().check(z.minimum(1e-9), z.maximum(1e9)), 0.1)
      .check(z.describe('concentration: small values make each worker see few labels')),
  }),
  z.strictObject({
    kind: z.literal('shards').check(z.describe('samples sorted by label, cut into shards that are dealt at random')),
    shardsPerWorker: z._default(count(), 2).check(z.describe('shards per worker')),
  }),
  z.strictObject({ kind: z.literal('by-label').check(z.describe('samples sorted by label, cut into n runs, in worker order')) }),
]);

/** What problems on data sets share. */
const onData = {
  partition: z._default(partition, { kind: 'iid' }).check(z.describe('how the training samples are spread over the workers')),
  batch: z._default(count().check(z.maximum(65_536)), 32).check(z.describe('samples per stochastic gradient')),
};

/** `problem`: what is minimised. */
export const problem = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('mlp').check(z.describe('classification by a multilayer perceptron, float32')),
    hidden: z._default(z.array(count()), [128]).check(z.describe('widths of the hidden layers; [] is multinomial logistic regression')),
    data: z._default(text(), 'digits').check(z.describe('digits (built in), mnist, fashion-mnist, a folder with IDX files, or a .libsvm or .csv file')),
    ...onData,
  }),
  z.strictObject({
    kind: z.literal('logistic-regression').check(z.describe('two classes, no intercept, float64')),
    data: text().check(z.describe('a .libsvm or .csv file or another data set with two classes')),
    nonconvexRegularizer: z._default(atLeastZero(), 0).check(z.describe('λ of λ Σ x_j²/(1 + x_j²), which is added to every f_i')),
    ...onData,
  }),
  z.strictObject({
    kind: z.literal('quadratic').check(z.describe('quadratic functions, float64')),
    form: z
      .optional(z.enum(['tridiagonal', 'random']))
      .check(z.describe('tridiagonal: the papers’ quadratic, equal for all (default); random: heterogeneous quadratics')),
    dimension: z.optional(count()).check(z.describe('d (default 1729; random: 10)')),
    spread: z.optional(atLeastZero()).check(z.describe('random: standard deviation of the workers’ minimisers, whose mean is x⁰ (default 1)')),
    eigenvalues: z.optional(z.tuple([positive(), positive()])).check(z.describe('random: range of the eigenvalues (default [0.1, 1])')),
    homogeneous: z.optional(z.boolean()).check(z.describe('random: all workers have the same f_i (default false)')),
    file: z.optional(text()).check(z.describe('JSON file with the quadratics: {dimension, workers: [{A, b}, …], x0}')),
    noise: z.optional(atLeastZero()).check(z.describe('σ₀ of the gradient noise (default 0.01 for tridiagonal, else 0)')),
  }),
  z.strictObject({ kind: z.literal('own').check(z.describe('given by the program that runs the experiment; not on the command line')) }),
]);

/** How the training samples are spread over the workers: see `partition`. */
export type PartitionOptions =
  | {
      /** Not by label. */
      kind: 'iid' | 'by-label';
    }
  | {
      /** By Dirichlet proportions. */
      kind: 'dirichlet';
      /** The concentration α. */
      alpha: number;
    }
  | {
      /** By runs of equal labels. */
      kind: 'shards';
      /** Runs dealt to each worker. */
      shardsPerWorker: number;
    };

/** What is minimised, with every default filled in. */
export type ProblemOptions =
  | {
      /** Classification by a multilayer perceptron, float32: see `MlpProblem`. */
      kind: 'mlp';
      /** Widths of the hidden layers; [] is multinomial logistic regression. */
      hidden: number[];
      /** The data set: see `loadDataset`. */
      data: string;
      /** How the samples are spread over the workers: see `partition`. */
      partition: PartitionOptions;
      /** Samples per stochastic gradient. */
      batch: number;
    }
  | {
      /** Two classes, no intercept, float64: see `LogisticRegressionProblem`. */
      kind: 'logistic-regression';
      /** A data set with two classes: see `loadDataset`. */
      data: string;
      /** λ of λ Σ x_j²/(1 + x_j²), which is added to every f_i. */
      nonconvexRegularizer: number;
      /** How the samples are spread over the workers: see `partition`. */
      partition: PartitionOptions;
      /** Samples per stochastic gradient. */
      batch: number;
    }
  | {
      /** Quadratics, float64. */
      kind: 'quadratic';
      /** `tridiagonal`: see `tridiagonalQuadratic`; `random`: see `heterogeneousQuadraticData`. Absent with a file. */
      form?: 'tridiagonal' | 'random' | undefined;
      /** d */
      dimension?: number | undefined;
      /** `random`: standard deviation of the workers' minimisers. */
      spread?: number | undefined;
      /** `random`: range of the eigenvalues. */
      eigenvalues?: [smallest: number, largest: number] | undefined;
      /** `random`: whether all workers have the same f_i. */
      homogeneous?: boolean | undefined;
      /** A JSON file with `QuadraticData`. */
      file?: string | undefined;
      /** σ₀: standard deviation of the noise in every entry of a gradient. */
      noise?: number | undefined;
    }
  | {
      /** Given by the program that runs the experiment. */
      kind: 'own';
    };
