import { describe, expect, test } from 'vitest';
import { MemoryLimitError } from '../../bindings/errors.js';
import { loadKernels } from '../../bindings/kernels/load.js';
import { MemoryPool, readableBytes } from '../../bindings/kernels/memory.js';
import { Vector } from '../../bindings/kernels/vector.js';

const MIB = 2 ** 20;

function makePool(limit = 64 * MIB, maximumPages = 65_536): MemoryPool {
  return new MemoryPool(new WebAssembly.Memory({ initial: 1, maximum: maximumPages }), 1000, limit);
}

describe('MemoryPool', () => {
  test('blocks are 64-byte aligned, start after the reserved bytes and do not overlap', () => {
    const pool = makePool();
    const blocks: [number, number][] = [];
    for (const bytes of [0, 1, 63, 64, 65, 100, 1000, 4097, 100_000, 407_080]) {
      const pointer = pool.allocate(bytes, 'a');
      expect(pointer % 64).toBe(0);
      expect(pointer).toBeGreaterThanOrEqual(1000);
      for (const [begin, end] of blocks) expect(pointer >= end || pointer + bytes <= begin).toBe(true);
      blocks.push([pointer, pointer + bytes]);
      expect(pool.memory.buffer.byteLength).toBeGreaterThanOrEqual(pointer + bytes);
    }
  });

  test('a released block is handed out again', () => {
    const pool = makePool();
    const first = pool.allocate(5000, 'a');
    const second = pool.allocate(5000, 'a');
    expect(second).not.toBe(first);
    pool.release(first);
    expect(pool.allocate(4990, 'b')).toBe(first);
    expect(pool.allocate(5000, 'b')).not.toBe(first);
  });

  test('rounding wastes at most an eighth', () => {
    const pool = makePool();
    for (const bytes of [513, 1025, 9000, 33_000, 407_080]) {
      const before = pool.reservedBytes;
      pool.allocate(bytes, 'a');
      expect(pool.reservedBytes - before).toBeLessThanOrEqual(bytes * 1.125 + 64);
    }
  });

  test('usage is told per purpose', () => {
    const pool = makePool();
    const a = pool.allocate(64, 'a');
    pool.allocate(128, 'a');
    pool.allocate(64, 'b');
    expect(pool.usage()).toEqual({ a: 192, b: 64 });
    pool.release(a);
    expect(pool.usage()).toEqual({ a: 128, b: 64 });
  });

  test('releasing what is not live is an error', () => {
    const pool = makePool();
    const pointer = pool.allocate(10, 'a');
    pool.release(pointer);
    expect(() => pool.release(pointer)).toThrow(RangeError);
    expect(() => pool.release(12_345)).toThrow("memory: 'pointer' must be a live block, got 12345");
  });

  test('growth detaches views, and the views of the pool are renewed', () => {
    const pool = makePool();
    const pointer = pool.allocate(64, 'a');
    const { f32, f64, u32, u8 } = pool;
    expect(pool.f32).toBe(f32);
    f32[pointer / 4] = 1.5;
    pool.allocate(4 * MIB, 'a');
    for (const view of [f32, f64, u32, u8]) expect(view.length).toBe(0);
    expect(pool.f32[pointer / 4]).toBe(1.5);
    expect(pool.u32[pointer / 4]).toBe(0x3fc0_0000);
    expect(pool.u8[pointer + 3]).toBe(0x3f);
    expect(pool.f64.buffer).toBe(pool.memory.buffer);
  });

  test('the limit is an error that names who holds the memory', () => {
    const pool = makePool(MIB);
    pool.allocate(600_000, 'model versions');
    pool.allocate(100, 'snapshots');
    let error: unknown;
    try {
      pool.allocate(600_000, 'gradients');
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(MemoryLimitError);
    const { message, usage } = error as MemoryLimitError;
    expect(message).toMatch(/^memory: 'gradients' must fit in 1 MiB of WebAssembly memory, got a request for /);
    expect(message).toMatch(/ \(model versions 640 KiB, snapshots 128 B\)$/);
    expect(usage).toEqual({ 'model versions': 655_360, snapshots: 128 });
    expect(pool.allocate(50_000, 'small')).toBeGreaterThan(0); // what still fits is still given
  });

  test('a memory that cannot grow is the same error', () => {
    const pool = makePool(64 * MIB, 20);
    expect(() => pool.allocate(2 * MIB, 'a')).toThrow(MemoryLimitError);
    pool.allocate(MIB, 'a');
  });

  test('the limit of loadKernels reaches the pool', async () => {
    const kernels = await loadKernels({ maximumBytes: 2 * MIB });
    expect(() => kernels.pool.allocate(3 * MIB, 'too much')).toThrow(MemoryLimitError);
    await expect(loadKernels({ maximumBytes: 100 })).rejects.toThrow(
      "loadKernels: 'maximumBytes' must be between 1 MiB and 4 GiB, got 100",
    );
    await expect(loadKernels({ maximumBytes: NaN })).rejects.toThrow('got NaN');
  });

  test('memory beyond 2 GiB works', async () => {
    const { exports, pool } = await loadKernels();
    pool.allocate(2.2 * 2 ** 30, 'ballast');
    const pointer = pool.allocate(64, 'a');
    expect(pointer).toBeGreaterThan(2 ** 31);
    exports.fillF32(4, 2.5, pointer);
    expect([...pool.f32.subarray(pointer / 4, pointer / 4 + 4)]).toEqual([2.5, 2.5, 2.5, 2.5]);
    expect(exports.dotF32(4, pointer, pointer)).toBe(25);
  });

  test('readable sizes', () => {
    expect([0, 512, 1536, 123_456_789, 4 * 2 ** 30].map(readableBytes)).toEqual(['0 B', '512 B', '1.5 KiB', '118 MiB', '4 GiB']);
  });
});

describe('Vector', () => {
  test('memory returns with the last holder, not before', () => {
    const pool = makePool();
    const vector = new Vector(pool, 10, 'float64', 'models');
    expect(vector.holders).toBe(1);
    expect(vector.retain()).toBe(vector);
    vector.release();
    expect(pool.usage()).toEqual({ models: 80 + 48 });
    vector.release();
    expect(vector.holders).toBe(0);
    expect(pool.usage()).toEqual({});
    expect(() => vector.release()).toThrow(RangeError);
    expect(() => vector.retain()).toThrow(RangeError);
    expect(() => vector.pointer).toThrow("vector: 'pointer' must not follow the last release");
  });

  test.each(['float32', 'float64'] as const)('views and bytes of %s', (scalar) => {
    const pool = makePool();
    const vector = new Vector(pool, 3, scalar, 'models');
    vector.view().set([1, 2, 3]);
    pool.allocate(4 * MIB, 'other'); // grows
    expect([...vector.view()]).toEqual([1, 2, 3]);
    const Numbers = scalar === 'float32' ? Float32Array : Float64Array;
    expect([...new Numbers(vector.bytes().buffer)]).toEqual([1, 2, 3]);
  });

  test('a million steps into fresh vectors keep the memory flat', async () => {
    const { exports, pool } = await loadKernels();
    const d = 16;
    const gradient = new Vector(pool, d, 'float32', 'gradient');
    gradient.view().fill(1);
    let model = new Vector(pool, d, 'float32', 'models');
    model.view().fill(0);
    const held: Vector[] = [];
    let reserved = 0;
    for (let k = 0; k < 1_000_000; k += 1) {
      held.push(model.retain()); // a worker holds this version for eight updates
      if (held.length > 8) held.shift()!.release();
      const next = new Vector(pool, d, 'float32', 'models');
      exports.stepF32(d, -1, model.pointer, gradient.pointer, next.pointer);
      model.release();
      model = next;
      if (k === 100) reserved = pool.reservedBytes;
    }
    expect(pool.reservedBytes).toBe(reserved);
    expect(model.view()[d - 1]).toBe(1_000_000);
  });
});
