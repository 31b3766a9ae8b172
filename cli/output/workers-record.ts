import type { WorkersRecord } from '../../bindings/index.js';

/** What `workers.jsonl` keeps of a record: seconds to nine significant digits, because it holds a number per kind and worker, and nobody needs more. */
export function compactWorkers(record: WorkersRecord): WorkersRecord {
  const seconds = Object.fromEntries(Object.entries(record.seconds).map(([kind, list]) => [kind, list.map(shortened)])) as WorkersRecord['seconds'];
  return { ...record, seconds };
}

function shortened(seconds: number): number {
  return Number(seconds.toPrecision(9));
}
