import { describe, expect, it } from 'vitest';
import { explicitQuadratic, fixedTimes, heterogeneousQuadraticData, methods, paperTimes, Vector } from '../../bindings/index.js';
import type { Kernels, NetworkModel } from '../../bindings/index.js';
import { methodNamed, network, simulate, testKernels } from '../quadratics.js';
import { engineCoordinates } from './coordinates.js';
import { byDefinition, definitions } from './reference.js';

type Variant = [name: string, parameters: Record<string, unknown>];
const DIMENSION = 4;
const SEED = 1;

const gradientMethods: Variant[] = [
  ['minibatch-sgd', {}],
  ['minibatch-sgd', { gradientsPerWorker: 3 }],
  ['asgd', {}],
  ['delay-adaptive-asgd', {}],
  ...['nominal', 'observed', 'mean', 'ema'].map((times): Variant => ['rescaled-asgd', { times }]),
  ['ia2-sgd', {}],
  ...[1, 2, 3, 5].map((concurrency): Variant => ['dude-asgd', { concurrency }]),
  ['malenia-sgd', {}],
  ['malenia-sgd', { batchTarget: 14.5 }],
  ['ringleader-asgd', { restart: 'hold' }],
  ['ringleader-asgd', { restart: 'latest' }],
  ['rennala-sgd', {}],
  ['rennala-sgd', { variance: 3.2, epsilon: 1.1 }],
  ['rennala-sgd', { batch: 7 }],
  ...[2, 7].map((batch): Variant => ['rennala-sgd', { batch, stops: true }]),
  ['ringmaster-asgd', {}],
  ['ringmaster-asgd', { stops: true }],
  ['ringmaster-asgd', { variance: 3.2, epsilon: 1.1 }],
  ['ringmaster-asgd', { threshold: Infinity }],
  ...[2, 3, 6].map((threshold): Variant => ['ringmaster-asgd', { threshold, stops: true }]),
  ['fedbuff', {}],
  ['fedbuff', { bufferSize: 1 }],
  ['fedbuff', { bufferSize: 3, localSteps: 2 }],
];
const loscar = (parameters: Record<string, unknown>): Variant => ['loscar-sgd', parameters];
const localMethods: Variant[] = [
  ['local-sgd', {}],
  ['local-sgd', { localSteps: 1 }],
  ['local-sgd', { window: 7.5 }],
  ...['delay-corrected', 'overwrite'].flatMap((merge) => [
    loscar({ merge }),
    loscar({ merge, localSteps: 1, sparsity: 0.5 }),
    loscar({ merge, window: 7.5, sparsity: 0.25 }),
    loscar({ merge, localSteps: 2, sparsity: 0.6, overlap: false }),
    loscar({ merge, localSteps: 3, sparsity: 0.8, overlapSteps: 2 }),
    loscar({ merge, localSteps: 2, overlapSteps: 0 }),
  ]),
];
// What the number that balancing sends along weighs is no part of the definition: no bandwidths here.
const balanced: Variant[] = ['delay-corrected', 'overwrite'].flatMap((merge) => [
  loscar({ merge, balance: true, localSteps: 3 }),
  loscar({ merge, balance: true, window: 7.5, sparsity: 0.5 }),
]);

const latencies = { up: [0.3, 1.7, 0.25, 2.9, 0], down: [1.1, 0, 0.75, 0.6, 2.3] };
const networks: Record<'none' | 'latencies' | 'links', NetworkModel | undefined> = {
  none: undefined,
  latencies: network(latencies),
  links: network({ ...latencies, upBandwidth: [64, 100, Infinity, 20, 7], downBandwidth: [15, 64, 33, Infinity, 50] }),
};

/** The noise of the engine's gradients: gradients of a problem that has nothing else. */
function noiseOf(kernels: Kernels, sigma: number, workers: number): (worker: number, index: number) => number[] {
  const zeros = new Array<number>(DIMENSION).fill(0);
  const data = { dimension: DIMENSION, workers: Array.from({ length: workers }, () => ({ A: zeros.map(() => zeros), b: zeros })) };
  const problem = explicitQuadratic(kernels, data, sigma, kernels.random(SEED));
  const x = problem.initial();
  const out = new Vector(kernels.pool, DIMENSION, 'float64', 'test');
  return (worker, index) => {
    problem.gradient(worker, index, x, out);
    return Array.from(out.view());
  };
}

/** Runs a method and its definition, and compares all updates. */
async function compare([name, parameters]: Variant, kind: 'linear' | 'paper' | 'redrawn', net: NetworkModel | undefined, updates: number, noise = 0): Promise<void> {
  const kernels = await testKernels();
  const data = { ...heterogeneousQuadraticData(5, DIMENSION, 2, [0.2, 1], kernels.random(7)), x0: [3, -2, 1, 5] };
  const computation = kind === 'linear' ? fixedTimes([1, 2, 3, 4, 5]) : paperTimes(5, kernels.random(3), kind === 'redrawn');
  const method = methodNamed(methods, name);
  const actual = await simulate(method, { stepsize: 0.05, ...parameters }, data, computation, { updates }, { network: net, noise, seed: SEED });
  const sparsity = parameters['sparsity'] as number | undefined;
  const sent = sparsity === undefined ? undefined : await engineCoordinates(5, DIMENSION, Math.max(1, Math.round(sparsity * DIMENSION)), updates + 2, SEED);
  const setting = {
    data, computation, network: net,
    noise: noise === 0 ? undefined : noiseOf(kernels, noise, 5),
    coordinates: sent && ((round: number) => sent[0]![round]!),
  };
  const expected = byDefinition(name, setting, 0.05, parameters, updates);
  expect(actual.updates).toHaveLength(updates);
  expect(expected.updates).toHaveLength(updates);
  for (let k = 0; k < updates; k += 1) {
    const { time, worker, delay, x } = actual.updates[k]!;
    const wanted = expected.updates[k]!;
    expect([k, time, worker, wanted.delay === undefined ? undefined : delay]).toEqual([k, wanted.time, wanted.worker, wanted.delay]);
    const distance = Math.max(...x.map((value, j) => Math.abs(value - wanted.x[j]!)));
    if (!(distance <= 1e-12)) expect.fail(`update ${k + 1}: differs by ${distance}`);
  }
  expect(actual.statistics.gradientsDiscarded).toBe(expected.discarded);
}

describe('iterates agree with the definitions, event for event', () => {
  it('covers every method', () => {
    expect(Object.keys(definitions).sort()).toEqual(methods.map(({ name }) => name).sort());
    const tried = [...gradientMethods, ...localMethods].map(([name]) => name);
    expect([...new Set(tried)].sort()).toEqual(Object.keys(definitions).sort());
  });

  const plans = [
    { variants: gradientMethods, nets: ['none', 'links'], updates: 2500 }, // more than the 1,000 after which IA²SGD recomputes its mean
    { variants: localMethods, nets: ['none', 'links'], updates: 300 },
    { variants: balanced, nets: ['none', 'latencies'], updates: 300 },
  ] as const;
  for (const { variants, nets, updates } of plans) {
    for (const variant of variants) {
      for (const kind of ['linear', 'paper', 'redrawn'] as const) {
        for (const net of nets) {
          it(`${variant[0]} ${JSON.stringify(variant[1])}, ${kind} times, network: ${net}`, () => compare(variant, kind, networks[net], updates));
        }
      }
      // Which gradient is which: noise belongs to the number of gradients that a worker has started.
      it(`${variant[0]} ${JSON.stringify(variant[1])}, redrawn times, with noise`, () => compare(variant, 'redrawn', networks[nets[1]], 300, 0.3));
    }
  }
});

describe('common coordinates', () => {
  it('are K different ones in ascending order, the same at all workers, and each as often as the others', async () => {
    const [count, dimension, rounds] = [3, 8, 2000];
    const found = await engineCoordinates(3, dimension, count, rounds, 5);
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
    const often = new Array<number>(dimension).fill(0);
    for (const set of found[0]!) {
      expect(set).toEqual([...new Set(set)].sort((a, b) => a - b));
      expect(set).toHaveLength(count);
      for (const j of set) often[j] = often[j]! + 1;
    }
    // Binomial(2000, 3/8): standard deviation 21.7.
    for (const times of often) expect(Math.abs(times - (rounds * count) / dimension)).toBeLessThan(110);
    expect(await engineCoordinates(3, dimension, count, 20, 6)).not.toEqual(found.map((sets) => sets.slice(0, 20)));
  });
});
