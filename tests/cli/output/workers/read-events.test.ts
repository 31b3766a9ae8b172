import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readTimelines, type TraceKey } from '../../../../cli/output/workers/read-events.js';
import { flight, interval, traceOf, update } from '../../../figures/workers/samples.js';
import { jsonLines } from './samples.js';

const folder = mkdtempSync(join(tmpdir(), 'straggler-events-'));
afterAll(() => rmSync(folder, { recursive: true }));

const key = { method: 'asgd', stepsize: 0.1, seed: 1 };
const file = join(folder, 'events.jsonl');

function readText(text: string, { until = 4, workers = [0, 1], resolution = 0.01, keys = [key] as TraceKey[], mostUpdates = 100 } = {}) {
  writeFileSync(file, text);
  return readTimelines(file, keys, { until, workers, resolution, mostUpdates });
}

test('cuts stretches and flights off where the range ends', async () => {
  const [timeline] = await readText(jsonLines(traceOf()));
  expect(timeline!.stretches.get(1)).toEqual([{ kind: 'busy', start: 0, end: 2.5 }, { kind: 'busy', start: 2.5, end: 4 }]);
  expect(timeline!.stretches.get(0)).toHaveLength(4);
  expect(timeline!.flights.get(1)).toEqual([{ direction: 'up', start: 2.5, end: 3.5 }]);
  expect(timeline!.updates).toEqual([1, 2, 3, 4]);
});

test('waits for the stretches and flights that began in the range', async () => {
  const records = [flight(1, 'up', 1, 3), interval(1, 'off', 0, 4.5), interval(0, 'busy', 0, 5), flight(1, 'down', 3.5, 5.5), interval(0, 'idle', 5, 6)];
  const [timeline] = await readText(jsonLines(records));
  expect(timeline!.stretches.get(1)).toEqual([{ kind: 'off', start: 0, end: 4 }]);
  expect(timeline!.flights.get(1)).toEqual([{ direction: 'up', start: 1, end: 3 }, { direction: 'down', start: 3.5, end: 4 }]);
});

test('stops reading when it has everything', async () => {
  const long = jsonLines([...traceOf(), interval(0, 'idle', 10, 30)]);
  await expect(readText(`${long}no JSON about "asgd"\n`)).resolves.toHaveLength(1);
  await expect(readText(`${long}no JSON about "asgd"\n`, { until: 40 })).rejects.toThrow(/events\.jsonl:\d+: 'line' must be a JSON object, got 'no JSON/);
});

test('finds each run among the others, and keeps the workers that are asked for', async () => {
  const keys = [{ ...key, seed: 2 }, { ...key, method: 'malenia-sgd' }, { ...key, stepsize: 0.3 }];
  const [second, other, missing] = await readText(jsonLines([...traceOf(), ...traceOf(keys[0]), update(11, keys[0]), ...traceOf(keys[1]).slice(0, 3)]), {
    keys, until: 20, workers: [1],
  });
  expect(second!.updateCount).toBe(9);
  expect([...second!.stretches.keys()]).toEqual([1]);
  expect(other!.updateCount).toBe(1);
  expect(missing!.stretches.get(1)).toEqual([]);
});

test('counts all updates and keeps the first', async () => {
  const [timeline] = await readText(jsonLines(traceOf()), { until: 10, mostUpdates: 3 });
  expect([timeline!.updates, timeline!.updateCount]).toEqual([[1, 2, 3], 8]);
});

test('an incomplete last line is left out', async () => {
  const [timeline] = await readText(`${jsonLines([update(1)])}{"type":"interval","method":"asgd","step`);
  expect(timeline!.updateCount).toBe(1);
});

test('errors name the file and line', async () => {
  await expect(readText(jsonLines([update(1), { ...interval(0, 'busy', 0, 1), kind: 'asleep' }]))).rejects.toThrow(
    /events\.jsonl:2: 'kind' must be one of busy, wasted, off, flight, idle, got 'asleep'$/,
  );
  await expect(readText(jsonLines([{ ...interval(0, 'busy', 0, 1), end: 'x' }]))).rejects.toThrow(/events\.jsonl:1: 'end' must be a number, got 'x'$/);
  await expect(readTimelines(join(folder, 'none', 'events.jsonl'), [key], { until: 1, workers: [0], resolution: 1, mostUpdates: 1 })).rejects.toThrow(
    /^plot: '--timeline' must be used with a run that was made with 'straggler run --trace', got '.*none'$/,
  );
});
