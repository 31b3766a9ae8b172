import { InputError } from '../../bindings/index.js';
import type { RunFolder } from './read-run.js';

/**
 * The methods that a figure is limited to.
 * @param list Names, separated by commas; undefined for all.
 * @throws InputError when one is not in the runs.
 */
export function chosenMethods(runs: readonly RunFolder[], list: string | undefined): Set<string> | undefined {
  if (list === undefined) return undefined;
  const known = new Set(runs.flatMap(({ metrics }) => metrics.map(({ method }) => method)));
  const names = list.split(',').map((name) => name.trim());
  for (const name of names) {
    if (!known.has(name)) throw new InputError('plot', '--methods', `name methods of the runs (${[...known].join(', ')})`, name);
  }
  return new Set(names);
}
