import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createProgress } from '../../../cli/output/progress.js';

const CLEAR = '\r\x1b[K';

class FakeStream extends Writable {
  text = '';
  constructor(readonly isTTY: boolean, public columns = 80) {
    super();
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
  /** What a terminal shows in its last line. */
  get line(): string {
    return this.text.slice(this.text.lastIndexOf(CLEAR)).replace(CLEAR, '');
  }
}

function setup(isTTY: boolean, options: { total?: number; known?: number; quiet?: boolean; columns?: number } = {}) {
  const clock = { now: 0 };
  const stream = new FakeStream(isTTY, options.columns);
  const progress = createProgress({ total: options.total ?? 4, known: options.known ?? 0, stream, quiet: options.quiet ?? false, now: () => clock.now });
  return { clock, stream, progress };
}

test('on a terminal: one line with percentage, time left and label, redrawn in place', () => {
  const { clock, stream, progress } = setup(true);
  progress.start('preparing');
  clock.now = 30_000;
  progress.update(0.25, 'asgd γ=0.1 seed 1');
  expect(stream.line).toMatch(/^█{6}░{18} +25% {2}1 min 30 s left {2}asgd γ=0\.1 seed 1$/);
  expect(stream.text).not.toContain('\n');
  progress.finish();
});

test('redraws at most ten times a second', () => {
  const { clock, stream, progress } = setup(true);
  progress.start('preparing');
  clock.now = 50;
  progress.update(0.5, 'too soon');
  expect(stream.text).not.toContain('too soon');
  clock.now = 100;
  progress.update(0.5, 'in time');
  expect(stream.line).toContain('in time');
  progress.finish();
});

test('the line disappears at the end, once', () => {
  const { stream, progress } = setup(true);
  progress.start('asgd');
  progress.finish();
  expect(stream.line).toBe('');
  const before = stream.text;
  progress.finish();
  progress.update(1, 'late');
  expect(stream.text).toBe(before);
});

test.each([1, 5, 12, 20, 40])('never wraps in %i columns', (columns) => {
  const { clock, stream, progress } = setup(true, { columns });
  progress.start('a label that is much longer than that');
  clock.now = 5000;
  progress.update(0.4, 'another label that is much longer than that');
  for (const line of stream.text.split(CLEAR)) expect(line.length).toBeLessThan(columns);
  progress.finish();
});

test('a terminal that does not tell its width counts as 80 columns', () => {
  const { stream, progress } = setup(true, { columns: 0 });
  progress.start('asgd');
  expect(stream.line).toContain('asgd');
  progress.finish();
});

test('log lines stay above the bar', () => {
  const { stream, progress } = setup(true);
  progress.start('asgd');
  const bar = stream.line;
  progress.log('asgd diverged');
  expect(stream.text.endsWith(`${CLEAR}asgd diverged\n${bar}`)).toBe(true);
  progress.finish();
  progress.log('after');
  expect(stream.text.endsWith(`${CLEAR}after\n`)).toBe(true);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s clears the line and reaches the other handlers', (signal) => {
  const { stream, progress } = setup(true);
  const before = process.listenerCount(signal);
  let reached = 0;
  const handler = (): void => void (reached += 1);
  process.on(signal, handler);
  progress.start('asgd');
  process.emit(signal, signal);
  expect(stream.line).toBe('');
  expect(reached).toBe(1);
  process.removeListener(signal, handler);
  expect(process.listenerCount(signal)).toBe(before);
});

test('elsewhere: plain lines, every few seconds and at the end of each run', () => {
  const { clock, stream, progress } = setup(false);
  progress.start('asgd γ=0.1 seed 1');
  clock.now = 4000;
  progress.update(0.1, 'asgd γ=0.1 seed 1');
  clock.now = 5000;
  progress.update(0.125, 'asgd γ=0.1 seed 1');
  clock.now = 6000;
  progress.update(0.2, 'asgd γ=0.1 seed 1');
  clock.now = 6100;
  progress.update(0.25, 'asgd γ=0.1 seed 1');
  progress.finish();
  expect(stream.text.split('\n')).toEqual([
    '  0% asgd γ=0.1 seed 1',
    ' 12% asgd γ=0.1 seed 1, 35 s left',
    ' 25% asgd γ=0.1 seed 1, 18 s left',
    '',
  ]);
});

test('the line at the end of a run has its own label, also when each run reports its end only', () => {
  const { clock, stream, progress } = setup(false);
  progress.start('digits');
  for (const [run, label] of ['first', 'second', 'third', 'fourth'].entries()) {
    clock.now += 100;
    progress.update((run + 1) / 4, label);
  }
  expect(stream.text.split('\n')).toEqual(['  0% digits', ' 25% first', ' 50% second', ' 75% third', '100% fourth', '']);
});

test('a run that ends before its budget does has its line when the next one begins', () => {
  const { stream, progress } = setup(false);
  progress.start('digits');
  progress.update(0.1, 'first');
  progress.update(0.3, 'second');
  expect(stream.text.split('\n')).toEqual(['  0% digits', ' 30% first', '']);
});

test('quiet shows log lines only', () => {
  for (const isTTY of [true, false]) {
    const { stream, progress } = setup(isTTY, { quiet: true });
    progress.start('asgd');
    progress.update(0.5, 'asgd');
    progress.log('warning');
    progress.finish();
    expect(stream.text).toBe('warning\n');
  }
});

test.each([true, false])('a study that goes on begins at what was known, and tells the time left for the rest (terminal: %s)', (isTTY) => {
  const { clock, stream, progress } = setup(isTTY, { total: 10, known: 9 });
  progress.start('study');
  expect(stream.text).toContain('90%');
  clock.now = 30_000;
  progress.update(0.95, 'asgd γ=0.1 seed 1');
  expect(stream.text).toContain('30 s left');
  progress.finish();
});

test('elsewhere than on a terminal: lines come at the ends of the runs that were missing', () => {
  const { stream, progress } = setup(false, { total: 10, known: 8 });
  progress.start('study');
  progress.update(0.85, 'first');
  progress.update(0.9, 'first');
  progress.update(1, 'second');
  expect(stream.text).toBe(' 80% study\n 90% first\n100% second\n');
});
