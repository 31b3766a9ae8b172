import { describe, expect, test } from 'vitest';
import { makeProblem, placeInputs } from './networks.js';
import { parameterCount, uniformF32 } from './reference.js';
import { exports, onWorkbench, sameBytes } from './workbench.js';

const shapes = [
  ['no hidden layer', [6, 10]],
  ['one hidden layer', [7, 9, 3]],
  ['narrow', [9, 16, 3]],
  ['whole vectors', [20, 64, 10]],
  ['vectors and a rest', [13, 53, 10]],
  ['two hidden layers', [5, 17, 6, 4]],
  ['three hidden layers', [3, 4, 33, 2, 5]],
  ['single units', [1, 1, 1]],
] as const;

describe.each(shapes)('%s', (_, widths) => {
  const count = parameterCount(widths);

  describe.each([undefined, 0.2, 0.9])('density %s', (density) => {
    // From 40 entries of a column on, lists are taken by eights.
    test.each([1, 2, 3, 8, 33, 60, 512])('batch of %i: the same bits as the gradient, and as a sum with it', (batch) => {
      const data = makeProblem({ widths, samples: 40, batch, indexed: true, ...(density === undefined ? {} : { density }) });
      onWorkbench((bench) => {
        const layers = widths.length - 1;
        const pointerWidths = bench.input(Uint32Array.from(widths));
        const { inputs, starts, longest } = placeInputs(bench, data.inputs, widths[0], density !== undefined);
        const labels = bench.input(data.labels);
        const parameters = bench.input(data.parameters);
        const rows = Uint32Array.from(data.indices);
        const scratch = (): number => bench.scratch(exports.mlpScratchBytes(layers, pointerWidths, batch, longest));

        const same = (one: number, other: number): void => {
          expect(sameBytes(bench.read(Uint8Array, one, 4 * count), bench.read(Uint8Array, other, 4 * count))).toBe(true);
        };
        const gradient = bench.output(count, 4);
        exports.mlpGradient(layers, pointerWidths, batch, inputs, starts, bench.input(rows), labels, 0, parameters, gradient, 0, 0, 0, scratch());

        const bytes = exports.mlpCompactBytes(layers, pointerWidths, batch);
        const compact = bench.scratch(bytes);
        exports.copyBytes(4 * batch, bench.input(rows), compact);
        exports.mlpCompact(layers, pointerWidths, batch, inputs, starts, labels, parameters, compact, scratch());
        const before = bench.read(Uint8Array, compact, bytes);

        const expanded = bench.output(count, 4);
        exports.mlpExpand(layers, pointerWidths, batch, inputs, starts, compact, expanded, scratch());
        same(expanded, gradient);

        for (const a of [-0.37, 1]) {
          const x = uniformF32(8, count);
          const sum = bench.inout(x);
          exports.axpyF32(count, a, gradient, sum);
          const out = bench.output(count, 4);
          exports.mlpAdd(layers, pointerWidths, batch, inputs, starts, compact, a, bench.input(x), out, scratch());
          same(out, sum);
          const place = bench.inout(x);
          exports.mlpAdd(layers, pointerWidths, batch, inputs, starts, compact, a, place, place, scratch());
          same(place, sum);
        }
        expect(sameBytes(bench.read(Uint8Array, compact, bytes), before)).toBe(true);
      });
    });
  });
});
