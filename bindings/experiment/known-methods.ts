import { InputError } from '../errors.js';
import type { AnyMethod } from '../methods/method.js';
import { methods as builtInMethods } from '../methods/registry.js';
import type { ResolvedMethod } from './resolve.js';
import type { ExperimentOptions } from './run.js';

/** The built-in methods and the user's own. @throws InputError when one is no method, or two have the same name. */
export function knownMethods({ methods: own = [] }: Pick<ExperimentOptions, 'methods'>): AnyMethod[] {
  const all = [...builtInMethods, ...own];
  own.forEach((method: Partial<AnyMethod>, index) => {
    const { name, parameters } = method;
    if (typeof name !== 'string' || parameters === undefined) {
      throw new InputError('runExperiment', `methods[${index}]`, "be a method that 'defineMethod' made, with a name", method);
    }
    if (all.filter((other) => other.name === name).length > 1) {
      throw new InputError('runExperiment', `methods[${index}].name`, 'be a name that no other method has', name);
    }
  });
  return all;
}

/**
 * A name per entry: the method's, and where it stands more than once the parameters in which its entries differ, defaults left out.
 * @param entries The `methods` of a resolved experiment.
 * @param methods Those that it may name; default: the built-in ones.
 * @returns As many labels, no two alike: `asgd`, `rescaled-asgd (times=mean)`, `asgd #2`.
 */
export function methodLabels(entries: readonly ResolvedMethod[], methods: readonly AnyMethod[] = builtInMethods): string[] {
  const used = new Map<string, number>();
  return entries.map(({ name, stepsize, ...parameters }) => {
    const table = methods.find((method) => method.name === name)?.parameters ?? {};
    const namesakes = entries.filter((entry) => entry.name === name);
    const special = Object.entries(parameters).filter(
      ([key, value]) => table[key]?.default !== value && namesakes.some((entry) => entry[key] !== value),
    );
    const label = special.length === 0 ? name : `${name} (${special.map(([key, value]) => `${key}=${String(value)}`).join(', ')})`;
    const number = (used.get(label) ?? 0) + 1;
    used.set(label, number);
    return number === 1 ? label : `${label} #${number}`;
  });
}
