import pc from 'picocolors';
import { readableBytes } from '../../bindings/index.js';
import type { ExperimentPreview } from '../../bindings/index.js';
import { readableBytes as decimalBytes, readableDuration, readableNumber, wrapText } from '../../figures/index.js';
import { terminalWidth } from './style.js';
import { plainTable } from './table.js';

const LABEL = 11;

/** What `run --dry-run` prints: the workers' times, what every method will do, and what all of it needs. */
export function previewText(preview: ExperimentPreview, width = terminalWidth()): string {
  const { times, flights, dimension, modelBytes, methods, problemBytes, memoryBytes, limitBytes, wallSeconds } = preview;
  const labelled = (label: string, text: string): string[] => {
    const [first = '', ...rest] = wrapText(`${' '.repeat(LABEL)}${text}`, width, ' '.repeat(LABEL));
    return [pc.bold(label) + first.slice(label.length), ...rest];
  };
  const range = ({ fastest, slowest }: { fastest: number; slowest: number }): string =>
    fastest === slowest ? readableNumber(fastest) : `${readableNumber(fastest)} to ${readableNumber(slowest)}`;
  const spread =
    `τ from ${readableNumber(times.fastest)} to ${readableNumber(times.slowest)}; median ${readableNumber(times.median)}, ` +
    `mean ${readableNumber(times.mean)}, harmonic mean ${readableNumber(times.harmonicMean)}`;
  const never = times.never === 0 ? '' : `; ${times.never} of ${times.workers} never return a gradient`;
  const rows = methods.map((method) => [
    method.method,
    readableNumber(method.runs),
    readableNumber(method.updates),
    readableNumber(method.gradients),
    decimalBytes(method.bytesUp + method.bytesDown),
    readableBytes(method.memoryBytes),
    method.wallSeconds === null ? '—' : wallTime(method.wallSeconds),
  ]);
  const fits = memoryBytes <= limitBytes;
  const notes = [
    'Updates, gradients and bytes sent are those of one run; memory is for its vectors.',
    ...methods.flatMap(({ method, stalls }) => (stalls === null ? [] : [`! ${method} will stall: ${stalls}.`])),
    ...(fits ? [] : [`! ${readableBytes(memoryBytes)} do not fit in ${readableBytes(limitBytes)}: such runs are refused.`]),
  ];
  return [
    ...labelled('Workers', times.fastest === Infinity ? 'nobody ever returns a gradient' : `${times.workers}: ${spread}${never}`),
    ...(flights === null ? [] : labelled('Network', `a model of ${decimalBytes(modelBytes)} takes ${range(flights.up)} up and ${range(flights.down)} down`)),
    ...labelled('Problem', `d = ${readableNumber(dimension)}; data and evaluation take ${readableBytes(problemBytes)}`),
    '',
    plainTable(['method', 'runs', 'updates', 'gradients', 'sent', 'memory', 'real\ntime'], rows),
    '',
    ...notes.flatMap((note) => wrapText(note, width, '  ')).map((line) => pc.dim(line)),
    '',
    ...labelled('Memory', `${readableBytes(memoryBytes)} of ${readableBytes(limitBytes)} at most`),
    ...labelled('Real time', wallSeconds === null ? 'cannot be told' : `${wallSeconds < 1 ? 'less than a second' : `about ${readableDuration(wallSeconds)}`} on one core`),
  ].join('\n');
}

/** As `readableDuration`, but nothing takes no time. */
function wallTime(seconds: number): string {
  return seconds < 1 ? '< 1 s' : readableDuration(seconds);
}
