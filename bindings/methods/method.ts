import type { Vector } from '../kernels/vector.js';
import type { ParameterTable, ParameterValues } from './parameters.js';

/** Linear algebra on a run's vectors. All vectors of a run have the same length d and number format. */
export interface VectorOperations {
  /** A new vector of zeros; its holder releases it. */
  zeros(): Vector;
  /** x ← 0 */
  clear(x: Vector): void;
  /** y ← y + x */
  add(x: Vector, y: Vector): void;
  /** y ← y + a x */
  axpy(a: number, x: Vector, y: Vector): void;
  /** out ← Σ_j weights_j vectors_j, in the order given; out is none of the vectors. */
  weightedSum(weights: ArrayLike<number>, vectors: readonly Vector[], out: Vector): void;
}

/**
 * What a method may ask of its surroundings: a simulator today, threads or a network tomorrow. The server holds the model
 * x^k; workers hold the model version they were assigned. A worker that has reported idles until it is assigned or resumed.
 */
export interface Server {
  /** n: the number of workers. */
  readonly workers: number;
  /** k: the number of model updates so far. */
  readonly version: number;
  readonly vectors: VectorOperations;
  /** Expected time of one stochastic gradient of a worker (the computation model's τ_i), in simulated seconds. */
  expectedTime(worker: number): number;
  /** x^{k+1} = x^k − γ d. The direction may be reused by the caller afterwards. */
  step(direction: Vector, stepsize: number): void;
  /** The worker, which must not be computing, receives x^k and starts a stochastic gradient there. */
  assign(worker: number): void;
  /** The worker, which must not be computing, starts another stochastic gradient at the point it holds. */
  resume(worker: number): void;
  /** If the worker is computing, it stops at once; the gradient it was computing counts as discarded. */
  stop(worker: number): void;
  /** Declares that the gradient which has just arrived is not used: it counts as discarded. */
  discard(arrival: Arrival): void;
}

/** A stochastic gradient that has just reached the server. */
export interface Arrival {
  readonly worker: number;
  /**
   * The gradient. It is computed when first read (one that is discarded unread costs nothing) and valid during the
   * handler; a method that keeps it for longer retains it and releases it later.
   */
  readonly gradient: Vector;
  /** δ = k − v: updates since the version that the gradient was computed at. */
  readonly delay: number;
  /** Simulated seconds that the worker spent on this gradient. */
  readonly duration: number;
}

/** Whom an update waits for: all of these workers, or any one of them. */
export interface Wait {
  readonly need: 'all' | 'any';
  readonly workers: readonly number[];
}

/** Where a method was published. */
export interface Source {
  readonly authors: string;
  readonly year: number;
  readonly title: string;
  /** arXiv identifier, where there is one. */
  readonly arxiv?: string;
}

/**
 * A method: a deterministic state machine that is told what arrived and answers with commands to the server. It knows no
 * clock and draws no random numbers, and its whole progress is in its state: plain data and vectors.
 */
export interface Method<P = never, S = unknown> {
  /** Name in commands and files, e.g. `ringleader-asgd`. */
  readonly name: string;
  /** Name in text and figures, e.g. `Ringleader ASGD`. */
  readonly title: string;
  readonly source: Source;
  /** One sentence: the idea. */
  readonly summary: string;
  readonly pseudocode: readonly string[];
  /** What is proven, and under which conditions. */
  readonly guarantee: string;
  /** What the server keeps, in numbers of d-dimensional vectors. */
  readonly memory: string;
  /** What travels. */
  readonly traffic: string;
  readonly parameters: ParameterTable;
  /** Called once, at time 0 with all workers idle: makes the state and gives out the first assignments. */
  start(server: Server, parameters: P): S;
  /** Called for every gradient that arrives, in the order of (time, worker). */
  onGradient(state: S, server: Server, arrival: Arrival): void;
  /**
   * Whom the next model update waits for; absent when any arrival can bring it. The simulator uses it to tell a run that
   * waits from one that waits for ever.
   */
  waitingFor?(state: S, server: Server): Wait;
  /** Releases the vectors that the state holds. */
  dispose?(state: S): void;
}

/** A method whose parameter and state types are not known: what registries and engines handle. */
export type AnyMethod = Method;

/** What `start` receives: the parameters of the method's table and the stepsize γ, which every method has. */
export type MethodParameters<T extends ParameterTable> = ParameterValues<T> & { readonly stepsize: number };

/** The fields that describe a method to people. */
type Description = 'title' | 'source' | 'summary' | 'pseudocode' | 'guarantee' | 'memory' | 'traffic';

/**
 * Declares a method; the types of its parameters follow from its table. Descriptions may be left out; the built-in methods have them all.
 * @returns The method.
 * @example
 * const method = defineMethod({
 *   name: 'every-other-gradient',
 *   start(server, { stepsize }) {
 *     for (let i = 0; i < server.workers; i += 1) server.assign(i);
 *     return { stepsize, arrivals: 0 };
 *   },
 *   onGradient(state, server, arrival) {
 *     state.arrivals += 1;
 *     if (state.arrivals % 2 === 0) server.step(arrival.gradient, state.stepsize);
 *     else server.discard(arrival);
 *     server.assign(arrival.worker);
 *   },
 * });
 */
export function defineMethod<S, const T extends ParameterTable = Record<never, never>>(
  method: Omit<Method<MethodParameters<T>, S>, 'parameters' | Description> & Partial<Pick<Method, Description>> & { readonly parameters?: T },
): Method<MethodParameters<T>, S> {
  const description = {
    title: method.name,
    source: { authors: '', year: 0, title: '' },
    summary: '',
    pseudocode: [],
    guarantee: '',
    memory: '',
    traffic: '',
  };
  return { ...description, parameters: {}, ...method };
}

/** Indices of the workers for which a condition holds. */
export function workersWhere(server: Server, condition: (worker: number) => boolean): number[] {
  const chosen: number[] = [];
  for (let worker = 0; worker < server.workers; worker += 1) if (condition(worker)) chosen.push(worker);
  return chosen;
}
