import { expect, test } from 'vitest';
import { runChart } from '../../../cli/output/chart.js';
import { sampleLines, sampleMetrics } from '../../figures/samples.js';

const METHODS = ['asgd', 'rescaled-asgd', 'ringleader-asgd'];
const metrics = sampleMetrics(METHODS);
const base = { lines: sampleLines(METHODS), width: 80, colour: false };
const rows = (text: string) => text.split('\n').filter((line) => /[│┤]/.test(line));
const ANSI = /\x1b\[/;

test.each([40, 60, 80, 120])('fits %i columns', (width) => {
  const chart = runChart(metrics, { ...base, width, title: 'a rather long name of an experiment '.repeat(4), target: 0.5 });
  expect(Math.max(...chart.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
  expect(Math.max(...rows(chart).map((line) => line.length))).toBeGreaterThan(width - 6);
});

test('without colours it has no escape sequences, and each line its letter', () => {
  const chart = runChart(metrics, base);
  expect(chart).not.toMatch(ANSI);
  expect(chart).not.toMatch(/[\u2801-\u28ff]/);
  const plot = rows(chart).map((line) => line.replace(/^.*[│┤]/, '')).join('');
  for (const letter of 'abc') expect(plot).toContain(letter);
  expect(plot.replace(/[abc ]/g, '')).toBe('');
});

test('the legend names each letter, the uppermost line first', () => {
  const chart = runChart(metrics, base);
  expect(chart).toMatch(/ a ringleader-asgd \(γ = 0\.1\)/);
  expect(chart).toMatch(/ b rescaled-asgd \(γ = 0\.1\)/);
  expect(chart).toMatch(/ c asgd \(γ = 0\.1\)/);
});

test('with colours lines are coloured dots with letters on them', () => {
  const chart = runChart(metrics, { ...base, colour: true });
  expect(chart).toMatch(ANSI);
  expect(chart).toMatch(/[\u2801-\u28ff]/);
  const widths = chart.split('\n').map((line) => line.replace(/\x1b\[\d+m/g, '').length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(80);
});

test('says that the axis is logarithmic, and has readable ticks', () => {
  const chart = runChart(metrics, base);
  expect(chart).toContain('objective f(x) (log scale)');
  expect(chart).toMatch(/^ +1 ┤/m);
  expect(chart).toMatch(/^ +0 +500 +1,000 +1,500 +2,000$/m);
  expect(runChart(metrics, { ...base, scale: 'linear' })).not.toContain('log scale');
});

test('a falling line goes down: the top left and the bottom right are drawn', () => {
  const plot = rows(runChart(sampleMetrics(['asgd'], [1]), { ...base, lines: sampleLines(['asgd']) }));
  expect(plot[0]).toMatch(/[│┤]a/);
  expect(plot.at(-1)).toMatch(/a$/);
  expect(plot.every((row) => row.includes('a'))).toBe(true);
});

test('the target is a dashed row with a legend entry', () => {
  const chart = runChart(metrics, { ...base, target: 0.5 });
  expect(chart).toMatch(/-{10}/);
  expect(chart).toContain('- target 0.5');
});

test('lines that share all places alternate', () => {
  const twins = metrics.filter(({ method }) => method === 'asgd').flatMap((record) => [record, { ...record, method: 'twin' }]);
  const plot = rows(runChart(twins, { ...base, lines: sampleLines(['asgd', 'twin']) })).join('');
  expect(plot).toContain('ababab');
});

test('is empty when there is nothing to draw', () => {
  expect(runChart([], base)).toBe('');
});
