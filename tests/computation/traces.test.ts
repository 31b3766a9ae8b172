import { describe, expect, it } from 'vitest';
import { parseDurations, parsePowers, traceTimes } from '../../bindings/index.js';

describe('CSV of durations', () => {
  it('is read per worker, in order', () => {
    const text = '\uFEFFworker, duration\r\n0,1.5\r\n1,"2"\r\n0,1e2\r\n\r\n1,.5\r\n';
    expect(parseDurations(text, 't.csv')).toEqual([[1.5, 100], [2, 0.5]]);
  });

  it.each([
    ['', "t.csv:1: 'header' must be 'worker,duration', got ''"],
    ['worker;duration\n0;1', "t.csv:1: 'header' must be 'worker,duration', got 'worker;duration'"],
    ['worker,duration\n', "t.csv: 'content' must have at least one row after the header, got 'none'"],
    ['worker,duration\n0,1\n0,fast\n', "t.csv:3: 'duration' must be a number, got 'fast'"],
    ['worker,duration\n0,1\n0,0\n', "t.csv:3: 'duration' must be greater than 0, got 0"],
    ['worker,duration\n0,\n', "t.csv:2: 'duration' must be a number, got ''"],
    ['worker,duration\n0,1,2\n', "t.csv:2: 'row' must have 2 values: worker,duration, got '0,1,2'"],
    ['worker,duration\n-1,1\n', "t.csv:2: 'worker' must be an integer of at least 0, got -1"],
    ['worker,duration\n0.5,1\n', "t.csv:2: 'worker' must be an integer of at least 0, got 0.5"],
    ['worker,duration\n0,1\n2,1\n', "t.csv: 'worker' must be numbered without gaps from 0: worker 1 has no row, got 2"],
    ['worker,duration\n0,1\n\n4000000000,1\n', "t.csv:4: 'worker' must be numbered without gaps from 0, got 4000000000"],
    ['worker,duration\n0,1\n0,"1\n', "t.csv:3: 'row' must be CSV (Quoted field unterminated), got 'MissingQuotes'"],
  ])('%j → %s', (text, message) => {
    expect(() => parseDurations(text, 't.csv')).toThrow(message);
  });
});

describe('CSV of powers', () => {
  it('is read per worker, in order', () => {
    expect(parsePowers('worker,time,power\n0,0,1\n1,0,0\n0,5,0.5\n', 'p.csv')).toEqual([[[0, 1], [5, 0.5]], [[0, 0]]]);
  });

  it.each([
    ['worker,time,power\n0,0,1\n1,0,1\n0,0,2\n', "p.csv:4: 'time' must be greater than 0, because times ascend, got 0"],
    ['worker,time,power\n0,0,-1\n', "p.csv:2: 'power' must be a power of 0, or from 1e-100 to 1e100, got -1"],
    ['worker,time,power\n0,-2,1\n', "p.csv:2: 'time' must be a time from 0 to 1e100, got -2"],
  ])('%j → %s', (text, message) => {
    expect(() => parsePowers(text, 'p.csv')).toThrow(message);
  });

  it('is read quickly when long', () => {
    const rows = Array.from({ length: 300_000 }, (_, k) => `${k % 3},${Math.floor(k / 3)},1`);
    const begun = performance.now();
    expect(parsePowers(`worker,time,power\n${rows.join('\n')}`, 'p.csv').map((pieces) => pieces.length)).toEqual([100_000, 100_000, 100_000]);
    expect(performance.now() - begun).toBeLessThan(3000);
  });
});

describe('a replayed trace', () => {
  it('of durations: in order, again from the start, dealt out to more workers', () => {
    const model = traceTimes({ values: 'durations', workers: [[1, 2, 6], [4]] }, 3);
    expect(Array.from({ length: 7 }, (_, index) => model.duration(0, index, 99))).toEqual([1, 2, 6, 1, 2, 6, 1]);
    expect([1, 2].map((worker) => model.duration(worker, 1, 0))).toEqual([4, 2]);
    expect([0, 1, 2].map((worker) => model.expectedTime(worker))).toEqual([3, 4, 3]);
    expect(traceTimes({ values: 'durations', workers: [[1], [2], [3]] }, 2).workers).toBe(2);
  });

  it('of powers: the last power holds as long as the one before, then it starts again', () => {
    const model = traceTimes({ values: 'powers', workers: [[[0, 1], [2, 0]], [[0, 0.5]]] }, 3); // lasts 4
    expect([model.duration(0, 0, 0), model.duration(0, 1, 1.5), model.duration(0, 2, 4)]).toEqual([1, 3, 1]);
    expect(model.offTimes!(2, 0, 10)).toEqual([[2, 4], [6, 8]]);
    expect([model.duration(1, 0, 77), model.expectedTime(0), model.expectedTime(1)]).toEqual([2, 2, 2]);
  });

  it('is checked', () => {
    expect(() => traceTimes({ values: 'durations', workers: [] }, 3)).toThrow("traceTimes: 'trace' must have at least one worker, got []");
    expect(() => traceTimes({ values: 'durations', workers: [[]] }, 3)).toThrow("traceTimes: 'trace.workers[0]' must have at least one duration, got []");
  });
});
