/** Figures as Vega specifications, and their SVG: everything that the command line and the lab use, and nothing else. */
export { svgOf } from './svg.js';
export { LEAST_WIDTH } from './layout.js';
export type { FigureLayout } from './layout.js';

// Lines over time
export { runFigure, seriesFigure } from './figure.js';
export type { DrawOptions, FigureOptions } from './figure.js';
export {
  FIELD_TITLES, fromTopToBottom, lineLabel, linesOf, medianAt, quantityOf, rangeOf, seriesOf, spansDecades, X_FIELDS, Y_FIELDS,
} from './series.js';
export type { FigureLine, Series, SeriesPoint, XField, YField } from './series.js';
export { lineStyles, methodColour } from './style.js';
export type { LineStyle } from './style.js';
export { sampleFigure } from './sample-figure.js';
export { predictedTime } from './theory/predictions.js';
export type { Prediction, Predictions } from './theory/predictions.js';

// What workers do
export { timelineFigure, timelineRange, usualSpan } from './workers/timeline.js';
export type { NamedTimeline, TimelineOptions } from './workers/timeline.js';
export { TimelineBuilder } from './workers/timeline-builder.js';
export type { Flight, Timeline, TraceRange } from './workers/timeline-builder.js';
export type { Stretch } from './workers/folding.js';
export { KIND_LOOKS, rowsFor } from './workers/rows.js';
export type { Rows } from './workers/rows.js';
export { delaysFigure } from './workers/delays.js';
export { utilizationFigure } from './workers/utilization.js';
export type { MethodWorkers } from './workers/method-workers.js';
export { speedRange, speedsFigure, speedsOf } from './workers/speeds.js';
export type { Speed } from './workers/speeds.js';

// Time complexities
export { complexityFigure } from './complexity/figure.js';
export type { ComplexityFigureOptions } from './complexity/figure.js';
export { PLOT_AXES } from './complexity/curves.js';
export type { CurveSubject, PlotAxis } from './complexity/curves.js';

// Axes and texts
export { axisFor, positionOn } from './ticks.js';
export type { Axis } from './ticks.js';
export { readableBytes, readableDuration, readableNumber, readablePercentage } from './numbers.js';
export { wrapText } from './wrap-text.js';
