import * as z from 'zod/mini';
import { PHASES, SPEED_CHANGES } from '../computation/changing-speeds.js';
import { DEVICE_NAMES } from '../computation/devices.js';
import { LEAST_BANDWIDTH, MEASURED_JITTER, MOST_JITTER, MOST_LATENCY, networkFault } from '../computation/network.js';
import { intervalFault, lengthRule, longestLength } from '../computation/outages.js';
import { MOST_TIME, powerFault } from '../computation/powers.js';
import { INFINITE_MEAN } from '../computation/random-times.js';
import { TRACE_VALUES } from '../computation/trace-csv.js';

const positive = (): z.ZodMiniNumber<number> => z.number().check(z.positive());
const fraction = (): z.ZodMiniNumber<number> => z.number().check(z.minimum(0), z.maximum(1));

/** A range in JSON Schema. */
type Range = { minimum: number; maximum?: number } | { exclusiveMinimum: number };

/** A number that may be infinite (YAML: .inf; JSON: 1e999). */
function infinite(accepts: (value: number) => boolean, error: string, range: Range) {
  return z.custom<number>((value) => typeof value === 'number' && accepts(value), { error }).check(z.meta({ type: 'number', ...range }));
}
/** A time that may be infinite: a worker that never returns. */
const duration = () => infinite((value) => value > 0, 'be a number greater than 0 (.inf: never)', { exclusiveMinimum: 0 });
const instant = () => infinite((value) => value >= 0, 'be a time of at least 0 (.inf: never)', { minimum: 0 });

const sigma = z._default(z.number().check(z.minimum(0), z.maximum(30)), 1).check(z.describe('standard deviation of the logarithm'));
const fixed = z.strictObject({
  kind: z.literal('fixed').check(z.describe('given times')),
  times: z.array(duration()).check(z.minLength(1), z.describe('τ_i per worker')),
});
const equal = z.strictObject({
  kind: z.literal('equal').check(z.describe('τ_i = time')),
  time: z._default(positive(), 1).check(z.describe('seconds per gradient')),
});
const linear = z.strictObject({ kind: z.literal('linear').check(z.describe('τ_i = i')) });
const sqrt = z.strictObject({ kind: z.literal('sqrt').check(z.describe('τ_i = √i')) });
const twoSpeed = z.strictObject({
  kind: z.literal('two-speed').check(z.describe('fast workers, and slow ones at the end')),
  fast: z._default(positive(), 1).check(z.describe('seconds per gradient of the fast workers')),
  slow: z._default(positive(), 10).check(z.describe('seconds per gradient of the slow workers')),
  slowFraction: z._default(fraction(), 0.1).check(z.describe('share of slow workers; at least one unless it is 0')),
});
const paper = z.strictObject({ kind: z.literal('paper').check(z.describe('τ_i = i + |η_i|, η_i ∼ N(0, i)')) });
const lognormal = z.strictObject({
  kind: z.literal('lognormal').check(z.describe('τ_i = median · exp(sigma · z)')),
  median: z._default(positive(), 1).check(z.describe('median time')),
  sigma,
});
const pareto = z.strictObject({
  kind: z.literal('pareto').check(z.describe('heavy tail, P(τ > t) = (scale/t)^shape')),
  scale: z._default(positive(), 1).check(z.describe('shortest time')),
  shape: z._default(z.number().check(z.minimum(0.1)), 1.5).check(z.describe('exponent of the tail; the mean is infinite up to 1')),
});

/** A section with a kind, or the mere name of a kind whose options all have defaults. */
function kindOrSection<K extends string, S extends z.ZodMiniDiscriminatedUnion>(kinds: readonly [K, ...K[]], section: S) {
  const name = z.pipe(
    z.enum(kinds),
    z.transform((kind: K) => z.parse(section, { kind })),
  );
  return z.union([name, section]);
}

const CONSTANT_KINDS = ['equal', 'linear', 'sqrt', 'two-speed', 'paper', 'lognormal', 'pareto'] as const;
const CHANGING_KINDS = ['regime-switching', 'sinusoidal', 'outages', 'dropout', 'devices'] as const;

/** Times that are constant: what the changing models change. */
const base = z
  ._default(kindOrSection(CONSTANT_KINDS, z.discriminatedUnion('kind', [fixed, equal, linear, sqrt, twoSpeed, paper, lognormal, pareto])), { kind: 'paper' })
  .check(z.describe('the times that are changed'));

/** Keys of several kinds are one flag, and share a description. */
const PERIOD = 'seconds between changes, or of one oscillation';
const FILE = 'CSV file: worker,time,power for powers, worker,duration for durations';

const redraw = { redraw: z._default(z.boolean(), false).check(z.describe('draw afresh for every gradient')) };
const interval = z.tuple([z.number(), duration()]);
const piece = z.tuple([z.number(), z.number()]);

const computationSection = z.discriminatedUnion('kind', [
  fixed,
  equal,
  linear,
  sqrt,
  twoSpeed,
  z.extend(paper, redraw),
  z.extend(lognormal, redraw),
  z.extend(pareto, redraw).check(
    z.superRefine(({ redraw: afresh, shape }, context) => {
      if (afresh && shape <= 1) context.addIssue({ code: 'custom', path: ['shape'], message: INFINITE_MEAN });
    }),
  ),
  z.strictObject({
    kind: z.literal('regime-switching').check(z.describe('speeds change every period')),
    base,
    period: z._default(positive(), 100).check(z.describe(PERIOD)),
    change: z._default(z.enum(SPEED_CHANGES), 'permute').check(z.describe('deal the base times anew, or multiply each by a lognormal factor')),
    spread: z._default(z.number().check(z.minimum(0), z.maximum(10)), 1).check(z.describe('rescale: standard deviation of the logarithm of the factor')),
  }),
  z.strictObject({
    kind: z.literal('sinusoidal').check(z.describe('speeds oscillate')),
    base,
    period: z._default(positive(), 100).check(z.describe(PERIOD)),
    amplitude: z._default(z.number().check(z.minimum(0), z.lt(1)), 0.5).check(z.describe('speeds go from 1 − amplitude to 1 + amplitude times the base')),
    phases: z._default(z.enum(PHASES), 'random').check(z.describe('where in the oscillation the workers begin')),
  }),
  z
    .strictObject({
      kind: z.literal('outages').check(z.describe('workers are off at times; work in progress pauses')),
      base,
      intervals: z
        .optional(z.record(z.string(), z.array(interval)))
        .check(z.describe('{worker: [[from, to], …]}, workers counted from 0; .inf: for good')),
      every: z.optional(positive()).check(z.describe('random outages: mean seconds from one to the next (default 100)')),
      length: z.optional(positive()).check(z.describe('random outages: mean seconds of one, at most 1000 times every (default 10)')),
    })
    .check(
      z.superRefine(({ intervals, every, length }, context) => {
        for (const [worker, list] of Object.entries(intervals ?? {})) {
          const fault = intervalFault(list);
          if (fault !== undefined) context.addIssue({ code: 'custom', path: ['intervals', worker, ...fault.path], message: fault.rule });
        }
        if (intervals !== undefined) refuse(context, { every, length }, 'intervals');
        else if ((length ?? 10) > longestLength(every ?? 100)) {
          context.addIssue({ code: 'custom', path: ['length'], message: `${lengthRule(every ?? 100)}${length === undefined ? ' (default 10)' : ''}` });
        }
      }),
    ),
  z
    .strictObject({
      kind: z.literal('dropout').check(z.describe('workers leave for good')),
      base,
      leave: z.optional(z.record(z.string(), instant())).check(z.describe('{worker: time}, workers counted from 0')),
      fraction: z.optional(fraction()).check(z.describe('random departures: share of workers that leave (default 0.1)')),
      within: z.optional(positive()).check(z.describe('random departures: they leave before this time (default 100)')),
    })
    .check(
      z.superRefine(({ leave, fraction: share, within }, context) => {
        if (leave !== undefined) refuse(context, { fraction: share, within }, 'leave');
      }),
    ),
  z
    .strictObject({
      kind: z.literal('universal').check(z.describe('given power over time, in gradients per second')),
      powers: z
        .optional(z.array(z.array(piece).check(z.minLength(1))).check(z.minLength(1)))
        .check(z.describe('per worker: [[time, power], …], each power until the next time')),
      file: z.optional(z.string().check(z.minLength(1))).check(z.describe(FILE)),
      cycle: z
        .optional(positive().check(z.maximum(MOST_TIME)))
        .check(z.describe('seconds after which the powers repeat (default: the last ones hold for ever)')),
    })
    .check(
      z.superRefine(({ powers, file, cycle }, context) => {
        if (powers === undefined && file === undefined) context.addIssue({ code: 'custom', path: ['powers'], message: "be given, here or as 'file'" });
        if (powers !== undefined) refuse(context, { file }, 'powers');
        for (const [worker, pieces] of (powers ?? []).entries()) {
          const fault = powerFault(pieces);
          if (fault !== undefined) context.addIssue({ code: 'custom', path: ['powers', worker, ...fault.path], message: fault.rule });
          const [last = 0] = pieces.at(-1) ?? [];
          if (cycle !== undefined && cycle <= last) {
            context.addIssue({ code: 'custom', path: ['cycle'], message: `be greater than ${last}, the last time of worker ${worker}` });
          }
        }
      }),
    ),
  z.strictObject({
    kind: z.literal('devices').check(z.describe('real devices')),
    devices: z
      ._default(
        z.union([z.array(z.enum(DEVICE_NAMES)).check(z.minLength(1)), z.partialRecord(z.enum(DEVICE_NAMES), z.int().check(z.minimum(0)))]),
        ['v100', 'rtx-2080-ti', 'gtx-1080-ti'],
      )
      .check(z.describe('names that are dealt out in turn, or {name: number of workers}')),
    time: z._default(positive(), 1).check(z.describe('seconds per gradient of a V100')),
  }),
  z.strictObject({
    kind: z.literal('trace').check(z.describe('a recorded trace, replayed')),
    file: z.string().check(z.minLength(1), z.describe(FILE)),
    values: z._default(z.enum(TRACE_VALUES), 'durations').check(z.describe('what the file holds')),
  }),
]);

/** `workers.computation`: how long gradients take. */
export const computation = kindOrSection([...CONSTANT_KINDS, ...CHANGING_KINDS], computationSection);

const latency = () =>
  perWorker((value) => value >= 0 && value <= MOST_LATENCY, 'be a number from 0 to 1e100, or a list with one per worker', { minimum: 0, maximum: MOST_LATENCY });
const bandwidth = () =>
  perWorker((value) => value >= LEAST_BANDWIDTH, 'be a number of at least 1e-6 (.inf: no limit), or a list with one per worker', { minimum: LEAST_BANDWIDTH });

/** A value for all workers, or a list. The list comes first, so that a fault in a list is told where it is. */
function perWorker(...number: [accepts: (value: number) => boolean, error: string, range: Range]) {
  return z.union([z.array(infinite(...number)).check(z.minLength(1)), infinite(...number)]);
}

const jitter = z
  .custom<number | typeof MEASURED_JITTER>((value) => value === MEASURED_JITTER || (typeof value === 'number' && value >= 0 && value <= MOST_JITTER), {
    error: `be a number from 0 to ${MOST_JITTER}, or '${MEASURED_JITTER}'`,
  })
  .check(z.meta({ anyOf: [{ type: 'number', minimum: 0, maximum: MOST_JITTER }, { const: MEASURED_JITTER }] }));

/** `workers.network`: how long messages take. */
export const network = z
  .strictObject({
    latency: z._default(latency(), 0).check(z.describe('seconds per message')),
    latencyUp: z.optional(latency()).check(z.describe('to the server (default: latency)')),
    latencyDown: z.optional(latency()).check(z.describe('from the server (default: latency)')),
    bandwidth: z.optional(bandwidth()).check(z.describe('bytes per second (default .inf)')),
    bandwidthUp: z.optional(bandwidth()).check(z.describe('to the server (default: bandwidth)')),
    bandwidthDown: z.optional(bandwidth()).check(z.describe('from the server (default: bandwidth)')),
    jitter: z._default(jitter, 0).check(z.describe('coefficient of variation of message times; measured: of bandwidths, as in the file of devices')),
    devices: z
      .optional(z.string().check(z.minLength(1)))
      .check(z.describe('JSON file with bandwidths of real devices: {id: {down_u, down_sigma, up_u, up_sigma}, …} in kB/s')),
  })
  .check(
    z.superRefine((options, context) => {
      const fault = networkFault(options);
      if (fault !== undefined) context.addIssue({ code: 'custom', path: [fault.key], message: fault.rule });
    }),
  );

/** Keys that a rival takes the place of. */
function refuse(context: z.core.$RefinementCtx, keys: Readonly<Record<string, unknown>>, rival: string): void {
  for (const [key, value] of Object.entries(keys)) {
    if (value !== undefined) context.addIssue({ code: 'custom', path: [key], message: `not be given together with '${rival}'` });
  }
}

/** `workers.computation` as written, with the schema's own defaults. */
export type ParsedComputation = z.output<typeof computation>;
/** `workers.network` as written, with the schema's own defaults. */
export type ParsedNetwork = z.output<typeof network>;
