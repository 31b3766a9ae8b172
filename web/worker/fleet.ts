import { loadKernels, runResolved, workerModels } from '../../bindings/index.js';
import type { ExperimentInput, ResolvedExperiment, ResolvedMethod, RunOutcome, WorkersRecord } from '../../bindings/index.js';
import { rowsFor, TimelineBuilder, timelineRange, usualSpan, type Rows, type Timeline } from '../../figures/index.js';

/** What the workers do under one method. */
export interface FleetReport {
  readonly timeline: Timeline;
  /** The simulated time that the timeline ends at. */
  readonly until: number;
  readonly rows: Rows;
  /** Which workers are shown, where it is not all of them. */
  readonly note: string;
  readonly workers: WorkersRecord;
  /** The simulated time that the delays are counted over. */
  readonly counted: number;
}

/** A fleet that computes more than these is not watched to its end. */
const MOST_GRADIENTS = 1e5;
/** As many rows as in a figure of so many panels: they can still be told apart in a narrow one. */
const AS_OF_PANELS = 5;

/** A problem that costs nothing: who reports when does not depend on what is reported. */
const PROBLEM: ExperimentInput['problem'] = { kind: 'quadratic', form: 'random', dimension: 2, homogeneous: true, noise: 0 };
const STEPSIZE = 1e-9;

/**
 * Watches the workers of an experiment under one of its methods. Their times come from the seed alone, so that nothing needs to be
 * optimised for it: this takes milliseconds where the experiment takes minutes.
 */
export async function watchFleet(experiment: ResolvedExperiment, method: ResolvedMethod): Promise<FleetReport> {
  const seed = experiment.seeds[0]!;
  const kernels = await loadKernels();
  const { computation } = await workerModels(experiment, seed, kernels);
  const times = Array.from({ length: experiment.workers.count }, (_, worker) => computation.expectedTime(worker));
  const rate = times.reduce((sum, time) => sum + 1 / time, 0);
  const counted = Math.min(experiment.budget.time!, MOST_GRADIENTS / rate);
  const fleet: ResolvedExperiment = {
    ...experiment, problem: PROBLEM as ResolvedExperiment['problem'], methods: [{ ...method, stepsize: [STEPSIZE] }], target: undefined,
    budget: { time: counted }, evaluate: { every: counted },
  };
  const found: RunOutcome[] = [];
  const { summary } = await runResolved(fleet, { kernels, onOutcome: (outcome) => void found.push(outcome) });
  const workers = found[0]!.workers!;
  const until = usualSpan([{ summary: summary[0]!, workers }]);
  const { rows, note = '' } = rowsFor(times.length, AS_OF_PANELS);
  const builder = new TimelineBuilder(timelineRange(until, rows));
  // What becomes of a gradient is known when it is over, which may be after the end of the timeline.
  const enough = new AbortController();
  await runResolved(fleet, {
    kernels,
    signal: enough.signal,
    onTrace: (record) => {
      builder.add(record);
      if (builder.done) enough.abort();
    },
  });
  return { timeline: builder.timeline, until, rows, note, workers, counted };
}
