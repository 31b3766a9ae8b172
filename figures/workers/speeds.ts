import type { Spec } from 'vega';
import { quantile } from '../../bindings/index.js';
import type { ComputationModel } from '../../bindings/index.js';
import { FONT, type Mark } from '../marks.js';
import { readableNumber } from '../numbers.js';
import { axisFor, positionOn, type Axis } from '../ticks.js';
import { tickTexts } from '../axes.js';
import { boxes, boxSample, lines, panelFigure, pixel, SAMPLE_WIDTH, type LegendEntry } from './panels.js';
import { spread } from './rows.js';

/** How long a worker needs for a gradient: what is expected, and what the first ones take. Infinite: it never returns one. */
export interface Speed {
  worker: number;
  expected: number;
  /** The middle half and the extremes of the first gradients' times; absent when they are all alike. */
  spread?: { low: number; quarter: number; threeQuarters: number; high: number };
}

/** So many gradients of a worker are drawn, one after the other. */
export const DRAWN = 30;
const MOST_WORKERS = 300;
const WIDTH = 560;
const HEIGHT = 280;
const COLOURS = { expected: '#0072b2', half: '#56b4e9', extremes: '#9a9a9a', never: '#d55e00' };

/** The workers' speeds; of very many workers some, evenly spaced. */
export function speedsOf(model: ComputationModel): Speed[] {
  return spread(model.workers, MOST_WORKERS).map((worker) => {
    const expected = model.expectedTime(worker);
    const times: number[] = [];
    for (let clock = 0; times.length < DRAWN && Number.isFinite(clock); clock += times.at(-1)!) times.push(model.duration(worker, times.length, clock));
    times.sort((a, b) => a - b);
    const [low, high] = [times[0]!, times.at(-1)!];
    if (high - low <= 1e-9 * low || times.length < 2) return { worker, expected };
    return { worker, expected, spread: { low, quarter: quantile(times, 0.25), threeQuarters: quantile(times, 0.75), high } };
  });
}

/** The speed profile of an experiment's workers: expected time of a gradient per worker, with the spread of the first ones. */
export function speedsFigure(speeds: readonly Speed[], { title, notes, workers }: { title: string; notes: readonly string[]; workers: number }): Spec {
  const values = speeds.flatMap(({ expected, spread: range }) => [expected, range?.low ?? expected, range?.high ?? expected]).filter(Number.isFinite);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const y = timeAxis(values.length === 0 ? [0.1, 1] : [least, most]);
  const x = axisFor(-0.5, workers - 0.5, false, 10);
  const whole = { ...x, ticks: x.ticks.filter(Number.isInteger) };
  const across = (worker: number): number => pixel(WIDTH * positionOn(whole, worker));
  const up = (time: number): number => pixel(Number.isFinite(time) ? HEIGHT * (1 - positionOn(y, time)) : 0);
  const ranged = speeds.flatMap(({ worker, spread: range }) => (range === undefined ? [] : [{ at: across(worker), range }]));
  const thick = Math.max(1, Math.min(7, 0.6 * (WIDTH / speeds.length)));
  const never = speeds.filter(({ expected, spread: range }) => !Number.isFinite(expected) && range === undefined).map(({ worker }) => across(worker));
  const shown = speeds.length < workers ? [`${speeds.length} of ${workers} workers, evenly spaced.`] : [];
  return panelFigure({
    title,
    notes: [...notes, ...shown],
    panels: [
      {
        heading: '',
        marks: [
          lines('extremes', ranged.map(({ at, range }) => ({ x: at, x2: at, y: up(range.low), y2: up(range.high) })), {
            colour: COLOURS.extremes, width: Math.max(0.6, Math.min(1.2, thick / 3)),
          }),
          boxes('halves', ranged.map(({ at, range }) => ({
            x: pixel(at - thick / 2), y: up(range.threeQuarters), width: pixel(thick), height: pixel(up(range.quarter) - up(range.threeQuarters)), fill: COLOURS.half,
          }))),
          dots(speeds.filter(({ expected }) => Number.isFinite(expected)).map(({ worker, expected }) => ({ x: across(worker), y: up(expected) })), thick),
          nevers(never),
        ],
      },
    ],
    columns: 1,
    width: WIDTH,
    height: HEIGHT,
    left: 10 + 6.4 * Math.max(...tickTexts(y).map((label) => label.length)),
    x: whole,
    xTitle: 'worker',
    y,
    yTitle: `simulated time of one gradient${y.log ? ' (log scale)' : ''}`,
    legend: legend(ranged.length > 0, never.length > 0),
  });
}

/** From 0, or logarithmic when the slowest needs more than twenty times as long as the fastest. */
function timeAxis([least, most]: [number, number]): Axis {
  return most > 20 * least ? axisFor(least / 1.3, most * 1.3, true, 6) : axisFor(0, most * 1.08, false, 6);
}

function dots(values: readonly { x: number; y: number }[], thick: number): Mark {
  return {
    type: 'group',
    name: 'expected',
    data: [{ name: 'expected', values: [...values] }],
    marks: [
      {
        type: 'symbol',
        from: { data: 'expected' },
        encode: {
          enter: {
            x: { field: 'x' }, y: { field: 'y' }, size: { value: Math.max(7, Math.min(34, 5 * thick)) },
            fill: { value: COLOURS.expected }, stroke: { value: 'white' }, strokeWidth: { value: 0.6 },
          },
        },
      },
    ],
  };
}

/** At the upper edge: workers that never return a gradient. */
function nevers(places: readonly number[]): Mark {
  return {
    type: 'group',
    name: 'never',
    data: [{ name: 'never', values: places.map((x) => ({ x })) }],
    marks: [
      {
        type: 'text',
        from: { data: 'never' },
        encode: {
          enter: {
            x: { field: 'x' }, y: { value: 8 }, text: { value: '∞' }, font: { value: FONT }, fontSize: { value: 14 }, align: { value: 'center' },
            baseline: { value: 'middle' }, fill: { value: COLOURS.never }, fontWeight: { value: 'bold' },
          },
        },
      },
    ],
  };
}

function legend(ranged: boolean, never: boolean): LegendEntry[] {
  const middle = SAMPLE_WIDTH / 2;
  return [
    { label: 'expected, τᵢ', sample: (x, y) => [at(x + middle, y, dots([{ x: 0, y: 0 }], 6))] },
    ...(ranged
      ? [
          { label: `middle half of the first ${DRAWN}`, sample: boxSample(COLOURS.half) },
          {
            label: `all of the first ${DRAWN}`,
            sample: (x: number, y: number) => [
              lines('sample-extremes', [{ x: x + middle, x2: x + middle, y: y - 6, y2: y + 6 }], { colour: COLOURS.extremes, width: 1.2 }),
            ],
          },
        ]
      : []),
    ...(never ? [{ label: 'never returns', sample: (x: number, y: number) => [at(x, y - 8, nevers([middle]))] }] : []),
  ];
}

function at(x: number, y: number, mark: Mark): Mark {
  return { type: 'group', encode: { enter: { x: { value: x }, y: { value: y } } }, marks: [mark] };
}

/** `expected times from 1.2 to 98`, of all workers: for the note below the title. */
export function speedRange(model: Pick<ComputationModel, 'workers' | 'expectedTime'>): string {
  let [least, most] = [Infinity, -Infinity];
  for (let worker = 0; worker < model.workers; worker += 1) {
    const time = model.expectedTime(worker);
    if (!Number.isFinite(time)) continue;
    least = Math.min(least, time);
    most = Math.max(most, time);
  }
  if (most < least) return 'no worker ever returns a gradient';
  const [from, to] = [readableNumber(least), readableNumber(most)];
  return from === to ? `expected time ${from}` : `expected times from ${from} to ${to}`;
}
