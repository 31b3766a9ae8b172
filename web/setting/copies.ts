import type { ExperimentInput } from '../../bindings/index.js';

/**
 * An experiment as the command that runs it. Everything is said, so that the built-in example, which `run` starts from, does not matter.
 * @param experiment Of plain data.
 */
export function commandOf({ methods, ...experiment }: ExperimentInput): string {
  const flags = Object.entries(experiment).flatMap(([key, value]) => flagsOf(key, value));
  return ['straggler run', ...flags, `--methods ${quoted(methods.map(flow).join(','))}`].join(' ');
}

function flagsOf(path: string, value: unknown): string[] {
  if (Array.isArray(value)) return [`--${path} ${quoted(value.length === 0 ? '[]' : value.join(','))}`];
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([key, inner]) => flagsOf(`${path}.${key}`, inner));
  return [`--${path} ${quoted(String(value))}`];
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w.,+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** An experiment as a file: YAML, a line per key. */
export function yamlOf(experiment: ExperimentInput): string {
  return `${Object.entries(experiment).map(([key, value]) => `${key}: ${flow(value)}`).join('\n')}\n`;
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `{ ${Object.entries(value).map(([key, inner]) => `${key}: ${flow(inner)}`).join(', ')} }`;
  return String(value);
}
