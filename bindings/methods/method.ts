import { InputError } from '../errors.js';
import type { Vector } from '../kernels/vector.js';
import type { ParameterTable, ParameterValues } from './parameters.js';

/**
 * Which coordinates of a model a message carries: a set that is the same for all workers, so that nothing but values travels.
 * Valid until the handler returns; ask for it anew when it is needed again.
 */
export interface Coordinates {
  /** K: how many there are, 1 to d. */
  readonly count: number;
  /** First byte of their numbers, ascending (uint32[count], in the run's memory); 0 when they are all d. */
  readonly pointer: number;
}

/**
 * Linear algebra on a run's vectors, which share a number format. Vectors of one call have the same length: d, or K for the
 * values at K coordinates.
 */
export interface VectorOperations {
  /** A new vector of zeros, of length d unless told otherwise; its holder releases it. */
  zeros(length?: number): Vector;
  /** A new vector with the entries of x at the coordinates; its holder releases it. */
  gather(x: Vector, coordinates: Coordinates): Vector;
  /** Writes values (length K) to the entries of x at the coordinates. */
  scatter(values: Vector, coordinates: Coordinates, x: Vector): void;
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
 * What a method's server half may ask of its surroundings: a simulator today, threads or a network tomorrow. The server holds the
 * model x^k; workers hold the model version they were assigned. A worker that has reported idles until it is assigned or resumed.
 * What is sent arrives later where the network takes time; before the run everybody holds x⁰, so that nothing travels in `start`.
 */
export interface Server {
  /** n: the number of workers. */
  readonly workers: number;
  /** k: the number of model updates so far. */
  readonly version: number;
  /** Linear algebra on vectors of the run. */
  readonly vectors: VectorOperations;
  /** Expected time of one stochastic gradient of a worker (the computation model's τ_i), in simulated seconds. */
  expectedTime(worker: number): number;
  /** x^{k+1} = x^k − γ d. The direction may be reused by the caller afterwards. @throws RangeError when γ is no number. */
  step(direction: Vector, stepsize: number): void;
  /** The worker, which must not be computing, receives x^k and starts a stochastic gradient there. */
  assign(worker: number): void;
  /** The worker, which must not be computing, starts another stochastic gradient at the point it holds. */
  resume(worker: number): void;
  /**
   * If the worker is computing, it stops at once, and so does a message on its way; the gradient counts as discarded. A
   * computation that is stopped at the very instant at which it began has not begun.
   */
  stop(worker: number): void;
  /** Declares that the gradient which has just arrived is not used: it counts as discarded. */
  discard(arrival: Arrival): void;
  /** How many messages of the worker half have arrived. */
  reports(worker: number): number;
  /** Sends values, and a number if it is told one, to the worker half. The vector must not change any more. */
  send(worker: number, values: Vector, number?: number): void;
}

/** A stochastic gradient that has just reached the server. */
export interface Arrival {
  /** i: whose gradient it is, from 0. */
  readonly worker: number;
  /**
   * The gradient. It is computed when it is first read at the latest (one that is discarded unread often costs nothing) and valid during the
   * handler; a method that keeps it for longer retains it and releases it later.
   */
  readonly gradient: Vector;
  /** δ = k − v: updates since the version that the gradient was computed at. */
  readonly delay: number;
  /** Simulated seconds that the worker spent on this gradient. */
  readonly duration: number;
}

/** What a worker half sent, and which has just reached the server. */
export interface Message {
  /** i: who sent it, from 0. */
  readonly worker: number;
  /** How many messages of this worker came before. */
  readonly index: number;
  /** Valid during the handler; a method that keeps it for longer retains it and releases it later. */
  readonly values: Vector;
  /** The number sent along; NaN without one. */
  readonly number: number;
  /** δ = k − v: updates since the model version that the worker received last. */
  readonly delay: number;
  /** Simulated seconds that the worker spent computing for it. */
  readonly duration: number;
}

/**
 * What a method's worker half may ask: it holds a model, computes one stochastic gradient at a time and exchanges messages with
 * the server. It goes on working while messages fly.
 */
export interface Worker {
  /** i, from 0. */
  readonly index: number;
  /** n: the number of workers. */
  readonly workers: number;
  /** Linear algebra on vectors of the run. */
  readonly vectors: VectorOperations;
  /** Whether no message ever takes time. */
  readonly instantaneous: boolean;
  /** τ_i: expected time of one stochastic gradient, in simulated seconds. */
  readonly expectedTime: number;
  /** The model that it holds; not to be written to. */
  readonly model: Vector;
  /** Starts a stochastic gradient at its model, which must not change until `onGradient`. */
  compute(): void;
  /**
   * Takes back a computation that began at this very instant: it has not begun.
   * @returns Whether the worker is now free; false when it is in the middle of a gradient.
   */
  withdraw(): boolean;
  /** w ← w − η d: a step on its own model. */
  step(direction: Vector, stepsize: number): void;
  /** Its model, made its own to be written to. */
  own(): Vector;
  /** Holds this vector as its model from now on. */
  adopt(model: Vector): void;
  /** Sends values, and a number if it is told one, to the server. The vector must not change any more. */
  send(values: Vector, number?: number): void;
  /** K of the d coordinates, drawn uniformly at random without replacement: the same for all workers in the same round. */
  coordinates(round: number, count: number): Coordinates;
  /** Declares that its model is the one after the round's merge. When all workers have done so, the round counts as an update. */
  completeRound(): void;
}

/**
 * What happens at the workers. Without one, a method has the default: compute at what was received, send the gradient. The state
 * is one per worker.
 * @example
 * // Two local steps, then the average of all models.
 * const method = defineMethod({
 *   name: 'two-steps',
 *   local: true,
 *   worker: {
 *     start: (worker, { stepsize }) => ({ stepsize, steps: 0 }),
 *     onGradient(state, worker, gradient) {
 *       worker.step(gradient, state.stepsize);
 *       state.steps += 1;
 *       if (state.steps % 2 === 1) worker.compute();
 *       else worker.send(worker.model);
 *     },
 *     onMessage(state, worker, mean) {
 *       worker.adopt(mean);
 *       worker.completeRound();
 *       worker.compute();
 *     },
 *   },
 *   start(server) {
 *     for (let i = 0; i < server.workers; i += 1) server.assign(i);
 *     return { mean: server.vectors.zeros(), missing: server.workers };
 *   },
 *   onMessage(state, server, { values }) {
 *     server.vectors.axpy(1 / server.workers, values, state.mean);
 *     state.missing -= 1;
 *     if (state.missing > 0) return;
 *     for (let i = 0; i < server.workers; i += 1) server.send(i, state.mean);
 *     state.mean.release();
 *     state.mean = server.vectors.zeros();
 *     state.missing = server.workers;
 *   },
 *   dispose: (state) => state.mean.release(),
 * });
 * const experiment = { problem: { kind: 'quadratic' }, methods: ['two-steps'], stepsizes: [0.1], budget: { updates: 50 } };
 * const { summary } = await runExperiment(experiment, { methods: [method] });
 */
export interface WorkerHalf<P = never, W = unknown> {
  /** Called before the server half's `start`: makes the state of one worker. */
  start(worker: Worker, parameters: P): W;
  /** The server has assigned x^k, or told the worker to continue; without a handler the worker computes. */
  onModel?(state: W, worker: Worker): void;
  /** A stochastic gradient at the worker's model is ready; valid during the handler. */
  onGradient(state: W, worker: Worker, gradient: Vector): void;
  /** What the server sent has arrived; valid during the handler. */
  onMessage?(state: W, worker: Worker, values: Vector, number: number): void;
  /** Releases the vectors that the state holds. */
  dispose?(state: W): void;
}

/** Whom an update waits for: all of these workers, or any one of them. */
export interface Wait {
  /** Whether all of them must report, or one is enough. */
  readonly need: 'all' | 'any';
  /** Their numbers, from 0. */
  readonly workers: readonly number[];
}

/** Where a method was published. */
export interface Source {
  /** Family names. */
  readonly authors: string;
  /** Of publication; it may be later than that of the first version on arXiv. */
  readonly year: number;
  /** Of the paper. */
  readonly title: string;
  /** arXiv identifier, where there is one. */
  readonly arxiv?: string;
}

/** Why parameters do not go together: which one, and what it must do. */
export type ParameterProblem = readonly [parameter: string, rule: string];

/**
 * A method: a deterministic state machine that is told what arrived and answers with commands to the server. It knows no
 * clock and draws no random numbers, and its whole progress is in its state: plain data and vectors. It has a server half and, where
 * workers do more than to compute a gradient and send it, a worker half.
 */
export interface Method<P = never, S = unknown, W = unknown> {
  /** Name in commands and files, e.g. `ringleader-asgd`. */
  readonly name: string;
  /** Name in text and figures, e.g. `Ringleader ASGD`. */
  readonly title: string;
  /** The paper that it comes from. */
  readonly source: Source;
  /** One sentence: the idea. */
  readonly summary: string;
  /** The paper's pseudocode, a line each. */
  readonly pseudocode: readonly string[];
  /** What is proven, and under which conditions. */
  readonly guarantee: string;
  /** What the server keeps, in numbers of d-dimensional vectors. */
  readonly memory: string;
  /** What travels. */
  readonly traffic: string;
  /** What users may set, the stepsize apart. */
  readonly parameters: ParameterTable;
  /** Tells what is wrong with parameters that are each within their ranges; null when nothing is. */
  check?(parameters: P, workers: number): ParameterProblem | null;
  /** Whether the workers' models are what is optimised: then their mean is evaluated, and an update is a round. */
  readonly local?: boolean;
  /** The worker half, where it is not the default one. */
  readonly worker?: WorkerHalf<P, W>;
  /**
   * Whether it may call `server.resume`; default true. A simulator need not keep the points of a method that never does, and runs it faster
   * and in less memory.
   */
  readonly resumes?: boolean;
  /** Called once, at time 0 with all workers idle: makes the state and gives out the first assignments. */
  start(server: Server, parameters: P): S;
  /** Called for every gradient that arrives, in the order of (time, worker). A method has this handler or the next one. */
  onGradient?(state: S, server: Server, arrival: Arrival): void;
  /** Called for every message of a worker half that arrives, in the order of (time, worker). */
  onMessage?(state: S, server: Server, message: Message): void;
  /**
   * Whom the next model update waits for; absent when any arrival can bring it. The simulator uses it to tell a run that
   * waits from one that waits for ever.
   * @param isLost Whether a worker will never report again.
   */
  waitingFor?(state: S, server: Server, isLost: (worker: number) => boolean): Wait;
  /** Releases the vectors that the state holds. */
  dispose?(state: S): void;
}

/** A method whose parameter and state types are not known: what registries and engines handle. */
export type AnyMethod = Method;

/** What `start` receives: the parameters of the method's table and the stepsize γ, which every method has. */
export type MethodParameters<T extends ParameterTable> = ParameterValues<T> & {
  /** γ > 0 */
  readonly stepsize: number;
};

/** The fields that describe a method to people. */
type Description = 'title' | 'source' | 'summary' | 'pseudocode' | 'guarantee' | 'memory' | 'traffic';

/**
 * Declares a method; the types of its parameters follow from its table. Descriptions may be left out; the built-in methods have them all.
 * @param method What `Method` describes; a name, `start` and the handlers are enough.
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
export function defineMethod<S, const T extends ParameterTable = Record<never, never>, W = unknown>(
  method: Omit<Method<MethodParameters<T>, S, W>, 'parameters' | Description> & Partial<Pick<Method, Description>> & { readonly parameters?: T },
): Method<MethodParameters<T>, S, W> {
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

/**
 * Checks that a method can answer to what its workers send.
 * @throws InputError naming the handler that is missing.
 */
export function requireHandlers({ name, local, worker, ...method }: AnyMethod): void {
  if (local === true && worker === undefined) throw new InputError(name, 'worker', 'be given by a local method', undefined);
  if ((method as Partial<AnyMethod>).start === undefined) throw new InputError(name, 'start', 'be given by every method', undefined);
  const [handler, what] = worker === undefined ? (['onGradient', 'without a worker half'] as const) : (['onMessage', 'with a worker half'] as const);
  if (method[handler] === undefined) throw new InputError(name, handler, `be given by a method ${what}`, undefined);
}

/**
 * Indices of the workers for which a condition holds.
 * @param server Knows how many workers there are.
 * @param condition Asked for every worker, from 0.
 * @returns Ascending; empty where it never holds.
 */
export function workersWhere(server: Server, condition: (worker: number) => boolean): number[] {
  const chosen: number[] = [];
  for (let worker = 0; worker < server.workers; worker += 1) if (condition(worker)) chosen.push(worker);
  return chosen;
}
