import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { RunOutcome } from '../../../bindings/index.js';
import { parseExactly, stringifyExactly } from '../../../cli/json.js';
import { CheckpointFiles } from '../../../cli/output/checkpoint-files.js';
import { Journal } from '../../../cli/output/journal.js';
import { sampleSummary } from '../../figures/samples.js';
import { workersRecord } from '../../figures/workers/samples.js';

const folder = mkdtempSync(join(tmpdir(), 'straggler-journal-'));
afterAll(() => rmSync(folder, { recursive: true }));

function outcome(index: number): RunOutcome {
  const summary = sampleSummary({ finalObjective: NaN, bestObjective: -Infinity, finalWorstWorkerObjective: Infinity, discardedTime: -0 });
  return { index, summary, metrics: [], workers: workersRecord() };
}

test('JSON keeps NaN, infinite numbers and −0', () => {
  const value = { a: [NaN, Infinity, -Infinity, -0, 0, 1.5, null], text: 'NaN -Infinity 1e999' };
  expect(parseExactly(stringifyExactly(value))).toEqual(value);
  expect(parseExactly(stringifyExactly([-0]))).toEqual([-0]);
});

test('gives back what was kept, also from lines longer than what is read at once', () => {
  const path = join(folder, 'long.jsonl');
  const metrics = Array.from({ length: 20_000 }, (_, update) => ({ method: 'asgd', stepsize: 0.1, seed: 1, time: update, updates: update, gradients: 0, objective: 1 / 3 }));
  const long = { ...outcome(7), metrics: metrics as unknown as RunOutcome['metrics'] };
  const journal = new Journal(path);
  for (const kept of [outcome(3), long, outcome(1)]) journal.append(kept);
  journal.close();
  const again = new Journal(path);
  expect(again.found).toEqual({ outcomes: [outcome(3), long, outcome(1)].map((kept) => ({ ...kept, workers: null })), damaged: undefined });
  expect([again.workersOf(7), again.workersOf(0)]).toEqual([workersRecord(), undefined]);
  again.append(outcome(0));
  again.close();
  expect([...new Journal(path).runs]).toEqual([3, 7, 1, 0]);
});

test('cuts off everything from the first bad line on, and goes on from there', () => {
  const path = join(folder, 'bad.jsonl');
  const journal = new Journal(path);
  for (const index of [0, 1, 2]) journal.append(outcome(index));
  journal.close();
  const lines = readFileSync(path, 'utf8').split('\n');
  lines[1] = lines[1]!.replace('"seed":1', '"seed":2'); // valid JSON, but not what was written
  writeFileSync(path, lines.join('\n'));
  const repaired = new Journal(path);
  expect([repaired.found.damaged, [...repaired.runs]]).toEqual([2, [0]]);
  expect(readFileSync(path, 'utf8')).toBe(`${lines[0]!}\n`);
  repaired.append(outcome(5));
  repaired.close();
  expect(new Journal(path).found).toMatchObject({ outcomes: [{ index: 0 }, { index: 5 }], damaged: undefined });
});

test('checkpoints: kept as they are; those that cannot be used are dropped', () => {
  const notices: string[] = [];
  const store = (): CheckpointFiles => new CheckpointFiles(folder, (text) => notices.push(text));
  const checkpoint = { runs: [4, 2], state: { model: Float64Array.of(1, NaN), queue: new Map([[1, -0]]), later: undefined } };
  store().save(checkpoint);
  store().save({ runs: [9], state: null });
  expect(store().load()).toEqual([checkpoint, { runs: [9], state: null }]);
  store().remove([9]);
  const path = join(folder, '2.checkpoint');
  expect(store().load()).toEqual([checkpoint]);
  const bytes = readFileSync(path);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(path, bytes);
  expect([store().load(), notices, store().count]).toEqual([[], [`${path} is damaged or of another version of Node; its runs start again.`], 0]);
  store().save({ runs: [1] } as never); // whole, but not what it must be
  expect([store().load(), store().count]).toEqual([[], 0]);
});
