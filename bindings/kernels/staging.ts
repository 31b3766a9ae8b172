import { InputError } from '../errors.js';
import type { Kernels } from './load.js';
import { Vector } from './vector.js';

/**
 * Float32 numbers for a kernel: any Float32Array, or a float32 `Vector` in the kernels' memory. Vectors, and arrays that are
 * views of the kernels' memory, are used where they are; other arrays are copied in (and results out) on every call.
 */
export type Floats = Float32Array | Vector;

/** Whatever can be brought into the kernels' memory. */
export type Stageable = Floats | Uint8Array | Uint32Array;

/** Where an array lies in the kernels' memory, in bytes. */
interface Span {
  begin: number;
  end: number;
}

/**
 * Runs a call on arrays that are brought into the kernels' memory, and gives back what that took, whatever happens.
 * @param where Name of the caller, for messages.
 * @param arrays The call's arrays by name; undefined ones are absent.
 * @param call Does the work; the stage tells it where the arrays are.
 */
export function staged<Name extends string, Result>(
  kernels: Kernels, where: string, arrays: Readonly<Record<Name, Stageable | undefined>>, call: (stage: Stage<Name>) => Result,
): Result {
  const stage = new Stage(kernels, where, arrays);
  try {
    return call(stage);
  } finally {
    stage.release();
  }
}

/** Where the arrays of one call are. */
export class Stage<Name extends string> {
  readonly #kernels: Kernels;
  readonly #where: string;
  readonly #arrays: Readonly<Record<Name, Stageable | undefined>>;
  /** Places of the arrays that are in the kernels' memory, noted before anything can make it grow and detach them. */
  readonly #spans = new Map<Name, Span>();
  readonly #used: Name[] = [];
  readonly #blocks: number[] = [];

  constructor(kernels: Kernels, where: string, arrays: Readonly<Record<Name, Stageable | undefined>>) {
    this.#kernels = kernels;
    this.#where = where;
    this.#arrays = arrays;
    for (const name of Object.keys(arrays) as Name[]) {
      const array = arrays[name];
      if (array instanceof Vector) this.#spans.set(name, { begin: array.pointer, end: array.pointer + array.length * 4 });
      else if (array?.buffer === kernels.pool.memory.buffer) {
        this.#spans.set(name, { begin: array.byteOffset, end: array.byteOffset + array.byteLength });
      }
    }
  }

  /** @returns Where an input's content is: its own place or a copy's; 0 when it is absent. */
  input(name: Name): number {
    const array = this.#arrays[name];
    if (array === undefined) return 0;
    this.#used.push(name);
    return this.#spans.get(name)?.begin ?? this.#copyIn(array as ArrayBufferView);
  }

  /**
   * @param keep Whether the content counts.
   * @returns Where to write `count` float32: the array's own place, or a block.
   * @throws InputError when that place overlaps an input named before.
   */
  output(name: Name, count: number, keep: boolean): number {
    const span = this.#spans.get(name);
    if (span === undefined) {
      const array = this.#arrays[name];
      return keep && array !== undefined ? this.#copyIn(array as Float32Array) : this.scratch(count * 4);
    }
    for (const other of this.#used) {
      const { begin, end } = this.#spans.get(other) ?? { begin: 0, end: 0 };
      if (span.begin < end && begin < span.end) {
        const shared = `memory that both share from byte ${Math.max(begin, span.begin)}`;
        throw new InputError(this.#where, name, `not overlap '${other}'`, shared);
      }
    }
    return span.begin;
  }

  /** @returns A block of undefined content, 64-byte aligned. */
  scratch(bytes: number): number {
    const pointer = this.#kernels.pool.allocate(bytes, `arrays of ${this.#where}`);
    this.#blocks.push(pointer);
    return pointer;
  }

  /** @returns A result at `pointer`: copied to the output array or to a new one, or seen through the output's own place. */
  result(name: Name, pointer: number, count: number): Float32Array {
    const out = this.#arrays[name];
    const view = this.#kernels.pool.f32.subarray(pointer / 4, pointer / 4 + count);
    if (out === undefined) return view.slice();
    if (!(out instanceof Float32Array)) return view;
    if (this.#spans.has(name)) return out.buffer === view.buffer ? out : view;
    out.set(view);
    return out;
  }

  release(): void {
    for (const pointer of this.#blocks) this.#kernels.pool.release(pointer);
    this.#blocks.length = 0;
  }

  #copyIn(array: ArrayBufferView): number {
    const pointer = this.scratch(array.byteLength);
    this.#kernels.pool.u8.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), pointer);
    return pointer;
  }
}
