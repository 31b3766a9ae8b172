import type { AnyMethod } from '../methods/method.js';
import { Vector } from '../kernels/vector.js';
import type { Pending } from '../kernels/vector.js';
import type { MemoryPool } from '../kernels/memory.js';
import type { Problem } from '../problems/problem.js';
import { Run } from '../simulation/run.js';
import { Simulation } from '../simulation/simulation.js';
import type { Setting } from './build.js';
import { hollowKernels } from './hollow-kernels.js';
import type { ResolvedExperiment } from './resolve.js';

const SLICE = 1000;

/** A method with its parameters, one stepsize among them. */
export interface ScheduledMethod {
  readonly method: AnyMethod;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What a run does, told without its gradients. */
export interface SchedulePreview {
  /** Share of the budget that is covered: 1 unless it was cut short. */
  fraction: number;
  /** Simulated time that is covered. */
  time: number;
  /** Model updates; for local methods rounds. */
  updates: number;
  /** Stochastic gradients that arrive. */
  gradients: number;
  /** What the workers send. */
  bytesUp: number;
  /** What is sent to them. */
  bytesDown: number;
  /** What the run waits for in vain, and since when. */
  stalls: string | null;
  /** Most bytes of WebAssembly memory that the run takes beyond those of its problem, within the part that is covered. */
  memoryBytes: number;
}

/**
 * Simulates a run without gradients: who reports when, what is sent and what is held do not depend on the values in the vectors.
 * @param goesOn Asked after every thousand events: what comes after its first "no" is left out.
 * @throws whatever a method throws that needs the values.
 */
export function previewSchedule({ budget, kernels: variant }: ResolvedExperiment, setting: Setting, { method, parameters }: ScheduledMethod, goesOn: (events: number) => boolean): SchedulePreview {
  const { computation, network } = setting;
  const kernels = hollowKernels(variant);
  const problem = hollowProblem(kernels.pool, setting.problem);
  const simulation = new Simulation({ kernels, problem, computation, network, random: kernels.random(0), method, parameters });
  const run = new Run(simulation, problem, { budget, evaluate: { every: Infinity }, onEvaluation: () => undefined });
  let events = 0;
  while (run.advance(SLICE) && goesOn((events += SLICE)));
  const fraction = run.running ? run.fraction : 1;
  run.end('finished');
  const { status, reason, time, statistics } = run.lanes[0]!;
  const { updates, gradients, bytesUp, bytesDown } = statistics;
  const stalls = status === 'stalled' ? `${reason!} (at time ${time})` : null;
  return { fraction, time, updates, gradients, bytesUp, bytesDown, stalls, memoryBytes: kernels.pool.reservedBytes };
}

/** A problem of the same shape without content. */
function hollowProblem(pool: MemoryPool, { dimension, workers, scalar, compact, pending }: Problem): Problem {
  const nothing = (): void => undefined;
  return {
    dimension,
    workers,
    scalar,
    initial: () => new Vector(pool, dimension, scalar, 'model versions'),
    gradient: nothing,
    pending: pending && ((_worker, _index, x) => new HollowPending(x)),
    compact: compact && { bytes: compact.bytes, make: nothing, write: nothing, add: nothing },
    evaluate: () => ({ objective: 0, worstWorkerObjective: 0, gradientNormSquared: 0 }),
    dispose: nothing,
  };
}

/** Holds the point of a gradient, as one that is put off does. */
class HollowPending implements Pending {
  readonly #x: Vector;

  constructor(x: Vector) {
    this.#x = x.retain();
  }

  write(): void {
    // There is nothing to write to.
  }

  add(): void {
    // As above.
  }

  include(): boolean {
    return false;
  }

  blocks(): null {
    return null;
  }

  release(): void {
    this.#x.release();
  }
}
