import type { Dataset } from '../../bindings/index.js';
import { labelName } from './drawing.js';
import { describeInputs, firstOfEach } from './summary.js';

/** A colour per label, repeated (Tableau 10). */
const COLOURS = ['#4e79a7', '#f28e2b', '#59a14f', '#e15759', '#edc948', '#b07aa1', '#76b7b2', '#9c755f', '#ff9da7', '#bab0ac'];
const PER_CLASS = 12;
const LEVELS = 16;
const WIDTH = 760;
const FONT = 'Helvetica, Arial, "DejaVu Sans", sans-serif';

export interface DataFigure {
  readonly dataset: Dataset;
  /** Samples per label of each worker. */
  readonly parts: readonly (readonly number[])[];
  /** The numbers of the workers to show. */
  readonly workers: readonly number[];
  /** How the samples were divided, e.g. `dirichlet, α = 0.1`. */
  readonly partition: string;
}

/**
 * A contact sheet (a row of training samples per class, when they are images) above a bar per worker divided by label.
 * @returns an SVG document; the same input gives the same bytes.
 */
export function dataFigure({ dataset, parts, workers, partition }: DataFigure): string {
  const title = `${dataset.name}: ${dataset.train.count} training samples, ${describeInputs(dataset)}`;
  const sheet = drawSheet(dataset, 40);
  const bars = drawBars(parts, workers, sheet.bottom + 34, dataset.classes);
  const body = [
    text(16, 24, title, 'font-weight="bold"'),
    ...sheet.elements,
    text(16, sheet.bottom + 22, `Samples per worker and label: ${partition}`, 'font-weight="bold"'),
    ...bars.elements,
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${bars.bottom}" viewBox="0 0 ${WIDTH} ${bars.bottom}"`,
    ` font-family="${escape(FONT)}" font-size="12" fill="#222">`,
    `<rect width="${WIDTH}" height="${bars.bottom}" fill="#fff"/>`,
    `${body.join('\n')}\n</svg>\n`,
  ].join('\n');
}

interface Block {
  readonly elements: readonly string[];
  readonly bottom: number;
}

/** Pixels as one path per grey level: horizontal runs, a unit high. */
function drawSheet({ train, classes, shape, features }: Dataset, top: number): Block {
  if (shape === undefined || 'starts' in train) return { elements: [], bottom: top };
  const [height, width] = shape;
  const samples = firstOfEach(train, classes, PER_CLASS);
  const scale = (WIDTH - 48) / (PER_CLASS * width);
  const paths: string[][] = Array.from({ length: LEVELS }, () => []);
  const labels: string[] = [];
  samples.forEach((row, label) => {
    const y0 = label * height;
    labels.push(text(16, top + scale * (y0 + height / 2) + 4, labelName(label)));
    row.forEach((sample, place) => {
      for (let y = 0; y < height; y += 1) {
        const from = sample * features + y * width;
        const levels = Array.from(train.inputs.subarray(from, from + width), greyLevel);
        for (let x = 0; x < width; ) {
          const level = levels[x]!;
          let end = x + 1;
          while (end < width && levels[end] === level) end += 1;
          if (level > 0) paths[level]!.push(`M${place * width + x} ${y0 + y}h${end - x}v1h${x - end}z`);
          x = end;
        }
      }
    });
  });
  const drawn = paths.flatMap((runs, level) =>
    runs.length === 0 ? [] : [`<path fill-opacity="${(level / (LEVELS - 1)).toFixed(3)}" d="${runs.join('')}"/>`]);
  const elements = [
    ...labels,
    `<g transform="translate(32 ${top}) scale(${scale.toFixed(5)})" fill="#000" shape-rendering="crispEdges">`,
    ...drawn,
    '</g>',
  ];
  return { elements, bottom: Math.ceil(top + scale * classes * height) + 8 };
}

function greyLevel(value: number): number {
  return Math.round(Math.max(0, Math.min(1, value)) * (LEVELS - 1));
}

function drawBars(parts: readonly (readonly number[])[], workers: readonly number[], top: number, classes: number): Block {
  const size = (worker: number): number => parts[worker]!.reduce((sum, count) => sum + count, 0);
  const most = Math.max(...workers.map(size));
  const [left, room, step] = [56, WIDTH - 56 - 64, 15];
  const elements: string[] = [];
  workers.forEach((worker, place) => {
    const y = top + place * step;
    elements.push(text(left - 8, y + 10, String(worker), 'text-anchor="end"'));
    let x = left;
    parts[worker]!.forEach((count, label) => {
      const length = (room * count) / most;
      const box = `x="${x.toFixed(2)}" y="${y}" width="${length.toFixed(2)}" height="12"`;
      if (count > 0) elements.push(`<rect ${box} fill="${colourOf(label)}"/>`);
      if (length >= 12) elements.push(text(x + length / 2, y + 10, labelName(label), 'text-anchor="middle" font-size="10"'));
      x += length;
    });
    elements.push(text(x + 6, y + 10, String(size(worker)), 'fill="#666"'));
  });
  const legend = top + workers.length * step + 8;
  const perRow = 24;
  for (let label = 0; label < classes; label += 1) {
    const x = left + (label % perRow) * 26;
    const y = legend + Math.floor(label / perRow) * 18;
    elements.push(`<rect x="${x}" y="${y}" width="10" height="10" fill="${colourOf(label)}"/>`, text(x + 13, y + 9, labelName(label)));
  }
  return { elements, bottom: legend + Math.ceil(classes / perRow) * 18 + 8 };
}

function colourOf(label: number): string {
  return COLOURS[label % COLOURS.length]!;
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}"${attributes === '' ? '' : ` ${attributes}`}>${escape(content)}</text>`;
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
