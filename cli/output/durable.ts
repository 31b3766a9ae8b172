import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { StragglerError } from '../../bindings/index.js';

/** Lines are written in pieces of about this many characters, and bytes copied so many at a time. */
const PIECE = 1 << 18;

/** A file that could not be written, such as on a full disk. */
export class WriteError extends StragglerError {
  override name = 'WriteError';
}

/**
 * Does something to a file.
 * @param command Who wants it, for the error.
 * @throws WriteError naming the file when it cannot be done.
 */
export function writing<T>(command: string, path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof StragglerError) throw error;
    throw new WriteError(`${command}: '${path}' could not be written (${(error as Error).message.split(',')[0]})`);
  }
}

/** Writes all of it: the system may take less at a time. */
export function writeFully(file: number, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written, Math.min(bytes.length - written, 1 << 30));
}

/**
 * Replaces a file as a whole: its content goes to a temporary file, to the disk and then to its name, so that a reader and a power cut
 * find the old file or the new one.
 * @param write Is given the open temporary file.
 */
export function replaceFile(path: string, write: (file: number) => void): void {
  const draft = `${path}.tmp`;
  try {
    const file = openSync(draft, 'w');
    try {
      write(file);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/** Writes lines piece by piece, so that no text grows with their number. */
export function writeLines(file: number, lines: Iterable<string>): void {
  let piece = '';
  for (const line of lines) {
    piece += `${line}\n`;
    if (piece.length < PIECE) continue;
    writeFully(file, piece);
    piece = '';
  }
  writeFully(file, piece);
}

/** Brings the names within a folder to the disk, on systems that can. */
export function syncFolder(path: string): void {
  let folder: number | undefined;
  try {
    folder = openSync(path, 'r');
    fsyncSync(folder);
  } catch (error) {
    // Windows opens no folders, and some network file systems do not sync them.
    const { code } = error as NodeJS.ErrnoException;
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EBADF'].includes(code ?? '')) throw error;
  } finally {
    if (folder !== undefined) closeSync(folder);
  }
}

/**
 * Appends a stretch of a file to an open one.
 * @param length Default: to its end.
 */
export function copyBytes(path: string, to: number, offset = 0, length = Infinity): void {
  const from = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(length, PIECE));
    for (let copied = 0; copied < length; ) {
      const count = readSync(from, buffer, 0, Math.min(buffer.length, length - copied), offset + copied);
      if (count === 0) return;
      writeFully(to, buffer.subarray(0, count));
      copied += count;
    }
  } finally {
    closeSync(from);
  }
}
