import type { Spec } from 'vega';
import { AXIS_STYLE, axis, tickTexts } from './axes.js';
import { moreForTitle, NOTE, noteLines, noteMarks, titleLines, titleMarks } from './head.js';
import { FRAME_WIDTH, type FigureLayout, type Frame } from './layout.js';
import { band, curve, LEGEND, legendRow, legendText, markers, round, targetRule, text, type Entry, type Overlay } from './marks.js';
import { readableNumber } from './numbers.js';
import { fromTopToBottom, type Series } from './series.js';
import type { LineStyle } from './style.js';
import { axisFor, type Axis } from './ticks.js';

export interface LineFigureOptions {
  /** Logarithmic only together with y. */
  x: Axis;
  y: Axis;
  /** At the ticks of x; default: their numbers. */
  xTexts?: readonly string[];
  xTitle: string;
  yTitle: string;
  title: string;
  /** In small letters under the title; may be empty. */
  note: string;
  /** The value of y to reach: a dashed rule. */
  target?: number | undefined;
  overlay?: Overlay | undefined;
  layout?: FigureLayout | undefined;
}

/** Pixels along the horizontal axis that a tick's text and a gap need. */
export const ROOM_PER_TICK = 73;
const LEAST_HEIGHT = 290;
/** Mean width of a character at the axes. */
const CHARACTER = 6.4;
const MARGIN = { top: 44, bottom: 48, right: 14 };

/**
 * Lines in a frame, their legend to its right in the order in which they end.
 * @param styles How each line looks.
 */
export function lineFigure(series: readonly Series[], styles: readonly LineStyle[], options: LineFigureOptions): Spec {
  const { x, y, xTitle, yTitle, title, note, target, overlay, layout = {} } = options;
  const added = overlay?.legend ?? [];
  const beside = layout.legend !== 'none';
  const width = layout.width ?? FRAME_WIDTH;
  const height = Math.max(layout.height ?? LEAST_HEIGHT, beside ? LEGEND.row * (series.length + added.length + 2) : 0);
  const frame = { width, height };
  const entries = fromTopToBottom(series.map((line, index) => ({ series: line, style: styles[index]!, index })));
  const samples = entries.map(({ series: line }) => line.label);
  if (target !== undefined) samples.push(`target ${readableNumber(target)}`);
  const [xTexts, yTexts] = [options.xTexts ?? tickTexts(x), tickTexts(y)];
  const yWidth = Math.max(...yTexts.map((label) => label.length)) * CHARACTER;
  const legendWidth = LEGEND.sample + 8 + Math.max(...[...samples, ...added.map(({ label }) => label)].map((label) => label.length), 0) * LEGEND.size * 0.6;
  const legendLeft = width + LEGEND.gap;
  const legend = [
    ...samples.flatMap((label, row) => legendRow(label, row, legendLeft, entries[row]?.style)),
    ...added.flatMap(({ label, draw }, index) => [draw(samples.length + index, legendLeft), legendText(label, samples.length + index, legendLeft)]),
  ];
  const right = beside ? LEGEND.gap + legendWidth + MARGIN.right : Math.max(MARGIN.right, 4 + (CHARACTER / 2) * (xTexts.at(-1)?.length ?? 0));
  const [titles, notes] = [titleLines(title, width + right), noteLines(note, width + right - 12)];
  const moreForNotes = NOTE.line * (notes.length - 1);
  return {
    background: 'white',
    description: `${yTitle} against ${xTitle}: ${samples.join(', ')}`,
    autosize: 'none',
    width,
    height,
    padding: { top: MARGIN.top + moreForNotes + moreForTitle(titles), bottom: MARGIN.bottom, left: yWidth + 34, right },
    config: { axis: AXIS_STYLE },
    scales: [
      { name: 'x', type: x.log ? 'log' : 'linear', domain: [x.low, x.high], range: [0, width], zero: false },
      { name: 'y', type: y.log ? 'log' : 'linear', domain: [y.low, y.high], range: [height, 0], zero: false },
    ],
    data: entries.map(({ series: line, index }) => ({ name: `line-${index}`, values: clean(line, y) })),
    marks: [
      { type: 'group', ...sized(frame), axes: [axis('x', 'bottom', x, xTexts), axis('y', 'left', y, yTexts)] },
      {
        type: 'group',
        clip: true,
        ...sized(frame),
        marks: [
          ...entries.filter(({ series: line }) => line.seeds > 1).map(band),
          ...(target === undefined ? [] : [targetRule(target, width)]),
          ...solidFirst(entries).map(curve),
          ...solidFirst(entries).map((entry) => markers(entry, x, y)),
        ],
      },
      ...(overlay?.marks(frame) ?? []),
      ...(beside ? legend : []),
      ...titleMarks(titles, note === '' ? -12 : -26 - moreForNotes),
      ...noteMarks(notes, -11),
      text(xTitle, width / 2, height + 36, { align: 'center' }),
      text(yTitle, -yWidth - 22, height / 2, { align: 'center', angle: -90 }),
    ],
  };
}

/** An axis for lines within [low, high], with a little room above and below them. */
export function padded([low, high]: readonly [number, number], log: boolean): Axis {
  const tight = axisFor(low, high, log, 6);
  const factor = (tight.high / tight.low) ** 0.04;
  const room = 0.04 * (tight.high - tight.low);
  return log ? axisFor(tight.low / factor, tight.high * factor, true, 6) : axisFor(tight.low - room, tight.high + room, false, 6);
}

/** Dashes on top: where two methods do the same, the gaps show the line below. Above all of them the lines without points on them. */
function solidFirst(entries: readonly Entry[]): Entry[] {
  const layer = ({ style: { dash, shape } }: Entry): number => (shape === undefined ? 2 : Math.min(dash.length, 1));
  return [...entries].reverse().sort((a, b) => layer(a) - layer(b));
}

function sized({ width, height }: Frame) {
  return { encode: { enter: { width: { value: width }, height: { value: height } } } };
}

/** What Vega can draw: finite numbers, on a logarithmic axis positive, far beyond the frame no farther than needed. */
function clean({ points }: Series, { low, high, log }: Axis): Record<string, number>[] {
  const floor = log ? low / 10 : low - (high - low);
  const ceiling = log ? high * 10 : high + (high - low);
  const limit = (value: number): number => round(Math.min(Math.max(value, floor), ceiling));
  return points.map((point) => ({ x: round(point.x), median: limit(point.median), low: limit(point.low), high: limit(point.high) }));
}
