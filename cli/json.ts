/**
 * Writes JSON as JSON.stringify does, except for infinite numbers, which become ±1e999: valid JSON that every reader takes
 * for infinity. NaN becomes null.
 */
export function stringifyJson(value: unknown, indent?: number): string {
  const mark = '\u0001';
  const text = JSON.stringify(value, (_, entry: unknown) => (entry === Infinity || entry === -Infinity ? `${mark}${entry}` : entry), indent);
  return text.replaceAll('"\\u0001Infinity"', '1e999').replaceAll('"\\u0001-Infinity"', '-1e999');
}
