import { readFileBytes } from '#platform';
import { InputError } from '../errors.js';
import type { ComputationModel } from './computation-model.js';
import { curveTimes, PowerCurve, universalTimes } from './powers.js';
import type { PowerPieces } from './powers.js';
import { parseDurations, parsePowers } from './trace-csv.js';
import type { TraceValues } from './trace-csv.js';

/** A trace file's content, one entry per worker of the file. */
export type Trace =
  | {
      /** Times of successive gradients. */
      readonly values: 'durations';
      /** Simulated seconds per gradient, in order, > 0. */
      readonly workers: readonly (readonly number[])[];
    }
  | {
      /** Power over time. */
      readonly values: 'powers';
      /** A piecewise-constant curve, in gradients per simulated second. */
      readonly workers: readonly PowerPieces[];
    };

/**
 * Reads a trace from a CSV file: see `parseDurations` and `parsePowers` for the formats.
 * @param file Its path; in browsers its URL.
 * @param values Which format it has.
 * @returns One entry per worker of the file.
 * @throws InputError when there is no such file, or naming file and line when it is not as described.
 */
export async function readTrace(file: string, values: TraceValues): Promise<Trace> {
  const bytes = await readFileBytes(file);
  if (bytes === undefined) throw new InputError('experiment', 'workers.computation.file', 'be a file that exists', file);
  const text = new TextDecoder().decode(bytes);
  return values === 'durations' ? { values, workers: parseDurations(text, file) } : { values, workers: parsePowers(text, file) };
}

/**
 * Replays a trace; it starts again when it ends. Worker i has the data of the trace's worker i mod m, m the number of workers in the
 * trace.
 *
 * Durations: gradient g takes the duration number g mod (their count). Powers: as `universalTimes`, with a cycle per worker: its last
 * power holds for as long as the one before it, and a single power for ever.
 * @param trace What `readTrace` gave, or your own data.
 * @param workers n ≥ 1; it may differ from m.
 * @returns The expected time is the mean duration, or one over the mean power.
 * @throws InputError when the trace has no worker, or a worker has no data.
 */
export function traceTimes(trace: Trace, workers: number): ComputationModel {
  const m = trace.workers.length;
  if (m === 0) throw new InputError('traceTimes', 'trace', 'have at least one worker', trace.workers);
  if (trace.values === 'powers') {
    const curves = trace.workers.slice(0, workers).map((pieces) => new PowerCurve(pieces, traceLength(pieces)));
    return curveTimes(Array.from({ length: workers }, (_, worker) => curves[worker % m]!));
  }
  const lists = trace.workers.slice(0, workers).map((durations, i) => {
    if (durations.length === 0) throw new InputError('traceTimes', `trace.workers[${i}]`, 'have at least one duration', durations);
    return { durations, mean: durations.reduce((sum, duration) => sum + duration, 0) / durations.length };
  });
  return {
    workers,
    expectedTime: (worker) => lists[worker % m]!.mean,
    duration: (worker, index) => {
      const { durations } = lists[worker % m]!;
      return durations[index % durations.length]!;
    },
  };
}

/** How long a trace of powers lasts: its last piece is as long as the one before. */
function traceLength(pieces: PowerPieces): number {
  const [last] = pieces.at(-1) ?? [0];
  const before = pieces.at(-2);
  return before === undefined ? Infinity : last + (last - before[0]);
}

/**
 * The universal computation model with powers from a file: worker i has those of the file's worker i.
 * @param cycle As in `universalTimes`.
 * @throws InputError when the trace is not one of powers.
 */
export function universalTrace(trace: Trace, cycle?: number): ComputationModel {
  if (trace.values !== 'powers') throw new InputError('universalTrace', 'trace', 'hold powers', trace.values);
  return universalTimes(trace.workers, cycle);
}
