import { expect, test } from 'vitest';
import { loadKernels } from '../../bindings/kernels/load.js';

const { exports, pool } = await loadKernels();
const room = pool.allocate(4096, 'test');
const scratch = pool.allocate(128, 'test');
const end = pool.memory.buffer.byteLength;

/** Calls that read n numbers of 4 or 8 bytes at x and write at most n of them to y. */
const readers: Record<string, { size: 4 | 8; call: (n: number, x: number, y: number) => void }> = {
  relu: { size: 4, call: (n, x, y) => exports.relu(n, x, y) },
  reluMask: { size: 4, call: (n, x, y) => exports.reluMask(n, x, y) },
  scaleF32: { size: 4, call: (n, x) => exports.scaleF32(n, 1, x) },
  axpyF32: { size: 4, call: (n, x, y) => exports.axpyF32(n, 1, x, y) },
  axpyF64: { size: 8, call: (n, x, y) => exports.axpyF64(n, 1, x, y) },
  dotF32: { size: 4, call: (n, x) => void exports.dotF32(n, x, x) },
  dotF64: { size: 8, call: (n, x) => void exports.dotF64(n, x, x) },
  stepF32: { size: 4, call: (n, x, y) => exports.stepF32(n, 1, x, x, y) },
  stepF64: { size: 8, call: (n, x, y) => exports.stepF64(n, 1, x, x, y) },
  softmaxCrossEntropy: { size: 4, call: (n, x, y) => void exports.softmaxCrossEntropy(Math.min(1, n), n, x, n, room, 0, 0, y, n) },
  tridiagonalGradient: { size: 8, call: (n, x, y) => exports.tridiagonalGradient(n, 1, 1, x, x, y) },
  tridiagonalNoisyGradient: { size: 8, call: (n, x, y) => exports.tridiagonalNoisyGradient(n, 1, 1, x, n & 1, x, 1, 1, 2, 3, 4, 5, y, scratch) },
  tridiagonalNoisyStep: { size: 8, call: (n, x, y) => exports.tridiagonalNoisyStep(n, 1, 1, x, n & 1, x, 1, 1, 2, 3, 4, 5, 1, x, y, scratch) },
  fillNormalF32: { size: 4, call: (n, x) => exports.fillNormalF32(n, 1, 2, 3, 4, 5, x) },
  addNormalF32: { size: 4, call: (n, x) => exports.addNormalF32(n, 1, 1, 2, 3, 4, 5, x) },
  addNormalF64: { size: 8, call: (n, x) => exports.addNormalF64(n, 1, 1, 2, 3, 4, 5, x) },
  fillUniformF32: { size: 4, call: (n, x) => exports.fillUniformF32(n, 1, 2, 3, 4, 5, x) },
  fillUniformF64: { size: 8, call: (n, x) => exports.fillUniformF64(n, 1, 2, 3, 4, 5, x) },
  sampleIndices: { size: 4, call: (n, x) => exports.sampleIndices(n, 9, 0, 1, 2, 3, 4, 5, x) },
};

test.each(Object.entries(readers))('%s reads and writes nothing beyond the end of memory', (_, { size, call }) => {
  pool.u8[room] = 0; // the label of softmaxCrossEntropy
  for (let n = 0; n <= 35; n += 1) {
    expect(() => call(n, end - n * size, room + 64), `n = ${n}`).not.toThrow();
    expect(() => call(n, room + 64, end - n * size), `n = ${n}`).not.toThrow();
  }
});
