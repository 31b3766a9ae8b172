import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { methods, resolveExperiment } from '../../bindings/index.js';
import type { SummaryRecord } from '../../bindings/index.js';
import { commandOf, yamlOf } from '../../web/setting/copies.js';
import { experimentOf, fieldOf } from '../../web/setting/experiment.js';
import { defaults, fields, fieldsInUse, type Setting } from '../../web/setting/fields.js';
import { linkOf, settingOf } from '../../web/setting/link.js';
import { scenarios } from '../../web/setting/scenarios.js';
import { titleOf } from '../../web/setting/title.js';
import { shell, temporaryFolder } from '../cli/command.js';
import { labRun } from './lab-run.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** A setting for every choice that the page offers. */
const choices: readonly Partial<Setting>[] = [
  {},
  ...['network', 'linear', 'quadratic'].map((problem) => ({ problem })),
  ...['iid', 'dirichlet', 'by-label'].map((data) => ({ data, alpha: '0.3' })),
  ...['different', 'same'].map((functions) => ({ problem: 'quadratic', functions, spread: '2', noise: '0' })),
  ...['equal', 'linear', 'sqrt', 'paper', 'two-speed', 'lognormal', 'pareto', 'regime-switching', 'devices'].map((speeds) => ({
    speeds, slow: '7', share: '0.3', sigma: '0.5', shape: '2', period: '50',
  })),
  { latency: '2.5', seed: '7', workers: '3', methods: methods.map(({ name }) => name).join(',') },
];

describe('links', () => {
  it('are empty for the defaults, and leave out what does not matter', () => {
    expect(linkOf(defaults)).toBe('');
    expect(linkOf({ ...defaults, alpha: '5' })).toBe('');
    expect(linkOf({ ...defaults, data: 'dirichlet', alpha: '5' })).toBe('data=dirichlet&alpha=5');
    expect(linkOf({ ...defaults, methods: 'asgd,ringleader-asgd' })).toBe('methods=asgd,ringleader-asgd');
  });

  it.each(choices)('lead back to the setting: %o', (changes) => {
    const setting = { ...defaults, ...changes };
    const { setting: found, unknown } = settingOf(`#${linkOf(setting)}`);
    for (const field of fieldsInUse(setting)) expect(found[field]).toBe(setting[field]);
    expect(unknown).toEqual([]);
    expect(linkOf(found)).toBe(linkOf(setting));
  });

  it('keep what is not valid, and name the keys that are none', () => {
    const { setting, unknown } = settingOf('#workers=many&target=%26%3D%25%20ü&colour=red');
    expect(setting).toEqual({ ...defaults, workers: 'many', target: '&=% ü' });
    expect(unknown).toEqual(['colour']);
    expect(settingOf(linkOf(setting)).setting).toEqual(setting);
  });

  it('of the scenarios are different, and say what they are', () => {
    expect(new Set(scenarios.map(({ link }) => link)).size).toBe(scenarios.length);
    expect(scenarios.map(({ link }) => titleOf(settingOf(link).setting)).join()).not.toMatch(/undefined|NaN/);
  });
});

describe('experiments', () => {
  it.each(choices)('are valid: %o', async (changes) => {
    await expect(resolveExperiment(experimentOf({ ...defaults, ...changes }))).resolves.toMatchObject({ name: 'lab' });
  });

  it.each<[Partial<Setting>, string]>([
    [{ workers: '1' }, 'workers'], [{ workers: '201' }, 'workers'], [{ workers: '2.5' }, 'workers'], [{ workers: '' }, 'workers'], [{ seed: '-1' }, 'seed'],
    [{ batch: '0' }, 'batch'], [{ data: 'dirichlet', alpha: 'x' }, 'alpha'], [{ data: 'odd' }, 'data'], [{ problem: 'odd' }, 'problem'],
    [{ problem: 'quadratic', spread: '-1' }, 'spread'], [{ problem: 'quadratic', noise: '-1' }, 'noise'], [{ problem: 'quadratic', gap: '0' }, 'gap'],
    [{ speeds: 'two-speed', slow: '0' }, 'slow'], [{ speeds: 'two-speed', share: '2' }, 'share'], [{ speeds: 'lognormal', sigma: '-1' }, 'sigma'],
    [{ speeds: 'pareto', shape: '0' }, 'shape'], [{ speeds: 'regime-switching', period: '0' }, 'period'], [{ speeds: 'odd' }, 'speeds'],
    [{ latency: '-1' }, 'latency'], [{ methods: '' }, 'methods'], [{ methods: 'asgd,odd' }, 'methods'], [{ stepsizes: '' }, 'stepsizes'],
    [{ stepsizes: '0.1,-1' }, 'stepsizes'], [{ time: '0' }, 'time'], [{ time: 'long' }, 'time'], [{ target: 'low' }, 'target'], [{ target: '' }, 'target'],
  ])('complain about %o at the field %s', async (changes, field) => {
    const attempt = async (): Promise<unknown> => resolveExperiment(experimentOf({ ...defaults, ...changes }));
    const error = await attempt().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'InputError' });
    expect(fieldOf((error as { what: string }).what)).toBe(field);
  });

  it('have no field without a key', () => {
    expect(fields.map(fieldOf)).toEqual(fields);
    expect(fieldOf('kernels')).toBeUndefined();
  });

  it.each(choices)('are the same as YAML: %o', (changes) => {
    const experiment = experimentOf({ ...defaults, ...changes });
    expect(parseYaml(yamlOf(experiment))).toEqual(experiment);
  });
});

it.each(scenarios)('$name: the command runs the same experiment, with the same results', async ({ name, link }) => {
  const setting = { ...settingOf(link).setting, time: '30', stepsizes: '0.03,0.1' };
  const experiment = experimentOf(setting);
  const out = join(folder.path, name.replace(/\W/g, ''));
  const { code, stderr } = await shell(folder.path, `${commandOf(experiment).replace(/^straggler /, '')} --out ${out} --threads 1`);
  expect(code, stderr).toBe(0);
  const read = (file: string): unknown => JSON.parse(readFileSync(join(out, file), 'utf8'));
  expect(read('experiment.json')).toEqual(await resolveExperiment(experiment));
  const summary = read('summary.json') as SummaryRecord[];
  const { rows } = await labRun(setting);
  expect(rows.length).toBeGreaterThan(2);
  for (const { method, digest } of rows) expect(summary.filter((record) => record.method === method).map((record) => record.digest)).toContain(digest);
});
