import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const places = [process.env['STRAGGLER_DATA'], fileURLToPath(new URL('../../../shared/data', import.meta.url))];

/** The bandwidths of 19 real phones (FLASH), or undefined where they are absent. */
export const flashFile = places
  .flatMap((place) => (place === undefined ? [] : [join(place, 'traces', 'flash-device-bandwidth.json')]))
  .find((file) => existsSync(file));
