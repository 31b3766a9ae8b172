import type { Dataset, Kernels, LoadedSamples } from '../../bindings/index.js';
import { GRADIENT_TOLERANCE, MeasuredNetwork, type Batches } from '../network.js';
import { residual } from '../reference.js';
import { againstTarget, markdownTable, threeDigits } from '../report.js';
import { BATCH_SIZES, NETWORK } from '../sizes.js';
import { alternate, type Contestant, type Rounds } from './alternate.js';
import type { Tensor, Tfjs } from './tfjs.js';

const TARGET = 40;

/** Gradients of the same network on the same batches, gathered from the whole data set by both. */
export async function gradientsTable(kernels: Kernels, dataset: Dataset, samples: LoadedSamples, tf: Tfjs, rounds: Rounds): Promise<string> {
  const network = new MeasuredNetwork(kernels, NETWORK, dataset, samples);
  const peer = new TfjsNetwork(tf, network);
  const rows: string[][] = [];
  for (const size of BATCH_SIZES) {
    const batches = network.batches(size);
    const opponent = peer.batches(batches);
    const steady = batches.steadyBatch();
    const error = Math.max(batches.residual(), residual(opponent.gradient(steady), batches.gradient(steady)));
    if (!(error <= GRADIENT_TOLERANCE)) throw new Error(`gradient: residual at batch ${size} must be at most ${GRADIENT_TOLERANCE}, got ${error}`);
    const times = await alternate([{ name: 'straggler', run: batches.next }, opponent], rounds);
    opponent.release();
    rows.push([String(size), threeDigits(times.of('straggler')), threeDigits(times.of('tfjs')), againstTarget(times.ratio('straggler', 'tfjs'), TARGET)]);
  }
  return markdownTable(['batch', 'Straggler µs', 'tfjs-wasm µs', 'ratio'], rows);
}

/** The same network in TensorFlow.js, differentiated by its `variableGrads`. */
class TfjsNetwork {
  readonly #tf: Tfjs;
  /** Per layer W, b. */
  readonly #variables: Tensor[] = [];
  readonly #inputs: Tensor;
  readonly #onehot: Tensor;

  constructor(tf: Tfjs, { widths, parameters, dataset }: MeasuredNetwork) {
    const { count, inputs, labels } = dataset.train;
    this.#tf = tf;
    this.#inputs = tf.tensor2d(inputs, [count, widths[0]!]);
    this.#onehot = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(Int32Array.from(labels), 'int32'), widths.at(-1)!), 'float32'));
    let at = 0;
    widths.slice(1).forEach((width, l) => {
      const end = at + widths[l]! * width;
      this.#variables.push(tf.variable(tf.tensor2d(parameters.subarray(at, end), [widths[l]!, width])), tf.variable(tf.tensor1d(parameters.subarray(end, end + width))));
      at = end + width;
    });
  }

  batches({ size, count, indices }: Batches): Contestant & { gradient(batch: number): Float32Array; release(): void } {
    const tf = this.#tf;
    const lists = Array.from({ length: count }, (_, j) => tf.tensor1d(Int32Array.from(indices.subarray(j * size, (j + 1) * size)), 'int32'));
    let turn = 0;
    const compute = (batch: number): { value: Tensor; grads: Tensor[] } => {
      const { value, grads } = tf.variableGrads(() => this.#loss(lists[batch]!), this.#variables);
      return { value, grads: Object.values(grads) };
    };
    return {
      name: 'tfjs',
      run: () => {
        const { value, grads } = compute((turn = (turn + 1) % count));
        for (const tensor of [value, ...grads]) tensor.dispose();
      },
      gradient: (batch) => Float32Array.from(compute(batch).grads.flatMap((tensor) => Array.from(tensor.dataSync()))),
      release: () => lists.forEach((list) => list.dispose()),
    };
  }

  #loss(indices: Tensor): Tensor {
    const tf = this.#tf;
    let x = tf.gather(this.#inputs, indices);
    for (let l = 0; l < this.#variables.length; l += 2) {
      x = tf.add(tf.matMul(x, this.#variables[l]!), this.#variables[l + 1]!);
      if (l + 2 < this.#variables.length) x = tf.relu(x);
    }
    return tf.losses.softmaxCrossEntropy(tf.gather(this.#onehot, indices), x);
  }
}
