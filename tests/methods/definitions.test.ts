import { describe, expect, it } from 'vitest';
import { fixedTimes, heterogeneousQuadraticData, methods, paperTimes } from '../../bindings/index.js';
import { methodNamed, simulate, testKernels } from '../quadratics.js';
import { byDefinition, definitions } from './reference.js';

const variants: [string, Record<string, unknown>][] = [
  ['minibatch-sgd', {}],
  ['minibatch-sgd', { gradientsPerWorker: 3 }],
  ['asgd', {}],
  ...['nominal', 'observed', 'mean', 'ema'].map((times): [string, Record<string, unknown>] => ['rescaled-asgd', { times }]),
  ['ia2-sgd', {}],
  ['malenia-sgd', {}],
  ['malenia-sgd', { batchTarget: 14.5 }],
  ['ringleader-asgd', { restart: 'hold' }],
  ['ringleader-asgd', { restart: 'latest' }],
];

describe('iterates agree with the definitions, event for event', () => {
  it('covers every method', () => {
    expect(Object.keys(definitions).sort()).toEqual(methods.map(({ name }) => name).sort());
  });

  for (const [name, parameters] of variants) {
    for (const kind of ['linear', 'paper', 'redrawn'] as const) {
      it(`${name} ${JSON.stringify(parameters)}, ${kind} times`, async () => {
        const kernels = await testKernels();
        const data = { ...heterogeneousQuadraticData(5, 4, 2, [0.2, 1], kernels.random(7)), x0: [3, -2, 1, 5] };
        const computation = kind === 'linear' ? fixedTimes([1, 2, 3, 4, 5]) : paperTimes(5, kernels.random(3), kind === 'redrawn');
        const updates = 2500; // more than the 1,000 after which IA²SGD recomputes its mean
        const { updates: actual } = await simulate(methodNamed(methods, name), { stepsize: 0.05, ...parameters }, data, computation, { updates });
        const expected = byDefinition(name, data, computation, 0.05, parameters, updates);
        expect(actual).toHaveLength(updates);
        for (let k = 0; k < updates; k += 1) {
          const { time, worker, delay, x } = actual[k]!;
          expect([time, worker, delay]).toEqual([expected[k]!.time, expected[k]!.worker, expected[k]!.delay]);
          const distance = Math.max(...x.map((value, j) => Math.abs(value - expected[k]!.x[j]!)));
          if (distance > 1e-12) expect.fail(`update ${k + 1}: differs by ${distance}`);
        }
      });
    }
  }
});
