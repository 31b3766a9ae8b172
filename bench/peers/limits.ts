import type { Kernels } from '../../bindings/index.js';
import { Arena } from '../arena.js';
import { againstTarget, markdownTable, threeDigits } from '../report.js';
import { alternate, type Contestant, type Rounds } from './alternate.js';

const LENGTH = 101_770;
const BYTES = 4 * LENGTH;
const BANDWIDTH = 0.9;
/** Normals per second, in millions. */
const NORMALS = 250;

/** Kernels that have the machine to compete with: vectors against memory.copy that touches as many bytes, and normals. */
export async function limitsTable(kernels: Kernels, rounds: Rounds): Promise<string> {
  const { exports } = kernels;
  const arena = new Arena(kernels);
  const [x, y, out] = [arena.normals(LENGTH), arena.normals(LENGTH), arena.normals(LENGTH)];
  const [source, target] = [arena.normals(1.5 * LENGTH), arena.normals(1.5 * LENGTH)];
  const contestants: Contestant[] = [
    { name: 'axpy', run: () => exports.axpyF32(LENGTH, 1e-6, x, y) },
    { name: 'copy for axpy', run: () => exports.copyBytes(BYTES, source, target) },
    { name: 'step', run: () => exports.stepF32(LENGTH, 1e-6, x, y, out) },
    { name: 'copy for step', run: () => exports.copyBytes(1.5 * BYTES, source, target) },
    { name: 'normals', run: () => exports.fillNormalF32(LENGTH, 1, 0, 1, 2, 3, out) },
  ];
  const times = await alternate(contestants, rounds);
  const vector = (name: string, copied: number): string[] => {
    const share = times.ratio(name, `copy for ${name}`) * ((3 * BYTES) / copied);
    return [`${name}, d = ${LENGTH}, GB/s`, threeDigits((3 * BYTES) / times.of(name) / 1000), threeDigits(copied / times.of(`copy for ${name}`) / 1000), againstTarget(share, BANDWIDTH)];
  };
  const normals = LENGTH / times.of('normals');
  return markdownTable(['kernel', 'Straggler', 'memory.copy', 'ratio'], [vector('axpy', 2 * BYTES), vector('step', 3 * BYTES), ['normals, M/s', threeDigits(normals), '', againstTarget(normals, NORMALS)]]);
}
