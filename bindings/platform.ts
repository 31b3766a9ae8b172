/** What the library needs from its surroundings, in a browser. `platform.node.ts` is the same for Node. */
import { InputError } from './errors.js';
import type { KernelVariant } from './kernels/load.js';
import type { Thread, ThreadPort } from './threads/port.js';

/** The kernel builds: deflated, and within JavaScript, as bundlers do not agree on how a module names a file beside it. */
const KERNEL_BUILDS: Readonly<Record<KernelVariant, () => Promise<{ default: string }>>> = {
  simd: () => import('./kernels/embedded/simd.js'),
  fma: () => import('./kernels/embedded/fma.js'),
};

/** The bytes of a kernel build. */
export async function kernelBuild(variant: KernelVariant): Promise<ArrayBuffer> {
  const { default: base64 } = await KERNEL_BUILDS[variant]();
  const deflated = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Response(new Blob([deflated]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).arrayBuffer();
}

/** Where relaxed SIMD is missing, and what to do about it: the end of a sentence. */
export function relaxedSimdAdvice(): string {
  return 'in this browser, which does not support relaxed SIMD';
}

/** Reads the bytes behind a URL, whatever type the server declares. */
export async function readUrl(url: URL): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw new InputError('loadKernels', 'source', 'be a URL that can be read', `${url.href} (HTTP ${response.status})`);
  return response.arrayBuffer();
}

/** In the library's threads, what addresses are relative to where they were started: their own scripts are elsewhere. */
let startersBase: string | undefined;

/** What addresses are relative to: the page, or the script of a worker of the program's own. */
function baseUrl(): string {
  return startersBase ?? ('document' in globalThis ? document.baseURI : globalThis.location.href);
}

/** Makes a URL of what the user named, relative to the page. */
export function resolveUrl(address: string): URL {
  return new URL(address, baseUrl());
}

/**
 * Reads a whole file by URL; undefined when there is none.
 * @throws InputError when nobody answers, or the server fails.
 */
export async function readFileBytes(path: string): Promise<Uint8Array | undefined> {
  const response = await fetch(resolveUrl(path)).catch((error: unknown) => {
    throw new InputError(path, 'file', 'be readable', (error as Error).message);
  });
  if (response.status >= 500) throw new InputError(path, 'file', 'be readable', `HTTP ${response.status}`);
  // Where there is no file, many a server answers with the application's page.
  const isPage = response.headers.get('content-type')?.startsWith('text/html') === true;
  return response.ok && !isPage ? new Uint8Array(await response.arrayBuffer()) : undefined;
}

/** The folder that downloaded data sets are kept in; a browser has none. */
export function dataCacheDirectory(): string | undefined {
  return undefined;
}

/** How many threads can run at the same time. */
export function availableThreads(): number {
  return navigator.hardwareConcurrency;
}

/** Bytes of memory that may still be taken; a browser does not tell. */
export function availableMemory(): number | undefined {
  return undefined;
}

/** Lets input and messages be handled. Not by a timer, which a page in the background gets once a second. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** Starts a thread that runs `thread.ts`. */
export function startThread(): Thread {
  const worker = startWorker();
  worker.postMessage(baseUrl());
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    onMessage: (handler) => worker.addEventListener('message', ({ data }) => handler(data)),
    onFailure: (handler) => worker.addEventListener('error', (event) => handler(new Error(reasonOf(event)))),
    detach: () => undefined,
    end: () => {
      worker.terminate();
      return Promise.resolve();
    },
  };
}

/** Why a worker failed. The event is no ErrorEvent where its script could not be loaded. */
function reasonOf(event: Event): string {
  return event instanceof ErrorEvent ? event.message : 'their script cannot be loaded';
}

function startWorker(): Worker {
  try {
    return new Worker(new URL('./thread.js', import.meta.url), { type: 'module' });
  } catch {
    // A page may import scripts of another origin, as of a CDN, but not start them. (Bundlers look for the words above, and not for these.)
    const thread = import.meta.url.replace(/[^/]*$/, 'thread.js');
    const script = new Blob([`import ${JSON.stringify(thread)};`], { type: 'text/javascript' });
    return new Worker(URL.createObjectURL(script), { type: 'module' });
  }
}

/** Within a thread: the line to the one that started it. */
export function threadPort(): ThreadPort {
  return {
    post: (message, transfer = []) => globalThis.postMessage(message, { transfer: [...transfer] }),
    onMessage: (handler) =>
      globalThis.addEventListener('message', ({ data }) => {
        if (startersBase === undefined) startersBase = data as string;
        else handler(data);
      }),
  };
}
