import { expect, test } from 'vitest';
import { svgOf } from '../../../figures/svg.js';
import { bars, messages, timelineFigure, usualSpan } from '../../../figures/workers/timeline.js';
import type { Timeline } from '../../../figures/workers/timeline-builder.js';
import { sampleSummary } from '../samples.js';
import { workersRecord } from './samples.js';

const rows = { workers: [0, 3], height: 10 };

function timelineOf(fields: Partial<Timeline> = {}): Timeline {
  return {
    stretches: new Map([
      [0, [{ kind: 'busy', start: 0, end: 4 }, { kind: 'busy', start: 4, end: 6 }, { kind: 'flight', start: 6, end: 8 }]],
      [3, [{ kind: 'idle', start: 0, end: 8 }]],
    ]),
    flights: new Map(),
    updates: [4, 6],
    updateCount: 2,
    ...fields,
  };
}

const draw = (timeline: Timeline) =>
  svgOf(timelineFigure([{ label: 'asgd (γ = 0.1)', timeline }], { title: 'Timeline: a', notes: ['Seed 1.'], until: 8, rows }));
const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);
const count = (svg: string, name: string) => (new RegExp(`class="[^"]*\\b${name}\\b.*?</g></g>`, 's').exec(svg)?.[0].match(/<line /g) ?? []).length;

test('a bar per stretch in the row of its worker, with a gap behind wide ones', () => {
  const [first, second, third, other] = bars(timelineOf(), rows, 1);
  expect(first).toMatchObject({ x: 0, y: 1, width: 3.3, height: 8, fill: '#0072b2' });
  expect(second).toMatchObject({ x: 4, width: 2 });
  expect(third).toMatchObject({ x: 6, fill: '#f2c14e' });
  expect(other).toMatchObject({ x: 0, y: 11, fill: '#dedede' });
});

test('messages are lines where the worker does something else', () => {
  const flights = new Map([[0, [{ direction: 'up' as const, start: 3, end: 8 }, { direction: 'down' as const, start: 6.5, end: 7 }]]]);
  expect(messages(timelineOf({ flights }), rows, 10)).toEqual([{ x: 30, x2: 60, y: 2.8, y2: 2.8 }]);
});

test('tells what it shows: axes, workers, legend of what occurs', async () => {
  const shown = texts(await draw(timelineOf()));
  expect(shown).toEqual(expect.arrayContaining(['Timeline: a', 'Seed 1.', 'simulated time', 'worker', '3', 'asgd (γ = 0.1)', '2 model updates']));
  expect(shown).toEqual(expect.arrayContaining(['computing', 'message in flight', 'waiting', 'model update']));
  expect(shown).not.toContain('off');
  expect(shown).not.toContain('message up, meanwhile');
  const flights = new Map([[0, [{ direction: 'up' as const, start: 3, end: 5 }]]]);
  expect(texts(await draw(timelineOf({ flights })))).toContain('message up, meanwhile');
});

test('marks updates where there are not too many', async () => {
  const many = (length: number) => timelineOf({ updates: Array.from({ length: Math.min(length, 200) }, (_, index) => (8 * index) / length), updateCount: length });
  expect(count(await draw(many(200)), 'update-ticks')).toBe(200);
  const crowded = await draw(many(1201));
  expect(count(crowded, 'update-ticks')).toBe(0);
  expect(texts(crowded)).toContain('1,201 model updates (too many to mark)');
  expect(texts(crowded)).not.toContain('model update');
});

test('the usual span holds three gradients of the slowest worker that finishes any, and three updates', () => {
  const summary = sampleSummary({ time: 100, updates: 1000 });
  const workers = (gradients: number[]) => workersRecord({ gradients });
  expect(usualSpan([{ summary, workers: workers([100, 20, 0]) }])).toBe(16);
  expect(usualSpan([{ summary: { ...summary, updates: 10 }, workers: workers([100, 20]) }])).toBe(32);
  expect(usualSpan([{ summary, workers: workers([100, 4]) }])).toBe(100); // most of the run: all of it
  expect(usualSpan([{ summary, workers: undefined }])).toBe(100);
  const runs = [1, 20, 25].map((slowest) => ({ summary, workers: workers([100, slowest]) }));
  expect(usualSpan(runs)).toBe(16);
});
