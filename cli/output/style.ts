import pc from 'picocolors';
import type { Series } from './series.js';

/** How a line looks in a figure: each of colour, dash and shape alone tells most lines apart, also in greyscale. */
export interface LineStyle {
  colour: string;
  /** Lengths of strokes and gaps in pixels; empty is solid. */
  dash: number[];
  shape: string;
}

/** Okabe and Ito's colours that anyone can tell apart, without the yellow that vanishes on white. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];
const DASHES = [[], [7, 3], [2, 2], [9, 3, 2, 3], [4, 2]];
const SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'triangle-down', 'cross', 'triangle-right', 'triangle-left'];

/**
 * A style per line. Colour and shape belong to the method; the dash tells the lines of one method apart (stepsizes, runs),
 * or the methods when each has one line.
 */
export function lineStyles(series: readonly Series[]): LineStyle[] {
  const methods = [...new Set(series.map(({ method }) => method))];
  const seen = new Map<string, number>();
  return series.map(({ method }) => {
    const index = methods.indexOf(method);
    const rank = seen.get(method) ?? 0;
    seen.set(method, rank + 1);
    return {
      colour: COLOURS[index % COLOURS.length]!,
      dash: DASHES[(methods.length === series.length ? index : rank) % DASHES.length]!,
      shape: SHAPES[index % SHAPES.length]!,
    };
  });
}

/** Whether text on this stream may carry colours: NO_COLOR, FORCE_COLOR and TERM as picocolors reads them, and never into a file or pipe. */
export function colourAllowed(stream: { isTTY?: boolean } = process.stdout): boolean {
  return pc.isColorSupported && (stream.isTTY === true || Boolean(process.env['FORCE_COLOR']));
}
