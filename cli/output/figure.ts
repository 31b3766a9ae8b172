import type { Spec } from 'vega';
import type { MetricsRecord } from '../../bindings/index.js';
import { AXIS_STYLE, axis, tickTexts } from './axes.js';
import { renderSvg } from './render.js';
import { axisFor, type Axis } from './ticks.js';
import { readableNumber } from './numbers.js';
import {
  FIELD_TITLES, fromTopToBottom, rangeOf, seriesOf, spansDecades, type FigureLine, type Series, type XField, type YField,
} from './series.js';
import { band, curve, LEGEND, legendRow, markers, round, targetRule, text, WIDTH, type Entry } from './marks.js';
import { lineStyles } from './style.js';

export interface DrawOptions {
  title?: string;
  /** Default: `time`. */
  x?: XField;
  /** Default: `objective`. */
  y?: YField;
  /** `auto` is logarithmic when everything is positive and spans more than a decade. */
  scale?: 'auto' | 'log' | 'linear';
  /** The value of `y` to reach: a dashed rule. */
  target?: number;
}

export interface FigureOptions extends DrawOptions {
  /** What to draw; see `linesOf`. */
  lines: readonly FigureLine[];
}

const LEAST_HEIGHT = 290;
const MARGIN = { top: 44, bottom: 48, right: 14 };

/**
 * A figure of evaluations: a line per entry of `lines`, the median over seeds with a band.
 *
 * @returns an SVG document; the same input gives the same bytes.
 *
 * @example
 * const svg = await runFigure(metrics, { lines: linesOf(bestStepsizes(summary)), title: 'digits', target: 0.5 });
 */
export async function runFigure(metrics: readonly MetricsRecord[], options: FigureOptions): Promise<string> {
  return drawFigure(seriesOf(metrics, options.lines, options.x ?? 'time', options.y ?? 'objective'), options);
}

/** A figure of lines that are already aggregated, perhaps from several runs. */
export async function drawFigure(series: readonly Series[], options: DrawOptions = {}): Promise<string> {
  return renderSvg(specification(series, options));
}

function specification(series: readonly Series[], options: DrawOptions): Spec {
  const { x = 'time', y = 'objective', scale = 'auto', target } = options;
  const log = scale === 'auto' ? !y.endsWith('Accuracy') && spansDecades(series) : scale === 'log';
  const height = Math.max(LEAST_HEIGHT, LEGEND.row * (series.length + 2));
  const styles = lineStyles(series);
  const entries = fromTopToBottom(series.map((line, index) => ({ series: line, style: styles[index]!, index })));
  const xAxis = axisFor(0, Math.max(0, ...series.flatMap(({ points }) => points.at(-1)?.x ?? 0)) || 1, false, 6);
  const yAxis = padded(rangeOf(series, y, log, target), log);
  const samples = entries.map(({ series: line }) => line.label);
  if (target !== undefined) samples.push(`target ${readableNumber(target)}`);
  const [xTexts, yTexts] = [tickTexts(xAxis), tickTexts(yAxis)];
  const yWidth = Math.max(...yTexts.map((label) => label.length)) * 6.4;
  const note = bandNote(series);
  const legendWidth = LEGEND.sample + 8 + Math.max(...samples.map((label) => label.length), 0) * LEGEND.size * 0.6;
  return {
    background: 'white',
    description: `${FIELD_TITLES[y]} against ${FIELD_TITLES[x]}: ${samples.join(', ')}`,
    autosize: 'none',
    width: WIDTH,
    height,
    padding: { ...MARGIN, left: yWidth + 34, right: LEGEND.gap + legendWidth + MARGIN.right },
    config: { axis: AXIS_STYLE },
    scales: [
      { name: 'x', type: 'linear', domain: [xAxis.low, xAxis.high], range: [0, WIDTH], zero: false },
      { name: 'y', type: log ? 'log' : 'linear', domain: [yAxis.low, yAxis.high], range: [height, 0], zero: false },
    ],
    data: entries.map(({ series: line, index }) => ({ name: `line-${index}`, values: clean(line, yAxis) })),
    marks: [
      { type: 'group', ...sized(height), axes: [axis('x', 'bottom', xAxis, xTexts), axis('y', 'left', yAxis, yTexts)] },
      {
        type: 'group',
        clip: true,
        ...sized(height),
        marks: [
          ...entries.filter(({ series: line }) => line.seeds > 1).map(band),
          ...(target === undefined ? [] : [targetRule(target)]),
          ...solidFirst(entries).map(curve),
          ...solidFirst(entries).map((entry) => markers(entry, xAxis, yAxis)),
        ],
      },
      ...samples.flatMap((label, row) => legendRow(label, row, entries[row]?.style)),
      text(options.title ?? '', 0, note === '' ? -12 : -26, { size: 14, weight: 'bold' }),
      text(note, 0, -11, { size: 10.5, colour: '#666' }),
      text(FIELD_TITLES[x], WIDTH / 2, height + 36, { align: 'center' }),
      text(FIELD_TITLES[y], -yWidth - 22, height / 2, { align: 'center', angle: -90 }),
    ],
  };
}

/** Dashes on top: where two methods do the same, the gaps show the line below. */
function solidFirst(entries: readonly Entry[]): Entry[] {
  return [...entries].reverse().sort((a, b) => Math.min(a.style.dash.length, 1) - Math.min(b.style.dash.length, 1));
}

function sized(height: number) {
  return { encode: { enter: { width: { value: WIDTH }, height: { value: height } } } };
}

/** A little room above and below the lines. */
function padded([low, high]: [number, number], log: boolean): Axis {
  const tight = axisFor(low, high, log, 6);
  const factor = (tight.high / tight.low) ** 0.04;
  const room = 0.04 * (tight.high - tight.low);
  return log ? axisFor(tight.low / factor, tight.high * factor, true, 6) : axisFor(tight.low - room, tight.high + room, false, 6);
}

/** What Vega can draw: finite numbers, on a logarithmic axis positive, far beyond the frame no farther than needed. */
function clean({ points }: Series, { low, high, log }: Axis): Record<string, number>[] {
  const floor = log ? low / 10 : low - (high - low);
  const ceiling = log ? high * 10 : high + (high - low);
  const limit = (value: number): number => round(Math.min(Math.max(value, floor), ceiling));
  return points.map((point) => ({ x: round(point.x), median: limit(point.median), low: limit(point.low), high: limit(point.high) }));
}

/** Says what the band is; nothing when every line is one run. */
function bandNote(series: readonly Series[]): string {
  const counts = series.map(({ seeds }) => seeds);
  const [least, most] = [Math.min(...counts), Math.max(0, ...counts)];
  if (most < 2) return '';
  const mixed = counts.some((count) => count > 1 && count < 4) && most >= 4;
  const rule = mixed ? 'minimum to maximum below 4 seeds, else inter-quartile range' : most < 4 ? 'minimum to maximum' : 'inter-quartile range';
  return `median of ${least === most ? most : `${least} to ${most}`} seeds, band: ${rule}`;
}
