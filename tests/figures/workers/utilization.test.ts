import { expect, test } from 'vitest';
import { svgOf } from '../../../figures/svg.js';
import { sharesOf, utilizationFigure } from '../../../figures/workers/utilization.js';
import { workersRecord } from './samples.js';

const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);

test('shares are over all seeds together, and add up to 1', () => {
  const idle = workersRecord({ seconds: { busy: [0, 0], wasted: [0, 0], off: [0, 30], flight: [0, 0], idle: [10, 0] } });
  const [first, second] = sharesOf([workersRecord(), idle], 2);
  expect(first).toEqual({ busy: 0.4, wasted: 0.1, off: 0, flight: 0, idle: 0.5 });
  expect(second).toEqual({ busy: 0.125, wasted: 0, off: 0.75, flight: 0.025, idle: 0.1 });
});

test('a worker without any time has no share of anything', () => {
  const none = workersRecord({ seconds: { busy: [0], wasted: [0], off: [0], flight: [0], idle: [0] } });
  expect(Object.values(sharesOf([none], 1)[0]!)).toEqual([0, 0, 0, 0, 0]);
});

test('has a panel per method and a legend of what occurs', async () => {
  const svg = await svgOf(utilizationFigure([{ label: 'a', runs: [workersRecord(), workersRecord()] }, { label: 'b', runs: [workersRecord()] }], 'Use: x'));
  const shown = texts(svg);
  expect(shown).toEqual(expect.arrayContaining(['Use: x', 'a', 'b', '2 seeds together.', '75.0% computing, 10.0% of all time discarded', 'share of simulated time (%)', 'worker']));
  expect(shown).toEqual(expect.arrayContaining(['computing', 'computing, discarded', 'message in flight', 'waiting']));
  expect(shown).not.toContain('off');
  expect(svg.match(/panel-\d/g)).toHaveLength(2);
});

test('says nothing of discarding where nothing is', async () => {
  const record = workersRecord({ seconds: { busy: [3], wasted: [0], off: [0], flight: [0], idle: [1] }, gradients: [3] });
  expect(texts(await svgOf(utilizationFigure([{ label: 'a', runs: [record] }], 'x')))).toContain('75.0% computing');
});

test('of very many workers some are shown', async () => {
  const seconds = Object.fromEntries(Object.keys(workersRecord().seconds).map((kind) => [kind, new Array<number>(500).fill(1)]));
  const record = workersRecord({ seconds: seconds as ReturnType<typeof workersRecord>['seconds'], gradients: new Array<number>(500).fill(1) });
  const shown = texts(await svgOf(utilizationFigure([{ label: 'a', runs: [record] }], 'Use: x')));
  expect(shown).toContain('50 of 500 workers, evenly spaced.');
});

test('of a fleet that is listed in part, the shares in words are those of all workers', async () => {
  const list = (value: number) => new Array<number>(200).fill(value);
  const record = workersRecord({
    seconds: { busy: list(3), wasted: list(0), off: list(0), flight: list(0), idle: list(1) }, gradients: list(3), listed: list(0).map((_, place) => 5 * place),
    all: { workers: 1000, seconds: { busy: 500, wasted: 0, off: 0, flight: 0, idle: 3500 }, gradients: 700 },
  });
  const shown = texts(await svgOf(utilizationFigure([{ label: 'a', runs: [record] }], 'x')));
  expect(shown).toEqual(expect.arrayContaining(['12.5% computing', '50 of 1000 workers, evenly spaced from the fastest (0) to the slowest (999).', 'worker, by speed', '979']));
});
