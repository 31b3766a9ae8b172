import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleMetrics, sampleSummary } from '../../../figures/samples.js';
import { traceOf, workersRecord } from '../../../figures/workers/samples.js';

export function jsonLines(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** A run folder with two methods, two stepsizes of asgd (best 0.3, at which the workers are faster) and two seeds. */
export function runFolder(parent: string, name: string, { trace = true, workers = true }: { trace?: boolean; workers?: boolean } = {}): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  const keys = [1, 2].flatMap((seed) => [
    { method: 'asgd', stepsize: 0.1, seed }, { method: 'asgd', stepsize: 0.3, seed }, { method: 'malenia-sgd', stepsize: 0.1, seed },
  ]);
  const write = (file: string, content: string): void => writeFileSync(join(folder, file), content);
  write('experiment.json', JSON.stringify({ name: `study ${name}`, workers: { count: 2 } }));
  write('metrics.jsonl', jsonLines(sampleMetrics(['asgd', 'malenia-sgd'], [1, 2])));
  write('summary.json', JSON.stringify(keys.map((key) => sampleSummary({ ...key, time: 10, updates: 8, timeToTarget: 10 - 10 * key.stepsize }))));
  if (workers) write('workers.jsonl', jsonLines(keys.map((key, index) => workersRecord({ ...key, gradients: index % 3 === 0 ? [8, 2] : [8, 8] }))));
  if (trace) write('events.jsonl', jsonLines(keys.flatMap((key) => traceOf(key))));
  return folder;
}
