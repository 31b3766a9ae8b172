import { expect, it } from 'vitest';
import { explicitQuadratic, heterogeneousQuadraticData, methods, paperTimes } from '../../bindings/index.js';
import type { ComputationModel, Kernels, Problem } from '../../bindings/index.js';
import { simulate, testKernels } from '../quadratics.js';

const [n, dimension] = [5, 3];

/** What a method met: durations and noise per worker and index, and the first gradients. */
interface Met {
  durations: Map<string, number>;
  noise: Map<string, number[]>;
  first: Map<number, number[]>;
}

/** Something that a run met before another did must be the same. @returns How many were compared. */
function agree<K, V>(actual: ReadonlyMap<K, V>, known: Map<K, V>, same: (a: V, b: V) => void): number {
  let common = 0;
  for (const [key, value] of actual) {
    const before = known.get(key);
    if (before === undefined) known.set(key, value);
    else {
      same(value, before);
      common += 1;
    }
  }
  return common;
}

async function meet(method: (typeof methods)[number]): Promise<Met> {
  const kernels = await testKernels();
  const met: Met = { durations: new Map(), noise: new Map(), first: new Map() };
  const times = paperTimes(n, kernels.random(4), true);
  const computation: ComputationModel = {
    ...times,
    duration(worker, index, start) {
      const duration = times.duration(worker, index, start);
      met.durations.set(`${worker} ${index}`, duration);
      return duration;
    },
  };
  const data = heterogeneousQuadraticData(n, dimension, 2, [0.2, 1], kernels.random(7));
  const make = (own: Kernels): Problem => {
    const problem = explicitQuadratic(own, data, 0.5, own.random(9));
    const gradient = problem.gradient.bind(problem);
    problem.gradient = (worker, index, x, out) => {
      gradient(worker, index, x, out);
      const point = Array.from(x.view());
      const g = Array.from(out.view());
      const { A, b } = data.workers[worker]!;
      met.noise.set(`${worker} ${index}`, g.map((value, r) => value + b[r]! - point.reduce((sum, p, c) => sum + A[r]![c]! * p, 0)));
      if (index === 0) met.first.set(worker, g);
    };
    return problem;
  };
  await simulate(method, { stepsize: 0.05 }, make, computation, { time: 100 });
  return met;
}

it('all methods meet the same durations, the same first gradients and the same noise', async () => {
  const known: Met = { durations: new Map(), noise: new Map(), first: new Map() };
  for (const method of methods) {
    const met = await meet(method);
    const start = known.durations.size === 0;
    for (let worker = 0; worker < n; worker += 1) expect(met.durations.has(`${worker} 0`)).toBe(true);
    expect(met.first.has(0)).toBe(true); // a first gradient that comes too late may never have been computed
    const durations = agree(met.durations, known.durations, (a, b) => expect(a).toBe(b));
    const noise = agree(met.noise, known.noise, (a, b) => a.forEach((value, j) => expect(value).toBeCloseTo(b[j]!, 12)));
    const first = agree(met.first, known.first, (a, b) => expect(a).toEqual(b));
    if (start) continue;
    expect(durations).toBeGreaterThan(20);
    expect(noise).toBeGreaterThan(20);
    expect(first).toBeGreaterThan(0);
  }
});
