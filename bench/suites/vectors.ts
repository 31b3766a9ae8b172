import type { Kernels } from '../../bindings/index.js';
import { Arena } from '../arena.js';
import { residual } from '../reference.js';
import type { BenchCase } from './case.js';

/** Those of the network and of the quadratic that is simulated most. */
const LENGTHS = [101_770, 1729];
/** Vectors in a weighted sum: as a method with a table of gradients of twenty workers has. */
const TABLE = 20;
const STEP = 0.5;

/** Operations on whole vectors, in both number formats. */
export function vectors(kernels: Kernels): BenchCase[] {
  return LENGTHS.flatMap((n) => [...operations(kernels, 'F32', n), ...operations(kernels, 'F64', n), ...activations(kernels, n)]);
}

type Numbers = Float32Array | Float64Array;

function operations(kernels: Kernels, format: 'F32' | 'F64', n: number): BenchCase[] {
  const { exports, pool } = kernels;
  const arena = new Arena(kernels);
  const bytes = format === 'F32' ? 4 : 8;
  const create = (): number => (format === 'F32' ? arena.normals(n) : arena.normals64(n));
  const read = (pointer: number): Numbers => (format === 'F32' ? arena.f32(pointer, n) : arena.f64(pointer, n));
  const [x, y, out] = [create(), create(), create()];
  const table = Array.from({ length: TABLE }, create);
  const pointers = arena.place(Uint32Array.from(table));
  const weights = arena.place(Float64Array.from({ length: TABLE }, (_, j) => 1 / (j + 1)));

  /** A case that reads and writes `moved` vectors, of which `touched` are different ones. */
  const entry = (name: string, moved: number, touched: number, run: () => void, error: () => number): BenchCase => ({
    name: `${name}, d = ${n}`,
    unit: 'GB/s',
    work: moved * bytes * n,
    footprint: touched * bytes * n,
    run,
    residual: error,
    tolerance: format === 'F32' ? 1e-6 : 1e-13,
  });
  /** A case that leaves its result in `target`: what entry j must be, given what the target held before. */
  const mapped = (name: string, moved: number, touched: number, target: number, run: () => void, expected: (j: number, before: Numbers) => number): BenchCase =>
    entry(name, moved, touched, run, () => {
      if (target === out) arena.poison(out, n * bytes);
      const before = read(target);
      run();
      return residual(read(target), Float64Array.from({ length: n }, (_, j) => expected(j, before)));
    });
  const dot = (): number => exports[`dot${format}`](n, x, y);
  let turn = STEP;
  // Adds and subtracts in turns, so that the numbers keep their size.
  const axpy = (): void => exports[`axpy${format}`](n, (turn = -turn), x, y);

  return [
    mapped(`axpy${format}`, 3, 2, y, axpy, (j, before) => before[j]! + turn * at(x, j)),
    mapped(`step${format}`, 3, 3, out, () => exports[`step${format}`](n, STEP, x, y, out), (j) => at(x, j) - STEP * at(y, j)),
    mapped(`copyBytes ${format}`, 2, 2, out, () => exports.copyBytes(n * bytes, x, out), (j) => at(x, j)),
    mapped(`fill${format}`, 1, 1, out, () => exports[`fill${format}`](n, 1, out), () => 1),
    mapped(`scale${format}`, 2, 1, table[0]!, () => exports[`scale${format}`](n, -1, table[0]!), (j, before) => -before[j]!),
    entry(`dot${format}`, 2, 2, () => void dot(), () => {
      const [left, right] = [read(x), read(y)];
      let [sum, size] = [0, 0];
      for (let j = 0; j < n; j += 1) [sum, size] = [sum + left[j]! * right[j]!, size + Math.abs(left[j]! * right[j]!)];
      return Math.abs(dot() - sum) / size;
    }),
    mapped(`weightedSum${format} of ${TABLE}`, TABLE + 1, TABLE + 1, out, () => exports[`weightedSum${format}`](n, TABLE, pointers, weights, out), (j) =>
      table.reduce((sum, vector, i) => sum + at(vector, j) / (i + 1), 0),
    ),
  ];

  function at(pointer: number, j: number): number {
    return format === 'F32' ? pool.f32[pointer / 4 + j]! : pool.f64[pointer / 8 + j]!;
  }
}

function activations(kernels: Kernels, n: number): BenchCase[] {
  const { exports, pool } = kernels;
  const arena = new Arena(kernels);
  const [x, gradient, out] = [arena.normals(n), arena.normals(n), arena.normals(n)];
  const entry = (name: string, moved: number, run: () => void, expected: (before: number, j: number) => number): BenchCase => ({
    name: `${name}, d = ${n}`,
    unit: 'GB/s',
    work: moved * 4 * n,
    footprint: 8 * n,
    run,
    residual: () => {
      exports.copyBytes(4 * n, gradient, out);
      const before = arena.f32(out, n);
      run();
      return residual(arena.f32(out, n), before.map(expected));
    },
    tolerance: 0,
  });
  return [
    entry('relu', 2, () => exports.relu(n, x, out), (_, j) => Math.max(0, pool.f32[x / 4 + j]!)),
    entry('reluMask', 3, () => exports.reluMask(n, x, out), (value, j) => (pool.f32[x / 4 + j]! <= 0 ? 0 : value)),
  ];
}
