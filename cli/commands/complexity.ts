import type { Command } from 'commander';
import { Option } from 'commander';
import { DATA_SETTINGS, InputError } from '../../bindings/index.js';
import type { DataSetting } from '../../bindings/index.js';
import { complexityFigure, PLOT_AXES, svgOf } from '../../figures/index.js';
import type { PlotAxis } from '../../figures/index.js';
import { answerTo } from '../complexity/answer.js';
import { addConstantFlags, constantsFrom, type GivenConstants } from '../complexity/constants.js';
import { questionFromExperiment } from '../complexity/from-experiment.js';
import { MEAN_TIMES, type Question } from '../complexity/question.js';
import { powersFrom, workersFromFlags, type SpeedFlags } from '../complexity/speeds.js';
import { stringifyJson } from '../json.js';
import { constantsText, shortSpeedsText } from '../output/complexity/head.js';
import { complexityText } from '../output/complexity/table.js';
import { figureFormat } from '../output/figure-format.js';
import { writeFigure } from '../output/write-figure.js';

interface ComplexityOptions extends SpeedFlags, GivenConstants {
  powers?: string;
  experiment?: string;
  data?: DataSetting;
  plot?: PlotAxis;
  out?: string;
  json?: true;
}

const EXAMPLES = `
Speeds come from one of --times, --workers (with --computation), --powers and
--experiment. Times are the expressions of the papers with constant 1: they
compare methods, and do not foretell the clock.

Examples:
  $ straggler complexity --times 1,2,10
  $ straggler complexity --workers 100 --variance 10 --epsilon 1e-3
  $ straggler complexity --workers 50 --computation pareto --data homogeneous --json
  $ straggler complexity --workers 100 --computation '{kind: two-speed, slow: 100}'
  $ straggler complexity --workers 1000 --plot n --out workers.pdf
  $ straggler complexity --powers powers.csv --epsilon 0.1
  $ straggler complexity --experiment study.yaml --epsilon 1e-4 --plot epsilon`;

/** Adds `straggler complexity` to the command line. */
export function registerComplexity(program: Command): void {
  const command = program
    .command('complexity')
    .summary('time complexities of the methods for given speeds, and lower bounds')
    .description('Tells how the methods’ times to E‖∇f(x)‖² ≤ ε compare according to theory, and what no method can beat.')
    .addOption(
      new Option('--times <list>', 'τ_i, seconds per gradient of each worker, separated by commas')
        .conflicts(['workers', 'computation', 'powers', 'experiment']),
    )
    .addOption(new Option('--workers <n>', 'number of workers (default 10, or as many as --computation lists)').conflicts(['powers', 'experiment']))
    .addOption(
      new Option('--computation <kind>', 'their times, as workers.computation of an experiment: a kind or YAML (default paper)')
        .conflicts(['powers', 'experiment']),
    )
    .addOption(new Option('--seed <seed>', 'of random times (default 1)').conflicts(['times', 'powers', 'experiment']))
    .addOption(new Option('--powers <file>', 'CSV file: worker,time,power; bounds for speeds that change over time').conflicts('experiment'))
    .option('--experiment <file>', 'take speeds, constants, data and ε (target.gradientNormSquared) from an experiment; other options win');
  addConstantFlags(command);
  command
    .addOption(new Option('--data <setting>', 'whether the workers’ data differ (default heterogeneous)').choices([...DATA_SETTINGS]))
    .addOption(new Option('--plot <axis>', 'also draw the times against ε or n').choices([...PLOT_AXES]))
    .option('--out <file>', 'where to draw them: .svg, .png or .pdf (default complexity.svg)')
    .option('--json', 'print a list of {method, time, optimal, formula, source} as JSON')
    .addHelpText('after', EXAMPLES)
    .action(complexity);
}

async function complexity(options: ComplexityOptions): Promise<void> {
  if (options.out !== undefined && options.plot === undefined) throw new InputError('complexity', '--out', 'be given together with --plot', options.out);
  const { plot: axis, out = 'complexity.svg' } = options;
  const convert = figureFormat(out, 'complexity');
  const question = await questionFrom(options);
  const answer = answerTo(question);
  const svg = axis === undefined ? undefined : await draw(question, axis);
  if (svg !== undefined) await writeFigure(out, await convert(svg), 'complexity', '--out');
  const rows = answer.rows.map(({ method, time, optimal, formula, source }) => ({ method, time, optimal, formula, source }));
  process.stdout.write(`${options.json === true ? stringifyJson(rows, 2) : complexityText(question, answer)}\n`);
  if (svg !== undefined) (options.json === true ? process.stderr : process.stdout).write(`${options.json === true ? '' : '\n'}Wrote ${out}\n`);
}

async function questionFrom(options: ComplexityOptions): Promise<Question> {
  const { times, workers, computation, powers, experiment, data, plot } = options;
  if (powers !== undefined && plot !== undefined) throw powersPlotted(plot);
  if (experiment !== undefined) return questionFromExperiment(experiment, options, data);
  const known = { data: data ?? 'heterogeneous', quantities: constantsFrom('complexity', options), estimated: new Set<never>() };
  if (powers !== undefined) return { ...known, speeds: { powers: powersFrom(powers) }, notes: [] };
  if (times === undefined && workers === undefined && computation === undefined) {
    throw new InputError('complexity', '--times', "be given, or '--workers', '--powers' or '--experiment'", undefined);
  }
  const { times: found, change } = await workersFromFlags('complexity', options);
  return { ...known, speeds: { times: found }, notes: change ? [MEAN_TIMES] : [] };
}

/** The figure of what was asked. @throws InputError when there is nothing to draw. */
async function draw(question: Question, axis: PlotAxis): Promise<string> {
  const { speeds, data, quantities } = question;
  if (speeds.powers !== undefined) throw powersPlotted(axis);
  const { times } = speeds;
  if (axis === 'n' && times.length < 2) throw new InputError('complexity', '--plot', 'be epsilon where there is one worker only', axis);
  const note = `${shortSpeedsText(times)}; ${constantsText(question, axis === 'epsilon' ? 'epsilon' : undefined)}`;
  const figure = complexityFigure({ times, quantities, data }, axis, { title: `Time complexities, ${data} data`, note });
  if (figure === undefined) throw new InputError('complexity', '--plot', 'be used where some method has several finite times', axis);
  return svgOf(figure);
}

function powersPlotted(axis: PlotAxis): InputError {
  return new InputError('complexity', '--plot', 'be used with times of workers, not with powers over time', axis);
}
