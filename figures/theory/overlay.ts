import type { Frame } from '../layout.js';
import { hollowSymbol, legendSymbol, round, text, verticalRule, type Mark, type Overlay } from '../marks.js';
import { positionOn, type Axis } from '../ticks.js';
import { predictedTime, type Predictions } from './predictions.js';

/** A prediction in a figure. */
export interface ColouredPrediction {
  time: number;
  /** Whether it is only known to be later than `time`. */
  later: boolean;
  /** That of the method's lines. */
  colour: string;
}

/** Where a prediction is drawn, in pixels from the upper left corner of the frame. */
export interface Spot {
  x: number;
  y: number;
  colour: string;
  /** A triangle points to times that are later than its place. */
  shape: 'diamond' | 'triangle-right';
}

/** For predictions an axis of times gets at most so many times as long as the runs. */
const MOST_STRETCH = 2;
/** Marks nearer than this are stacked. */
const APART = 9;
/** Triangles stand so far within the frame. */
const INSET = 6;
/** The lower bound's name in pixels. */
const LABEL_WIDTH = 70;
const LEGEND_LABELS = [['diamond', 'predicted time'], ['triangle-right', 'predicted later']] as const;

/** The predictions of the methods that are drawn, the soonest first. */
export function colouredPredictions({ methods }: Predictions, colours: ReadonlyMap<string, string>): ColouredPrediction[] {
  const found = methods.flatMap((prediction) => {
    const [time, colour] = [predictedTime(prediction), colours.get(prediction.method)];
    return time === undefined || colour === undefined ? [] : [{ time, later: prediction.leadingTerm, colour }];
  });
  return found.sort((a, b) => (a.time === b.time ? 0 : a.time - b.time));
}

/** Where an axis of times ends that shows the runs, and of the predictions those that are not far beyond them. */
export function endOfTimes(longest: number, predictions: readonly ColouredPrediction[]): number {
  return predictions.reduce((end, { time }) => (time <= MOST_STRETCH * longest ? Math.max(end, time) : end), longest);
}

/**
 * Places predictions on the target's rule, those beyond the axis at its end; marks at the same place are stacked, towards the middle of
 * the frame.
 */
export function placePredictions(predictions: readonly ColouredPrediction[], x: Axis, y: Axis, target: number, { width, height }: Frame): Spot[] {
  const rule = (1 - positionOn(y, target)) * height;
  const direction = rule > height / 2 ? -1 : 1;
  const level = (stacked: number): number => round(rule + direction * APART * stacked);
  const spots: Spot[] = [];
  for (const { time, later, colour } of predictions) {
    const beyond = time > x.high;
    const across = round(beyond ? width - INSET : positionOn(x, time) * width);
    let stacked = 0;
    while (spots.some((spot) => Math.abs(spot.x - across) < APART && spot.y === level(stacked))) stacked += 1;
    spots.push({ x: across, y: level(stacked), colour, shape: beyond || later ? 'triangle-right' : 'diamond' });
  }
  return spots;
}

/** What a figure over time shows of theory: predicted times where they meet the target, and the lower bound. */
export function theoryOverlay(predictions: readonly ColouredPrediction[], lowerBound: number, x: Axis, y: Axis, target: number): Overlay {
  const shapes = new Set(placePredictions(predictions, x, y, target, { width: 1, height: 1 }).map(({ shape }) => shape));
  return {
    legend: LEGEND_LABELS.filter(([shape]) => shapes.has(shape)).map(([shape, label]) => ({ label, draw: legendSymbol(shape) })),
    marks: (frame) => [
      ...(lowerBound <= x.high ? lowerBoundMarks(round(positionOn(x, lowerBound) * frame.width), frame) : []),
      ...placePredictions(predictions, x, y, target, frame).map((spot, index) => hollowSymbol(`prediction-${index}`, spot.shape, spot)),
    ],
  };
}

/** A dotted line, with its name beside it where there is room, on white. */
function lowerBoundMarks(x: number, { width, height }: Frame): Mark[] {
  const right = x + LABEL_WIDTH > width;
  const label = (style: { colour: string; halo?: number }): Mark =>
    text('lower bound', right ? x - 4 : x + 4, 8, { size: 10, ...style, ...(right ? { align: 'right' } : {}) });
  return [verticalRule('lower-bound', x, height), label({ colour: 'white', halo: 3 }), label({ colour: '#555' })];
}
