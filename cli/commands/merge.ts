import type { Command } from 'commander';
import { theoryOfRun } from '../complexity/theory-of-run.js';
import { tellResults } from '../output/finished-run.js';
import { reportFigure } from '../output/report.js';
import { makeRunFolder } from '../output/run-folder.js';
import { joinParts } from '../merge/join.js';
import { readParts, requireWhole } from '../merge/parts.js';
import { writeMerged } from '../merge/write.js';

interface MergeOptions {
  out?: string;
  json?: true;
}

/** Adds `straggler merge`. */
export function registerMerge(program: Command): void {
  program
    .command('merge')
    .summary('join the folders of a study that was split with run --shard')
    .description(
      'Joins run folders that hold parts of one experiment, and writes the folder that a run of the whole leaves: the same files, byte for byte, ' +
        'except for the real times. Every run must be there; the same run twice is fine where its results agree.',
    )
    .argument('<run...>', 'run folders of the parts')
    .option('--out <dir>', 'folder for the results (default: runs/<name>, numbered when it is taken)')
    .option('--json', 'print the results as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ straggler run study.yaml --shard 1/2      on one machine
  $ straggler run study.yaml --shard 2/2      on another one
  $ straggler merge runs/study-shard-*-of-2   where both folders are
  $ straggler merge a b c --out runs/all`,
    )
    .action(merge);
}

async function merge(folders: string[], { out, json }: MergeOptions): Promise<void> {
  const parts = await readParts(folders);
  const joined = await joinParts(parts);
  requireWhole(joined, parts);
  const { experiment, metrics, summary, theory: theoryText } = joined;
  const theory = theoryText === undefined ? undefined : await theoryOfRun(experiment, {});
  const result = { experiment, metrics, summary, interrupted: false };
  const figure = await reportFigure(result, theory);
  const directory = makeRunFolder('merge', experiment.name, out);
  writeMerged(directory, joined, figure);
  for (const note of joined.notes) console.error(note);
  if (json !== true) console.log(`${experiment.name}: ${summary.length} runs from ${parts.length} folders`);
  tellResults(result, directory, theory, null, json === true);
}
