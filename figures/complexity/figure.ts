import type { Spec } from 'vega';
import { complexities, LOWER_BOUND } from '../../bindings/index.js';
import { tickTexts } from '../axes.js';
import { lineFigure, padded } from '../line-figure.js';
import { spansDecades, type Series } from '../series.js';
import { lineStyles, type LineStyle } from '../style.js';
import { axisFor, type Axis } from '../ticks.js';
import { complexityCurves, MANY_WORKERS, workerCounts, type CurveSubject, type PlotAxis } from './curves.js';

const BOUND_STYLE: LineStyle = { colour: '#000000', dash: [6, 4] };

export interface ComplexityFigureOptions {
  title: string;
  /** In small letters under the title. */
  note: string;
}

/**
 * Times against ε (logarithmic, smaller ε to the right) or against n, a line per method and a dashed one for the lower bound.
 * @returns Nothing when no method has two times that are positive and finite.
 */
export function complexityFigure(subject: CurveSubject, axis: PlotAxis, { title, note }: ComplexityFigureOptions): Spec | undefined {
  const drawn = styled(complexityCurves(subject, axis)).filter(({ line }) => line.points.length > 1);
  if (drawn.length === 0) return undefined;
  const series = drawn.map(({ line }) => line);
  const values = series.flatMap(({ points }) => points.map(({ median }) => median));
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  // Either both axes are logarithmic or none, so that the points lie on the lines.
  const log = axis === 'epsilon' || subject.times.length >= MANY_WORKERS || spansDecades(series);
  const x = axis === 'n' ? workerAxis(subject.times.length, log) : inverseEpsilonAxis(series);
  return lineFigure(series, drawn.map(({ style }) => style), {
    x,
    y: padded([low, high], log),
    ...(axis === 'n' ? {} : { xTexts: tickTexts({ ...x, ticks: x.ticks.map((tick) => Number((1 / tick).toPrecision(12))) }) }),
    xTitle: axis === 'n' ? 'number of workers n, in the order given' : 'target ε for ‖∇f‖², smaller to the right',
    yTitle: 'time, with constant 1',
    title,
    note,
  });
}

/** The lower bound and then the methods in their usual order, so that a method has its colour also where another has no line. */
function styled(series: readonly Series[]): { line: Series; style: LineStyle }[] {
  const lineOf = (name: string): Series[] => series.filter(({ method }) => method === name);
  const methods = complexities.flatMap(({ method }) => lineOf(method));
  const styles = lineStyles(methods);
  return [
    ...lineOf(LOWER_BOUND).map((line) => ({ line: { ...line, label: 'lower bound' }, style: BOUND_STYLE })),
    ...methods.map((line, index) => ({ line, style: styles[index]! })),
  ];
}

/** With a tick at each of a few numbers of workers. */
function workerAxis(n: number, log: boolean): Axis {
  const axis = axisFor(1, n, log, 6);
  return { ...axis, ticks: n < MANY_WORKERS ? workerCounts(n) : axis.ticks.filter(Number.isInteger) };
}

function inverseEpsilonAxis(series: readonly Series[]): Axis {
  const places = series.flatMap(({ points }) => [points[0]!.x, points.at(-1)!.x]);
  return axisFor(Math.min(...places), Math.max(...places), true, 6);
}
