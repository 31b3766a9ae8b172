import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Vector } from '../kernels/vector.js';

/**
 * SHA-256 of a model's bytes, little-endian, in hexadecimal. The bits of a NaN depend on the processor, so that every NaN counts as
 * the canonical one.
 */
export function modelDigest(model: Vector): string {
  const bytes = model.bytes();
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  if (model.scalar === 'float32') {
    for (let j = 0; j < words.length; j += 1) if ((words[j]! & 0x7fff_ffff) > 0x7f80_0000) words[j] = 0x7fc0_0000;
  } else {
    const numbers = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
    numbers.forEach((value, j) => {
      if (Number.isNaN(value)) words.set([0, 0x7ff8_0000], 2 * j);
    });
  }
  return bytesToHex(sha256(bytes));
}
