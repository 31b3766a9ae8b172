import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { resolveExperiment } from '../../../bindings/index.js';
import { RunDirectory } from '../../../cli/output/run-directory.js';
import { readWorkers } from '../../../cli/output/workers/read-workers.js';
import { sampleSummary } from '../../figures/samples.js';
import { workersRecord } from '../../figures/workers/samples.js';

const folder = mkdtempSync(join(tmpdir(), 'straggler-directory-'));
const experiment = await resolveExperiment({ problem: { kind: 'quadratic' }, workers: { count: 2 }, methods: ['asgd'], stepsizes: [0.1], budget: { time: 1 } });
afterAll(() => rmSync(folder, { recursive: true }));

test('workers.jsonl has a line per run, with times to nine digits, and is read back', async () => {
  const path = join(folder, 'run');
  const directory = RunDirectory.create(experiment, { shard: null, trace: false, theory: false }, undefined, 'x', path);
  const third = workersRecord({ stepsize: 1 / 3, seconds: { busy: [1 / 3, 2e9 / 3], wasted: [0, 0], off: [0, 0], flight: [0, 0], idle: [0, 0] } });
  const records = [workersRecord(), third];
  records.forEach((workers, index) => directory.keep({ index, summary: sampleSummary(), metrics: [], workers }));
  const result = { experiment, metrics: [], summary: [sampleSummary(), sampleSummary()], best: [], interrupted: false, interruptedRuns: [] };
  directory.write(result, [0, 1], undefined);
  expect(readFileSync(join(path, 'workers.jsonl'), 'utf8').split('\n')).toHaveLength(3);
  expect(await readWorkers(path)).toEqual([workersRecord(), { ...third, seconds: { ...third.seconds, busy: [0.333333333, 666666667] } }]);
});

test('a folder without the file has no records', async () => {
  expect(await readWorkers(folder)).toBeUndefined();
});
