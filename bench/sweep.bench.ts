/** Sizes of matrix products that take much longer per operation than their neighbours: npm run bench:sweep. */
import { loadKernels } from '../bindings/index.js';
import type { Kernels } from '../bindings/index.js';
import { Arena } from './arena.js';
import { readVariant, runProgram } from './arguments.js';
import { machine, median, showStatus } from './report.js';

const LARGEST = 300;
/** Sizes of the two dimensions that stay. */
const OTHERS = [1, 4, 10, 64, 128, 300];
const FORMS = ['gemmNN', 'gemmTN', 'gemmNT'] as const;
/** A size stands out when it takes so many times the faster neighbour's time per operation. */
const CLIFF = 2;
/** Operations that a first, quick timing takes, and repeats of the slower one of what stands out. */
const QUICK = 20_000;
const REPEATS = 25;
const USAGE = `Usage: npm run bench:sweep -- [options]

Times A·B, Aᵀ·B and A·Bᵀ at every size from 1 to ${LARGEST} in each dimension, the others
at ${OTHERS.join(', ')}, and lists sizes with more than ${CLIFF} times the time per operation of
the faster neighbour, timed again to rule out chance. Takes about a minute.

  --kernels simd|fma  which build to measure (default simd)`;

type Size = [m: number, n: number, k: number];

await runProgram(USAGE, ['kernels'], async ({ options }) => {
  const kernels = await loadKernels({ variant: readVariant(options['kernels']) });
  console.log(`${machine()}, ${kernels.variant} kernels; form m×n×k, times the faster neighbour's time per operation`);
  let points = 0;
  let found = 0;
  for (const form of FORMS) {
    const time = timer(kernels, form);
    for (const dimension of [0, 1, 2] as const) {
      for (const first of OTHERS) {
        for (const second of OTHERS) {
          showStatus(`${form}, dimension ${dimension + 1}, others ${first} and ${second} …`);
          const at = (size: number): Size => [first, second].toSpliced(dimension, 0, size) as Size;
          const quick = Array.from({ length: LARGEST + 1 }, (_, j) => time(at(j + 1), 1));
          points += LARGEST;
          for (let size = 1; size <= LARGEST; size += 1) {
            const neighbours = [size - 1, size + 1].filter((other) => other >= 1);
            if (quick[size - 1]! <= CLIFF * Math.min(...neighbours.map((other) => quick[other - 1]!))) continue;
            const ratio = time(at(size), REPEATS) / Math.min(...neighbours.map((other) => time(at(other), REPEATS)));
            if (ratio <= CLIFF) continue;
            found += 1;
            showStatus('');
            console.log(`${form} ${at(size).join('×')}: ${ratio.toFixed(2)}`);
          }
        }
      }
    }
  }
  showStatus('');
  console.log(`${found} of ${points} sizes stand out.`);
});

/** @returns A function that gives the time per operation of a product: the median of some repeats of several calls. */
function timer(kernels: Kernels, form: (typeof FORMS)[number]): (size: Size, repeats: number) => number {
  const { exports } = kernels;
  const arena = new Arena(kernels);
  const most = (LARGEST + 1) ** 2;
  const [a, b, c] = [arena.normals(most), arena.normals(most), arena.allocate(4 * most)];
  const scratch = arena.allocate(exports.gemmScratchBytes(LARGEST + 1, LARGEST + 1, LARGEST + 1) + exports.gemmScratchBytes(LARGEST + 1, 1, LARGEST + 1));
  return ([m, n, k], repeats) => {
    const lda = form === 'gemmTN' ? m : k;
    const ldb = form === 'gemmNT' ? k : n;
    const calls = Math.max(3, Math.ceil(QUICK / (m * n * k)));
    const times = Array.from({ length: repeats }, () => {
      const begin = performance.now();
      for (let call = 0; call < calls; call += 1) exports[form](m, n, k, a, lda, b, ldb, c, n, 0, 0, scratch);
      return performance.now() - begin;
    });
    return median(times) / calls / (m * n * k);
  };
}
