import { expect, it } from 'vitest';
import { defaults, type Setting } from '../../web/setting/fields.js';
import { labRun } from './lab-run.js';

const quick: Setting = { ...defaults, problem: 'quadratic', time: '100', stepsizes: '0.1', methods: 'minibatch-sgd,asgd,malenia-sgd' };

/** What is said of a setting when its runs are over. */
async function headlineOf(changes: Partial<Setting>): Promise<string> {
  const { reports } = await labRun({ ...quick, ...changes });
  const last = reports.at(-1);
  return last?.tell === 'ended' ? last.headline.replaceAll('\u00a0', ' ') : '';
}

it.each<[string, Partial<Setting>]>([
  ['No method reaches f − f* = 0.01 within 0.5 s of simulated time; all end at 1.527.', { time: '0.5' }],
  ['Minibatch SGD and Malenia SGD come nearest, at ', { functions: 'same', noise: '0', speeds: 'equal', methods: 'minibatch-sgd,rennala-sgd,malenia-sgd', gap: '1e-9', latency: '2' }],
  ['Malenia SGD does not reach f − f* = 0.01 within 100 s of simulated time; it ends at ', { methods: 'malenia-sgd' }],
  ['Minibatch SGD and Malenia SGD need ', { functions: 'same', noise: '0', speeds: 'equal', time: '300' }],
  ['No method reaches f − f* = 0.01: all diverge.', { stepsizes: '1000' }],
  ['The starting point already meets the target', { gap: '1e9' }],
])('says who is first, and names all that are equal: %s', async (text, changes) => {
  expect(await headlineOf(changes)).toContain(text);
});

it('says where a run ended before its timeline does', async () => {
  const { reports } = await labRun({ ...quick, stepsizes: '1000' });
  const timeline = reports.filter((report) => report.tell === 'figure' && report.figure === 'timeline').at(-1);
  expect(timeline).toMatchObject({ note: 'The run diverged at 30 s, and ended there.' });
});
