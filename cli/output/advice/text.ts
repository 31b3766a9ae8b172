import pc from 'picocolors';
import type { Advice, Candidate } from '../../../bindings/index.js';
import { readableNumber, wrapText } from '../../../figures/index.js';
import type { FoundWorkers } from '../../complexity/speeds.js';
import { MEAN_TIMES, type Question } from '../../complexity/question.js';
import { settingText, speedsText } from '../complexity/head.js';
import { colourAllowed, terminalWidth } from '../style.js';
import { reasons } from './reasons.js';
import { candidateTable, parametersText, stepsizeText } from './table.js';

export interface AdviceTextOptions {
  /** Default: when the standard output is a terminal that wants colours. */
  colour?: boolean;
  /** Columns to fit; default: those of the terminal, else without limit. */
  width?: number;
}

/**
 * What was asked, the methods as a table, the recommendation with its reasons, and how far to trust it.
 * @returns Text without a final line break.
 */
export function adviceText(advice: Advice, workers: FoundWorkers, options: AdviceTextOptions = {}): string {
  const colours = pc.createColors(options.colour ?? colourAllowed());
  const width = options.width ?? terminalWidth();
  const { table, omitted } = candidateTable(advice, width, colours.bold);
  const blocks = [
    [speedsText({ times: workers.times }), settingOf(advice)].flatMap((line) => wrapText(line, width, '  ')),
    [table],
    wrapText(recommendation(advice), width, '  ').map((line) => colours.bold(line)),
    reasons(advice, workers.change).flatMap((reason) => wrapText(`- ${reason}`, width, '  ')),
    notes(advice, workers.change, omitted).flatMap((note) => wrapText(note, width, '  ')).map((line) => colours.dim(line)),
  ];
  return blocks.map((lines) => lines.join('\n')).join('\n\n');
}

/** `Heterogeneous data; L_f = 1, …, ε = 0.01, ζ² = 2` */
function settingOf({ inputs, data, trial }: Advice): string {
  const question: Question = { speeds: { times: Array.from(inputs.times) }, data, quantities: inputs, estimated: new Set(), notes: [] };
  return `${settingText(question)}${data === 'heterogeneous' ? `, ζ² = ${readableNumber(trial.quantities.heterogeneity)}` : ''}`;
}

/** `Recommendation: keep minibatch-sgd`, or the method with what to begin with. */
export function recommendation({ recommended, worthwhile }: Advice): string {
  if (!worthwhile) return `Recommendation: keep ${recommended.method}`;
  const parameters = parametersText(recommended);
  const settings = `stepsize ${stepsizeText(recommended)} to begin with`;
  return `Recommendation: ${recommended.method}, with ${parameters === '' ? settings : `${parameters} and ${settings}`}`;
}

/** What the columns mean, and how far the trial goes. */
function notes(advice: Advice, change: boolean, omitted: readonly string[]): string[] {
  const { candidates } = advice;
  const leading = candidates.filter(({ leadingTerm }) => leadingTerm).map(({ method }) => method);
  return [
    'Predicted: theory’s expression with constant 1, for comparing methods, not for the clock. Optimal: the lower bound up to a constant factor.',
    ...(leading.length > 0 ? [`* ${leading.join(', ')}: only the term that dominates as ε → 0.`] : []),
    'Simulated: until four of five seeds have ‖∇f(x)‖² ≤ ε on average over the later half of the time; messages take no time; —: not reached.',
    ...trialNotes(advice),
    ...(change ? [MEAN_TIMES] : []),
    ...stepsizeNotes(advice),
    ...heterogeneityNotes(advice),
    ...(omitted.length > 0 ? [`Left out for lack of room: ${omitted.join(', ')}; --json has all.`] : []),
  ];
}

/** What was made smaller for the trial. */
function trialNotes({ inputs, trial: { quantities, feasible } }: Advice): string[] {
  if (!feasible) return [];
  const changes = [['Δ', quantities.delta, inputs.delta], ['σ²', quantities.variance, inputs.variance]] as const;
  const parts = changes.filter(([, tried, asked]) => tried !== asked);
  if (parts.length === 0) return [];
  const told = parts.map(([symbol, tried, asked]) => `${symbol} = ${readableNumber(tried)} instead of ${readableNumber(asked)}`);
  return [`To keep it short, the trial has ${told.join(' and ')}.`];
}

/** That ζ² is a guess, where it is. */
function heterogeneityNotes({ inputs, trial: { quantities } }: Advice): string[] {
  if (quantities.heterogeneity !== 2 * inputs.smoothness * inputs.delta) return [];
  const guess = `ζ² = ${readableNumber(quantities.heterogeneity)} is 2 L_f Δ, as without --heterogeneity.`;
  return [`${guess} How much the data differ matters to the asynchronous methods.`];
}

/** Where the stepsize comes from, where one is recommended. */
function stepsizeNotes({ recommended, worthwhile, fastest }: Advice): string[] {
  if (!worthwhile) return [];
  if (fastest === undefined) return ['The stepsize is the one that theory guarantees; larger ones are usually better. Tune it.'];
  return [`The stepsize is a first guess: theory’s ${readableNumber(recommended.theory.stepsize)} times ${factorOf(recommended)} on the quadratic. Tune it.`];
}

function factorOf({ factor }: Candidate): string {
  return `${readableNumber(factor)}, the factor that was best`;
}
