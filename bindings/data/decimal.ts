/** The powers of ten that float64 holds exactly. */
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];
/** Up to this many digits a whole number is exact in float64. */
const EXACT_DIGITS = 15;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * Reads a decimal number such as `-1`, `+0.25` or `1.5e-3` from bytes, without making a string of it where its value follows from an
 * exact whole number and one exact power of ten; both ways give the float64 that is nearest.
 * @param bytes ASCII. @param from First byte of the number. @param to The byte after its last.
 * @returns NaN when the bytes are no number; infinite when it is too large.
 */
export function parseDecimal(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  const sign = bytes[at]!;
  if (sign === 0x2b || sign === 0x2d) at += 1;
  let whole = 0;
  let digits = 0;
  let decimals = 0;
  let point = false;
  for (; at < to; at += 1) {
    const byte = bytes[at]!;
    if (byte >= 0x30 && byte <= 0x39) {
      whole = 10 * whole + byte - 0x30;
      digits += 1;
      if (point) decimals += 1;
    } else if (byte === 0x2e && !point) point = true;
    else return parseText(bytes, from, to);
  }
  if (digits === 0 || digits > EXACT_DIGITS) return parseText(bytes, from, to);
  const value = decimals === 0 ? whole : whole / POWERS[decimals]!;
  return sign === 0x2d ? -value : value;
}

function parseText(bytes: Uint8Array, from: number, to: number): number {
  return parseNumber(String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 400))));
}

/** The value of a decimal number as text, spaces around it aside; NaN when it is none (also for `0x1f`, `Infinity` and nothing). */
export function parseNumber(text: string): number {
  const trimmed = text.trim();
  return NUMBER.test(trimmed) ? Number(trimmed) : NaN;
}
