import { listRuns, shardRuns } from '../../bindings/index.js';
import type { ExperimentRun, ResolvedExperiment } from '../../bindings/index.js';
import { readableNumber, wrapText } from '../../figures/index.js';
import { shardRunsText } from '../output/report.js';
import { terminalWidth } from '../output/style.js';
import type { Shard } from '../output/unfinished.js';

/** The runs of a shard. */
export function runsOfShard(experiment: ResolvedExperiment, { index, count }: Shard): ExperimentRun[] {
  const runs = listRuns(experiment);
  return shardRuns(experiment, index, count).map((run) => runs[run]!);
}

/** What the first line of a study tells beside the experiment. */
export function studyDetails(experiment: ResolvedExperiment, shard: Shard | null, threads: number): string[] {
  const part = shard === null ? [] : [`shard ${shard.index} of ${shard.count} (${shardRunsText(runsOfShard(experiment, shard).length, experiment)})`];
  return [...part, ...(threads > 1 ? [`${threads} threads`] : [])];
}

/** The runs of a shard for people: a line per method and seeds. */
export function shardText(experiment: ResolvedExperiment, shard: Shard, width = terminalWidth()): string {
  const runs = runsOfShard(experiment, shard);
  const lines = new Map<string, string[]>();
  for (const { method, stepsize, seed } of runs) {
    const list = lines.get(method) ?? [];
    lines.set(method, list);
    list.push(`γ=${readableNumber(stepsize)} seed ${seed}`);
  }
  const head = `Shard ${shard.index} of ${shard.count} has ${shardRunsText(runs.length, experiment)}${runs.length === 0 ? '.' : ':'}`;
  const note = 'The table and the real time are those of all runs.';
  return [head, ...[...lines].flatMap(([method, list]) => wrapText(`  ${method}: ${list.join(', ')}`, width, '    ')), note].join('\n');
}
