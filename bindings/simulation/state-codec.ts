import { StragglerError } from '../errors.js';
import type { MemoryPool } from '../kernels/memory.js';
import type { Scalar } from '../kernels/vector.js';
import { scalarBytes, Vector } from '../kernels/vector.js';

/** A method's state holds something that is neither plain data nor a vector, so that it cannot be saved. */
export class NotPlainState extends StragglerError {
  /** Name of the class. */
  override name = 'NotPlainState';
  /** @param path Where it is, e.g. `lanes[0].server.table`. */
  constructor(
    readonly path: string,
    what: string,
  ) {
    super(`state: '${path}' must be plain data or a vector to be saved, got ${what}`);
  }
}

type Primitive = string | number | boolean | bigint | null | undefined;
/** Something with an identity, by its number; −1: a gap in an array. */
interface Reference {
  readonly ref: number;
}
type Item = Primitive | Reference;
type TypedArray =
  | Int8Array<ArrayBuffer> | Uint8Array<ArrayBuffer> | Uint8ClampedArray<ArrayBuffer> | Int16Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | BigInt64Array<ArrayBuffer> | BigUint64Array<ArrayBuffer>;
type Node =
  | { readonly kind: 'array'; readonly items: Item[] }
  | { readonly kind: 'object'; readonly keys: string[]; readonly items: Item[]; readonly bare: boolean }
  | { readonly kind: 'map'; readonly keys: Item[]; readonly items: Item[] }
  | { readonly kind: 'set'; readonly items: Item[] }
  | { readonly kind: 'typed'; readonly values: TypedArray }
  /** `bytes` is null where the last holder has let go. */
  | { readonly kind: 'vector'; readonly length: number; readonly scalar: Scalar; readonly bytes: Uint8Array<ArrayBuffer> | null }
  /** A vector whose numbers nobody has asked for: what they follow from, which may take far less. */
  | { readonly kind: 'pending'; readonly length: number; readonly blocks: Uint8Array<ArrayBuffer>[] };

/** Plain data and vectors as a value of its own: it can be cloned, sent and written to a file, and shares nothing with what it was made of. */
export interface SavedState {
  readonly root: Item;
  /** Everything with an identity, each once. */
  readonly nodes: readonly Node[];
}

const GAP: Reference = { ref: -1 };

/**
 * Saves plain data and vectors: numbers, strings, booleans, null, undefined, arrays, plain objects, typed arrays, Map, Set and Vector, with
 * everything that is held in several places saved once.
 * @param name What paths in errors begin with.
 * @throws NotPlainState when there is anything else.
 */
export function saveState(value: unknown, name: string): SavedState {
  const nodes: Node[] = [];
  const known = new Map<object, Reference>();
  const buffers = new Set<ArrayBufferLike>();
  const save = (item: unknown, path: string): Item => {
    if (typeof item === 'function') throw new NotPlainState(path, 'a function');
    if (typeof item === 'symbol') throw new NotPlainState(path, 'a symbol');
    if (typeof item !== 'object' || item === null) return item as Primitive;
    let reference = known.get(item);
    if (reference === undefined) {
      reference = { ref: nodes.length };
      known.set(item, reference);
      const node = emptyNode(item, path, buffers);
      nodes.push(node);
      fillNode(node, item, path, save);
    }
    return reference;
  };
  return { root: save(value, name), nodes };
}

/** The node of an object without what it contains, which may contain the object. */
function emptyNode(item: object, path: string, buffers: Set<ArrayBufferLike>): Node {
  if (item instanceof Vector) {
    const { pending, length } = item;
    const blocks = item.holders > 0 ? (pending?.blocks() ?? null) : null;
    if (blocks !== null) return { kind: 'pending', length, blocks };
    return { kind: 'vector', length, scalar: item.scalar, bytes: item.holders === 0 ? null : item.bytes() };
  }
  if (Array.isArray(item)) return { kind: 'array', items: [] };
  if (item instanceof Map) return { kind: 'map', keys: [], items: [] };
  if (item instanceof Set) return { kind: 'set', items: [] };
  if (ArrayBuffer.isView(item) && !(item instanceof DataView)) {
    const values = item as TypedArray;
    if (buffers.has(values.buffer) || values.byteLength !== values.buffer.byteLength) throw new NotPlainState(path, 'a view of a part of a buffer');
    buffers.add(values.buffer);
    return { kind: 'typed', values: values.slice() };
  }
  const prototype: unknown = Object.getPrototypeOf(item);
  if (prototype !== Object.prototype && prototype !== null) throw new NotPlainState(path, `an object of class ${className(prototype)}`);
  return { kind: 'object', keys: [], items: [], bare: prototype === null };
}

function className(prototype: unknown): string {
  const { constructor } = prototype as { constructor?: unknown };
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'unknown';
}

function fillNode(node: Node, item: object, path: string, save: (item: unknown, path: string) => Item): void {
  if (node.kind === 'array') {
    const array = item as unknown[];
    for (let j = 0; j < array.length; j += 1) node.items.push(j in array ? save(array[j], `${path}[${j}]`) : GAP);
  } else if (node.kind === 'map') {
    for (const [key, value] of item as Map<unknown, unknown>) {
      node.keys.push(save(key, `${path}: a key`));
      node.items.push(save(value, `${path}.get(${String(key)})`));
    }
  } else if (node.kind === 'set') {
    for (const value of item as Set<unknown>) node.items.push(save(value, `${path}: an element`));
  } else if (node.kind === 'object') {
    for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(item))) {
      if (!('value' in property)) throw new NotPlainState(`${path}.${key}`, 'a property that is computed');
      node.keys.push(key);
      node.items.push(save(property.value, `${path}.${key}`));
    }
  }
}

/** Makes a vector whose numbers follow from blocks. */
export type RestorePending = (length: number, blocks: readonly Uint8Array[]) => Vector;

/**
 * Makes anew what was saved. Every place at which a vector stands is one of its holders.
 * @param pool Where the vectors' memory comes from.
 * @param purpose For accounting.
 * @param restorePending Needed where there were vectors whose numbers nobody had asked for.
 */
export function loadState({ root, nodes }: SavedState, pool: MemoryPool, purpose: string, restorePending?: RestorePending): unknown {
  const objects = nodes.map((node) => emptyObject(node, pool, purpose, restorePending));
  const given = new Set<Vector>();
  const load = (item: Item): unknown => {
    if (typeof item !== 'object' || item === null) return item;
    const object = objects[item.ref];
    if (!(object instanceof Vector) || object.holders === 0) return object;
    if (given.has(object)) return object.retain();
    given.add(object);
    return object;
  };
  nodes.forEach((node, j) => fillObject(objects[j], node, load));
  return load(root);
}

function emptyObject(node: Node, pool: MemoryPool, purpose: string, restorePending: RestorePending | undefined): unknown {
  switch (node.kind) {
    case 'array':
      return new Array<unknown>(node.items.length);
    case 'object':
      return node.bare ? Object.create(null) : {};
    case 'map':
      return new Map();
    case 'set':
      return new Set();
    case 'typed':
      return node.values.slice();
    case 'vector':
      return loadVector(node.length, node.scalar, node.bytes, pool, purpose);
    case 'pending':
      if (restorePending === undefined) throw new RangeError("state: 'blocks' must be of a problem whose gradients have a compact form");
      return restorePending(node.length, node.blocks);
  }
}

function loadVector(length: number, scalar: Scalar, bytes: Uint8Array | null, pool: MemoryPool, purpose: string): Vector {
  const vector = new Vector(pool, length, scalar, purpose);
  if (bytes === null) vector.release();
  else if (bytes.length === length * scalarBytes(scalar)) pool.u8.set(bytes, vector.pointer);
  else throw new RangeError(`state: 'bytes' must be those of ${length} ${scalar} numbers, got ${bytes.length}`);
  return vector;
}

function fillObject(object: unknown, node: Node, load: (item: Item) => unknown): void {
  if (node.kind === 'array') {
    node.items.forEach((item, j) => {
      if (typeof item !== 'object' || item === null || item.ref !== GAP.ref) (object as unknown[])[j] = load(item);
    });
  } else if (node.kind === 'object') {
    node.keys.forEach((key, j) => {
      Object.defineProperty(object, key, { value: load(node.items[j]), writable: true, enumerable: true, configurable: true });
    });
  } else if (node.kind === 'map') node.keys.forEach((key, j) => (object as Map<unknown, unknown>).set(load(key), load(node.items[j])));
  else if (node.kind === 'set') for (const item of node.items) (object as Set<unknown>).add(load(item));
}
