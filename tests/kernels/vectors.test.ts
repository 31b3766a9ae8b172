import { describe, expect, test } from 'vitest';
import { loadKernels } from '../../bindings/kernels/load.js';
import { uniformF32, uniformF64 } from './reference.js';
import { withRelaxedSimd } from './relaxed-simd.js';
import { exports, onWorkbench } from './workbench.js';

/** Around the lanes, the blocks of 128 bytes and those of 192. */
const sizes = [...Array(18).keys(), 23, 24, 25, 31, 32, 33, 47, 48, 49, 63, 64, 65, 97, 100, 1025];
/** A scalar that float32 cannot represent. */
const scalar = 0.1;
const { fround } = Math;

interface Format {
  name: 'F32' | 'F64';
  size: number;
  random: (seed: number, n: number) => Float32Array | Float64Array;
  round: (x: number) => number;
}
const formats: Format[] = [
  { name: 'F32', size: 4, random: uniformF32, round: fround },
  { name: 'F64', size: 8, random: uniformF64, round: (x) => x },
];

describe.each(formats)('$name', ({ name, size, random, round }) => {
  const one = round(scalar);

  test.each(sizes)('fill, scale, axpy and step give the correctly rounded bits of every entry, n = %i', (n) => {
    const x = random(n, n);
    const y = random(n + 1, n);
    onWorkbench((bench) => {
      const read = (pointer: number): Float32Array | Float64Array => (name === 'F32' ? bench.f32(pointer, n) : bench.f64(pointer, n));
      const filled = bench.output(n, size);
      exports[`fill${name}`](n, scalar, filled);
      expect(read(filled)).toEqual(x.map(() => one));

      for (const zero of [0, -0]) {
        const zeros = bench.output(n, size);
        exports[`fill${name}`](n, zero, zeros);
        expect(read(zeros)).toEqual(x.map(() => zero));
      }

      const scaled = bench.inout(x);
      exports[`scale${name}`](n, scalar, scaled);
      expect(read(scaled)).toEqual(x.map((v) => round(one * v)));

      const sum = bench.inout(y);
      exports[`axpy${name}`](n, scalar, bench.input(x), sum);
      expect(read(sum)).toEqual(y.map((v, j) => round(v + round(one * x[j]!))));
      const doubled = bench.inout(x);
      exports[`axpy${name}`](n, scalar, doubled, doubled);
      expect(read(doubled)).toEqual(x.map((v) => round(v + round(one * v))));

      const stepped = y.map((v, j) => round(v - round(one * x[j]!)));
      const out = bench.output(n, size);
      exports[`step${name}`](n, scalar, bench.input(y), bench.input(x), out);
      expect(read(out)).toEqual(stepped);
      const inPlace = bench.inout(y);
      exports[`step${name}`](n, scalar, inPlace, bench.input(x), inPlace);
      expect(read(inPlace)).toEqual(stepped);
      const overGradient = bench.inout(x);
      exports[`step${name}`](n, scalar, bench.input(y), overGradient, overGradient);
      expect(read(overGradient)).toEqual(stepped);
    });
  });

  test.each(sizes)('dot accumulates in float64, n = %i', (n) => {
    const x = random(n + 2, n);
    const y = random(n + 3, n);
    onWorkbench((bench) => {
      const exact = Array.from(x, (v, j) => v * y[j]!).reduce((sum, v) => sum + v, 0);
      expect(Math.abs(exports[`dot${name}`](n, bench.input(x), bench.input(y)) - exact)).toBeLessThanOrEqual(2 ** -52 * (n + 1));
    });
  });

  test.each(sizes)('weightedSum adds in the order of the vectors, n = %i', (n) => {
    for (const count of [0, 1, 2, 3, 7]) {
      const vectors = Array.from({ length: count }, (_, j) => random(10 * n + j, n));
      const weights = uniformF64(count, count, 3);
      let expected: Float32Array | Float64Array = random(0, n).fill(0);
      vectors.forEach((v, j) => (expected = expected.map((s, i) => round(s + round(round(weights[j]!) * v[i]!)))));
      onWorkbench((bench) => {
        const pointers = bench.input(Uint32Array.from(vectors, (v) => bench.input(v)));
        const out = bench.output(n, size);
        exports[`weightedSum${name}`](n, count, pointers, bench.input(weights), out);
        expect(name === 'F32' ? bench.f32(out, n) : bench.f64(out, n)).toEqual(expected);
      });
    }
  });

  /** Sums of `vectors` by turns; where `over` is given, out is vector `over` and stands in the list once. */
  function checkSum({ n, count, over }: { n: number; count: number; over?: number }): void {
    const values = Array.from({ length: 11 }, (_, j) => random(10 * n + j, n));
    const weights = uniformF64(count, count, 3);
    const valuesOf = (j: number): Float32Array | Float64Array => values[j === over ? 10 : j % 10]!;
    const expected = random(0, n).fill(0);
    for (let j = 0; j < count; j += 1) {
      const v = valuesOf(j);
      const w = round(weights[j]!);
      for (let i = 0; i < n; i += 1) expected[i] = expected[i]! + round(w * v[i]!); // stored, hence rounded
    }
    onWorkbench((bench) => {
      const out = over === undefined ? bench.output(n, size) : bench.inout(values[10]!);
      const inputs = values.slice(0, 10).map((v) => bench.input(v));
      const pointers = Uint32Array.from({ length: count }, (_, j) => (j === over ? out : inputs[j % 10]!));
      exports[`weightedSum${name}`](n, count, bench.input(pointers), bench.input(weights), out);
      expect(name === 'F32' ? bench.f32(out, n) : bench.f64(out, n)).toEqual(expected);
    });
  }

  test.each([0, 1, 8, 9, 16, 36])('weightedSum may write over vector %i of 37', (over) => {
    for (const n of [37, 200]) checkSum({ n, count: 37, over });
  });

  // Two stretches of 8064 bytes, a block of 192 and a rest, so often that the vectors count as more than the caches hold.
  const long = (2 * 8064 + 192 + 104) / size;
  const many = Math.ceil((24 * 2 ** 20) / (size * long));
  test.each([0, 1, 2, 7, 8])('weightedSum of more than the caches hold, %i vectors beyond it', (extra) => {
    checkSum({ n: long, count: many + extra });
  });
  const head = many & 7; // the vectors before the groups of eight
  test.each([0, head - 1, head, 700])('weightedSum of more than the caches hold may write over vector %i', (over) => {
    checkSum({ n: long + 1, count: many, over });
  });
});

test('dotF32 does not lose small products beside large ones', () => {
  onWorkbench((bench) => {
    const x = bench.input(Float32Array.of(2 ** 20, 1, -(2 ** 20), 1));
    const y = bench.input(Float32Array.of(2 ** 20, 2 ** -3, 2 ** 20, 2 ** -4));
    expect(exports.dotF32(4, x, y)).toBe(0.1875);
  });
});

test('copyBytes copies, overlapping ranges too', () => {
  onWorkbench((bench) => {
    const bytes = Uint8Array.from({ length: 100 }, (_, j) => j);
    const target = bench.output(100, 1);
    exports.copyBytes(100, bench.input(bytes), target);
    expect(bench.read(Uint8Array, target, 100)).toEqual(bytes);
    exports.copyBytes(90, target, target + 10);
    expect(bench.read(Uint8Array, target + 10, 90)).toEqual(bytes.slice(0, 90));
    exports.copyBytes(0, target, target);
  });
});

describe('the build with fused operations', async () => {
  const fused = await withRelaxedSimd(() => loadKernels({ variant: 'fma' }));
  const place = (values: Float32Array | Float64Array | Uint32Array): number => {
    const pointer = fused.pool.allocate(values.byteLength, 'tests');
    fused.pool.u8.set(new Uint8Array(values.buffer), pointer);
    return pointer;
  };
  const read = (pointer: number, n: number): Float32Array => fused.pool.f32.slice(pointer / 4, pointer / 4 + n);

  test.each(sizes)('rounds once or twice, at the ends as elsewhere, n = %i', (n) => {
    const x = uniformF32(1, 2000);
    const y = uniformF32(2, 2000);
    const run = (count: number): Float32Array[] => {
      const px = place(x);
      const [sum, stepped, combined] = [place(y), place(y), place(y)];
      fused.exports.axpyF32(count, scalar, px, sum);
      fused.exports.stepF32(count, -scalar, px, stepped, stepped); // x + 0.1 y
      fused.exports.weightedSumF32(count, 2, place(Uint32Array.of(sum, px)), place(Float64Array.of(1, scalar)), combined);
      return [sum, stepped, combined].map((pointer) => read(pointer, n));
    };
    const results = run(n);
    expect(results).toEqual(run(2000)); // an entry's bits do not depend on where the end is
    const [sum, stepped, combined] = results as [Float32Array, Float32Array, Float32Array];
    const a = fround(scalar);
    const check = (result: number, base: number, product: number): void => {
      if (result === fround(base + fround(product))) return;
      expect(Math.abs(result - (base + product))).toBeLessThanOrEqual(2 ** -24 * (1 + 2 ** -20) * Math.abs(base + product));
    };
    for (let j = 0; j < n; j += 1) {
      check(sum[j]!, y[j]!, a * x[j]!);
      check(stepped[j]!, x[j]!, a * y[j]!);
      check(combined[j]!, sum[j]!, a * x[j]!);
    }
  });

  test.each(sizes)('gives the same bits where products are exact or never fused, n = %i', (n) => {
    const [x, y] = [uniformF32(3, n), uniformF32(4, n)];
    const [v, w] = [uniformF64(5, n), uniformF64(6, n)];
    onWorkbench((bench) => {
      expect(fused.exports.dotF32(n, place(x), place(y))).toBe(exports.dotF32(n, bench.input(x), bench.input(y)));
      expect(fused.exports.dotF64(n, place(v), place(w))).toBe(exports.dotF64(n, bench.input(v), bench.input(w)));
      const here = bench.inout(w);
      const there = place(w);
      exports.axpyF64(n, scalar, bench.input(v), here);
      fused.exports.axpyF64(n, scalar, place(v), there);
      expect(fused.pool.f64.slice(there / 8, there / 8 + n)).toEqual(bench.f64(here, n));
    });
  });
});
