import { InputError, MemoryLimitError, StragglerError } from '../errors.js';

/** An error as plain data, which can be posted: posting an error itself would lose its class and its fields. */
export interface EncodedError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly input?: { readonly where: string; readonly what: string; readonly rule: string; readonly got: unknown };
  readonly usage?: Readonly<Record<string, number>>;
}

/** Turns whatever was thrown into plain data. */
export function encodeError(error: unknown): EncodedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  if (error instanceof InputError) {
    const { where, what, rule, got } = error;
    return { name, message, stack, input: { where, what, rule, got: isPlain(got) ? got : undefined } };
  }
  return { name, message, stack, ...(error instanceof MemoryLimitError ? { usage: error.usage } : {}) };
}

/** The error again, of its class and with its fields; an unknown class becomes an `Error` of that name. */
export function decodeError({ name, message, stack, input, usage }: EncodedError): Error {
  const error = ofClass(name, message, input, usage);
  error.message = message;
  if (error.name !== name) error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}

function ofClass(name: string, message: string, input: EncodedError['input'], usage: EncodedError['usage']): Error {
  if (input !== undefined) return new InputError(input.where, input.what, input.rule, input.got);
  if (usage !== undefined) return new MemoryLimitError(message, usage);
  if (name === 'StragglerError') return new StragglerError(message);
  if (name === 'RangeError') return new RangeError(message);
  if (name === 'TypeError') return new TypeError(message);
  return new Error(message);
}

/** Whether a value can be posted; a function among what was got cannot. */
function isPlain(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
