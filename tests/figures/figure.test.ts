import { Resvg } from '@resvg/resvg-js';
import { expect, test } from 'vitest';
import type { MetricsRecord } from '../../bindings/index.js';
import { runFigure, type FigureOptions } from '../../figures/figure.js';
import { svgOf } from '../../figures/svg.js';
import { sampleLines, sampleMetrics } from './samples.js';

const METHODS = ['asgd', 'rescaled-asgd', 'ringleader-asgd'];
const metrics = sampleMetrics(METHODS);
const drawn = (records: readonly MetricsRecord[], options: FigureOptions) => svgOf(runFigure(records, options));
const draw = (options: Partial<FigureOptions> = {}) => drawn(metrics, { lines: sampleLines(METHODS), ...options });
const marks = (svg: string, name: string) => [...svg.matchAll(new RegExp(`class="[^"]*\\b${name}-\\d+`, 'g'))].length;
const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);

test('has a line, a band and a legend label per method', async () => {
  const svg = await draw();
  expect(marks(svg, 'curve')).toBe(3);
  expect(marks(svg, 'band')).toBe(3);
  for (const method of METHODS) expect(texts(svg)).toContain(`${method} (γ = 0.1)`);
  expect(texts(svg)).toContain('median of 3 seeds, band: minimum to maximum');
});

test('one seed has no band and no note on it', async () => {
  const svg = await drawn(sampleMetrics(METHODS, [7]), { lines: sampleLines(METHODS) });
  expect(marks(svg, 'band')).toBe(0);
  expect(svg).not.toContain('median of');
});

test('four seeds have an inter-quartile band', async () => {
  expect(await drawn(sampleMetrics(METHODS, [1, 2, 3, 4]), { lines: sampleLines(METHODS) })).toContain('inter-quartile');
});

test('lines of different numbers of seeds have both rules in the note', async () => {
  const mixed = [...sampleMetrics(['asgd'], [1, 2, 3]), ...sampleMetrics(['rescaled-asgd'], [1, 2, 3, 4, 5, 6])];
  expect(texts(await drawn(mixed, { lines: sampleLines(METHODS) }))).toContain(
    'median of 3 to 6 seeds, band: minimum to maximum below 4 seeds, else inter-quartile range',
  );
  const single = [...sampleMetrics(['asgd'], [1]), ...sampleMetrics(['rescaled-asgd'], [1, 2, 3])];
  expect(texts(await drawn(single, { lines: sampleLines(METHODS) }))).toContain('median of 1 to 3 seeds, band: minimum to maximum');
});

test('is the same, byte for byte, every time', async () => {
  const options = { title: 'digits', target: 0.5 };
  const first = await draw(options);
  await draw({ y: 'gradientNormSquared' });
  expect(await draw(options)).toBe(first);
});

test('has coordinates to a thousandth of a pixel', async () => {
  expect(await draw()).not.toMatch(/\d\.\d{4}/);
});

test('is well-formed and escapes text', async () => {
  const svg = await draw({ title: 'a < b & "c"' });
  expect(svg).toContain('a &lt; b &amp;');
  expect(new Resvg(svg, { font: { loadSystemFonts: false } }).width).toBeGreaterThan(500); // a strict XML parser
});

test('titles the axes and shows the target', async () => {
  const svg = await draw({ title: 'digits', target: 0.5, x: 'updates', y: 'gradientNormSquared' });
  expect(texts(svg)).toEqual(expect.arrayContaining(['digits', 'model updates', 'squared gradient norm ‖∇f(x)‖²', 'target 0.5']));
  expect(svg).toMatch(/class="[^"]*\btarget\b/);
  expect(await draw()).not.toMatch(/class="[^"]*\btarget\b/);
});

test('is logarithmic over decades unless told otherwise', async () => {
  expect(texts(await draw())).toEqual(expect.arrayContaining(['0.03', '0.1', '0.3', '1']));
  expect(texts(await draw({ scale: 'linear' }))).toEqual(expect.arrayContaining(['0.5', '1', '1.5', '2']));
});

test('lines differ in colour, dash and shape', async () => {
  const svg = await draw();
  const curves = [...svg.matchAll(/<g class="[^"]*curve-\d[^"]*"[^>]*><path[^>]*>/g)].map((match) => match[0]);
  const attribute = (name: string) => new Set(curves.map((curve) => new RegExp(`${name}="([^"]*)"`).exec(curve)?.[1]));
  expect(attribute('stroke').size).toBe(3);
  expect(attribute('stroke-dasharray').size).toBe(3);
  const shapes = [...svg.matchAll(/markers-\d.*?role-mark.*?<path transform="[^"]*" d="([^"]*)"/g)].map((match) => match[1]);
  expect(new Set(shapes).size).toBe(3);
});

test('solid lines are drawn first, so that dashes on top of them show both', async () => {
  const svg = await draw();
  expect([...svg.matchAll(/curve-(\d)/g)].map((match) => match[1])).toEqual(['0', '1', '2']);
  const flipped = sampleMetrics([...METHODS].reverse());
  const other = await drawn(flipped, { lines: sampleLines(METHODS) });
  expect(/curve-(\d)/.exec(other)?.[1]).toBe('0');
});

test('without anything to draw it is an empty frame', async () => {
  expect(await drawn([], { lines: [], title: 'nothing' })).toContain('nothing');
});

test('on a logarithmic axis zero lies below the frame, and a diverged seed pulls the band above it', async () => {
  const broken = sampleMetrics(['asgd'], [1, 2, 3]).map((record) => {
    if (record.seed === 1 && record.time > 1900) return { ...record, objective: NaN };
    return record.seed > 1 && record.time > 1900 ? { ...record, objective: 0 } : record;
  });
  const svg = await drawn(broken, { lines: sampleLines(['asgd']), scale: 'log' });
  const heights = (name: string) => {
    const path = new RegExp(`${name}-0[^>]*><path d="([^"]*)"`).exec(svg)![1]!;
    return [...path.matchAll(/[ML][\d.-]+,([\d.-]+)/g)].map((match) => Number(match[1]));
  };
  expect(heights('curve').at(-1)).toBeGreaterThan(300);
  expect(Math.min(...heights('band'))).toBeLessThan(-10);
});
