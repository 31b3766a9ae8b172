import { describe, expect, test } from 'vitest';
import { Purpose, Random } from '../../bindings/kernels/random.js';
import { philoxBlock, philoxWords } from './reference.js';
import { exports, kernels, onWorkbench } from './workbench.js';

const key = [0x1234_5678, 0x9abc_def0] as const;
const stream = [key[0], key[1], 7, 11, 5] as const; // key, index, worker, purpose
const sizes = [...Array(18).keys(), 31, 32, 33, 47, 48, 49, 63, 64, 65, 100];

/** The known answers published with Random123 (kat_vectors). */
const known = [
  { counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
] as const;

describe('philox', () => {
  test.each(known)('known answer with key $key', ({ counter: [c0, c1, c2, c3], key: [k0, k1], words }) => {
    onWorkbench((bench) => {
      const out = bench.output(4, 4);
      exports.philox(k0, k1, c0, c1, c2, c3, out);
      expect([...bench.read(Uint32Array, out, 4)]).toEqual([...words]);
    });
    expect(philoxBlock([k0, k1], [c0, c1, c2, c3])).toEqual([...words]); // the reference of the other tests
  });
});

test.each(sizes)('fillUniformF32, sampleIndices and sampleRows take the words in order, n = %i', (n) => {
  const words = philoxWords(n, key, 7, 11, 5);
  onWorkbench((bench) => {
    const out = bench.output(n, 4);
    exports.fillUniformF32(n, ...stream, out);
    expect([...bench.f32(out, n)]).toEqual(words.map((word) => (word >>> 8) * 2 ** -24));
    const indices = bench.output(n, 4);
    exports.sampleIndices(n, 1000, 50, ...stream, indices);
    expect([...bench.read(Uint32Array, indices, n)]).toEqual(words.map((word) => 50 + Math.floor((word * 1000) / 2 ** 32)));
    const order = Uint32Array.from({ length: 77 }, (_, j) => (2 ** 32 - 1 - j * 12_345_678) >>> 0);
    const rows = bench.output(n, 4);
    exports.sampleRows(n, 77, bench.input(order), ...stream, rows);
    expect([...bench.read(Uint32Array, rows, n)]).toEqual(words.map((word) => order[Math.floor((word * 77) / 2 ** 32)]));
  });
});

test.each(sizes)('fillUniformF64 takes 53 bits of two words in order, n = %i', (n) => {
  const words = philoxWords(2 * n, key, 7, 11, 5);
  onWorkbench((bench) => {
    const out = bench.output(n, 8);
    exports.fillUniformF64(n, ...stream, out);
    const expected = Array.from({ length: n }, (_, j) => ((words[2 * j]! >>> 5) * 2 ** 26 + (words[2 * j + 1]! >>> 6)) * 2 ** -53);
    expect([...bench.f64(out, n)]).toEqual(expected);
    if (n > 0) expect(exports.uniform(...stream)).toBe(expected[0]);
  });
});

test('sampleIndices covers the whole range, also for the largest bound', () => {
  onWorkbench((bench) => {
    const out = bench.output(4000, 4);
    exports.sampleIndices(4000, 7, 100, ...stream, out);
    const counts = new Map<number, number>();
    for (const index of bench.read(Uint32Array, out, 4000)) counts.set(index, (counts.get(index) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual([100, 101, 102, 103, 104, 105, 106]);
    for (const count of counts.values()) expect(Math.abs(count - 4000 / 7)).toBeLessThan(5 * Math.sqrt(4000 / 7));
    exports.sampleIndices(100, 0xffff_ffff, 0, ...stream, out);
    const words = philoxWords(100, key, 7, 11, 5);
    expect([...bench.read(Uint32Array, out, 100)]).toEqual(words.map((word) => Number((BigInt(word) * 0xffff_ffffn) >> 32n)));
    exports.sampleIndices(5, 1, 3, ...stream, out);
    expect([...bench.read(Uint32Array, out, 5)]).toEqual([3, 3, 3, 3, 3]);
  });
});

describe('Random', () => {
  test('streams differ in seed, purpose, worker and index, and each is repeatable', () => {
    const draw = (seed: number, purpose: Purpose, worker: number, index: number): number =>
      new Random(exports, kernels.pool, seed).uniform(purpose, worker, index);
    const base = draw(1, Purpose.noise, 2, 3);
    expect(draw(1, Purpose.noise, 2, 3)).toBe(base);
    expect(draw(2, Purpose.noise, 2, 3)).not.toBe(base);
    expect(draw(1 + 2 ** 32, Purpose.noise, 2, 3)).not.toBe(base);
    expect(draw(1, Purpose.samples, 2, 3)).not.toBe(base);
    expect(draw(1, Purpose.noise, 3, 3)).not.toBe(base);
    expect(draw(1, Purpose.noise, 2, 4)).not.toBe(base);
  });

  test('streams are uncorrelated with their neighbours', () => {
    const random = new Random(exports, kernels.pool, 5);
    const n = 100_000;
    const base = random.uniforms(Purpose.data, 0, 0, n);
    for (const [purpose, worker, index] of [[Purpose.data, 1, 0], [Purpose.data, 0, 1], [Purpose.model, 0, 0]] as const) {
      const other = random.uniforms(purpose, worker, index, n);
      const covariance = base.reduce((sum, u, j) => sum + (u - 0.5) * (other[j]! - 0.5), 0) / n;
      expect(Math.abs(12 * covariance)).toBeLessThan(4.5 / Math.sqrt(n));
    }
  });

  test('a permutation holds every number once', () => {
    const order = new Random(exports, kernels.pool, 9).permutation(Purpose.partition, 0, 0, 1000);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, j) => j));
    expect([...order]).not.toEqual([...order].sort((a, b) => a - b));
  });
});
