import { Bench } from 'tinybench';
import type { Kernels } from '../../bindings/index.js';
import type { BenchCase } from './case.js';

/** A timed call shorter than this would measure the clock. */
const SHORTEST_MICROSECONDS = 20;
/** Shares of a case's time: its yardstick, and warming both up. */
const YARDSTICK = 0.25;
const WARM_UP = 0.2;
const PEAK_ITERATIONS = 20_000;
const PEAK_WORK = 56 * PEAK_ITERATIONS;

export interface Measured {
  readonly microseconds: number;
  /** In the case's unit. */
  readonly rate: number;
  /** Fraction of the yardstick, which was measured just before; undefined for what has none. */
  readonly share: number | undefined;
}

/** A result that is not what it should be; its time means nothing. */
export class WrongResult extends Error {}

/** Measures yardsticks and cases with one build of the kernels. */
export class Meter {
  readonly #kernels: Kernels;
  readonly #seconds: number;
  readonly #blocks = new Map<number, readonly [number, number]>();

  /** @param seconds How long to measure a case. */
  constructor(kernels: Kernels, seconds: number) {
    this.#kernels = kernels;
    this.#seconds = seconds;
  }

  /** @throws WrongResult when the kernel's result, looked at after the timing, is not right. */
  measure(entry: BenchCase): Measured {
    const best = this.#yardstick(entry);
    const microseconds = time(() => entry.run(), this.#seconds * (best === undefined ? 1 : 1 - YARDSTICK));
    const error = entry.residual();
    if (!(error <= entry.tolerance)) throw new WrongResult(`${entry.name}: residual must be at most ${entry.tolerance}, got ${error}`);
    const rate = entry.work / microseconds / (entry.unit === 'M/s' ? 1 : 1000);
    return { microseconds, rate, share: best === undefined ? undefined : rate / best };
  }

  /** The rate that bounds a case's, in its unit. */
  #yardstick({ unit, footprint }: BenchCase): number | undefined {
    const { exports } = this.#kernels;
    const seconds = this.#seconds * YARDSTICK;
    if (unit === 'GFLOP/s') return PEAK_WORK / time(() => void exports.peakLoop(PEAK_ITERATIONS), seconds) / 1000;
    if (footprint === undefined) return undefined;
    const bytes = Math.ceil(footprint / 128) * 64;
    const [source, target] = this.#copyBlocks(bytes);
    return (2 * bytes) / time(() => exports.copyBytes(bytes, source, target), seconds) / 1000;
  }

  #copyBlocks(bytes: number): readonly [number, number] {
    let blocks = this.#blocks.get(bytes);
    if (blocks === undefined) {
      const { exports, pool } = this.#kernels;
      blocks = [pool.allocate(bytes, 'benchmarks'), pool.allocate(bytes, 'benchmarks')];
      for (const block of blocks) exports.fillF32(bytes / 4, 1, block);
      this.#blocks.set(bytes, blocks);
    }
    return blocks;
  }
}

/** @returns Median microseconds of a call. */
function time(run: () => void, seconds: number): number {
  const calls = callsFor(run);
  const bench = new Bench({ time: 1000 * seconds * (1 - WARM_UP), warmupTime: 1000 * seconds * WARM_UP, warmupIterations: 3, iterations: 3, throws: true });
  bench.add('run', () => {
    for (let call = 0; call < calls; call += 1) run();
  });
  const [task] = bench.runSync();
  if (task?.result.state !== 'completed') throw new Error(`bench: must run to its end, got ${task?.result.state ?? 'nothing'}`);
  return (1000 * task.result.latency.p50) / calls;
}

/** How many calls take long enough to be timed together. */
function callsFor(run: () => void): number {
  for (let calls = 1; ; calls *= 2) {
    const begin = performance.now();
    for (let call = 0; call < calls; call += 1) run();
    if (1000 * (performance.now() - begin) >= SHORTEST_MICROSECONDS) return calls;
  }
}
