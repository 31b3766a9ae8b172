import { describe, expect, it } from 'vitest';
import { SharedJobBoard } from '../../bindings/threads/shared-job-board.js';
import { Jobs, JobState } from '../../bindings/threads/jobs.js';
import { Waker } from '../../bindings/threads/waker.js';

/** A board whose helpers are played by the test. */
function makeBoard({ capacity = 4, helpers = 2, limit = 0.3, maySleep = true } = {}) {
  const jobs = Jobs.create(capacity, helpers);
  const failures = new Map<number, string>();
  let closed = 0;
  const board = new SharedJobBoard(
    jobs,
    { look: 1e-4, maySleep, limit, gradient: 1e-6 },
    { reservedBytes: () => 6400, failureOf: (helper) => failures.get(helper), onClose: () => (closed += 1) },
  );
  return { jobs, board, failures, closings: () => closed };
}

describe('a board', () => {
  it('gives helpers the jobs in order of priority, with their numbers', () => {
    const { jobs, board } = makeBoard();
    const slots = [5, -1, 3].map((priority, j) => board.submit(10 + j, 2 ** 40 + j, 4e9 + j, 100 + j, priority));
    expect(new Set(slots).size).toBe(3);
    expect(jobs.reservedBytes).toBe(6400);
    const taken = [jobs.take(0), jobs.take(1), jobs.take(0)];
    expect(taken).toEqual([slots[1], slots[2], slots[0]]);
    expect(jobs.take(1)).toBe(-1);
    expect(taken.map((slot) => [jobs.workers[slot], jobs.indices[slot], jobs.x[slot], jobs.out[slot], jobs.holder(slot)])).toEqual([
      [11, 2 ** 40 + 1, 4e9 + 1, 101, 0], [12, 2 ** 40 + 2, 4e9 + 2, 102, 1], [10, 2 ** 40, 4e9, 100, 0],
    ]);
  });

  it('has so many slots, and takes them back when their jobs are over', () => {
    const { jobs, board } = makeBoard({ capacity: 2 });
    const first = board.submit(0, 0, 0, 0, 0);
    const second = board.submit(0, 1, 0, 0, 1);
    expect([board.capacity, board.submit(0, 2, 0, 0, 2)]).toEqual([2, -1]);
    expect(() => board.free(first)).toThrow(RangeError);
    expect(jobs.take(0)).toBe(first);
    expect(() => board.free(first)).toThrow(RangeError);
    expect(board.isDone(first)).toBe(false);
    jobs.finish(first);
    expect(board.isDone(first)).toBe(true);
    board.wait(first);
    board.free(first);
    expect(() => board.free(first)).toThrow(RangeError);
    expect(board.submit(0, 3, 0, 0, 3)).toBe(first);
    expect([board.reclaim(second), board.reclaim(second)]).toEqual([true, false]);
    board.free(second);
    expect(jobs.take(0)).toBe(first);
    expect(jobs.take(0)).toBe(-1);
  });

  it('lets only one side have a job', () => {
    const { jobs, board } = makeBoard();
    const slot = board.submit(0, 0, 0, 0, 0);
    expect(jobs.take(0)).toBe(slot);
    expect(board.reclaim(slot)).toBe(false);
    const other = board.submit(0, 0, 0, 0, 0);
    expect(board.reclaim(other)).toBe(true);
    expect(jobs.take(0)).toBe(-1);
    expect(jobs.stirred).toBe(false);
  });

  it('hands on what went wrong in a helper, however long or strange', () => {
    const { jobs, board } = makeBoard();
    for (const text of ['RuntimeError: unreachable', 'é'.repeat(1000), '']) {
      const slot = board.submit(0, 0, 0, 0, 0);
      jobs.finish(jobs.take(1), text);
      expect(board.isDone(slot)).toBe(true);
      expect(() => board.wait(slot)).toThrow(`helper 1 failed: ${text.slice(0, 200)}`);
      board.free(slot);
    }
  });

  it.each([true, false])('does not wait for ever for a helper that is gone (sleeping: %s)', (maySleep) => {
    const { jobs, board } = makeBoard({ maySleep });
    const slot = board.submit(0, 0, 0, 0, 0);
    expect(() => board.wait(slot)).toThrow(RangeError);
    jobs.take(1);
    expect(() => board.wait(slot)).toThrow('thread: helper 1 must finish a gradient within 0.3 s, and has not');
  });

  it('does not wait at all for a helper that is known to be dead', () => {
    const { jobs, board, failures } = makeBoard({ limit: 3600 });
    const slot = board.submit(0, 0, 0, 0, 0);
    jobs.take(1);
    failures.set(1, 'out of memory');
    expect(() => board.wait(slot)).toThrow('helper 1 died: out of memory');
  });

  it('withdraws its jobs and sends everyone away when it is closed', () => {
    const { jobs, board, closings } = makeBoard();
    const [ready, done] = [board.submit(0, 0, 0, 0, 1), board.submit(0, 0, 0, 0, 0)];
    jobs.finish(jobs.take(0));
    board.close();
    board.close();
    expect([jobs.closed, jobs.stirred, jobs.take(0), closings()]).toEqual([true, true, -1, 1]);
    expect([jobs.state(ready), jobs.state(done)]).toEqual([JobState.reclaimed, JobState.done]);
    expect(() => board.submit(0, 0, 0, 0, 0)).toThrow(RangeError);
  });
});

it('helpers are woken less and less often while they do little, and at once when they do much', () => {
  const jobs = Jobs.create(1, 1);
  const waker = new Waker(jobs, 100e-6);
  let woken = 0;
  jobs.wake = () => void (woken += 1);
  const wakesWithin = (from: number, seconds: number): number => {
    woken = 0;
    for (let t = 0; t < seconds; t += 1e-5) waker.consider(0, from + t);
    return woken;
  };
  expect(wakesWithin(0, 0.04)).toBeLessThan(10);
  const late = wakesWithin(1, 1);
  expect(late).toBeGreaterThan(40);
  expect(late).toBeLessThan(60);
  const slot = 0;
  waker.consider(0, 3);
  for (let j = 0; j < 10; j += 1) jobs.finish(slot);
  woken = 0;
  waker.consider(0, 4);
  for (let j = 0; j < 10; j += 1) jobs.finish(slot);
  waker.consider(0, 4);
  expect(woken).toBe(2);
});
