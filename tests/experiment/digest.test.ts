import { expect, it } from 'vitest';
import { Vector } from '../../bindings/index.js';
import type { Scalar } from '../../bindings/index.js';
import { modelDigest } from '../../bindings/experiment/digest.js';
import { testKernels } from '../quadratics.js';

it.each<[Scalar, number[], number[]]>([
  ['float32', [0x3f80_0000, 0x7fc0_0000], [0x3f80_0000, 0xffc0_0001]],
  ['float64', [0, 0x3ff0_0000, 0, 0x7ff8_0000], [0, 0x3ff0_0000, 1, 0xfff8_0000]],
])('the digest of a %s model does not depend on the bits of its NaNs', async (scalar, one, other) => {
  const { pool } = await testKernels();
  const digestOf = (words: readonly number[]): string => {
    const vector = new Vector(pool, 2, scalar, 'test');
    pool.u32.set(words, vector.pointer / 4);
    const digest = modelDigest(vector);
    vector.release();
    return digest;
  };
  expect(digestOf(one)).toBe(digestOf(other));
  expect(digestOf(one.map((word, j) => (j === one.length - 1 ? 0x3f80_0000 : word)))).not.toBe(digestOf(one));
});
