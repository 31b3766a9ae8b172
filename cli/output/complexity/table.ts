import pc from 'picocolors';
import { LOWER_BOUND } from '../../../bindings/index.js';
import type { TimeComplexityRow } from '../../../bindings/index.js';
import { readableNumber, wrapText } from '../../../figures/index.js';
import type { Answer } from '../../complexity/answer.js';
import type { Question } from '../../complexity/question.js';
import { colourAllowed, terminalWidth } from '../style.js';
import { plainTable } from '../table.js';
import { settingText, speedsText } from './head.js';
import { remarks } from './remarks.js';

export interface ComplexityTextOptions {
  /** Default: when the standard output is a terminal that wants colours. */
  colour?: boolean;
  /** Columns to fit; default: those of the terminal, else without limit. */
  width?: number;
}

const HEADINGS = ['method', 'time', '× lower\nbound', 'optimal', 'source'];

/**
 * What was asked, the times as a table, what the numbers mean, and the formulas.
 * @returns Text without a final line break.
 */
export function complexityText(question: Question, answer: Answer, options: ComplexityTextOptions = {}): string {
  const colours = pc.createColors(options.colour ?? colourAllowed());
  const width = options.width ?? terminalWidth();
  const { table, complete } = timeTable(answer.rows, width);
  const blocks = [
    [...wrapText(speedsText(question.speeds), width, '  '), ...wrapText(settingText(question), width, '  ')],
    [table],
    remarks(question, answer).flatMap((remark) => wrapText(remark, width, '  ')),
    [colours.bold('Formulas'), ...formulas(answer.rows, width)],
    notes(question, answer.rows, complete).flatMap((note) => wrapText(note, width, '  ')).map((line) => colours.dim(line)),
  ];
  return blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n')).join('\n\n');
}

/** The table; without its last column where that does not fit. */
function timeTable(rows: readonly TimeComplexityRow[], width: number): { table: string; complete: boolean } {
  const bound = rows.find(({ method }) => method === LOWER_BOUND)!.time;
  const cells = rows.map((row) => [
    nameOf(row), timeText(row), row.leadingTerm === true ? '—' : ratioText(row.time / bound), row.optimal ? '✓' : '', briefSource(row.source),
  ]);
  const table = plainTable(HEADINGS, cells);
  if (/─+/.exec(table)![0].length <= width) return { table, complete: true };
  return { table: plainTable(HEADINGS.slice(0, -1), cells.map((line) => line.slice(0, -1))), complete: false };
}

/** An asterisk refers to the note on times that are a leading term only. */
function nameOf({ method, leadingTerm }: TimeComplexityRow): string {
  if (method === LOWER_BOUND) return 'lower bound';
  return leadingTerm === true ? `${method} *` : method;
}

/** A leading term of 0 (there is no noise) says nothing. */
function timeText({ time, leadingTerm }: TimeComplexityRow): string {
  return leadingTerm === true && time === 0 ? '—' : readableNumber(time);
}

/** Three digits; the infinite over the infinite is nothing. */
function ratioText(ratio: number): string {
  return readableNumber(ratio >= 100 ? Math.round(ratio) : Number(ratio.toPrecision(3)));
}

/** `arXiv 2305.12387`; the authors are in --json, and in `straggler methods`. */
function briefSource(source: string): string {
  return /arXiv [\d.]*\d/.exec(source)?.[0] ?? source;
}

/** Every formula once, with the names of those that share it. */
function formulas(rows: readonly TimeComplexityRow[], width: number): string[] {
  const sharing = new Map<string, string[]>();
  for (const row of rows) sharing.set(row.formula, [...(sharing.get(row.formula) ?? []), nameOf(row).replace(' *', '')]);
  return [...sharing].flatMap(([formula, names]) => wrapText(`  ${names.join(', ')}: ${formula}`, width, '    '));
}

function notes({ notes: own }: Question, rows: readonly TimeComplexityRow[], complete: boolean): string[] {
  const leading = rows.filter(({ leadingTerm }) => leadingTerm === true).map(({ method }) => method);
  return [
    'Times are the expressions with constant 1: for comparing methods, not for the clock.',
    'Optimal: the lower bound up to a constant factor, whatever the speeds.',
    ...(leading.length > 0 ? [`* ${leading.join(', ')}: only the term that dominates as ε → 0, hence no ratio.`] : []),
    ...own,
    ...(complete ? [] : ['Left out for lack of room: source; --json has all.']),
  ];
}
