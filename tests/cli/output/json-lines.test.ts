import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseJsonLines, streamJsonLines } from '../../../cli/output/json-lines.js';

const folder = mkdtempSync(join(tmpdir(), 'straggler-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function stream(text: string, wanted: (line: string) => boolean = () => true): Promise<[unknown, string][]> {
  const file = join(folder, 'x.jsonl');
  writeFileSync(file, text);
  const lines: [unknown, string][] = [];
  for await (const { value, where } of streamJsonLines(file, wanted)) lines.push([value, where.slice(folder.length + 1)]);
  return lines;
}

test('lines have values and places; an incomplete last one is left out', async () => {
  expect(parseJsonLines('{"a":1}\n{"a":2}\n\n', 'f')).toEqual({ lines: [{ value: { a: 1 }, where: 'f:1' }, { value: { a: 2 }, where: 'f:2' }], torn: false });
  expect(parseJsonLines('{"a":1}\n{"a"', 'f')).toMatchObject({ lines: [{ where: 'f:1' }], torn: true });
  expect(await stream('{"a":1}\n{"a":2}\n')).toEqual([[{ a: 1 }, 'x.jsonl:1'], [{ a: 2 }, 'x.jsonl:2']]);
  expect(await stream('{"a":1}\n{"a"')).toEqual([[{ a: 1 }, 'x.jsonl:1']]);
  expect(await stream('{"a":1}')).toEqual([[{ a: 1 }, 'x.jsonl:1']]);
});

test('other lines that are no objects are errors', async () => {
  expect(() => parseJsonLines('{"a":1}\n7\n', 'f')).toThrow("f:2: 'line' must be a JSON object, got '7'");
  expect(() => parseJsonLines('{"a"\n{}\n', 'f')).toThrow('f:1: ');
  await expect(stream('{"a":1}\n{"a"\n')).rejects.toThrow("x.jsonl:2: 'line' must be a JSON object");
});

test('a stream skips what is not wanted, and puts lines together that come in pieces', async () => {
  const long = `{"a":"${'ä'.repeat(400_000)}"}`;
  expect(await stream(`nonsense\n${long}\n{"a":2}\n`, (line) => line.startsWith('{'))).toEqual([
    [JSON.parse(long), 'x.jsonl:2'], [{ a: 2 }, 'x.jsonl:3'],
  ]);
});
