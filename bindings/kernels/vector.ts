import type { MemoryPool } from './memory.js';

/** The number format of a run's vectors. */
export type Scalar = 'float32' | 'float64';

/** Bytes of one number. */
export function scalarBytes(scalar: Scalar): number {
  return scalar === 'float32' ? 4 : 8;
}

/**
 * A vector in WebAssembly memory, counted by reference: it is created with one holder, `retain` adds one and `release`
 * removes one; the last release returns its memory. A vector with several holders must not be written to: model versions
 * are shared this way between the server and the workers that compute at them.
 */
export class Vector {
  readonly #pool: MemoryPool;
  #holders = 1;

  /** @param pool Where the memory comes from. @param length Number of entries. @param scalar Number format. @param purpose For accounting. */
  constructor(
    pool: MemoryPool,
    readonly length: number,
    readonly scalar: Scalar,
    purpose: string,
  ) {
    this.#pool = pool;
    this.pointer = pool.allocate(length * scalarBytes(scalar), purpose);
  }

  /** First byte in WebAssembly memory. */
  readonly pointer: number;

  /** How many holders there are; 0 after the last release. */
  get holders(): number {
    return this.#holders;
  }

  /** Adds a holder. @returns The vector itself. */
  retain(): this {
    this.#requireHolder('retain');
    this.#holders += 1;
    return this;
  }

  /** Removes a holder; the last one returns the memory to the pool. */
  release(): void {
    this.#requireHolder('release');
    this.#holders -= 1;
    if (this.#holders === 0) this.#pool.release(this.pointer);
  }

  /** The entries as a live view: valid until memory grows (any allocation) or the vector is released. */
  view(): Float32Array | Float64Array {
    this.#requireHolder('view');
    const { pointer, length } = this;
    return this.scalar === 'float32'
      ? this.#pool.f32.subarray(pointer / 4, pointer / 4 + length)
      : this.#pool.f64.subarray(pointer / 8, pointer / 8 + length);
  }

  /** A copy of the entries, little-endian bytes. */
  bytes(): Uint8Array<ArrayBuffer> {
    this.#requireHolder('bytes');
    return this.#pool.u8.slice(this.pointer, this.pointer + this.length * scalarBytes(this.scalar));
  }

  #requireHolder(what: string): void {
    if (this.#holders === 0) throw new RangeError(`vector: '${what}' must not follow the last release`);
  }
}
