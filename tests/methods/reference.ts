/**
 * The methods once more, straight from their definitions, with plain arrays and no engine: the next arrival is found by
 * looking at all workers, tables are summed from scratch at every update. Slow and obvious on purpose.
 */
import type { ComputationModel, QuadraticData } from '../../bindings/index.js';

export interface ReferenceUpdate {
  time: number;
  worker: number;
  delay: number;
  x: number[];
}

interface WorkerState {
  x: number[];
  version: number;
  started: number;
  ready: number;
  begun: number;
}

/** What a definition answers to an arrival; `world` changes the model and restarts workers. */
type Rule = (world: World, i: number, g: number[], duration: number) => void;

class World {
  k = 0;
  time = 0;
  x: number[];
  readonly workers: WorkerState[];
  readonly updates: ReferenceUpdate[] = [];
  arriving = { worker: 0, delay: 0 };

  constructor(
    readonly data: QuadraticData,
    readonly computation: ComputationModel,
  ) {
    this.x = [...(data.x0 ?? new Array<number>(data.dimension).fill(0))];
    this.workers = data.workers.map(() => ({ x: this.x, version: 0, started: 0, ready: Infinity, begun: 0 }));
    this.workers.forEach((_, i) => this.receive(i));
  }

  get n(): number {
    return this.workers.length;
  }

  gradientAt(i: number, x: number[]): number[] {
    const { A, b } = this.data.workers[i]!;
    return A.map((row, r) => Array.from(row).reduce((sum, a, c) => sum + a * x[c]!, 0) - b[r]!);
  }

  step(direction: number[], gamma: number): void {
    this.x = this.x.map((value, j) => value - gamma * direction[j]!);
    this.k += 1;
    this.updates.push({ time: this.time, ...this.arriving, x: this.x });
  }

  receive(i: number): void {
    const worker = this.workers[i]!;
    worker.x = this.x;
    worker.version = this.k;
    this.again(i);
  }

  again(i: number): void {
    const worker = this.workers[i]!;
    worker.begun = this.time;
    worker.ready = this.time + this.computation.duration(i, worker.started, this.time);
    worker.started += 1;
  }

  run(rule: Rule, updates: number): ReferenceUpdate[] {
    while (this.updates.length < updates) {
      let i = 0;
      this.workers.forEach(({ ready }, j) => {
        if (ready < this.workers[i]!.ready) i = j;
      });
      const worker = this.workers[i]!;
      this.time = worker.ready;
      worker.ready = Infinity;
      this.arriving = { worker: i, delay: this.k - worker.version };
      rule(this, i, this.gradientAt(i, worker.x), this.time - worker.begun);
    }
    return this.updates;
  }
}

const plus = (a: number[], b: number[]): number[] => a.map((value, j) => value + b[j]!);
const times = (a: number, v: number[]): number[] => v.map((value) => a * value);
const sum = (vectors: number[][]): number[] => vectors.reduce(plus);

/** Makes the rule of a method, with state of its own. */
export const definitions: Record<string, (n: number, gamma: number, parameters: Record<string, unknown>, tau: number[]) => Rule> = {
  'minibatch-sgd': (n, gamma, { gradientsPerWorker: m = 1 }) => {
    let received: number[][] = [];
    const owed = new Array<number>(n).fill(m as number);
    return (world, i, g) => {
      received.push(g);
      owed[i] = owed[i]! - 1;
      if (owed[i] > 0) world.again(i);
      if (owed.some((left) => left > 0)) return;
      world.step(times(1 / received.length, sum(received)), gamma);
      received = [];
      owed.fill(m as number);
      for (let j = 0; j < n; j += 1) world.receive(j);
    };
  },
  asgd: (_, gamma) => (world, i, g) => {
    world.step(g, gamma);
    world.receive(i);
  },
  'rescaled-asgd': (_, gamma, { times: source }, tau) => {
    const durations: number[][] = tau.map(() => []);
    const estimate = (i: number): number => {
      const seen = durations[i]!;
      if (source === 'nominal') return tau[i]!;
      if (source === 'observed') return seen.at(-1)!;
      if (source === 'mean') return seen.reduce((a, b) => a + b) / seen.length;
      return seen.reduce((average, duration) => 0.9 * average + 0.1 * duration);
    };
    return (world, i, g, duration) => {
      durations[i]!.push(duration);
      const known = tau.map((_tau, j) => j).filter((j) => source === 'nominal' || durations[j]!.length > 0);
      const harmonic = known.length / known.reduce((total, j) => total + 1 / estimate(j), 0);
      world.step(g, (gamma * estimate(i)) / harmonic);
      world.receive(i);
    };
  },
  'ia2-sgd': (n, gamma) => {
    const table: (number[] | undefined)[] = new Array<undefined>(n).fill(undefined);
    return (world, i, g) => {
      table[i] = g;
      if (table.includes(undefined)) return world.again(i);
      world.step(times(1 / n, sum(table as number[][])), gamma);
      world.receive(i);
    };
  },
  'malenia-sgd': (n, gamma, { batchTarget = n }) => {
    let received: number[][][] = Array.from({ length: n }, () => []);
    return (world, i, g) => {
      received[i]!.push(g);
      const harmonic = n / received.reduce((total, list) => total + 1 / list.length, 0);
      if (harmonic < Math.max(1, (batchTarget as number) / n) - 1e-9) return world.again(i);
      world.step(times(1 / n, sum(received.map((list) => times(1 / list.length, sum(list))))), gamma);
      received = received.map(() => []);
      for (let j = 0; j < n; j += 1) world.receive(j);
    };
  },
  'ringleader-asgd': (n, gamma, { restart = 'hold' }) => {
    let entries: number[][][] = Array.from({ length: n }, () => []);
    let next: number[][][] = Array.from({ length: n }, () => []);
    let collecting = true;
    const updated = new Set<number>();
    return (world, i, g) => {
      const proceed = (): void => (restart === 'hold' ? world.again(i) : world.receive(i));
      if (collecting) {
        entries[i]!.push(g);
        if (entries.some((list) => list.length === 0)) return proceed();
        collecting = false;
      } else if (updated.has(i)) {
        next[i]!.push(g);
        return proceed();
      } else entries[i]!.push(g);
      world.step(times(1 / n, sum(entries.map((list) => times(1 / list.length, sum(list))))), gamma);
      world.receive(i);
      updated.add(i);
      if (updated.size < n) return;
      entries = next;
      next = Array.from({ length: n }, () => []);
      collecting = true;
      updated.clear();
    };
  },
};

/** The updates of a method by its definition. */
export function byDefinition(
  name: string,
  data: QuadraticData,
  computation: ComputationModel,
  gamma: number,
  parameters: Record<string, unknown>,
  updates: number,
): ReferenceUpdate[] {
  const n = data.workers.length;
  const tau = Array.from({ length: n }, (_, i) => computation.expectedTime(i));
  return new World(data, computation).run(definitions[name]!(n, gamma, parameters, tau), updates);
}
