/** The side of an image in pixels. */
export const SIDE = 28;

/** Curve pieces per span between two control points. */
const PIECES = 6;

/** A pen's path in one buffer: `points` holds x, y per point; `starts[s]` is the first point of stroke s. */
export interface Path {
  readonly points: Float64Array;
  count: number;
  readonly starts: number[];
}

/** An empty path with room for `capacity` points. */
export function createPath(capacity: number): Path {
  return { points: new Float64Array(2 * capacity), count: 0, starts: [] };
}

/**
 * Appends a smooth curve (Catmull-Rom) through a stroke's control points; beyond the ends the curvature goes on.
 * @param control x₀, y₀, x₁, y₁, …; at least two points.
 */
export function appendCurve(path: Path, control: Float64Array): void {
  const last = control.length / 2 - 1;
  const beyond = (end: number, inward: 1 | -1, axis: number): number => {
    const first = control[2 * end + axis]!;
    const second = control[2 * (end + inward) + axis]!;
    return last < 2 ? 2 * first - second : 2.5 * first - 2 * second + 0.5 * control[2 * (end + 2 * inward) + axis]!;
  };
  path.starts.push(path.count);
  for (let span = 0; span < last; span += 1) {
    const firstPiece = span === 0 ? 0 : 1;
    for (let axis = 0; axis < 2; axis += 1) {
      const b = control[2 * span + axis]!;
      const c = control[2 * span + 2 + axis]!;
      const a = span > 0 ? control[2 * span - 2 + axis]! : beyond(0, 1, axis);
      const d = span + 1 < last ? control[2 * span + 4 + axis]! : beyond(last, -1, axis);
      for (let piece = firstPiece; piece <= PIECES; piece += 1) {
        const t = piece / PIECES;
        const value = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
        path.points[2 * (path.count + piece - firstPiece) + axis] = value;
      }
    }
    path.count += PIECES + 1 - firstPiece;
  }
}

/**
 * Draws a path: every pixel takes the ink of the nearest point of the path, full within the pen's radius and falling
 * linearly to 0 over `softness` pixels.
 * @param path In pixels; (0.5, 0.5) is the middle of the first pixel.
 * @param radius The pen's radius in pixels, as a function of the position along the path from 0 to 1.
 * @param image SIDE×SIDE row-major, overwritten with ink from 0 to 1.
 */
export function drawPath(path: Path, radius: (position: number) => number, softness: number, image: Float64Array): void {
  image.fill(0);
  const { points, starts, count } = path;
  let stroke = 0;
  for (let p = 0; p < count - 1; p += 1) {
    if (starts[stroke + 1] === p + 1) {
      stroke += 1;
      continue;
    }
    drawSegment(points[2 * p]!, points[2 * p + 1]!, points[2 * p + 2]!, points[2 * p + 3]!, radius(p / count), softness, image);
  }
}

function drawSegment(x0: number, y0: number, x1: number, y1: number, radius: number, softness: number, image: Float64Array): void {
  const reach = radius + softness / 2;
  const left = Math.max(0, Math.floor(Math.min(x0, x1) - reach));
  const right = Math.min(SIDE - 1, Math.floor(Math.max(x0, x1) + reach));
  const top = Math.max(0, Math.floor(Math.min(y0, y1) - reach));
  const bottom = Math.min(SIDE - 1, Math.floor(Math.max(y0, y1) + reach));
  const dx = x1 - x0;
  const dy = y1 - y0;
  const lengthSquared = dx * dx + dy * dy;
  const perLength = lengthSquared > 0 ? 1 / lengthSquared : 0;
  for (let row = top; row <= bottom; row += 1) {
    const py = row + 0.5 - y0;
    for (let column = left; column <= right; column += 1) {
      const px = column + 0.5 - x0;
      const along = Math.max(0, Math.min(1, (px * dx + py * dy) * perLength));
      const ex = px - along * dx;
      const ey = py - along * dy;
      const squared = ex * ex + ey * ey;
      if (squared >= reach * reach) continue;
      const ink = Math.min(1, (reach - Math.sqrt(squared)) / softness);
      const pixel = row * SIDE + column;
      if (ink > image[pixel]!) image[pixel] = ink;
    }
  }
}
