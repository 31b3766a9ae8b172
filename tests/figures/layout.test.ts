import { expect, test } from 'vitest';
import type { Spec } from 'vega';
import {
  delaysFigure, lineStyles, rowsFor, runFigure, sampleFigure, svgOf, TimelineBuilder, timelineFigure, timelineRange, utilizationFigure, type FigureLayout,
  type FigureOptions,
} from '../../figures/index.js';
import { sampleLines, sampleMetrics } from './samples.js';
import { traceOf, workersRecord } from './workers/samples.js';

const METHODS = ['asgd', 'rescaled-asgd', 'ringleader-asgd', 'malenia-sgd'];
const metrics = sampleMetrics(METHODS); // until time 2000
const run = (layout: FigureLayout, options: Partial<FigureOptions> = {}) => runFigure(metrics, { lines: sampleLines(METHODS), ...options, layout });
const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]!);
const sizeOf = (svg: string) => /<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg)!.slice(1).map(Number);
const { rows } = rowsFor(2, 1);
const methods = METHODS.map((label) => ({ label, runs: [workersRecord()] }));

/** Places and texts of the labels of a figure's first horizontal axis. */
function labelsAcross(svg: string): { x: number; text: string }[] {
  const [, labels = ''] = /aria-label="X-axis.*?role-axis-label[^>]*>(.*?)<\/g>/s.exec(svg)!;
  return [...labels.matchAll(/translate\(([-\d.]+),[^>]*>([^<]*)</g)].map(([, x, text]) => ({ x: Number(x), text: text! }));
}

test('a narrow figure without legend is not much wider than its frame', async () => {
  const [width, height] = sizeOf(await svgOf(run({ width: 230, height: 200, legend: 'none' })));
  expect(width).toBeGreaterThan(230);
  expect(width).toBeLessThan(330);
  expect(height).toBeLessThan(330);
  const [wide] = sizeOf(await svgOf(run({ width: 230 })));
  expect(wide! - width!).toBeGreaterThan(100);
});

test('a figure without legend does not name its lines', async () => {
  expect(texts(await svgOf(run({}, { target: 0.5 })))).toEqual(expect.arrayContaining(['asgd (γ = 0.1)', 'target 0.5']));
  const svg = await svgOf(run({ legend: 'none' }, { target: 0.5 }));
  expect(texts(svg).filter((text) => text.includes('asgd') || text.includes('target'))).toEqual([]);
  expect(svg.match(/curve-\d/g)).toHaveLength(4);
});

test.each([230, 300, 440, 900])('labels along the axis do not run into each other in %i pixels', async (width) => {
  for (const end of [1, 0.0037, 37, 2000, 99_999, 1_234_567]) {
    const labels = labelsAcross(await svgOf(run({ width, legend: 'none' }, { end })));
    expect(labels.length).toBeGreaterThan(1);
    labels.slice(1).forEach(({ x, text }, index) => {
      const before = labels[index]!;
      expect(x - before.x, `${before.text} and ${text}`).toBeGreaterThan(3.5 * (text.length + before.text.length));
    });
  }
});

test('a long note and title are broken where the figure is narrow', async () => {
  const svg = await svgOf(run({ width: 230, legend: 'none' }, { title: 'The name of a rather long experiment' }));
  expect(texts(svg)).toEqual(expect.arrayContaining(['The name of a rather long', 'experiment', 'maximum']));
});

test('with an end the axis is the same before the run, and while it goes on', async () => {
  const options = { lines: sampleLines(METHODS), end: 2000, target: 0.5, y: 'testAccuracy' } as const;
  const before = labelsAcross(await svgOf(runFigure([], options)));
  expect(before.at(-1)).toEqual({ x: 440, text: '2,000' });
  expect(labelsAcross(await svgOf(runFigure(metrics.filter(({ time }) => time < 300), { ...options, y: 'objective' })))).toEqual(before);
});

test('a line keeps the look that it brings, whichever lines have points', async () => {
  const styles = lineStyles(METHODS.map((method) => ({ method })));
  const lines = sampleLines(METHODS).map((line, index) => ({ ...line, style: styles[index]! }));
  const only = await svgOf(runFigure(sampleMetrics(['ringleader-asgd']), { lines, layout: { legend: 'none' } }));
  expect(only).toContain(styles[2]!.colour);
  expect(only).not.toContain(styles[0]!.colour);
});

test('delays and utilization stand in two columns where both are wide enough, else in one', async () => {
  for (const figure of [delaysFigure, utilizationFigure]) {
    const [one, two] = [await svgOf(figure(methods, '', { width: 400 })), await svgOf(figure(methods, '', { width: 600 }))];
    const left = (svg: string) => new Set([...svg.matchAll(/panel-\d[^>]*><g transform="translate\(([\d.]+),/g)].map((match) => match[1])).size;
    expect([left(one), left(two)]).toEqual([1, 2]);
    expect(sizeOf(one)[1]).toBeGreaterThan(1.5 * sizeOf(two)[1]!);
  }
  const [low, high] = [sizeOf(await svgOf(delaysFigure(methods, '', { height: 60 }))), sizeOf(await svgOf(delaysFigure(methods, '', { height: 90 })))];
  expect(high[1]! - low[1]!).toBe(60);
});

test('a timeline of another width, and without legend', async () => {
  const builder = new TimelineBuilder(timelineRange(10, rows, 300));
  for (const record of traceOf()) builder.add(record);
  const draw = (layout: { width?: number; legend?: 'none' }) =>
    svgOf(timelineFigure([{ label: 'asgd', timeline: builder.timeline }], { title: '', notes: [], until: 10, rows, layout }));
  expect(texts(await draw({ width: 300 }))).toContain('computing');
  const svg = await draw({ width: 300, legend: 'none' });
  expect(texts(svg)).not.toContain('computing');
  expect(sizeOf(svg)[0]).toBeLessThan(380);
  expect(labelsAcross(svg).map(({ text }) => text)).toEqual(['0', '5', '10']);
});

test('of nothing yet every figure is an empty frame', async () => {
  const { timeline } = new TimelineBuilder(timelineRange(10, rows));
  const options = { title: '', notes: [], until: 10, rows };
  const empty = [{ label: 'asgd', runs: [] }];
  const figures: Spec[] = [
    runFigure([], { lines: [], end: 10 }), timelineFigure([], options), timelineFigure([{ label: 'asgd', timeline }], options),
    delaysFigure([], ''), delaysFigure(empty, ''), utilizationFigure([], ''), utilizationFigure(empty, ''),
  ];
  for (const figure of figures) {
    const svg = await svgOf(figure);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(sizeOf(svg).every((length) => length > 50)).toBe(true);
    expect(labelsAcross(svg).length).toBeGreaterThan(2);
  }
});

test('the sample of a line has its colour and dashes, on nothing', async () => {
  const [, style] = lineStyles([{ method: 'a' }, { method: 'b' }]);
  const svg = await svgOf(sampleFigure(style!));
  expect(sizeOf(svg)).toEqual([44, 18]);
  expect(svg).toContain(`stroke="${style!.colour}"`);
  expect(svg).toContain(`stroke-dasharray="${style!.dash.join(',')}"`);
  expect(svg).not.toContain('fill="white"/>');
});
