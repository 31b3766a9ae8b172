import { defineMethod, explicitQuadratic, fixedTimes, Simulation } from '../../bindings/index.js';
import { centred, testKernels } from '../quadratics.js';

/** The coordinates that the engine draws: per worker and round, what a worker half is told. */
export async function engineCoordinates(workers: number, dimension: number, count: number, rounds: number, seed: number): Promise<number[][][]> {
  const kernels = await testKernels();
  const found: number[][][] = [];
  const everything = Array.from({ length: dimension }, (_, j) => j);
  const probe = defineMethod({
    name: 'probe',
    worker: {
      start: () => null,
      onGradient(_state, worker) {
        found[worker.index] = Array.from({ length: rounds }, (_, round) => {
          const { count: length, pointer } = worker.coordinates(round, count);
          return pointer === 0 ? everything : Array.from(kernels.pool.u32.slice(pointer / 4, pointer / 4 + length));
        });
      },
    },
    start(server) {
      for (let i = 0; i < server.workers; i += 1) server.assign(i);
    },
    onMessage: () => undefined,
  });
  const random = kernels.random(seed);
  const problem = explicitQuadratic(kernels, centred(Array.from({ length: workers }, () => everything)), 0, random);
  const computation = fixedTimes(Array.from({ length: workers }, (_, i) => i + 1));
  const simulation = new Simulation({ kernels, problem, computation, random, method: probe, parameters: { stepsize: 1 } });
  for (let event = 0; event < workers; event += 1) simulation.advance();
  simulation.dispose();
  problem.dispose();
  return found;
}
