import { availableThreads, InputError, resolveExperiment, runResolved } from '../../bindings/index.js';
import type { Progress, ResolvedExperiment } from '../../bindings/index.js';
import { readableDuration, readableNumber } from '../../figures/index.js';
import type { Command, Report } from '../protocol.js';
import { experimentOf, fieldOf } from '../setting/experiment.js';
import type { Setting } from '../setting/fields.js';
import { titleOf } from '../setting/title.js';
import { Easel } from './easel.js';
import { passesOf } from './passes.js';
import { Study } from './study.js';
import { headlineOf, titleOfMethod } from './words.js';

/** What the lab needs from its surroundings. */
export interface Surroundings {
  readonly post: (report: Report) => void;
  /** Milliseconds of a clock that does not run backwards. */
  readonly now: () => number;
  /** How many threads may compute. */
  readonly threads: number;
}

/** Progress is told so often, in milliseconds; and guessed from so much of the work on. */
const PROGRESS_EVERY = 150;
const LEAST_SHARE = 0.02;

/** The side of the lab that computes and draws: in a Web Worker, so that the page stays free. */
export class Lab {
  readonly #post: (report: Report) => void;
  readonly #now: () => number;
  readonly #threads: number;
  readonly #easel: Easel;
  #abort: AbortController | undefined;
  #checked = 0;

  constructor({ post, now, threads }: Surroundings) {
    this.#post = post;
    this.#now = now;
    this.#threads = threads;
    this.#easel = new Easel(post, now);
  }

  /** Does what the page asks for. @returns when it is done. */
  async handle(command: Command): Promise<void> {
    switch (command.do) {
      case 'check':
        return this.#check(command.setting, command.draw);
      case 'run':
        return this.#run(command.setting);
      case 'stop':
        return this.#abort?.abort();
      case 'view':
        return this.#drawn(this.#easel.look(command.view));
      case 'download':
        return this.#drawn(this.#easel.hand(command.figure));
    }
  }

  async #check(setting: Setting, draw: boolean): Promise<void> {
    const turn = (this.#checked += 1);
    const found = await resolved(setting);
    if (turn !== this.#checked) return;
    if ('message' in found) { this.#post({ tell: 'checked', ...found }); return; }
    this.#post({ tell: 'checked', field: null, message: null });
    if (!draw) return;
    try {
      await this.#easel.put(new Study(found.experiment, titleOf(setting)));
    } catch (error) {
      // Some rules depend on the workers' times, which are drawn here for the first time.
      if (turn === this.#checked) this.#post({ tell: 'checked', ...faultOf(error) });
    }
  }

  /** Waits for a figure; what is wrong with it is said. */
  async #drawn(figure: Promise<void>): Promise<void> {
    try {
      await figure;
    } catch (error) {
      this.#post({ tell: 'notice', text: `A figure could not be drawn: ${faultOf(error).message}` });
    }
  }

  async #run(setting: Setting): Promise<void> {
    this.#checked += 1;
    const abort = (this.#abort = new AbortController());
    const found = await resolved(setting);
    if ('message' in found) { this.#post({ tell: 'refused', ...found }); return; }
    const study = new Study(found.experiment, titleOf(setting));
    this.#post({ tell: 'begun', runs: study.runs });
    try {
      await this.#easel.put(study);
      const passes = passesOf(found.experiment, this.#threads);
      const tell = this.#teller(study.runs, passes.length);
      for (const [pass, runs] of passes.entries()) {
        if (!abort.signal.aborted) await this.#compute(study, runs, abort.signal, (progress) => tell(progress, pass));
      }
      const interrupted = abort.signal.aborted;
      study.over = !interrupted;
      this.#easel.touch();
      await this.#easel.finish();
      this.#post({ tell: 'ended', interrupted, headline: `${interrupted ? 'Stopped. ' : ''}${headlineOf(study)}` });
    } catch (error) {
      await this.#easel.finish();
      this.#post({ tell: 'refused', ...faultOf(error) });
    }
  }

  /** Computes some of the runs. */
  async #compute(study: Study, runs: readonly number[], signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<void> {
    const { interruptedRuns } = await runResolved(study.experiment, {
      threads: this.#threads,
      runs,
      signal,
      onProgress,
      onMetrics: (record, run) => {
        study.addMetrics(record, run);
        this.#easel.touch();
      },
      onOutcome: (outcome) => {
        study.addOutcome(outcome);
        this.#easel.touch('workers');
      },
      onNotice: (text) => this.#post({ tell: 'notice', text }),
    });
    for (const outcome of interruptedRuns) study.addOutcome(outcome);
  }

  /** Tells how far the runs are, not too often. */
  #teller(runs: number, passes: number): (progress: Progress, pass: number) => void {
    const began = this.#now();
    let told = -Infinity;
    return ({ fraction: share, method, stepsize }, pass) => {
      const now = this.#now();
      if (now - told < PROGRESS_EVERY) return;
      told = now;
      const fraction = (pass + share) / passes;
      const left = fraction < LEAST_SHARE ? '' : `, ${readableDuration(((now - began) / 1000 / fraction) * (1 - fraction))} left`;
      const percent = Math.floor(100 * fraction);
      this.#post({ tell: 'progress', fraction, text: `${titleOfMethod(method)}, γ = ${readableNumber(stepsize)}: ${percent} %${runs > 1 ? ' of all runs' : ''}${left}` });
    };
  }
}

type Fault = Pick<Report & { tell: 'refused' }, 'field' | 'message'>;

async function resolved(setting: Setting): Promise<{ experiment: ResolvedExperiment } | Fault> {
  try {
    return { experiment: await resolveExperiment(experimentOf(setting)) };
  } catch (error) {
    return faultOf(error);
  }
}

/** What is wrong, for people who see the field. */
function faultOf(error: unknown): Fault {
  if (!(error instanceof InputError)) return { field: null, message: error instanceof Error ? error.message : String(error) };
  const field = fieldOf(error.what) ?? null;
  if (field === null) return { field, message: error.message };
  const got = error.message.slice(error.message.lastIndexOf(', got ') + 2);
  return { field, message: `This must ${error.rule}${error.got === undefined ? '' : `, ${got}`}.` };
}

/** One thread is left to the page. */
export function threadsToUse(isolated: boolean): number {
  return isolated ? Math.max(1, availableThreads() - 1) : 1;
}
