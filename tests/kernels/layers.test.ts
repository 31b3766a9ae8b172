import { describe, expect, test } from 'vitest';
import { softmax, uniformF32 } from './reference.js';
import { exports, onWorkbench } from './workbench.js';

const sizes = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 39, 63, 64, 65, 100];

describe('relu', () => {
  test.each(sizes)('%i entries', (n) => {
    const x = uniformF32(n, n);
    if (n > 2) x.set([-0, NaN], 1);
    if (n > 5) x.set([NaN, -0], n - 2);
    const expected = x.map((value) => (value < 0 ? 0 : value + 0)); // + 0 makes −0 positive
    onWorkbench((bench) => {
      const y = bench.output(n, 4);
      exports.relu(n, bench.input(x), y);
      expect(bench.f32(y, n)).toEqual(expected);
    });
    onWorkbench((bench) => {
      const inPlace = bench.inout(x);
      exports.relu(n, inPlace, inPlace);
      expect(bench.f32(inPlace, n)).toEqual(expected);
    });
  });
});

describe('reluMask', () => {
  test.each(sizes)('%i entries', (n) => {
    const activation = uniformF32(n + 1, n).map((value, j) => (j % 5 === 3 ? 0 : value));
    if (n > 2) activation[n - 2] = NaN; // not ≤ 0, so it masks nothing
    const before = uniformF32(n, n);
    if (n > 3) before[3] = NaN; // masked, so it must vanish
    onWorkbench((bench) => {
      const gradient = bench.inout(before);
      exports.reluMask(n, bench.input(activation), gradient);
      expect(bench.f32(gradient, n)).toEqual(before.map((value, j) => (activation[j]! <= 0 ? 0 : value)));
    });
  });
});

interface SoftmaxCase {
  rows: number;
  classes: number;
  scale?: number;
  weighted?: boolean;
  slack?: number;
}

function checkSoftmax({ rows, classes, scale = 3, weighted = false, slack = 0 }: SoftmaxCase): void {
  onWorkbench((bench) => {
    const leading = classes + slack;
    const ldGradient = classes + 2 * slack;
    const logits = uniformF32(rows * 31 + classes, rows === 0 ? 0 : (rows - 1) * leading + classes, scale);
    const labels = Uint8Array.from({ length: rows }, (_, r) => (r * 7) % classes);
    const weights = uniformF32(5, rows, 2);
    const losses = bench.output(rows, 4);
    const gradientSize = rows === 0 ? 0 : (rows - 1) * ldGradient + classes;
    const gradient = bench.output(gradientSize, 4);
    const total = exports.softmaxCrossEntropy(
      rows, classes, bench.input(logits), leading, bench.input(labels), weighted ? bench.input(weights) : 0, losses, gradient, ldGradient,
    );
    const g = bench.f32(gradient, gradientSize);
    let expectedTotal = 0;
    for (let r = 0; r < rows; r += 1) {
      const weight = weighted ? weights[r]! : 1 / rows;
      const { probabilities, loss } = softmax(logits.subarray(r * leading, r * leading + classes), labels[r]!);
      expectedTotal += weight * loss;
      expect(Math.abs(bench.f32(losses, rows)[r]! - loss)).toBeLessThanOrEqual(2e-7 * (1 + loss));
      for (let j = 0; j < classes; j += 1) {
        const exact = weight * (probabilities[j]! - (j === labels[r] ? 1 : 0));
        if (!(Math.abs(g[r * ldGradient + j]! - exact) <= 4e-7 * Math.abs(weight))) {
          expect.fail(`${rows}×${classes}: gradient (${r}, ${j}) is ${g[r * ldGradient + j]!}, expected ${exact}`);
        }
      }
      for (let j = classes; j < ldGradient && r + 1 < rows; j += 1) expect(g[r * ldGradient + j]).toBeNaN();
    }
    expect(Math.abs(total - expectedTotal)).toBeLessThanOrEqual(3e-7 * (1 + Math.abs(expectedTotal)));
  });
}

describe('softmaxCrossEntropy', () => {
  test('sizes around the lanes', () => {
    for (const rows of [0, 1, 2, 7]) for (const classes of [1, 2, 3, 4, 5, 8, 10, 13, 16, 256]) checkSoftmax({ rows, classes });
  });

  test('weights, and leading dimensions larger than the width', () => {
    for (const classes of [3, 4, 10]) checkSoftmax({ rows: 6, classes, weighted: true, slack: 3 });
  });

  test('logits so large that their exponentials overflow', () => {
    checkSoftmax({ rows: 5, classes: 10, scale: 1000 });
    checkSoftmax({ rows: 5, classes: 10, scale: 50 });
  });

  test('the gradient may take the place of the logits, and outputs may be absent', () => {
    const [rows, classes] = [4, 10];
    const logits = uniformF32(1, rows * classes, 4);
    const labels = Uint8Array.of(0, 9, 4, 3);
    onWorkbench((bench) => {
      const apart = bench.output(rows * classes, 4);
      const total = exports.softmaxCrossEntropy(rows, classes, bench.input(logits), classes, bench.input(labels), 0, 0, apart, classes);
      const together = bench.inout(logits);
      const same = exports.softmaxCrossEntropy(rows, classes, together, classes, bench.input(labels), 0, 0, together, classes);
      expect(bench.f32(together, rows * classes)).toEqual(bench.f32(apart, rows * classes));
      expect(same).toBe(total);
      expect(exports.softmaxCrossEntropy(rows, classes, bench.input(logits), classes, bench.input(labels), 0, 0, 0, 0)).toBe(total);
    });
  });

  test('a certain prediction has a loss that is small but not zero', () => {
    onWorkbench((bench) => {
      const total = exports.softmaxCrossEntropy(1, 2, bench.input(Float32Array.of(20, 0)), 2, bench.input(Uint8Array.of(0)), 0, 0, 0, 0);
      expect(total / Math.log1p(Math.exp(-20))).toBeCloseTo(1, 6);
    });
  });

  test.each([NaN, Infinity])('a logit of %d makes loss and gradient NaN', (special) => {
    onWorkbench((bench) => {
      const gradient = bench.output(3, 4);
      const logits = bench.input(Float32Array.of(0, special, 1));
      expect(exports.softmaxCrossEntropy(1, 3, logits, 3, bench.input(Uint8Array.of(0)), 0, 0, gradient, 3)).toBeNaN();
      expect([...bench.f32(gradient, 3)].every(Number.isNaN)).toBe(true);
    });
  });
});
