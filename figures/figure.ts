import type { Spec } from 'vega';
import { seedRangeText } from '../bindings/index.js';
import type { MetricsRecord } from '../bindings/index.js';
import { FRAME_WIDTH, ticksAcross, type FigureLayout } from './layout.js';
import { lineFigure, padded, ROOM_PER_TICK } from './line-figure.js';
import type { Overlay } from './marks.js';
import { axisFor, type Axis } from './ticks.js';
import { FIELD_TITLES, rangeOf, seriesOf, spansDecades, type FigureLine, type Series, type XField, type YField } from './series.js';
import { lineStyles, type LineStyle } from './style.js';
import { colouredPredictions, endOfTimes, theoryOverlay } from './theory/overlay.js';
import type { Predictions } from './theory/predictions.js';

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
  /** Times to the target that theory predicts; shown in a figure of the squared gradient norm over time. */
  predictions?: Predictions | undefined;
  /** Where the horizontal axis ends if no prediction lies beyond; default: with the longest line. */
  end?: number;
  layout?: FigureLayout;
}

export interface FigureOptions extends DrawOptions {
  /** What to draw; see `linesOf`. */
  lines: readonly FigureLine[];
}

/**
 * A figure of evaluations: a line per entry of `lines`, the median over seeds with a band. Without evaluations it is an empty frame.
 *
 * @example
 * const svg = await svgOf(runFigure(metrics, { lines: linesOf(bestStepsizes(summary)), title: 'digits', target: 0.5 }));
 */
export function runFigure(metrics: readonly MetricsRecord[], options: FigureOptions): Spec {
  return seriesFigure(seriesOf(metrics, options.lines, options.x ?? 'time', options.y ?? 'objective'), options);
}

/** A figure of lines that are already aggregated, perhaps from several runs. */
export function seriesFigure(series: readonly Series[], options: DrawOptions = {}): Spec {
  const { x = 'time', y = 'objective', scale = 'auto', target } = options;
  const log = scale === 'auto' ? !y.endsWith('Accuracy') && spansDecades(series) : scale === 'log';
  const styles = lineStyles(series).map((style, index) => series[index]!.style ?? style);
  const longest = options.end ?? (Math.max(0, ...series.map(({ points }) => points.at(-1)?.x ?? 0)) || 1);
  const yAxis = padded(rangeOf(series, y, log, target), log);
  return lineFigure(series, styles, {
    ...timesAndTheory(longest, yAxis, coloursOf(series, styles), options),
    y: yAxis,
    xTitle: FIELD_TITLES[x],
    yTitle: FIELD_TITLES[y],
    title: options.title ?? '',
    note: bandNote(series),
    target,
    layout: options.layout,
  });
}

/** The horizontal axis, and what is to be shown of theory. */
function timesAndTheory(longest: number, y: Axis, colours: ReadonlyMap<string, string>, options: DrawOptions): { x: Axis; overlay?: Overlay } {
  const { target, predictions, layout } = options;
  const ticks = ticksAcross(layout?.width ?? FRAME_WIDTH, ROOM_PER_TICK);
  // The predictions are times to a value of this quantity, and of no other.
  const shown = (options.x ?? 'time') === 'time' && options.y === 'gradientNormSquared';
  if (!shown || target === undefined || predictions === undefined) return { x: axisFor(0, longest, false, ticks) };
  const coloured = colouredPredictions(predictions, colours);
  const x = axisFor(0, endOfTimes(longest, coloured), false, ticks);
  return { x, overlay: theoryOverlay(coloured, predictions.lowerBound, x, y, target) };
}

function coloursOf(series: readonly Series[], styles: readonly LineStyle[]): Map<string, string> {
  return new Map(series.map(({ method }, index) => [method, styles[index]!.colour]));
}

/** Says what the band is; nothing when every line is one run. */
function bandNote(series: readonly Series[]): string {
  const counts = series.map(({ seeds }) => seeds);
  const [least, most] = [Math.min(...counts), Math.max(0, ...counts)];
  if (most < 2) return '';
  return `median of ${least === most ? most : `${least} to ${most}`} seeds, band: ${seedRangeText(counts)}`;
}
