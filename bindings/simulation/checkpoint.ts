import { CompactSum } from '../kernels/compact-gradient.js';
import type { Kernels } from '../kernels/load.js';
import type { Problem } from '../problems/problem.js';
import type { KeptGradient } from './gradient-source.js';
import type { Lane, LaneState } from './lane.js';
import type { Schedule, ScheduleState } from './schedule.js';
import type { RestorePending, SavedState } from './state-codec.js';
import { loadState, saveState } from './state-codec.js';

/** A simulation between two events, as a value of its own: it can be cloned, sent and written to a file. */
export interface SimulationCheckpoint {
  /** n */
  readonly workers: number;
  /** d */
  readonly dimension: number;
  /** Of the lanes. */
  readonly stepsizes: readonly number[];
  /**
   * Clock, queue, messages and books.
   * @internal
   */
  readonly schedule: ScheduleState;
  /**
   * The states of all lanes.
   * @internal
   */
  readonly lanes: SavedState;
  /**
   * Gradients that have begun, where workers do not hold their models.
   * @internal
   */
  readonly gradients: readonly KeptGradient[];
}

/** @throws NotPlainState when a method's state is not plain data and vectors. */
export function saveLanes({ workers, dimension }: Problem, schedule: Schedule, lanes: readonly Lane[]): Omit<SimulationCheckpoint, 'gradients'> {
  const stepsizes = lanes.map((lane) => lane.stepsize);
  return { workers, dimension, stepsizes, schedule: schedule.save(), lanes: saveState(lanes.map((lane) => lane.save()), 'lanes') };
}

/** Puts the saved states into new lanes. */
export function loadLanes(checkpoint: SimulationCheckpoint, lanes: readonly Lane[], kernels: Kernels, { compact }: Problem): void {
  const restorePending: RestorePending | undefined = compact && ((length, blocks) => CompactSum.restore(kernels, compact, length, blocks));
  const states = loadState(checkpoint.lanes, kernels.pool, 'restored vectors', restorePending) as readonly LaneState[];
  states.forEach((state, index) => lanes[index]!.restore(state));
}

/** @throws RangeError when the checkpoint is of another simulation. */
export function requireMatch(checkpoint: SimulationCheckpoint, problem: Problem, stepsizes: readonly number[]): void {
  const ours = `${problem.workers} workers, d = ${problem.dimension} and stepsizes ${stepsizes.join(', ')}`;
  const theirs = `${checkpoint.workers} workers, d = ${checkpoint.dimension} and stepsizes ${checkpoint.stepsizes.join(', ')}`;
  if (ours !== theirs) throw new RangeError(`simulation: 'from' must be of ${ours}, got one of ${theirs}`);
}
