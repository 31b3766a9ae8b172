/**
 * The gradient methods once more, straight from their definitions: tables are summed from scratch at every update, differences are
 * never formed. The local methods are next door.
 */
import { localDefinitions } from './reference-local.js';
import { mean, plus, sum, Surroundings, times } from './reference-world.js';
import type { ReferenceRun, Setting } from './reference-world.js';

interface WorkerState {
  /** The point that it was given last, and its version. */
  x: number[];
  version: number;
}

/** What a definition answers to an arrival; `world` changes the model and restarts workers. */
type Rule = (world: World, i: number, g: number[], duration: number) => void;

/** A server that holds x and workers that send gradients: the sum of `localSteps` of them where there are more. */
class World {
  k = 0;
  x: number[];
  readonly around: Surroundings;
  readonly workers: WorkerState[];
  readonly run: ReferenceRun = { updates: [], arrivals: [], discarded: 0 };
  arriving = { worker: 0, delay: 0 };
  #rule: Rule = () => undefined;

  constructor(
    setting: Setting,
    readonly gamma: number,
    readonly localSteps: number,
  ) {
    this.around = new Surroundings(setting);
    this.x = this.around.x0;
    this.workers = setting.data.workers.map(() => ({ x: this.x, version: 0 }));
    this.workers.forEach(({ x }, i) => this.#begin(i, x)); // everybody holds x⁰: nothing travels
  }

  get n(): number {
    return this.workers.length;
  }

  step(direction: number[], gamma: number): void {
    this.x = this.x.map((value, j) => value - gamma * direction[j]!);
    this.k += 1;
    this.run.updates.push({ time: this.around.time, ...this.arriving, x: this.x });
  }

  /** Worker i receives the current model and starts there. */
  receive(i: number): void {
    const { x } = this;
    this.workers[i] = { x, version: this.k };
    this.around.send(i, 'down', this.around.d, () => this.#begin(i, x));
  }

  /** Worker i is told to go on at its point. */
  again(i: number): void {
    const { x } = this.workers[i]!;
    this.around.send(i, 'down', 0, () => this.#begin(i, x));
  }

  /** The gradient that has just arrived is not used. */
  discard(): void {
    this.run.arrivals.at(-1)!.used = false;
    this.run.discarded += 1;
  }

  stop(i: number): void {
    if (this.around.stop(i)) this.run.discarded += 1;
  }

  #begin(i: number, x: number[], gradients: number[][] = [], spent = 0): void {
    const { around } = this;
    around.compute(i, (index) => {
      const g = around.gradientAt(i, x, index);
      const all = [...gradients, g];
      const duration = spent + around.time - around.begun[i]!;
      if (all.length < this.localSteps) this.#begin(i, plus(x, times(-this.gamma, g)), all, duration);
      else around.send(i, 'up', around.d, () => this.#arrive(i, sum(all), duration));
    });
  }

  #arrive(i: number, g: number[], duration: number): void {
    this.arriving = { worker: i, delay: this.k - this.workers[i]!.version };
    this.run.arrivals.push({ time: this.around.time, ...this.arriving, used: true });
    this.#rule(this, i, g, duration);
  }

  follow(rule: Rule, updates: number): ReferenceRun {
    this.#rule = rule;
    while (this.run.updates.length < updates && this.around.advance());
    return this.run;
  }
}

type Parameters = Readonly<Record<string, unknown>>;
export type Definition = (setting: Setting, gamma: number, parameters: Parameters, updates: number) => ReferenceRun;

/** Makes the rule of a method, with state of its own. */
const rules: Record<string, (n: number, gamma: number, parameters: Parameters, tau: number[]) => Rule> = {
  'minibatch-sgd': (n, gamma, { gradientsPerWorker: m = 1 }) => {
    let received: number[][] = [];
    const owed = new Array<number>(n).fill(m as number);
    return (world, i, g) => {
      received.push(g);
      owed[i] = owed[i]! - 1;
      if (owed[i] > 0) world.again(i);
      if (owed.some((left) => left > 0)) return;
      world.step(mean(received), gamma);
      received = [];
      owed.fill(m as number);
      for (let j = 0; j < n; j += 1) world.receive(j);
    };
  },
  asgd: (_, gamma) => (world, i, g) => {
    world.step(g, gamma);
    world.receive(i);
  },
  'delay-adaptive-asgd': (n, gamma) => (world, i, g) => {
    world.step(g, (gamma * n) / Math.max(n, world.arriving.delay));
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
      world.step(mean(table as number[][]), gamma);
      world.receive(i);
    };
  },
  // The mean of everybody's latest gradient is what the differences add up to.
  'dude-asgd': (n, gamma, { concurrency: c = 1 }) => {
    const latest: (number[] | undefined)[] = new Array<undefined>(n).fill(undefined);
    let waiting: number[] = [];
    return (world, i, g) => {
      latest[i] = g;
      waiting.push(i);
      if (waiting.length < (c as number)) return;
      const all = !latest.includes(undefined);
      if (all) world.step(mean(latest as number[][]), gamma);
      for (const j of waiting) {
        if (all) world.receive(j);
        else world.again(j);
      }
      waiting = [];
    };
  },
  'malenia-sgd': (n, gamma, { batchTarget = n }) => {
    let received: number[][][] = Array.from({ length: n }, () => []);
    return (world, i, g) => {
      received[i]!.push(g);
      const harmonic = n / received.reduce((total, list) => total + 1 / list.length, 0);
      if (harmonic < Math.max(1, (batchTarget as number) / n) - 1e-9) return world.again(i);
      world.step(mean(received.map(mean)), gamma);
      received = received.map(() => []);
      for (let j = 0; j < n; j += 1) {
        world.stop(j);
        world.receive(j);
      }
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
      world.step(mean(entries.map(mean)), gamma);
      world.receive(i);
      updated.add(i);
      if (updated.size < n) return;
      entries = next;
      next = Array.from({ length: n }, () => []);
      collecting = true;
      updated.clear();
    };
  },
  'rennala-sgd': (n, gamma, { batch, variance = 0, epsilon = 1, stops = false }) => {
    const B = (batch as number | undefined) ?? Math.max(1, Math.ceil((variance as number) / (epsilon as number)));
    let received: number[][] = [];
    return (world, i, g) => {
      if (world.arriving.delay > 0) {
        world.discard();
        return world.receive(i);
      }
      received.push(g);
      if (received.length < B) return world.again(i);
      world.step(mean(received), gamma);
      received = [];
      for (let j = 0; j < n; j += 1) {
        if (j !== i && stops === false) continue;
        world.stop(j);
        world.receive(j);
      }
    };
  },
  'ringmaster-asgd': (n, gamma, { threshold, variance = 0, epsilon = 1, stops = false }) => {
    const R = (threshold as number | undefined) ?? Math.max(1, Math.ceil((variance as number) / (epsilon as number)));
    return (world, i, g) => {
      if (world.arriving.delay >= R) {
        world.discard();
        return world.receive(i);
      }
      world.step(g, gamma);
      world.receive(i);
      for (let j = 0; j < n; j += 1) {
        if (stops === false || world.k - world.workers[j]!.version < R) continue;
        world.stop(j);
        world.receive(j);
      }
    };
  },
  fedbuff: (_, gamma, { bufferSize: K = 10 }) => {
    let buffer: number[][] = [];
    return (world, i, g) => {
      buffer.push(times(1 / Math.sqrt(1 + world.arriving.delay), g));
      if (buffer.length === K) {
        world.step(mean(buffer), gamma);
        buffer = [];
      }
      world.receive(i);
    };
  },
};

/** Every method, from its name to its updates. */
export const definitions: Readonly<Record<string, Definition>> = {
  ...Object.fromEntries(
    Object.entries(rules).map(([name, rule]): [string, Definition] => [
      name,
      (setting, gamma, parameters, updates) => {
        const n = setting.data.workers.length;
        const tau = Array.from({ length: n }, (_, i) => setting.computation.expectedTime(i));
        const localSteps = (parameters['localSteps'] ?? 1) as number;
        return new World(setting, gamma, localSteps).follow(rule(n, gamma, parameters, tau), updates);
      },
    ]),
  ),
  ...localDefinitions,
};

/** What a method does by its definition. */
export function byDefinition(name: string, setting: Setting, gamma: number, parameters: Parameters, updates: number): ReferenceRun {
  return definitions[name]!(setting, gamma, parameters, updates);
}
