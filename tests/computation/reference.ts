/** ∫_from^to v by the midpoint rule. */
export function integrate(v: (t: number) => number, from: number, to: number, points = 200_000): number {
  const h = (to - from) / points;
  let sum = 0;
  for (let k = 0; k < points; k += 1) sum += v(from + (k + 0.5) * h);
  return sum * h;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Simulated time per gradient of a worker that computes without a pause. */
export function timePerGradient(duration: (index: number, start: number) => number, gradients: number): number {
  let time = 0;
  for (let index = 0; index < gradients; index += 1) time += duration(index, time);
  return time / gradients;
}
