import type { Spec } from 'vega';
import { INTERVAL_KINDS } from '../../bindings/index.js';
import type { WorkersRecord } from '../../bindings/index.js';
import type { FigureLayout } from '../layout.js';
import { readablePercentage } from '../numbers.js';
import { axisFor } from '../ticks.js';
import { boxes, boxSample, columnsFor, panelFigure, pixel, type Box, type Panel } from './panels.js';
import type { MethodWorkers } from './method-workers.js';
import { KIND_LOOKS, labelRoom, rankedRowsFor, rowLabels, rowsFor, type Rows } from './rows.js';

const WIDTH = { one: 440, several: 250 };

/** Bars of the shares of each worker's time, over all seeds together, a panel per method; in two columns where that fits. */
export function utilizationFigure(methods: readonly MethodWorkers[], title: string, layout: Omit<FigureLayout, 'height'> = {}): Spec {
  const count = methods.reduce((most, { runs }) => Math.max(most, ...runs.map(({ gradients }) => gradients.length)), 1);
  const fleet = methods.flatMap(({ runs }) => runs.map(({ all }) => all?.workers ?? 0)).reduce((a, b) => Math.max(a, b), 0);
  const rowsOf = (down: number): { rows: Rows; note?: string } => (fleet > count ? rankedRowsFor(count, fleet, down) : rowsFor(count, down));
  const left = labelRoom(rowsOf(1).rows);
  const { columns, width } = columnsFor(methods.map(({ label }) => label), { least: 2, left, usual: WIDTH, room: layout.width });
  const { rows, note } = rowsOf(Math.ceil(methods.length / columns) || 1);
  const seeds = Math.max(...methods.map(({ runs }) => runs.length));
  const shares = methods.map(({ runs }) => sharesOf(runs, count));
  const panels = methods.map(({ label, runs }, index): Panel => ({
    heading: label, note: describeShares(runs), marks: [boxes('shares', stacked(shares[index]!, rows, width)), ...rowLabels(rows)],
  }));
  const kinds = layout.legend === 'none' ? [] : INTERVAL_KINDS.filter((kind) => shares.flat().some((worker) => worker[kind] > 0));
  return panelFigure({
    title,
    notes: [[...(note === undefined ? [] : [note]), ...(seeds > 1 ? [`${seeds} seeds together.`] : [])].join(' ')],
    panels,
    columns,
    width,
    height: rows.height * rows.workers.length,
    left,
    x: axisFor(0, 100, false, 5),
    xTitle: 'share of simulated time (%)',
    yTitle: fleet > count ? 'worker, by speed' : 'worker',
    legend: kinds.map((kind) => ({ label: KIND_LOOKS[kind].label, sample: boxSample(KIND_LOOKS[kind].colour) })),
  });
}

type Shares = Record<(typeof INTERVAL_KINDS)[number], number>;

/** Per worker listed the share of each kind, which add up to 1; a worker without any time has none. */
export function sharesOf(runs: readonly WorkersRecord[], count: number): Shares[] {
  return Array.from({ length: count }, (_, worker) => {
    const times = INTERVAL_KINDS.map((kind) => runs.reduce((sum, { seconds }) => sum + (seconds[kind][worker] ?? 0), 0));
    const total = times.reduce((a, b) => a + b, 0) || 1;
    return Object.fromEntries(INTERVAL_KINDS.map((kind, index) => [kind, times[index]! / total])) as Shares;
  });
}

/** Of all workers. What is discarded has been computed as well: the first number is the utilization of the result table. */
function describeShares(runs: readonly WorkersRecord[]): string {
  const time = (kind: keyof Shares): number => runs.reduce((sum, { seconds, all }) => sum + (all?.seconds[kind] ?? total(seconds[kind])), 0);
  const whole = total(INTERVAL_KINDS.map(time)) || 1;
  const wasted = time('wasted');
  const computing = `${readablePercentage((time('busy') + wasted) / whole)} computing`;
  return wasted > 0 ? `${computing}, ${readablePercentage(wasted / whole)} of all time discarded` : computing;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function stacked(shares: readonly Shares[], { workers, height }: Rows, width: number): Box[] {
  return workers.flatMap((worker, row) => {
    let x = 0;
    return INTERVAL_KINDS.flatMap((kind) => {
      const share = shares[worker]![kind];
      if (share === 0) return [];
      const box = {
        x: pixel(x), y: pixel((row + 0.1) * height), width: pixel(share * width), height: pixel(0.8 * height), fill: KIND_LOOKS[kind].colour,
      };
      x += share * width;
      return [box];
    });
  });
}
