import type * as Yaml from 'yaml';
import { InputError } from '../errors.js';
import type { Locate } from './diagnose.js';

/** An experiment as read from a file, with the places of its keys. */
export interface ExperimentText {
  /** What `resolveExperiment` takes. */
  readonly value: unknown;
  /** Names file and line of a key, for errors. */
  readonly locate: Locate;
}

/**
 * Reads an experiment file. The YAML parser is loaded by the first call, so that programs which bring their experiments as objects do without it.
 * @param text YAML or JSON.
 * @param file Its name, for errors.
 * @throws InputError naming the line when the text is not valid YAML.
 */
export async function parseExperiment(text: string, file: string): Promise<ExperimentText> {
  const yaml = await import('yaml');
  const lineCounter = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter, prettyErrors: false });
  const problem = document.errors[0];
  if (problem !== undefined) {
    const { line, col } = lineCounter.linePos(problem.pos[0]);
    throw new InputError(`${file}:${line}:${col}`, 'experiment file', `be valid YAML or JSON (${problem.message.trim()})`, lineText(text, line));
  }
  const value = toValue(document, file);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError(file, 'experiment file', 'hold keys and values', value);
  }
  const locate: Locate = (path) => {
    const offset = offsetOf(yaml, document, path);
    return offset === undefined ? file : `${file}:${lineCounter.linePos(offset).line}`;
  };
  return { value, locate };
}

/** @throws InputError where the YAML is valid but has no value, such as an alias of nothing. */
function toValue(document: Yaml.Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new InputError(file, 'experiment file', 'be valid YAML or JSON', (error as Error).message);
  }
}

function lineText(text: string, line: number): string {
  return (text.split('\n')[line - 1] ?? '').trim();
}

/** Where the key at a path stands in the text; the nearest section that is there when the key is missing. */
function offsetOf({ isPair, isScalar }: typeof Yaml, document: Yaml.Document, path: readonly PropertyKey[]): number | undefined {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const last = path[depth - 1];
    const parent: unknown = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const items = (parent as { items?: unknown[] } | null)?.items;
    if (items === undefined) continue;
    const item = typeof last === 'number' ? items[last] : items.find((pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === last);
    const node = isPair(item) ? item.key : item;
    const range = (node as { range?: [number, number, number] } | undefined)?.range;
    if (range !== undefined) return range[0];
  }
  return undefined;
}
