import { parseArgs } from 'node:util';
import { InputError, KERNEL_VARIANTS, loadKernels, StragglerError } from '../bindings/index.js';
import type { KernelVariant } from '../bindings/index.js';

const FAILED = 1;
const BAD_USAGE = 2;
const LONGEST_SECONDS = 600;

/** What a program of this folder was called with. */
export interface Arguments {
  /** Words without dashes: what to measure. */
  readonly words: readonly string[];
  /** Options' values by name. */
  readonly options: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a program on its arguments. Errors become a sentence and an exit code: 2 when the arguments or the data are wrong, 1 otherwise.
 * @param usage What `--help` prints.
 * @param names The options there are; each takes a value.
 */
export async function runProgram(usage: string, names: readonly string[], program: (given: Arguments) => Promise<void>): Promise<void> {
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { ...options, help: { type: 'boolean' } } });
    if (values['help'] === true) console.log(usage);
    else await program({ words: positionals, options: values as Record<string, string | undefined> });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const badUsage = error instanceof InputError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') === true;
    const [sentence] = error.message.split(/\. |\n/);
    console.error(badUsage || error instanceof StragglerError ? `Error: ${sentence!.replace(/\.$/, '')}\n(--help tells more)` : error);
    process.exitCode = badUsage ? BAD_USAGE : FAILED;
  }
}

/** @returns A kernel variant by name, the default without one. */
export function readVariant(name = 'simd'): KernelVariant {
  const variant = KERNEL_VARIANTS.find((known) => known === name);
  if (variant === undefined) throw new InputError('bench', '--kernels', `be ${KERNEL_VARIANTS.join(' or ')}`, name);
  return variant;
}

/** The builds that this engine can run: the default, and the other one with relaxed SIMD. */
export async function availableVariants(): Promise<readonly KernelVariant[]> {
  try {
    await loadKernels({ variant: 'fma' });
    return KERNEL_VARIANTS;
  } catch (error) {
    if (error instanceof InputError) return ['simd'];
    throw error;
  }
}

/** @returns Seconds greater than 0. */
export function readSeconds(text: string | undefined, fallback: number): number {
  const seconds = text === undefined ? fallback : Number(text);
  if (!(seconds > 0 && seconds <= LONGEST_SECONDS)) throw new InputError('bench', '--seconds', `be a number greater than 0, at most ${LONGEST_SECONDS}`, text);
  return seconds;
}
