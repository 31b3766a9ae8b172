import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const places = [process.env['STRAGGLER_DATA'], fileURLToPath(new URL('../../../shared/data', import.meta.url))];

/** The folder with the 10,000 real MNIST test digits (gzipped IDX), or undefined where they are absent. */
export const mnistFolder = places
  .flatMap((place) => (place === undefined ? [] : [join(place, 'mnist')]))
  .find((folder) => existsSync(join(folder, 't10k-images-idx3-ubyte.gz')));

/** As `mnistFolder`; says on the console that the real digits are absent and `what` is used in their place. */
export function mnistFolderOr(what: string): string | undefined {
  if (mnistFolder === undefined) console.log(`No MNIST in $STRAGGLER_DATA or ../shared/data: ${what}`);
  return mnistFolder;
}
