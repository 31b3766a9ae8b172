import { bestStepsizes, compareResults, listRuns, targetReached } from '../../bindings/index.js';
import type { BestStepsize, ExperimentRun, MetricsRecord, ResolvedExperiment, RunOutcome, SummaryRecord } from '../../bindings/index.js';
import { linesOf, lineStyles, quantityOf, type FigureLine, type LineStyle } from '../../figures/index.js';

/** How far a method is: none of its runs has begun, some are not over, all are. */
export type Stage = 'waiting' | 'running' | 'done';

/** What is known of a method so far, at the stepsize that has done best so far. */
export interface Standing {
  readonly method: string;
  readonly style: LineStyle;
  readonly stage: Stage;
  readonly best: BestStepsize | undefined;
}

/** An experiment that runs, or has run: its records, and what they say so far. */
export class Study {
  readonly experiment: ResolvedExperiment;
  readonly title: string;
  /** Whether nothing is computed any more. */
  over = false;
  readonly styles: ReadonlyMap<string, LineStyle>;
  readonly #runs: readonly ExperimentRun[];
  /** Per run. */
  readonly #metrics = new Map<number, MetricsRecord[]>();
  readonly #outcomes = new Map<number, RunOutcome>();

  constructor(experiment: ResolvedExperiment, title: string) {
    this.experiment = experiment;
    this.title = title;
    this.#runs = listRuns(experiment);
    const names = this.methods.map((method) => ({ method }));
    const styles = lineStyles(names);
    this.styles = new Map(names.map(({ method }, index) => [method, styles[index]!]));
  }

  /** As the records name them, in the order of the experiment. */
  get methods(): string[] {
    return [...new Set(this.#runs.map(({ method }) => method))];
  }

  get runs(): number {
    return this.#runs.length;
  }

  addMetrics(record: MetricsRecord, run: number): void {
    const records = this.#metrics.get(run);
    if (records === undefined) this.#metrics.set(run, [record]);
    else records.push(record);
  }

  /** A run that is over, or was interrupted. */
  addOutcome(outcome: RunOutcome): void {
    this.#outcomes.set(outcome.index, outcome);
    this.#metrics.set(outcome.index, outcome.metrics);
  }

  get metrics(): MetricsRecord[] {
    return this.#runs.flatMap(({ index }) => this.#metrics.get(index) ?? []);
  }

  /** What is known of each method. */
  standings(): Standing[] {
    const summary = this.#runs.flatMap((run) => this.#summaryOf(run) ?? []);
    const best = new Map(bestStepsizes(summary).map((entry) => [entry.method, entry]));
    return this.methods.map((method) => {
      const runs = this.#runs.filter((run) => run.method === method);
      const over = runs.filter(({ index }) => this.#outcomes.has(index)).length;
      const entry = best.get(method);
      return { method, style: this.styles.get(method)!, stage: entry === undefined ? 'waiting' : over < runs.length ? 'running' : 'done', best: entry };
    });
  }

  /** As the table has them: the fastest to the target first, at the end those that have not begun. */
  ranking(): Standing[] {
    return this.standings().sort((a, b) => {
      if (a.best === undefined || b.best === undefined) return Number(a.best === undefined) - Number(b.best === undefined);
      return compareResults(a.best, b.best);
    });
  }

  /** A line per method, each as it looks in every figure of this study. */
  lines(): FigureLine[] {
    return linesOf(this.standings().flatMap(({ best }) => best ?? [])).map((line) => ({ ...line, style: this.styles.get(line.method)! }));
  }

  quantity(): ReturnType<typeof quantityOf> {
    return quantityOf(this.experiment.target, this.metrics);
  }

  /** The finished run of a method at its best stepsize so far. */
  outcomeOf(method: string): RunOutcome | undefined {
    const stepsize = this.standings().find((standing) => standing.method === method)?.best?.stepsize;
    const run = this.#runs.find((candidate) => candidate.method === method && candidate.stepsize === stepsize);
    return run === undefined ? undefined : this.#outcomes.get(run.index);
  }

  #summaryOf({ index, method, stepsize, seed }: ExperimentRun): SummaryRecord | undefined {
    const outcome = this.#outcomes.get(index);
    if (outcome !== undefined) return outcome.summary;
    const records = this.#metrics.get(index) ?? [];
    const last = records.at(-1);
    if (last === undefined) return undefined;
    const { time, updates, gradients, objective, worstWorkerObjective, suboptimality } = last;
    return {
      method, stepsize, seed, status: 'interrupted', time, updates, gradients,
      timeToTarget: records.find((record) => targetReached(record, this.experiment.target))?.time ?? null,
      finalObjective: objective,
      finalWorstWorkerObjective: worstWorkerObjective,
      ...(suboptimality === undefined ? {} : { finalSuboptimality: suboptimality }),
      bestObjective: objective,
      gradientsDiscarded: NaN, discardedTime: NaN, meanDelay: NaN, maxDelay: NaN, utilization: NaN, bytesUp: NaN, bytesDown: NaN, wallSeconds: NaN, digest: '',
    };
  }
}
