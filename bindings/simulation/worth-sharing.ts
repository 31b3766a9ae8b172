import { scalarBytes } from '../kernels/vector.js';
import type { Problem } from '../problems/problem.js';

/** Handing a gradient over and fetching it costs about this much, in nanoseconds. */
const HANDING_OVER = 2000;
/**
 * Bytes of a model that a nanosecond must be gained for: gradients in compact form are computed at a model in this thread's cache, which is changed
 * in place; with other threads there is a copy for every version, which travels from cache to cache.
 */
const MODEL_BYTES = 20;

/**
 * Whether a simulation gains time when other threads compute the gradients of a problem.
 * @param problem Whose gradients they are.
 * @returns False where they take less than handing them over does, or where no other thread can compute them.
 */
export function worthSharing({ recipe, compact, dimension, scalar }: Problem): boolean {
  if (recipe === undefined) return false;
  const travels = compact === undefined ? 0 : (dimension * scalarBytes(scalar)) / MODEL_BYTES;
  return recipe.nanoseconds >= Math.max(HANDING_OVER, travels);
}
