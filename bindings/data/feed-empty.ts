/**
 * Gives every worker with nothing, in increasing order, a sample: the last one of the worker that holds most at that
 * moment, the first such worker when several do.
 * @param parts Sample numbers per worker, at least as many samples as workers; changed in place.
 * @returns The same array. Time is linear in workers and samples, up to sorting.
 */
export function feedEmpty(parts: Uint32Array[]): Uint32Array[] {
  const empty = parts.flatMap((part, worker) => (part.length === 0 ? [worker] : []));
  let level = parts.reduce((most, part) => Math.max(most, part.length), 0);
  const holding: number[][] = Array.from({ length: level + 1 }, () => []); // workers by the size of their part
  parts.forEach((part, worker) => holding[part.length]!.push(worker));
  for (let fed = 0; fed < empty.length; level -= 1) {
    const givers = holding[level]!.sort((a, b) => a - b);
    for (const giver of givers.slice(0, empty.length - fed)) {
      const part = parts[giver]!;
      parts[empty[fed]!] = part.slice(level - 1);
      parts[giver] = part.slice(0, level - 1);
      fed += 1;
    }
    for (const giver of givers) holding[level - 1]!.push(giver);
  }
  return parts;
}
