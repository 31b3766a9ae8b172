// Elementary functions in float64, compiled into the build: the same bits on every engine.

/** eˣ. */
export function exp(x: f64): f64 {
  return Math.exp(x);
}

/** Natural logarithm. */
export function log(x: f64): f64 {
  return Math.log(x);
}

/** Cosine of x in radians. */
export function cos(x: f64): f64 {
  return Math.cos(x);
}
