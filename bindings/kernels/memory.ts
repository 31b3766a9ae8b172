import { MemoryLimitError } from '../errors.js';

const PAGE = 65_536;
const ALIGNMENT = 64;
const SMALLEST_BLOCK = 64;

/** Bytes in use for one purpose. */
interface Account {
  bytes: number;
}

/** A piece of the memory, which keeps its place and its size. */
export interface Block {
  /** First byte. */
  readonly pointer: number;
  readonly size: number;
  /** The free blocks of this size. */
  readonly free: Block[];
  /** Where its bytes are counted while it is handed out; null when it is free. */
  account: Account | null;
}

/**
 * Hands out blocks of a WebAssembly memory and takes them back.
 *
 * Blocks are 64-byte aligned. A released block goes to a free list of its size and is handed out again, so that a run
 * whose working set is constant uses constant memory. Sizes are rounded up in steps of about 1/8, which bounds both the
 * waste and the number of lists. Every block carries a purpose for accounting.
 */
export class MemoryPool {
  /** What it hands out blocks of. Its `buffer` is another one after the memory has grown. */
  readonly memory: WebAssembly.Memory;
  #end: number;
  readonly #limit: number;
  readonly #free = new Map<number, Block[]>();
  /** All blocks ever made, by first byte. */
  readonly #blocks = new Map<number, Block>();
  readonly #usage = new Map<string, Account>();
  #viewsF32: Float32Array = new Float32Array(0);
  #viewsF64: Float64Array = new Float64Array(0);
  #viewsU32: Uint32Array = new Uint32Array(0);
  #viewsU8: Uint8Array = new Uint8Array(0);

  /**
   * @param memory The memory to manage.
   * @param start First byte that may be handed out.
   * @param limitBytes The most the memory may grow to, at most 4 GiB.
   */
  constructor(memory: WebAssembly.Memory, start: number, limitBytes: number) {
    this.memory = memory;
    this.#end = roundUp(start, ALIGNMENT);
    this.#limit = limitBytes;
  }

  /**
   * Reserves a block; its content is undefined.
   * @param bytes Size in bytes.
   * @param purpose What it is for, e.g. `model versions`; shown when memory runs out.
   * @returns The block's first byte.
   * @throws MemoryLimitError when the memory cannot grow far enough.
   */
  allocate(bytes: number, purpose: string): number {
    return this.take(bytes, purpose).pointer;
  }

  /** Returns a block to the pool. The pointer must come from `allocate` and not have been released since. */
  release(pointer: number): void {
    const block = this.#blocks.get(pointer);
    if (block === undefined) throw new RangeError(`memory: 'pointer' must be a live block, got ${pointer}`);
    this.give(block);
  }

  /**
   * As `allocate`: for holders that keep the block itself, so that nobody need look for it when it comes back.
   * @internal
   */
  take(bytes: number, purpose: string): Block {
    const size = blockSize(bytes);
    const block = this.#freeBlocks(size).pop() ?? this.#extend(size, purpose);
    let account = this.#usage.get(purpose);
    if (account === undefined) this.#usage.set(purpose, (account = { bytes: 0 }));
    account.bytes += block.size;
    block.account = account;
    return block;
  }

  /**
   * As `release`, of a block from `take`.
   * @internal
   */
  give(block: Block): void {
    if (block.account === null) throw new RangeError(`memory: 'pointer' must be a live block, got ${block.pointer}`);
    block.account.bytes -= block.size;
    block.account = null;
    block.free.push(block);
  }

  /** Bytes in use per purpose. */
  usage(): Record<string, number> {
    return Object.fromEntries([...this.#usage].map(([purpose, { bytes }]) => [purpose, bytes] as const).filter(([, bytes]) => bytes > 0));
  }

  /** Bytes in use. */
  get usedBytes(): number {
    let bytes = 0;
    for (const account of this.#usage.values()) bytes += account.bytes;
    return bytes;
  }

  /** Bytes ever taken from the memory: in use or waiting in free lists. */
  get reservedBytes(): number {
    return this.#end;
  }

  /** The most bytes that can be taken. */
  get limitBytes(): number {
    return this.#limit;
  }

  /** The whole memory as float32. A live view: it detaches when the memory grows, so take it anew after allocating. */
  get f32(): Float32Array {
    if (this.#viewsF32.buffer !== this.memory.buffer) this.#viewsF32 = new Float32Array(this.memory.buffer);
    return this.#viewsF32;
  }

  /** As `f32`, as float64. */
  get f64(): Float64Array {
    if (this.#viewsF64.buffer !== this.memory.buffer) this.#viewsF64 = new Float64Array(this.memory.buffer);
    return this.#viewsF64;
  }

  /** As `f32`, as uint32. */
  get u32(): Uint32Array {
    if (this.#viewsU32.buffer !== this.memory.buffer) this.#viewsU32 = new Uint32Array(this.memory.buffer);
    return this.#viewsU32;
  }

  /** As `f32`, as bytes. */
  get u8(): Uint8Array {
    if (this.#viewsU8.buffer !== this.memory.buffer) this.#viewsU8 = new Uint8Array(this.memory.buffer);
    return this.#viewsU8;
  }

  #freeBlocks(size: number): Block[] {
    let free = this.#free.get(size);
    if (free === undefined) this.#free.set(size, (free = []));
    return free;
  }

  #extend(size: number, purpose: string): Block {
    const pointer = this.#end;
    const end = pointer + size;
    if (end > this.#limit) throw this.#exhausted(size, purpose);
    const missing = end - this.memory.buffer.byteLength;
    if (missing > 0) {
      // Growing detaches views, so grow by at least an eighth at a time; settle for what is needed near the limit.
      const wanted = Math.max(missing, this.memory.buffer.byteLength / 8);
      const pages = Math.ceil(Math.min(wanted, this.#limit - this.memory.buffer.byteLength) / PAGE);
      try {
        this.memory.grow(pages);
      } catch {
        try {
          this.memory.grow(Math.ceil(missing / PAGE));
        } catch {
          throw this.#exhausted(size, purpose);
        }
      }
    }
    this.#end = end;
    const block: Block = { pointer, size, free: this.#freeBlocks(size), account: null };
    this.#blocks.set(pointer, block);
    return block;
  }

  #exhausted(size: number, purpose: string): MemoryLimitError {
    const usage = this.usage();
    const holders = Object.entries(usage)
      .sort((a, b) => b[1] - a[1])
      .map(([name, bytes]) => `${name} ${readableBytes(bytes)}`);
    return new MemoryLimitError(
      `memory: '${purpose}' must fit in ${readableBytes(this.#limit)} of WebAssembly memory, got a request for ` +
        `${readableBytes(size)} with ${readableBytes(this.#end)} taken (${holders.length > 0 ? holders.join(', ') : 'nothing yet'})`,
      usage,
    );
  }
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/** The smallest block size that holds `bytes`: a multiple of an eighth of its power of two. */
function blockSize(bytes: number): number {
  if (bytes <= SMALLEST_BLOCK) return SMALLEST_BLOCK;
  let power = SMALLEST_BLOCK;
  while (power * 2 <= bytes) power *= 2;
  return roundUp(bytes, Math.max(ALIGNMENT, power / 8));
}

/**
 * Bytes in words: `512 B`, `1.5 MiB`.
 * @param bytes ≥ 0.
 * @returns In the largest unit that gives at least 1, up to GiB; whole bytes, else three significant digits.
 */
export function readableBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : Number(value.toPrecision(3))} ${units[unit]}`;
}
