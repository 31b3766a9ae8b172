import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { exampleExperiment, InputError, parseExperiment, previewExperiment, resolveExperiment } from '../../bindings/index.js';
import type { ExperimentInput, ExperimentText, ExperimentTheory, Locate, ResolvedExperiment } from '../../bindings/index.js';
import { theoryOfRun } from '../complexity/theory-of-run.js';
import { addExperimentFlags, applyFlags, hasExperimentFlags, locateFlags } from '../flags.js';
import { stringifyJson } from '../json.js';
import { previewText } from '../output/preview.js';
import { describeExperiment } from '../output/report.js';
import { RunDirectory } from '../output/run-directory.js';
import { theoryBlock } from '../output/theory/block.js';
import { theoryRecord } from '../output/theory/record.js';
import type { Shard } from '../output/unfinished.js';
import { checkResume, shardFrom, threadsFrom, type RunCommandOptions } from '../run/options.js';
import { resume } from '../run/resume.js';
import { runsOfShard, shardText, studyDetails } from '../run/shard.js';
import { carryOut, theoryKey } from '../run/study.js';

/** Adds `straggler run`. */
export function registerRun(program: Command): void {
  const command = program
    .command('run')
    .summary('simulate one or several methods on one problem')
    .description(
      'Simulates every method, stepsize and seed of an experiment, and tells who reaches the target first.\n' +
        'Without a file it is the built-in example on the built-in digits. Every key of the file is also a flag; flags win.\n' +
        'File names in an experiment are relative to the folder the command is run in.',
    )
    .argument('[experiment]', 'experiment file, YAML or JSON')
    .option('--out <dir>', 'folder for the results (default: runs/<name>, numbered when it is taken)')
    .option('--trace', 'also write events.jsonl: every model update and every interval of a worker’s time')
    .option('--theory', 'also tell every method’s stepsize and time to the target according to theory; needs target.gradientNormSquared')
    .option('--threads <count>', 'how many threads to use; the results do not depend on it (default: one per core)')
    .option('--resume <dir>', 'go on with the study of a run folder that was killed or interrupted, with all of its options')
    .option('--shard <i/k>', 'only do part i of k of the runs, for several machines; ‘straggler merge’ joins the folders')
    .option('--dry-run', 'only tell what the experiment will do and need: times, updates, memory, real time; writes nothing')
    .option('--json', 'print the results as JSON');
  addExperimentFlags(command);
  command.addHelpText(
    'after',
    `
Examples:
  $ straggler run                                       the built-in example
  $ straggler run study.yaml --seeds 1,2,3 --out runs/three-seeds
  $ straggler run --methods asgd,rescaled-asgd --stepsizes 0.03,0.1 --budget.time 1000
  $ straggler run --problem quadratic --workers 100 --workers.computation linear --target.gradientNormSquared 1e-3
  $ straggler run study.yaml --theory --target.gradientNormSquared 1e-3   predicted times beside the simulated ones
  $ straggler run --resume runs/study                   after Ctrl-C, a kill or a power cut
  $ straggler run study.yaml --shard 2/4                the second quarter of the runs; then: straggler merge`,
  );
  command.action((file: string | undefined, options: RunCommandOptions) => run(file, options));
}

async function run(file: string | undefined, options: RunCommandOptions): Promise<void> {
  if (options.resume !== undefined) {
    checkResume(file, options);
    return resume(options.resume, options);
  }
  const { value, locate } = await readInput(file, options);
  const introduction = file === undefined && hasExperimentFlags(options) ? 'Starting from the built-in example.\n' : '';
  try {
    await runInput(value, locate, introduction, options);
  } catch (error) {
    // Found while the experiment ran, when its places were no longer known.
    if (!(error instanceof InputError) || error.where !== 'experiment') throw error;
    throw new InputError(locate(error.what.split('.')), error.what, error.rule, error.got);
  }
}

async function runInput(value: unknown, locate: Locate, introduction: string, options: RunCommandOptions): Promise<void> {
  const threads = threadsFrom(options);
  const shard = shardFrom(options);
  const experiment = await resolveExperiment(value, locate);
  const theory = options.theory === true ? await theoryOfRun(experiment, options) : undefined;
  if (options.dryRun === true) {
    return preview(experiment, introduction + describeExperiment(experiment, studyDetails(experiment, shard, 1)), shard, options, theory);
  }
  const plan = { shard, trace: options.trace === true, theory: options.theory === true };
  const name = shard === null ? experiment.name : `${experiment.name}-shard-${shard.index}-of-${shard.count}`;
  const directory = RunDirectory.create(experiment, plan, theory === undefined ? undefined : theoryRecord(theory), name, options.out);
  const description = introduction + describeExperiment(experiment, studyDetails(experiment, shard, threads));
  await carryOut({ experiment, theory, directory, threads, json: options.json === true, description });
}

async function preview(
  experiment: ResolvedExperiment, description: string, shard: Shard | null, options: RunCommandOptions, theory: ExperimentTheory | undefined,
): Promise<void> {
  const result = await previewExperiment(experiment);
  const blocks = (): string[] => [
    description,
    previewText(result),
    ...(shard === null ? [] : [shardText(experiment, shard)]),
    ...(theory === undefined ? [] : [theoryBlock(experiment, theory)]),
  ];
  const parts = shard === null ? {} : { shard: { ...shard, runs: runsOfShard(experiment, shard) } };
  console.log(options.json === true ? stringifyJson({ ...result, ...parts, ...theoryKey(theory) }, 2) : blocks().join('\n\n'));
}

/** Reads the experiment and lays the flags over it. */
async function readInput(file: string | undefined, options: RunCommandOptions): Promise<ExperimentText> {
  if (file === undefined) {
    return { value: applyFlags(exampleFor(options), options), locate: locateFlags(options, () => 'built-in example') };
  }
  const { value, locate } = await parseExperiment(readText(file), file);
  return { value: applyFlags(value, options), locate: locateFlags(options, locate) };
}

/** The built-in example; what belongs to its problem alone is left out when flags choose another one. */
function exampleFor(options: RunCommandOptions): Partial<ExperimentInput> {
  if (['problem', 'problem.kind', 'problem.file'].every((name) => options[name] === undefined)) return exampleExperiment;
  const { target, evaluate, ...example } = exampleExperiment;
  return { ...example, workers: { computation: { kind: 'paper' } } };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError('run', 'experiment', code === 'ENOENT' ? 'be a file that exists' : `be a file that can be read (${code})`, file);
  }
}
