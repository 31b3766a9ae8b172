import type { Kernels } from '../bindings/index.js';

/** Arrays in the kernels' memory, for as long as the process runs. */
export class Arena {
  #streams = 0;

  constructor(readonly kernels: Kernels) {}

  allocate(bytes: number): number {
    return this.kernels.pool.allocate(bytes, 'benchmarks');
  }

  /** n float32: standard normals times `scale`. */
  normals(n: number, scale = 1): number {
    const { exports } = this.kernels;
    const pointer = this.allocate(4 * n);
    exports.fillNormalF32(n, 1, 0, (this.#streams += 1), 0, 0, pointer);
    exports.scaleF32(n, scale, pointer);
    return pointer;
  }

  /** n float64: standard normals. */
  normals64(n: number): number {
    const pointer = this.allocate(8 * n);
    this.kernels.exports.fillF64(n, 0, pointer);
    this.kernels.exports.addNormalF64(n, 1, 1, 0, (this.#streams += 1), 0, 0, pointer);
    return pointer;
  }

  /** `count` numbers below `bound`, with repetitions, as the samplers of simulations draw them. */
  indices(count: number, bound: number): number {
    const pointer = this.allocate(4 * count);
    this.kernels.exports.sampleIndices(count, bound, 0, 1, 0, (this.#streams += 1), 0, 0, pointer);
    return pointer;
  }

  /** Copies numbers in. */
  place(values: Float32Array | Float64Array | Uint32Array | Uint8Array): number {
    const pointer = this.allocate(values.byteLength);
    this.kernels.pool.u8.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), pointer);
    return pointer;
  }

  /** Makes NaN of what a kernel is to overwrite. */
  poison(pointer: number, bytes: number): void {
    this.kernels.pool.u8.fill(0xff, pointer, pointer + bytes);
  }

  /** Copies of what is at a pointer. */
  f32(pointer: number, n: number): Float32Array {
    return this.kernels.pool.f32.slice(pointer / 4, pointer / 4 + n);
  }

  f64(pointer: number, n: number): Float64Array {
    return this.kernels.pool.f64.slice(pointer / 8, pointer / 8 + n);
  }

  u32(pointer: number, n: number): Uint32Array {
    return this.kernels.pool.u32.slice(pointer / 4, pointer / 4 + n);
  }
}
