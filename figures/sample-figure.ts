import type { Spec } from 'vega';
import { LEGEND, lineSample } from './marks.js';
import type { LineStyle } from './style.js';

/** A short piece of a line on nothing: what a legend shows of it. */
export function sampleFigure(style: LineStyle): Spec {
  return { autosize: 'none', width: LEGEND.sample, height: LEGEND.row, padding: 0, marks: lineSample(0, LEGEND.row / 2, style) };
}
