import type { AnyMethod } from '../methods/method.js';
import { Vector } from '../kernels/vector.js';
import type { MemoryPool } from '../kernels/memory.js';
import type { Problem } from '../problems/problem.js';
import { Run } from '../simulation/run.js';
import { Simulation } from '../simulation/simulation.js';
import type { Setting } from './build.js';
import { wallClock } from './clock.js';
import { hollowKernels } from './hollow-kernels.js';
import type { ResolvedExperiment } from './resolve.js';

/** Events between two looks at the clock. */
const SLICE = 1000;

/** A method with its parameters, one stepsize among them. */
export interface ScheduledMethod {
  readonly method: AnyMethod;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What a run does, told without its gradients. */
export interface Schedule {
  /** Share of the budget that is covered: 1 unless it was cut short. */
  fraction: number;
  /** Simulated time that is covered. */
  time: number;
  updates: number;
  gradients: number;
  bytesUp: number;
  bytesDown: number;
  /** What the run waits for in vain, and since when. */
  stalls: string | null;
  /** Most bytes of WebAssembly memory that the run takes beyond those of its problem, within the part that is covered. */
  memoryBytes: number;
}

/**
 * Simulates a run without gradients: who reports when, what is sent and what is held do not depend on the values in the vectors.
 * @param seconds Real time after which the rest is left out.
 * @throws whatever a method throws that needs the values.
 */
export function simulateSchedule({ budget, kernels: variant }: ResolvedExperiment, setting: Setting, { method, parameters }: ScheduledMethod, seconds: number): Schedule {
  const { computation, network } = setting;
  const kernels = hollowKernels(variant);
  const problem = hollowProblem(kernels.pool, setting.problem);
  const simulation = new Simulation({ kernels, problem, computation, network, random: kernels.random(0), method, parameters });
  const run = new Run(simulation, problem, { budget, evaluate: { every: Infinity }, onEvaluation: () => undefined });
  const until = wallClock() + seconds;
  while (run.advance(SLICE) && wallClock() < until);
  const fraction = run.running ? run.fraction : 1;
  run.end('finished');
  const { status, reason, time, statistics } = run.lanes[0]!;
  const { updates, gradients, bytesUp, bytesDown } = statistics;
  const stalls = status === 'stalled' ? `${reason!} (at time ${time})` : null;
  return { fraction, time, updates, gradients, bytesUp, bytesDown, stalls, memoryBytes: kernels.pool.reservedBytes };
}

/** A problem of the same shape without content. */
function hollowProblem(pool: MemoryPool, { dimension, workers, scalar, compact }: Problem): Problem {
  const nothing = (): void => undefined;
  return {
    dimension,
    workers,
    scalar,
    initial: () => new Vector(pool, dimension, scalar, 'model versions'),
    gradient: nothing,
    compact: compact && { bytes: compact.bytes, make: nothing, write: nothing, add: nothing },
    evaluate: () => ({ objective: 0, worstWorkerObjective: 0, gradientNormSquared: 0 }),
    dispose: nothing,
  };
}
