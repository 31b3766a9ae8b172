import type { Spec } from 'vega';
import { INTERVAL_KINDS } from '../../bindings/index.js';
import type { SummaryRecord, WorkersRecord } from '../../bindings/index.js';
import { ticksAcross, type FigureLayout } from '../layout.js';
import { readableNumber } from '../numbers.js';
import { axisFor } from '../ticks.js';
import {
  boxes, boxSample, lines, panelFigure, pixel, SAMPLE_WIDTH, type Box, type LegendEntry, type Line, type Panel,
} from './panels.js';
import { KIND_LOOKS, labelRoom, rowLabels, type Rows } from './rows.js';
import type { Flight, Timeline, TraceRange } from './timeline-builder.js';

/** A run's beginning and what its panel is called. */
export interface NamedTimeline {
  label: string;
  timeline: Timeline;
}

export interface TimelineOptions {
  title: string;
  notes: readonly string[];
  /** The simulated time that the figure ends at. */
  until: number;
  rows: Rows;
  /** The height is that of the rows. */
  layout?: Omit<FigureLayout, 'height'>;
}

const WIDTH = 640;
const ROOM_PER_TICK = 73;
/** Where more model updates are in range, they are left out: their marks would run into each other. */
const MOST_UPDATES = 200;
/** Shares of a row: the bar, and above and below it the messages that fly while the worker computes. */
const BAR = 0.8;
const DIRECTIONS = { up: 0.28, down: 0.72 } as const;
const UPDATE = { colour: '#111', width: 0.8 };
/** Rules through a panel would hide the bars; where there are few, they help. */
const MOST_RULES = 40;

/** What of a trace such a figure shows. @param width Of its frame, in pixels. */
export function timelineRange(until: number, { workers }: Rows, width = WIDTH): TraceRange {
  return { until, workers, resolution: until / width / 2, mostUpdates: MOST_UPDATES };
}

/** Bars of what each worker does, a row per worker and a panel per method, with marks where the model is updated. */
export function timelineFigure(timelines: readonly NamedTimeline[], options: TimelineOptions): Spec {
  const { until, rows, layout = {} } = options;
  const width = layout.width ?? WIDTH;
  const height = rows.height * rows.workers.length;
  const scale = width / until;
  const panels = timelines.map(({ label, timeline }): Panel => {
    const { updates, updateCount } = timeline;
    const shown = updateCount <= MOST_UPDATES ? updates : [];
    const through = updateCount <= MOST_RULES ? height : 0;
    return {
      heading: label,
      note: `${readableNumber(updateCount)} model update${updateCount === 1 ? '' : 's'}${updateCount > MOST_UPDATES ? ' (too many to mark)' : ''}`,
      marks: [
        boxes('stretches', bars(timeline, rows, scale)),
        lines('messages', messages(timeline, rows, scale), { colour: KIND_LOOKS.flight.colour, width: Math.max(1, 0.1 * rows.height) }),
        lines('update-rules', shown.map((time) => vertical(time * scale, 0, through)), { ...UPDATE, opacity: 0.45 }),
        lines('update-ticks', shown.map((time) => vertical(time * scale, -5, 0)), UPDATE),
        ...rowLabels(rows),
      ],
    };
  });
  return panelFigure({
    title: options.title,
    notes: options.notes,
    panels,
    columns: 1,
    width,
    height,
    left: labelRoom(rows),
    x: axisFor(0, until, false, ticksAcross(width, ROOM_PER_TICK)),
    xTitle: 'simulated time',
    yTitle: 'worker',
    legend: layout.legend === 'none' ? [] : legend(timelines, rows),
  });
}

function vertical(x: number, y: number, y2: number): Line {
  return { x: pixel(x), x2: pixel(x), y, y2 };
}

/** A bar per stretch; wide ones end with a gap, so that one gradient can be told from the next. */
export function bars({ stretches }: Timeline, { workers, height }: Rows, scale: number): Box[] {
  return workers.flatMap((worker, row) =>
    (stretches.get(worker) ?? []).map(({ kind, start, end }) => {
      const width = (end - start) * scale;
      return {
        x: pixel(start * scale), y: pixel((row + (1 - BAR) / 2) * height), width: pixel(width > 3 ? width - 0.7 : width),
        height: pixel(BAR * height), fill: KIND_LOOKS[kind].colour,
      };
    }),
  );
}

/** Lines for the parts of the messages' flights at which their worker did something else than to wait for them. */
export function messages({ stretches, flights }: Timeline, { workers, height }: Rows, scale: number): Line[] {
  return workers.flatMap((worker, row) => {
    const others = (stretches.get(worker) ?? []).filter(({ kind }) => kind !== 'flight');
    return (flights.get(worker) ?? []).flatMap((flight) =>
      overlaps(flight, others).map(([from, to]) => {
        const y = pixel((row + DIRECTIONS[flight.direction]) * height);
        return { x: pixel(from * scale), x2: pixel(to * scale), y, y2: y };
      }),
    );
  });
}

/** The parts of a flight within stretches; parts that touch are one. */
function overlaps({ start, end }: Flight, stretches: readonly { start: number; end: number }[]): [number, number][] {
  const parts: [number, number][] = [];
  for (const stretch of stretches) {
    const [from, to] = [Math.max(start, stretch.start), Math.min(end, stretch.end)];
    if (from >= to) continue;
    const last = parts.at(-1);
    if (last?.[1] === from) last[1] = to;
    else parts.push([from, to]);
  }
  return parts;
}

/** What occurs in the figure. */
function legend(timelines: readonly NamedTimeline[], rows: Rows): LegendEntry[] {
  const kinds = new Set(timelines.flatMap(({ timeline }) => [...timeline.stretches.values()].flatMap((list) => list.map(({ kind }) => kind))));
  const entries: LegendEntry[] = INTERVAL_KINDS.filter((kind) => kinds.has(kind)).map((kind) => {
    const { label, colour } = KIND_LOOKS[kind];
    return { label, sample: boxSample(colour) };
  });
  for (const direction of ['up', 'down'] as const) {
    const meanwhile = timelines.some(({ timeline: { stretches, flights } }) => {
      const only = new Map([...flights].map(([worker, list]) => [worker, list.filter((flight) => flight.direction === direction)]));
      return messages({ stretches, flights: only, updates: [], updateCount: 0 }, rows, 1).length > 0;
    });
    if (meanwhile) entries.push({ label: `message ${direction}, meanwhile`, sample: messageSample(direction) });
  }
  const marked = timelines.some(({ timeline: { updateCount } }) => updateCount > 0 && updateCount <= MOST_UPDATES);
  return marked ? [...entries, { label: 'model update', sample: updateSample }] : entries;
}

function messageSample(direction: 'up' | 'down'): LegendEntry['sample'] {
  return (x, y) => {
    const at = y + 11 * (DIRECTIONS[direction] - 0.5);
    return [
      ...boxSample(KIND_LOOKS.busy.colour)(x, y),
      lines(`sample-${direction}`, [{ x, x2: x + SAMPLE_WIDTH, y: at, y2: at }], { colour: KIND_LOOKS.flight.colour, width: 1.8 }),
    ];
  };
}

function updateSample(x: number, y: number) {
  return [lines('sample-update', [vertical(x + SAMPLE_WIDTH / 2, y - 5, y + 5)], UPDATE)];
}

/**
 * The simulated time that a timeline shows unless asked: per run what holds three model updates and three gradients of each worker
 * that finishes any; of several runs the upper median; and all, where that is not much more.
 */
export function usualSpan(runs: readonly { summary: SummaryRecord; workers: WorkersRecord | undefined }[]): number {
  const spans = runs.map(({ summary: { time, updates }, workers }) => {
    const fewest = (workers?.gradients ?? []).filter((count) => count > 0).reduce((a, b) => Math.min(a, b), Infinity);
    return Math.min(time, 3.2 * Math.max(time / Math.max(updates, 1), Number.isFinite(fewest) ? time / fewest : workers === undefined ? time : 0));
  });
  const middle = spans.sort((a, b) => a - b)[Math.floor(spans.length / 2)] ?? 0;
  const whole = runs.reduce((longest, { summary }) => Math.max(longest, summary.time), 0);
  return middle > 0.7 * whole ? whole : Number(middle.toPrecision(2));
}
