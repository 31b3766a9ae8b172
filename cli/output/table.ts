import Table from 'cli-table3';
import pc from 'picocolors';
import { compareResults, gridMayBeTooNarrow, seedRangeText, type BestStepsize, type SeedRange } from '../../bindings/index.js';
import { readableBytes, readableNumber, readablePercentage, wrapText } from '../../figures/index.js';
import { colourAllowed, terminalWidth } from './style.js';
import { THEORY_HEADINGS, theoryCells } from './theory/cells.js';
import type { TheoryRecord } from './theory/record.js';


export interface TableOptions {
  /** What "time to target" means, such as `objective ≤ 0.5`; without it the column is left out. */
  target?: string;
  /** Default: when the standard output is a terminal that wants colours. */
  colour?: boolean;
  /** Columns to fit; default: those of the terminal, else without limit. */
  width?: number;
  /** Whether to show how much was sent: where it costs time, or is what a method saves. */
  traffic?: boolean;
  /** What theory says about the methods, and the notes on it; without it its columns are left out. */
  theory?: { record: TheoryRecord; notes: readonly string[] };
  /** Whether the experiment ended early, so that grids may not be complete. */
  interrupted?: boolean;
}

/** The columns, from left to right. */
const HEADINGS = [
  'method', 'best\nstepsize', 'time to\ntarget', ...THEORY_HEADINGS, 'final\nobjective', 'worst\nworker', 'updates', 'dis-\ncarded',
  'mean delay\n(max)', 'utili-\nzation', 'sent',
] as const;
type Heading = (typeof HEADINGS)[number];

/**
 * What to do without where there is no room, the least important first, and what a note calls it: columns, and `ranges`, which stand
 * behind the medians over several seeds.
 */
const DISPENSABLE: readonly (readonly [Heading | 'ranges', string])[] = [
  ['worst\nworker', 'worst worker'], ['dis-\ncarded', 'discarded'], ['updates', 'updates'], ['sent', 'sent'], ['mean delay\n(max)', 'mean delay'],
  ['utili-\nzation', 'utilization'], ['ranges', 'ranges over seeds'], ['theory\nstepsize', 'theory stepsize'], ['predicted\ntime', 'predicted time'],
];

/** Of the ends of a range, unless they are whole numbers or closer together: it is there to tell about how far apart the results are. */
const RANGE_DIGITS = 3;

const BORDERS = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
  left: '', 'left-mid': '', right: '', 'right-mid': '', mid: '', 'mid-mid': '', middle: '  ',
};

/**
 * A plain table: a heading, a rule, right-aligned columns except the first, two spaces between columns.
 *
 * @param head - a heading per column; line breaks are allowed.
 * @param rows - cells, which may carry colours.
 */
export function plainTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: [],
    chars: BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: head.map((_heading, column) => (column === 0 ? 'left' : 'right')),
  });
  const cells = head.map((content) => ({ content, vAlign: 'bottom' as const }));
  table.push(cells, ...rows.map((row) => [...row]));
  const lines = table.toString().split('\n');
  const depth = Math.max(1, ...head.map((text) => text.split('\n').length));
  lines.splice(depth, 0, '─'.repeat(lines[0]?.length ?? 0));
  return lines.map((line) => line.trimEnd()).join('\n');
}

/**
 * The result of an experiment: a row per method at its best stepsize, the fastest to the target first and in bold, with notes below
 * on stepsizes at the edge of their grid, on runs that did not finish and on columns that there was no room for.
 *
 * @returns text without a final line break; without rows, a sentence that says so.
 */
export function resultTable(rows: readonly BestStepsize[], options: TableOptions = {}): string {
  if (rows.length === 0) return 'No method has results.';
  const colours = pc.createColors(options.colour ?? colourAllowed());
  const sorted = [...rows].sort(compareResults);
  const timed = options.target !== undefined;
  const width = options.width ?? terminalWidth();
  const atEdge = (row: BestStepsize): boolean => options.interrupted !== true && gridMayBeTooNarrow(row);
  // Where f* is known, the distance to it says more than the objective.
  const known = sorted.every((row) => row.finalSuboptimality !== undefined);
  const headings = HEADINGS.map((heading) => (known && heading === 'final\nobjective' ? 'final\nf − f*' : heading));
  const rowOf = (row: BestStepsize, place: number, ranges: boolean): string[] => {
    const { finalSuboptimality = NaN, finalSuboptimalityRange = [NaN, NaN] } = row;
    const final = known ? finalSuboptimality : row.finalObjective;
    const range = (values: SeedRange): SeedRange | null => (ranges && row.seeds > 1 ? values : null);
    const cells = [
      row.method,
      readableNumber(row.stepsize) + (atEdge(row) ? '*' : ' '),
      timeToTarget(row, ranges),
      ...(options.theory === undefined ? ['', ''] : theoryCells(options.theory.record, row.method)),
      Number.isFinite(final)
        ? withRange(final, range(known ? finalSuboptimalityRange : row.finalObjectiveRange))
        : (row.runs.find((run) => run.status !== 'finished')?.status ?? 'diverged'),
      withRange(row.finalWorstWorkerObjective, range(row.finalWorstWorkerObjectiveRange)),
      readableNumber(row.updates),
      readableNumber(row.gradientsDiscarded),
      `${readableNumber(row.meanDelay)} (${readableNumber(row.maxDelay)})`,
      readablePercentage(row.utilization),
      readableBytes(row.bytesUp + row.bytesDown),
    ];
    return place === 0 && sorted.length > 1 ? cells.map((cell) => colours.bold(cell)) : cells;
  };
  const seeds = sorted.map((row) => row.seeds);
  const omitted = new Set<Heading | 'ranges'>([
    ...(timed ? [] : ['time to\ntarget' as const]), ...(options.theory ? [] : THEORY_HEADINGS), ...(options.traffic === true ? [] : ['sent' as const]),
  ]);
  const shown = <T>(cells: readonly T[]): T[] => cells.filter((_cell, column) => !omitted.has(HEADINGS[column]!));
  const left: string[] = [];
  const draw = (): string => plainTable(shown(headings), sorted.map((row, place) => shown(rowOf(row, place, !omitted.has('ranges')))));
  const withRanges = draw();
  omitted.add('ranges');
  let table = draw();
  // Of one seed, or of several with the same results, there are none.
  if (withRanges !== table) {
    omitted.delete('ranges');
    table = withRanges;
  }
  for (const [heading, name] of DISPENSABLE) {
    if (/─+/.exec(table)![0].length <= width) break;
    if (omitted.has(heading)) continue;
    omitted.add(heading);
    left.push(name);
    table = draw();
  }
  const notes = [
    ...(timed ? [`Target: ${options.target ?? ''}; times are simulated.`] : []),
    ...(timed && sorted.every((row) => row.timeToTarget === 0) ? ['The starting point already meets the target.'] : []),
    ...seedsNote(seeds, !omitted.has('ranges')),
    ...(timed && !omitted.has('ranges') && sorted.some(({ reached, timeToTargetRange: [, latest] }) => reached > 0 && latest === null) ? ['∞: not reached.'] : []),
    ...(options.theory?.notes ?? []),
    ...sorted.filter(atEdge).flatMap(edgeNote),
    ...sorted.flatMap(statusNotes),
    ...(options.traffic === true && !omitted.has('sent') ? ['Sent: to the workers and back together.'] : []),
    ...(left.length > 0 ? [`Left out for lack of room: ${left.join(', ')}; --json has all.`] : []),
  ];
  const lines = notes.flatMap((note) => wrapText(note, width, '  '));
  return [table, ...(lines.length > 0 ? [''] : []), ...lines.map((line) => colours.dim(line))].join('\n');
}

/** `412 (390–450)`, and behind it how many seeds reached the target where not all did. */
function timeToTarget({ timeToTarget: time, timeToTargetRange: [soonest, latest], reached, seeds }: BestStepsize, ranges: boolean): string {
  if (reached === 0) return '—';
  const share = `${reached}/${seeds}`;
  if (time === null) return `${share} seeds`;
  if (!ranges) return reached < seeds ? `${readableNumber(time)} (${share})` : readableNumber(time);
  const text = withRange(time, [soonest ?? Infinity, latest ?? Infinity]);
  return reached < seeds ? `${text} ${share}` : text;
}

/** `0.4123 (0.39–0.45)`; without the range where it would repeat the number, or there is none. */
function withRange(value: number, range: SeedRange | null): string {
  const text = readableNumber(value);
  if (range === null || range.every((end) => readableNumber(end) === text)) return text;
  const [low, high] = range.map((end) => (Number.isInteger(end) ? end : Number(end.toPrecision(RANGE_DIGITS)))) as SeedRange;
  const [from, to] = low < high && low <= value && value <= high ? [low, high] : range;
  return `${text} (${readableNumber(from)}–${readableNumber(to)})`;
}

/** What the numbers are where there are several seeds. */
function seedsNote(counts: readonly number[], ranges: boolean): string[] {
  const seeds = Math.max(...counts);
  if (seeds < 2) return [];
  return [`Medians over ${seeds} seeds${ranges ? `, in parentheses the ${seedRangeText(counts).replace('minimum', 'range from minimum')}` : ''}.`];
}

function edgeNote({ method, stepsize, grid, atEdge }: BestStepsize): string[] {
  if (atEdge === null) return [];
  const [place, remedy] = atEdge === 'low' ? ['smallest', 'smaller'] : ['largest', 'larger'];
  return [`* ${method}: ${readableNumber(stepsize)} is the ${place} of its ${grid.length} stepsizes; ${remedy} ones may do better.`];
}

function statusNotes({ method, grid, seeds, diverged, runs }: BestStepsize): string[] {
  const total = grid.length * seeds;
  const notes = diverged > 0 ? [`! ${method}: ${diverged} of ${total} ${total === 1 ? 'run' : 'runs'} diverged.`] : [];
  for (const status of ['stalled', 'interrupted', 'failed'] as const) {
    const affected = runs.filter((run) => run.status === status);
    if (affected.length === 0) continue;
    const reason = affected.find((run) => run.reason !== undefined)?.reason;
    const verb = status === 'interrupted' ? (affected.length === 1 ? 'was interrupted' : 'were interrupted') : status;
    const count = `${affected.length} of ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`;
    notes.push(`! ${method}: ${count} at the best stepsize ${verb}${reason === undefined ? '' : ` (${reason.replace(/\.$/, '')})`}.`);
  }
  return notes;
}
