import { expect, it } from 'vitest';
import { defaults } from '../../web/setting/fields.js';
import { startLab } from './lab-run.js';

it('ends a run when it is told to, and tells what was found', async () => {
  const { reports, handle } = startLab();
  const over = handle({ do: 'run', setting: { ...defaults, workers: '50', time: '100000' } });
  while (!reports.some(({ tell }) => tell === 'progress')) await new Promise((resolve) => setTimeout(resolve, 5));
  await handle({ do: 'stop' });
  await over;
  expect(reports.at(-1)).toMatchObject({ tell: 'ended', interrupted: true });
  expect(reports.filter(({ tell }) => tell === 'results')).not.toEqual([]);
});
