import { InputError } from '../errors.js';
import type { Random } from '../kernels/random.js';
import { baseTimes } from './base-times.js';
import type { BaseOptions } from './base-times.js';
import { regimeSwitchingTimes, sinusoidalTimes } from './changing-speeds.js';
import type { RegimeOptions, SinusoidalOptions } from './changing-speeds.js';
import type { ComputationModel } from './computation-model.js';
import { deviceTimes } from './devices.js';
import type { DeviceOptions } from './devices.js';
import { givenDepartures, givenOutages, randomDepartures, randomOutages } from './outages.js';
import type { Departures, OutageIntervals, RandomDepartureOptions, RandomOutageOptions } from './outages.js';
import { universalTimes } from './powers.js';
import type { PowerPieces } from './powers.js';
import { lognormalTimes, paperTimes, paretoTimes } from './random-times.js';
import { readTrace, traceTimes, universalTrace } from './traces.js';
import type { Trace } from './traces.js';
import type { TraceValues } from './trace-csv.js';

type Absent<T> = { readonly [K in keyof T]?: undefined };
/** The keys of one of two sets, not of both. */
type Either<A, B> = (A & Absent<B>) | (B & Absent<A>);
/** Computation times under something that changes over time. */
interface Over {
  /** The times that the changes are applied to. */
  readonly base: BaseOptions;
}
interface Redraw {
  /** Draw afresh for every gradient. */
  readonly redraw?: boolean | undefined;
}

/** What an experiment says about its workers' computation times. Times are simulated seconds, powers gradients per simulated second. */
export type ComputationOptions =
  | Exclude<
      BaseOptions,
      {
        /** Those that can be drawn afresh. */
        readonly kind: 'paper' | 'lognormal' | 'pareto';
      }
    >
  | (Extract<
      BaseOptions,
      {
        /** See `lognormalTimes` and `paretoTimes`. */
        readonly kind: 'lognormal' | 'pareto';
      }
    > &
      Redraw)
  | ({
      /** See `paperTimes`. */
      readonly kind: 'paper';
    } & Redraw)
  | ({
      /** See `regimeSwitchingTimes`. */
      readonly kind: 'regime-switching';
    } & Over &
      RegimeOptions)
  | ({
      /** See `sinusoidalTimes`. */
      readonly kind: 'sinusoidal';
    } & Over &
      SinusoidalOptions)
  | ({
      /** See `givenOutages` and `randomOutages`. */
      readonly kind: 'outages';
    } & Over &
      Either<
        {
          /** When workers are off. */
          readonly intervals: OutageIntervals;
        },
        RandomOutageOptions
      >)
  | ({
      /** See `givenDepartures` and `randomDepartures`. */
      readonly kind: 'dropout';
    } & Over &
      Either<
        {
          /** When workers leave. */
          readonly leave: Departures;
        },
        RandomDepartureOptions
      >)
  | ({
      /** See `universalTimes`. */
      readonly kind: 'universal';
      /** The period with which powers repeat, in simulated seconds; absent: the last powers hold for ever. */
      readonly cycle?: number | undefined;
    } & Either<
      {
        /** One curve per worker. */
        readonly powers: readonly PowerPieces[];
      },
      {
        /** A CSV file with the powers: see `parsePowers`. */
        readonly file: string;
      }
    >)
  | ({
      /** See `deviceTimes`. */
      readonly kind: 'devices';
    } & DeviceOptions)
  | {
      /** See `traceTimes`. */
      readonly kind: 'trace';
      /** A CSV file: see `parseDurations` and `parsePowers`. */
      readonly file: string;
      /** Which of the two it holds. */
      readonly values: TraceValues;
    };

/**
 * Reads the file that computation times name, if they name one.
 * @param options What an experiment says.
 * @returns The content of the file; undefined where none is named.
 * @throws InputError when there is no such file, or naming file and line when it is not as described.
 */
export async function loadTrace(options: ComputationOptions): Promise<Trace | undefined> {
  if (options.kind === 'trace') return readTrace(options.file, options.values);
  if (options.kind === 'universal' && options.file !== undefined) return readTrace(options.file, 'powers');
  return undefined;
}

/**
 * The computation model that an experiment names.
 * @param options What an experiment says.
 * @param workers n ≥ 1.
 * @param random The random streams of a seed, as `kernels.random(seed)` gives them.
 * @param trace What `loadTrace` gave for the options.
 * @returns Its times follow from the options and the seed alone.
 * @throws InputError when there is no such kind, n is not a positive integer, a list does not name every worker, a parameter is out of range, or the trace is
 * missing.
 * @example
 * const kernels = await loadKernels();
 * const times = computationModel({ kind: 'sqrt' }, 4, kernels.random(1));
 * times.expectedTime(3); // 2
 */
export function computationModel(options: ComputationOptions, workers: number, random: Random, trace?: Trace): ComputationModel {
  if (!Number.isInteger(workers) || workers < 1) throw new InputError('computationModel', 'workers', 'be an integer of at least 1', workers);
  const base = (of: Over): ComputationModel => baseTimes(of.base, workers, random);
  switch (options.kind) {
    case 'paper':
      return paperTimes(workers, random, options.redraw ?? false);
    case 'lognormal':
      return lognormalTimes(workers, random, options, options.redraw ?? false);
    case 'pareto':
      return paretoTimes(workers, random, options, options.redraw ?? false);
    case 'regime-switching':
      return regimeSwitchingTimes(base(options), options, random);
    case 'sinusoidal':
      return sinusoidalTimes(base(options), options, random);
    case 'outages':
      return options.intervals === undefined ? randomOutages(base(options), options, random) : givenOutages(base(options), options.intervals);
    case 'dropout':
      return options.leave === undefined ? randomDepartures(base(options), options, random) : givenDepartures(base(options), options.leave);
    case 'universal':
      if (options.powers === undefined) return checked(universalTrace(given(trace), options.cycle), workers, 'file');
      return checked(universalTimes(options.powers, options.cycle), workers, 'powers');
    case 'devices':
      return deviceTimes(workers, options);
    case 'trace':
      return traceTimes(given(trace), workers);
    default:
      return baseTimes(options, workers, random);
  }
}

function given(trace: Trace | undefined): Trace {
  if (trace === undefined) throw new InputError('computationModel', 'trace', "be given, from 'loadTrace', for times that come from a file", trace);
  return trace;
}

function checked(model: ComputationModel, workers: number, what: string): ComputationModel {
  if (model.workers === workers) return model;
  throw new InputError('experiment', `workers.computation.${what}`, `name the powers of ${workers} workers`, model.workers);
}
