import { INTERVAL_KINDS } from '../../bindings/index.js';
import type { WorkersRecord } from '../../bindings/index.js';
import {
  delaysFigure, FIELD_TITLES, KIND_LOOKS, LEAST_WIDTH, medianAt, runFigure, seriesOf, timelineFigure, type FigureLayout,
} from '../../figures/index.js';
import type { LegendEntry, Readings } from '../protocol.js';
import type { FleetReport } from './fleet.js';
import type { Study } from './study.js';
import { titleOfMethod } from './words.js';

type Spec = ReturnType<typeof runFigure>;

/** What is written at a figure of one method. */
export interface Caption {
  /** Of the whole setting. */
  readonly title: string;
  readonly heading: string;
  readonly colour: string;
  /** Pixels there are on the page; absent: to keep. */
  readonly room?: number | undefined;
}

/** Shares of its width that a figure on the page is high; narrow ones are higher. */
const HEIGHT = { share: 0.46, least: 220, most: 340 };
/** Pixels above a frame, and above one with a heading. */
const TOP = 16;
const HEADING = 32;
const UPDATE: LegendEntry = { label: 'model update', colour: '#111' };

/**
 * A figure that is as wide as there is room; without a width, one to keep: with title and legend.
 * @param top Pixels above the frame, where there is no title.
 */
function fitted(room: number | undefined, top: number, draw: (layout: FigureLayout) => Spec): Spec {
  if (room === undefined) return draw({});
  const height = Math.round(Math.min(HEIGHT.most, Math.max(HEIGHT.least, HEIGHT.share * room)));
  const layout = (width: number): FigureLayout => ({ width: Math.max(LEAST_WIDTH, Math.floor(width)), height, legend: 'none' });
  const { left, right } = draw(layout(room)).padding as Padding;
  const spec = draw(layout(room - left - right));
  return { ...spec, padding: { ...(spec.padding as Padding), top } };
}

interface Padding {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** @param room Pixels there are on the page; absent: to keep. */
export function objectiveFigure(study: Study, room?: number): Spec {
  const { metrics, title } = study;
  return fitted(room, TOP, (layout) =>
    runFigure(metrics, {
      ...study.quantity(), lines: study.lines(), end: study.experiment.budget.time!, ...(room === undefined ? { title } : {}), layout,
    }),
  );
}

export function timelineFigureOf({ timeline, until, rows, note }: FleetReport, { title, heading, room }: Caption): Spec {
  return fitted(room, HEADING, ({ height: _, ...layout }) =>
    timelineFigure([{ label: heading, timeline }], { title: room === undefined ? title : '', notes: room === undefined ? [note] : [], until, rows, layout }),
  );
}

export function delaysFigureOf(workers: WorkersRecord, { title, heading, colour, room }: Caption): Spec {
  return fitted(room, HEADING, ({ legend: _, ...layout }) => delaysFigure([{ label: heading, colour, runs: [workers] }], room === undefined ? title : '', layout));
}

/** What occurs in a timeline. */
export function legendOf({ timeline: { stretches, flights, updateCount } }: FleetReport): LegendEntry[] {
  const kinds = new Set([...stretches.values()].flatMap((list) => list.map(({ kind }) => kind)));
  if ([...flights.values()].some((list) => list.length > 0)) kinds.add('flight');
  const looks = INTERVAL_KINDS.filter((kind) => kinds.has(kind)).map((kind) => KIND_LOOKS[kind]);
  return updateCount > 0 ? [...looks, UPDATE] : looks;
}

/** What the objective figure shows, in numbers, and where. */
export function readingsOf(study: Study, { width, height, padding, scales }: Spec): Readings {
  const { y } = study.quantity();
  const lines = study.lines();
  const series = seriesOf(study.metrics, lines, 'time', y);
  const times = [...new Set(series.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const { left, right, top, bottom } = padding as Padding;
  const [across, down] = [left + (width as number) + right, top + (height as number) + bottom];
  const [from, to] = (scales!.find(({ name }) => name === 'x') as unknown as { domain: [number, number] }).domain;
  return {
    quantity: FIELD_TITLES[y],
    times,
    lines: series.map(({ method, points }) => ({
      method,
      title: titleOfMethod(method),
      stepsize: lines.find((line) => line.method === method)!.stepsize,
      style: study.styles.get(method)!,
      values: times.map((time) => medianAt(points, time) ?? null),
    })),
    frame: { left: left / across, right: (left + (width as number)) / across, top: top / down, bottom: (top + (height as number)) / down, from, to },
  };
}
