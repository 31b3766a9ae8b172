import type { DenseDataset, Kernels, LoadedSamples } from '../../bindings/index.js';
import { GRADIENT_TOLERANCE, MeasuredNetwork, type Batches } from '../network.js';
import { residual } from '../reference.js';
import { againstTarget, markdownTable, threeDigits } from '../report.js';
import { BATCH_SIZES, NETWORK } from '../sizes.js';
import { alternate, type Contestant, type Rounds } from './alternate.js';
import type { Tensor, Tfjs } from './tfjs.js';

const TARGET = 40;

/** Gradients of the same network on the same batches, gathered from the whole data set by both. */
export async function gradientsTable(kernels: Kernels, dataset: DenseDataset, samples: LoadedSamples, tf: Tfjs, rounds: Rounds): Promise<string> {
  const network = new MeasuredNetwork(kernels, NETWORK, dataset, samples);
  const peer = new TfjsNetwork(tf, network);
  const rows: string[][] = [];
  for (const size of BATCH_SIZES) {
    const batches = network.batches(size);
    const opponents = peer.contestants(batches);
    const steady = batches.steadyBatch();
    const error = Math.max(batches.residual(), ...opponents.map(({ gradient }) => residual(gradient(steady), batches.gradient(steady))));
    if (!(error <= GRADIENT_TOLERANCE)) throw new Error(`gradient: residual at batch ${size} must be at most ${GRADIENT_TOLERANCE}, got ${error}`);
    const times = await alternate([{ name: 'straggler', run: batches.next }, ...opponents], rounds);
    rows.push([
      String(size), threeDigits(times.of('straggler')),
      threeDigits(times.of('variableGrads')), againstTarget(times.ratio('straggler', 'variableGrads'), TARGET),
      threeDigits(times.of('by hand')), againstTarget(times.ratio('straggler', 'by hand')),
    ]);
  }
  return markdownTable(['batch', 'Straggler µs', 'variableGrads µs', 'ratio', 'by hand µs', 'ratio'], rows);
}

interface Opponent extends Contestant {
  /** A copy of the gradient of a batch. */
  readonly gradient: (batch: number) => Float32Array;
}

/** The same network in TensorFlow.js. */
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

  /** Gradients by `variableGrads`, and by operations in an order that the backend is fast at. */
  contestants({ size, count, indices }: Batches): Opponent[] {
    const tf = this.#tf;
    const lists = Array.from({ length: count }, (_, j) => tf.tensor1d(Int32Array.from(indices.subarray(j * size, (j + 1) * size)), 'int32'));
    const contestant = (name: string, gradient: (indices: Tensor) => Tensor[]): Opponent => {
      let turn = 0;
      return {
        name,
        run: () => tf.tidy(() => void gradient(lists[(turn = (turn + 1) % count)]!)),
        gradient: (batch) => tf.tidy(() => Float32Array.from(gradient(lists[batch]!).flatMap((tensor) => Array.from(tensor.dataSync())))),
      };
    };
    return [
      contestant('variableGrads', (list) => Object.values(tf.variableGrads(() => this.#loss(list), this.#variables).grads)),
      contestant('by hand', (list) => this.#gradient(list, size)),
    ];
  }

  #loss(indices: Tensor): Tensor {
    return this.#tf.losses.softmaxCrossEntropy(this.#tf.gather(this.#onehot, indices), this.#forward(indices).at(-1)!);
  }

  /** The inputs of each layer, and the logits. */
  #forward(indices: Tensor): Tensor[] {
    const tf = this.#tf;
    const values = [tf.gather(this.#inputs, indices)];
    for (let l = 0; l < this.#variables.length; l += 2) {
      const sums = tf.add(tf.matMul(values.at(-1)!, this.#variables[l]!), this.#variables[l + 1]!);
      values.push(l + 2 < this.#variables.length ? tf.relu(sums) : sums);
    }
    return values;
  }

  /** Without the loss, and with explicit transpositions: the backend's products with a transposed operand take ten times as long. */
  #gradient(indices: Tensor, size: number): Tensor[] {
    const tf = this.#tf;
    const values = this.#forward(indices);
    let delta = tf.mul(tf.sub(tf.softmax(values.at(-1)!), tf.gather(this.#onehot, indices)), 1 / size);
    const gradients: Tensor[] = [];
    for (let l = values.length - 2; l >= 0; l -= 1) {
      gradients.unshift(tf.matMul(tf.transpose(values[l]!), delta), tf.sum(delta, 0));
      if (l > 0) delta = tf.mul(tf.matMul(delta, tf.transpose(this.#variables[2 * l]!)), tf.step(values[l]!));
    }
    return gradients;
  }
}
