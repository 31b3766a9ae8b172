import { readFileBytes } from '#platform';
import { InputError } from '../errors.js';
import type { QuadraticData } from '../problems/quadratic.js';
import type { ProblemOptions } from './schema-problem.js';

/** Makes the error about a key of the experiment. */
export type Fail = (path: readonly PropertyKey[], rule: string, got: unknown) => InputError;

/** Checks what an experiment says about its problem and fills in every default. */
export async function resolveProblem(problem: ProblemOptions, fail: Fail): Promise<{ problem: ProblemOptions; workersInFile?: number }> {
  if (problem.kind !== 'quadratic') return { problem };
  const { file, form, dimension, spread, eigenvalues, homogeneous, noise } = problem;
  const refuse = (key: string, value: unknown, rule: string): void => {
    if (value !== undefined) throw fail(['problem', key], rule, value);
  };
  if (file !== undefined) {
    for (const [key, value] of Object.entries({ form, dimension, spread, eigenvalues, homogeneous })) {
      refuse(key, value, "not be given together with 'problem.file'");
    }
    const { workers } = await readQuadraticFile(file);
    return { problem: { kind: 'quadratic', file, noise: noise ?? 0 }, workersInFile: workers.length };
  }
  if (form === 'random') {
    const range = eigenvalues ?? [0.1, 1];
    if (range[0] > range[1]) throw fail(['problem', 'eigenvalues'], 'go from the smallest to the largest', range);
    return {
      problem: {
        kind: 'quadratic', form, dimension: dimension ?? 10, spread: spread ?? 1, eigenvalues: range, homogeneous: homogeneous ?? false,
        noise: noise ?? 0,
      },
    };
  }
  refuse('spread', spread, "be given with 'form: random' only");
  refuse('eigenvalues', eigenvalues, "be given with 'form: random' only");
  refuse('homogeneous', homogeneous, "be given with 'form: random' only");
  return { problem: { kind: 'quadratic', form: 'tridiagonal', dimension: dimension ?? 1729, noise: noise ?? 0.01 } };
}

/**
 * Reads a file with explicit quadratics.
 * @throws InputError when there is no such file, or it does not hold `{dimension, workers: [{A, b}, …], x0}`.
 */
export async function readQuadraticFile(file: string): Promise<QuadraticData> {
  const bytes = await readFileBytes(file);
  if (bytes === undefined) throw new InputError('experiment', 'problem.file', 'be a file that exists', file);
  let data: unknown;
  try {
    data = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new InputError(file, 'content', 'be JSON', (error as Error).message);
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw new InputError(file, 'content', 'be {dimension, workers, x0}', data);
  const { dimension, workers, x0, ...rest } = data as Record<string, unknown>;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) throw new InputError(file, unknown, 'be one of dimension, workers, x0', unknown);
  if (typeof dimension !== 'number') throw new InputError(file, 'dimension', 'be a number', dimension);
  if (!Array.isArray(workers)) throw new InputError(file, 'workers', 'be a list of {A, b}', workers);
  workers.forEach((worker: unknown, i) => {
    const { A, b, ...others } = (worker ?? {}) as Record<string, unknown>;
    const stray = Object.keys(others)[0];
    if (stray !== undefined) throw new InputError(file, `workers[${i}].${stray}`, 'be one of A, b', stray);
    if (!Array.isArray(A) || !A.every(Array.isArray)) throw new InputError(file, `workers[${i}].A`, 'be a list of rows of numbers', A);
    if (!Array.isArray(b)) throw new InputError(file, `workers[${i}].b`, 'be a list of numbers', b);
  });
  if (x0 !== undefined && !Array.isArray(x0)) throw new InputError(file, 'x0', 'be a list of numbers', x0);
  return data as QuadraticData;
}
