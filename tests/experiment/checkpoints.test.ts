import { describe, expect, it } from 'vitest';
import { MemoryLimitError } from '../../bindings/index.js';
import type { Checkpoint } from '../../bindings/index.js';
import { buffersIn, CheckpointKeeper, CheckpointRhythm } from '../../bindings/experiment/checkpoints.js';

/** A rhythm whose checkpoints take so many seconds; passes once per second. @returns The seconds at which one was taken. */
function taken({ seconds, cost, take }: { seconds: number; cost: number; take?: () => Checkpoint | undefined }): number[] {
  let now = 0;
  const times: number[] = [];
  const checkpoint = { runs: [0], state: null };
  const rhythm = new CheckpointRhythm(() => now, take ?? (() => checkpoint), () => {
    times.push(now);
    now += cost;
  });
  while (now < seconds) {
    rhythm.pass(false);
    now += 1;
  }
  return times;
}

describe('checkpoints', () => {
  it('come after two seconds and then every two', () => {
    expect(taken({ seconds: 9, cost: 0 })).toEqual([2, 4, 6, 8]);
  });

  it('take at most a twentieth of the time', () => {
    expect(taken({ seconds: 1000, cost: 10 }).slice(0, 3)).toEqual([2, 212, 422]);
  });

  it('come at the end in any case', () => {
    let count = 0;
    const rhythm = new CheckpointRhythm(() => 0, () => ({ runs: [0], state: null }), () => (count += 1));
    rhythm.pass(true);
    expect(count).toBe(1);
  });

  it('are given up where the state cannot be saved', () => {
    let tried = 0;
    const refuse = (error: Error | undefined) => (): undefined => {
      tried += 1;
      if (error !== undefined) throw error;
    };
    expect(taken({ seconds: 20, cost: 0, take: refuse(Object.assign(new Error('a closure'), { name: 'NotPlainState' })) })).toEqual([]);
    expect(taken({ seconds: 20, cost: 0, take: refuse(undefined) })).toEqual([]);
    expect(taken({ seconds: 20, cost: 0, take: refuse(new MemoryLimitError('memory: full', {})) })).toEqual([]);
    expect(tried).toBe(3);
    expect(() => taken({ seconds: 20, cost: 0, take: refuse(new RangeError('a fault')) })).toThrow('a fault');
  });
});

it('a checkpoint is removed once, when the runs of its unit are over', () => {
  const log: unknown[] = [];
  const store = { load: () => [], save: (checkpoint: Checkpoint) => void log.push(['save', checkpoint.runs]), remove: (runs: readonly number[]) => void log.push(['remove', runs]) };
  const [begun, fresh, short] = [{ checkpoint: { runs: [1, 3], state: null } }, {}, {}];
  const keeper = new CheckpointKeeper(store, [begun, fresh, short]);
  keeper.save(fresh, { runs: [2], state: 1 });
  keeper.save(fresh, { runs: [2], state: 2 });
  for (const unit of [short, fresh, fresh, begun]) keeper.forget(unit);
  expect(log).toEqual([['save', [2]], ['save', [2]], ['remove', [2]], ['remove', [1, 3]]]);
});

it('buffersIn finds every buffer of plain data once, and no shared memory', () => {
  const [a, b, c] = [new Float64Array(2), new Uint8Array(3), new ArrayBuffer(4)];
  const shared = new Float64Array(new SharedArrayBuffer(8));
  const data = { list: [a, a.subarray(1), { b }], map: new Map([[1, new DataView(c)]]), set: new Set([a]), shared, nothing: null, number: 1 };
  expect(buffersIn(data)).toEqual([a.buffer, b.buffer, c]);
  const copy = structuredClone(data, { transfer: buffersIn(data) });
  expect([copy.list[0], a.byteLength]).toEqual([new Float64Array(2), 0]);
});
