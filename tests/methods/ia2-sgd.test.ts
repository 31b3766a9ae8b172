import { expect, it } from 'vitest';
import { methods } from '../../bindings/index.js';
import type { Server, Vector } from '../../bindings/index.js';
import { RunVectors } from '../../bindings/kernels/vector-operations.js';
import { methodNamed, testKernels } from '../quadratics.js';

it('IA²SGD recomputes its mean from the table, so that rounding errors do not stay', async () => {
  const kernels = await testKernels();
  const vectors = new RunVectors(kernels, 1, 'float64', 2);
  const directions: number[] = [];
  const nothing = (): void => undefined;
  const server: Server = {
    workers: 2, version: 0, vectors, expectedTime: () => 1, assign: nothing, resume: nothing, stop: nothing, discard: nothing, reports: () => 0, send: nothing,
    step: (direction) => directions.push(direction.view()[0]!),
  };
  const method = methodNamed(methods, 'ia2-sgd');
  const state = method.start(server, { stepsize: 1 } as never);
  const arrive = (worker: number, value: number): void => {
    const gradient: Vector = vectors.create('test');
    gradient.view()[0] = value;
    method.onGradient!(state, server, { worker, gradient, delay: 0, duration: 1 });
    gradient.release();
  };
  arrive(0, 3);
  arrive(1, 1e17); // swallows the 3 in a running mean
  arrive(1, 1);
  expect(directions.at(-1)).not.toBe(2);
  for (let k = directions.length; k <= 1000; k += 1) arrive(1, 1);
  expect(directions).toHaveLength(1001);
  expect(directions.at(-1)).toBe(2);
  method.dispose?.(state);
  vectors.dispose();
});
