/** The range of an axis and where its ticks are, in data units, ascending. */
export interface Axis {
  low: number;
  high: number;
  log: boolean;
  ticks: number[];
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/**
 * An axis that holds [low, high] with about `count` ticks.
 *
 * @param low - smallest value shown; positive when `log`.
 * @param high - largest value shown; an empty range is widened.
 */
export function axisFor(low: number, high: number, log: boolean, count: number): Axis {
  let [from, to] = low <= high ? [low, high] : [high, low];
  if (from === to) [from, to] = log ? [from / 2, to * 2] : [from - (Math.abs(from) || 1) / 2, to + (Math.abs(to) || 1) / 2];
  if (log) return { low: from, high: to, log, ticks: logTicks(from, to, count) };
  const step = niceStep((to - from) / count);
  return { low: from, high: to, log, ticks: linearTicks(from, to, step) };
}

/** Where a value lies on the axis: 0 at `low`, 1 at `high`, beyond them outside [0, 1]. */
export function positionOn(axis: Axis, value: number): number {
  return axis.log
    ? Math.log(value / axis.low) / Math.log(axis.high / axis.low)
    : (value - axis.low) / (axis.high - axis.low);
}

/** `10⁻⁴` for a power of ten. */
export function powerOfTen(exponent: number): string {
  const digits = String(Math.abs(exponent)).replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)] ?? '');
  return `10${exponent < 0 ? '⁻' : ''}${digits}`;
}

function logTicks(low: number, high: number, count: number): number[] {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const decades = last - first + 1;
  const stride = Math.max(1, Math.ceil(decades / count));
  if (decades >= 4 || stride > 1) return powers(first, last, stride);
  for (const multiples of [[1], [1, 3], [1, 2, 5], [1, 2, 3, 5, 7]]) {
    const ticks = powers(first - 1, last, 1)
      .flatMap((power) => multiples.map((multiple) => tidy(multiple * power)))
      .filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
    if (ticks.length >= Math.min(3, count)) return ticks;
  }
  return linearTicks(low, high, niceStep((high - low) / count)).filter((tick) => tick > 0);
}

function powers(first: number, last: number, stride: number): number[] {
  const result = [];
  for (let exponent = Math.ceil(first / stride) * stride; exponent <= last; exponent += stride) result.push(Number(`1e${exponent}`));
  return result;
}

function linearTicks(low: number, high: number, step: number): number[] {
  const ticks = [];
  const last = Math.floor(high / step + 1e-9);
  for (let index = Math.ceil(low / step - 1e-9); index <= last; index += 1) ticks.push(tidy(index * step));
  return ticks;
}

/** The smallest of 1, 2, 5 × 10^k that is at least `least`. */
function niceStep(least: number): number {
  const power = Number(`1e${Math.floor(Math.log10(least))}`);
  const multiple = [1, 2, 5, 10].find((candidate) => candidate * power >= least * (1 - 1e-9)) ?? 10;
  return multiple * power;
}

function tidy(value: number): number {
  return value === 0 ? 0 : Number(value.toPrecision(12));
}
