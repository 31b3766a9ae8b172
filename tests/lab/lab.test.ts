import { expect, it } from 'vitest';
import { defaults, type Setting } from '../../web/setting/fields.js';
import { startLab } from './lab-run.js';

const quick: Setting = { ...defaults, problem: 'quadratic', time: '50', stepsizes: '0.1' };

it('ends a run when it is told to, and tells what was found', async () => {
  const { reports, handle } = startLab();
  const over = handle({ do: 'run', setting: { ...defaults, workers: '50', time: '100000' } });
  while (!reports.some(({ tell }) => tell === 'progress')) await new Promise((resolve) => setTimeout(resolve, 5));
  await handle({ do: 'stop' });
  await over;
  expect(reports.at(-1)).toMatchObject({ tell: 'ended', interrupted: true });
  expect(reports.filter(({ tell }) => tell === 'results')).not.toEqual([]);
});

it('ends a run that it is told to end before it has begun', async () => {
  const { reports, handle } = startLab();
  const over = handle({ do: 'run', setting: { ...defaults, workers: '50', time: '100000' } });
  await handle({ do: 'stop' });
  await over;
  expect(reports.at(-1)).toEqual({ tell: 'ended', interrupted: true, headline: 'Stopped. No run has begun.' });
});

it('tells nothing of the study before once a run has begun', async () => {
  const { reports, handle } = startLab();
  await handle({ do: 'run', setting: quick });
  const mark = reports.length;
  // As the page does: the view, then the run.
  await Promise.all([
    handle({ do: 'view', view: { method: 'asgd', wide: 500, narrow: 400 } }),
    handle({ do: 'run', setting: { ...quick, methods: 'fedbuff', time: '60' } }),
  ]);
  const told = reports.slice(mark);
  const after = told.slice(told.findIndex(({ tell }) => tell === 'begun'));
  const results = after.filter((report) => report.tell === 'results');
  expect(results.length).toBeGreaterThan(0);
  for (const { rows } of results) expect(rows.map(({ method }) => method)).toEqual(['fedbuff']);
  const labels = after.flatMap((report) => (report.tell === 'figure' && report.figure !== 'objective' ? [report.label] : []));
  expect([...new Set(labels)]).toEqual(['Timeline of FedBuff', 'Histogram of delays of FedBuff']);
});

it('shows the workers of the last of several settings that come fast', async () => {
  const last = { ...quick, workers: '7', speeds: 'linear' };
  const alone = startLab();
  await alone.handle({ do: 'check', setting: last, draw: true });
  const { reports, handle } = startLab();
  const settings = [quick, { ...quick, workers: '4' }, { ...quick, workers: '5' }, last];
  await Promise.all(settings.map((setting) => handle({ do: 'check', setting, draw: true })));
  await handle({ do: 'check', setting: quick, draw: true });
  const drawn = handle({ do: 'view', view: { method: 'asgd', wide: 640, narrow: 440 } });
  for (const setting of settings) await Promise.race([handle({ do: 'check', setting, draw: true }), new Promise((resolve) => setTimeout(resolve, 5))]);
  await drawn;
  await handle({ do: 'view', view: { method: '', wide: 640, narrow: 440 } });
  const figuresOf = (figure: string, all: typeof reports): unknown => all.filter((report) => report.tell === 'figure' && report.figure === figure).at(-1);
  for (const figure of ['timeline', 'delays']) expect(figuresOf(figure, reports)).toEqual(figuresOf(figure, alone.reports));
});

it('says at the field what is found wrong only when the workers are made', async () => {
  const { reports, handle } = startLab();
  const setting = { ...quick, speeds: 'regime-switching', period: '1e-9' };
  await handle({ do: 'check', setting, draw: true });
  expect(reports.at(-1)).toMatchObject({ tell: 'checked', field: 'period', message: expect.stringContaining('at least 0.00001') as string });
  await handle({ do: 'run', setting });
  expect(reports.at(-1)).toMatchObject({ tell: 'refused', field: 'period' });
});
