import { instantiate } from '@assemblyscript/loader';
import { relaxedSimd } from 'wasm-feature-detect';
import { kernelUrls, readUrl, relaxedSimdAdvice, resolveUrl } from '#platform';
import { InputError } from '../errors.js';
import type { KernelExports } from './abi.js';
import { MemoryPool } from './memory.js';
import { Random } from './random.js';

const PAGE = 65_536;
const FOUR_GIB = 2 ** 32;

/**
 * The kernel builds. `simd` gives the same results to the last bit everywhere. `fma` lets the processor round a product and its sum
 * once instead of twice (relaxed SIMD, fused multiply-add): the last bits may differ between machines.
 */
export const KERNEL_VARIANTS = ['simd', 'fma'] as const;
export type KernelVariant = (typeof KERNEL_VARIANTS)[number];

/** Anything a kernel build can be made from. */
export type KernelSource = BufferSource | WebAssembly.Module | Response | URL | string;

export interface LoadOptions {
  /** Which build: one of `KERNEL_VARIANTS`. With a `source`, which one that is. Default: `simd`. */
  variant?: KernelVariant;
  /** The kernel build: its bytes, a URL, a response or a compiled module. Default: the one in this package. */
  source?: KernelSource;
  /** The most memory that may be used, in bytes; at most 4 GiB, which is the default. */
  maximumBytes?: number;
}

/** An instance of the kernels with its memory. */
export interface Kernels {
  /** Which build it is. */
  readonly variant: KernelVariant;
  /** The exported functions; pointers are byte offsets into the pool's memory. */
  readonly exports: KernelExports;
  readonly pool: MemoryPool;
  /** Random streams computed by the kernels. */
  random(seed: number): Random;
}

/**
 * Loads the kernels and gives them a memory of their own.
 * @throws InputError when the variant is unknown or is `fma` in an engine without relaxed SIMD, when `maximumBytes` is not between
 * 1 MiB and 4 GiB, or when the source cannot be read.
 * @example
 * const kernels = await loadKernels();
 * kernels.exports.exp(1); // 2.718281828459045
 */
export async function loadKernels(options: LoadOptions = {}): Promise<Kernels> {
  const { variant = 'simd', maximumBytes = FOUR_GIB } = options;
  if (!KERNEL_VARIANTS.includes(variant)) throw new InputError('loadKernels', 'variant', `be ${KERNEL_VARIANTS.join(' or ')}`, variant);
  if (!(maximumBytes >= 2 ** 20 && maximumBytes <= FOUR_GIB)) {
    throw new InputError('loadKernels', 'maximumBytes', 'be between 1 MiB and 4 GiB', maximumBytes);
  }
  if (variant === 'fma' && !(await relaxedSimd())) {
    throw new InputError('loadKernels', 'variant', `be 'simd' ${relaxedSimdAdvice()}`, variant);
  }
  const source = options.source ?? kernelUrls[variant];
  // The build declares a maximum of 4 GiB, so the memory must too; the pool enforces a smaller limit.
  const memory = new WebAssembly.Memory({ initial: 16, maximum: FOUR_GIB / PAGE });
  const { exports } = await instantiate<KernelExports>(await readSource(source), { env: { memory } });
  const pool = new MemoryPool(memory, exports.heapBase(), maximumBytes);
  return { variant, exports, pool, random: (seed) => new Random(exports, pool, seed) };
}

async function readSource(source: KernelSource): Promise<BufferSource | WebAssembly.Module> {
  if (typeof source === 'string') return readAddress(resolveUrl(source));
  if (source instanceof URL) return readAddress(source);
  if (source instanceof Response) return source.arrayBuffer();
  return source;
}

async function readAddress(url: URL): Promise<ArrayBuffer> {
  try {
    return await readUrl(url);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError('loadKernels', 'source', `be an address that can be read (${(error as Error).message})`, url.href);
  }
}
