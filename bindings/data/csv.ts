import Papa from 'papaparse';
import { InputError } from '../errors.js';
import { parseNumber } from './decimal.js';

/** Samples with the labels that the file gives them. */
export interface LabelledTable {
  readonly count: number;
  readonly features: number;
  /** count×features, row-major. */
  readonly inputs: Float32Array;
  /** Per sample: numbers when all labels are, else text. */
  readonly labels: readonly (number | string)[];
}

/**
 * Reads a table of numbers: values separated by commas (or semicolons, tabs or bars), a line per sample, blank lines skipped. The
 * first line is a header when none of its cells is a number, or one is called `label`. The labels are in the column of that name,
 * else in the last one; they may be text. All other columns are features, and become float32.
 * @param bytes The unpacked file, UTF-8; a byte order mark is skipped.
 * @param file The name for errors, which add the line; of a sample over several lines the first.
 * @throws InputError when a feature is not a number, lines differ in length, or there is no column besides the labels.
 */
export function parseCsv(bytes: Uint8Array, file: string): LabelledTable {
  let lines = 1;
  for (const byte of bytes) if (byte === 0x0a || byte === 0x0d) lines += 1;
  const text = new TextDecoder().decode(bytes);
  const table = new Table(file, text, lines);
  let failure: unknown;
  Papa.parse<string[]>(text, {
    delimitersToGuess: [',', ';', '\t', '|'],
    step: ({ data, errors, meta }, parser) => {
      try {
        table.add(data, errors[0]?.message, meta.cursor);
      } catch (error) {
        failure = error;
        parser.abort();
      }
    },
  });
  if (failure instanceof Error) throw failure;
  return table.finish();
}

class Table {
  readonly #file: string;
  readonly #text: string;
  readonly #mostRows: number;
  /** Where in the text the sample begins, and where the next one does. */
  #from = 0;
  #to = 0;
  #columns = 0;
  #labelColumn = 0;
  #names: readonly string[] | undefined;
  #count = 0;
  #inputs = new Float32Array(0);
  readonly #labels: string[] = [];

  constructor(file: string, text: string, mostRows: number) {
    this.#file = file;
    this.#text = text;
    this.#mostRows = mostRows;
  }

  /** Takes the cells of the next line. @param problem What the reader found wrong with it. @param end Where in the text it ends. */
  add(cells: readonly string[], problem: string | undefined, end: number): void {
    this.#from = this.#to;
    this.#to = end;
    if (problem !== undefined && problem !== UNGUESSED) throw this.#error('line', `be comma-separated values (${problem})`, cells.join(','));
    if (cells.length === 1 && cells[0]!.trim() === '') return;
    if (this.#columns === 0 && this.#begin(cells)) return;
    if (cells.length !== this.#columns) throw this.#error('line', `have ${this.#columns} cells like the first`, `${cells.length} cells`);
    let at = this.#count * (this.#columns - 1);
    for (let column = 0; column < cells.length; column += 1) {
      if (column === this.#labelColumn) continue;
      const value = Math.fround(parseNumber(cells[column]!));
      if (!Number.isFinite(value)) throw this.#error(this.#name(column), 'be a number that float32 can hold', cells[column]);
      this.#inputs[at] = value;
      at += 1;
    }
    const label = cells[this.#labelColumn]!.trim();
    if (label === '') throw this.#error(this.#name(this.#labelColumn), 'be a label', label);
    this.#labels.push(label);
    this.#count += 1;
  }

  finish(): LabelledTable {
    const numbers = this.#labels.map(parseNumber);
    const labels = numbers.every(Number.isFinite) ? numbers : this.#labels;
    const features = Math.max(0, this.#columns - 1);
    return { count: this.#count, features, inputs: this.#inputs.slice(0, this.#count * features), labels };
  }

  /** Learns the columns from the first line. @returns Whether it is a header. */
  #begin(cells: readonly string[]): boolean {
    if (cells.length < 2) throw this.#error('line', 'have a cell for the label and at least one for a feature', cells.join());
    this.#columns = cells.length;
    this.#inputs = new Float32Array(this.#mostRows * (this.#columns - 1));
    const named = cells.findIndex((cell) => cell.trim().toLowerCase() === 'label');
    this.#labelColumn = named >= 0 ? named : cells.length - 1;
    const header = named >= 0 || cells.every((cell) => Number.isNaN(parseNumber(cell)));
    if (header) this.#names = cells.map((cell) => cell.trim());
    return header;
  }

  #name(column: number): string {
    return this.#names?.[column] ?? `column ${column + 1}`;
  }

  #error(what: string, rule: string, got: unknown): InputError {
    const line = this.#text.slice(0, this.#from).split(/\r\n|\r|\n/).length;
    return new InputError(`${this.#file}:${line}`, what, rule, got);
  }
}

/** Papa Parse's remark on a file of one column; what follows from it is found out above. */
const UNGUESSED = "Unable to auto-detect delimiting character; defaulted to ','";
