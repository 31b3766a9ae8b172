import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { RunDirectory } from '../../../cli/output/run-directory.js';
import { readWorkers } from '../../../cli/output/workers/read-workers.js';
import { workersRecord } from './workers/samples.js';

const folder = mkdtempSync(join(tmpdir(), 'straggler-directory-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('workers.jsonl has a line per run, with times to nine digits, and is read back', async () => {
  const path = join(folder, 'run');
  const directory = RunDirectory.create('x', path);
  const third = workersRecord({ stepsize: 1 / 3, seconds: { busy: [1 / 3, 2e9 / 3], wasted: [0, 0], off: [0, 0], flight: [0, 0], idle: [0, 0] } });
  directory.appendWorkers(workersRecord());
  directory.appendWorkers(third);
  directory.close();
  expect(readFileSync(join(path, 'workers.jsonl'), 'utf8').split('\n')).toHaveLength(3);
  const records = await readWorkers(path);
  expect(records).toEqual([workersRecord(), { ...third, seconds: { ...third.seconds, busy: [0.333333333, 666666667] } }]);
});

test('a folder without the file has no records', async () => {
  expect(await readWorkers(folder)).toBeUndefined();
});
