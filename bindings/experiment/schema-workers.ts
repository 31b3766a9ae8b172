import { z } from 'zod';
import { PHASES, SPEED_CHANGES } from '../computation/changing-speeds.js';
import { DEVICE_NAMES } from '../computation/devices.js';
import { LEAST_BANDWIDTH, MEASURED_JITTER, MOST_JITTER, MOST_LATENCY, networkFault } from '../computation/network.js';
import { intervalFault, lengthRule, longestLength } from '../computation/outages.js';
import { MOST_TIME, powerFault } from '../computation/powers.js';
import { INFINITE_MEAN } from '../computation/random-times.js';
import { TRACE_VALUES } from '../computation/trace-csv.js';

const positive = (): z.ZodNumber => z.number().positive();
const fraction = (): z.ZodNumber => z.number().min(0).max(1);

/** From 0 to below a bound. */
const below = (bound: number) => z.number().min(0).refine((value) => value < bound, `be less than ${bound}`).meta({ exclusiveMaximum: bound });

/** A range in JSON Schema. */
type Range = { minimum: number; maximum?: number } | { exclusiveMinimum: number };

/** A number that may be infinite (YAML: .inf; JSON: 1e999). */
function infinite(accepts: (value: number) => boolean, error: string, range: Range) {
  return z.custom<number>((value) => typeof value === 'number' && accepts(value), { error }).meta({ type: 'number', ...range });
}
/** A time that may be infinite: a worker that never returns. */
const duration = () => infinite((value) => value > 0, 'be a number greater than 0 (.inf: never)', { exclusiveMinimum: 0 });
const instant = () => infinite((value) => value >= 0, 'be a time of at least 0 (.inf: never)', { minimum: 0 });

const sigma = z.number().min(0).max(30).default(1).describe('standard deviation of the logarithm');
const fixed = z.strictObject({ kind: z.literal('fixed').describe('given times'), times: z.array(duration()).min(1).describe('τ_i per worker') });
const equal = z.strictObject({ kind: z.literal('equal').describe('τ_i = time'), time: positive().default(1).describe('seconds per gradient') });
const linear = z.strictObject({ kind: z.literal('linear').describe('τ_i = i') });
const sqrt = z.strictObject({ kind: z.literal('sqrt').describe('τ_i = √i') });
const twoSpeed = z.strictObject({
  kind: z.literal('two-speed').describe('fast workers, and slow ones at the end'),
  fast: positive().default(1).describe('seconds per gradient of the fast workers'),
  slow: positive().default(10).describe('seconds per gradient of the slow workers'),
  slowFraction: fraction().default(0.1).describe('share of slow workers; at least one unless it is 0'),
});
const paper = z.strictObject({ kind: z.literal('paper').describe('τ_i = i + |η_i|, η_i ∼ N(0, i)') });
const lognormal = z.strictObject({
  kind: z.literal('lognormal').describe('τ_i = median · exp(sigma · z)'),
  median: positive().default(1).describe('median time'),
  sigma,
});
const pareto = z.strictObject({
  kind: z.literal('pareto').describe('heavy tail, P(τ > t) = (scale/t)^shape'),
  scale: positive().default(1).describe('shortest time'),
  shape: z.number().min(0.1).default(1.5).describe('exponent of the tail; the mean is infinite up to 1'),
});

/** A section with a kind, or the mere name of a kind whose options all have defaults. */
function kindOrSection<K extends string, S extends z.ZodDiscriminatedUnion>(kinds: readonly [K, ...K[]], section: S) {
  const name = z.enum(kinds).transform((kind) => section.parse({ kind }));
  // The kinds in one list, not in two levels of them: `run` makes flags of their keys.
  const { oneOf = [] } = z.toJSONSchema(section, { io: 'input', unrepresentable: 'any' });
  return z.union([name, section]).meta({ anyOf: [{ type: 'string', enum: [...kinds] }, ...oneOf] });
}

const CONSTANT_KINDS = ['equal', 'linear', 'sqrt', 'two-speed', 'paper', 'lognormal', 'pareto'] as const;
const CHANGING_KINDS = ['regime-switching', 'sinusoidal', 'outages', 'dropout', 'devices'] as const;

/** Times that are constant: what the changing models change. */
const base = kindOrSection(CONSTANT_KINDS, z.discriminatedUnion('kind', [fixed, equal, linear, sqrt, twoSpeed, paper, lognormal, pareto]))
  .default({ kind: 'paper' })
  .describe('the times that are changed');

/** Keys of several kinds are one flag, and share a description. */
const PERIOD = 'seconds between changes, or of one oscillation';
const FILE = 'CSV file: worker,time,power for powers, worker,duration for durations';

const redraw = { redraw: z.boolean().default(false).describe('draw afresh for every gradient') };
const interval = z.tuple([z.number(), duration()]);
const piece = z.tuple([z.number(), z.number()]);

const computationSection = z.discriminatedUnion('kind', [
  fixed,
  equal,
  linear,
  sqrt,
  twoSpeed,
  paper.extend(redraw),
  lognormal.extend(redraw),
  pareto.extend(redraw).superRefine(({ redraw: afresh, shape }, context) => {
    if (afresh && shape <= 1) context.addIssue({ code: 'custom', path: ['shape'], message: INFINITE_MEAN });
  }),
  z.strictObject({
    kind: z.literal('regime-switching').describe('speeds change every period'),
    base,
    period: positive().default(100).describe(PERIOD),
    change: z.enum(SPEED_CHANGES).default('permute').describe('deal the base times anew, or multiply each by a lognormal factor'),
    spread: z.number().min(0).max(10).default(1).describe('rescale: standard deviation of the logarithm of the factor'),
  }),
  z.strictObject({
    kind: z.literal('sinusoidal').describe('speeds oscillate'),
    base,
    period: positive().default(100).describe(PERIOD),
    amplitude: below(1).default(0.5).describe('speeds go from 1 − amplitude to 1 + amplitude times the base'),
    phases: z.enum(PHASES).default('random').describe('where in the oscillation the workers begin'),
  }),
  z
    .strictObject({
      kind: z.literal('outages').describe('workers are off at times; work in progress pauses'),
      base,
      intervals: z.record(z.string(), z.array(interval)).optional().describe('{worker: [[from, to], …]}, workers counted from 0; .inf: for good'),
      every: positive().optional().describe('random outages: mean seconds from one to the next (default 100)'),
      length: positive().optional().describe('random outages: mean seconds of one, at most 1000 times every (default 10)'),
    })
    .superRefine(({ intervals, every, length }, context) => {
      for (const [worker, list] of Object.entries(intervals ?? {})) {
        const fault = intervalFault(list);
        if (fault !== undefined) context.addIssue({ code: 'custom', path: ['intervals', worker, ...fault.path], message: fault.rule });
      }
      if (intervals !== undefined) refuse(context, { every, length }, 'intervals');
      else if ((length ?? 10) > longestLength(every ?? 100)) {
        context.addIssue({ code: 'custom', path: ['length'], message: `${lengthRule(every ?? 100)}${length === undefined ? ' (default 10)' : ''}` });
      }
    }),
  z
    .strictObject({
      kind: z.literal('dropout').describe('workers leave for good'),
      base,
      leave: z.record(z.string(), instant()).optional().describe('{worker: time}, workers counted from 0'),
      fraction: fraction().optional().describe('random departures: share of workers that leave (default 0.1)'),
      within: positive().optional().describe('random departures: they leave before this time (default 100)'),
    })
    .superRefine(({ leave, fraction: share, within }, context) => {
      if (leave !== undefined) refuse(context, { fraction: share, within }, 'leave');
    }),
  z
    .strictObject({
      kind: z.literal('universal').describe('given power over time, in gradients per second'),
      powers: z.array(z.array(piece).min(1)).min(1).optional().describe('per worker: [[time, power], …], each power until the next time'),
      file: z.string().min(1).optional().describe(FILE),
      cycle: positive().max(MOST_TIME).optional().describe('seconds after which the powers repeat (default: the last ones hold for ever)'),
    })
    .superRefine(({ powers, file, cycle }, context) => {
      if (powers === undefined && file === undefined) context.addIssue({ code: 'custom', path: ['powers'], message: "be given, here or as 'file'" });
      if (powers !== undefined) refuse(context, { file }, 'powers');
      for (const [worker, pieces] of (powers ?? []).entries()) {
        const fault = powerFault(pieces);
        if (fault !== undefined) context.addIssue({ code: 'custom', path: ['powers', worker, ...fault.path], message: fault.rule });
        const last = pieces.at(-1)![0];
        if (cycle !== undefined && cycle <= last) {
          context.addIssue({ code: 'custom', path: ['cycle'], message: `be greater than ${last}, the last time of worker ${worker}` });
        }
      }
    }),
  z.strictObject({
    kind: z.literal('devices').describe('real devices'),
    devices: z
      .union([z.array(z.enum(DEVICE_NAMES)).min(1), z.partialRecord(z.enum(DEVICE_NAMES), z.int().min(0))])
      .default(['v100', 'rtx-2080-ti', 'gtx-1080-ti'])
      .describe('names that are dealt out in turn, or {name: number of workers}'),
    time: positive().default(1).describe('seconds per gradient of a V100'),
  }),
  z.strictObject({
    kind: z.literal('trace').describe('a recorded trace, replayed'),
    file: z.string().min(1).describe(FILE),
    values: z.enum(TRACE_VALUES).default('durations').describe('what the file holds'),
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
  return z.union([z.array(infinite(...number)).min(1), infinite(...number)]);
}

/** `workers.network`: how long messages take. */
export const network = z
  .strictObject({
    latency: latency().default(0).describe('seconds per message'),
    latencyUp: latency().optional().describe('to the server (default: latency)'),
    latencyDown: latency().optional().describe('from the server (default: latency)'),
    bandwidth: bandwidth().optional().describe('bytes per second (default .inf)'),
    bandwidthUp: bandwidth().optional().describe('to the server (default: bandwidth)'),
    bandwidthDown: bandwidth().optional().describe('from the server (default: bandwidth)'),
    jitter: z
      .custom<number | typeof MEASURED_JITTER>((value) => value === MEASURED_JITTER || (typeof value === 'number' && value >= 0 && value <= MOST_JITTER), {
        error: `be a number from 0 to ${MOST_JITTER}, or '${MEASURED_JITTER}'`,
      })
      .meta({ anyOf: [{ type: 'number', minimum: 0, maximum: MOST_JITTER }, { const: MEASURED_JITTER }] })
      .default(0)
      .describe('coefficient of variation of message times; measured: of bandwidths, as in the file of devices'),
    devices: z.string().min(1).optional().describe('JSON file with bandwidths of real devices: {id: {down_u, down_sigma, up_u, up_sigma}, …} in kB/s'),
  })
  .superRefine((options, context) => {
    const fault = networkFault(options);
    if (fault !== undefined) context.addIssue({ code: 'custom', path: [fault.key], message: fault.rule });
  });

/** Keys that a rival takes the place of. */
function refuse(context: z.RefinementCtx, keys: Readonly<Record<string, unknown>>, rival: string): void {
  for (const [key, value] of Object.entries(keys)) {
    if (value !== undefined) context.addIssue({ code: 'custom', path: [key], message: `not be given together with '${rival}'` });
  }
}

/** `workers.computation` as written, with the schema's own defaults. */
export type ParsedComputation = z.output<typeof computation>;
/** `workers.network` as written, with the schema's own defaults. */
export type ParsedNetwork = z.output<typeof network>;
