import pc from 'picocolors';
import type { MetricsRecord } from '../../bindings/index.js';
import { axisFor, FIELD_TITLES, fromTopToBottom, medianAt, positionOn, rangeOf, readableNumber, seriesOf, spansDecades } from '../../figures/index.js';
import type { DrawOptions, FigureOptions, Series } from '../../figures/index.js';
import { colourAllowed } from './style.js';

interface ChartSize {
  /** Columns of the terminal; default: those of the standard output, or 80. */
  width?: number;
  /** Rows of the plot without its axis and legend. */
  height?: number;
  /** Default: when the standard output is a terminal that wants colours. */
  colour?: boolean;
}

type Paint = (text: string) => string;
/** Per row and column: which lines pass through the cell, and through which of its dots. */
type Grid = Map<number, number>[][];

/** Bits of the eight dots of a braille character, by row and column; 0x2800 is the empty one. */
const DOTS = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Columns between a line's letters where colours tell the lines apart. */
const LETTER_EVERY = 14;

/**
 * The figure of `runFigure` in characters, for a terminal. Without colours each line is drawn in its own letter; with colours it is
 * a fine line of braille dots that carries its letter now and then. Where lines share a place they alternate.
 *
 * @returns lines of text no wider than `width`, without a final line break; an empty string when there is nothing to draw.
 */
export function runChart(metrics: readonly MetricsRecord[], options: FigureOptions & ChartSize): string {
  return drawChart(seriesOf(metrics, options.lines, options.x ?? 'time', options.y ?? 'objective'), options);
}

/** A chart of lines that are already aggregated. */
export function drawChart(series: readonly Series[], options: DrawOptions & ChartSize = {}): string {
  if (series.length === 0) return '';
  const { x = 'time', y = 'objective', scale = 'auto', target, height = 18 } = options;
  const width = Math.max(options.width ?? (process.stdout.columns || 80), 40);
  const colours = pc.createColors(options.colour ?? colourAllowed());
  const paints: Paint[] = [
    colours.blueBright, colours.yellow, colours.green, colours.magentaBright, colours.cyan, colours.red, String,
  ];
  const log = scale === 'auto' ? !y.endsWith('Accuracy') && spansDecades(series) : scale === 'log';
  const entries = fromTopToBottom(series.map((line, index) => ({ series: line, paint: paints[index % paints.length]! })));
  const yAxis = axisFor(...rangeOf(series, y, log, target), log, 5);
  const yTexts = yAxis.ticks.map(readableNumber);
  const left = Math.max(...yTexts.map((text) => text.length)) + 1;
  const columns = width - left - 1;
  const xAxis = axisFor(0, Math.max(...series.map(({ points }) => points.at(-1)!.x)) || 1, false, Math.min(6, Math.floor(columns / 12)));
  const rowOf = (value: number): number => Math.round((1 - positionOn(yAxis, value)) * (height - 1));
  const grid: Grid = Array.from({ length: height }, () => Array.from({ length: columns }, () => new Map<number, number>()));
  entries.forEach(({ series: { points } }, index) => {
    trace(grid, index, (fraction) => {
      const value = medianAt(points, fraction * xAxis.high);
      return value === undefined || (log && value <= 0) ? undefined : positionOn(yAxis, value);
    });
  });

  const tickRows = new Map(yAxis.ticks.map((tick, index) => [rowOf(tick), yTexts[index]!]));
  const targetRow = target === undefined ? -1 : rowOf(target);
  const body = grid.map((cells, row) => {
    const label = tickRows.get(row);
    const edge = `${(label ?? '').padStart(left - 1)} ${label === undefined ? '│' : '┤'}`;
    const empty = row === targetRow ? colours.dim('-') : ' ';
    const text = cells.map((lines, column) => {
      const owners = [...lines.keys()];
      const lettered = owners.find((index) => (column + 5 * index) % LETTER_EVERY === 3);
      const owner = lettered ?? owners[column % owners.length];
      if (owner === undefined) return empty;
      const plain = !colours.isColorSupported || lettered !== undefined;
      const dots = [...lines.values()].reduce((a, b) => a | b, 0);
      return entries[owner]!.paint(plain ? LETTERS[owner % LETTERS.length]! : String.fromCharCode(0x2800 + dots));
    });
    return edge + text.join('').replace(/ +$/, '');
  });
  const samples = entries.map(({ series: { label }, paint }, index) => ({ mark: paint(LETTERS[index % LETTERS.length]!), label }));
  if (target !== undefined) samples.push({ mark: colours.dim('-'), label: `target ${readableNumber(target)}` });
  return [
    ...(options.title === undefined ? [] : [colours.bold(fit(options.title, width))]),
    fit(`${FIELD_TITLES[y]}${log ? ' (log scale)' : ''}`, width),
    ...body,
    ...horizontalAxis(xAxis.ticks.map((tick) => [Math.round(positionOn(xAxis, tick) * (columns - 1)), readableNumber(tick)]), columns, left),
    FIELD_TITLES[x].padStart(left + 1 + Math.ceil((columns + FIELD_TITLES[x].length) / 2)),
    ...legend(samples, width),
  ].join('\n');
}

/** Marks the dots of a line; `heightAt` maps the fraction of the width to that of the height. */
function trace(grid: Grid, index: number, heightAt: (fraction: number) => number | undefined): void {
  const across = 2 * grid[0]!.length;
  const up = 4 * (grid.length - 1);
  let before: number | undefined;
  for (let dot = 0; dot < across; dot += 1) {
    const height = heightAt(dot / (across - 1));
    const at = height === undefined ? undefined : Math.round((1 - height) * up) + 2; // a tick is in the middle of its row
    if (at !== undefined) {
      const from = before === undefined || before === at ? at : before + Math.sign(at - before);
      for (let down = Math.max(0, Math.min(from, at)); down <= Math.min(4 * grid.length - 1, Math.max(from, at)); down += 1) {
        const cell = grid[down >> 2]![dot >> 1]!;
        cell.set(index, (cell.get(index) ?? 0) | DOTS[down & 3]![dot & 1]!);
      }
    }
    before = at;
  }
}

function horizontalAxis(ticks: [column: number, text: string][], columns: number, left: number): string[] {
  const line = Array.from({ length: columns }, () => '─');
  let texts = '';
  for (const [column, text] of ticks) {
    line[column] = '┬';
    const start = Math.min(left + 1 + column - Math.floor(text.length / 2), left + 1 + columns - text.length);
    if (start > texts.length || texts === '') texts = texts.padEnd(start) + text;
  }
  return [`${' '.repeat(left)}└${line.join('')}`, texts];
}

/** As many columns as fit, filled downwards. */
function legend(samples: { mark: string; label: string }[], width: number): string[] {
  const cell = Math.max(...samples.map(({ label }) => label.length)) + 5;
  const columns = Math.max(1, Math.floor((width - 2) / cell));
  const rows = Math.ceil(samples.length / columns);
  return Array.from({ length: rows }, (_, row) =>
    samples
      .filter((_sample, index) => index % rows === row)
      .map(({ mark, label }) => `  ${mark} ${fit(label, width - 4).padEnd(cell - 4)}`)
      .join('')
      .trimEnd(),
  );
}

function fit(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
