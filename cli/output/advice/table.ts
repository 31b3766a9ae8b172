import { methods } from '../../../bindings/index.js';
import type { Advice, Candidate } from '../../../bindings/index.js';
import { readableNumber } from '../../../figures/index.js';
import { plainTable } from '../table.js';

/** The columns, from left to right. */
const HEADINGS = ['  method', 'predicted', 'simulated', '× best\nsimulated', 'stepsize', 'parameters', 'optimal'];
/** Columns to do without where there is no room, the least important first. */
const DISPENSABLE = ['parameters', 'optimal', 'stepsize', '× best\nsimulated'];

/**
 * The methods by predicted time; an arrow marks the recommended one.
 * @param width Columns to fit. @param bold What marks the recommended row besides.
 * @returns The table, and the columns that there was no room for.
 */
export function candidateTable(advice: Advice, width: number, bold: (text: string) => string): { table: string; omitted: string[] } {
  const { candidates, recommended, fastest } = advice;
  const rows = candidates.map((candidate) => {
    const chosen = candidate === recommended;
    const cells = [
      `${chosen ? '→' : ' '} ${candidate.method}${candidate.leadingTerm ? ' *' : ''}`, predictedText(candidate), reachedText(candidate.simulated),
      fastest === undefined ? '—' : ratioText(candidate.simulated / fastest.simulated), candidate.simulated < Infinity ? stepsizeText(candidate) : '—',
      parametersText(candidate), candidate.optimal ? '✓' : '',
    ];
    return chosen ? cells.map((cell) => (cell === '' ? '' : bold(cell))) : cells;
  });
  const omitted: string[] = [];
  const empty = HEADINGS.filter((_, column) => rows.every((cells) => cells[column] === ''));
  const draw = (): string => {
    const shown = (cells: readonly string[]): string[] => cells.filter((_, column) => ![...empty, ...omitted].includes(HEADINGS[column]!));
    return plainTable(shown(HEADINGS), rows.map(shown));
  };
  let table = draw();
  for (const heading of DISPENSABLE) {
    if (/─+/.exec(table)![0].length <= width) break;
    if (empty.includes(heading)) continue;
    omitted.push(heading);
    table = draw();
  }
  return { table, omitted: omitted.map((heading) => heading.replace('\n', ' ')) };
}

/** Two digits: it is a first guess. */
export function stepsizeText({ stepsize }: Candidate): string {
  return readableNumber(Number(stepsize.toPrecision(2)));
}

/** `batchTarget = 100`; what the method does anyway is left out. */
export function parametersText({ method: name, theory }: Candidate): string {
  const known = methods.find((method) => method.name === name)!.parameters;
  const chosen = Object.entries(theory.parameters).filter(([key, value]) => known[key]?.default !== value);
  return chosen.map(([name, value]) => `${name} = ${readableNumber(value)}`).join(', ');
}

/** A leading term of 0 (there is no noise) says nothing. */
function predictedText({ predicted, leadingTerm }: Candidate): string {
  return leadingTerm && predicted === 0 ? '—' : readableNumber(predicted);
}

/** Three digits: more would be the seeds'. */
function reachedText(time: number): string {
  return time < Infinity ? readableNumber(Number(time.toPrecision(3))) : '—';
}

function ratioText(ratio: number): string {
  return ratio < Infinity ? readableNumber(Number(ratio.toPrecision(ratio < 10 ? 3 : 2))) : '—';
}
