import type { KernelExports } from '../kernels/abi.js';
import type { CompactForm } from '../kernels/compact-gradient.js';
import type { MlpRecipe } from './gradient-recipe.js';
import { drawnBytes, gradientProgram } from './gradient-recipe.js';

/** The largest batch that the kernels take in compact form. */
const LARGEST_BATCH = 512;

/**
 * The compact form of a network's gradients: what its layers computed for the batch.
 * @param parameters d: where the form would take more than half of a vector's memory there is none.
 * @param scratch First byte of `recipe.scratchBytes`.
 */
export function mlpCompactForm(exports: KernelExports, recipe: MlpRecipe, parameters: number, scratch: number): CompactForm | undefined {
  const { layers, widths, inputs, starts } = recipe;
  const { batch } = recipe.samples;
  if (batch > LARGEST_BATCH) return undefined;
  const bytes = exports.mlpCompactBytes(layers, widths, batch);
  if (2 * bytes > 4 * parameters) return undefined;
  const work = scratch + drawnBytes(batch);
  return {
    bytes,
    make: gradientProgram(exports, { ...recipe, compact: true }, scratch),
    write: (block, out) => exports.mlpExpand(layers, widths, batch, inputs, starts, block, out, work),
    add: (block, a, x, out) => exports.mlpAdd(layers, widths, batch, inputs, starts, block, a, x, out, work),
  };
}
