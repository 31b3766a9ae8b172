import type { Spec } from 'vega';
import type { Frame } from './layout.js';
import { medianAt, type Series } from './series.js';
import type { LineStyle } from './style.js';
import type { Axis } from './ticks.js';

/** The parts of a figure as Vega marks. Scales are named `x` and `y`; a line's points are the data `line-<index>`. */
export type Mark = NonNullable<Spec['marks']>[number];

/** A line, how it looks, and its place among the lines as they were given. */
export interface Entry {
  series: Series;
  style: LineStyle;
  index: number;
}

export const LEGEND = { gap: 16, sample: 44, size: 11, row: 18 };
export const FONT = 'Helvetica, Arial, "DejaVu Sans", sans-serif';
const MARKERS_PER_LINE = 7;
const TARGET = { colour: '#555', dash: [5, 4] };

/** The band over seeds, with a faint edge that tells bands apart where they lie over each other. */
export function band({ style, index }: Entry): Mark {
  return {
    type: 'area',
    name: `band-${index}`,
    from: { data: `line-${index}` },
    encode: {
      enter: {
        x: { scale: 'x', field: 'x' },
        y: { scale: 'y', field: 'low' },
        y2: { scale: 'y', field: 'high' },
        fill: { value: style.colour },
        fillOpacity: { value: 0.13 },
        stroke: { value: style.colour },
        strokeOpacity: { value: 0.35 },
        strokeWidth: { value: 0.5 },
      },
    },
  };
}

/** The median over seeds. */
export function curve({ style, index }: Entry): Mark {
  return {
    type: 'line',
    name: `curve-${index}`,
    from: { data: `line-${index}` },
    encode: {
      enter: {
        x: { scale: 'x', field: 'x' },
        y: { scale: 'y', field: 'median' },
        stroke: { value: style.colour },
        strokeWidth: { value: 1.6 },
        strokeDash: { value: style.dash },
        strokeJoin: { value: 'round' },
      },
    },
  };
}

/** A few point shapes per line, shifted from line to line so that they do not cover each other; none for a line without a shape. */
export function markers({ series, style, index }: Entry, xAxis: Axis, yAxis: Axis): Mark {
  const shift = ((index * 0.382) % 1) * 0.8 + 0.1;
  const count = style.shape === undefined ? 0 : MARKERS_PER_LINE;
  const spots = Array.from({ length: count }, (_, spot) => round(alongAxis(xAxis, spot + shift))).flatMap((x) => {
    const median = medianAsDrawn(series, x, xAxis, yAxis);
    return median === undefined || !(median >= yAxis.low && median <= yAxis.high) ? [] : [{ x, median }];
  });
  return {
    type: 'group',
    name: `markers-${index}`,
    data: [{ name: `spots-${index}`, values: spots }],
    marks: [
      {
        type: 'symbol',
        from: { data: `spots-${index}` },
        encode: { enter: { x: { scale: 'x', field: 'x' }, y: { scale: 'y', field: 'median' }, ...symbol(style) } },
      },
    ],
  };
}

/** The median at x: between points lines are straight as drawn, on a logarithmic axis in the logarithm. */
function medianAsDrawn({ points }: Series, x: number, xAxis: Axis, yAxis: Axis): number | undefined {
  const [across, up] = [xAxis, yAxis].map(({ log }) => (log ? Math.log : (value: number) => value)) as [(x: number) => number, (y: number) => number];
  const median = medianAt(points.map((point) => ({ ...point, x: across(point.x), median: up(point.median) })), across(x));
  return median === undefined ? undefined : yAxis.log ? round(Math.exp(median)) : median;
}

/** The value after so many of the `MARKERS_PER_LINE` equal stretches of an axis. */
function alongAxis({ low, high, log }: Axis, stretches: number): number {
  return log ? low * (high / low) ** (stretches / MARKERS_PER_LINE) : low + stretches * ((high - low) / MARKERS_PER_LINE);
}

function symbol({ colour, shape }: LineStyle) {
  return {
    shape: { value: shape ?? 'circle' }, size: { value: 38 }, fill: { value: colour }, stroke: { value: 'white' }, strokeWidth: { value: 0.8 },
  };
}

/** A dashed line across a frame of a width, at the value of y to reach. */
export function targetRule(target: number, width: number): Mark {
  return {
    type: 'rule',
    name: 'target',
    encode: {
      enter: {
        x: { value: 0 }, x2: { value: width }, y: { scale: 'y', value: target },
        stroke: { value: TARGET.colour }, strokeWidth: { value: 1 }, strokeDash: { value: TARGET.dash },
      },
    },
  };
}

function legendTop(row: number): number {
  return LEGEND.row * row + 8;
}

/** The text of a row of the legend. @param left Where the legend begins, in pixels. */
export function legendText(label: string, row: number, left: number): Mark {
  return text(label, left + LEGEND.sample + 8, legendTop(row), { size: LEGEND.size });
}

/** A sample and its text; without a style it is the target's rule. @param left Where the legend begins, in pixels. */
export function legendRow(label: string, row: number, left: number, style: LineStyle | undefined): Mark[] {
  return [...lineSample(left, legendTop(row), style), legendText(label, row, left)];
}

/** A short piece of a line; without a style, of the target's rule. @param left @param middle Where it begins, in pixels. */
export function lineSample(left: number, middle: number, style: LineStyle | undefined): Mark[] {
  const y = { value: middle };
  const stroke = {
    stroke: { value: (style ?? TARGET).colour }, strokeWidth: { value: style ? 1.6 : 1 }, strokeDash: { value: (style ?? TARGET).dash },
  };
  return [
    { type: 'rule', encode: { enter: { x: { value: left }, x2: { value: left + LEGEND.sample }, y, ...stroke } } },
    ...(style?.shape === undefined ? [] : [{ type: 'symbol', encode: { enter: { x: { value: left + LEGEND.sample / 2 }, y, ...symbol(style) } } } satisfies Mark]),
  ];
}

/** Draws a sample in a row of a legend that begins at `left`, in pixels. */
export type LegendMark = (row: number, left: number) => Mark;

/** What is drawn over the lines, and its rows of the legend below the others. */
export interface Overlay {
  readonly legend: readonly { readonly label: string; readonly draw: LegendMark }[];
  readonly marks: (frame: Frame) => Mark[];
}

/** A point shape with a white inside, at a place in pixels. @param name Of this mark alone. */
export function hollowSymbol(name: string, shape: string, { x, y, colour }: { x: number; y: number; colour: string }): Mark {
  return {
    type: 'symbol',
    name,
    encode: {
      enter: {
        x: { value: x }, y: { value: y }, shape: { value: shape }, size: { value: 64 }, fill: { value: 'white' }, stroke: { value: colour },
        strokeWidth: { value: 1.6 },
      },
    },
  };
}

/** A hollow sample of no method's colour, for a row of the legend. */
export function legendSymbol(shape: string): LegendMark {
  return (row, left) => hollowSymbol(`sample-${shape}`, shape, { x: left + LEGEND.sample / 2, y: legendTop(row), colour: TARGET.colour });
}

/** A thin dotted line from the top to the bottom of the frame, at a place in pixels. */
export function verticalRule(name: string, x: number, height: number): Mark {
  return {
    type: 'rule',
    name,
    encode: {
      enter: {
        x: { value: x }, x2: { value: x }, y: { value: 0 }, y2: { value: height },
        stroke: { value: TARGET.colour }, strokeWidth: { value: 1 }, strokeDash: { value: [1, 3] },
      },
    },
  };
}

interface TextStyle {
  size?: number;
  weight?: 'bold';
  colour?: string;
  align?: 'center' | 'right';
  angle?: number;
  /** Width of an outline in the same colour. */
  halo?: number;
}

export function text(content: string, x: number, y: number, { size = 12, weight, colour = '#222', align, angle = 0, halo }: TextStyle = {}): Mark {
  return {
    type: 'text',
    encode: {
      enter: {
        text: { value: content }, x: { value: x }, y: { value: y }, font: { value: FONT }, fontSize: { value: size }, fill: { value: colour },
        fontWeight: { value: weight ?? 'normal' }, align: { value: align ?? 'left' }, angle: { value: angle }, baseline: { value: 'middle' },
        ...(halo === undefined ? {} : { stroke: { value: colour }, strokeWidth: { value: halo } }),
      },
    },
  };
}

/** To six digits: more cannot be seen and would only make the file larger. */
export function round(value: number): number {
  return Number(value.toPrecision(6));
}
