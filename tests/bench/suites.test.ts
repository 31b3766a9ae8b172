import { expect, test } from 'vitest';
import { Meter, WrongResult } from '../../bench/suites/measure.js';
import { networks } from '../../bench/suites/networks.js';
import { products } from '../../bench/suites/products.js';
import { randomness } from '../../bench/suites/randomness.js';
import { vectors } from '../../bench/suites/vectors.js';
import type { BenchCase } from '../../bench/suites/case.js';
import { loadKernels } from '../../bindings/kernels/load.js';
import type { Kernels } from '../../bindings/kernels/load.js';

/** How a kernel is broken: given it, its arguments and the memory, in place of a call. */
type Fault = (kernel: (...args: number[]) => unknown, args: number[], memory: Float32Array) => unknown;

const sound = await loadKernels();
/** The kernel that is broken at present. */
let broken: { name: string; fault: Fault } | undefined;
/** The same kernels, of which one can be broken. */
const breakable: Kernels = {
  ...sound,
  exports: new Proxy(sound.exports, {
    get: (target, name: string) => {
      const kernel = target[name] as (...args: number[]) => unknown;
      if (name !== broken?.name) return kernel;
      const { fault } = broken;
      return (...args: number[]) => fault(kernel, args, sound.pool.f32);
    },
  }),
};
const cases = [products, networks, vectors, randomness].flatMap((suite) => suite(breakable));
const small = (entry: BenchCase) => !/512×512×|1024×1024×|256-128-10|101770/.test(entry.name);

/** What a case says of a kernel that was broken after its data were made. */
function residualWith(name: string, fault: Fault, entry: BenchCase): number {
  broken = { name, fault };
  try {
    return entry.residual();
  } finally {
    broken = undefined;
  }
}

const idle: Fault = () => 0;

test('names are unlike, and the kernels right', () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  for (const entry of cases.filter(small)) expect(entry.residual(), entry.name).toBeLessThanOrEqual(entry.tolerance);
});

test('a kernel that does nothing is noticed', () => {
  for (const entry of cases.filter(small)) {
    const [kernel] = entry.name.split(/[ ,]/);
    const error = residualWith(kernel!, idle, entry);
    expect(error <= entry.tolerance, `${entry.name}: ${error}`).toBe(false);
  }
});

/** Runs the kernel, then changes one number of its result. */
const spoil = (pointer: number): Fault => (kernel, args, memory) => {
  const result = kernel(...args);
  memory[args[pointer]! / 4 + 5]! += 1;
  return result;
};

test.each([
  ['gemmNN', 'gemmNN 256×256×256', spoil(7)],
  ['gemmTN', 'gemmTN 64×128×784', spoil(7)],
  ['gemmNT', 'gemmNT 1×10×128', spoil(7)],
  ['mlpGradient', 'mlpGradient 784-128-10 sparse, batch 32', spoil(9)],
  ['axpyF32', 'axpyF32, d = 1729', spoil(3)],
  ['softmaxCrossEntropy', 'softmaxCrossEntropy 32×10', spoil(7)],
  ['dotF64', 'dotF64, d = 1729', (kernel: (...args: number[]) => unknown, args: number[]) => (kernel(...args) as number) + 1e-6],
])('a single wrong number from %s is noticed', (kernel, name, fault) => {
  const entry = cases.find((candidate) => candidate.name === name)!;
  expect(residualWith(kernel, fault, entry)).toBeGreaterThan(entry.tolerance);
  expect(entry.residual()).toBeLessThanOrEqual(entry.tolerance);
});

test('the time of a wrong result is not told', () => {
  const entry = cases.find(({ name }) => name === 'axpyF32, d = 1729')!;
  const meter = new Meter(breakable, 0.02);
  expect(meter.measure(entry).microseconds).toBeGreaterThan(0);
  broken = { name: 'axpyF32', fault: idle };
  try {
    expect(() => meter.measure(entry)).toThrow(WrongResult);
  } finally {
    broken = undefined;
  }
});
