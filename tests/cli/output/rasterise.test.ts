import { expect, test } from 'vitest';
import { svgToPdf, svgToPng } from '../../../cli/output/rasterise.js';
import { runFigure, svgOf } from '../../../figures/index.js';
import { sampleLines, sampleMetrics } from '../../figures/samples.js';

const RECTANGLE = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"><rect width="200" height="100" fill="white"/></svg>';
const withText = RECTANGLE.replace('</svg>', '<text x="10" y="50" font-family="Helvetica" font-size="30">γ∇ test</text></svg>');

/** Width and height from a PNG's header. */
function sizeOf(png: Uint8Array): [number, number] {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

test('a PNG has its signature and twice the size of the SVG, or the width asked for', async () => {
  const png = await svgToPng(RECTANGLE);
  expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  expect(sizeOf(png)).toEqual([400, 200]);
  expect(sizeOf(await svgToPng(RECTANGLE, { width: 300 }))).toEqual([300, 150]);
});

test('text appears although no font of the machine is used', async () => {
  expect((await svgToPng(withText)).length).toBeGreaterThan(2 * (await svgToPng(RECTANGLE)).length);
});

test('a PDF is one page of the size of the SVG with embedded DejaVu Sans, the same bytes every time', async () => {
  const svg = await svgOf(runFigure(sampleMetrics(['asgd']), { lines: sampleLines(['asgd']) }));
  const pdf = await svgToPdf(svg);
  const text = Buffer.from(pdf).toString('latin1');
  expect(text.startsWith('%PDF-')).toBe(true);
  expect(text.match(/\/Type \/Page\n/g)).toHaveLength(1);
  expect(text).toMatch(/\/FontName \/\w+\+DejaVuSans/);
  const width = Number(/width="([\d.]+)"/.exec(svg)?.[1]);
  expect(Number(/\/MediaBox \[0 0 ([\d.]+)/.exec(text)?.[1])).toBeCloseTo(width, 1);
  expect(Buffer.from(await svgToPdf(svg)).equals(Buffer.from(pdf))).toBe(true);
});
