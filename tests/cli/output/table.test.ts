import { expect, test } from 'vitest';
import { plainTable, resultTable } from '../../../cli/output/table.js';
import { sampleBest, sampleSummary } from '../../figures/samples.js';

const options = { target: 'objective ≤ 0.5', colour: false };
const rowOf = (table: string, method: string) => table.split('\n').find((line) => line.startsWith(method)) ?? '';

test('shows what a method achieved', () => {
  const table = resultTable([sampleBest()], options);
  expect(rowOf(table, 'asgd').split(/\s{2,}/)).toEqual(['asgd', '0.1', '900', '0.4', '0.8', '12,345', '12', '9.5 (31)', '98.0%']);
  expect(table).toContain('Target: objective ≤ 0.5; times are simulated.');
  expect(table).toContain('Medians over 3 seeds.');
});

test('sorts by time to target, then by final objective; those that never reach it come last', () => {
  const never = { timeToTarget: null, reached: 0 };
  const table = resultTable(
    [
      sampleBest({ method: 'never-high', finalObjective: 0.9, ...never }),
      sampleBest({ method: 'diverges', finalObjective: Infinity, ...never }),
      sampleBest({ method: 'slow', timeToTarget: 1000 }),
      sampleBest({ method: 'never-low', finalObjective: 0.6, ...never }),
      sampleBest({ method: 'fast', timeToTarget: 90 }),
    ],
    options,
  );
  const order = [...table.matchAll(/^(fast|slow|never-\w+|diverges)/gm)].map((match) => match[1]);
  expect(order).toEqual(['fast', 'slow', 'never-low', 'never-high', 'diverges']);
  expect(rowOf(table, 'diverges')).toContain('diverged');
});

test('a target that only some seeds reach', () => {
  expect(rowOf(resultTable([sampleBest({ timeToTarget: null, reached: 0 })], options), 'asgd')).toMatch(/ — /);
  expect(rowOf(resultTable([sampleBest({ timeToTarget: null, reached: 1 })], options), 'asgd')).toContain('1/3 seeds');
  expect(rowOf(resultTable([sampleBest({ timeToTarget: 1234, timeToTargetRange: [900, null], reached: 2 })], options), 'asgd')).toContain(' 1,234 (900–∞) 2/3 ');
});

const wide = { method: 'delay-adaptive-asgd', updates: 1_234_567, meanDelay: 1234.5, maxDelay: 12345, atEdge: 'low' as const };

const spread = {
  timeToTarget: 412, timeToTargetRange: [390, 450] as [number, number], finalObjectiveRange: [0.39, 0.42] as [number, number],
  finalWorstWorkerObjectiveRange: [0.8, Infinity] as [number, number], seeds: 7, reached: 7,
};

test('several seeds: medians with the range over seeds, and what the range is', () => {
  const table = resultTable([sampleBest(spread)], options);
  expect(rowOf(table, 'asgd').split(/\s{2,}/).slice(2, 5)).toEqual(['412 (390–450)', '0.4 (0.39–0.42)', '0.8 (0.8–∞)']);
  expect(table).toContain('Medians over 7 seeds, in parentheses the inter-quartile range.');
  expect(table).not.toContain('not reached');
  const few = resultTable([sampleBest({ ...spread, seeds: 3, reached: 2, timeToTargetRange: [390, null] })], options);
  expect(rowOf(few, 'asgd')).toContain(' 412 (390–∞) 2/3 ');
  expect(few).toContain('Medians over 3 seeds, in parentheses the range from minimum to maximum.');
  expect(few).toContain('∞: not reached.');
  const known = { finalSuboptimality: 0.0125, finalSuboptimalityRange: [0.01, 0.02] as [number, number] };
  expect(rowOf(resultTable([sampleBest({ ...spread, ...known })], options), 'asgd')).toContain(' 0.0125 (0.01–0.02) ');
});

test('a range has three digits, unless the number would not lie in it', () => {
  const final = (finalObjective: number, finalObjectiveRange: [number, number]) =>
    rowOf(resultTable([sampleBest({ finalObjective, finalObjectiveRange })], options), 'asgd').split(/\s{2,}/)[3];
  expect(final(0.41234, [0.39876, 0.42345])).toBe('0.4123 (0.399–0.423)');
  expect(final(1.0772, [1.0771, 1.0796])).toBe('1.077 (1.077–1.08)');
  expect(final(1.0772, [1.0731, 1.0774])).toBe('1.077 (1.07–1.08)');
  expect(final(1.07724, [1.07722, 1.07731])).toBe('1.077');
  expect(final(1.07724, [1.07722, Infinity])).toBe('1.077 (1.077–∞)');
  expect(final(1.07, [1.0684, 1.0716])).toBe('1.07 (1.068–1.072)');
  expect(final(5e-5, [2.1234e-5, 7.5678e-5])).toBe('5e-5 (2.12e-5–7.57e-5)');
});

test('one seed, or seeds with equal results: no ranges', () => {
  const one = resultTable([sampleBest({ seeds: 1, reached: 1 })], options);
  expect(rowOf(one, 'asgd').split(/\s{2,}/).slice(2, 5)).toEqual(['900', '0.4', '0.8']);
  expect(one).not.toContain('Medians');
  expect(resultTable([sampleBest()], options)).toMatch(/Medians over 3 seeds\.$/m);
});

test.each([104, 80, 60, 56])('ranges over seeds fit %i columns', (width) => {
  const rows = [sampleBest({ ...wide, ...spread }), sampleBest({ ...spread, timeToTarget: null, reached: 2 })];
  const table = resultTable(rows, { ...options, width });
  for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
  const ranges = width >= 80;
  expect(table.includes('412 (390–450)')).toBe(ranges);
  expect(table.includes('in parentheses')).toBe(ranges);
  expect(table.replaceAll('\n  ', ' ').includes('utilization, ranges over seeds; --json has all.')).toBe(!ranges);
});

test('without a target there is no such column', () => {
  const table = resultTable([sampleBest()], { colour: false });
  expect(table).not.toMatch(/target/i);
  expect(rowOf(table, 'asgd').split(/\s{2,}/)).toHaveLength(8);
});

test('one seed has no range, not even where its run broke off', () => {
  const broken = sampleBest({ seeds: 1, finalObjective: Infinity, finalObjectiveRange: [Infinity, Infinity], finalWorstWorkerObjectiveRange: [Infinity, Infinity] });
  expect(resultTable([broken], options)).not.toContain('∞');
});

test('marks a best stepsize at the edge of its grid', () => {
  const table = resultTable([sampleBest({ atEdge: 'high', stepsize: 0.3 }), sampleBest({ method: 'b', atEdge: 'low', stepsize: 0.03 })], options);
  expect(rowOf(table, 'asgd')).toContain(' 0.3* ');
  expect(table).toContain('* asgd: 0.3 is the largest of its 3 stepsizes; larger ones may do better.');
  expect(table).toContain('* b: 0.03 is the smallest of its 3 stepsizes; smaller ones may do better.');
  expect(resultTable([sampleBest()], options)).not.toContain('*');
});

test('notes runs that did not finish', () => {
  const stalled = sampleSummary({ status: 'stalled', reason: 'worker 3 never returns' });
  const table = resultTable(
    [sampleBest({ diverged: 4 }), sampleBest({ method: 'b', runs: [stalled, sampleSummary(), sampleSummary({ status: 'interrupted' })] })],
    options,
  );
  expect(table).toContain('! asgd: 4 of 9 runs diverged.');
  expect(table).toContain('! b: 1 of 3 runs at the best stepsize stalled (worker 3 never returns).');
  expect(table).toContain('! b: 1 of 3 runs at the best stepsize was interrupted.');
});

test('a run that failed is said to have failed', () => {
  const failed = sampleSummary({ status: 'failed', reason: 'no memory' });
  expect(resultTable([sampleBest({ runs: [failed] })], options)).toContain('! asgd: 1 of 1 run at the best stepsize failed (no memory).');
});

test.each([
  ['no update was made', { updates: 0 }, {}],
  ['a run was interrupted', { runs: [sampleSummary({ status: 'interrupted' })] }, {}],
  ['a run failed', { runs: [sampleSummary({ status: 'failed' })] }, {}],
  ['the experiment ended early', {}, { interrupted: true }],
])('the edge of the grid says nothing when %s', (_why, fields, more) => {
  const table = resultTable([sampleBest({ atEdge: 'low', ...fields })], { ...options, ...more });
  expect(table).not.toContain('*');
  expect(table).not.toContain('may do better');
});

test.each([104, 80, 60, 56])('fits %i columns: leaves out columns, wraps notes', (width) => {
  const table = resultTable([sampleBest(wide), sampleBest()], { ...options, width });
  for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
  expect(rowOf(table, 'delay')).toMatch(/0\.1\* +900 +0\.4/);
});

test('says which columns are left out, the least important first', () => {
  const noteOf = (width: number) => /Left out[^;]*; --json has all\./.exec(resultTable([sampleBest(wide)], { ...options, width }).replaceAll('\n  ', ' '))?.[0];
  expect(noteOf(200)).toBeUndefined();
  expect(noteOf(92)).toBe('Left out for lack of room: worst worker; --json has all.');
  expect(noteOf(56)).toBe('Left out for lack of room: worst worker, discarded, updates, mean delay, utilization; --json has all.');
  expect(resultTable([sampleBest(wide)], options)).not.toContain('Left out');
});

test('the winner is bold when colours are allowed, and only then', () => {
  const rows = [sampleBest({ method: 'slow', timeToTarget: 1000 }), sampleBest({ method: 'fast', timeToTarget: 90 })];
  const bold = resultTable(rows, { ...options, colour: true });
  expect(bold).toContain('\x1b[1mfast\x1b[22m');
  expect(bold).not.toContain('\x1b[1mslow');
  expect(resultTable(rows, options)).not.toContain('\x1b');
});

test('fits 104 columns with long names and large numbers', () => {
  const table = resultTable(
    [sampleBest({ method: 'delay-adaptive-asgd', updates: 1_234_567, gradientsDiscarded: 1_234_567, meanDelay: 1234.5, maxDelay: 12345, atEdge: 'low' })],
    options,
  );
  expect(Math.max(...table.split('\n').slice(0, 4).map((line) => line.length))).toBeLessThanOrEqual(104);
});

test('no rows', () => {
  expect(resultTable([])).toBe('No method has results.');
});

test('a plain table aligns columns and underlines the heading', () => {
  expect(plainTable(['kernel', 'time\n(µs)'], [['gemm', '12'], ['axpy', '3,456']])).toBe(
    ['         time', 'kernel   (µs)', '─────────────', 'gemm       12', 'axpy    3,456'].join('\n'),
  );
});

test('shows what was sent where that matters', () => {
  const table = resultTable([sampleBest({ bytesUp: 1.2e9, bytesDown: 3.4e6 })], { ...options, traffic: true });
  expect(table.split('\n')[1]).toMatch(/ sent$/);
  expect(rowOf(table, 'asgd').split(/\s{2,}/).at(-1)).toBe('1.2 GB');
  expect(table).toContain('Sent: to the workers and back together.');
  expect(resultTable([sampleBest()], options)).not.toMatch(/sent/i);
});

test('leaves out what was sent where there is no room, and says so only then', () => {
  const narrow = resultTable([sampleBest(wide)], { ...options, traffic: true, width: 60 }).replaceAll('\n  ', ' ');
  expect(narrow).toContain('Left out for lack of room: worst worker, discarded, updates, sent, mean delay; --json has all.');
  expect(narrow).not.toContain('Sent:');
  expect(resultTable([sampleBest(wide)], { ...options, width: 60 })).not.toContain('sent');
});

test('shows f − f* where it is known for all, and says when there was nothing to do', () => {
  const known = resultTable([sampleBest({ finalSuboptimality: 0.0125 }), sampleBest({ method: 'other', finalSuboptimality: 0.5 })], options);
  expect(known).toContain('f − f*');
  expect(rowOf(known, 'asgd')).toContain('0.0125');
  expect(rowOf(known, 'asgd')).not.toContain(' 0.4 ');
  const partly = resultTable([sampleBest({ finalSuboptimality: 0.0125 }), sampleBest({ method: 'other' })], options);
  expect(partly).not.toContain('f − f*');
  expect(partly).not.toContain('starting point');
  expect(resultTable([sampleBest({ timeToTarget: 0 })], options)).toContain('The starting point already meets the target.');
});

const theory = {
  record: {
    epsilon: 0.1, data: 'heterogeneous', constants: { smoothness: 1, ringleaderSmoothness: 1, maxSmoothness: 1, delta: 1, variance: 1 }, lowerBound: 100,
    methods: [
      { method: 'asgd', stepsize: 0.0125, parameters: {}, stepsizeSource: 'A', time: 1234.5, leadingTerm: true, formula: 'f', source: 'B' },
      { method: 'stuck', stepsize: 0, parameters: {}, stepsizeSource: 'A', time: Infinity, leadingTerm: false, formula: 'f', source: 'B' },
      { method: 'delay-adaptive-asgd', stepsize: 0.0125, parameters: {}, stepsizeSource: 'A', time: null, leadingTerm: false, formula: null, source: null },
    ],
  },
  notes: ['A note on theory.'],
} as const satisfies NonNullable<Parameters<typeof resultTable>[1]>['theory'];

test('theory: two columns after the time to the target, and its notes', () => {
  const table = resultTable([sampleBest(), sampleBest(wide), sampleBest({ method: 'own' }), sampleBest({ method: 'stuck' })], { ...options, theory });
  expect(rowOf(table, 'asgd').split(/\s{2,}/).slice(2, 6)).toEqual(['900', '0.0125', '≥ 1,235', '0.4']);
  expect(rowOf(table, 'delay').split(/\s{2,}/).slice(2, 6)).toEqual(['900', '0.0125', '—', '0.4']);
  expect(rowOf(table, 'own').split(/\s{2,}/).slice(2, 6)).toEqual(['900', '—', '—', '0.4']);
  expect(rowOf(table, 'stuck').split(/\s{2,}/).slice(2, 6)).toEqual(['900', '—', '∞', '0.4']);
  expect(table).toContain('\nA note on theory.\n');
});

test('theory gives way last where there is no room', () => {
  const at = (width: number) => resultTable([sampleBest(wide), sampleBest()], { ...options, theory, width }).replaceAll('\n  ', ' ');
  expect(at(80)).toContain('predicted');
  expect(at(80)).toContain('Left out for lack of room: worst worker, discarded, updates, mean delay; --json has all.');
  expect(at(56)).toContain('mean delay, utilization, theory stepsize, predicted time; --json has all.');
  for (const line of resultTable([sampleBest(wide)], { ...options, theory, width: 56 }).split('\n')) expect(line.length).toBeLessThanOrEqual(56);
});
