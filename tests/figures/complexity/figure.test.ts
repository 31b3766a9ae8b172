import { Resvg } from '@resvg/resvg-js';
import { expect, test } from 'vitest';
import { timeComplexities } from '../../../bindings/index.js';
import { complexityCurves, inverseEpsilons, workerCounts, type CurveSubject, type PlotAxis } from '../../../figures/complexity/curves.js';
import { complexityFigure } from '../../../figures/complexity/figure.js';
import { svgOf } from '../../../figures/svg.js';

const quantities = { smoothness: 1, maxSmoothness: 2, delta: 1, variance: 1, epsilon: 0.01 };
const subject = (change: Partial<CurveSubject> = {}): CurveSubject => ({ times: [1, 2, 10], quantities, data: 'heterogeneous', ...change });
const draw = (axis: PlotAxis, change: Partial<CurveSubject> = {}) =>
  svgOf(complexityFigure(subject(change), axis, { title: 'A title', note: 'a note' })!);
const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]!);
/** Stroke and dashes of every line, by its place among them: the lower bound first, then the methods in their usual order. */
const looks = (svg: string) => {
  const attribute = (tag: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1];
  const curves = [...svg.matchAll(/curve-(\d)[^"]*"[^>]*><path([^>]*)>/g)];
  return new Map(curves.map(([, place, tag]) => [Number(place), [attribute(tag!, 'stroke'), attribute(tag!, 'stroke-dasharray')]]));
};

test('the curves hold the times at ε and at n', () => {
  const overEpsilon = complexityCurves(subject(), 'epsilon');
  const rows = timeComplexities({ ...quantities, times: [1, 2, 10] }, 'heterogeneous');
  for (const { method, time } of rows) {
    const { points } = overEpsilon.find((line) => line.method === method)!;
    expect(points).toHaveLength(61);
    expect([points[0]!.x, points[60]!.x].map((x) => Number((1 / x).toPrecision(9)))).toEqual([1, 1e-4]);
    expect(points[30]!.median).toBeCloseTo(time, 6);
  }
  const overN = complexityCurves(subject(), 'n');
  const two = timeComplexities({ ...quantities, times: [1, 2] }, 'heterogeneous');
  for (const { method, time } of two) expect(overN.find((line) => line.method === method)!.points[1]).toMatchObject({ x: 2, median: time });
});

test('at most some 200 numbers of workers, from 1 to n', () => {
  expect(workerCounts(4)).toEqual([1, 2, 3, 4]);
  const many = workerCounts(6174);
  expect([many[0], many.at(-1)]).toEqual([1, 6174]);
  expect(many.length).toBeLessThanOrEqual(200);
  expect(many).toEqual([...new Set(many)].sort((a, b) => a - b));
});

test('values of ε stay numbers', () => {
  for (const epsilon of [1e-307, 1e307]) {
    const places = inverseEpsilons(epsilon);
    expect(places.length).toBeGreaterThan(0);
    expect(places.every((place) => Number.isFinite(place) && Number.isFinite(1 / place) && 1 / place > 0)).toBe(true);
  }
});

test('zero and infinite times are no points', () => {
  const still = complexityCurves(subject({ quantities: { ...quantities, variance: 0 } }), 'n');
  expect(still.find(({ method }) => method === 'rescaled-asgd')!.points).toEqual([]);
  const gone = complexityCurves(subject({ times: [1, Infinity, 2], data: 'homogeneous' }), 'n');
  expect(gone.find(({ method }) => method === 'minibatch-sgd')!.points.map(({ x }) => x)).toEqual([1]);
  expect(gone.find(({ method }) => method === 'asgd')!.points.map(({ x }) => x)).toEqual([1, 2, 3]);
});

test('over ε: both axes logarithmic, smaller ε to the right, the lower bound black and dashed', async () => {
  const svg = await draw('epsilon');
  const shown = texts(svg);
  expect(shown.filter((text) => text.startsWith('10')).slice(0, 5)).toEqual(['10⁰', '10⁻¹', '10⁻²', '10⁻³', '10⁻⁴']);
  for (const text of ['A title', 'a note', 'lower bound', 'minibatch-sgd', 'rescaled-asgd (leading term)', 'target ε for ‖∇f‖², smaller to the right']) {
    expect(shown).toContain(text);
  }
  expect(looks(svg).get(0)).toEqual(['#000000', '6,4']);
  expect(looks(svg).size).toBe(6);
  expect(new Resvg(svg, { font: { loadSystemFonts: false } }).width).toBeGreaterThan(500);
});

test('over n: linear for few workers, logarithmic for many; a tick at every n, or at powers of ten', async () => {
  const svg = await draw('n');
  const few = texts(svg);
  expect(few.slice(0, 3)).toEqual(['1', '2', '3']);
  // The middle of three ticks is in the middle of the frame, unless the times span decades.
  const middle = (drawing: string) => /<text[^>]*translate\((\d+)[^>]*>2<\/text>/.exec(drawing)![1];
  expect(middle(svg)).toBe('220');
  expect(middle(await draw('n', { times: [1, 2, 100] }))).toBe(String(Math.floor((440 * Math.log(2)) / Math.log(3))));
  expect(few).toContain('number of workers n, in the order given');
  expect(texts(await draw('n', { times: Array.from({ length: 1000 }, (_, i) => i + 1) })).slice(0, 4)).toEqual(['1', '10', '100', '1,000']);
});

test('the lower bound is drawn last, above what attains it', async () => {
  for (const data of ['heterogeneous', 'homogeneous'] as const) {
    expect([...(await draw('epsilon', { data })).matchAll(/curve-(\d)/g)].at(-1)![1]).toBe('0');
  }
});

test('a method keeps its colour where another has no line', async () => {
  const noisy = await draw('epsilon');
  const still = await draw('epsilon', { quantities: { ...quantities, variance: 0 } });
  expect(texts(still).some((text) => text.startsWith('rescaled'))).toBe(false);
  expect(looks(still).get(2)).toEqual(looks(noisy).get(3)); // ia2-sgd, after the bound, minibatch-sgd and rescaled-asgd
});

test('equal workers, one worker, and the same bytes every time', async () => {
  for (const times of [[1, 1, 1], [3]]) {
    const svg = await draw('epsilon', { times });
    expect(looks(svg).size).toBe(6);
    expect(await draw('epsilon', { times })).toBe(svg);
  }
});

test('nothing where no time is finite', () => {
  expect(complexityFigure(subject({ times: [Infinity] }), 'epsilon', { title: '', note: '' })).toBeUndefined();
});
