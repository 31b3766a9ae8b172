import { describe, expect, test } from 'vitest';
import { uniformF32, uniformF64 } from './reference.js';
import { exports, onWorkbench } from './workbench.js';

const formats = [
  { name: 'F32', size: 4, random: uniformF32 },
  { name: 'F64', size: 8, random: uniformF64 },
] as const;

describe.each(formats)('$name', ({ name, size, random }) => {
  test.each([[0, 1], [1, 1], [1, 9], [3, 4], [8, 33], [17, 17], [100, 1025]])('gather and scatter %i of %i entries', (count, n) => {
    const x = random(n, n);
    const values = random(n + 1, count);
    const chosen = Uint32Array.from({ length: count }, (_, j) => Math.floor((j * n) / Math.max(1, count)));
    onWorkbench((bench) => {
      const read = (pointer: number, length: number) => (name === 'F32' ? bench.f32(pointer, length) : bench.f64(pointer, length));
      const coordinates = bench.input(chosen);
      const out = bench.output(count, size);
      exports[`gather${name}`](count, coordinates, bench.input(x), out);
      expect(Array.from(read(out, count))).toEqual(Array.from(chosen, (j) => x[j]!));

      const target = bench.inout(x);
      exports[`scatter${name}`](count, coordinates, bench.input(values), target);
      const expected = x.slice();
      chosen.forEach((j, k) => (expected[j] = values[k]!));
      expect(read(target, n)).toEqual(expected);
    });
  });
});
