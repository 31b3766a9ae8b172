import { cpus } from 'node:os';

/** A Markdown table whose source is aligned too; columns are right-aligned except the first. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** What the numbers were measured on. */
export function machine(): string {
  const processors = cpus();
  return `${processors[0]?.model ?? 'unknown processor'}, ${processors.length} cores, Node ${process.version.slice(1)}`;
}

/** The middle number, the mean of the two in the middle of an even count; NaN without numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(half)]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Three significant digits, without an exponent: 1234, 123, 12.3, 1.23. */
export function threeDigits(x: number): string {
  return x >= 100 ? x.toFixed(0) : x.toPrecision(3);
}

/** A measured ratio, beside the one to reach where there is one. */
export function againstTarget(measured: number, target?: number): string {
  const text = measured.toFixed(measured >= 100 ? 0 : measured >= 10 ? 1 : 2);
  return target === undefined ? text : `${text} (${target}: ${measured >= target ? 'met' : 'not met'})`;
}

/** Shows what is being measured, on a terminal only; the empty text clears the line. */
export function showStatus(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
