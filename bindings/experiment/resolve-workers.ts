import { loadTrace } from '../computation/models.js';
import type { ComputationOptions } from '../computation/models.js';
import type { Trace } from '../computation/traces.js';
import { loadDeviceBandwidth, PER_WORKER_KEYS } from '../computation/network.js';
import type { NetworkOptions } from '../computation/network.js';
import { workerRule } from '../computation/outages.js';
import { InputError } from '../errors.js';
import type { Fail } from './resolve-problem.js';
import type { ParsedComputation, ParsedNetwork } from './schema-workers.js';

const DEFAULT_WORKERS = 10;

/** What an experiment says about its workers, with the schema's own defaults. */
export interface ParsedWorkers {
  readonly count?: number | undefined;
  readonly computation: ParsedComputation;
  readonly network: ParsedNetwork;
}

/** The workers of an experiment with every default filled in. */
export interface ResolvedWorkers {
  /** n */
  count: number;
  /** How long gradients take. */
  computation: ComputationOptions;
  /** How long messages take. */
  network: NetworkOptions;
}

/** How many workers something names, and where. */
interface Named {
  path: string[];
  count: number;
  what: string;
}

/**
 * Checks what an experiment says about its workers and fills in every default. Files are read, so that their mistakes are found
 * now. The number of workers is the one given; else that of the problem's file; else as many as times, powers, devices, traces or
 * network values are listed; else 10.
 * @throws InputError when lists do not name every worker or name others, or a file is missing or not as it must be.
 */
export async function resolveWorkers({ count: given, computation, network }: ParsedWorkers, workersInFile: number | undefined, fail: Fail): Promise<ResolvedWorkers> {
  const trace = await located(fail, ['workers', 'computation', 'file'], () => loadTrace(withDefaults(computation)));
  await located(fail, ['workers', 'network', 'devices'], () => loadDeviceBandwidth(network));

  const named = [...namedByComputation(computation, trace), ...namedByNetwork(network)];
  const traced = computation.kind === 'trace' ? trace?.workers.length : undefined;
  const count = given ?? workersInFile ?? named[0]?.count ?? traced ?? DEFAULT_WORKERS;
  for (const { path, count: listed, what } of named) {
    if (listed !== count) throw fail(path, `name ${count} ${what}, one per worker`, listed);
  }
  checkWorkerNumbers(computation, count, fail);
  checkCycle(computation, trace, fail);
  const { bandwidth, ...rest } = network;
  const filled = network.devices === undefined ? { ...rest, bandwidth: bandwidth ?? Infinity } : rest;
  return { count, computation: withDefaults(computation), network: filled };
}

/** Fills in the defaults of keys that exclude each other. */
function withDefaults(computation: ParsedComputation): ComputationOptions {
  if (computation.kind === 'outages') {
    const { intervals, every = 100, length = 10, ...rest } = computation;
    return intervals === undefined ? { ...rest, every, length } : { ...rest, intervals };
  }
  if (computation.kind === 'dropout') {
    const { leave, fraction = 0.1, within = 100, ...rest } = computation;
    return leave === undefined ? { ...rest, fraction, within } : { ...rest, leave };
  }
  if (computation.kind === 'universal') {
    const { powers, file, ...rest } = computation;
    return powers === undefined ? { ...rest, file: file! } : { ...rest, powers };
  }
  return computation;
}

function namedByComputation(computation: ParsedComputation, trace: Trace | undefined): Named[] {
  const path = ['workers', 'computation'];
  if (computation.kind === 'fixed') return [{ path: [...path, 'times'], count: computation.times.length, what: 'times' }];
  if ('base' in computation && computation.base.kind === 'fixed') {
    return [{ path: [...path, 'base', 'times'], count: computation.base.times.length, what: 'times' }];
  }
  if (computation.kind === 'universal') {
    if (computation.powers !== undefined) return [{ path: [...path, 'powers'], count: computation.powers.length, what: 'lists of powers' }];
    return trace === undefined ? [] : [{ path: [...path, 'file'], count: trace.workers.length, what: 'powers' }];
  }
  if (computation.kind === 'devices' && !Array.isArray(computation.devices)) {
    const count = Object.values(computation.devices).reduce((sum, number) => sum + number, 0);
    return [{ path: [...path, 'devices'], count, what: 'devices' }];
  }
  return [];
}

function namedByNetwork(network: ParsedNetwork): Named[] {
  return PER_WORKER_KEYS.flatMap((key) => {
    const value = network[key];
    return Array.isArray(value) ? [{ path: ['workers', 'network', key], count: value.length, what: 'values' }] : [];
  });
}

/** Tables of workers must name workers that exist. */
function checkWorkerNumbers(computation: ParsedComputation, count: number, fail: Fail): void {
  const key = computation.kind === 'outages' ? 'intervals' : 'leave';
  const table = computation.kind === 'outages' ? computation.intervals : computation.kind === 'dropout' ? computation.leave : undefined;
  for (const worker of Object.keys(table ?? {})) {
    if (!/^\d+$/.test(worker) || Number(worker) >= count) throw fail(['workers', 'computation', key, worker], workerRule(count), worker);
  }
}

/** Powers from a file must end before they repeat, as those in the experiment must. */
function checkCycle(computation: ParsedComputation, trace: Trace | undefined, fail: Fail): void {
  if (computation.kind !== 'universal' || computation.cycle === undefined || trace?.values !== 'powers') return;
  for (const [worker, pieces] of trace.workers.entries()) {
    const [last] = pieces.at(-1)!;
    if (computation.cycle <= last) {
      throw fail(['workers', 'computation', 'cycle'], `be greater than ${last}, the last time of worker ${worker} in '${computation.file}'`, computation.cycle);
    }
  }
}

/** Lets the error about a file that does not exist name the line that names it. */
async function located<T>(fail: Fail, path: readonly string[], action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof InputError && error.what === path.join('.')) throw fail(path, error.rule, error.got);
    throw error;
  }
}
