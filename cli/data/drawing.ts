import type { Dataset } from '../../bindings/index.js';
import { firstOfEach } from './summary.js';

const RAMP = ' .:-=+*#%@';
const NAMES = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** Backgrounds of the 256-colour palette that go with black text and differ from their neighbours. */
const BACKGROUNDS = [75, 208, 114, 211, 220, 141, 80, 173, 250, 149];

/** Averaging over areas makes thin strokes pale; this makes up for it. */
const GAIN = 1.25;

/** The character for a label; labels beyond the 62nd share `*`. */
export function labelName(label: number): string {
  return NAMES[label] ?? '*';
}

/**
 * Bars of samples per worker: as long as the worker's share of the most any shown worker holds, divided by label, each
 * label drawn with its character (and a colour of its own).
 * @param parts Samples per label of each worker. @param workers The numbers of those to show.
 * @param width Columns of the terminal.
 */
export function drawPartition(parts: readonly (readonly number[])[], workers: readonly number[], width: number, colour: boolean): string[] {
  const sizes = parts.map((counts) => counts.reduce((sum, count) => sum + count, 0));
  const most = Math.max(...workers.map((worker) => sizes[worker]!));
  const nameWidth = String(Math.max(...workers)).length;
  const sizeWidth = String(most).length;
  const columns = Math.max(10, width - nameWidth - sizeWidth - 5);
  return workers.map((worker) => {
    const bar = drawBar(parts[worker]!, Math.max(1, Math.round((columns * sizes[worker]!) / most)), colour);
    return `${String(worker).padStart(nameWidth)} │ ${String(sizes[worker]).padStart(sizeWidth)} ${bar}`;
  });
}

function drawBar(counts: readonly number[], columns: number, colour: boolean): string {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let text = '';
  let seen = 0;
  let drawn = 0;
  counts.forEach((count, label) => {
    seen += count;
    const cells = Math.round((columns * seen) / total) - drawn;
    drawn += cells;
    if (cells === 0) return;
    const letters = labelName(label).repeat(cells);
    text += colour ? `\x1b[48;5;${BACKGROUNDS[label % BACKGROUNDS.length]!};38;5;16m${letters}\x1b[0m` : letters;
  });
  return text;
}

/**
 * One training sample per class, side by side as far as the terminal is wide: grey half blocks, two pixels per character,
 * or a ramp of characters where colour is not wanted.
 * @returns Lines; none when the samples are not images.
 */
export function drawSamples({ train, classes, shape, features }: Dataset, width: number, colour: boolean): string[] {
  if (shape === undefined || 'starts' in train) return []; // images are stored whole
  const samples = firstOfEach(train, classes, 1).flat();
  const columns = Math.min(shape[1], Math.max(8, Math.floor((width - 2) / Math.min(5, samples.length)) - 2));
  const rows = Math.max(1, Math.round((columns * shape[0]) / shape[1] / 2));
  const perStrip = Math.max(1, Math.floor((width - 2) / (columns + 2)));
  const lines: string[] = [];
  for (let first = 0; first < samples.length; first += perStrip) {
    const pictures = samples.slice(first, first + perStrip).map((sample) => {
      const pixels = train.inputs.subarray(sample * features, (sample + 1) * features);
      return colour
        ? halfBlocks(shrink(pixels, shape, 2 * rows, columns), columns)
        : ramp(shrink(pixels, shape, rows, columns), columns);
    });
    for (let row = 0; row < rows; row += 1) {
      const line = `  ${pictures.map((picture) => picture[row]!).join('  ')}`;
      lines.push(colour ? line : line.trimEnd());
    }
    lines.push('');
  }
  return lines.slice(0, -1);
}

/** Averages over equal areas. @returns rows×columns values. */
function shrink(pixels: Float32Array, [height, width]: readonly [number, number], rows: number, columns: number): Float64Array {
  const vertical = overlaps(height, rows);
  const horizontal = overlaps(width, columns);
  const result = new Float64Array(rows * columns);
  vertical.forEach((rowWeights, row) => {
    horizontal.forEach((columnWeights, column) => {
      let sum = 0;
      for (const [y, a] of rowWeights) for (const [x, b] of columnWeights) sum += a * b * pixels[y * width + x]!;
      result[row * columns + column] = sum;
    });
  });
  return result;
}

/** For each of `cells` equal parts of a line of `length` pixels: the pixels it covers, with weights that sum to 1. */
function overlaps(length: number, cells: number): [pixel: number, weight: number][][] {
  return Array.from({ length: cells }, (_, cell) => {
    const from = (cell * length) / cells;
    const to = ((cell + 1) * length) / cells;
    const covered: [number, number][] = [];
    for (let pixel = Math.floor(from); pixel < to; pixel += 1) {
      const weight = (Math.min(to, pixel + 1) - Math.max(from, pixel)) / (to - from);
      if (weight > 1e-9) covered.push([pixel, weight]);
    }
    return covered;
  });
}

function ramp(values: Float64Array, columns: number): string[] {
  const characters = Array.from(values, (value) => RAMP[Math.round(clamp(GAIN * value) * (RAMP.length - 1))]!);
  return chunk(characters, columns).map((row) => row.join(''));
}

function halfBlocks(values: Float64Array, columns: number): string[] {
  const rows = chunk(Array.from(values, (value) => 232 + Math.round(clamp(GAIN * value) * 23)), columns);
  return chunk(rows, 2).map(([upper, lower]) =>
    `${upper!.map((grey, column) => `\x1b[38;5;${grey};48;5;${lower![column]!}m▀`).join('')}\x1b[0m`);
}

function clamp(value: number): number {
  return Math.max(0, Math.min(1, value));
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, j) => items.slice(j * size, (j + 1) * size));
}
