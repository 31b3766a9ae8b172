import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseExperiment, resolveExperiment, runExperiment } from '../../bindings/index.js';
import type { ExperimentInput, ResolvedExperiment } from '../../bindings/index.js';
import { flashFile } from '../computation/flash.js';

const folder = mkdtempSync(join(tmpdir(), 'straggler-'));
const file = (name: string): string => join(folder, name);
beforeAll(() => {
  writeFileSync(file('durations.csv'), 'worker,duration\n0,1\n1,2\n1,3\n');
  writeFileSync(file('powers.csv'), 'worker,time,power\n0,0,1\n0,4,0\n1,0,0.5\n1,2,0.1\n');
  writeFileSync(file('bad.csv'), 'worker,duration\n0,1\n0,soon\n');
  writeFileSync(file('phones.json'), '{"a": {"down_u": 1, "down_sigma": 0, "up_u": 1, "up_sigma": 0}}');
  writeFileSync(file('bad.json'), '{"a": {"down_u": -1}}');
});
afterAll(() => rmSync(folder, { recursive: true }));

const text = (workers: string): string => `problem: { kind: quadratic, form: random, dimension: 2 }
workers:
  ${workers.replaceAll('@', `${folder}/`)}
methods: [asgd]
stepsizes: [0.01]
budget: { time: 5 }
`;
const resolve = async (workers: string): Promise<ResolvedExperiment> => {
  const { value, locate } = await parseExperiment(text(workers), 'study.yaml');
  return resolveExperiment(value, locate);
};
const base = { kind: 'paper' };

describe('computation times of an experiment', () => {
  it.each([
    ['{ kind: equal }', { kind: 'equal', time: 1 }, 10],
    ['{ kind: two-speed }', { kind: 'two-speed', fast: 1, slow: 10, slowFraction: 0.1 }, 10],
    ['{ kind: lognormal }', { kind: 'lognormal', median: 1, sigma: 1, redraw: false }, 10],
    ['{ kind: pareto }', { kind: 'pareto', scale: 1, shape: 1.5, redraw: false }, 10],
    ['pareto', { kind: 'pareto', scale: 1, shape: 1.5, redraw: false }, 10],
    ['dropout', { kind: 'dropout', base, fraction: 0.1, within: 100 }, 10],
    ['{ kind: outages, base: linear }', { kind: 'outages', base: { kind: 'linear' }, every: 100, length: 10 }, 10],
    ['{ kind: sinusoidal, base: pareto }', { kind: 'sinusoidal', base: { kind: 'pareto', scale: 1, shape: 1.5 }, period: 100, amplitude: 0.5, phases: 'random' }, 10],
    ['{ kind: regime-switching }', { kind: 'regime-switching', base, period: 100, change: 'permute', spread: 1 }, 10],
    ['{ kind: sinusoidal, base: { kind: fixed, times: [1, 2, .inf] } }', { kind: 'sinusoidal', base: { kind: 'fixed', times: [1, 2, Infinity] }, period: 100, amplitude: 0.5, phases: 'random' }, 3],
    ['{ kind: outages, base: { kind: lognormal } }', { kind: 'outages', base: { kind: 'lognormal', median: 1, sigma: 1 }, every: 100, length: 10 }, 10],
    ['{ kind: outages, intervals: { 3: [[1, 2], [4, .inf]] } }', { kind: 'outages', base, intervals: { 3: [[1, 2], [4, Infinity]] } }, 10],
    ['{ kind: dropout }', { kind: 'dropout', base, fraction: 0.1, within: 100 }, 10],
    ['{ kind: dropout, leave: { 3: 100, 9: .inf } }', { kind: 'dropout', base, leave: { 3: 100, 9: Infinity } }, 10],
    ['{ kind: universal, powers: [[[0, 1]], [[0, 2], [1, 0]]] }', { kind: 'universal', powers: [[[0, 1]], [[0, 2], [1, 0]]] }, 2],
    ['{ kind: universal, file: "@powers.csv", cycle: 5 }', { kind: 'universal', file: join(folder, 'powers.csv'), cycle: 5 }, 2],
    ['{ kind: devices }', { kind: 'devices', devices: ['v100', 'rtx-2080-ti', 'gtx-1080-ti'], time: 1 }, 10],
    ['{ kind: devices, devices: { v100: 2, a100: 3 } }', { kind: 'devices', devices: { v100: 2, a100: 3 }, time: 1 }, 5],
    ['{ kind: trace, file: "@durations.csv" }', { kind: 'trace', file: join(folder, 'durations.csv'), values: 'durations' }, 2],
    ['{ kind: trace, file: "@powers.csv", values: powers }', { kind: 'trace', file: join(folder, 'powers.csv'), values: 'powers' }, 2],
  ])('%s: every default is filled in, and it can be resolved and run again', async (computation, expected, count) => {
    const resolved = await resolve(`computation: ${computation}`);
    expect(resolved.workers).toEqual({ count, computation: expected, network: { latency: 0, bandwidth: Infinity, jitter: 0 } });
    expect(await resolveExperiment(resolved)).toEqual(resolved);
    const { summary } = await runExperiment(resolved as unknown as ExperimentInput);
    expect(summary[0]!.gradients).toBeGreaterThan(0);
  });

  it('a trace serves any number of workers', async () => {
    expect((await resolve('{ count: 7, computation: { kind: trace, file: "@durations.csv" } }')).workers.count).toBe(7);
    expect((await resolve('{ count: 1, computation: { kind: trace, file: "@durations.csv" } }')).workers.count).toBe(1);
  });

  it.each([
    ['computation: { kind: pareto, shape: 1, redraw: true }', "study.yaml:3: 'workers.computation.shape' must be greater than 1 with 'redraw', because the mean time is infinite otherwise, got 1"],
    ['computation: { kind: paretto }', /^study\.yaml:3: 'workers\.computation\.kind' must be 'fixed', .*\(did you mean 'pareto'\?\), got 'paretto'$/],
    ['computation: paretto', /^study\.yaml:3: 'workers\.computation' must be 'equal', .*\(did you mean 'pareto'\?\), got 'paretto'$/],
    ['computation: { kind: outages, base: linar }', /^study\.yaml:3: 'workers\.computation\.base' must be 'equal', .*\(did you mean 'linear'\?\), got 'linar'$/],
    ['computation: { kind: outages, base: { kind: linar } }', /^study\.yaml:3: 'workers\.computation\.base\.kind' must be 'fixed', .*\(did you mean 'linear'\?\), got 'linar'$/],
    ['computation: { kind: pareto, shap: 2 }', "study.yaml:3: 'workers.computation.shap' must be a key of 'workers.computation' (did you mean 'shape'?), got 'shap'"],
    ['computation: { kind: outages, base: { kind: pareto, redraw: true } }', "study.yaml:3: 'workers.computation.base.redraw' must be a key of 'workers.computation.base': kind, scale, shape, got 'redraw'"],
    ['computation: { kind: outages, base: { kind: fixed, times: [1, 2] } }\n  count: 3', "study.yaml:3: 'workers.computation.base.times' must name 3 times, one per worker, got 2"],
    ['computation: { kind: outages, intervals: { 0: [[3, 4], [1, 2]] } }', "study.yaml:3: 'workers.computation.intervals.0[1][0]' must be at least 4, because intervals go forward in time, got 1"],
    ['computation: { kind: outages, intervals: [[3, 4]] }', "study.yaml:3: 'workers.computation.intervals' must be a section with keys, got [[3,4]]"],
    ['computation: { kind: outages, intervals: { 10: [[3, 4]] } }', "study.yaml:3: 'workers.computation.intervals.10' must name workers from 0 to 9, got '10'"],
    ['computation: { kind: outages, intervals: { 1: [[3, 4]] }, every: 5 }', "study.yaml:3: 'workers.computation.every' must not be given together with 'intervals', got 5"],
    ['computation: { kind: outages, length: 1.0e6 }', "study.yaml:3: 'workers.computation.length' must be at most 100000, 1000 times 'every', got 1000000"],
    ['computation: { kind: outages, every: 0.001 }', "study.yaml:3: 'workers.computation.length' must be at most 1, 1000 times 'every' (default 10), got nothing"],
    ['computation: { kind: universal, powers: [[[0, 1.0e308]]] }', "study.yaml:3: 'workers.computation.powers[0][0][1]' must be a power of 0, or from 1e-100 to 1e100, got 1e+308"],
    ['computation: { kind: universal, powers: [[[0, 1]]], cycle: 1.0e308 }', "study.yaml:3: 'workers.computation.cycle' must be at most 1e+100, got 1e+308"],
    ['computation: { kind: dropout, leave: { x: 3 } }', "study.yaml:3: 'workers.computation.leave.x' must name workers from 0 to 9, got 'x'"],
    ['computation: { kind: dropout, leave: { 1: -3 } }', "study.yaml:3: 'workers.computation.leave.1' must be a time of at least 0 (.inf: never), got -3"],
    ['computation: { kind: dropout, leave: { 1: 3 }, within: 5 }', "study.yaml:3: 'workers.computation.within' must not be given together with 'leave', got 5"],
    ['computation: { kind: sinusoidal, amplitude: 1 }', "study.yaml:3: 'workers.computation.amplitude' must be less than 1, got 1"],
    ['computation: { kind: universal }', "study.yaml:3: 'workers.computation.powers' must be given, here or as 'file', got nothing"],
    ['computation: { kind: universal, powers: [[[0, 1]]], file: a.csv }', "study.yaml:3: 'workers.computation.file' must not be given together with 'powers', got 'a.csv'"],
    ['computation: { kind: universal, powers: [[], [[0, 1]]], cycle: 4 }', "study.yaml:3: 'workers.computation.powers[0]' must have at least 1 entry, got []"],
    ['computation: { kind: universal, powers: [[[0, 1], [0, 2]]] }', "study.yaml:3: 'workers.computation.powers[0][1][0]' must be greater than 0, because times ascend, got 0"],
    ['computation: { kind: universal, powers: [[[0, 1], [4, 2]]], cycle: 4 }', "study.yaml:3: 'workers.computation.cycle' must be greater than 4, the last time of worker 0, got 4"],
    ['computation: { kind: universal, file: "@powers.csv", cycle: 3 }', /^study\.yaml:3: 'workers\.computation\.cycle' must be greater than 4, the last time of worker 0 in '.*powers\.csv', got 3$/],
    ['computation: { kind: universal, file: "@powers.csv" }\n  count: 3', "study.yaml:3: 'workers.computation.file' must name 3 powers, one per worker, got 2"],
    ['computation: { kind: devices, devices: [v1000] }', /^study\.yaml:3: 'workers\.computation\.devices\[0\]' must be 'a100', .*\(did you mean 'v100'\?\), got 'v1000'$/],
    ['computation: { kind: devices, devices: { v1000: 2 } }', "study.yaml:3: 'workers.computation.devices.v1000' must be a key of 'workers.computation.devices' (did you mean 'v100'?), got 'v1000'"],
    ['computation: { kind: devices, devices: { v100: 2 } }\n  count: 3', "study.yaml:3: 'workers.computation.devices' must name 3 devices, one per worker, got 2"],
    ['computation: { kind: trace, file: none.csv }', "study.yaml:3: 'workers.computation.file' must be a file that exists, got 'none.csv'"],
    ['computation: { kind: trace, file: "@bad.csv" }', /bad\.csv:3: 'duration' must be a number, got 'soon'$/],
  ])('%s', async (workers, message) => {
    await expect(resolve(workers)).rejects.toMatchObject({ name: 'InputError', message: expect.stringMatching(typeof message === 'string' ? exactly(message) : message) as string });
  });

  it('mistakes that show only when times are drawn name the key', async () => {
    const experiment = (await resolve('computation: { kind: regime-switching, period: 1.0e-9 }')) as unknown as ExperimentInput;
    await expect(runExperiment(experiment)).rejects.toThrow(/^experiment: 'workers\.computation\.period' must be at least .*, a millionth of the longest base time, got 1e-9$/);
  });
});

describe('the network of an experiment', () => {
  it.each([
    ['{ latency: 0.1 }', { latency: 0.1, bandwidth: Infinity, jitter: 0 }, 10],
    ['{ latencyUp: [0, 1, 2], bandwidth: .inf, jitter: 0.5 }', { latency: 0, latencyUp: [0, 1, 2], bandwidth: Infinity, jitter: 0.5 }, 3],
    ['{ bandwidth: [1.0e6, .inf] }', { latency: 0, bandwidth: [1e6, Infinity], jitter: 0 }, 2],
    ['{ devices: "@phones.json", jitter: measured, latency: 2 }', { latency: 2, jitter: 'measured', devices: join(folder, 'phones.json') }, 10],
  ])('%s', async (network, expected, count) => {
    const resolved = await resolve(`network: ${network}`);
    expect(resolved.workers).toEqual({ count, computation: { kind: 'paper', redraw: false }, network: expected });
    expect(await resolveExperiment(resolved)).toEqual(resolved);
  });

  it.each([
    ['{ latency: -1 }', "study.yaml:3: 'workers.network.latency' must be a number from 0 to 1e100, or a list with one per worker, got -1"],
    ['{ latency: .inf }', "study.yaml:3: 'workers.network.latency' must be a number from 0 to 1e100, or a list with one per worker, got Infinity"],
    ['{ latency: soon }', "study.yaml:3: 'workers.network.latency' must be a number from 0 to 1e100, or a list with one per worker, got 'soon'"],
    ['{ latency: [1, -1] }', "study.yaml:3: 'workers.network.latency[1]' must be a number from 0 to 1e100, or a list with one per worker, got -1"],
    ['{ bandwidth: 0 }', "study.yaml:3: 'workers.network.bandwidth' must be a number of at least 1e-6 (.inf: no limit), or a list with one per worker, got 0"],
    ['{ bandwidthUp: [1, 2] }\n  count: 3', "study.yaml:3: 'workers.network.bandwidthUp' must name 3 values, one per worker, got 2"],
    ['{ jitter: -1 }', "study.yaml:3: 'workers.network.jitter' must be a number from 0 to 100, or 'measured', got -1"],
    ['{ jitter: measurd }', "study.yaml:3: 'workers.network.jitter' must be a number from 0 to 100, or 'measured', got 'measurd'"],
    ['{ latency: 1.0e308, jitter: 1 }', "study.yaml:3: 'workers.network.latency' must be a number from 0 to 1e100, or a list with one per worker, got 1e+308"],
    ['{ jitter: measured }', "study.yaml:3: 'workers.network.jitter' must be a number where no 'devices' are given, got 'measured'"],
    ['{ devices: none.json }', "study.yaml:3: 'workers.network.devices' must be a file that exists, got 'none.json'"],
    ['{ devices: "@phones.json", bandwidth: 3 }', "study.yaml:3: 'workers.network.bandwidth' must not be given together with 'devices', which have their own, got 3"],
    ['{ devices: "@bad.json" }', /bad\.json: 'a\.down_u' must be a number above 0 \(kB\/s\), got -1$/],
    ['{ latencyup: 1 }', "study.yaml:3: 'workers.network.latencyup' must be a key of 'workers.network' (did you mean 'latencyUp'?), got 'latencyup'"],
  ])('%s', async (network, message) => {
    await expect(resolve(`network: ${network}`)).rejects.toMatchObject({ name: 'InputError', message: expect.stringMatching(typeof message === 'string' ? exactly(message) : message) as string });
  });

  it.skipIf(flashFile === undefined)('takes 19 real phones (needs the FLASH file in $STRAGGLER_DATA or ../shared/data)', async () => {
    const resolved = await resolve(`network: { devices: "${flashFile!}", jitter: measured }`);
    expect(resolved.workers.network).toEqual({ latency: 0, jitter: 'measured', devices: flashFile });
  });
});

function exactly(message: string): RegExp {
  return new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}
