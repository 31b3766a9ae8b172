/**
 * Brings the bytes from `from` to `end` into the cache, by a load per cache line. These loads wait for far memory side by side; those of a
 * kernel that computes with what they bring come one after the other. No compiler drops them: a load outside memory would have to trap.
 */
// @ts-ignore: decorator
@inline
export function fetch(from: usize, end: usize): void {
  for (let p = from & ~63; p < end; p += 64) load<u8>(p);
}
