import { describe, expect, test } from 'vitest';
import { uniformF32, uniformF64 } from './reference.js';
import { exports, onWorkbench } from './workbench.js';

const sizes = [...Array(18).keys(), 31, 32, 33, 100, 1025];
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

      const scaled = bench.inout(x);
      exports[`scale${name}`](n, scalar, scaled);
      expect(read(scaled)).toEqual(x.map((v) => round(one * v)));

      const sum = bench.inout(y);
      exports[`axpy${name}`](n, scalar, bench.input(x), sum);
      expect(read(sum)).toEqual(y.map((v, j) => round(v + round(one * x[j]!))));

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

  test('weightedSum may write over one of its vectors', () => {
    const n = 37;
    const [x, y] = [random(1, n), random(2, n)];
    onWorkbench((bench) => {
      const out = bench.inout(y);
      exports[`weightedSum${name}`](n, 2, bench.input(Uint32Array.of(bench.input(x), out)), bench.input(Float64Array.of(2, -1)), out);
      expect(name === 'F32' ? bench.f32(out, n) : bench.f64(out, n)).toEqual(x.map((v, j) => round(round(2 * v) - y[j]!)));
    });
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
