/** Something to measure, with the means to find out whether it computes what it should. */
export interface BenchCase {
  /** What it does, beginning with the kernel's name. */
  readonly name: string;
  /** What `work` is counted in: thousands of millions a second, or millions. */
  readonly unit: 'GFLOP/s' | 'GB/s' | 'M/s';
  /** Floating point operations, bytes read and written, or numbers made, per call. */
  readonly work: number;
  /** Bytes that a call touches, however often: memory.copy with as many is the yardstick of what moves bytes. */
  readonly footprint?: number;
  /** Calls the kernel once. */
  readonly run: () => void;
  /** Calls the kernel and compares with a float64 reference: an error that is at most `tolerance` when the kernel is right. */
  readonly residual: () => number;
  readonly tolerance: number;
}
