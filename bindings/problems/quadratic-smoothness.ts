import type { Kernels } from '../kernels/load.js';
import type { ProblemConstants } from './constants.js';
import type { QuadraticPart } from './quadratic-problem.js';
import type { SymmetricOperator } from './spectral-norm.js';
import { spectralNorm, unitScale } from './spectral-norm.js';
import { withWorkspace } from './workspace.js';

/** The smoothness constants of f(x) = (1/n) Σ f_i(x), and L_i by part. */
export interface QuadraticSmoothness {
  readonly constants: Pick<ProblemConstants, 'smoothness' | 'ringleaderSmoothness' | 'maxSmoothness'>;
  readonly parts: ReadonlyMap<QuadraticPart, number>;
}

/**
 * Smoothness of quadratics to full accuracy: L_i = ‖A_i‖₂, L_f = ‖Ā‖₂ and L = √λ_max((1/n) Σ A_i²), the smallest constant of Ringleader ASGD's
 * condition: ∇f(x) − (1/n) Σ ∇f_i(y_i) = (1/n) Σ A_i (x − y_i), whose norm is largest for x − y_i = A_i v, v the eigenvector of (1/n) Σ A_i².
 * The time is that of some tens of gradients of every distinct part for n small matrices, some hundreds where d is in the hundreds.
 * @param parts One per worker, or fewer that occur equally often.
 * @param meanCurvature out ← Ā e
 */
export function quadraticSmoothness(
  kernels: Kernels,
  dimension: number,
  parts: readonly QuadraticPart[],
  meanCurvature: SymmetricOperator,
): QuadraticSmoothness {
  const occurrences = new Map<QuadraticPart, number>();
  for (const part of parts) occurrences.set(part, (occurrences.get(part) ?? 0) + 1);
  const normOf = (apply: SymmetricOperator): number => spectralNorm(kernels, dimension, 'float64', apply);
  const norms = new Map([...occurrences.keys()].map((part) => [part, part.norm ?? normOf((e, out) => part.curvature(e, out))]));
  let maxSmoothness = 0;
  for (const norm of norms.values()) maxSmoothness = Math.max(maxSmoothness, norm);
  const all = (smoothness: number, ringleaderSmoothness: number): QuadraticSmoothness => ({
    // L_f ≤ L ≤ L_max also after rounding.
    constants: {
      smoothness: Math.min(smoothness, maxSmoothness),
      ringleaderSmoothness: Math.min(Math.max(smoothness, ringleaderSmoothness), maxSmoothness),
      maxSmoothness,
    },
    parts: norms,
  });
  if (occurrences.size === 1) return all(maxSmoothness, maxSmoothness);
  return withWorkspace(kernels, dimension, 'float64', (space) => {
    const [once, twice] = [space.create(), space.create()];
    // (1/n) Σ (s A_i)² with s = 1, or near 1/L_max where L_max² might not be a number.
    const scale = unitScale(maxSmoothness);
    const meanSquare: SymmetricOperator = (e, out) => {
      space.clear(out);
      for (const [part, count] of occurrences) {
        part.curvature(e, once);
        if (scale !== 1) space.scale(scale, once);
        part.curvature(once, twice);
        space.axpy((count / parts.length) * scale, twice, out);
      }
    };
    return all(normOf(meanCurvature), Math.sqrt(normOf(meanSquare)) / scale);
  });
}
