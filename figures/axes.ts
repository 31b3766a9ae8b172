import type { Spec } from 'vega';
import { FONT } from './marks.js';
import { readableNumber } from './numbers.js';
import { powerOfTen, type Axis } from './ticks.js';

export type VegaAxis = NonNullable<Spec['axes']>[number];

/** How the axes of all figures look; that depends on no measured text, which differs between Node and pages. */
export const AXIS_STYLE = {
  labelFont: FONT, labelFontSize: 11, labelColor: '#222', labelOverlap: false, labelLimit: 0,
  domainColor: '#444', tickColor: '#444', tickSize: 4, grid: true, gridColor: '#e6e6e6', gridWidth: 0.8,
} as const;

/** An axis of the scale of that name, with these texts at its ticks. */
export function axis(scale: 'x' | 'y', orient: 'bottom' | 'left', { ticks }: Axis, texts: readonly string[]): VegaAxis {
  const signal = `${JSON.stringify(texts)}[round(datum.index * ${ticks.length - 1})]`;
  return { scale, orient, values: ticks, encode: { labels: { update: { text: { signal } } } } };
}

export function tickTexts({ ticks, log }: Axis): string[] {
  const asPower = log && ticks.some((tick) => tick < 1e-3 || tick > 1e4);
  return ticks.map((tick) => tickLabel(tick, asPower));
}

/** As `10⁻⁴` or `3·10⁻⁴` where that is shorter than a row of zeros. */
function tickLabel(tick: number, asPower: boolean): string {
  if (!asPower) return readableNumber(tick);
  const [mantissa, exponent] = tick.toExponential().split('e');
  return `${mantissa === '1' ? '' : `${mantissa}·`}${powerOfTen(Number(exponent))}`;
}
