import { expect, it } from 'vitest';
import { methods, resolveExperiment, runResolved } from '../../bindings/index.js';
import type { WorkersRecord } from '../../bindings/index.js';
import { TimelineBuilder, timelineRange } from '../../figures/index.js';
import { experimentOf } from '../../web/setting/experiment.js';
import { defaults, type Setting } from '../../web/setting/fields.js';
import { watchFleet, type FleetReport } from '../../web/worker/fleet.js';

const short: Setting = { ...defaults, problem: 'linear', batch: '1', workers: '5', time: '60', stepsizes: '0.05' };

it.each<Partial<Setting>>([
  {}, { latency: '1.5' }, { speeds: 'regime-switching', period: '7' }, { speeds: 'pareto' }, { problem: 'quadratic', latency: '0.5' },
])('what workers do is what they do in the run itself, with every method: %o', async (changes) => {
  const experiment = await resolveExperiment(experimentOf({ ...short, ...changes, methods: methods.map(({ name }) => name).join(',') }));
  const fleets = new Map<string, FleetReport>();
  const builders = new Map<string, TimelineBuilder>();
  for (const method of experiment.methods) {
    const fleet = await watchFleet(experiment, method);
    fleets.set(method.name, fleet);
    builders.set(method.name, new TimelineBuilder(timelineRange(fleet.until, fleet.rows)));
  }
  const found = new Map<string, WorkersRecord>();
  await runResolved(experiment, {
    onTrace: (record) => builders.get(record.method)!.add(record),
    onOutcome: ({ summary, workers }) => void found.set(summary.method, workers!),
  });
  expect(found.size).toBe(methods.length);
  for (const [name, { timeline, workers, counted }] of fleets) {
    expect(counted).toBe(60);
    expect(timeline, name).toEqual(builders.get(name)!.timeline);
    expect(workers.delays, name).toEqual(found.get(name)!.delays);
    expect(workers.seconds, name).toEqual(found.get(name)!.seconds);
  }
});

it('does not watch a large and fast fleet to its end', async () => {
  const experiment = await resolveExperiment(experimentOf({ ...defaults, workers: '200', speeds: 'equal', time: '10000', methods: 'asgd' }));
  const { counted, until, rows } = await watchFleet(experiment, experiment.methods[0]!);
  expect(counted).toBe(500);
  expect(until).toBe(3.2);
  expect(rows.workers.length).toBeLessThanOrEqual(32);
});
