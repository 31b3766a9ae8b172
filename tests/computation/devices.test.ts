import { describe, expect, it } from 'vitest';
import { deviceProfiles, deviceTimes } from '../../bindings/index.js';
import type { DeviceName } from '../../bindings/index.js';

describe('devices', () => {
  it('all name their source, and the reference has speed 1', () => {
    for (const { source, speed, published } of Object.values(deviceProfiles)) {
      expect(source).toMatch(/https:\/\//);
      expect(published.length).toBeGreaterThan(5);
      expect(speed).toBeGreaterThan(0);
    }
    expect(deviceProfiles.v100.speed).toBe(1);
  });

  it('are dealt out in turn', () => {
    const model = deviceTimes(5, { devices: ['v100', 'rtx-2080-ti'], time: 4 });
    expect([0, 1, 2, 3, 4].map((worker) => model.duration(worker, 0, 0))).toEqual([4, 5, 4, 5, 4]);
  });

  it('are as many as told', () => {
    const model = deviceTimes(3, { devices: { 'rtx-2080-ti': 1, 'v100': 2 }, time: 4 });
    expect([0, 1, 2].map((worker) => model.expectedTime(worker))).toEqual([5, 4, 4]);
  });

  it('are checked', () => {
    expect(() => deviceTimes(4, { devices: { v100: 3 }, time: 1 })).toThrow("deviceTimes: 'devices' must name 4 devices, one per worker, got 3");
    expect(() => deviceTimes(2, { devices: { v100: -1 }, time: 1 })).toThrow("deviceTimes: 'devices.v100' must be an integer of at least 0, got -1");
    expect(() => deviceTimes(2, { devices: { v100: 1.5 }, time: 1 })).toThrow("deviceTimes: 'devices.v100' must be an integer of at least 0, got 1.5");
    expect(() => deviceTimes(2, { devices: { v100: 1e10 }, time: 1 })).toThrow("deviceTimes: 'devices' must name 2 devices, one per worker, got 10000000000");
    expect(() => deviceTimes(1, { devices: [], time: 1 })).toThrow("deviceTimes: 'devices' must name at least one device, got []");
    expect(() => deviceTimes(1, { devices: ['abacus' as DeviceName], time: 1 })).toThrow(/^deviceTimes: 'devices' must name devices of a100, v100, .*, got 'abacus'$/);
    expect(() => deviceTimes(1, { devices: ['v100'], time: 0 })).toThrow("deviceTimes: 'time' must be greater than 0, got 0");
  });
});
