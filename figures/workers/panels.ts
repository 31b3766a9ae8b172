import type { Spec } from 'vega';
import { AXIS_STYLE, axis, tickTexts } from '../axes.js';
import { moreForTitle, NOTE, noteLines, noteMarks, titleLines, titleMarks } from '../head.js';
import { LEAST_WIDTH } from '../layout.js';
import { LEGEND, text, type Mark } from '../marks.js';
import type { Axis } from '../ticks.js';
import { wrapText } from '../wrap-text.js';

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
  /** Right of the frames; empty: none. */
  legend?: readonly LegendEntry[];
}

export const SAMPLE_WIDTH = 18;
const HEADING = { size: 11.5, line: 15 };
/** Mean width of a character in font sizes, plain and bold. */
const CHARACTER = { plain: 0.57, bold: 0.6 };
/** A capital letter is so much wider, as a share of a character. */
const CAPITAL = 0.3;
const GAP = 36;
const BOTTOM = 46;
const RIGHT = 18;

/** What a figure without panels shows. */
const EMPTY: Panel = { heading: '', marks: [] };

/** The whole figure as a Vega specification. */
export function panelFigure(figure: PanelFigure): Spec {
  const { columns, width, height, left, x, y, legend = [] } = figure;
  const panels = figure.panels.length > 0 ? figure.panels : [EMPTY];
  const rows = Math.ceil(panels.length / columns);
  const across = columns * width + (columns - 1) * gapBetween(left);
  const longest = Math.max(0, ...legend.map(({ label }) => label.length));
  const legendWidth = legend.length === 0 ? 0 : LEGEND.gap + SAMPLE_WIDTH + 8 + longest * LEGEND.size * CHARACTER.plain;
  // What stands above a frame may end right of it.
  const heads = panelHeads(panels, width, width + RIGHT + (columns === 1 ? legendWidth : left));
  const gap = GAP + heads.more;
  const down = rows * height + (rows - 1) * gap;
  const titles = titleLines(figure.title, across + legendWidth + RIGHT);
  const notes = figure.notes.filter((note) => note !== '').flatMap((note) => noteLines(note, across + legendWidth));
  const headings = panels.every(({ heading }) => heading === '') ? 0 : 18 + heads.more;
  const belowTitle = headings + NOTE.line * notes.length;
  const headRoom = 20 + belowTitle + moreForTitle(titles);
  const [xTexts, yTexts] = [tickTexts(x), y === undefined ? [] : tickTexts(y)];
  const frames = panels.map((panel, index): Mark => {
    const [column, row] = [index % columns, Math.floor(index / columns)];
    const lowest = index + columns >= panels.length;
    return {
      type: 'group',
      name: `panel-${index}`,
      encode: {
        enter: {
          x: { value: column * (width + gapBetween(left)) }, y: { value: row * (height + gap) }, width: { value: width }, height: { value: height },
        },
      },
      // Grid lines take their length from these.
      signals: [{ name: 'width', value: width }, { name: 'height', value: height }],
      axes: [
        axis('x', 'bottom', x, lowest ? xTexts : xTexts.map(() => '')),
        ...(y === undefined ? [] : [axis('y', 'left', y, yTexts)]),
      ],
      marks: [
        ...panel.marks,
        ...heads.marks[index]!,
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
      ...titleMarks(titles, -18 - belowTitle),
      ...noteMarks(notes, -NOTE.line - headings),
      text(figure.yTitle, -left - 10, down / 2, { align: 'center', angle: -90 }),
      ...legend.flatMap(({ sample, label }, row) => {
        const at = LEGEND.row * row + 8;
        const start = across + LEGEND.gap;
        return [...sample(start, at), text(label, start + SAMPLE_WIDTH + 8, at, { size: LEGEND.size })];
      }),
    ],
  };
}

/**
 * Headings of panels with their notes behind them, or below where that is too long.
 * @param width Of a frame. @param room For the headings, in pixels. @returns `more`: what they need beyond one line, in pixels.
 */
function panelHeads(panels: readonly Panel[], width: number, room: number): { marks: Mark[][]; more: number } {
  const below = panels.some(({ heading, note = '' }) => note !== '' && headingWidth(heading) + noteWidth(note) > width);
  const fits = { heading: Math.floor(room / (HEADING.size * CHARACTER.bold)), note: Math.floor(room / (NOTE.size * CHARACTER.plain)) };
  const heads = panels.map(({ heading, note = '', colour = '#222' }) => {
    const headings = wrapText(heading, fits.heading);
    const notes = below ? wrapText(note, fits.note) : [note];
    const above = below ? NOTE.line * notes.length : 0;
    const bottom = -13 - above;
    const marks = headings.map((line, index) => text(line, 0, bottom - HEADING.line * (headings.length - 1 - index), { size: HEADING.size, weight: 'bold', colour }));
    const noteMark = below ? noteMarks(notes, -13) : [text(note, headingWidth(heading), -13, { size: NOTE.size, colour: '#666' })];
    return { marks: [...marks, ...noteMark], more: above + HEADING.line * (headings.length - 1) };
  });
  return { marks: heads.map(({ marks }) => marks), more: Math.max(...heads.map(({ more }) => more)) };
}

/** Room for a heading and the gap behind it. */
function headingWidth(heading: string): number {
  const capitals = heading.match(/\p{Lu}/gu)?.length ?? 0;
  return (heading.length + CAPITAL * capitals) * HEADING.size * CHARACTER.bold + 8;
}

function noteWidth(note: string): number {
  return note.length * NOTE.size * CHARACTER.plain;
}

/** From one frame to the one right of it. */
function gapBetween(left: number): number {
  return left + RIGHT;
}

/**
 * Two columns where there are at least `least` panels and their headings fit, else one.
 * @param left Room for what stands left of a frame. @param usual Widths of a frame in one column and in two.
 * @param room For all columns together; default: what they need with the usual widths.
 */
export function columnsFor(
  headings: readonly string[],
  { least, left, usual, room }: { least: number; left: number; usual: { one: number; several: number }; room?: number | undefined },
): { columns: number; width: number } {
  const half = room === undefined ? usual.several : Math.floor((room - gapBetween(left)) / 2);
  const two = headings.length >= least && half >= LEAST_WIDTH && headings.every((heading) => headingWidth(heading) <= half);
  return two ? { columns: 2, width: half } : { columns: 1, width: room ?? usual.one };
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
