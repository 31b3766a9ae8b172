/**
 * A number for people: four significant digits, thousands separators, an exponent when it is very small or very large.
 *
 * @param x - any number.
 * @returns `0.4567`, `12,345` (integers in full up to 10¹⁰), `1.2e-5`; `—` for NaN, `∞` or `-∞` for the infinities.
 *
 * @example
 * readableNumber(12345.6); // '12,346'
 */
export function readableNumber(x: number): string {
  if (Number.isNaN(x)) return '—';
  if (!Number.isFinite(x)) return x > 0 ? '∞' : '-∞';
  const size = Math.abs(x);
  if (size === 0) return '0';
  if (size >= 1e10 || size < 0.99995e-3) return shorten(x.toExponential(3));
  if (Number.isInteger(x) || size >= 9999.5) return separate(x.toFixed(0));
  const text = shorten(x.toPrecision(4));
  return size >= 999.95 ? separate(text) : text;
}

/** A fraction in [0, 1] as a percentage: `87.3 %` without the sign's space, `—` when it is not a number. */
export function readablePercentage(fraction: number): string {
  return Number.isFinite(fraction) ? `${(100 * fraction).toFixed(1)}%` : '—';
}

/** An amount of data in decimal units, with three digits: `640 B`, `1.2 GB`. */
export function readableBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return readableNumber(bytes);
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let unit = 0;
  let amount = Math.round(bytes);
  while (amount >= 999.5 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${shorten(amount.toPrecision(3))} ${units[unit]!}`;
}

/** Seconds of wall time as `4 s`, `2 min 05 s` or `3 h 07 min`. */
export function readableDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** Drops the zeros that say nothing: `0.5000` → `0.5`, `1.200e-5` → `1.2e-5`. */
function shorten(text: string): string {
  const [mantissa = '', exponent] = text.split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return exponent === undefined ? short : `${short}e${exponent.replace('+', '')}`;
}

function separate(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
