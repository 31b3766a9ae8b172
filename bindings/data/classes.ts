import { InputError } from '../errors.js';

/** The most classes that labels of one byte can name. */
const MOST_CLASSES = 256;

/** Class numbers in place of what a file calls its classes. */
export interface Classes {
  /** The names in the order of the numbers. */
  readonly names: readonly string[];
  /** A class number per sample, for each of the lists given. */
  readonly labels: readonly Uint8Array[];
}

/**
 * Numbers classes from 0, in ascending order of their names: as numbers when all are numbers, else as text (by UTF-16 code units).
 * @param lists What the samples of each set are labelled with. Equal numbers are one class however they are written.
 * @param where The file, for errors.
 * @throws InputError when there are fewer than 2 or more than 256 classes.
 */
export function numberClasses(lists: readonly ArrayLike<number | string>[], where: string): Classes {
  const found = new Set<number | string>();
  for (const list of lists) {
    for (let j = 0; j < list.length && found.size <= MOST_CLASSES; j += 1) found.add(list[j]!);
  }
  if (found.size < 2) throw new InputError(where, 'labels', 'name at least two classes', found.size === 1 ? `only ${[...found][0]!}` : 'no samples');
  if (found.size > MOST_CLASSES) throw new InputError(where, 'labels', `name at most ${MOST_CLASSES} classes`, 'more different labels');
  const sorted = [...found].sort((a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1));
  const numbers = new Map(sorted.map((label, number) => [label, number]));
  const labels = lists.map((list) => {
    const own = new Uint8Array(list.length);
    for (let j = 0; j < list.length; j += 1) own[j] = numbers.get(list[j]!)!;
    return own;
  });
  return { names: sorted.map(String), labels };
}
