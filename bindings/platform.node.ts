/** What the library needs from its surroundings, in Node. `platform.ts` is the same for browsers. */
import { readFile } from 'node:fs/promises';
import { availableParallelism, freemem } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, Worker } from 'node:worker_threads';
import envPaths from 'env-paths';
import { InputError, StragglerError } from './errors.js';
import type { KernelVariant } from './kernels/load.js';
import type { Thread, ThreadPort } from './threads/port.js';

const KERNEL_BUILDS: Readonly<Record<KernelVariant, URL>> = {
  simd: new URL('./kernels/straggler.wasm', import.meta.url),
  fma: new URL('./kernels/straggler-fma.wasm', import.meta.url),
};

/**
 * The bytes of a kernel build.
 * @throws StragglerError where the library was bundled and its files were left behind.
 */
export async function kernelBuild(variant: KernelVariant): Promise<ArrayBuffer> {
  try {
    return await readUrl(KERNEL_BUILDS[variant]);
  } catch (error) {
    const reason = (error as Error).message;
    throw new StragglerError(`kernels: '${variant}' must be readable, got ${reason}; a bundler must leave the package 'straggler' out of what runs in Node`);
  }
}

/**
 * Where relaxed SIMD is missing, and what to do about it: the end of a sentence.
 * @param version Of Node.
 */
export function relaxedSimdAdvice(version = process.versions.node): string {
  return version.startsWith('20.')
    ? "in Node 20 unless it is started as 'node --experimental-wasm-relaxed-simd …' (NODE_OPTIONS does not take this flag; Node 22 needs none)"
    : `in this engine (Node ${version}), which does not support relaxed SIMD`;
}

/** Reads the bytes behind a URL; `file:` URLs come from the disk. */
export async function readUrl(url: URL): Promise<ArrayBuffer> {
  if (url.protocol === 'file:') return new Uint8Array(await readFile(url)).buffer;
  const response = await fetch(url);
  if (!response.ok) throw new InputError('loadKernels', 'source', 'be a URL that can be read', `${url.href} (HTTP ${response.status})`);
  return response.arrayBuffer();
}

/** Makes a URL of what the user named: a URL, or a path relative to the working directory. */
export function resolveUrl(address: string): URL {
  return URL.canParse(address) ? new URL(address) : pathToFileURL(address);
}

/** Reads a whole file; undefined when there is none. */
export async function readFileBytes(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw new InputError(path, 'file', 'be readable', code);
  }
}

/** The folder that downloaded data sets are kept in: `$STRAGGLER_CACHE`, or the user's cache folder. */
export function dataCacheDirectory(): string | undefined {
  return process.env['STRAGGLER_CACHE'] ?? join(envPaths('straggler', { suffix: '' }).cache, 'data');
}

/** How many threads can run at the same time. */
export function availableThreads(): number {
  return availableParallelism();
}

/** Where the memory of a machine or a container is told; a process object, or what a test gives instead. */
interface MemorySource {
  /** Missing before Node 20.13. */
  availableMemory?(): number;
  /** What a container may take; 0, or more than any machine has, where it is not limited. Missing before Node 20. */
  constrainedMemory?(): number | undefined;
  memoryUsage: { rss(): number };
}

/**
 * Bytes of memory that this process may still take: what the machine has free, and what the limit of its container leaves.
 * @returns undefined where it is not known.
 */
export function availableMemory(source: MemorySource = process, free: () => number = freemem): number | undefined {
  if (typeof source.availableMemory === 'function') return known(source.availableMemory());
  const limit = source.constrainedMemory?.() ?? 0;
  const left = limit > 0 ? Math.max(0, limit - source.memoryUsage.rss()) : Infinity;
  return known(Math.min(left, free()));
}

/** Some systems tell nothing: 0. */
function known(bytes: number): number | undefined {
  return bytes > 0 && Number.isFinite(bytes) ? bytes : undefined;
}

/** Lets timers, signals and input be handled. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Starts a thread that runs `thread.ts`. */
export function startThread(): Thread {
  const worker = new Worker(new URL('./thread.js', import.meta.url));
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    onMessage: (handler) => void worker.on('message', handler),
    onFailure: (handler) => void worker.on('error', (error) => handler(error)),
    detach: () => worker.unref(),
    end: async () => {
      await worker.terminate();
    },
  };
}

/** Within a thread: the line to the one that started it. */
export function threadPort(): ThreadPort {
  const port = parentPort;
  if (port === null) throw new TypeError("thread: 'thread' must be run as a thread of its own");
  return {
    post: (message, transfer = []) => port.postMessage(message, transfer),
    onMessage: (handler) => void port.on('message', handler),
  };
}
