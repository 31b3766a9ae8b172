import type { LoadedSamples } from '../data/loaded-dataset.js';
import type { Kernels } from './load.js';

/** One thing to time. */
export interface KernelBenchmark {
  /** What it does, with sizes. */
  name: string;
  /** What `work` is counted in, per second and in thousands of millions (M/s: in millions). */
  unit: 'GFLOP/s' | 'GB/s' | 'M/s';
  /** Floating point operations, bytes moved, or numbers made, per call. */
  work: number;
  /** The name of the entry that bounds its rate, if there is one. */
  yardstick?: string;
  /** Does it once; takes at least microseconds. */
  run(): void;
}

const WIDTHS = [784, 128, 10];
const PARAMETERS = 101_770;
const SAMPLES = 2048;
const PEAK_ITERATIONS = 20_000;
const BATCHES = [1, 32, 256];

/**
 * The kernels at the sizes that matter in simulations, ready to be timed. The first entry, `peak`, multiplies and adds in
 * registers only: about what arithmetic can reach; `copy` is memory.copy, about what vectors can reach.
 *
 * @param kernels The loaded kernels. The benchmarks' arrays, about 30 MB, stay in their memory.
 * @param samples Samples of 784 inputs and up to ten classes, compressed or not, that gradients are measured on besides random dense ones.
 * @returns Entries in a fixed order; a rate is `work / seconds`, in the entry's unit after division by 10⁹ (M/s: 10⁶).
 * @throws MemoryLimitError when the arrays do not fit.
 * @example
 * const kernels = await loadKernels();
 * kernelBenchmarks(kernels)[0]?.name; // 'peak'
 */
export function kernelBenchmarks(kernels: Kernels, samples?: LoadedSamples): KernelBenchmark[] {
  const { exports, pool } = kernels;
  const allocate = (bytes: number): number => pool.allocate(bytes, 'benchmarks');
  let stream = 0;
  /** n float32 that are neither zero nor subnormal in bulk: normals times `scale`. */
  const random = (n: number, scale: number): number => {
    const pointer = allocate(n * 4);
    stream += 1;
    exports.fillNormalF32(n, 1, 0, stream, 0, 0, pointer);
    exports.scaleF32(n, scale, pointer);
    return pointer;
  };

  const product = (m: number, n: number, k: number): KernelBenchmark => {
    const a = random(m * k, 1);
    const b = random(k * n, 1);
    const c = allocate(m * n * 4);
    const scratch = allocate(exports.gemmScratchBytes(m, n, k));
    return {
      name: `gemm ${m}×${n}×${k}`,
      unit: 'GFLOP/s',
      work: 2 * m * n * k,
      yardstick: 'peak',
      run: () => exports.gemmNN(m, n, k, a, k, b, n, c, n, 0, 0, scratch),
    };
  };

  const parameters = random(PARAMETERS, 0.05);
  const gradient = random(PARAMETERS, 0.05);
  const target = random(PARAMETERS, 0.05);
  const labels = allocate(SAMPLES);
  const widths = allocate(WIDTHS.length * 4);
  pool.u32.set(WIDTHS, widths / 4);
  for (let j = 0; j < SAMPLES; j += 1) pool.u8[labels + j] = j % WIDTHS.at(-1)!;
  const dense: LoadedSamples = { count: SAMPLES, inputs: random(SAMPLES * WIDTHS[0]!, 1), starts: 0, longest: 0, labels };

  const network = (data: LoadedSamples, batch: number): KernelBenchmark => {
    const layers = WIDTHS.length - 1;
    const indices = allocate(batch * 4);
    exports.sampleIndices(batch, data.count, 0, 1, 0, batch, 0, 0, indices);
    const scratch = allocate(exports.mlpScratchBytes(layers, widths, batch, data.longest));
    const { u32 } = pool;
    const entries = (row: number): number => (data.starts === 0 ? WIDTHS[0]! : u32[data.starts / 4 + row + 1]! - u32[data.starts / 4 + row]!);
    const stored = u32.subarray(indices / 4, indices / 4 + batch).reduce((sum, row) => sum + entries(row), 0);
    return {
      name: `MLP gradient, ${data.starts === 0 ? 'dense' : 'sparse'}, batch ${batch}`,
      unit: 'GFLOP/s',
      // The first layer forward and its weights' gradient, by stored inputs; the last also the gradient of its inputs.
      work: 2 * (2 * stored * WIDTHS[1]! + 3 * batch * WIDTHS[1]! * WIDTHS[2]!),
      yardstick: 'peak',
      run: () => {
        exports.mlpGradient(layers, widths, batch, data.inputs, data.starts, indices, data.labels, 0, parameters, gradient, 0, 0, 0, scratch);
      },
    };
  };

  const vector = (name: string, arrays: number, run: () => void): KernelBenchmark => ({
    name: `${name}, d = ${PARAMETERS}`,
    unit: 'GB/s',
    work: arrays * 4 * PARAMETERS,
    yardstick: `copy, d = ${PARAMETERS}`,
    run,
  });

  return [
    { name: 'peak', unit: 'GFLOP/s', work: 56 * PEAK_ITERATIONS, run: () => void exports.peakLoop(PEAK_ITERATIONS) },
    product(64, 128, 784),
    product(784, 128, 64),
    product(256, 256, 256),
    product(512, 512, 512),
    ...[dense, ...(samples === undefined ? [] : [samples])].flatMap((data) => BATCHES.map((batch) => network(data, batch))),
    vector('axpy', 3, () => exports.axpyF32(PARAMETERS, 1e-6, gradient, target)),
    vector('step', 3, () => exports.stepF32(PARAMETERS, 0.1, parameters, gradient, target)),
    vector('copy', 2, () => exports.copyBytes(4 * PARAMETERS, parameters, target)),
    {
      name: `normals, d = ${PARAMETERS}`,
      unit: 'M/s',
      work: PARAMETERS,
      run: () => exports.fillNormalF32(PARAMETERS, 1, 0, 1, 2, 3, target),
    },
  ];
}
