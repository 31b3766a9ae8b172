/** Every kernel at many sizes, each result checked: npm run bench. */
import { InputError, loadKernels } from '../bindings/index.js';
import { readSeconds, readVariant, runProgram } from './arguments.js';
import { machine, markdownTable, showStatus, threeDigits } from './report.js';
import { Meter, WrongResult } from './suites/measure.js';
import { networks } from './suites/networks.js';
import { products } from './suites/products.js';
import { randomness } from './suites/randomness.js';
import { vectors } from './suites/vectors.js';

const SECONDS = 0.3;
const SUITES = { 'Matrix products': products, Networks: networks, Vectors: vectors, 'Random numbers and quadratics': randomness };
const USAGE = `Usage: npm run bench -- [words] [options]

Measures every kernel, or those whose names contain one of the words, and checks
its result against a float64 reference. "Of peak" is the fraction of a loop that
multiplies and adds in registers, or of memory.copy with as many bytes.

  --kernels simd|fma  which build to measure (default simd)
  --seconds number    how long to measure each (default ${SECONDS})

Examples:
  npm run bench -- gemm
  npm run bench -- 'dense, batch' axpy --kernels fma`;

await runProgram(USAGE, ['kernels', 'seconds'], async ({ words, options }) => {
  const seconds = readSeconds(options['seconds'], SECONDS);
  const kernels = await loadKernels({ variant: readVariant(options['kernels']) });
  const suites = Object.entries(SUITES).map(([title, suite]) => ({
    title,
    cases: suite(kernels).filter(({ name }) => words.length === 0 || words.some((word) => name.toLowerCase().includes(word.toLowerCase()))),
  }));
  if (suites.every(({ cases }) => cases.length === 0)) throw new InputError('bench', 'words', "be part of a benchmark's name, such as gemm, mlp, axpy or normal", words.join(' '));

  console.log(`${machine()}, ${kernels.variant} kernels, one thread; medians`);
  const meter = new Meter(kernels, seconds);
  const wrong: string[] = [];
  for (const { title, cases } of suites) {
    const rows: string[][] = [];
    for (const entry of cases) {
      showStatus(`measuring ${entry.name} …`);
      try {
        const { microseconds, rate, share } = meter.measure(entry);
        rows.push([entry.name, `${threeDigits(microseconds)} µs`, `${threeDigits(rate)} ${entry.unit}`, share === undefined ? '' : `${(100 * share).toFixed(0)}%`]);
      } catch (error) {
        if (!(error instanceof WrongResult)) throw error;
        wrong.push(error.message);
      }
    }
    showStatus('');
    if (rows.length > 0) console.log(`\n${markdownTable([title, 'per call', 'rate', 'of peak'], rows)}`);
  }
  if (wrong.length === 0) return;
  console.error(`\nWrong results, not shown above:\n${wrong.join('\n')}`);
  process.exitCode = 1;
});
