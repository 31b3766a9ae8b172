// The WebAssembly kernels on arrays of your own: a matrix product and the gradient of a network, checked against plain loops and timed.
import { loadKernels, mlpGradient, mlpParameterCount, multiply } from 'straggler';

const kernels = await loadKernels();

// C = A·B, row-major: m×n, m×k, k×n.
const [m, n, k] = [256, 256, 256];
const a = numbers(m * k);
const b = numbers(k * n);
const c = multiply(kernels, a, b, { m, n, k });
const plain = plainProduct();
const difference = c.reduce((most, value, i) => Math.max(most, Math.abs(value - Number(plain[i]))), 0);
console.log(`product ${m}×${n}×${k}: largest difference from plain loops ${difference.toExponential(1)}`);
rate('multiply', 2 * m * n * k, () => multiply(kernels, a, b, { m, n, k, out: c }));
rate('plain loops', 2 * m * n * k, plainProduct);

// Mean cross-entropy of a network with 784 inputs, 128 hidden ReLU units and 10 classes over a batch, and its gradient.
const widths = [784, 128, 10];
const batch = 64;
const network = {
  widths,
  parameters: numbers(mlpParameterCount(widths), 0.1), // per layer the weights (inputs × outputs), then the biases
  inputs: numbers(batch * 784), // a row per sample
  labels: Uint8Array.from({ length: batch }, (_, sample) => sample % 10),
};
const { loss, gradient } = mlpGradient(kernels, network);
const parameters = Array.from(network.parameters);
console.log(`\nnetwork ${widths.join('-')}, batch ${batch}: loss ${loss.toFixed(6)}, plain loops ${plainLoss(parameters).toFixed(6)}`);
for (const p of [10_000, 100_400, 101_000, 101_765]) {
  // A partial derivative is the slope of the loss between two points near by.
  const slope = (plainLoss(parameters.with(p, parameters[p] + 1e-4)) - plainLoss(parameters.with(p, parameters[p] - 1e-4))) / 2e-4;
  console.log(`  derivative ${String(p).padStart(6)}: ${Number(gradient[p]).toFixed(8).padStart(11)}, plain loops ${slope.toFixed(8).padStart(11)}`);
}
rate('mlpGradient', 2 * batch * (2 * 784 * 128 + 3 * 128 * 10), () => mlpGradient(kernels, { ...network, out: gradient }));

function plainProduct() {
  const out = new Float32Array(m * n);
  for (let i = 0; i < m; i += 1) {
    for (let l = 0; l < k; l += 1) {
      const factor = a[i * k + l];
      for (let j = 0; j < n; j += 1) out[i * n + j] += factor * b[l * n + j];
    }
  }
  return out;
}

/** The loss of the network in plain loops and double precision. */
function plainLoss(parameters = [0]) {
  let total = 0;
  for (const [sample, label] of network.labels.entries()) {
    const hidden = layer([...network.inputs.subarray(784 * sample, 784 * (sample + 1))], parameters.slice(0, 785 * 128), 128);
    const output = layer(hidden.map((value) => Math.max(value, 0)), parameters.slice(785 * 128), 10);
    total += Math.log(output.reduce((sum, value) => sum + Math.exp(value), 0)) - output[label]; // softmax and cross-entropy
  }
  return total / batch;
}

/** input·W + biases; the weights come first, then the biases. */
function layer(input = [0], parameters = [0], outputs = 0) {
  const out = parameters.slice(input.length * outputs);
  for (const [i, value] of input.entries()) for (let j = 0; j < outputs; j += 1) out[j] += value * parameters[i * outputs + j];
  return out;
}

/** Numbers between −scale and scale, the same every time. */
function numbers(count = 0, scale = 1) {
  return Float32Array.from({ length: count }, (_, i) => scale * (((i * 7919 + 12345) % 20011) / 10005.5 - 1));
}

/** Prints how many floating-point operations per second `work` does: its fastest call within 0.2 s. */
function rate(name = '', operations = 0, work = () => {}) {
  let least = Infinity;
  const end = performance.now() + 200;
  while (performance.now() < end) {
    const start = performance.now();
    work();
    least = Math.min(least, performance.now() - start);
  }
  console.log(`  ${name.padEnd(12)} ${(operations / least / 1e6).toFixed(1).padStart(6)} GFLOP/s`);
}
