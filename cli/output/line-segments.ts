import { createReadStream } from 'node:fs';
import { InputError } from '../../bindings/index.js';
import { copyBytes } from './durable.js';
import { parseObject } from './json-lines.js';

const NEWLINE = 10;

/** A stretch of whole lines. */
interface Segment {
  readonly offset: number;
  length: number;
}

/** Where the lines of every run stand in a JSON Lines file. */
export interface LineIndex {
  readonly path: string;
  readonly segments: ReadonlyMap<number, readonly Segment[]>;
}

/**
 * Reads a JSON Lines file once, line by line.
 * @param runOf Tells which run a line belongs to; may throw.
 * @throws InputError when a line is no JSON object, or the last one has no end.
 */
export async function indexLines(path: string, runOf: (record: Record<string, unknown>, where: string) => number): Promise<LineIndex> {
  const segments = new Map<number, Segment[]>();
  let pieces: Buffer[] = [];
  let offset = 0;
  let line = 1;
  const add = (bytes: Buffer): void => {
    const where = `${path}:${line}`;
    const run = runOf(objectIn(bytes.toString(), where), where);
    const length = bytes.length + 1;
    const known = segments.get(run);
    const last = known?.at(-1);
    if (known === undefined) segments.set(run, [{ offset, length }]);
    else if (last !== undefined && last.offset + last.length === offset) last.length += length;
    else known.push({ offset, length });
    offset += length;
    line += 1;
  };
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
    let begin = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, begin)) {
      add(Buffer.concat([...pieces, chunk.subarray(begin, end)]));
      pieces = [];
      begin = end + 1;
    }
    if (begin < chunk.length) pieces.push(chunk.subarray(begin));
  }
  if (pieces.length > 0) throw new InputError(`${path}:${line}`, 'line', 'have an end', Buffer.concat(pieces).toString('utf8', 0, 40));
  return { path, segments };
}

/** Appends the lines of a run to an open file. */
export function copyLines({ path, segments }: LineIndex, run: number, to: number): void {
  for (const { offset, length } of segments.get(run) ?? []) copyBytes(path, to, offset, length);
}

function objectIn(line: string, where: string): Record<string, unknown> {
  const value = parseObject(line);
  if (value === undefined) throw new InputError(where, 'line', 'be a JSON object', line.slice(0, 40));
  return value;
}
