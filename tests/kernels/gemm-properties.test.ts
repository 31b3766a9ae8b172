import { describe, expect, test } from 'vitest';
import { relaxedSimd } from 'wasm-feature-detect';
import { mlpGradient } from '../../bindings/kernels/arrays.js';
import { type Kernels, loadKernels } from '../../bindings/kernels/load.js';
import { generator, matrix, product, transposed, uniformF32 } from './reference.js';
import { kernels as plain, sameBytes } from './workbench.js';

const forms = ['gemmNN', 'gemmTN', 'gemmNT'] as const;
type Form = (typeof forms)[number];

// The build with fused operations runs where the engine has them.
const builds: [name: string, kernels: Kernels][] = [['default', plain]];
if (await relaxedSimd()) builds.push(['fused', await loadKernels({ variant: 'fma' })]);

/** Bytes around every array that must not change. */
const GUARD = 64;

/** Sizes at which something changes: lanes, tiles, panels, blocks. */
const EDGES = [1, 2, 3, 4, 6, 8, 9, 10, 12, 16, 20, 24, 32, 36, 48, 64, 96, 100, 128, 192, 256, 300];

/** A size from 1 to 300, half of the time at an edge ± 1. */
function randomSize(next: () => number): number {
  const size = next() < 0.5 ? EDGES[Math.floor(next() * EDGES.length)]! + Math.floor(next() * 3) - 1 : Math.ceil(300 ** next());
  return Math.min(300, Math.max(1, size));
}

interface Shape {
  form: Form;
  m: number;
  n: number;
  k: number;
  lda: number;
  ldb: number;
  ldc: number;
}

/** A random shape whose product is quick to compute. */
function randomShape(form: Form, next: () => number): Shape {
  const slack = (): number => (next() < 0.5 ? 0 : Math.ceil(next() * 9));
  for (;;) {
    const [m, n, k] = [randomSize(next), randomSize(next), randomSize(next)];
    if (m * n * k > 200_000) continue;
    return { form, m, n, k, lda: (form === 'gemmTN' ? m : k) + slack(), ldb: (form === 'gemmNT' ? k : n) + slack(), ldc: n + slack() };
  }
}

/** How many numbers a stored matrix takes: its last row ends with its last entry. */
const extent = (rows: number, columns: number, leading: number): number => (rows - 1) * leading + columns;
const extentA = ({ form, m, k, lda }: Shape): number => (form === 'gemmTN' ? extent(k, m, lda) : extent(m, k, lda));
const extentB = ({ form, n, k, ldb }: Shape): number => (form === 'gemmNT' ? extent(n, k, ldb) : extent(k, n, ldb));

/** Sets the gaps between rows to NaN: they must not reach the result. */
function poisonGaps(values: Float32Array, width: number, leading: number): Float32Array {
  for (let gap = width; gap < values.length; gap += leading) values.fill(NaN, gap, gap - width + leading);
  return values;
}

/** Memory of one build: arrays lie between guards, and everything but C's entries and the scratch must stay as it is. */
class Arena {
  readonly #kernels: Kernels;
  readonly #begin: number;
  #end: number;

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
    this.#begin = this.#end = kernels.pool.allocate(6_000_000, 'tests');
  }

  reset(): void {
    this.#end = this.#begin;
  }

  /** Room for numbers, which are NaN at first, between guards, `offset` bytes away from being aligned. */
  place(count: number, offset = 4): number {
    const pointer = Math.ceil((this.#end + GUARD) / 64) * 64 + offset;
    this.#kernels.pool.u8.fill(0xff, this.#end, pointer + 4 * count + GUARD);
    this.#end = pointer + 4 * count;
    return pointer;
  }

  put(values: Float32Array): number {
    const pointer = this.place(values.length);
    this.#kernels.pool.f32.set(values, pointer / 4);
    return pointer;
  }

  /** Computes one product. @returns C with its gaps. */
  multiply(shape: Shape, a: number, b: number, c: number, bias: number, accumulate: boolean): Float32Array {
    const { form, m, n, k, lda, ldb, ldc } = shape;
    const { exports, pool } = this.#kernels;
    const scratchBytes = exports.gemmScratchBytes(m, n, k);
    const scratch = this.place(scratchBytes / 4, 0);
    const before = pool.u8.slice(this.#begin, this.#end + GUARD);
    exports[form](m, n, k, a, lda, b, ldb, c, ldc, bias, Number(accumulate), scratch);
    const after = pool.u8.slice(this.#begin, this.#end + GUARD);
    const result = pool.f32.slice(c / 4, c / 4 + extent(m, n, ldc));
    const forgive = (pointer: number, bytes: number): void => {
      after.set(before.subarray(pointer - this.#begin, pointer - this.#begin + bytes), pointer - this.#begin);
    };
    for (let i = 0; i < m; i += 1) forgive(c + 4 * i * ldc, 4 * n);
    forgive(scratch, scratchBytes);
    if (!sameBytes(before, after)) expect.fail(`${describeShape(shape)} wrote beside C`);
    return result;
  }
}

const describeShape = ({ form, m, n, k, lda, ldb, ldc }: Shape): string => `${form} ${m}×${n}×${k} (${lda}, ${ldb}, ${ldc})`;

describe.each(builds)('%s build', (_, kernels) => {
  const arena = new Arena(kernels);

  test.each(forms)('%s: random shapes and strides are within the error bound of a float32 sum', (form) => {
    const next = generator(11);
    for (let round = 0; round < 250; round += 1) {
      const shape = randomShape(form, next);
      const { m, n, k, lda, ldb, ldc } = shape;
      const bias = next() < 0.4 ? uniformF32(round, n) : undefined;
      const accumulate = next() < 0.4;
      const a = poisonGaps(uniformF32(round + 1, extentA(shape)), form === 'gemmTN' ? m : k, lda);
      const b = poisonGaps(uniformF32(round + 2, extentB(shape)), form === 'gemmNT' ? k : n, ldb);
      const old = accumulate ? uniformF32(round + 3, extent(m, n, ldc)) : new Float32Array(extent(m, n, ldc)).fill(NaN);
      arena.reset();
      const result = arena.multiply(shape, arena.put(a), arena.put(b), arena.put(old), bias ? arena.put(bias) : 0, accumulate);
      const { value, magnitude } = product(
        form === 'gemmTN' ? transposed(matrix(a, k, m, lda)) : matrix(a, m, k, lda),
        form === 'gemmNT' ? transposed(matrix(b, n, k, ldb)) : matrix(b, k, n, ldb),
      );
      for (let i = 0; i < m; i += 1) {
        for (let j = 0; j < n; j += 1) {
          const addends = [bias?.[j] ?? 0, accumulate ? old[i * ldc + j]! : 0] as const;
          const exact = value[i * n + j]! + addends[0] + addends[1];
          const bound = (k + 2) * 2 ** -24 * (magnitude[i * n + j]! + Math.abs(addends[0]) + Math.abs(addends[1]));
          const entry = result[i * ldc + j]!;
          if (!(Math.abs(entry - exact) <= bound)) expect.fail(`${describeShape(shape)}: (${i}, ${j}) is ${entry}, not ${exact} ± ${bound}`);
        }
      }
    }
  });

  test.each(forms)('%s: an entry has the same bits in a part of the product', (form) => {
    const next = generator(12);
    for (let round = 0; round < 150; round += 1) {
      const whole = randomShape(form, next);
      const { m, n, lda, ldb, ldc } = whole;
      // Zeros among the factors: a sum of nothing else is 0, not −0, wherever it is computed.
      const a = uniformF32(round, extentA(whole)).map((x) => (next() < 0.2 ? 0 : x));
      const b = uniformF32(round + 1, extentB(whole));
      const bias = uniformF32(round + 2, n);
      arena.reset();
      const [pointerA, pointerB, pointerBias] = [arena.put(a), arena.put(b), next() < 0.5 ? arena.put(bias) : 0];
      const all = arena.multiply(whole, pointerA, pointerB, arena.place(extent(m, n, ldc)), pointerBias, false);
      for (let part = 0; part < 6; part += 1) {
        const shape = { ...whole, m: Math.min(m, randomSize(next)), n: Math.min(n, part < 3 ? 1 + Math.floor(next() * 20) : randomSize(next)) };
        const i0 = Math.floor(next() * (m - shape.m + 1));
        const j0 = Math.floor(next() * (n - shape.n + 1));
        const entries = arena.multiply(
          shape, pointerA + 4 * i0 * (form === 'gemmTN' ? 1 : lda), pointerB + 4 * j0 * (form === 'gemmNT' ? ldb : 1),
          arena.place(extent(shape.m, shape.n, ldc)), pointerBias && pointerBias + 4 * j0, false,
        );
        for (let i = 0; i < shape.m; i += 1) {
          for (let j = 0; j < shape.n; j += 1) {
            if (Object.is(entries[i * ldc + j], all[(i0 + i) * ldc + j0 + j])) continue;
            expect.fail(`(${i}, ${j}) of ${describeShape(shape)} differs from (${i0 + i}, ${j0 + j}) of ${describeShape(whole)}`);
          }
        }
      }
    }
  });

  test('rows named by numbers are multiplied as if they lay together', () => {
    const next = generator(13);
    for (const classes of [1, 2, 3, 4, 10, 17]) {
      for (const batch of [1, 2, 3, 5, 9, 130]) {
        const width = next() < 0.3 ? 450 : 1 + Math.floor(next() * 40); // 450: more than one block
        const inputs = uniformF32(classes, 20 * width);
        const indices = Uint32Array.from({ length: batch }, () => Math.floor(next() * 20));
        const labels = Uint8Array.from({ length: 20 }, (_, row) => row % classes);
        const network = { widths: [width, classes], parameters: uniformF32(batch, (width + 1) * classes) };
        const together = Float32Array.from({ length: batch * width }, (_, j) => inputs[indices[Math.floor(j / width)]! * width + (j % width)]!);
        const expected = mlpGradient(kernels, { ...network, inputs: together, labels: Uint8Array.from(indices, (row) => labels[row]!) });
        expect(mlpGradient(kernels, { ...network, inputs, labels, indices })).toEqual(expected);
      }
    }
  });
});
