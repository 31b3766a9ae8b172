import type { Kernels } from '../../bindings/index.js';
import { againstTarget, markdownTable, threeDigits } from '../report.js';
import type { BenchCase } from '../suites/case.js';
import { randomness } from '../suites/randomness.js';
import { vectors } from '../suites/vectors.js';
import { alternate, type Contestant, type Rounds } from './alternate.js';

const VECTORS = ['axpyF32, d = 101770', 'stepF32, d = 101770'];
const NORMALS = 'fillNormalF32, n = 101770';
/** Share of memory.copy's bandwidth, and millions of normals per second, that must be reached. */
const TARGETS = { bandwidth: 0.9, normals: 250 };

/** Kernels that have the machine to compete with: vectors against memory.copy that touches as many bytes, and normals. */
export async function limitsTable(kernels: Kernels, rounds: Rounds): Promise<string> {
  const known = [...vectors(kernels), ...randomness(kernels)];
  const [normals, ...moving] = [NORMALS, ...VECTORS].map((name) => known.find((entry) => entry.name === name)!) as [BenchCase, ...BenchCase[]];
  const times = await alternate([normals, ...moving, ...moving.map((entry) => copy(kernels, entry))], rounds);
  for (const { name, residual, tolerance } of [normals, ...moving]) {
    const error = residual();
    if (!(error <= tolerance)) throw new Error(`${name}: residual must be at most ${tolerance}, got ${error}`);
  }
  const rows = moving.map((entry) => {
    const { name, work, footprint } = entry;
    const share = (times.ratio(name, copyName(entry)) * work) / footprint!;
    return [`${name}, GB/s`, threeDigits(work / times.of(name) / 1000), threeDigits(footprint! / times.of(copyName(entry)) / 1000), againstTarget(share, TARGETS.bandwidth)];
  });
  const rate = normals.work / times.of(normals.name);
  return markdownTable(['kernel', 'Straggler', 'memory.copy', 'ratio'], [...rows, [`${normals.name}, M/s`, threeDigits(rate), '', againstTarget(rate, TARGETS.normals)]]);
}

function copyName({ name }: BenchCase): string {
  return `copy for ${name}`;
}

/** Reads half of what a case touches and writes as much. */
function copy({ exports, pool }: Kernels, entry: BenchCase): Contestant {
  const bytes = entry.footprint! / 2;
  const [source, target] = [pool.allocate(bytes, 'benchmarks'), pool.allocate(bytes, 'benchmarks')];
  exports.fillF32(Math.floor(bytes / 4), 1, source);
  return { name: copyName(entry), run: () => exports.copyBytes(bytes, source, target) };
}
