import Papa from 'papaparse';
import { InputError } from '../errors.js';
import { powerFault } from './powers.js';
import type { PowerPieces } from './powers.js';

/** What trace files may hold. */
export const TRACE_VALUES = ['durations', 'powers'] as const;
/** What a trace file holds: `durations` of successive gradients, or `powers` over time. */
export type TraceValues = (typeof TRACE_VALUES)[number];

/**
 * Reads durations per worker from CSV: a header `worker,duration`, then a row per gradient, in order for each worker.
 * @param text Workers are numbered from 0 without gaps; durations are simulated seconds.
 * @param file The name for errors, which tell the line.
 * @returns One list per worker of the file.
 * @throws InputError when the header, a row or a number is not as described.
 */
export function parseDurations(text: string, file: string): number[][] {
  const workers = readRows(text, file, ['worker', 'duration']);
  return workers.map((rows) =>
    rows.map(({ line, values: [duration] }) => {
      if (!(duration! > 0)) throw new InputError(`${file}:${line}`, 'duration', 'be greater than 0', duration);
      return duration!;
    }),
  );
}

/**
 * Reads piecewise-constant powers per worker from CSV: a header `worker,time,power`, then a row per piece, in order of time for
 * each worker.
 * @param text Workers are numbered from 0 without gaps; times are simulated seconds, powers gradients per simulated second.
 * @param file The name for errors, which tell the line.
 * @returns The pieces of each worker of the file.
 * @throws InputError when the header, a row or a number is not as described.
 */
export function parsePowers(text: string, file: string): PowerPieces[] {
  const workers = readRows(text, file, ['worker', 'time', 'power']);
  return workers.map((rows) => {
    const pieces = rows.map(({ values: [time, power] }): [number, number] => [time!, power!]);
    const fault = powerFault(pieces);
    if (fault === undefined) return pieces;
    const [piece, column] = fault.path;
    throw new InputError(`${file}:${rows[piece!]!.line}`, column === 0 ? 'time' : 'power', fault.rule, fault.got);
  });
}

interface Row {
  line: number;
  /** The numbers after the worker's. */
  values: number[];
}

/** The rows of each worker. */
function readRows(text: string, file: string, columns: readonly string[]): Row[][] {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter: ',' });
  const problem = errors[0];
  if (problem !== undefined) throw new InputError(`${file}:${(problem.row ?? 0) + 1}`, 'row', `be CSV (${problem.message})`, problem.code);
  const header = data[0]?.map((name) => name.trim()) ?? [];
  if (header.join() !== columns.join()) throw new InputError(`${file}:1`, 'header', `be '${columns.join()}'`, header.join());
  const workers: Row[][] = [];
  for (let index = 1; index < data.length; index += 1) {
    const row = data[index]!;
    if (row.length === 1 && row[0]!.trim() === '') continue;
    const where = `${file}:${index + 1}`;
    if (row.length !== columns.length) throw new InputError(where, 'row', `have ${columns.length} values: ${columns.join()}`, row.join());
    const [worker, ...values] = row.map((cell, c) => {
      const number = cell.trim() === '' ? NaN : Number(cell);
      if (!Number.isFinite(number)) throw new InputError(where, columns[c]!, 'be a number', cell);
      return number;
    });
    if (!Number.isInteger(worker) || worker! < 0) throw new InputError(where, 'worker', 'be an integer of at least 0', worker);
    if (worker! > data.length) throw new InputError(where, 'worker', 'be numbered without gaps from 0', worker);
    (workers[worker!] ??= []).push({ line: index + 1, values });
  }
  if (workers.length === 0) throw new InputError(file, 'content', 'have at least one row after the header', 'none');
  const missing = Array.from(workers, (rows: Row[] | undefined) => rows === undefined).indexOf(true);
  if (missing !== -1) throw new InputError(file, 'worker', `be numbered without gaps from 0: worker ${missing} has no row`, workers.length - 1);
  return workers;
}
