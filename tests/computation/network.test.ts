import { describe, expect, it } from 'vitest';
import { instantNetwork, networkModel, parseDeviceBandwidth, readDeviceBandwidth } from '../../bindings/index.js';
import type { NetworkModel, NetworkOptions } from '../../bindings/index.js';
import { testKernels } from '../quadratics.js';
import { flashFile } from './flash.js';
import { mean } from './reference.js';

const random = async (seed = 1) => (await testKernels()).random(seed);
const messages = (model: NetworkModel, bytes: number, count = 40_000): number[] => Array.from({ length: count }, (_, index) => model.flightTime(0, 'up', index, bytes));
const variation = (values: readonly number[]): number => {
  const average = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - average) * (value - average)))) / average;
};

describe('a network without jitter', () => {
  it('takes latency + bytes/bandwidth', async () => {
    const model = networkModel({ latency: 0.5, bandwidth: 1000 }, 2, await random());
    expect(model.instantaneous).toBe(false);
    expect([model.flightTime(0, 'up', 3, 250), model.flightTime(1, 'down', 0, 0)]).toEqual([0.75, 0.5]);
  });

  it('takes values per worker and direction, the latter above the common ones', async () => {
    const options: NetworkOptions = { latency: [1, 2], latencyDown: 7, bandwidth: 10, bandwidthUp: [100, Infinity] };
    const model = networkModel(options, 2, await random());
    const time = (worker: number, direction: 'up' | 'down'): number => model.flightTime(worker, direction, 0, 100);
    expect([time(0, 'up'), time(1, 'up'), time(0, 'down'), time(1, 'down')]).toEqual([2, 2, 17, 17]);
  });

  it('is instantaneous when nothing takes time', async () => {
    for (const options of [{}, { latency: 0, bandwidth: Infinity, jitter: 1 }, { latency: [0, 0], latencyUp: 0, bandwidthDown: Infinity }]) {
      const model = networkModel(options, 2, await random());
      expect([model.instantaneous, model.flightTime(1, 'down', 8, 1e9)]).toEqual([true, 0]);
    }
    expect(instantNetwork(3)).toMatchObject({ workers: 3, instantaneous: true });
    expect(networkModel({ latencyDown: 1e-9 }, 2, await random()).instantaneous).toBe(false);
  });
});

describe('jitter', () => {
  it('keeps times finite at the extremes', async () => {
    const model = networkModel({ latency: 1e100, bandwidth: 1e-6, jitter: 100 }, 1, await random());
    expect(Math.max(...messages(model, 1e15))).toBeLessThan(Infinity);
  });

  it('keeps the mean and has the coefficient of variation given', async () => {
    const model = networkModel({ latency: 1, bandwidth: 100, jitter: 0.5 }, 1, await random());
    const times = messages(model, 100);
    expect(Math.abs(mean(times) / 2 - 1)).toBeLessThan(0.01);
    expect(Math.abs(variation(times) / 0.5 - 1)).toBeLessThan(0.03);
    expect(Math.min(...times)).toBeGreaterThan(0);
  });

  it('depends on worker, direction and index alone', async () => {
    const model = networkModel({ latency: 1, jitter: 0.5 }, 3, await random());
    const calls = Array.from({ length: 60 }, (_, k) => [k % 3, k % 2 === 0 ? 'up' : 'down', k >> 3] as const);
    const times = calls.map(([worker, direction, index]) => model.flightTime(worker, direction, index, 5));
    expect(calls.toReversed().map(([worker, direction, index]) => model.flightTime(worker, direction, index, 5)).reverse()).toEqual(times);
    expect(new Set(times).size).toBe(new Set(calls.map((call) => call.join())).size);
    expect(networkModel({ latency: 1, jitter: 0.5 }, 3, await random(2)).flightTime(0, 'up', 0, 5)).not.toBe(times[0]);
  });
});

const phones = `{
  "a": { "down_u": 2000, "down_sigma": 1000, "up_u": 1000, "up_sigma": 250 },
  "b": { "down_u": 4000, "down_sigma": 0, "up_u": 500, "up_sigma": 0 }
}`;

describe('bandwidths of devices', () => {
  const devices = parseDeviceBandwidth(phones, 'phones.json');

  it('are read in bytes per second', () => {
    expect(devices[0]).toEqual({ id: 'a', down: 2e6, downDeviation: 1e6, up: 1e6, upDeviation: 250_000 });
  });

  it('are dealt out to the workers, over a latency', async () => {
    const model = networkModel({ devices: 'phones.json', latency: 1 }, 3, await random(), devices);
    expect([0, 1, 2].map((worker) => model.flightTime(worker, 'up', 0, 1e6))).toEqual([2, 3, 2]);
    expect([0, 1, 2].map((worker) => model.flightTime(worker, 'down', 0, 1e6))).toEqual([1.5, 1.25, 1.5]);
  });

  it('measured jitter varies the part of the bytes with the deviation of the device', async () => {
    const model = networkModel({ devices: 'phones.json', latency: 10, jitter: 'measured' }, 2, await random(), devices);
    const sending = messages(model, 1e6).map((time) => time - 10);
    expect(Math.abs(mean(sending) - 1)).toBeLessThan(0.01);
    expect(Math.abs(variation(sending) / 0.25 - 1)).toBeLessThan(0.03);
    expect(model.flightTime(1, 'down', 4, 4e6)).toBe(11);
  });

  it.each([
    ['[', /^phones\.json: 'content' must be JSON, got /],
    ['{}', "phones.json: 'content' must be an object of devices, {id: {down_u, down_sigma, up_u, up_sigma}, …}, got {}"],
    ['{"a": null}', "phones.json: 'a.down_u' must be a number above 0 (kB/s), got nothing"],
    ['{"a": {"down_u": 0}}', "phones.json: 'a.down_u' must be a number above 0 (kB/s), got 0"],
    ['{"a": {"down_u": 1, "down_sigma": -1}}', "phones.json: 'a.down_sigma' must be a number at least 0 (kB/s), got -1"],
  ])('are checked: %j', (text, message) => {
    expect(() => parseDeviceBandwidth(text, 'phones.json')).toThrow(message);
  });

  it('have means and deviations that keep times finite', async () => {
    const source = await random();
    const options: NetworkOptions = { devices: 'phones.json', jitter: 'measured' };
    expect(() => networkModel(options, 2, source, [devices[0]!, { ...devices[1]!, up: 1e-320 }])).toThrow("networkModel: 'b.up' must be at least 1e-6 bytes per second, got 1e-320");
    expect(() => networkModel(options, 2, source, [{ ...devices[0]!, downDeviation: 1e300 }])).toThrow("networkModel: 'a.down' must deviate by at most 100 times its mean, 2000000, got 1e+300");
  });

  it.skipIf(flashFile === undefined)('of 19 real phones (needs the FLASH file in $STRAGGLER_DATA or ../shared/data)', async () => {
    const real = await readDeviceBandwidth(flashFile!);
    expect(real.length).toBe(19);
    expect(real[0]).toMatchObject({ id: 'e6899215-86a1-4b87-b938-49bf4cd299be', down: 7_491_400, up: 4_935_200 });
    const model = networkModel({ devices: flashFile!, jitter: 'measured' }, 38, await random(), real);
    expect(model.flightTime(0, 'up', 0, 4_935_200)).not.toBe(1);
    for (let worker = 0; worker < 38; worker += 1) {
      const times = Array.from({ length: 2000 }, (_, index) => model.flightTime(worker, 'down', index, real[worker % 19]!.down));
      expect(Math.abs(mean(times) - 1)).toBeLessThan(0.1);
    }
  });
});

it.each([
  [{ latency: [1, 2] }, "networkModel: 'latencyUp' must name 3 values, one per worker, got 2"],
  [{ latency: -1 }, "networkModel: 'latencyUp' must be from 0 to 1e100, got -1"],
  [{ latencyDown: Infinity }, "networkModel: 'latencyDown' must be from 0 to 1e100, got Infinity"],
  [{ latency: 1e308, jitter: 1 }, "networkModel: 'latencyUp' must be from 0 to 1e100, got 1e+308"],
  [{ bandwidthDown: 0 }, "networkModel: 'bandwidthDown' must be at least 1e-6, got 0"],
  [{ bandwidth: [1, 1e-320, 1] }, "networkModel: 'bandwidthUp' must be at least 1e-6, got 1e-320"],
  [{ jitter: -1 }, "networkModel: 'jitter' must be from 0 to 100, or 'measured', got -1"],
  [{ jitter: 'measured' }, "networkModel: 'jitter' must be a number where no 'devices' are given, got 'measured'"],
  [{ devices: 'a.json', bandwidthUp: 3 }, "networkModel: 'bandwidthUp' must not be given together with 'devices', which have their own, got 3"],
  [{ devices: 'a.json' }, "networkModel: 'devices' must be given, from 'loadDeviceBandwidth', got nothing"],
] as [NetworkOptions, string][])('a network is checked: %j', async (options, message) => {
  const source = await random();
  expect(() => networkModel(options, 3, source)).toThrow(message);
});
