import type { Spec } from 'vega';
import type { DelayCount } from '../../bindings/index.js';
import { ticksAcross, type FigureLayout } from '../layout.js';
import { readableNumber } from '../numbers.js';
import { methodColour } from '../style.js';
import { axisFor, positionOn, type Axis } from '../ticks.js';
import { boxes, columnsFor, panelFigure, pixel, type Box, type Panel } from './panels.js';
import type { MethodWorkers } from './method-workers.js';

/** Messages with delays from … to, both included. */
export interface Bin {
  from: number;
  to: number;
  count: number;
}

const MOST_BINS = 50;
const HEIGHT = { one: 240, several: 120 };
const WIDTH = { one: 440, several: 260 };
const ROOM_PER_TICK = 52;
/** Counts that differ by more than this factor are shown on a logarithmic axis. */
const LARGE_RANGE = 100;

/** A histogram of the delays of the messages that arrived at the server, over all seeds together, a panel per method; in two columns where that fits. */
export function delaysFigure(methods: readonly MethodWorkers[], title: string, layout: Omit<FigureLayout, 'legend'> = {}): Spec {
  const totals = methods.map(({ runs }) => runs.flatMap(({ delays }) => delays.map(asBin)));
  const highest = Math.max(0, ...totals.map(largest));
  const bin = binWidth(highest);
  const histograms = totals.map((bins) => histogram(bins, bin));
  const height = layout.height ?? (methods.length === 1 ? HEIGHT.one : HEIGHT.several);
  const y = countAxis(histograms.flat(), height);
  const left = 10 + 6.4 * Math.max(...y.ticks.map((tick) => readableNumber(tick).length));
  const { columns, width } = columnsFor(methods.map(({ label }) => label), { least: 4, left, usual: WIDTH, room: layout.width });
  const last = bin * (Math.floor(highest / bin) + 1) - 1;
  const x = axisFor(-0.5, Math.max(last, 4) + 0.5, false, ticksAcross(width, ROOM_PER_TICK));
  const whole = { ...x, ticks: x.ticks.filter(Number.isInteger) };
  const seeds = Math.max(...methods.map(({ runs }) => runs.length));
  const panels = methods.map(({ label, colour: own }, index): Panel => {
    const colour = own ?? methodColour(index);
    return {
      heading: label,
      note: describeDelays(totals[index]!),
      colour,
      marks: [boxes('bins', columnsOf(histograms[index]!, whole, y, { width, height, fill: colour }))],
    };
  });
  return panelFigure({
    title,
    notes: [[...(bin > 1 ? [`A bar covers ${bin} delays.`] : []), ...(seeds > 1 ? [`${seeds} seeds together.`] : [])].join(' ')],
    panels,
    columns,
    width,
    height,
    left,
    x: whole,
    xTitle: 'delay δ (model updates)',
    y,
    yTitle: `messages${y.log ? ' (log scale)' : ''}`,
  });
}

function asBin([from, count, to = from]: DelayCount): Bin {
  return { from, to, count };
}

function largest(bins: readonly Bin[]): number {
  return bins.reduce((most, { to }) => Math.max(most, to), 0);
}

/** 1, or the least of 2, 5, 10, 20, … with which there are not too many bins. */
export function binWidth(highest: number): number {
  for (let power = 1; ; power *= 10) {
    for (const multiple of [1, 2, 5]) if ((highest + 1) / (multiple * power) <= MOST_BINS) return multiple * power;
  }
}

/**
 * Bins of equal width that hold anything, ascending. What is counted in a wider bin is spread evenly over those that it covers, in whole
 * messages.
 */
export function histogram(counted: readonly Bin[], width: number): Bin[] {
  const counts = new Map<number, number>();
  for (const { from, to, count } of counted) {
    let spent = 0;
    for (let start = Math.floor(from / width) * width; start <= to; start += width) {
      const covered = Math.min(to + 1, start + width) - from;
      const reached = Math.round((count * covered) / (to - from + 1));
      if (reached > spent) counts.set(start, (counts.get(start) ?? 0) + reached - spent);
      spent = reached;
    }
  }
  return [...counts].map(([from, count]) => ({ from, to: from + width - 1, count })).sort((a, b) => a.from - b.from);
}

/** Where it is logarithmic, a count of one still has a height. */
export function countAxis(bins: readonly Bin[], height: number): Axis {
  const counts = bins.map(({ count }) => count).filter((count) => count > 0);
  const most = Math.max(1, ...counts);
  const log = most > LARGE_RANGE * Math.min(most, ...counts);
  const axis = log ? axisFor(0.5, most * 1.5, true, 4) : axisFor(0, most * 1.05, false, height > 150 ? 6 : 3);
  return { ...axis, ticks: axis.ticks.filter(Number.isInteger) };
}

function columnsOf(bins: readonly Bin[], x: Axis, y: Axis, { width, height, fill }: { width: number; height: number; fill: string }): Box[] {
  const place = (value: number): number => width * positionOn(x, value);
  return bins
    .filter(({ count }) => count > 0)
    .map(({ from, to, count }) => {
      const [left, right] = [place(from - 0.5), place(to + 0.5)];
      const gap = right - left > 4 ? 1 : 0;
      const top = height * (1 - positionOn(y, count));
      return { x: pixel(left + gap / 2), y: pixel(top), width: pixel(right - left - gap), height: pixel(height - top), fill };
    });
}

/** The mean takes the delays of a bin to be in its middle. */
function describeDelays(bins: readonly Bin[]): string {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return 'no message arrived';
  const mean = bins.reduce((sum, { from, to, count }) => sum + ((from + to) / 2) * count, 0) / total;
  return `mean ${readableNumber(mean)}, largest ${readableNumber(largest(bins))}`;
}
