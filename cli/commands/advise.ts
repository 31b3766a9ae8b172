import type { Command } from 'commander';
import { Option } from 'commander';
import { advise as adviseOn, complexities, DATA_SETTINGS, InputError } from '../../bindings/index.js';
import type { Advice, AdviceQuestion, Candidate, DataSetting } from '../../bindings/index.js';
import { addConstantFlags, constantsFrom, readNumberAbove, type GivenConstants } from '../complexity/constants.js';
import { workersFromFlags, type FoundWorkers, type SpeedFlags } from '../complexity/speeds.js';
import { heedInterrupts, INTERRUPTED } from '../interrupt.js';
import { stringifyJson } from '../json.js';
import { adviceText } from '../output/advice/text.js';
import { reasons } from '../output/advice/reasons.js';
import { createProgress } from '../output/progress.js';

interface AdviseOptions extends SpeedFlags, GivenConstants {
  data: DataSetting;
  heterogeneity?: number;
  current: string;
  json?: true;
}

const EXAMPLES = `
Speeds come from one of --times, --workers (with --computation) and --trace.
Every method that theory knows a time for is tried on a quadratic with the same
speeds, σ² and ζ², and with the best of several stepsizes. That takes a few
seconds, with very different speeds or many workers half a minute.

Examples:
  $ straggler advise --times 1,1,2,10
  $ straggler advise --workers 100 --computation '{kind: pareto, shape: 1.2}'
  $ straggler advise --times 1,1,1,30 --data homogeneous --variance 10 --epsilon 0.1
  $ straggler advise --trace durations.csv --current ringleader-asgd --json`;

/** Adds `straggler advise` to the command line. */
export function registerAdvise(program: Command): void {
  const command = program
    .command('advise')
    .summary('which method to use for given speeds, and whether a change is worth it')
    .description('Ranks the methods by predicted time, checks the ranking by short simulations, and recommends one with its parameters and the reasons.')
    .addOption(
      new Option('--times <list>', 'τ_i, seconds per gradient of each worker, separated by commas').conflicts(['workers', 'computation', 'trace', 'seed']),
    )
    .option('--workers <n>', 'number of workers (default 10, or as many as --computation or --trace lists)')
    .addOption(new Option('--computation <kind>', 'their times, as workers.computation of an experiment: a kind or YAML (default paper)').conflicts('trace'))
    .addOption(new Option('--seed <seed>', 'of random times (default 1)').conflicts(['times', 'trace']))
    .option('--trace <file>', 'CSV file of measured times, worker,duration or worker,time,power; with more --workers it is dealt out in turn');
  addConstantFlags(command);
  command
    .addOption(new Option('--data <setting>', 'whether the workers’ data differ').choices([...DATA_SETTINGS]).default('heterogeneous'))
    .option('--heterogeneity <zeta>', 'ζ² = (1/n) Σ ‖∇f_i(x*)‖²: how much the data differ (default 2 L_f Δ)', (text: string) =>
      readNumberAbove('advise', '--heterogeneity', text, true),
    )
    .option('--current <method>', 'the method in use today', 'minibatch-sgd')
    .option('--json', 'print the advice as JSON')
    .addHelpText('after', EXAMPLES)
    .action(advise);
}

async function advise(options: AdviseOptions): Promise<void> {
  checkOptions(options);
  const constants = constantsFrom('advise', options);
  const workers = await workersFromFlags('advise', options);
  const { data, heterogeneity, current } = options;
  const advice = await adviceWithProgress({ ...constants, computation: workers.computation, data, heterogeneity, current }, options);
  if (advice === undefined) {
    process.stderr.write('Interrupted: the methods were not all tried, so there is no advice.\n');
    process.exitCode = INTERRUPTED;
    return;
  }
  process.stdout.write(`${options.json === true ? stringifyJson(adviceRecord(advice, workers), 2) : adviceText(advice, workers)}\n`);
}

/** What the flags say together. @throws InputError naming the flag. */
function checkOptions({ times, workers, computation, trace, data, heterogeneity, current }: AdviseOptions): void {
  if (times === undefined && workers === undefined && computation === undefined && trace === undefined) {
    throw new InputError('advise', '--times', "be given, or '--workers' or '--trace'", undefined);
  }
  if (data === 'homogeneous' && heterogeneity !== undefined) {
    throw new InputError('advise', '--heterogeneity', 'be left out where the data are homogeneous', heterogeneity);
  }
  const known = complexities.filter((complexity) => complexity[data] !== undefined).map(({ method }) => method);
  if (!known.includes(current)) throw new InputError('advise', '--current', `be a method with a guarantee for ${data} data: ${known.join(', ')}`, current);
}

/** Shows progress on a terminal. @returns Undefined after Ctrl-C. */
async function adviceWithProgress(question: AdviceQuestion, options: AdviseOptions): Promise<Advice | undefined> {
  const progress = createProgress({ total: 1, quiet: options.json === true || !process.stderr.isTTY });
  const interrupts = heedInterrupts();
  progress.start('trying the methods');
  try {
    return await adviseOn(question, {
      signal: interrupts.signal,
      onProgress: (done, total, method) => progress.update(done / total, `trying ${method}`),
    });
  } catch (error) {
    if (interrupts.signal.aborted) return undefined;
    throw error instanceof InputError && error.where === 'advise' ? namingOption(error, options) : error;
  } finally {
    progress.finish();
    interrupts.release();
  }
}

/** The same with the flag whose value the library refuses. */
function namingOption({ where, what, rule, got }: InputError, options: AdviseOptions): InputError {
  const speeds = (['times', 'trace', 'computation'] as const).find((name) => options[name] !== undefined) ?? 'workers';
  return new InputError(where, `--${what === 'computation' ? speeds : what}`, rule, got);
}

/** What `--json` prints. */
function adviceRecord(advice: Advice, workers: FoundWorkers): object {
  const { recommended, current, worthwhile, gain, agrees, lowerBound, candidates, trial } = advice;
  const { delta, variance, heterogeneity } = trial.quantities;
  return {
    recommended: recommended.method, current: current.method, worthwhile, gain, agrees, lowerBound,
    candidates: candidates.map(candidateRecord),
    reasons: reasons(advice, workers.change),
    trial: { delta, variance, heterogeneity },
  };
}

function candidateRecord({ method, predicted, leadingTerm, optimal, simulated, stepsize, theory }: Candidate): object {
  const best = simulated < Infinity ? stepsize : null; // without a time no stepsize was best
  return { method, predicted, leadingTerm, optimal, simulated, stepsize: best, theoryStepsize: theory.stepsize, parameters: theory.parameters };
}
