import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Spec } from 'vega';
import { expect, test } from 'vitest';
import { delaysFigure, runFigure, svgOf, utilizationFigure } from '../../figures/index.js';
import { sampleLines, sampleMetrics } from './samples.js';
import { workersRecord } from './workers/samples.js';

/** A thread that has what Vega looks for in a page, a canvas, from before Vega is loaded; it says that every text is 1,234 pixels wide. */
const PAGE = `
  const { parentPort, workerData: { build, figures } } = require('node:worker_threads');
  let measured = 0;
  const measureText = () => { measured += 1; return { width: 1234 }; };
  const context = new Proxy({}, { get: (_, key) => (key === 'measureText' ? measureText : () => undefined), set: () => true });
  globalThis.document = { createElement: () => ({ getContext: () => context }) };
  import(build).then(async ({ svgOf }) => {
    const drawn = [];
    for (const figure of figures) drawn.push(await svgOf(figure));
    parentPort.postMessage({ drawn, measured });
  });`;

test('is the same, byte for byte, alone and together with others, also after one that cannot be drawn', async () => {
  const figure = runFigure(sampleMetrics(['asgd']), { lines: sampleLines(['asgd']) });
  const broken: Spec = { marks: [{ type: 'rect', from: { data: 'none' } }] };
  const alone = await svgOf(figure);
  const [, ...together] = await Promise.allSettled([svgOf(broken), svgOf(figure), svgOf(figure)]);
  expect(together.map((svg) => svg.status === 'fulfilled' && svg.value === alone)).toEqual([true, true]);
});

test('is the same, byte for byte, where a page can measure text', async () => {
  const methods = ['asgd', 'malenia-sgd'].map((label) => ({ label, runs: [workersRecord()] }));
  const lines = sampleLines(['asgd', 'malenia-sgd']);
  const figures = [
    runFigure(sampleMetrics(['asgd', 'malenia-sgd']), { lines, target: 0.5, title: 'a' }), delaysFigure(methods, 'b'), utilizationFigure(methods, 'c'),
  ];
  const build = fileURLToPath(new URL('../../dist/figures/svg.js', import.meta.url));
  const thread = new Worker(PAGE, { eval: true, workerData: { build, figures } });
  const { drawn, measured } = await new Promise<{ drawn: string[]; measured: number }>((resolve, reject) => {
    thread.once('message', resolve).once('error', reject);
  });
  await thread.terminate();
  expect(measured).toBeGreaterThan(0);
  const here = await Promise.all(figures.map(svgOf));
  expect(drawn.map((svg, index) => svg === here[index])).toEqual([true, true, true]);
});
