import { createReadStream } from 'node:fs';
import { InputError } from '../../bindings/index.js';

export interface JsonLine {
  value: Record<string, unknown>;
  /** File and line, for errors. */
  where: string;
}

/**
 * The objects of a JSON Lines text; empty lines at its end do not count.
 * @returns `torn`: whether the last line is incomplete, as an interruption leaves it; it is left out.
 * @throws InputError when another line is no JSON object.
 */
export function parseJsonLines(text: string, file: string): { lines: JsonLine[]; torn: boolean } {
  const texts = text.split('\n');
  while (texts.at(-1)?.trim() === '') texts.pop();
  const lines: JsonLine[] = [];
  for (const [index, line] of texts.entries()) {
    const where = `${file}:${index + 1}`;
    const value = parseObject(line);
    if (value === undefined) {
      if (index === texts.length - 1 && !text.endsWith('\n')) return { lines, torn: true };
      throw new InputError(where, 'line', 'be a JSON object', line);
    }
    lines.push({ value, where });
  }
  return { lines, torn: false };
}

/**
 * Reads a large JSON Lines file piece by piece. An incomplete last line is left out.
 * @param wanted Lines for which it is false are not even parsed.
 * @throws InputError when the file is missing or a line is no JSON object.
 */
export async function* streamJsonLines(file: string, wanted: (line: string) => boolean): AsyncGenerator<JsonLine> {
  let rest = '';
  let number = 0;
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 18 }) as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      number += 1;
      if (!wanted(line)) continue;
      const value = parseObject(line);
      if (value === undefined) throw new InputError(`${file}:${number}`, 'line', 'be a JSON object', line);
      yield { value, where: `${file}:${number}` };
    }
  }
  const value = wanted(rest) ? parseObject(rest) : undefined;
  if (value !== undefined) yield { value, where: `${file}:${number + 1}` };
}

export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
