/** Base of every error this library throws on purpose; its message is one sentence for the user. */
export class StragglerError extends Error {
  /** Name of the class, as of every `Error`. */
  override name = 'StragglerError';
}

/** Bad input: an argument, an option or a file's content. `<where>: '<what>' must <rule>, got <value>`. */
export class InputError extends StragglerError {
  /** Name of the class. */
  override name = 'InputError';

  constructor(
    /** Who complains: a function, or a file with its line. */
    readonly where: string,
    /** The name of the argument, the key or the place in the file. */
    readonly what: string,
    /** What it must do or be: words that follow "must". */
    readonly rule: string,
    /** The value that was given. */
    readonly got: unknown,
  ) {
    super(`${where}: '${what}' must ${rule}, got ${describeValue(got)}`);
  }
}

/** WebAssembly memory is exhausted; `usage` tells what holds it, in bytes per purpose. */
export class MemoryLimitError extends StragglerError {
  /** Name of the class. */
  override name = 'MemoryLimitError';
  constructor(
    message: string,
    /** Bytes in use per purpose, when the memory ran out. */
    readonly usage: Readonly<Record<string, number>>,
  ) {
    super(message);
  }
}

/** A short, readable form of any value for an error message. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (value === undefined) return 'nothing';
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  let text: string;
  try {
    text = JSON.stringify(value);
  } catch {
    return 'a value that contains itself';
  }
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
