import { instantiate } from '@assemblyscript/loader';
import { relaxedSimd } from 'wasm-feature-detect';
import { kernelBuild, readUrl, relaxedSimdAdvice, resolveUrl } from '#platform';
import { InputError } from '../errors.js';
import type { KernelExports } from './abi.js';
import { MemoryPool } from './memory.js';
import { Random } from './random.js';
import { withSharedMemory } from './share-memory.js';

const PAGE = 65_536;
const FOUR_GIB = 2 ** 32;
const INITIAL_PAGES = 16;
/** Where not even a shared memory of this maximum can be made, there is none. */
const SMALLEST_SHARED = 2 ** 28;

/**
 * The kernel builds. `simd` gives the same results to the last bit everywhere. `fma` lets the processor round a product and its sum
 * once instead of twice (relaxed SIMD, fused multiply-add): the last bits may differ between machines.
 */
export const KERNEL_VARIANTS = ['simd', 'fma'] as const;
/** A build of the kernels: `simd` or `fma`, see `KERNEL_VARIANTS`. */
export type KernelVariant = (typeof KERNEL_VARIANTS)[number];

/** Anything a kernel build can be made from. */
export type KernelSource = BufferSource | WebAssembly.Module | Response | URL | string;

/** Which kernels to load, and how much memory they may have. */
export interface LoadOptions {
  /** Which build: one of `KERNEL_VARIANTS`. With a `source`, which one that is. Default: `simd`. */
  variant?: KernelVariant;
  /** The kernel build: its bytes, a URL, a response or a compiled module. Default: the one in this package. */
  source?: KernelSource;
  /** The most memory that may be used, in bytes; at most 4 GiB, which is the default. */
  maximumBytes?: number;
  /**
   * Whether the memory is to be one that threads can share. Where the engine has none, the kernels get a plain memory: look at their `shared`.
   * A `source` that is a compiled module must then import a shared memory. Default: false.
   */
  shared?: boolean;
}

/** An instance of the kernels with its memory. */
export interface Kernels {
  /** Which build it is. */
  readonly variant: KernelVariant;
  /** The exported functions; pointers are byte offsets into the pool's memory. */
  readonly exports: KernelExports;
  /** Their memory: vectors and arrays are allocated from it. */
  readonly pool: MemoryPool;
  /** Whether other threads can use the memory. */
  readonly shared: boolean;
  /** What other threads make their instances from; only where the memory is shared. */
  readonly module?: WebAssembly.Module;
  /** Random streams computed by the kernels. */
  random(seed: number): Random;
}

/**
 * Loads the kernels and gives them a memory of their own.
 * @param options Which build, from where, and how much memory.
 * @throws InputError when the variant is unknown or is `fma` in an engine without relaxed SIMD, when `maximumBytes` is not between
 * 1 MiB and 4 GiB, or when the source cannot be read; WebAssembly's CompileError or LinkError when the source is no build of the kernels.
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
  const memory = options.shared === true ? sharedMemory() : undefined;
  if (memory === undefined) {
    // The build declares a maximum of 4 GiB, so the memory must too; the pool enforces a smaller limit.
    const own = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: FOUR_GIB / PAGE });
    const { exports } = await instantiate<KernelExports>(await readSource(options.source, variant), { env: { memory: own } });
    const pool = new MemoryPool(own, exports.heapBase(), maximumBytes);
    return { variant, exports, pool, shared: false, random: (seed) => new Random(exports, pool, seed) };
  }
  const source = await readSource(options.source, variant);
  const module = source instanceof WebAssembly.Module ? source : await WebAssembly.compile(withSharedMemory(bytesOf(source)));
  const { exports } = await instantiate<KernelExports>(module, { env: { memory: memory.memory } });
  const pool = new MemoryPool(memory.memory, exports.heapBase(), Math.min(maximumBytes, memory.maximumBytes));
  return { variant, exports, pool, shared: true, module, random: (seed) => new Random(exports, pool, seed) };
}

/** A memory that threads can share, of 4 GiB or of what the engine can set aside; undefined where there is none. */
function sharedMemory(): { memory: WebAssembly.Memory; maximumBytes: number } | undefined {
  if (typeof SharedArrayBuffer === 'undefined') return undefined;
  for (let maximumBytes = FOUR_GIB; maximumBytes >= SMALLEST_SHARED; maximumBytes /= 2) {
    try {
      const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: maximumBytes / PAGE, shared: true });
      if (memory.buffer instanceof SharedArrayBuffer) return { memory, maximumBytes };
      return undefined;
    } catch {
      // The address space of the whole maximum is set aside at once: try less.
    }
  }
  return undefined;
}

async function readSource(source: KernelSource | undefined, variant: KernelVariant): Promise<BufferSource | WebAssembly.Module> {
  if (source === undefined) return kernelBuild(variant);
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

function bytesOf(source: BufferSource): Uint8Array {
  return source instanceof ArrayBuffer ? new Uint8Array(source) : new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
}
