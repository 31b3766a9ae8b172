import { InputError } from '../errors.js';
import type { CompressedSamples } from './dataset.js';
import { parseDecimal } from './decimal.js';

/** Samples with the labels that the file gives them. */
export interface LabelledRows {
  /** Compressed rows; column j is feature j + 1 of the file. */
  readonly rows: Omit<CompressedSamples, 'labels'>;
  /** A number per sample. */
  readonly labels: Float64Array;
  /** The largest index in the file: the number of features. */
  readonly features: number;
}

/** Columns are numbered in 31 bits. */
const LARGEST_INDEX = 2 ** 31 - 1;

/**
 * Reads a file in LIBSVM (SVMlight) format: a line per sample, `label index:value index:value …`, indices from 1 and ascending;
 * what is not named is 0. `#` begins a comment, blank lines are skipped. Values become float32.
 * @param bytes The unpacked file; a UTF-8 byte order mark is skipped.
 * @param file The name for errors, which add the line.
 * @throws InputError when a line is not of this form, a value does not fit in float32, or the file is for ranking (`qid:`).
 * @remarks Source: Chang, Lin, "LIBSVM: a library for support vector machines", 2011, and its README.
 */
export function parseLibsvm(bytes: Uint8Array, file: string): LabelledRows {
  return new Reader(bytes, file).read();
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #file: string;
  readonly #starts: Uint32Array;
  readonly #columns: Uint32Array;
  readonly #values: Float32Array;
  readonly #labels: Float64Array;
  #at = 0;
  #line = 1;
  #entries = 0;
  #features = 0;

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = bytes;
    this.#file = file;
    // There are no more samples than lines and no more entries than colons.
    let lines = 1;
    let colons = 0;
    for (const byte of bytes) {
      if (byte === 0x3a) colons += 1;
      else if (byte === 0x0a) lines += 1;
    }
    this.#starts = new Uint32Array(lines + 1);
    this.#labels = new Float64Array(lines);
    this.#columns = new Uint32Array(colons);
    this.#values = new Float32Array(colons);
  }

  read(): LabelledRows {
    const bytes = this.#bytes;
    let count = 0;
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.#at = 3; // a byte order mark
    for (; this.#at < bytes.length; this.#line += 1) {
      this.#skipSpaces();
      if (!this.#atLineEnd()) {
        this.#labels[count] = this.#label();
        count += 1;
        this.#row();
        this.#starts[count] = this.#entries;
      }
      while (this.#at < bytes.length && bytes[this.#at] !== 0x0a) this.#at += 1; // a comment
      this.#at += 1;
    }
    return {
      rows: {
        count,
        starts: this.#starts.slice(0, count + 1),
        columns: this.#columns.slice(0, this.#entries),
        values: this.#values.slice(0, this.#entries),
      },
      labels: this.#labels.slice(0, count),
      features: this.#features,
    };
  }

  #label(): number {
    const from = this.#at;
    const label = parseDecimal(this.#bytes, from, this.#tokenEnd());
    if (!Number.isFinite(label)) this.#fail('label', 'be a number', from);
    return label;
  }

  /** The entries of a line, to its end or to a comment. */
  #row(): void {
    const bytes = this.#bytes;
    let previous = 0;
    for (;;) {
      this.#skipSpaces();
      if (this.#atLineEnd()) break;
      const from = this.#at;
      let index = 0;
      let byte = bytes[this.#at]!;
      for (; byte >= 0x30 && byte <= 0x39; byte = bytes[this.#at]!) {
        index = 10 * index + byte - 0x30;
        this.#at += 1;
      }
      if (byte !== 0x3a || this.#at === from) this.#failEntry(from);
      if (index < 1 || index > LARGEST_INDEX) this.#fail('index', `be a whole number from 1 to ${LARGEST_INDEX}`, from);
      if (index <= previous) this.#fail('index', `ascend within a line, and come after ${previous}`, from);
      this.#at += 1;
      const valueFrom = this.#at;
      const value = Math.fround(parseDecimal(bytes, valueFrom, this.#tokenEnd()));
      if (!Number.isFinite(value)) this.#fail(`value of index ${index}`, 'be a number that float32 can hold', valueFrom);
      previous = index;
      if (value === 0) continue;
      this.#columns[this.#entries] = index - 1;
      this.#values[this.#entries] = value;
      this.#entries += 1;
    }
    this.#features = Math.max(this.#features, previous);
  }

  /** Goes to the end of the token that begins here. */
  #tokenEnd(): number {
    const bytes = this.#bytes;
    while (this.#at < bytes.length && bytes[this.#at]! > 0x20 && bytes[this.#at] !== 0x23) this.#at += 1;
    return this.#at;
  }

  #skipSpaces(): void {
    const bytes = this.#bytes;
    for (let byte = bytes[this.#at]; byte === 0x20 || byte === 0x09 || byte === 0x0d; byte = bytes[this.#at]) this.#at += 1;
  }

  #atLineEnd(): boolean {
    return this.#at >= this.#bytes.length || this.#bytes[this.#at] === 0x0a || this.#bytes[this.#at] === 0x23;
  }

  #failEntry(from: number): never {
    const token = this.#token(from);
    if (token.startsWith('qid:')) this.#fail('qid', 'be left out: a data set for ranking has no classes', from);
    this.#fail('entry', "be 'index:value' with a whole number as index", from);
  }

  #fail(what: string, rule: string, from: number): never {
    throw new InputError(`${this.#file}:${this.#line}`, what, rule, this.#token(from));
  }

  /** The token that begins at a byte, shortened, as text. */
  #token(from: number): string {
    this.#at = from;
    const to = this.#tokenEnd();
    const text = new TextDecoder().decode(this.#bytes.subarray(from, Math.min(to, from + 60)));
    return to > from + 60 ? `${text}…` : text;
  }
}
