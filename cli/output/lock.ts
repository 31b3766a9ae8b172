import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { StragglerError } from '../../bindings/index.js';
import { writing } from './durable.js';

/** Who works in a folder. */
interface Owner {
  pid: number;
  host: string;
  /** Tells processes with the same number apart, also over restarts of the machine; null where it is not to be had. */
  started: string | null;
}

/**
 * Keeps a folder to one process. A lock that a killed process of this machine has left is taken over; of another machine nobody can
 * tell from here whether its process is gone.
 */
export class FolderLock {
  readonly #path: string;
  readonly #text: string;

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  /** @throws StragglerError when another process holds the lock. */
  static take(folder: string): FolderLock {
    const path = join(folder, 'lock');
    const own = join(folder, `lock.${process.pid}`);
    const text = `${JSON.stringify({ pid: process.pid, host: hostname(), started: startOf(process.pid) } satisfies Owner)}\n`;
    writing('run', own, () => writeFileSync(own, text));
    try {
      for (;;) {
        const held = readOwner(path);
        if (held === undefined) {
          if (linkExclusively(own, path)) return new FolderLock(path, text);
          continue;
        }
        if (!isGone(held.owner)) throw busy(folder, path, held.owner);
        removeStale(path, held.text);
      }
    } finally {
      rmSync(own, { force: true });
    }
  }

  /** @throws StragglerError when another process has taken the folder over. */
  verify(): void {
    const held = readOwner(this.#path);
    if (held?.text !== this.#text) throw new StragglerError(`run: '${this.#path}' belongs to another process now; this one ends without writing any more`);
  }

  release(): void {
    if (readOwner(this.#path)?.text === this.#text) rmSync(this.#path, { force: true });
  }
}

function readOwner(path: string): { owner: Partial<Owner>; text: string } | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  try {
    return { owner: JSON.parse(text) as Partial<Owner>, text };
  } catch {
    return { owner: {}, text }; // torn by a power cut: locks appear with all of their text
  }
}

/** @returns Whether this call made the link. */
function linkExclusively(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
  }
  // A file system without links.
  try {
    writeFileSync(to, readFileSync(from), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a lock that is left over; where another process has replaced it in the meantime, that one stays. */
function removeStale(path: string, text: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (readFileSync(aside, 'utf8') !== text) linkExclusively(aside, path);
  rmSync(aside, { force: true });
}

function isGone({ pid, host, started }: Partial<Owner>): boolean {
  if (pid === undefined || host === undefined) return true;
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const now = startOf(pid);
  return started !== null && now !== null && started !== now;
}

/** When a process began, on Linux: the boot and the clock ticks since then. */
function startOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return `${boot} ${status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
  } catch {
    return null;
  }
}

function busy(folder: string, path: string, { pid, host }: Partial<Owner>): StragglerError {
  const elsewhere = host !== hostname();
  const where = elsewhere ? ` on ${host ?? 'another machine'}` : '';
  const remedy = elsewhere ? `; if that process is gone, remove '${path}' and try again` : '';
  return new StragglerError(`run: the study in '${folder.replace(/[\\/]unfinished$/, '')}' is being run by process ${pid ?? '?'}${where}${remedy}`);
}
