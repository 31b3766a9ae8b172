import type { Spec } from 'vega';
import { AXIS_STYLE, axis, tickTexts } from '../axes.js';
import { LEGEND, text, type Mark } from '../marks.js';
import { wrapText } from '../style.js';
import type { Axis } from '../ticks.js';

/** One frame of a figure. Its marks are placed in pixels from its upper left corner. */
export interface Panel {
  heading: string;
  /** Stands behind the heading. */
  note?: string;
  colour?: string;
  marks: Mark[];
}

/** Something of a legend: what draws the sample, given the middle of its left side, and its text. */
export interface LegendEntry {
  sample: (x: number, y: number) => Mark[];
  label: string;
}

/** A figure of equal frames that share their axes. */
export interface PanelFigure {
  title: string;
  /** Sentences below the title. */
  notes: readonly string[];
  panels: readonly Panel[];
  columns: number;
  /** Of one frame. */
  width: number;
  height: number;
  /** Room for what stands left of a frame. */
  left: number;
  x: Axis;
  xTitle: string;
  /** Absent: the panels' marks bring their own. */
  y?: Axis;
  yTitle: string;
  legend?: readonly LegendEntry[];
}

export const SAMPLE_WIDTH = 18;
const NOTE = { size: 10.5, line: 14 };
const HEADING = 11.5;
/** Mean width of a character in font sizes, plain and bold. */
const CHARACTER = { plain: 0.57, bold: 0.6 };
const GAP = 36;
const BOTTOM = 46;
const RIGHT = 18;

/** The whole figure as a Vega specification. */
export function panelFigure(figure: PanelFigure): Spec {
  const { panels, columns, width, height, left, x, y, legend = [] } = figure;
  const rows = Math.ceil(panels.length / columns);
  const across = columns * width + (columns - 1) * (left + RIGHT);
  // Notes stand behind their headings, or below them where that is too long.
  const below = panels.some(({ heading, note = '' }) => note !== '' && headingWidth(heading) + noteWidth(note) > width);
  const gap = GAP + (below ? NOTE.line : 0);
  const down = rows * height + (rows - 1) * gap;
  const longest = Math.max(0, ...legend.map(({ label }) => label.length));
  const legendWidth = legend.length === 0 ? 0 : LEGEND.gap + SAMPLE_WIDTH + 8 + longest * LEGEND.size * CHARACTER.plain;
  const fits = Math.floor((across + legendWidth) / (NOTE.size * 0.54));
  const notes = figure.notes.filter((note) => note !== '').flatMap((note) => wrapText(note, fits));
  const headings = panels.every(({ heading }) => heading === '') ? 0 : below ? 32 : 18;
  const headRoom = 20 + headings + NOTE.line * notes.length;
  const [xTexts, yTexts] = [tickTexts(x), y === undefined ? [] : tickTexts(y)];
  const frames = panels.map((panel, index): Mark => {
    const [column, row] = [index % columns, Math.floor(index / columns)];
    const lowest = index + columns >= panels.length;
    const { heading, note = '', colour = '#222', marks } = panel;
    return {
      type: 'group',
      name: `panel-${index}`,
      encode: {
        enter: {
          x: { value: column * (width + left + RIGHT) }, y: { value: row * (height + gap) }, width: { value: width }, height: { value: height },
        },
      },
      // Grid lines take their length from these.
      signals: [{ name: 'width', value: width }, { name: 'height', value: height }],
      axes: [
        axis('x', 'bottom', x, lowest ? xTexts : xTexts.map(() => '')),
        ...(y === undefined ? [] : [axis('y', 'left', y, yTexts)]),
      ],
      marks: [
        ...marks,
        text(heading, 0, below ? -13 - NOTE.line : -13, { size: HEADING, weight: 'bold', colour }),
        text(note, below ? 0 : headingWidth(heading), -13, { size: NOTE.size, colour: '#666' }),
        ...(lowest ? [text(figure.xTitle, width / 2, height + 34, { align: 'center' })] : []),
      ],
    };
  });
  return {
    background: 'white',
    description: `${figure.title}: ${panels.map(({ heading }) => heading).join(', ')}`,
    autosize: 'none',
    width: across,
    height: down,
    padding: { top: headRoom + 18, bottom: BOTTOM, left: left + 22, right: legendWidth + RIGHT },
    config: { axis: AXIS_STYLE },
    scales: [
      scale('x', x, [0, width]),
      ...(y === undefined ? [] : [scale('y', y, [height, 0])]),
    ],
    marks: [
      ...frames,
      text(figure.title, 0, -headRoom + 2, { size: 14, weight: 'bold' }),
      ...notes.map((note, index) => text(note, 0, -headRoom + 20 + NOTE.line * index, { size: NOTE.size, colour: '#666' })),
      text(figure.yTitle, -left - 10, down / 2, { align: 'center', angle: -90 }),
      ...legend.flatMap(({ sample, label }, row) => {
        const at = LEGEND.row * row + 8;
        const start = across + LEGEND.gap;
        return [...sample(start, at), text(label, start + SAMPLE_WIDTH + 8, at, { size: LEGEND.size })];
      }),
    ],
  };
}

/** Room for a heading and the gap behind it. */
function headingWidth(heading: string): number {
  return heading.length * HEADING * CHARACTER.bold + 8;
}

function noteWidth(note: string): number {
  return note.length * NOTE.size * CHARACTER.plain;
}

/** Whether all headings fit in frames of a width. */
export function headingsFit(headings: readonly string[], width: number): boolean {
  return headings.every((heading) => headingWidth(heading) <= width);
}

function scale(name: string, { low, high, log }: Axis, range: [number, number]): NonNullable<Spec['scales']>[number] {
  return { name, type: log ? 'log' : 'linear', domain: [low, high], range, zero: false };
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
  fill: string;
}

/** Filled rectangles, in pixels. */
export function boxes(name: string, values: readonly Box[]): Mark {
  return shapes('rect', name, values, { x: field('x'), y: field('y'), width: field('width'), height: field('height'), fill: field('fill') });
}

export interface Line {
  x: number;
  x2: number;
  y: number;
  y2: number;
}

/** Straight lines of one look, in pixels. */
export function lines(name: string, values: readonly Line[], look: { colour: string; width: number; opacity?: number }): Mark {
  return shapes('rule', name, values, {
    x: field('x'), x2: field('x2'), y: field('y'), y2: field('y2'),
    stroke: { value: look.colour }, strokeWidth: { value: look.width }, strokeOpacity: { value: look.opacity ?? 1 },
  });
}

const field = (key: string): { field: string } => ({ field: key });

/** A mark per value, in a group of its own that brings the values. */
function shapes(type: 'rect' | 'rule', name: string, values: readonly object[], enter: object): Mark {
  return { type: 'group', name, data: [{ name, values: [...values] }], marks: [{ type, from: { data: name }, encode: { enter } }] } as Mark;
}

/** A filled sample of a legend. */
export function boxSample(fill: string): LegendEntry['sample'] {
  return (x, y) => [boxes(`sample-${y}`, [{ x, y: y - 5.5, width: SAMPLE_WIDTH, height: 11, fill }])];
}

/** To a hundredth of a pixel. */
export function pixel(value: number): number {
  return Math.round(value * 100) / 100;
}
