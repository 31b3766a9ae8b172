import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, openSync, readSync } from 'node:fs';
import type { RunOutcome, WorkersRecord } from '../../bindings/index.js';
import { parseExactly, stringifyExactly } from '../json.js';
import { writeFully, writing } from './durable.js';
import { compactWorkers } from './workers-record.js';

/** A line is this, a checksum, that, the outcome and an end. */
const BEFORE_CHECKSUM = '{"checksum":"';
const BEFORE_OUTCOME = '","outcome":';
const END = '}';
const CHECKSUM = 16;
const PREFIX = BEFORE_CHECKSUM.length + CHECKSUM + BEFORE_OUTCOME.length;
const NEWLINE = 10;
const CHUNK = 1 << 20;

/** Where a line stands in the file. */
interface Place {
  readonly offset: number;
  readonly length: number;
}

/** What a journal says about the runs that were over when it was opened. */
export interface Found {
  /** Without what their workers did, which only the journal keeps. */
  readonly outcomes: RunOutcome[];
  /** The first line that was damaged or incomplete, from 1: it and those after it were cut off. */
  readonly damaged: number | undefined;
}

/**
 * The file `runs.jsonl` of a study that is not finished: a line per run that is over, on the disk before the next is begun. Each line has
 * a checksum, so that one that a kill or a power cut has torn is recognised.
 */
export class Journal {
  readonly found: Found;
  readonly #path: string;
  readonly #file: number;
  readonly #places = new Map<number, Place>();
  #length = 0;

  /** Opens or makes the file, and cuts off what is damaged. */
  constructor(path: string) {
    this.#path = path;
    this.#file = writing('run', path, () => openSync(path, 'a+'));
    this.found = this.#readAll();
  }

  /** The runs that are over. */
  get runs(): ReadonlySet<number> {
    return new Set(this.#places.keys());
  }

  /** Adds a run that is over. When it returns, the line is on the disk. @throws WriteError when it cannot be written; the file is as before. */
  append(outcome: RunOutcome): void {
    const workers = outcome.workers === null ? null : compactWorkers(outcome.workers);
    const text = Buffer.from(stringifyExactly({ ...outcome, workers }));
    const line = Buffer.concat([Buffer.from(BEFORE_CHECKSUM + checksum(text) + BEFORE_OUTCOME), text, Buffer.from(`${END}\n`)]);
    writing('run', this.#path, () => {
      try {
        writeFully(this.#file, line);
        fsyncSync(this.#file);
      } catch (error) {
        this.#cut();
        throw error;
      }
    });
    this.#places.set(outcome.index, { offset: this.#length, length: line.length - 1 });
    this.#length += line.length;
  }

  /** How the workers of a run spent their time; null where the run could not even start, undefined where it is not over. */
  workersOf(run: number): WorkersRecord | null | undefined {
    const place = this.#places.get(run);
    return place === undefined ? undefined : outcomeIn(this.#read(place.offset, place.length))!.workers;
  }

  close(): void {
    closeSync(this.#file);
  }

  #readAll(): Found {
    const outcomes: RunOutcome[] = [];
    let pieces: Buffer[] = []; // of the line that has begun
    let position = 0;
    let line = 1;
    let damaged: number | undefined;
    for (;;) {
      const chunk = this.#read(position, CHUNK);
      position += chunk.length;
      let begin = 0;
      let end: number;
      while (damaged === undefined && (end = chunk.indexOf(NEWLINE, begin)) >= 0) {
        const text = Buffer.concat([...pieces, chunk.subarray(begin, end)]);
        pieces = [];
        begin = end + 1;
        const outcome = outcomeIn(text);
        if (outcome === undefined) damaged = line;
        else {
          if (!this.#places.has(outcome.index)) outcomes.push({ ...outcome, workers: null });
          this.#places.set(outcome.index, { offset: this.#length, length: text.length });
          this.#length += text.length + 1;
          line += 1;
        }
      }
      if (chunk.length === 0 || damaged !== undefined) break;
      pieces.push(chunk.subarray(begin));
    }
    if (pieces.some(({ length }) => length > 0)) damaged ??= line;
    if (damaged !== undefined) {
      writing('run', this.#path, () => {
        ftruncateSync(this.#file, this.#length);
        fsyncSync(this.#file);
      });
    }
    return { outcomes, damaged };
  }

  /** Removes what was written of a line. */
  #cut(): void {
    try {
      ftruncateSync(this.#file, this.#length);
    } catch {
      // The next process recognises it as torn.
    }
  }

  #read(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    let read = 0;
    while (read < length) {
      const count = readSync(this.#file, bytes, read, length - read, offset + read);
      if (count === 0) break;
      read += count;
    }
    return bytes.subarray(0, read);
  }
}

function checksum(text: Uint8Array): string {
  return createHash('sha256').update(text).digest('hex').slice(0, CHECKSUM);
}

/** The outcome of a line; undefined where the line is not as it was written. */
function outcomeIn(line: Buffer): RunOutcome | undefined {
  const text = line.subarray(PREFIX, -END.length);
  const prefix = line.subarray(0, PREFIX).toString('latin1');
  if (prefix !== BEFORE_CHECKSUM + checksum(text) + BEFORE_OUTCOME || line.at(-1) !== END.charCodeAt(0)) return undefined;
  return parseExactly(text.toString()) as RunOutcome;
}
