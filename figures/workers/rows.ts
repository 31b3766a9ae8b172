import type { IntervalKind } from '../../bindings/index.js';
import { text, type Mark } from '../marks.js';

/** What the kinds of a worker's time are called and look like: apart for everyone, computing and waiting also in greyscale. */
export const KIND_LOOKS: Readonly<Record<IntervalKind, { label: string; colour: string }>> = {
  busy: { label: 'computing', colour: '#0072b2' },
  wasted: { label: 'computing, discarded', colour: '#d55e00' },
  off: { label: 'off', colour: '#4d4d4d' },
  flight: { label: 'message in flight', colour: '#f2c14e' },
  idle: { label: 'waiting', colour: '#dedede' },
};

/** Where a worker's row is, in pixels. */
export interface Rows {
  /** The workers shown, from top to bottom: their places in the lists of a record. */
  workers: readonly number[];
  /** What is written to their left, where it is not these places. */
  labels?: readonly number[];
  height: number;
}

/** The most rows of all panels together, and those of one. */
const ROWS_IN_ALL = 160;
const MOST_ROWS = 50;
const FEWEST_ROWS = 12;

/**
 * The rows of each of several panels: all workers, or as many as can be read, evenly spaced from the first to the last.
 * @returns `note`: a sentence that says so; absent when all are shown.
 */
export function rowsFor(count: number, panels: number): { rows: Rows; note?: string } {
  const most = Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, Math.floor(ROWS_IN_ALL / panels)));
  const workers = spread(count, most);
  const rows = { workers, height: Math.max(7, Math.min(22, Math.floor(260 / workers.length))) };
  return workers.length === count ? { rows } : { rows, note: `${workers.length} of ${count} workers, evenly spaced.` };
}

/** `most` of the numbers 0 … count − 1, evenly spaced, the first and the last among them; all of them when they are not more. */
export function spread(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: most }, (_, index) => Math.round((index * (count - 1)) / (most - 1)));
}

/**
 * As `rowsFor`, for records that list only some workers of a fleet, by speed: the labels are places in the order of the whole fleet.
 * @param listed How many are listed. @param count How many there are.
 */
export function rankedRowsFor(listed: number, count: number, panels: number): { rows: Rows; note: string } {
  const { rows } = rowsFor(listed, panels);
  const labels = rows.workers.map((place) => Math.round((place * (count - 1)) / (listed - 1)));
  return { rows: { ...rows, labels }, note: `${labels.length} of ${count} workers, evenly spaced from the fastest (0) to the slowest (${count - 1}).` };
}

/** The numbers of the workers left of their rows, as many as there is room for. */
export function rowLabels({ workers, labels = workers, height }: Rows): Mark[] {
  const every = [1, 2, 5, 10].find((step) => step * height >= 11) ?? 10;
  return labels.flatMap((label, row) => (row % every === 0 ? [text(String(label), -6, (row + 0.5) * height, { size: 9.5, align: 'right' })] : []));
}

/** Room that the numbers need. */
export function labelRoom({ workers, labels = workers }: Rows): number {
  return 12 + 6 * String(labels.at(-1) ?? 0).length;
}
