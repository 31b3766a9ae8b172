import { createRequire } from 'node:module';
import type { Command } from 'commander';
import { Option } from 'commander';
import { parse as parseYaml } from 'yaml';
import { InputError } from '../bindings/index.js';
import type { Locate } from '../bindings/index.js';

/** The part of a JSON Schema that flags are made from. */
interface SchemaNode {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  description?: string;
  default?: unknown;
  properties?: Record<string, SchemaNode>;
  anyOf?: SchemaNode[];
  oneOf?: SchemaNode[];
}

/** The JSON Schema of experiments, as the build wrote it. */
const experimentSchema = createRequire(import.meta.url)('straggler/straggler.schema.json') as SchemaNode;

/** An experiment key that is also a flag: `--problem.partition.alpha`. */
interface Flag {
  path: string[];
  description: string;
  /** Takes a list, perhaps beside other things. */
  list: boolean;
  /** What it takes that is no list. */
  single: ReadonlySet<'scalar' | 'object'>;
  section: boolean;
}

/** Given a single word or number, a section's flag sets this key of it. */
const SECTION_HEADS: Readonly<Record<string, string>> = {
  problem: 'kind',
  partition: 'kind',
  computation: 'kind',
  base: 'kind',
  network: 'latency',
  workers: 'count',
  budget: 'time',
  target: 'objective',
  evaluate: 'every',
};

/** Keys that exclude each other: setting one by flag drops the other. */
const RIVALS: readonly (readonly [string, string])[] = [
  ['seed', 'seeds'],
  ['evaluate.every', 'evaluate.updates'],
];

/** Keys of an experiment that `run` has as plain options of its own, or that users do not set. */
const NOT_FLAGS = new Set(['version', '$schema']);

/** All experiment keys, as flags. */
export function experimentFlags(): Flag[] {
  const flags: Flag[] = [];
  const visit = (nodes: readonly SchemaNode[], path: string[]): void => {
    const properties = nodes.flatMap(branchesOf).flatMap((branch) => Object.entries(branch.properties ?? {}));
    for (const key of new Set(properties.map(([name]) => name))) {
      const own = properties.filter(([name]) => name === key).map(([, node]) => node);
      const child = [...path, key];
      if (NOT_FLAGS.has(child.join('.'))) continue;
      const branches = own.flatMap(branchesOf);
      const section = branches.some(({ properties: inner }) => inner !== undefined);
      const list = branches.some(({ type }) => type === 'array');
      const single = new Set(branches.filter(({ type }) => type !== 'array').map(({ type }) => (type === 'object' ? 'object' : 'scalar')));
      flags.push({ path: child, section, list, single, description: describe(own) });
      if (section && !list) visit(own, child);
    }
  };
  visit([experimentSchema], []);
  return flags;
}

/** The alternatives of a schema, those within others too; a schema without any is its own. */
function branchesOf(node: SchemaNode): SchemaNode[] {
  return (node.oneOf ?? node.anyOf)?.flatMap(branchesOf) ?? [node];
}

/** Whether options hold any key of an experiment. */
export function hasExperimentFlags(options: Readonly<Record<string, unknown>>): boolean {
  return experimentFlags().some(({ path }) => options[path.join('.')] !== undefined);
}

/** Adds a flag for every key to a command. */
export function addExperimentFlags(command: Command): void {
  command.optionsGroup('Experiment (every key of the experiment file; values as in YAML, lists also with commas):');
  for (const { path, description } of experimentFlags()) command.addOption(new Option(`--${path.join('.')} <value>`, description));
}

/**
 * Lays flags over an experiment.
 * @param experiment The experiment as the file has it; not changed.
 * @param options Values by flag name, as typed.
 * @returns The experiment with the flags' values.
 * @throws InputError when a value is not valid YAML.
 */
export function applyFlags(experiment: unknown, options: Readonly<Record<string, unknown>>): unknown {
  const result = structuredClone(experiment) as Record<string, unknown>;
  for (const [a, b] of RIVALS) {
    if (options[a] !== undefined && options[b] !== undefined) throw new InputError('run', `--${a}`, `not be given together with '--${b}'`, options[a]);
  }
  // A target by flag replaces the one in the file: both together are rarely meant.
  if (Object.keys(options).some((name) => name.startsWith('target.'))) Reflect.deleteProperty(result, 'target');
  const given = experimentFlags().filter(({ path }) => options[path.join('.')] !== undefined);
  // Sections before their keys, and a section's kind before its other keys.
  const rank = ({ path }: Flag): number => 2 * path.length - (path.at(-1) === 'kind' ? 1 : 0);
  for (const flag of given.sort((a, b) => rank(a) - rank(b))) setFlag(result, flag, options[flag.path.join('.')] as string);
  return result;
}

/** Points errors about a flag's value to the flag, and others to the file. */
export function locateFlags(options: Readonly<Record<string, unknown>>, locate: Locate): Locate {
  return (path) => {
    const keys = path.filter((part) => typeof part === 'string');
    for (let depth = keys.length; depth > 0; depth -= 1) {
      const name = keys.slice(0, depth).join('.');
      if (Object.hasOwn(options, name)) return `--${name}`;
    }
    return locate(path);
  };
}

function setFlag(experiment: Record<string, unknown>, { path, list, single, section: isSection }: Flag, text: string): void {
  const name = path.join('.');
  let value = flagValue(text, name, list);
  const head = SECTION_HEADS[path.at(-1)!];
  const isObject = typeof value === 'object' && value !== null;
  const headed = isSection && !list && !isObject ? experimentFlags().find((flag) => flag.path.join('.') === `${name}.${head}`) : undefined;
  if (headed !== undefined) return setFlag(experiment, headed, text);
  if (list && !Array.isArray(value) && !single.has(isObject ? 'object' : 'scalar')) value = [value];
  for (const [a, b] of RIVALS) {
    if (name === a) remove(experiment, b.split('.'));
    if (name === b) remove(experiment, a.split('.'));
  }
  let parent = experiment;
  for (const key of path.slice(0, -1)) {
    const inner = parent[key];
    const short = SECTION_HEADS[key]; // a section may be written as its kind alone
    const section = inner === undefined || inner === null || short === undefined ? {} : { [short]: inner };
    parent = (typeof inner === 'object' && inner !== null ? inner : (parent[key] = section)) as Record<string, unknown>;
  }
  const last = path.at(-1)!;
  // A section of another kind starts afresh: the keys of the old kind would not fit.
  if (last === 'kind' && parent['kind'] !== value) for (const key of Object.keys(parent)) Reflect.deleteProperty(parent, key);
  parent[last] = value;
}

function remove(experiment: Record<string, unknown>, path: readonly string[]): void {
  let parent: Record<string, unknown> | undefined = experiment;
  for (const key of path.slice(0, -1)) parent = parent?.[key] as Record<string, unknown> | undefined;
  if (parent !== undefined) Reflect.deleteProperty(parent, path.at(-1)!);
}

/**
 * Reads a flag's value, as YAML.
 * @param list Whether several values may be written with commas.
 * @throws InputError when it is not valid YAML.
 */
export function flagValue(text: string, name: string, list: boolean): unknown {
  try {
    const parts = list ? splitAtCommas(text) : [text];
    return parts.length > 1 ? parts.map((part) => parseYaml(part) as unknown) : parseYaml(text);
  } catch (error) {
    throw new InputError(`--${name}`, name, `be a YAML value (${(error as Error).message.split('\n')[0]})`, text);
  }
}

/** Splits at the commas that are not within brackets or braces. */
function splitAtCommas(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if ('[{'.includes(character)) depth += 1;
    if (']}'.includes(character)) depth -= 1;
    if (character === ',' && depth === 0) parts.push('');
    else parts.push(parts.pop()! + character);
  }
  return parts;
}

function describe(nodes: readonly SchemaNode[]): string {
  const constants = nodes.flatMap((node) => (typeof node.const !== 'string' ? [] : [`${node.const}${node.description === undefined ? '' : `: ${node.description}`}`]));
  if (constants.length > 0) return [...new Set(constants)].join('; ');
  const [first] = nodes;
  const choices = first?.enum === undefined ? '' : ` (${first.enum.join(' | ')})`;
  const fallback = first?.default === undefined ? '' : ` (default ${typeof first.default === 'string' ? first.default : JSON.stringify(first.default)})`;
  return `${nodes.map((node) => node.description).find((text) => text !== undefined) ?? ''}${choices}${fallback}`;
}
