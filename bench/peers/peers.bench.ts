/** Straggler and its peers in alternation, in one process where they can be: npm run bench:peers. */
import { denseDataset, InputError, loadDataset, LoadedDataset, loadKernels } from '../../bindings/index.js';
import { availableVariants, readVariant, runProgram } from '../arguments.js';
import { machine, showStatus } from '../report.js';
import type { Rounds } from './alternate.js';
import { gradientsTable } from './gradients.js';
import { PeersMissing, requirePeers } from './install.js';
import { limitsTable } from './limits.js';
import { nativeTables } from './native.js';
import { loadOnnxRuntime } from './onnx.js';
import { productsTable } from './products.js';
import { simulationTables } from './simulation.js';
import { loadTfjs } from './tfjs.js';

const TABLES: Readonly<Record<string, Rounds>> = {
  gemm: { rounds: 15, milliseconds: 25 },
  gradient: { rounds: 11, milliseconds: 40 },
  native: { rounds: 7, milliseconds: 60 },
  limits: { rounds: 21, milliseconds: 25 },
  simulation: { rounds: 9, milliseconds: 300 },
};
const USAGE = `Usage: npm run bench:peers -- [tables] [options]

Measures Straggler and its peers in alternation, on one thread each, and prints
the medians, the ratios (more than 1: Straggler is faster) and in parentheses
the ratios to reach. Tables, all by default:

  gemm        matrix products, against TensorFlow.js (wasm) and onnxruntime-web
  gradient    gradients of a network, against TensorFlow.js (wasm)
  native      the same, against NumPy and PyTorch where they are installed
  limits      vectors against memory.copy, and random normals
  simulation  whole simulations of ASGD, against heapq and NumPy, and of
              Ringleader ASGD, against ASGD

  --data name         digits (default), mnist, fashion-mnist or a folder
  --kernels simd|fma  build for all tables but gemm, which has both
  --python path       interpreter that has NumPy and PyTorch

The first call installs the JavaScript peers in bench/peers (about 450 MB).

Examples:
  npm run bench:peers -- gemm
  npm run bench:peers -- gradient native --data mnist --python /usr/bin/python3`;

await runProgram(USAGE, ['data', 'kernels', 'python'], async ({ words, options }) => {
  for (const word of words) {
    if (!Object.hasOwn(TABLES, word)) throw new InputError('bench:peers', 'tables', `be among ${Object.keys(TABLES).join(', ')}`, word);
  }
  const kernels = await loadKernels({ variant: readVariant(options['kernels']) });
  const dataset = denseDataset(await loadDataset(kernels, options['data'] ?? 'digits'));
  const samples = new LoadedDataset(kernels, dataset).train;
  const show = async (name: string, title: string, table: (rounds: Rounds) => Promise<string | string[]>): Promise<void> => {
    if (words.length > 0 && !words.includes(name)) return;
    showStatus(`measuring ${title.toLowerCase()} …`);
    try {
      const tables = [await table(TABLES[name]!)].flat();
      showStatus('');
      if (tables.length > 0) console.log(`\n${[title, ...tables].join('\n\n')}`);
    } catch (error) {
      if (!(error instanceof PeersMissing)) throw error;
      showStatus('');
      console.error(`Error: ${error.message}; left out: ${title.toLowerCase()}`);
      process.exitCode = 1;
    }
  };

  console.log(`${machine()}; one thread unless a table says otherwise, medians of rounds in alternation; data: ${dataset.name}`);
  await show('gemm', 'Matrix products', async (rounds) => {
    const variants = await availableVariants();
    if (!variants.includes('fma')) console.error('The fma kernels are left out: this Node needs --experimental-wasm-relaxed-simd for them.');
    const builds = await Promise.all(variants.map((variant) => loadKernels({ variant })));
    const require = requirePeers();
    const ort = loadOnnxRuntime(require);
    const tf = await loadTfjs(require);
    const table = await productsTable(builds, tf, ort, rounds);
    return `${table} TensorFlow.js ${tf.version.tfjs}, onnxruntime-web ${ort.env.versions.web}.`;
  });
  await show('gradient', 'Gradients of the network 784-128-10', async (rounds) => {
    const tf = await loadTfjs(requirePeers());
    return `${await gradientsTable(kernels, dataset, samples, tf, rounds)}\n\nTensorFlow.js ${tf.version.tfjs}.`;
  });
  await show('native', 'Gradients of the network 784-128-10, native peers', (rounds) => nativeTables(kernels, dataset, samples, rounds, options['python']));
  await show('limits', 'Kernels at the limits of the machine', (rounds) => limitsTable(kernels, rounds));
  await show('simulation', 'Simulations', (rounds) => simulationTables(kernels, dataset, rounds, options['python']));
});
