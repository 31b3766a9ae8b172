/** From so many seeds on, a range is that between the quartiles; with fewer it is the whole range. */
const FEWEST_FOR_QUARTILES = 4;

/** The least and the greatest of a few values, or the lower and the upper quartile of more: see `seedRangeKind`. */
export type SeedRange = [low: number, high: number];

/**
 * The quantile of a sample by linear interpolation: with the values in order, x_0 ≤ … ≤ x_{m−1}, and p = fraction·(m − 1) the value is
 * x_⌊p⌋ + (p − ⌊p⌋)(x_{⌊p⌋+1} − x_⌊p⌋). Infinite values take part: what lies between a finite and an infinite one is infinite.
 * @param sorted The values in ascending order, none of them NaN.
 * @param fraction From 0 to 1: 0.5 for the median, 0.25 and 0.75 for the quartiles.
 * @returns NaN without values.
 * @example
 * quantile([1, 2, 4, 8], 0.25); // 1.75
 */
export function quantile(sorted: readonly number[], fraction: number): number {
  const position = fraction * (sorted.length - 1);
  const index = Math.floor(position);
  const a = sorted[index] ?? NaN;
  const b = sorted[index + 1];
  if (index === position || b === undefined || a === b) return a;
  if (!Number.isFinite(a)) return a; // −∞: with b = ∞ as well, the lower one decides
  return a + (position - index) * (b - a);
}

/** The middle value; the mean of the two middle ones for an even number; infinite where the upper of these is. */
export function median(values: readonly number[]): number {
  return quantile(ascending(values), 0.5);
}

/**
 * How far apart the results of several seeds are.
 * @param values One per seed, in any order, none of them NaN.
 * @param seeds How many there are; default: as many as values. With fewer values the range stays of the kind of all seeds.
 * @returns From the lower to the upper quartile; with fewer than four seeds from the least to the greatest.
 */
export function seedRange(values: readonly number[], seeds = values.length): SeedRange {
  const sorted = ascending(values);
  const fractions = seedRangeKind(seeds) === 'quartiles' ? ([0.25, 0.75] as const) : ([0, 1] as const);
  return [quantile(sorted, fractions[0]), quantile(sorted, fractions[1])];
}

/**
 * What the range over so many seeds is: from minimum to maximum (`whole`) below four, else between the quartiles.
 * @param count How many seeds there are.
 */
export function seedRangeKind(count: number): 'quartiles' | 'whole' {
  return count < FEWEST_FOR_QUARTILES ? 'whole' : 'quartiles';
}

/**
 * In words: for notes below figures and tables about results of these numbers of seeds.
 * @param counts How many seeds each result has; single ones have no range, and do not matter.
 * @returns `inter-quartile range`, `minimum to maximum`, or both with the number from which on they differ.
 */
export function seedRangeText(counts: readonly number[]): string {
  const several = counts.filter((count) => count > 1);
  const kinds = new Set(several.map(seedRangeKind));
  if (kinds.size > 1) return `minimum to maximum below ${FEWEST_FOR_QUARTILES} seeds, else inter-quartile range`;
  return kinds.has('quartiles') ? 'inter-quartile range' : 'minimum to maximum';
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
