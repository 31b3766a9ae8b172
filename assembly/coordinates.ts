// Entries of a vector at given coordinates. coordinates: uint32[count], each below the vector's length; nothing overlaps.

/** out_j ← x[coordinates_j], float32. */
export function gatherF32(count: i32, coordinates: usize, x: usize, out: usize): void {
  const end = coordinates + ((<usize>count) << 2);
  for (; coordinates < end; coordinates += 4, out += 4) store<f32>(out, load<f32>(x + ((<usize>load<u32>(coordinates)) << 2)));
}

/** out_j ← x[coordinates_j], float64. */
export function gatherF64(count: i32, coordinates: usize, x: usize, out: usize): void {
  const end = coordinates + ((<usize>count) << 2);
  for (; coordinates < end; coordinates += 4, out += 8) store<f64>(out, load<f64>(x + ((<usize>load<u32>(coordinates)) << 3)));
}

/** x[coordinates_j] ← values_j, float32; no coordinate stands twice. */
export function scatterF32(count: i32, coordinates: usize, values: usize, x: usize): void {
  const end = coordinates + ((<usize>count) << 2);
  for (; coordinates < end; coordinates += 4, values += 4) store<f32>(x + ((<usize>load<u32>(coordinates)) << 2), load<f32>(values));
}

/** x[coordinates_j] ← values_j, float64; no coordinate stands twice. */
export function scatterF64(count: i32, coordinates: usize, values: usize, x: usize): void {
  const end = coordinates + ((<usize>count) << 2);
  for (; coordinates < end; coordinates += 4, values += 8) store<f64>(x + ((<usize>load<u32>(coordinates)) << 3), load<f64>(values));
}
