import type { Kernels } from './load.js';
import type { Pending } from './vector.js';
import { Vector } from './vector.js';

/**
 * A form of stochastic gradients that takes a small part of the memory of a vector, and from which a gradient is made or added to a model
 * in passing. The form of one gradient is called a block: `bytes` bytes in WebAssembly memory, 64-byte aligned.
 */
export interface CompactForm {
  readonly bytes: number;
  /** Makes the block of worker i's gradient `index` at x. */
  readonly make: (worker: number, index: number, x: number, block: number) => void;
  /** out ← g */
  readonly write: (block: number, out: number) => void;
  /** out ← x + a g, to the last bit as with a vector g; out may be x. */
  readonly add: (block: number, a: number, x: number, out: number) => void;
}

/** A block, counted by reference. */
class Block {
  #holders = 1;

  constructor(
    readonly pointer: number,
    readonly kernels: Kernels,
  ) {}

  retain(): this {
    this.#holders += 1;
    return this;
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders === 0) this.kernels.pool.release(this.pointer);
  }
}

/**
 * The sum of one gradient or several in compact form, added up in their order when somebody asks for it. It takes further ones for as long as
 * they need less memory than the vector would.
 */
export class CompactSum implements Pending {
  readonly #form: CompactForm;
  readonly #kernels: Kernels;
  readonly #length: number;
  readonly #blocks: Block[] = [];

  private constructor(kernels: Kernels, form: CompactForm, length: number) {
    this.#kernels = kernels;
    this.#form = form;
    this.#length = length;
  }

  /**
   * A gradient as a vector of `length` float32 that is written down when it is asked for.
   * @param block Its compact form; the vector gives it back to the pool.
   */
  static vector(kernels: Kernels, form: CompactForm, length: number, block: number): Vector {
    const sum = new CompactSum(kernels, form, length);
    sum.#blocks.push(new Block(block, kernels));
    return new Vector(kernels.pool, length, 'float32', 'gradients', sum);
  }

  /** A sum again, as a vector, from copies of its blocks. */
  static restore(kernels: Kernels, form: CompactForm, length: number, blocks: readonly Uint8Array[]): Vector {
    const { pool } = kernels;
    const sum = new CompactSum(kernels, form, length);
    for (const content of blocks) {
      const pointer = pool.allocate(form.bytes, 'gradients');
      pool.u8.set(content, pointer);
      sum.#blocks.push(new Block(pointer, kernels));
    }
    return new Vector(pool, length, 'float32', 'gradients', sum);
  }

  write(out: number): void {
    const [first, ...others] = this.#blocks;
    this.#form.write(first!.pointer, out);
    for (const { pointer } of others) this.#form.add(pointer, 1, out, out);
  }

  add(a: number, x: number, out: number): void {
    if (this.#blocks.length === 1) {
      this.#form.add(this.#blocks[0]!.pointer, a, x, out);
      return;
    }
    const { exports, pool } = this.#kernels;
    const written = pool.allocate(this.#length * 4, 'gradients');
    this.write(written);
    exports.stepF32(this.#length, -a, x, written, out);
    pool.release(written);
  }

  include(other: Pending): boolean {
    if (!(other instanceof CompactSum)) return false;
    const count = this.#blocks.length + other.#blocks.length;
    // A sum of sums would be added up in another order.
    if (other.#blocks.length !== 1 || count * this.#form.bytes > this.#length * 4) return false;
    this.#blocks.push(other.#blocks[0]!.retain());
    return true;
  }

  blocks(): Uint8Array<ArrayBuffer>[] {
    const { u8 } = this.#kernels.pool;
    return this.#blocks.map(({ pointer }) => u8.slice(pointer, pointer + this.#form.bytes));
  }

  release(): void {
    for (const block of this.#blocks.splice(0)) block.release();
  }
}
