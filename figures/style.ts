/** How a line looks in a figure: each of colour, dash and shape alone tells most lines apart, also in greyscale. */
export interface LineStyle {
  colour: string;
  /** Lengths of strokes and gaps in pixels; empty is solid. */
  dash: number[];
  /** Of the points on it; absent: it has none. */
  shape?: string;
}

/** Okabe and Ito's colours that anyone can tell apart, without the yellow that vanishes on white. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];
const DASHES = [[], [7, 3], [2, 2], [9, 3, 2, 3], [13, 4]];
const SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'triangle-down', 'cross', 'triangle-right', 'triangle-left'];

/**
 * A style per line. The colour belongs to the method. The dash tells the run where there are several, else the lines of one method
 * (stepsizes), or the methods when each has one line. The shape belongs to the method as well, except that with several runs it also
 * tells a method's lines within a run apart.
 */
export function lineStyles(series: readonly { readonly method: string; readonly run?: string }[]): LineStyle[] {
  const methods = [...new Set(series.map(({ method }) => method))];
  const runs = [...new Set(series.map(({ run }) => run))];
  const seen = new Map<string, number>();
  return series.map(({ method, run }) => {
    const index = methods.indexOf(method);
    const key = JSON.stringify([method, run]);
    const rank = seen.get(key) ?? 0;
    seen.set(key, rank + 1);
    const dash = runs.length > 1 ? runs.indexOf(run) : methods.length === series.length ? index : rank;
    return {
      colour: methodColour(index),
      dash: DASHES[dash % DASHES.length]!,
      shape: SHAPES[(runs.length > 1 ? index + rank : index) % SHAPES.length]!,
    };
  });
}

/** The colour of a figure's method, by its place among them. */
export function methodColour(index: number): string {
  return COLOURS[index % COLOURS.length]!;
}
