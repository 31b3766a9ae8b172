import { expect, test } from 'vitest';
import { lineStyles } from '../../figures/style.js';

const line = (method: string, run?: string) => ({ label: '', method, seeds: 1, points: [], ...(run === undefined ? {} : { run }) });

test('one run: methods differ in everything, stepsizes of a method in the dash', () => {
  const [a, b] = lineStyles([line('asgd'), line('rescaled-asgd')]);
  for (const key of ['colour', 'dash', 'shape'] as const) expect(a![key]).not.toEqual(b![key]);
  const [c, d] = lineStyles([line('asgd'), line('asgd')]);
  expect([c!.colour, c!.shape]).toEqual([d!.colour, d!.shape]);
  expect(c!.dash).not.toEqual(d!.dash);
});

test('several runs with different methods: the dash tells the run, the colour the method', () => {
  const series = [line('asgd', 'a'), line('minibatch-sgd', 'a'), line('minibatch-sgd', 'b'), line('rescaled-asgd', 'b')];
  const styles = lineStyles(series);
  const dashes = styles.map(({ dash }) => JSON.stringify(dash));
  expect([dashes[0], dashes[2]]).toEqual([dashes[1], dashes[3]]);
  expect(dashes[0]).not.toBe(dashes[2]);
  expect(styles[1]!.colour).toBe(styles[2]!.colour);
  expect(new Set(styles.map(({ colour }) => colour)).size).toBe(3);
  const disjoint = lineStyles([line('asgd', 'a'), line('rescaled-asgd', 'a'), line('minibatch-sgd', 'b')]);
  expect(disjoint[0]!.dash).toEqual(disjoint[1]!.dash);
  expect(disjoint[0]!.dash).not.toEqual(disjoint[2]!.dash);
});

test('several runs with several stepsizes: the shape tells the stepsizes of a method apart', () => {
  const [a, b, c] = lineStyles([line('asgd', 'a'), line('asgd', 'a'), line('asgd', 'b')]);
  expect(a!.dash).toEqual(b!.dash);
  expect(a!.shape).not.toBe(b!.shape);
  expect(a!.shape).toBe(c!.shape);
});
