import { InputError, methods, Simulation, startCrew, worthSharing } from '../../bindings/index.js';
import type { SimulationStatistics } from '../../bindings/index.js';
import type { SimulationSetting } from './settings.js';

/** What a simulation has done in a stretch of real time. */
export interface Stretch {
  readonly seconds: number;
  readonly updates: number;
  /** Stochastic gradients. */
  readonly gradients: number;
  /** Gradients that end and messages that arrive. */
  readonly events: number;
  /** Seconds of processor time. */
  readonly processor: number;
}

/** Share of the processor that a simulation must have had for its time to count, and how often to try. */
const LEAST_SHARE = 0.95;
const MOST_ATTEMPTS = 8;

/** A simulation that is timed. It goes on where it stopped, so that it is warm after the first stretch. */
export interface SimulationContestant {
  readonly name: string;
  readonly threads: number;
  /** Simulates so many more updates, without evaluations. */
  readonly advance: (updates: number) => Stretch | Promise<Stretch>;
}

/** One more stretch; another one when other processes kept the processor from it. Of several threads, some may wait for others. */
export async function timeStretch({ advance }: SimulationContestant, updates: number): Promise<Stretch> {
  for (let attempt = 1; ; attempt += 1) {
    const stretch = await advance(updates);
    if (stretch.processor >= LEAST_SHARE * stretch.seconds || attempt === MOST_ATTEMPTS) return stretch;
  }
}

/** A simulation of Straggler's. */
export interface OwnSimulation extends SimulationContestant {
  readonly simulation: Simulation;
  readonly statistics: () => SimulationStatistics;
  readonly dispose: () => Promise<void>;
}

/** Numbers of threads that are measured. */
export const THREAD_COUNTS: readonly number[] = [1, 2];

/**
 * Starts a simulation of a method with the default parameters.
 * @param threads More than one needs kernels with shared memory. As in a study, others help only where that gains time.
 */
export async function simulate(setting: SimulationSetting, name: string, threads = 1): Promise<OwnSimulation> {
  const method = methods.find((candidate) => candidate.name === name);
  if (method === undefined) throw new InputError('bench', 'method', 'be a known method', name);
  const defaults = Object.entries(method.parameters).map(([key, parameter]) => [key, parameter.default] as const);
  const { kernels, problem, computation, network, random, stepsize, parameters } = setting;
  const given = { ...Object.fromEntries(defaults), ...parameters, stepsize };
  const simulation = new Simulation({ kernels, problem, computation, network, random, method, parameters: given });
  const crew = threads === 1 || !worthSharing(problem) ? undefined : await startCrew(kernels, threads - 1);
  if (crew !== undefined && crew.helpers < threads - 1) throw new InputError('bench', 'threads', `be 1 here (${crew.notice ?? 'no more can be had'})`, threads);
  const board = crew?.board(problem.recipe!);
  simulation.share(board);
  return {
    name,
    threads,
    simulation,
    statistics: () => simulation.statistics(simulation.time),
    advance: (updates) => {
      const [updatesBefore, gradientsBefore] = [simulation.updates, simulation.gradients];
      const end = updatesBefore + updates;
      let events = 0;
      const before = process.cpuUsage();
      const begin = performance.now();
      for (; simulation.updates < end; events += 1) simulation.advance();
      const seconds = (performance.now() - begin) / 1000;
      const { user, system } = process.cpuUsage(before);
      return { seconds, processor: (user + system) / 1e6, updates: simulation.updates - updatesBefore, gradients: simulation.gradients - gradientsBefore, events };
    },
    dispose: async () => {
      simulation.dispose();
      await crew?.dispose();
    },
  };
}

/**
 * Finds how many updates take a contestant about so long, while it warms up.
 * @param least The number is a multiple of this: the updates of a round, where rounds' updates are not alike.
 */
export async function updatesWithin({ advance }: SimulationContestant, seconds: number, least = 1): Promise<number> {
  for (let updates = least; ; updates *= 2) {
    const stretch = await advance(updates);
    if (stretch.seconds >= seconds / 2) return Math.max(1, Math.round((updates * seconds) / stretch.seconds / least)) * least;
  }
}
