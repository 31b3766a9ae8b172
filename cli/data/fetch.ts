import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readableBytes, StragglerError } from '../../bindings/index.js';
import type { DatasetSource, SourceFile } from './sources.js';

export interface FetchOptions {
  /** Where the files go; created when missing. */
  readonly folder: string;
  /** Addresses to use instead of the source's own. */
  readonly mirrors?: readonly string[];
  /** Ends the download; what has arrived stays. */
  readonly signal?: AbortSignal;
  /** Called while bytes arrive. */
  readonly onProgress?: (file: SourceFile, received: number) => void;
  /** Called when a file is there. */
  readonly onFile?: (result: FetchedFile) => void;
  /** Gives up on a mirror that sends nothing for so long; default 30 seconds. */
  readonly idleMilliseconds?: number;
}

/** What became of a file. */
export interface FetchedFile {
  readonly file: string;
  readonly bytes: number;
  /** `resumed`: a part of it was there before. */
  readonly status: 'present' | 'fetched' | 'resumed';
  /** Where it came from; absent when nothing had to be downloaded. */
  readonly url?: string;
}

/**
 * Downloads a data set's files that are not there yet. A file grows as `<name>.part`, which a later call goes on with; it
 * gets its name only when its checksum is right. Mirrors are tried in order.
 * @throws StragglerError when no mirror gives a file (the message tells what is kept) or the folder cannot be made; the
 * signal's reason when it ends the download.
 */
export async function fetchDataset(source: DatasetSource, options: FetchOptions): Promise<FetchedFile[]> {
  try {
    await mkdir(options.folder, { recursive: true });
  } catch (error) {
    throw new StragglerError(`data fetch: the folder '${options.folder}' could not be created (${reasonOf(error)})`);
  }
  const results: FetchedFile[] = [];
  for (const file of source.files) {
    const result = await fetchFile(file, options.mirrors ?? source.mirrors, options);
    options.onFile?.(result);
    results.push(result);
  }
  return results;
}

async function fetchFile(file: SourceFile, mirrors: readonly string[], options: FetchOptions): Promise<FetchedFile> {
  const target = join(options.folder, file.name);
  const part = `${target}.part`;
  if ((await sizeOf(target)) === file.bytes && (await md5Of(target)) === file.md5) {
    return { file: file.name, bytes: file.bytes, status: 'present' };
  }
  if (await finish(file, part, target)) return { file: file.name, bytes: file.bytes, status: 'resumed' };
  const failures: string[] = [];
  for (const mirror of mirrors) {
    const url = new URL(file.name, mirror.endsWith('/') ? mirror : `${mirror}/`).href;
    // A second attempt only when a part of unknown origin may be what spoiled the checksum.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      try {
        const resumed = await download(url, file, part, options);
        if (await finish(file, part, target)) {
          return { file: file.name, bytes: file.bytes, status: resumed ? 'resumed' : 'fetched', url };
        }
        if (resumed) continue;
        failures.push(`${url}: wrong checksum`);
      } catch (error) {
        options.signal?.throwIfAborted();
        failures.push(`${url}: ${reasonOf(error)}`);
      }
      break;
    }
  }
  const kept = await sizeOf(part);
  const rest = kept > 0 ? ` (${readableBytes(kept)} are kept, the same command goes on from there)` : '';
  throw new StragglerError(`data fetch: '${file.name}' could not be downloaded from ${failures.join('; ')}${rest}`);
}

/**
 * Downloads what is missing of a file.
 * @returns Whether the server went on after the part that was there.
 * @throws Error when the server does not answer with the file, or ends early; what has arrived stays in the part.
 */
async function download(url: string, file: SourceFile, part: string, options: FetchOptions): Promise<boolean> {
  const { signal, onProgress, idleMilliseconds = 30_000 } = options;
  const kept = await sizeOf(part);
  const idle = new AbortController();
  const giveUp = (): void => idle.abort(new Error(`nothing arrived for ${idleMilliseconds / 1000} s`));
  let timer = setTimeout(giveUp, idleMilliseconds);
  try {
    const response = await fetch(url, {
      // Without 'identity' a server may unpack or repack the gzip file on the way.
      headers: { 'Accept-Encoding': 'identity', ...(kept > 0 ? { Range: `bytes=${kept}-` } : {}) },
      signal: signal === undefined ? idle.signal : AbortSignal.any([signal, idle.signal]),
    });
    const resumed = response.status === 206 && (response.headers.get('Content-Range') ?? '').startsWith(`bytes ${kept}-`);
    if ((response.status !== 200 && !resumed) || response.body === null) {
      await response.body?.cancel();
      throw new Error(`HTTP status ${response.status}`);
    }
    let received = resumed ? kept : 0;
    const output = await open(part, resumed ? 'a' : 'w');
    try {
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        clearTimeout(timer);
        timer = setTimeout(giveUp, idleMilliseconds);
        await output.appendFile(chunk);
        received += chunk.length;
        onProgress?.(file, received);
      }
    } finally {
      await output.close();
    }
    if (received < file.bytes) throw new Error(`ended after ${received} of ${file.bytes} bytes`);
    return resumed;
  } finally {
    clearTimeout(timer);
  }
}

/** Gives a complete part its name when its checksum is right, and deletes it when not. @returns Whether the file is there now. */
async function finish(file: SourceFile, part: string, target: string): Promise<boolean> {
  if ((await sizeOf(part)) < file.bytes) return false;
  if ((await md5Of(part)) !== file.md5) {
    await rm(part);
    return false;
  }
  await rename(part, target);
  return true;
}

/** Bytes of a file; 0 when there is none. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}

async function md5Of(path: string): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection lost',
  UND_ERR_SOCKET: 'connection lost',
  ENOTFOUND: 'host not found, or no network',
  EAI_AGAIN: 'host not found, or no network',
  ENETUNREACH: 'no network',
  EHOSTUNREACH: 'no route to the host',
  ETIMEDOUT: 'no answer',
  UND_ERR_CONNECT_TIMEOUT: 'no answer',
  ENOSPC: 'no space left on the disk',
};

/** The cause of a failed download in a few words; `fetch` hides it one level down. */
function reasonOf(error: unknown): string {
  const { message, cause, code } = error as { message?: string; cause?: { code?: string; message?: string }; code?: string };
  const known = REASONS[cause?.code ?? code ?? ''];
  return known ?? cause?.message ?? message ?? String(error);
}
