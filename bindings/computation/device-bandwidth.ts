import { readFileBytes } from '#platform';
import { InputError } from '../errors.js';

/** The units of the file: kilobytes. */
const BYTES = 1000;

/** The measured bandwidth of one device: means and standard deviations in bytes per second. */
export interface DeviceBandwidth {
  /** How the file calls the device. */
  readonly id: string;
  /** Mean to the device. */
  readonly down: number;
  /** Standard deviation to the device. */
  readonly downDeviation: number;
  /** Mean from the device. */
  readonly up: number;
  /** Standard deviation from the device. */
  readonly upDeviation: number;
}

/**
 * Reads the bandwidths of devices in the form of the FLASH data set.
 * @param file Its path; in browsers its URL.
 * @returns As `parseDeviceBandwidth`.
 * @throws InputError when there is no such file, or it is not as `parseDeviceBandwidth` describes.
 */
export async function readDeviceBandwidth(file: string): Promise<DeviceBandwidth[]> {
  const bytes = await readFileBytes(file);
  if (bytes === undefined) throw new InputError('experiment', 'workers.network.devices', 'be a file that exists', file);
  return parseDeviceBandwidth(new TextDecoder().decode(bytes), file);
}

/**
 * Parses bandwidths of devices: a JSON object of device id → `{down_u, down_sigma, up_u, up_sigma}`, means and standard deviations in
 * kB/s (1000 bytes).
 * @param text The content of the file.
 * @param file The name for errors.
 * @returns The devices in the order of the file; ids that are whole numbers, such as "7", come first, ascending, as in every JSON object
 * that JavaScript reads.
 * @throws InputError when it is not such an object, has no device, a mean is not positive or a deviation is negative.
 * @remarks Source: Yang et al., "Characterizing impacts of heterogeneity in federated learning upon large-scale smartphone data",
 * WWW 2021 (FLASH).
 */
export function parseDeviceBandwidth(text: string, file: string): DeviceBandwidth[] {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new InputError(file, 'content', 'be JSON', (error as Error).message);
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data) || Object.keys(data).length === 0) {
    throw new InputError(file, 'content', 'be an object of devices, {id: {down_u, down_sigma, up_u, up_sigma}, …}', data);
  }
  return Object.entries(data).map(([id, entry]: [string, unknown]) => {
    const value = (key: string, least: 'above 0' | 'at least 0'): number => {
      const number = (entry as Readonly<Record<string, unknown>> | null)?.[key];
      const good = typeof number === 'number' && number < Infinity && (least === 'above 0' ? number > 0 : number >= 0);
      if (!good) throw new InputError(file, `${id}.${key}`, `be a number ${least} (kB/s)`, number);
      return number * BYTES;
    };
    return {
      id,
      down: value('down_u', 'above 0'),
      downDeviation: value('down_sigma', 'at least 0'),
      up: value('up_u', 'above 0'),
      upDeviation: value('up_sigma', 'at least 0'),
    };
  });
}
