import { closeSync, existsSync, fsyncSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TraceRecord } from '../../bindings/index.js';
import { stringifyJson } from '../json.js';
import { copyBytes, syncFolder, writeFully, writing } from './durable.js';

const ENDING = '.events.jsonl';
/** Lines are written in pieces of about this many characters. */
const BUFFER = 1 << 16;

interface Part {
  readonly file: number;
  buffer: string;
}

/** The events of a traced study, a file per run: runs under way at the same time do not mix. */
export class TraceParts {
  readonly #folder: string;
  readonly #open = new Map<number, Part>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Removes the events of runs that were under way. */
  keepOnly(runs: ReadonlySet<number>): void {
    for (const name of readdirSync(this.#folder)) {
      if (name.endsWith(ENDING) && !runs.has(Number(name.slice(0, -ENDING.length)))) rmSync(join(this.#folder, name), { force: true });
    }
  }

  append(run: number, record: TraceRecord): void {
    let part = this.#open.get(run);
    if (part === undefined) {
      const path = this.#path(run);
      part = { file: writing('run', path, () => openSync(path, 'w')), buffer: '' };
      this.#open.set(run, part);
    }
    part.buffer += `${stringifyJson(record)}\n`;
    if (part.buffer.length >= BUFFER) this.#flush(run, part);
  }

  /** Brings the events of a run that is over to the disk. */
  finish(run: number): void {
    const part = this.#open.get(run);
    if (part === undefined) return;
    this.#flush(run, part);
    writing('run', this.#path(run), () => fsyncSync(part.file));
    closeSync(part.file);
    syncFolder(this.#folder);
    this.#open.delete(run);
  }

  /** Appends the events of a run to an open file. */
  copyTo(file: number, run: number): void {
    this.finish(run);
    if (existsSync(this.#path(run))) copyBytes(this.#path(run), file);
  }

  /** What was not written yet is lost: it belongs to runs that start again. */
  close(): void {
    for (const { file } of this.#open.values()) closeSync(file);
    this.#open.clear();
  }

  #flush(run: number, part: Part): void {
    const text = part.buffer;
    part.buffer = '';
    writing('run', this.#path(run), () => writeFully(part.file, text));
  }

  #path(run: number): string {
    return join(this.#folder, `${run}${ENDING}`);
  }
}
