import type { NodeRequire } from './install.js';

interface Session {
  run(feeds: Record<string, never>, fetches: readonly string[]): Promise<Record<string, { data: Float32Array }>>;
  release(): Promise<void>;
}

/** What is used of onnxruntime-web. */
export interface OnnxRuntime {
  readonly env: { readonly versions: { readonly web: string }; readonly wasm: { numThreads: number } };
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
}

/** onnxruntime-web: one thread; its only build has SIMD. */
export function loadOnnxRuntime(require: NodeRequire): OnnxRuntime {
  const ort = require('onnxruntime-web') as OnnxRuntime;
  ort.env.wasm.numThreads = 1;
  return ort;
}

/** A product of two matrices that stay in the runtime's memory. */
export interface OnnxProduct {
  /** Computes it, and hands out a single number of it. */
  readonly run: () => Promise<unknown>;
  /** Computes it and copies all of it. */
  readonly read: () => Promise<Float32Array>;
  readonly release: () => Promise<void>;
}

/**
 * The API copies every input in and every output out. Both would be avoidable in a network, so a and b are constants of the model here
 * (which the runtime packs beforehand), and a run asks for the first entry of the product only.
 */
export async function onnxProduct(ort: OnnxRuntime, m: number, n: number, k: number, a: Float32Array, b: Float32Array): Promise<OnnxProduct> {
  // Without optimisation, since it would compute a product of constants beforehand.
  const session = await ort.InferenceSession.create(productModel(m, n, k, a, b), { executionProviders: ['wasm'], graphOptimizationLevel: 'disabled' });
  return {
    run: () => session.run({}, ['corner']),
    read: async () => (await session.run({}, ['c']))['c']!.data,
    release: () => session.release(),
  };
}

// The model, as Protocol Buffers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
const FLOAT = 1;
const INT64 = 7;

/** c = a·b and corner = c[0:1, 0:1]. */
function productModel(m: number, n: number, k: number, a: Float32Array, b: Float32Array): Uint8Array {
  const zeros = BigInt64Array.of(0n, 0n);
  const ones = BigInt64Array.of(1n, 1n);
  const graph = message(
    part(1, node('MatMul', ['a', 'b'], 'c')),
    part(1, node('Slice', ['c', 'zeros', 'ones'], 'corner')),
    part(2, text('product')),
    part(5, constant('a', FLOAT, [m, k], a)),
    part(5, constant('b', FLOAT, [k, n], b)),
    part(5, constant('zeros', INT64, [2], zeros)),
    part(5, constant('ones', INT64, [2], ones)),
    part(12, output('c', [m, n])),
    part(12, output('corner', [1, 1])),
  );
  return message(number(1, 8), part(7, graph), part(8, number(2, 13)));
}

function node(operator: string, inputs: readonly string[], result: string): Uint8Array {
  return message(...inputs.map((name) => part(1, text(name))), part(2, text(result)), part(4, text(operator)));
}

function constant(name: string, type: number, sizes: readonly number[], values: Float32Array | BigInt64Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return message(...sizes.map((size) => number(1, size)), number(2, type), part(8, text(name)), part(9, bytes));
}

function output(name: string, sizes: readonly number[]): Uint8Array {
  const shape = message(...sizes.map((size) => part(1, number(1, size))));
  return message(part(1, text(name)), part(2, part(1, message(number(1, FLOAT), part(2, shape)))));
}

/** A field that holds bytes: a string, a message or raw data. */
function part(field: number, content: Uint8Array): Uint8Array {
  return message(varint(8 * field + 2), varint(content.length), content);
}

/** A field that holds a whole number. */
function number(field: number, value: number): Uint8Array {
  return message(varint(8 * field), varint(value));
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; bytes.length === 0 || rest > 0; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + (rest >= 128 ? 128 : 0));
  return Uint8Array.from(bytes);
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function message(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const bytes of parts) {
    whole.set(bytes, at);
    at += bytes.length;
  }
  return whole;
}
