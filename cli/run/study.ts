import { listRuns, runResolved, shardRuns, StragglerError } from '../../bindings/index.js';
import type { ExperimentResult, ExperimentTheory, ResolvedExperiment, RunOutcome, TraceRecord } from '../../bindings/index.js';
import { readableNumber } from '../../figures/index.js';
import { heedInterrupts, INTERRUPTED, type Interrupts } from '../interrupt.js';
import { createProgress } from '../output/progress.js';
import { tellResults } from '../output/finished-run.js';
import { reportFigure } from '../output/report.js';
import type { RunDirectory } from '../output/run-directory.js';
import { theoryRecord, type TheoryRecord } from '../output/theory/record.js';
import { resumeCommand } from '../output/unfinished.js';
import { indicesOf, keyOf } from '../output/run-keys.js';

/** A study that is to be carried out, from its beginning or from where it was left. */
export interface Study {
  readonly experiment: ResolvedExperiment;
  readonly theory: ExperimentTheory | undefined;
  readonly directory: RunDirectory;
  readonly threads: number;
  readonly json: boolean;
  /** What is said before it begins. */
  readonly description: string;
}

/** The key `theory` of what `--json` prints. */
export function theoryKey(theory: ExperimentTheory | undefined): { theory?: TheoryRecord } {
  return theory === undefined ? {} : { theory: theoryRecord(theory) };
}

/** Runs what is missing, writes the results and tells them. */
export async function carryOut(study: Study): Promise<void> {
  const { theory, directory, json } = study;
  const interrupts = heedInterrupts();
  try {
    if (!json) console.log(study.description);
    const result = await simulate(study, interrupts);
    const { summary, interrupted } = result;
    if (summary.length > 0 || !interrupted) {
      const runs = runsOf(result);
      directory.write(result, runs, await reportFigure(result, theory));
      tellResults(result, directory.path, theory, directory.study.plan.shard, json);
    }
    conclude(result, directory);
  } catch (error) {
    throw directory.explain(error);
  } finally {
    interrupts.release();
    directory.close();
  }
}

/** Runs the experiment with progress on the standard error; every run that is over is kept at once. */
async function simulate({ experiment, directory, threads, json }: Study, interrupts: Interrupts): Promise<ExperimentResult> {
  const { plan, known, checkpoints, notices } = directory.study;
  const runs = plannedRuns(experiment, directory);
  const progress = createProgress({ total: Math.max(1, runs.length), known: known.length, quiet: json });
  const abort = new AbortController();
  const end = (): void => abort.abort();
  interrupts.signal.addEventListener('abort', end);
  // A callback that cannot write ends the experiment, which then has no threads left that still run.
  const failures: unknown[] = [];
  const guarded = <T>(action: (value: T) => void) => (value: T): void => {
    if (failures.length > 0) return;
    try {
      action(value);
    } catch (error) {
      failures.push(error);
      end();
    }
  };
  const tellNotices = (): void => {
    for (const notice of notices.splice(0)) progress.log(notice);
  };
  try {
    tellNotices();
    progress.start(experiment.name);
    const store = { load: () => checkpoints.load(), save: guarded(checkpoints.save.bind(checkpoints)), remove: checkpoints.remove.bind(checkpoints) };
    const result = await runResolved(experiment, {
      signal: abort.signal,
      threads,
      runs,
      known,
      onProgress: ({ fraction, method, stepsize, seed }) => {
        tellNotices();
        progress.update(fraction, `${method} γ=${readableNumber(stepsize)} seed ${seed}`);
      },
      onOutcome: guarded((outcome: RunOutcome) => directory.keep(outcome)),
      onNotice: (text) => progress.log(text),
      // A trace has no gaps: a traced run starts again.
      ...(plan.trace ? { onTrace: guarded(tracer(experiment, directory)) } : { checkpoints: store }),
    });
    if (failures.length > 0) throw failures[0];
    return result;
  } finally {
    interrupts.signal.removeEventListener('abort', end);
    progress.finish();
    tellNotices();
  }
}

function tracer(experiment: ResolvedExperiment, directory: RunDirectory): (record: TraceRecord) => void {
  const indices = indicesOf(experiment);
  return (record) => directory.appendTrace(indices.get(keyOf(record))!, record);
}

/** The runs of the study, or of its shard. */
function plannedRuns(experiment: ResolvedExperiment, directory: RunDirectory): number[] {
  const { shard } = directory.study.plan;
  return shard === null ? listRuns(experiment).map(({ index }) => index) : shardRuns(experiment, shard.index, shard.count);
}

function runsOf({ experiment, summary }: ExperimentResult): number[] {
  const indices = indicesOf(experiment);
  return summary.map((record) => indices.get(keyOf(record))!);
}

/** Sets the exit code of an interrupted experiment. @throws StragglerError when a run failed, or none finished. */
function conclude({ experiment, summary, interrupted }: ExperimentResult, directory: RunDirectory): void {
  const total = plannedRuns(experiment, directory).length;
  if (interrupted) {
    const done = summary.filter(({ status }) => status !== 'interrupted').length;
    const kept = summary.length > 0 ? `what was computed is in ${directory.path}` : 'nothing was computed yet';
    const remains = directory.close();
    console.error(`Interrupted: ${done} of ${total} runs are complete; ${kept}.${remains ? `\nTo go on: ${resumeCommand(directory.path)}` : ''}`);
    process.exitCode = INTERRUPTED;
    return;
  }
  const failed = summary.filter(({ status }) => status === 'failed');
  // Of a part, others may tell more.
  const whole = directory.study.plan.shard === null;
  const lost = failed.length > 0 ? failed : whole && summary.every(({ status }) => status !== 'finished') ? summary : [];
  if (lost.length === 0) return;
  const { method, stepsize, status, reason } = lost[0]!;
  const count = failed.length > 0 ? `${failed.length} of ${total} runs failed` : 'no run finished';
  throw new StragglerError(`run: ${count}: ${method} with stepsize ${stepsize} ${status} (${reason ?? 'no reason known'})`);
}
