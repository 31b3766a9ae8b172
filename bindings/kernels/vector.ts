import type { Block, MemoryPool } from './memory.js';

/** The number format of a run's vectors. */
export type Scalar = 'float32' | 'float64';

/**
 * Bytes of one number.
 * @param scalar The number format.
 * @returns 4 or 8.
 */
export function scalarBytes(scalar: Scalar): number {
  return scalar === 'float32' ? 4 : 8;
}

/** What the numbers of a vector follow from, for as long as nobody has asked for them. */
export interface Pending {
  /** out ← the numbers. */
  write(out: number): void;
  /** out ← x + a·(the numbers), without writing them down, to the last bit as if they had been; out may be x. */
  add(a: number, x: number, out: number): void;
  /** Makes the numbers those of the sum with another vector, if that can be put off too. @returns Whether it did. */
  include(other: Pending): boolean;
  /** Copies of the blocks that it is made of, in their order, so that it can be saved as it is; null where only the numbers can be. */
  blocks(): Uint8Array<ArrayBuffer>[] | null;
  /** Gives back what it holds. */
  release(): void;
}

function released(): never {
  throw new RangeError("vector: 'pointer' must not follow the last release");
}

/** What follows from a vector after its last release: no hot path needs to ask whether there was one. */
const RELEASED: Pending = { write: released, add: released, include: released, blocks: released, release: released };

/**
 * A vector in WebAssembly memory, counted by reference: it is created with one holder, `retain` adds one and `release`
 * removes one; the last release returns its memory. A vector with several holders must not be written to: model versions
 * are shared this way between the server and the workers that compute at them.
 */
export class Vector {
  readonly #pool: MemoryPool;
  readonly #purpose: string;
  #holders = 1;
  /** First byte; −1 while there is no memory. */
  #pointer = -1;
  /** Its memory; null while there is none, and where it was given as a pointer. */
  #block: Block | null = null;
  #pending: Pending | null;

  /**
   * @param pool Where the memory comes from.
   * @param length Number of entries.
   * @param scalar Number format.
   * @param purpose For accounting.
   * @param content Where the entries are: a block from the pool, to which the last release returns it. Or what they follow from: then they
   * are written, and memory is taken for them, when they are first asked for. Absent: new memory, whose content is undefined.
   */
  constructor(
    pool: MemoryPool,
    readonly length: number,
    readonly scalar: Scalar,
    purpose: string,
    content?: number | Pending,
  ) {
    this.#pool = pool;
    this.#purpose = purpose;
    this.#pending = typeof content === 'object' ? content : null;
    if (typeof content === 'number') this.#pointer = content;
    else if (content === undefined) this.#allocate();
  }

  /** First byte in WebAssembly memory. @throws RangeError after the last release, when the memory may be somebody else's. */
  get pointer(): number {
    if (this.#pending !== null) this.#write(this.#pending);
    return this.#pointer;
  }

  /**
   * What the entries follow from, while they have not been asked for.
   * @internal
   */
  get pending(): Pending | null {
    return this.#pending;
  }

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
    if (this.#holders > 0) return;
    if (this.#pending !== null) this.#pending.release();
    else if (this.#block !== null) this.#pool.give(this.#block);
    else this.#pool.release(this.#pointer);
    this.#pending = RELEASED;
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
    const { pointer } = this; // may make memory grow
    return this.#pool.u8.slice(pointer, pointer + this.length * scalarBytes(this.scalar));
  }

  #allocate(): void {
    this.#block = this.#pool.take(this.length * scalarBytes(this.scalar), this.#purpose);
    this.#pointer = this.#block.pointer;
  }

  #write(pending: Pending): void {
    if (pending === RELEASED) released();
    this.#allocate();
    pending.write(this.#pointer);
    pending.release();
    this.#pending = null;
  }

  #requireHolder(what: string): void {
    if (this.#holders === 0) throw new RangeError(`vector: '${what}' must not follow the last release`);
  }
}
