import { InputError } from '../errors.js';
import type { ComputationModel } from './computation-model.js';
import { fixedTimes } from './fixed-times.js';

/** How fast a kind of device trains, relative to the reference device. */
export interface DeviceProfile {
  /** The device as its maker calls it. */
  readonly title: string;
  /** Speed relative to the reference device, an NVIDIA Tesla V100 in float32: derived from `published`. */
  readonly speed: number;
  /** The published measurement. */
  readonly published: string;
  /** Where it was published. */
  readonly source: string;
}

const LAMBDA = 'Lambda, "Deep Learning GPU Benchmarks – V100 vs 2080 Ti vs 1080 Ti vs Titan V", February 2019, https://lambdalabs.com/blog/best-gpu-tensorflow-2080-ti-vs-v100-vs-titan-v-vs-1080-ti-benchmark';
const NVIDIA = 'NVIDIA DeepLearningExamples, ResNet50 v1.5 for PyTorch, training performance results (container 21.03), https://github.com/NVIDIA/DeepLearningExamples/tree/master/PyTorch/Classification/ConvNets/resnet50v1.5';
/** Lambda: the RTX 2080 Ti is 80% as fast as the V100. */
const RTX_2080_TI = 0.8;

/**
 * Device profiles for `devices` computation times. Speeds are training throughputs of convolutional networks, each taken from the source
 * it names; both sources measured the V100, which is the reference. They are averages over networks and software of their time: other
 * models give other ratios.
 */
export const deviceProfiles: Readonly<Record<DeviceName, DeviceProfile>> = {
  'a100': { title: 'NVIDIA A100 80 GB', speed: 938 / 367, published: 'ResNet-50 training: 938 images/s (TF32, one GPU), V100 16 GB: 367 images/s (FP32)', source: NVIDIA },
  'v100': { title: 'NVIDIA Tesla V100', speed: 1, published: 'the reference', source: LAMBDA },
  'titan-v': { title: 'NVIDIA Titan V', speed: RTX_2080_TI / 0.96, published: 'FP32 training: the RTX 2080 Ti is 96% as fast as the Titan V', source: LAMBDA },
  'rtx-2080-ti': { title: 'NVIDIA GeForce RTX 2080 Ti', speed: RTX_2080_TI, published: 'FP32 training: 80% as fast as the V100', source: LAMBDA },
  'rtx-2080': { title: 'NVIDIA GeForce RTX 2080', speed: RTX_2080_TI / 1.35, published: 'FP32 training: the RTX 2080 Ti is 35% faster than the RTX 2080', source: LAMBDA },
  'gtx-1080-ti': { title: 'NVIDIA GeForce GTX 1080 Ti', speed: RTX_2080_TI / 1.37, published: 'FP32 training: the RTX 2080 Ti is 37% faster than the GTX 1080 Ti', source: LAMBDA },
};

/** A name in `deviceProfiles`. */
export type DeviceName = 'a100' | 'v100' | 'titan-v' | 'rtx-2080-ti' | 'rtx-2080' | 'gtx-1080-ti';
export const DEVICE_NAMES = Object.keys(deviceProfiles) as DeviceName[];

/** Which devices the workers are. */
export interface DeviceOptions {
  /** Names that are dealt out in turn, or how many workers there are of each, in this order. */
  readonly devices: readonly DeviceName[] | Readonly<Partial<Record<DeviceName, number | undefined>>>;
  /** Simulated seconds that the reference device, a V100, needs for a gradient. */
  readonly time: number;
}

/**
 * Computation times of real devices: τ_i = time / speed of worker i's device (`deviceProfiles`). Worker i has the name number i mod (their
 * count), or, where numbers are given, the first workers have the first device, and so on.
 * @param workers n ≥ 1.
 * @param options Which devices, and the time of the reference device.
 * @throws InputError when a device is unknown, the numbers are not whole or do not add up to the number of workers, or the time is not
 * positive.
 */
export function deviceTimes(workers: number, options: DeviceOptions): ComputationModel {
  if (!(options.time > 0)) throw new InputError('deviceTimes', 'time', 'be greater than 0', options.time);
  const list = isList(options.devices) ? options.devices : expand(options.devices, workers);
  if (list.length === 0) throw new InputError('deviceTimes', 'devices', 'name at least one device', options.devices);
  return fixedTimes(
    Array.from({ length: workers }, (_, worker) => {
      const name = list[worker % list.length]!;
      const profile = (deviceProfiles as Readonly<Record<string, DeviceProfile>>)[name];
      if (profile === undefined) throw new InputError('deviceTimes', 'devices', `name devices of ${DEVICE_NAMES.join(', ')}`, name);
      return options.time / profile.speed;
    }),
  );
}

function isList(value: DeviceOptions['devices']): value is readonly DeviceName[] {
  return Array.isArray(value);
}

function expand(counts: Readonly<Partial<Record<DeviceName, number | undefined>>>, workers: number): DeviceName[] {
  let total = 0;
  for (const [name, count = 0] of Object.entries(counts)) {
    if (!(Number.isInteger(count) && count >= 0)) throw new InputError('deviceTimes', `devices.${name}`, 'be an integer of at least 0', count);
    total += count;
  }
  if (total !== workers) throw new InputError('deviceTimes', 'devices', `name ${workers} devices, one per worker`, total);
  return Object.entries(counts).flatMap(([name, count]) => new Array<DeviceName>(count ?? 0).fill(name as DeviceName));
}
