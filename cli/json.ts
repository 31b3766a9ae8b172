/**
 * Writes JSON as JSON.stringify does, except for infinite numbers, which become ±1e999: valid JSON that every reader takes
 * for infinity. NaN becomes null.
 */
export function stringifyJson(value: unknown, indent?: number): string {
  const mark = '\u0001';
  const text = JSON.stringify(value, (_, entry: unknown) => (entry === Infinity || entry === -Infinity ? `${mark}${entry}` : entry), indent);
  return text.replaceAll('"\\u0001Infinity"', '1e999').replaceAll('"\\u0001-Infinity"', '-1e999');
}

/** Writes plain data so that `parseExactly` gives it back, with NaN, infinite numbers and −0. */
export function stringifyExactly(value: unknown): string {
  const special = (entry: number): boolean => !Number.isFinite(entry) || Object.is(entry, -0);
  const mark = (_: string, entry: unknown): unknown =>
    typeof entry === 'number' && special(entry) ? `\u0001${Object.is(entry, -0) ? '-0' : entry}` : entry;
  return JSON.stringify(value, mark).replaceAll('"\\u0001Infinity"', '1e999').replaceAll('"\\u0001-Infinity"', '-1e999').replaceAll('"\\u0001-0"', '-0');
}

/** Reads what `stringifyExactly` has written. */
export function parseExactly(text: string): unknown {
  if (!text.includes('"\\u0001NaN"')) return JSON.parse(text);
  return JSON.parse(text, (_, entry: unknown) => (entry === '\u0001NaN' ? NaN : entry));
}
