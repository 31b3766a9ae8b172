import { InputError } from '../errors.js';
import type { KernelExports } from '../kernels/abi.js';
import type { Kernels } from '../kernels/load.js';
import type { Random } from '../kernels/random.js';
import { Purpose } from '../kernels/random.js';
import type { DenseDataset, DenseSamples } from './dataset.js';
import type { Glyph } from './glyphs.js';
import { GLYPHS } from './glyphs.js';
import type { Path } from './strokes.js';
import { appendCurve, createPath, drawPath, SIDE } from './strokes.js';

const CLASSES = 10;
const PIXELS = SIDE * SIDE;
const LARGEST = 1_000_000;

/** Uniform numbers for one sample's style: more than the longest template takes (3 per coordinate, then 44). */
const DRAWS = 192;

/** Streams within `Purpose.data`: each is that of the training samples, plus 1 that of the test samples. */
const Stream = { style: 0, labels: 2, grain: 4 } as const;

/** Sizes and seed of the built-in data set. */
export interface DigitsOptions {
  /** Training samples, from 10 to 1,000,000; default 6000. */
  train?: number;
  /** Test samples, from 10 to 1,000,000; default 1000. */
  test?: number;
  /** Another seed gives another data set; default 0. It is not the seed of an experiment. */
  seed?: number;
}

/**
 * The built-in data set: the digits 0 to 9 as written by many hands, 28×28 pixels with values j/255 (j a whole number),
 * the background exactly 0, the classes balanced to within one sample. A pen follows one of several templates per digit;
 * its control points, bend, slant, proportions, size, place, thickness, pressure and ink vary from sample to sample.
 * Generated, not measured: about as hard as MNIST (see `tests/data/digits.test.ts`), but no stand-in for it.
 *
 * Sample j of either set is the same whatever the sizes are, and has the same bits on every machine.
 * @param kernels Random numbers and the cosine come from here.
 * @param options Sizes and seed.
 * @returns 6000 training and 1000 test samples unless the options say otherwise.
 * @throws InputError when a size is not an integer from 10 to 1,000,000 or the seed not one from 0 to 2⁵³ − 1.
 * @example
 * const { train } = digits(await loadKernels(), { train: 100, test: 10 });
 * train.inputs.length; // 78400
 */
export function digits(kernels: Kernels, options: DigitsOptions = {}): DenseDataset {
  const { train = 6000, test = 1000, seed = 0 } = options;
  for (const [what, size] of Object.entries({ train, test })) {
    if (!Number.isInteger(size) || size < CLASSES || size > LARGEST) {
      throw new InputError('digits', what, `be an integer from ${CLASSES} to ${LARGEST}`, size);
    }
  }
  const writer = new Writer(kernels, seed);
  return {
    name: 'digits',
    features: PIXELS,
    classes: CLASSES,
    shape: [SIDE, SIDE],
    train: writer.samples(train, 0),
    test: writer.samples(test, 1),
  };
}

/** Writes samples; owns the buffers that all of them share. */
class Writer {
  readonly #random: Random;
  readonly #kernels: KernelExports;
  readonly #control = new Float64Array(64);
  readonly #image = new Float64Array(PIXELS);

  constructor(kernels: Kernels, seed: number) {
    this.#random = kernels.random(seed);
    this.#kernels = kernels.exports;
  }

  /** Samples 0 … count − 1 of the training set (0) or the test set (1); every ten in a row hold each digit once. */
  samples(count: number, set: 0 | 1): DenseSamples {
    const inputs = new Float32Array(count * PIXELS);
    const labels = new Uint8Array(count);
    for (let first = 0; first < count; first += CLASSES) {
      const order = this.#random.permutation(Purpose.data, Stream.labels + set, first / CLASSES, CLASSES);
      for (let sample = first; sample < Math.min(count, first + CLASSES); sample += 1) {
        labels[sample] = order[sample - first]!;
        this.#write(labels[sample]!, set, sample, inputs.subarray(sample * PIXELS, (sample + 1) * PIXELS));
      }
    }
    return { count, inputs, labels };
  }

  #write(digit: number, set: number, sample: number, output: Float32Array): void {
    const dice = new Dice(this.#random.uniforms(Purpose.data, Stream.style + set, sample, DRAWS));
    const path = this.#trace(chooseGlyph(GLYPHS[digit]!, dice.uniform()), dice);
    bend(path, dice);
    this.#pose(path, dice);
    const thickness = 0.85 + 0.6 * dice.uniform() + 0.6 * dice.uniform() * dice.uniform();
    const pressure = 0.35 * dice.bell();
    const radius = (position: number): number => Math.max(0.5, thickness * (1 + pressure * (position - 0.5)));
    const strength = 1 - 0.12 * dice.uniform() * dice.uniform();
    drawPath(path, radius, 0.9 + 0.5 * dice.uniform(), this.#image);
    const grain = this.#random.uniforms(Purpose.data, Stream.grain + set, sample, PIXELS);
    for (let pixel = 0; pixel < PIXELS; pixel += 1) {
      const ink = this.#image[pixel]! * strength * (1 - 0.08 * grain[pixel]!);
      output[pixel] = Math.floor(255 * ink + 0.5) / 255;
    }
  }

  /** The template's curve with every control point moved at random, its box centred at the origin and of height 1. */
  #trace(glyph: Glyph, dice: Dice): Path {
    const spread = 0.014 * (0.6 + 0.9 * dice.uniform());
    const control = this.#control;
    const path = createPath(256);
    let used = 0;
    let previous: readonly number[] = [];
    for (const stroke of glyph.strokes) {
      const count = stroke.length / 2;
      const joined = stroke[0] === previous.at(-2) && stroke[1] === previous.at(-1);
      for (let point = 0; point < count; point += 1) {
        const place = 2 * (used + point);
        if (point === 0 && joined) {
          control.copyWithin(place, place - 2, place); // a corner stays a corner
        } else {
          control[place] = stroke[2 * point]! / 100 - 0.35 + spread * dice.bell();
          control[place + 1] = stroke[2 * point + 1]! / 100 - 0.5 + spread * dice.bell();
        }
      }
      appendCurve(path, control.subarray(2 * used, 2 * (used + count)));
      used += count;
      previous = stroke;
    }
    return path;
  }

  /** Slants, turns and stretches the path, scales it to about 20 pixels and puts it near the middle of the image. */
  #pose({ points, count }: Path, dice: Dice): void {
    const slant = 0.12 + 0.2 * dice.bell();
    const angle = 0.1 * dice.bell();
    const width = 1 + 0.15 * dice.bell();
    const cosine = this.#kernels.cos(angle);
    const sine = this.#kernels.cos(angle - Math.PI / 2);
    let [left, right, top, bottom, sumX, sumY] = [Infinity, -Infinity, Infinity, -Infinity, 0, 0];
    for (let p = 0; p < 2 * count; p += 2) {
      const upright = points[p + 1]!;
      const slanted = width * points[p]! - slant * upright;
      const x = cosine * slanted - sine * upright;
      const y = sine * slanted + cosine * upright;
      points[p] = x;
      points[p + 1] = y;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      sumX += x;
      sumY += y;
    }
    const scale = (17.5 + 1.3 * dice.bell()) / Math.max(right - left, bottom - top);
    const middleX = SIDE / 2 + 1.1 * dice.bell();
    const middleY = SIDE / 2 + 1.1 * dice.bell();
    // Half-way between the middle of the box and the middle of the ink.
    const originX = 0.25 * (left + right) + (0.5 * sumX) / count;
    const originY = 0.25 * (top + bottom) + (0.5 * sumY) / count;
    for (let p = 0; p < 2 * count; p += 2) {
      points[p] = middleX + scale * (points[p]! - originX);
      points[p + 1] = middleY + scale * (points[p + 1]! - originY);
    }
  }
}

/** Bends the plane that a path lies in by low-order polynomials. */
function bend({ points, count }: Path, dice: Dice): void {
  const [a, b, c, d, e, f] = Array.from({ length: 6 }, () => 0.2 * dice.bell()) as [number, number, number, number, number, number];
  for (let p = 0; p < 2 * count; p += 2) {
    const x = points[p]!;
    const y = points[p + 1]!;
    points[p] = x + a * (y * y - 0.1) + b * x * y + c * y * y * y;
    points[p + 1] = y + d * (x * x - 0.05) + e * x * y + 0.5 * f * x;
  }
}

function chooseGlyph(glyphs: readonly Glyph[], uniform: number): Glyph {
  let left = uniform * glyphs.reduce((sum, { weight }) => sum + weight, 0);
  for (const glyph of glyphs) {
    if (left < glyph.weight) return glyph;
    left -= glyph.weight;
  }
  return glyphs[0]!;
}

/** Hands out uniform numbers in order. */
class Dice {
  #next = 0;
  constructor(readonly draws: Float64Array) {}

  /** The next number, in [0, 1). */
  uniform(): number {
    return this.draws[this.#next++]!;
  }

  /** A bell-shaped number of mean 0 and variance 1, between −3 and 3. */
  bell(): number {
    return 2 * (this.uniform() + this.uniform() + this.uniform() - 1.5);
  }
}
