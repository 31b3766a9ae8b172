/**
 * Real time in seconds, for slices, budgets of real time and `wallSeconds`. The only clock of the library: nothing that
 * a digest depends on may read it.
 */
export function wallClock(): number {
  return performance.now() / 1000;
}
