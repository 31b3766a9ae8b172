import { describe, expect, test } from 'vitest';
import { makeProblem, placeInputs, type Problem } from './networks.js';
import { network, uniformF32 } from './reference.js';
import { exports, onWorkbench } from './workbench.js';

function closeTo(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
  const scale = Math.max(1e-3, ...Array.from(expected, Math.abs));
  for (let j = 0; j < expected.length; j += 1) {
    if (!(Math.abs(actual[j]! - expected[j]!) <= tolerance * scale)) {
      expect.fail(`${what}[${j}] is ${actual[j]!}, expected ${expected[j]!} ± ${tolerance * scale}`);
    }
  }
}

function check(problem: Problem): void {
  const { widths, batch, indexed, weighted, accumulate = false, density, seed = 1 } = problem;
  const data = makeProblem(problem);
  const expected = network(data);
  onWorkbench((bench) => {
    const layers = widths.length - 1;
    const count = data.parameters.length;
    const pointerWidths = bench.input(Uint32Array.from(widths));
    const { inputs, starts, longest } = placeInputs(bench, data.inputs, widths[0]!, density !== undefined);
    const scratch = bench.scratch(exports.mlpScratchBytes(layers, pointerWidths, batch, longest));
    const before = accumulate ? uniformF32(seed + 5, count) : new Float32Array(count).fill(NaN);
    const gradient = bench.inout(before);
    const losses = bench.output(batch, 4);
    const correct = bench.output(batch, 1);
    const indices = indexed ? bench.input(Uint32Array.from(data.indices)) : 0;
    const labels = bench.input(data.labels);
    const parameters = bench.input(data.parameters);
    const loss = exports.mlpGradient(
      layers, pointerWidths, batch, inputs, starts, indices, labels, weighted ? bench.input(Float32Array.from(data.weights)) : 0, parameters,
      gradient, Number(accumulate), losses, correct, scratch,
    );
    const name = `widths ${widths.join('-')}, batch ${batch}${density === undefined ? '' : `, density ${density}`}`;
    const total = batch === 0 ? 0 : expected.loss;
    expect(Math.abs(loss - total), `${name}: loss`).toBeLessThan(2e-6 * (1 + Math.abs(total)));
    closeTo(bench.f32(gradient, count), expected.gradient.map((g, j) => g + (accumulate ? before[j]! : 0)), 4e-6, `${name}: gradient`);
    closeTo(bench.f32(losses, batch), expected.losses, 4e-6, `${name}: losses`);
    expect([...bench.read(Uint8Array, correct, batch)]).toEqual(expected.correct);

    const losses2 = bench.output(batch, 4);
    const correct2 = bench.output(batch, 1);
    exports.mlpEvaluate(layers, pointerWidths, batch, inputs, starts, indices, labels, parameters, losses2, correct2, scratch);
    expect(bench.f32(losses2, batch)).toEqual(bench.f32(losses, batch));
    expect(bench.read(Uint8Array, correct2, batch)).toEqual(bench.read(Uint8Array, correct, batch));
  });
}

const shapes = [
  ['no hidden layer', [6, 10]],
  ['one hidden layer', [7, 9, 3]],
  ['two hidden layers', [5, 17, 6, 4]],
  ['three hidden layers', [3, 4, 33, 2, 5]],
  ['single units', [1, 1, 1]],
] as const;

describe.each(shapes)('%s', (_, widths) => {
  test.each([0, 1, 2, 3, 7, 8, 9, 33])('batch of %i against the analytical gradient in float64', (batch) => {
    check({ widths, samples: 40, batch });
  });

  test('indices, weights, accumulate', () => {
    for (const indexed of [false, true]) {
      for (const weighted of [false, true]) {
        for (const accumulate of [false, true]) check({ widths, samples: 20, batch: 13, indexed, weighted, accumulate });
      }
    }
  });

  test('against central differences of the float64 loss', () => {
    const data = makeProblem({ widths, samples: 12, batch: 9, indexed: true, weighted: true, seed: 4 });
    const gradient = onWorkbench((bench) => {
      const pointerWidths = bench.input(Uint32Array.from(widths));
      const out = bench.output(data.parameters.length, 4);
      exports.mlpGradient(
        widths.length - 1, pointerWidths, 9, bench.input(data.inputs), 0, bench.input(Uint32Array.from(data.indices)),
        bench.input(data.labels), bench.input(Float32Array.from(data.weights)), bench.input(data.parameters), out, 0, 0, 0,
        bench.scratch(exports.mlpScratchBytes(widths.length - 1, pointerWidths, 9, 0)),
      );
      return bench.f32(out, data.parameters.length);
    });
    const h = 1e-6;
    const differences = Array.from(data.parameters, (_value, j) => {
      const shifted = Float64Array.from(data.parameters);
      shifted[j]! += h;
      const above = network({ ...data, parameters: shifted }).loss;
      shifted[j]! -= 2 * h;
      return (above - network({ ...data, parameters: shifted }).loss) / (2 * h);
    });
    closeTo(gradient, differences, 1e-5, 'gradient');
  });
});

describe('compressed inputs', () => {
  // Widths of the first layer on both sides of every way to divide columns among kernels.
  test.each([1, 2, 3, 4, 5, 8, 9, 12, 13, 16, 17, 19, 20, 31, 32, 33, 35, 36, 48, 64, 67, 100])('%i columns', (columns) => {
    for (const batch of [1, 2, 9]) {
      for (const accumulate of [false, true]) {
        check({ widths: [23, columns, 3], samples: 12, batch, indexed: true, accumulate, density: 0.3 });
        check({ widths: [23, columns], samples: 12, batch, accumulate, density: 0.3, seed: 3 });
      }
    }
  });

  test.each([0, 0.02, 0.2, 0.9, 1])('density %d', (density) => {
    for (const indexed of [false, true]) {
      check({ widths: [50, 40, 7], samples: 30, batch: 17, indexed, weighted: true, accumulate: indexed, density });
    }
  });

  test('batches larger than what goes through the network at a time', () => {
    check({ widths: [9, 6, 3], samples: 600, batch: 513, density: 0.4 });
    check({ widths: [9, 6, 3], samples: 600, batch: 1100, indexed: true, weighted: true, accumulate: true, density: 0.4 });
  });

  test('so many columns that their lists are packed', () => {
    check({ widths: [20_000, 3], samples: 40, batch: 40, indexed: true, density: 0.002 });
    check({ widths: [9000, 2], samples: 600, batch: 520, density: 0.001 });
    check({ widths: [20_000, 5], samples: 40, batch: 33, accumulate: true, density: 0.002 });
  });

  test('columns that no row of the batch has are 0 or keep what they had', () => {
    const inputs = new Float32Array(7 * 3);
    inputs[3] = 1; // Row 0 has column 3 alone; rows 1 and 2 are empty.
    for (const accumulate of [0, 1]) {
      onWorkbench((bench) => {
        const widths = bench.input(Uint32Array.of(7, 32));
        const placed = placeInputs(bench, inputs, 7, true);
        const gradient = bench.inout(new Float32Array(8 * 32).fill(5));
        exports.mlpGradient(
          1, widths, 3, placed.inputs, placed.starts, 0, bench.input(new Uint8Array(3)), 0, bench.input(new Float32Array(8 * 32)), gradient,
          accumulate, 0, 0, bench.scratch(exports.mlpScratchBytes(1, widths, 3, placed.longest)),
        );
        const rows = bench.f32(gradient, 7 * 32);
        const untouched = rows.filter((_, j) => Math.floor(j / 32) !== 3);
        expect([...new Set(untouched)]).toEqual([accumulate === 0 ? 0 : 5]);
      });
    }
  });

  test('the bits do not depend on whether lists are packed, nor on the rest of the batch', () => {
    // The last columns hold nothing; they only make the lists too many for separate room.
    const narrow = makeProblem({ widths: [30, 37], samples: 60, batch: 60, density: 0.3 });
    const run = (columns: number, batch: number): { gradient: Float32Array; losses: Float32Array } =>
      onWorkbench((bench) => {
        const inputs = new Float32Array(60 * columns);
        for (let row = 0; row < 60; row += 1) inputs.set(narrow.inputs.subarray(30 * row, 30 * row + 30), columns * row);
        const parameters = new Float32Array((columns + 1) * 37);
        parameters.set(narrow.parameters.subarray(0, 30 * 37));
        const widths = bench.input(Uint32Array.of(columns, 37));
        const placed = placeInputs(bench, inputs, columns, true);
        const gradient = bench.output(parameters.length, 4);
        const losses = bench.output(batch, 4);
        exports.mlpGradient(
          1, widths, batch, placed.inputs, placed.starts, 0, bench.input(narrow.labels), 0, bench.input(parameters), gradient, 0, losses, 0,
          bench.scratch(exports.mlpScratchBytes(1, widths, batch, placed.longest)),
        );
        return { gradient: bench.f32(gradient, 30 * 37), losses: bench.f32(losses, batch) };
      });
    const spaced = run(30, 60);
    expect(run(9000, 60)).toEqual(spaced);
    expect(run(30, 7).losses).toEqual(spaced.losses.subarray(0, 7));
  });
});

test('batches larger than what goes through the network at a time', () => {
  check({ widths: [5, 6, 3], samples: 600, batch: 512, indexed: true });
  check({ widths: [5, 6, 3], samples: 600, batch: 513 });
  check({ widths: [3, 20, 9, 7, 4], samples: 150, batch: 150, indexed: true });
  check({ widths: [5, 6, 3], samples: 600, batch: 1100, indexed: true, weighted: true, accumulate: true });
});

test('a single sample that is not the first', () => {
  for (const seed of [1, 2, 3]) {
    for (const widths of [[9, 10], [40, 64, 10], [410, 33, 5, 4]]) check({ widths, samples: 20, batch: 1, indexed: true, seed });
  }
});

test('the sizes of the digits', () => {
  check({ widths: [784, 128, 10], samples: 40, batch: 32, indexed: true });
  check({ widths: [784, 10], samples: 40, batch: 5 });
  check({ widths: [784, 128, 10], samples: 40, batch: 32, indexed: true, density: 0.19 });
});

test('scratch stays bounded in the batch', () => {
  onWorkbench((bench) => {
    const widths = bench.input(Uint32Array.of(784, 128, 10));
    expect(exports.mlpScratchBytes(2, widths, 60_000, 0)).toBe(exports.mlpScratchBytes(2, widths, 512, 0));
  });
});

test('of equal outputs the first counts as the prediction', () => {
  onWorkbench((bench) => {
    const widths = bench.input(Uint32Array.of(1, 3));
    const correct = bench.output(3, 1);
    exports.mlpEvaluate(
      1, widths, 3, bench.input(new Float32Array(3)), 0, 0, bench.input(Uint8Array.of(0, 1, 2)), bench.input(new Float32Array(6)), 0, correct,
      bench.scratch(exports.mlpScratchBytes(1, widths, 3, 0)),
    );
    expect([...bench.read(Uint8Array, correct, 3)]).toEqual([1, 0, 0]);
  });
});

test('a sample is evaluated to the same bits whatever batch it is in', () => {
  const widths = [20, 19, 10];
  const data = makeProblem({ widths, samples: 70, batch: 70, seed: 8 });
  const run = (rows: number[]): Float32Array =>
    onWorkbench((bench) => {
      const pointerWidths = bench.input(Uint32Array.from(widths));
      const losses = bench.output(rows.length, 4);
      exports.mlpEvaluate(
        2, pointerWidths, rows.length, bench.input(data.inputs), 0, bench.input(Uint32Array.from(rows)), bench.input(data.labels),
        bench.input(data.parameters), losses, 0, bench.scratch(exports.mlpScratchBytes(2, pointerWidths, rows.length, 0)),
      );
      return bench.f32(losses, rows.length);
    });
  const whole = run(data.indices as number[]);
  for (const rows of [[3], [69, 0], [5, 5, 5], [10, 20, 30, 40, 50, 60, 1, 2, 3]]) {
    expect(run(rows)).toEqual(Float32Array.from(rows, (row) => whole[row]!));
  }
});
