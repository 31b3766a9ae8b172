import { describe, expect, it } from 'vitest';
import { loadKernels, NotPlainState, Vector } from '../../bindings/index.js';
import { loadState, saveState } from '../../bindings/simulation/state-codec.js';
import { testKernels } from '../quadratics.js';

async function roundTrip<T>(value: T): Promise<T> {
  const { pool } = await testKernels();
  return loadState(structuredClone(saveState(value, 'state')), pool, 'test') as T;
}

describe('saveState and loadState', () => {
  it('keep plain data as it is', async () => {
    const value = {
      numbers: [0, -0, NaN, Infinity, 1e-300], big: 7n, text: 'é', nothing: null, absent: undefined, yes: true,
      map: new Map<unknown, unknown>([[1, 'a'], ['b', new Set([1, [2]])]]), typed: Float32Array.of(1.5, -2), bytes: Uint8Array.of(1, 255), nested: [[], [{}]],
    };
    const copy = await roundTrip(value);
    expect(copy).toStrictEqual(value);
    expect(Object.is(copy.numbers[1], -0)).toBe(true);
    expect(Object.keys(copy)).toEqual(Object.keys(value));
    expect(await roundTrip(Object.assign(Object.create(null) as object, { a: 1 }))).toStrictEqual(Object.assign(Object.create(null) as object, { a: 1 }));
    expect(await roundTrip({ ['__proto__']: 1 })).toStrictEqual({ ['__proto__']: 1 });
  });

  it('keep gaps, shared objects and cycles', async () => {
    const gaps = new Array<number>(3);
    gaps[1] = 5;
    const copy = await roundTrip(gaps);
    expect([0 in copy, 1 in copy, copy.length]).toEqual([false, true, 3]);
    const shared = { count: 1 };
    const cycle: { self?: unknown; one: object; two: object } = { one: shared, two: shared };
    cycle.self = cycle;
    const again = await roundTrip(cycle);
    expect(again.self).toBe(again);
    expect(again.one).toBe(again.two);
    expect(again.one).not.toBe(shared);
  });

  it('make every place of a vector one of its holders', async () => {
    const { pool } = await testKernels();
    const elsewhere = await loadKernels();
    const vector = new Vector(pool, 3, 'float64', 'test');
    const single = new Vector(pool, 2, 'float32', 'test');
    vector.view().set([1, -0, NaN]);
    single.view().set([0.5, 2]);
    const list = [vector.retain()];
    const saved = saveState({ list, sameList: list, map: new Map([['v', vector]]), single }, 'state');
    vector.view().fill(9);
    const copy = loadState(structuredClone(saved), elsewhere.pool, 'test') as { list: Vector[]; sameList: Vector[]; map: Map<string, Vector>; single: Vector };
    expect(copy.list[0]).toBe(copy.map.get('v'));
    expect(copy.sameList).toBe(copy.list);
    expect([copy.list[0]!.holders, copy.single.holders]).toEqual([2, 1]);
    expect([...copy.list[0]!.view()]).toEqual([1, -0, NaN]);
    expect([...copy.single.view()]).toEqual([0.5, 2]);
    copy.list[0]!.release();
    copy.list[0]!.release();
    copy.single.release();
    expect(elsewhere.pool.usage()).toEqual({});
    vector.release();
    vector.release();
    const gone = (await roundTrip({ vector })).vector;
    expect(gone.holders).toBe(0);
    single.release();
  });

  it('name what is not plain data', async () => {
    const { pool } = await testKernels();
    const vector = new Vector(pool, 3, 'float64', 'test');
    const buffer = new Float64Array(4);
    const cases: [value: unknown, path: string, what: string][] = [
      [{ steps: [0, { next: () => 1 }] }, 'state.steps[1].next', 'a function'],
      [{ key: Symbol('s') }, 'state.key', 'a symbol'],
      [new Map([['when', new Date(0)]]), 'state.get(when)', 'an object of class Date'],
      [{ get now() { return 1; } }, 'state.now', 'a property that is computed'],
      [[vector.view()], 'state[0]', 'a view of a part of a buffer'],
      [[buffer, new Float64Array(buffer.buffer)], 'state[1]', 'a view of a part of a buffer'],
      [{ data: new DataView(new ArrayBuffer(8)) }, 'state.data', 'an object of class DataView'],
    ];
    for (const [value, path, what] of cases) {
      expect(() => saveState(value, 'state')).toThrow(new NotPlainState(path, what));
      expect(() => saveState(value, 'state')).toThrow(NotPlainState);
    }
    vector.release();
  });
});
