import type { Kernels } from '../../bindings/index.js';
import { Arena } from '../arena.js';
import { productResidual, rowMajor } from '../reference.js';
import { againstTarget, markdownTable, median } from '../report.js';
import { PRODUCT_SIZES, PRODUCT_TOLERANCE } from '../sizes.js';
import { alternate, type Contestant, type Rounds } from './alternate.js';
import { onnxProduct, type OnnxRuntime } from './onnx.js';
import type { Tensor, Tfjs } from './tfjs.js';

/** What each build must reach: times the peers' rates, and its share of the loop's. */
const TARGETS = { simd: { tfjs: 1.6, onnx: 2, loop: 0.85 }, fma: { tfjs: 1.9, onnx: undefined, loop: 0.92 } };
const LOOP_ITERATIONS = 20_000;
const LOOP_WORK = 56 * LOOP_ITERATIONS;

/** A contestant whose product can be looked at. */
interface Product extends Contestant {
  readonly read: () => Promise<Float32Array>;
  readonly release: () => Promise<void>;
}

/**
 * Products a·b of matrices that are resident on every side. The peers have packed b beforehand, while Straggler packs both operands in
 * each call, as it must where they change; a further column has TensorFlow.js given a new b at each call.
 */
export async function productsTable(builds: readonly Kernels[], tf: Tfjs, ort: OnnxRuntime, rounds: Rounds): Promise<string> {
  const rows: string[][] = [];
  const loops = new Map<string, number[]>();
  for (const [m, n, k] of PRODUCT_SIZES) {
    const arena = new Arena(builds[0]!);
    const a = arena.f32(arena.normals(m * k), m * k);
    const b = arena.f32(arena.normals(k * n), k * n);
    const products = [...builds.map((build) => ours(build, m, n, k, a, b)), withTfjs(tf, m, n, k, a, b), renewed(tf, m, n, k, a, b), await withOnnx(ort, m, n, k, a, b)];
    for (const { name, read } of products) {
      const error = productResidual(m, n, k, rowMajor(a, k), rowMajor(b, n), rowMajor(await read(), n));
      if (!(error <= PRODUCT_TOLERANCE)) throw new Error(`${name}: residual of ${m}×${n}×${k} must be at most ${PRODUCT_TOLERANCE}, got ${error}`);
    }
    const times = await alternate([...builds.map(loop), ...products], rounds);
    for (const product of products) await product.release();
    const work = 2 * m * n * k;
    const rate = (name: string): string => (work / times.of(name) / 1000).toFixed(1);
    for (const { variant } of builds) {
      const target = TARGETS[variant];
      loops.set(variant, [...(loops.get(variant) ?? []), LOOP_WORK / times.of(`loop ${variant}`) / 1000]);
      const share = (times.ratio(variant, `loop ${variant}`) * work) / LOOP_WORK;
      const ratio = (peer: string, least?: number): string => againstTarget(times.ratio(variant, peer), least);
      rows.push([
        `${m}×${n}×${k} ${variant}`, rate(variant), againstTarget(share, target.loop),
        rate('tfjs'), ratio('tfjs', target.tfjs), rate('tfjs, new b'), ratio('tfjs, new b'), rate('onnx'), ratio('onnx', target.onnx),
      ]);
    }
  }
  const table = markdownTable(['GFLOP/s', 'Straggler', 'of loop', 'tfjs-wasm', 'ratio', 'with a new b', 'ratio', 'onnxruntime-web', 'ratio'], rows);
  const limits = [...loops].map(([variant, rates]) => `${variant} ${median(rates).toFixed(1)} GFLOP/s`);
  return `${table}\n\nThe loops that products are compared with: ${limits.join(', ')}.`;
}

function loop({ exports, variant }: Kernels): Contestant {
  return { name: `loop ${variant}`, run: () => exports.peakLoop(LOOP_ITERATIONS) };
}

function ours(kernels: Kernels, m: number, n: number, k: number, a: Float32Array, b: Float32Array): Product {
  const { exports, pool, variant } = kernels;
  const arena = new Arena(kernels);
  const [pointerA, pointerB, c] = [arena.place(a), arena.place(b), arena.allocate(4 * m * n)];
  const scratch = arena.allocate(exports.gemmScratchBytes(m, n, k));
  const run = (): void => exports.gemmNN(m, n, k, pointerA, k, pointerB, n, c, n, 0, 0, scratch);
  return {
    name: variant,
    run,
    read: () => {
      run();
      return Promise.resolve(arena.f32(c, m * n));
    },
    release: () => {
      for (const pointer of [pointerA, pointerB, c, scratch]) pool.release(pointer);
      return Promise.resolve();
    },
  };
}

function withTfjs(tf: Tfjs, m: number, n: number, k: number, a: Float32Array, b: Float32Array): Product {
  const [left, right] = [tf.tensor2d(a, [m, k]), tf.tensor2d(b, [k, n])];
  return {
    name: 'tfjs',
    run: () => tf.matMul(left, right).dispose(),
    read: () => Promise.resolve(tf.tidy(() => tf.matMul(left, right).dataSync().slice())),
    release: () => {
      for (const tensor of [left, right]) tensor.dispose();
      return Promise.resolve();
    },
  };
}

/** As a network's weights are, which every step changes. */
function renewed(tf: Tfjs, m: number, n: number, k: number, a: Float32Array, b: Float32Array): Product {
  const left = tf.tensor2d(a, [m, k]);
  const multiply = (): Tensor => tf.matMul(left, tf.tensor2d(b, [k, n]));
  return {
    name: 'tfjs, new b',
    run: () => tf.tidy(() => void multiply()),
    read: () => Promise.resolve(tf.tidy(() => multiply().dataSync().slice())),
    release: () => {
      left.dispose();
      return Promise.resolve();
    },
  };
}

async function withOnnx(ort: OnnxRuntime, m: number, n: number, k: number, a: Float32Array, b: Float32Array): Promise<Product> {
  return { name: 'onnx', ...(await onnxProduct(ort, m, n, k, a, b)) };
}
