/** What the library needs from its surroundings, in Node. `platform.ts` is the same for browsers. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import envPaths from 'env-paths';
import { InputError } from './errors.js';

/** The addresses of the kernel builds. */
export const kernelUrls = {
  simd: new URL('./kernels/straggler.wasm', import.meta.url),
  fma: new URL('./kernels/straggler-fma.wasm', import.meta.url),
};

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
