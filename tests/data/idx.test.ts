import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { gunzip, parseIdxImages, parseIdxLabels } from '../../bindings/data/idx.js';
import { InputError } from '../../bindings/index.js';
import { idx, idxImages, idxLabels } from './idx-files.js';

describe('IDX', () => {
  test('images keep their size and their bytes', () => {
    const { count, height, width, pixels } = parseIdxImages(idxImages(4), 'a');
    expect([count, height, width]).toEqual([4, 2, 3]);
    expect([...pixels.subarray(6, 12)]).toEqual([7, 47, 87, 127, 167, 207]);
  });

  test('labels are the bytes after the count', () => {
    expect([...parseIdxLabels(idxLabels(5), 'a')]).toEqual([0, 1, 2, 0, 1]);
  });

  test('a view into a larger buffer is read from where it begins', () => {
    const shifted = new Uint8Array(100).fill(255);
    shifted.set(idxLabels(3), 7);
    expect([...parseIdxLabels(shifted.subarray(7, 7 + 11), 'a')]).toEqual([0, 1, 2]);
  });

  test('the other kind of file is refused', () => {
    const [images, labels] = ['be IDX images, which begin with 0x00000803', 'be IDX labels, which begin with 0x00000801'];
    expect(() => parseIdxImages(idxLabels(20), 'l.idx')).toThrow(`l.idx: 'file' must ${images}, got '0x00000801'`);
    expect(() => parseIdxLabels(idxImages(2), 'i.idx')).toThrow(`i.idx: 'file' must ${labels}, got '0x00000803'`);
  });

  test('a file that is too short or too long is refused', () => {
    const images = idxImages(4);
    expect(() => parseIdxImages(images.subarray(0, -1), 'i')).toThrow("i: 'file' must have 40 bytes for 4×2×3 images, got '39 bytes'");
    expect(() => parseIdxImages(Uint8Array.of(...images, 0), 'i')).toThrow("got '41 bytes'");
    expect(() => parseIdxImages(images.subarray(0, 9), 'i')).toThrow('16 bytes of header');
    expect(() => parseIdxLabels(new Uint8Array(0), 'l')).toThrow('8 bytes of header');
  });

  test('a file with nothing in it is refused', () => {
    expect(() => parseIdxImages(idx([0, 2, 3], new Uint8Array(0)), 'i')).toThrow('at least one');
    expect(() => parseIdxImages(idx([2, 0, 3], new Uint8Array(0)), 'i')).toThrow('at least one');
    expect(() => parseIdxLabels(idx([0], new Uint8Array(0)), 'l')).toThrow(InputError);
  });
});

describe('gunzip', () => {
  test('packed bytes are unpacked, others returned as they are', async () => {
    const bytes = idxImages(10);
    expect(await gunzip(gzipSync(bytes), 'a')).toEqual(bytes);
    expect(await gunzip(bytes, 'a')).toBe(bytes);
    expect(await gunzip(new Uint8Array(0), 'a')).toHaveLength(0);
  });

  test('truncated or damaged gzip is an error that names the file', async () => {
    const packed = new Uint8Array(gzipSync(idxImages(200)));
    await expect(gunzip(packed.subarray(0, packed.length - 9), 'x.gz')).rejects.toThrow("x.gz: 'file' must be a complete gzip file");
    await expect(gunzip(packed.map((byte, j) => (j === packed.length - 6 ? byte ^ 1 : byte)), 'x.gz')).rejects.toThrow(InputError);
  });
});
