import leven from 'leven';
import type * as z from 'zod/mini';
import { InputError } from '../errors.js';

/** Says where a key of an experiment comes from: a file and line, or an option. */
export type Locate = (path: readonly PropertyKey[]) => string;

/** Writes a path as users do: `methods[1].stepsize`. */
export function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) text += typeof part === 'number' ? `[${part}]` : `${text === '' ? '' : '.'}${String(part)}`;
  return text === '' ? 'experiment' : text;
}

/** The known word nearest to what was typed, when it is near enough to be a typing error. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const best = known.map((word) => ({ word, distance: leven(typed, word) })).sort((a, b) => a.distance - b.distance)[0];
  return best !== undefined && best.distance <= Math.max(2, Math.floor(typed.length / 3)) ? best.word : undefined;
}

/** `'a', 'b' or 'c' (did you mean 'b'?)` */
export function choiceText(choices: readonly string[], typed: unknown): string {
  const quoted = choices.map((choice) => `'${choice}'`);
  const list = quoted.length > 1 ? `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}` : quoted.join('');
  const suggestion = typeof typed === 'string' ? nearest(typed, choices) : undefined;
  return suggestion === undefined ? list : `${list} (did you mean '${suggestion}'?)`;
}

/** Turns the first thing a schema found wrong into an error for the user. */
export function schemaError(error: z.core.$ZodError, input: unknown, schema: z.ZodMiniType, locate: Locate): InputError {
  const { issue, path } = innermost(error.issues[0]!, [], input);
  const got = valueAt(input, path);
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    const known = knownKeys(schema, path, input);
    const suggestion = nearest(key, known);
    const whole = [...path, key];
    const section = path.length === 0 ? 'an experiment' : `'${pathText(path)}'`;
    const rule = suggestion === undefined ? `be a key of ${section}: ${known.join(', ')}` : `be a key of ${section} (did you mean '${suggestion}'?)`;
    return new InputError(locate(whole), pathText(whole), rule, key);
  }
  return new InputError(locate(path), pathText(path), ruleOf(issue, got), got);
}

type Issue = z.core.$ZodIssue;

/** Follows unions to the branch that the input was meant for. */
function innermost(issue: Issue, base: readonly PropertyKey[], input: unknown): { issue: Issue; path: PropertyKey[] } {
  const path = [...base, ...issue.path];
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return { issue, path };
  // A branch that complains about the value as a whole was not meant, unless all do; of the others the first is taken.
  const aboutWhole = (branch: readonly Issue[]): boolean => branch[0]!.path.length === 0 && ['invalid_type', 'invalid_value'].includes(branch[0]!.code);
  if (issue.errors.every(aboutWhole) && hasOwnRule(issue)) return { issue, path };
  const isSection = typeof valueAt(input, path) === 'object';
  const branch =
    issue.errors.find((candidate) => !aboutWhole(candidate)) ??
    issue.errors.find(([first]) => !isSection && first!.code === 'invalid_value') ??
    issue.errors[0]!;
  return innermost(branch[0]!, path, input);
}

/** Whether a schema says itself what its value must be: rules begin so, messages of Zod do not. */
function hasOwnRule({ message }: Issue): boolean {
  return message.startsWith('be ');
}

function ruleOf(issue: Issue, got: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      if (got === undefined && issue.expected === 'string') return 'be given';
      return got === Infinity || got === -Infinity || Number.isNaN(got) ? 'be a finite number' : `be ${typeText[issue.expected] ?? issue.expected}`;
    case 'too_small':
      if (issue.origin === 'array') return `have at least ${issue.minimum} ${issue.minimum === 1 ? 'entry' : 'entries'}`;
      if (issue.origin === 'string') return 'not be empty';
      return issue.inclusive === false ? `be greater than ${issue.minimum}` : `be at least ${issue.minimum}`;
    case 'too_big':
      if (issue.origin === 'array') return `have at most ${issue.maximum} entries`;
      if (issue.origin === 'string') return `have at most ${issue.maximum} characters`;
      return issue.inclusive === false ? `be less than ${issue.maximum}` : `be at most ${issue.maximum}`;
    case 'invalid_value':
      return `be ${choiceText(issue.values.map(String), got)}`;
    case 'invalid_union':
      if (hasOwnRule(issue)) return issue.message;
      return `be ${choiceText((issue as unknown as { options?: string[] }).options ?? [], got)}`;
    default:
      return issue.message;
  }
}

const typeText: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section with keys',
  record: 'a section with keys',
  tuple: 'a list',
};

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

/** The keys that a schema knows at a path. */
export function knownKeys(schema: z.ZodMiniType, path: readonly PropertyKey[], input: unknown): string[] {
  let here: z.core.$ZodType | undefined = schema;
  for (let depth = 0; here !== undefined; depth += 1) {
    const def = definition(here);
    if (def.innerType !== undefined) {
      here = def.innerType;
      depth -= 1;
    } else if (def.options !== undefined) {
      here = chooseOption(def, valueAt(input, path.slice(0, depth)));
      depth -= 1;
    } else if (depth === path.length) return Object.keys(def.shape ?? (def.keyType === undefined ? {} : (definition(def.keyType).entries ?? {})));
    else here = def.shape?.[String(path[depth])] ?? def.element;
  }
  return [];
}

interface SchemaDefinition {
  innerType?: z.core.$ZodType;
  options?: z.core.$ZodType[];
  discriminator?: string;
  shape?: Record<string, z.core.$ZodType>;
  element?: z.core.$ZodType;
  /** Of a record; its words, where it is one of some. */
  keyType?: z.core.$ZodType;
  entries?: Record<string, unknown>;
}

function definition(schema: z.core.$ZodType): SchemaDefinition {
  return (schema._zod as unknown as { def: SchemaDefinition }).def;
}

function chooseOption(def: SchemaDefinition, value: unknown): z.core.$ZodType | undefined {
  const { discriminator, options = [] } = def;
  if (discriminator === undefined) return options.find((option) => ['shape', 'options', 'keyType'].some((part) => part in definition(option)));
  const wanted = (value as Record<string, unknown> | undefined)?.[discriminator];
  return options.find((option) => {
    const literal = definition(option).shape?.[discriminator]?._zod as unknown as { values?: Set<unknown> } | undefined;
    return literal?.values?.has(wanted);
  });
}
