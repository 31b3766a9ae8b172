import { InputError } from '../errors.js';
import { Purpose } from '../kernels/random.js';
import type { Random } from '../kernels/random.js';
import { readDeviceBandwidth } from './device-bandwidth.js';
import type { DeviceBandwidth } from './device-bandwidth.js';
import type { Direction, NetworkModel } from './network-model.js';

/** The jitter that follows the deviations in a file of devices. */
export const MEASURED_JITTER = 'measured';
export const MOST_JITTER = 100;
/** Latencies and bandwidths within these bounds keep every flight time finite, whatever the jitter. */
export const MOST_LATENCY = 1e100;
export const LEAST_BANDWIDTH = 1e-6;

/** One value for all workers, or one per worker. */
export type PerWorker = number | readonly number[];

/** What an experiment says about its network. */
export interface NetworkOptions {
  /** Simulated seconds per message, from 0 to 1e100. Default 0. */
  readonly latency?: PerWorker | undefined;
  /** For messages to the server, in place of `latency`. */
  readonly latencyUp?: PerWorker | undefined;
  /** For messages to the workers, in place of `latency`. */
  readonly latencyDown?: PerWorker | undefined;
  /** Bytes per simulated second, at least 1e-6; Infinity: size does not matter. Default Infinity. */
  readonly bandwidth?: PerWorker | undefined;
  /** For messages to the server, in place of `bandwidth`. */
  readonly bandwidthUp?: PerWorker | undefined;
  /** For messages to the workers, in place of `bandwidth`. */
  readonly bandwidthDown?: PerWorker | undefined;
  /** Coefficient of variation of the messages' times, from 0 to 100; or `measured`, that of the `devices`. Default 0. */
  readonly jitter?: number | typeof MEASURED_JITTER | undefined;
  /** File with bandwidths of devices, in place of the bandwidth keys. */
  readonly devices?: string | undefined;
}

/**
 * A network on which every message takes no time.
 * @param workers n ≥ 1.
 * @returns `flightTime` is 0.
 */
export function instantNetwork(workers: number): NetworkModel {
  return { workers, instantaneous: true, flightTime: () => 0 };
}

/**
 * Reads the file that a network names, if it names one.
 * @param options What an experiment says.
 * @returns The devices of the file; undefined where none is named.
 * @throws InputError when there is no such file, or it is not as `parseDeviceBandwidth` describes.
 */
export async function loadDeviceBandwidth({ devices }: NetworkOptions): Promise<DeviceBandwidth[] | undefined> {
  return devices === undefined ? undefined : readDeviceBandwidth(devices);
}

/** The two directions of a worker's connection. */
interface Line {
  readonly latency: number;
  readonly bandwidth: number;
  /** ln(1 + c²): the variance of the logarithm of the factor on the whole time, and of that on the bytes' part. */
  readonly jitter: number;
  readonly bandwidthJitter: number;
}

/**
 * A network in which a message of b bytes takes latency + b/bandwidth simulated seconds; keys that end in `Up` (to the server) and
 * `Down` stand above the common ones.
 *
 * Jitter c multiplies the time of each message by a lognormal factor of mean 1 and coefficient of variation c,
 * exp(s z − s²/2) with s² = ln(1 + c²) and z ∼ N(0, 1) per (worker, direction, index). With `measured`, the factor is on b/bandwidth alone
 * and c is the standard deviation over the mean of that device's bandwidth in that direction.
 * @param options What an experiment says.
 * @param workers n ≥ 1.
 * @param random The random streams of a seed, as `kernels.random(seed)` gives them.
 * @param devices What `loadDeviceBandwidth` gave for the options; worker i has device i mod their number, in the order in which it gave them.
 * @throws InputError when a list does not name every worker, a value is out of range, devices are given together with a bandwidth or
 * are missing, or jitter is `measured` without devices.
 */
export function networkModel(options: NetworkOptions, workers: number, random: Random, devices?: readonly DeviceBandwidth[]): NetworkModel {
  checkNetwork(options);
  if (options.devices !== undefined && (devices === undefined || devices.length === 0)) {
    throw new InputError('networkModel', 'devices', "be given, from 'loadDeviceBandwidth'", devices);
  }
  const { kernels } = random;
  const variance = (variation: number): number => kernels.log(1 + variation * variation);
  const { jitter = 0 } = options;
  const lines = (direction: Direction): Line[] => {
    const [latencyKey, bandwidthKey] = direction === 'up' ? (['latencyUp', 'bandwidthUp'] as const) : (['latencyDown', 'bandwidthDown'] as const);
    const latency = perWorker(latencyKey, options[latencyKey] ?? options.latency ?? 0, workers, 'from 0 to 1e100');
    const bandwidth = perWorker(bandwidthKey, options[bandwidthKey] ?? options.bandwidth ?? Infinity, workers, 'at least 1e-6');
    return latency.map((seconds, worker) => {
      const device = devices?.[worker % devices.length];
      const mean = device?.[direction] ?? bandwidth[worker]!;
      const deviation = device?.[direction === 'up' ? 'upDeviation' : 'downDeviation'] ?? 0;
      if (!(mean >= LEAST_BANDWIDTH)) throw new InputError('networkModel', `${device!.id}.${direction}`, 'be at least 1e-6 bytes per second', mean);
      if (!(deviation <= MOST_JITTER * mean)) {
        throw new InputError('networkModel', `${device!.id}.${direction}`, `deviate by at most ${MOST_JITTER} times its mean, ${mean}`, deviation);
      }
      return {
        latency: seconds,
        bandwidth: mean,
        jitter: jitter === MEASURED_JITTER ? 0 : variance(jitter),
        bandwidthJitter: jitter === MEASURED_JITTER ? variance(deviation / mean) : 0,
      };
    });
  };
  const connections = { up: lines('up'), down: lines('down') };
  if ([...connections.up, ...connections.down].every(({ latency, bandwidth }) => latency === 0 && bandwidth === Infinity)) return instantNetwork(workers);

  const factor = (squared: number, worker: number, direction: Direction, index: number): number => {
    if (squared === 0) return 1;
    const z = random.normal(Purpose.network, worker, 2 * index + (direction === 'up' ? 0 : 1));
    return kernels.exp(Math.sqrt(squared) * z - squared / 2);
  };
  return {
    workers,
    instantaneous: false,
    flightTime: (worker, direction, index, bytes) => {
      const line = connections[direction][worker]!;
      const sending = (bytes / line.bandwidth) * factor(line.bandwidthJitter, worker, direction, index);
      return (line.latency + sending) * factor(line.jitter, worker, direction, index);
    },
  };
}

/** The keys of a network that hold a value per worker. */
export const PER_WORKER_KEYS = ['latency', 'latencyUp', 'latencyDown', 'bandwidth', 'bandwidthUp', 'bandwidthDown'] as const;

/** What is wrong with a network apart from its numbers, if anything: the key, the rule that it breaks, and the value. */
export function networkFault(options: NetworkOptions): { key: string; rule: string; got: unknown } | undefined {
  if (options.devices === undefined) {
    const needless = options.jitter === MEASURED_JITTER;
    return needless ? { key: 'jitter', rule: "be a number where no 'devices' are given", got: options.jitter } : undefined;
  }
  const key = (['bandwidth', 'bandwidthUp', 'bandwidthDown'] as const).find((name) => options[name] !== undefined);
  return key === undefined ? undefined : { key, rule: "not be given together with 'devices', which have their own", got: options[key] };
}

function checkNetwork(options: NetworkOptions): void {
  const fault = networkFault(options);
  if (fault !== undefined) throw new InputError('networkModel', fault.key, fault.rule, fault.got);
  const { jitter = 0 } = options;
  if (jitter !== MEASURED_JITTER && !(jitter >= 0 && jitter <= MOST_JITTER)) {
    throw new InputError('networkModel', 'jitter', `be from 0 to ${MOST_JITTER}, or '${MEASURED_JITTER}'`, jitter);
  }
}

function perWorker(key: string, value: PerWorker, workers: number, range: 'from 0 to 1e100' | 'at least 1e-6'): number[] {
  const list = typeof value === 'number' ? new Array<number>(workers).fill(value) : [...value];
  if (list.length !== workers) throw new InputError('networkModel', key, `name ${workers} values, one per worker`, list.length);
  for (const entry of list) {
    const good = range === 'at least 1e-6' ? entry >= LEAST_BANDWIDTH : entry >= 0 && entry <= MOST_LATENCY;
    if (!good) throw new InputError('networkModel', key, `be ${range}`, entry);
  }
  return list;
}
