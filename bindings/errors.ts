/** Base of every error this library throws on purpose; its message is one sentence for the user. */
export class StragglerError extends Error {
  override name = 'StragglerError';
}

/** Bad input: an argument, an option or a file's content. `<where>: '<what>' must <rule>, got <value>`. */
export class InputError extends StragglerError {
  override name = 'InputError';
  constructor(
    readonly where: string,
    readonly what: string,
    readonly rule: string,
    readonly got: unknown,
  ) {
    super(`${where}: '${what}' must ${rule}, got ${describeValue(got)}`);
  }
}

/** WebAssembly memory is exhausted; `usage` tells what holds it, in bytes per purpose. */
export class MemoryLimitError extends StragglerError {
  override name = 'MemoryLimitError';
  constructor(
    message: string,
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
