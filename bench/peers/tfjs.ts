import type { NodeRequire } from './install.js';

export interface Tensor {
  dispose(): void;
  dataSync(): Float32Array;
}

/** What is used of TensorFlow.js. */
export interface Tfjs {
  readonly version: { readonly tfjs: string };
  enableProdMode(): void;
  setBackend(name: string): Promise<boolean>;
  env(): { getAsync(flag: string): Promise<unknown> };
  tidy<Result>(body: () => Result): Result;
  tensor1d(values: ArrayLike<number>, type?: 'int32'): Tensor;
  tensor2d(values: ArrayLike<number>, shape: readonly [number, number]): Tensor;
  variable(initial: Tensor): Tensor;
  oneHot(labels: Tensor, classes: number): Tensor;
  gather(rows: Tensor, indices: Tensor): Tensor;
  matMul(a: Tensor, b: Tensor): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  sub(a: Tensor, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor | number): Tensor;
  sum(x: Tensor, axis: number): Tensor;
  transpose(x: Tensor): Tensor;
  relu(x: Tensor): Tensor;
  /** 1 where x > 0, 0 elsewhere. */
  step(x: Tensor): Tensor;
  softmax(x: Tensor): Tensor;
  cast(x: Tensor, type: 'float32'): Tensor;
  readonly losses: { softmaxCrossEntropy(onehot: Tensor, logits: Tensor): Tensor };
  variableGrads(loss: () => Tensor, variables: readonly Tensor[]): { value: Tensor; grads: Record<string, Tensor> };
}

/**
 * TensorFlow.js with its WebAssembly backend: one thread, the SIMD build.
 * @throws Error when the backend does not start as it should, since its numbers would mislead.
 */
export async function loadTfjs(require: NodeRequire): Promise<Tfjs> {
  const tf = require('@tensorflow/tfjs') as Tfjs;
  const backend = require('@tensorflow/tfjs-backend-wasm') as { setThreadsCount(count: number): void; getThreadsCount(): number };
  tf.enableProdMode();
  backend.setThreadsCount(1);
  if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly backend of TensorFlow.js did not start');
  if ((await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) !== true) throw new Error('TensorFlow.js does not use SIMD here');
  if (backend.getThreadsCount() !== 1) throw new Error('TensorFlow.js does not run on one thread');
  return tf;
}
