import { describe, expect, test } from 'vitest';
import { generator, matrix, product, transposed, uniformF32 } from './reference.js';
import { loadKernels } from '../../bindings/kernels/load.js';
import { exports, onWorkbench } from './workbench.js';

type Form = 'gemmNN' | 'gemmTN' | 'gemmNT';
interface Case {
  form: Form;
  m: number;
  n: number;
  k: number;
  /** Elements by which leading dimensions exceed the width. */
  slack?: number;
  bias?: boolean;
  accumulate?: boolean;
  seed?: number;
}

/** Runs a product and compares it with the float64 reference, entry by entry. @returns C with its gaps. */
function check({ form, m, n, k, slack = 0, bias = false, accumulate = false, seed = 1 }: Case): Float32Array {
  return onWorkbench((bench) => {
    const [rowsA, columnsA] = form === 'gemmTN' ? [k, m] : [m, k];
    const [rowsB, columnsB] = form === 'gemmNT' ? [n, k] : [k, n];
    const lda = columnsA + slack;
    const ldb = columnsB + 2 * slack;
    const ldc = n + 3 * slack;
    // The last row ends with its last entry: reading its gap would be reading outside.
    const size = (rows: number, columns: number, leading: number): number => (rows === 0 ? 0 : (rows - 1) * leading + columns);
    const a = uniformF32(seed, size(rowsA, columnsA, lda));
    const b = uniformF32(seed + 1, size(rowsB, columnsB, ldb));
    const biases = uniformF32(seed + 2, n);
    const before = accumulate ? uniformF32(seed + 3, size(m, n, ldc)) : new Float32Array(size(m, n, ldc)).fill(NaN);
    // Gaps hold NaN in the inputs too: they must not reach the result.
    for (let i = 0; i + 1 < rowsA; i += 1) a.fill(NaN, i * lda + columnsA, (i + 1) * lda);
    for (let i = 0; i + 1 < rowsB; i += 1) b.fill(NaN, i * ldb + columnsB, (i + 1) * ldb);
    const c = bench.inout(before);
    exports[form](
      m, n, k, bench.input(a), lda, bench.input(b), ldb, c, ldc, bias ? bench.input(biases) : 0, Number(accumulate),
      bench.scratch(exports.gemmScratchBytes(m, n, k)),
    );
    const result = bench.f32(c, before.length);
    const opA = form === 'gemmTN' ? transposed(matrix(a, k, m, lda)) : matrix(a, m, k, lda);
    const opB = form === 'gemmNT' ? transposed(matrix(b, n, k, ldb)) : matrix(b, k, n, ldb);
    const { value, magnitude } = product(opA, opB);
    for (let i = 0; i < m; i += 1) {
      for (let j = 0; j < ldc && i * ldc + j < before.length; j += 1) {
        const place = i * ldc + j;
        if (j >= n) {
          if (!Object.is(result[place], before[place])) expect.fail(`gap (${i}, ${j}) of C was overwritten`);
          continue;
        }
        const extra = (bias ? biases[j]! : 0) + (accumulate ? before[place]! : 0);
        const exact = value[i * n + j]! + extra;
        const bound = 2 ** -24 * (k + 2) * (magnitude[i * n + j]! + 2) * 0.5;
        if (!(Math.abs(result[place]! - exact) <= bound)) {
          expect.fail(`${form} ${m}×${n}×${k}: entry (${i}, ${j}) is ${result[place]!}, expected ${exact} ± ${bound}`);
        }
      }
    }
    return result;
  });
}

const forms: Form[] = ['gemmNN', 'gemmTN', 'gemmNT'];

describe.each(forms)('%s', (form) => {
  test('sizes around the lanes and the tile', () => {
    for (const m of [0, 1, 2, 3, 7, 8, 9]) {
      for (const n of [0, 1, 3, 4, 5, 10, 15, 16, 17, 33]) for (const k of [0, 1, 2, 3, 4, 5, 7, 8, 9]) check({ form, m, n, k });
    }
  });

  test('a single row, and depth 1', () => {
    for (const n of [31, 32, 33, 63, 64, 65, 600]) for (const k of [1, 2, 3, 401]) check({ form, m: 1, n, k, slack: 2 });
    for (const m of [1, 2, 31]) for (const n of [16, 60, 64, 67]) check({ form, m, n, k: 1, slack: 1 });
  });

  test('sizes around the blocks', () => {
    check({ form, m: 95, n: 20, k: 399 });
    check({ form, m: 97, n: 17, k: 401 });
    check({ form, m: 193, n: 16, k: 803, bias: true });
    check({ form, m: 5, n: 530, k: 405, accumulate: true });
    check({ form, m: 18, n: 513, k: 12, bias: true });
    for (const n of [447, 449, 450, 451, 452, 465]) check({ form, m: 10, n, k: 6, accumulate: true });
  });

  test('bias and accumulate in every combination', () => {
    for (const bias of [false, true]) {
      for (const accumulate of [false, true]) {
        for (const [m, n, k] of [[1, 1, 1], [3, 10, 5], [4, 32, 0], [9, 17, 410], [2, 16, 8], [1, 100, 805], [6, 45, 1]] as const) {
          check({ form, m, n, k, bias, accumulate, slack: 1 });
        }
      }
    }
  });

  test('random shapes with leading dimensions larger than the width', () => {
    const next = generator(7);
    for (let round = 0; round < 60; round += 1) {
      const [m, n, k] = [Math.floor(next() * 120), Math.floor(next() * 70), Math.floor(next() * 90)] as const;
      check({ form, m, n, k, slack: Math.floor(next() * 6), bias: next() < 0.5, accumulate: next() < 0.5, seed: 10 * round });
    }
  });

  test('a row has the same bits whatever other rows are computed with it', () => {
    const k = 450;
    const n = 37;
    const a = uniformF32(3, 20 * k);
    const b = uniformF32(4, k * n);
    const run = (first: number, m: number): Float32Array =>
      onWorkbench((bench) => {
        const rows = a.slice(first * k, (first + m) * k);
        const columns = new Float32Array(m * k);
        for (let i = 0; i < m; i += 1) for (let j = 0; j < k; j += 1) columns[j * m + i] = rows[i * k + j]!;
        const flipped = new Float32Array(k * n);
        for (let i = 0; i < k; i += 1) for (let j = 0; j < n; j += 1) flipped[j * k + i] = b[i * n + j]!;
        const c = bench.output(m * n, 4);
        exports[form](
          m, n, k, bench.input(form === 'gemmTN' ? columns : rows), form === 'gemmTN' ? m : k,
          bench.input(form === 'gemmNT' ? flipped : b), form === 'gemmNT' ? k : n, c, n, 0, 0,
          bench.scratch(exports.gemmScratchBytes(m, n, k)),
        );
        return bench.f32(c, m * n);
      });
    const whole = run(0, 20);
    for (const [first, m] of [[0, 1], [7, 1], [3, 2], [5, 7], [4, 9]] as const) {
      expect(run(first, m)).toEqual(whole.slice(first * n, (first + m) * n));
    }
  });

  test('NaN and infinity in an input reach exactly the entries that depend on them', () => {
    const [m, n, k] = [5, 18, 6];
    for (const special of [NaN, Infinity]) {
      onWorkbench((bench) => {
        const a = new Float32Array(m * k).fill(1);
        const b = new Float32Array(k * n).fill(1);
        a[form === 'gemmTN' ? 2 * m + 4 : 4 * k + 2] = special; // op(A)[4, 2]: the last row, alone in its panel
        const c = bench.output(m * n, 4);
        exports[form](
          m, n, k, bench.input(a), form === 'gemmTN' ? m : k, bench.input(b), form === 'gemmNT' ? k : n, c, n, 0, 0,
          bench.scratch(exports.gemmScratchBytes(m, n, k)),
        );
        const expected = new Float32Array(m * n).fill(k);
        expected.fill(special, 4 * n);
        expect(bench.f32(c, m * n)).toEqual(expected);
      });
    }
  });
});

test.each(forms)('%s reads nothing beyond its inputs, even at the end of memory', async (form) => {
  const fresh = await loadKernels();
  const scratch = fresh.pool.allocate(500_000, 'test');
  const c = fresh.pool.allocate(100_000, 'test');
  const end = fresh.pool.memory.buffer.byteLength;
  for (const [m, n, k] of [[1, 1, 1], [1, 10, 3], [3, 10, 5], [2, 17, 1], [1, 33, 7], [9, 21, 6], [17, 16, 2], [7, 48, 11]] as const) {
    fresh.pool.f32.fill(1, (end - 20_000) / 4);
    const lda = form === 'gemmTN' ? m : k;
    const ldb = form === 'gemmNT' ? k : n;
    fresh.exports[form](m, n, k, end - m * k * 4, lda, end - 8192, ldb, c, n, 0, 0, scratch);
    fresh.exports[form](m, n, k, end - 8192, lda, end - k * n * 4, ldb, c, n, end - n * 4, 0, scratch);
    expect([...fresh.pool.f32.subarray(c / 4, c / 4 + m * n)]).toEqual(new Array(m * n).fill(k + 1));
  }
});

test('scratch stays bounded', () => {
  expect(exports.gemmScratchBytes(10_000, 10_000, 10_000)).toBeLessThan(1.1e6);
  expect(exports.gemmScratchBytes(0, 0, 0)).toBeLessThan(1000);
});
