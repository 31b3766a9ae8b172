import type { ResolvedMethod } from '../../bindings/index.js';
import { readableNumber, svgOf } from '../../figures/index.js';
import type { FigureName, Report, View } from '../protocol.js';
import { delaysFigureOf, legendOf, objectiveFigure, readingsOf, timelineFigureOf, type Caption } from './draw.js';
import { watchFleet, type FleetReport } from './fleet.js';
import type { Study } from './study.js';
import { headlineOf, notesOf, rowsOf, titleOfMethod } from './words.js';

const FIGURES: readonly FigureName[] = ['objective', 'timeline', 'delays'];

/** The least time between two drawings of the same figure, in milliseconds; and drawing takes at most this share of the time. */
const REST = 250;
const SHARE = 0.2;

/** Draws a study as it grows, not more often than people can see, and not so often that computing suffers. */
export class Easel {
  readonly #post: (report: Report) => void;
  readonly #now: () => number;
  #view: View = { method: '', wide: 640, narrow: 440 };
  #study: Study | undefined;
  readonly #fleets = new WeakMap<ResolvedMethod, Promise<FleetReport>>();
  readonly #stale = new Set<FigureName>();
  #drawing: Promise<void> | undefined;
  #rested = 0;

  constructor(post: (report: Report) => void, now: () => number) {
    this.#post = post;
    this.#now = now;
  }

  /** Begins with another study; nothing is posted of the one before. */
  async put(study: Study): Promise<void> {
    this.#study = study;
    await this.#drawAll();
  }

  async look(view: View): Promise<void> {
    this.#view = view;
    await this.#drawAll();
  }

  async #drawAll(): Promise<void> {
    for (const figure of FIGURES) this.#stale.add(figure);
    await this.finish();
  }

  /** There is something new: of the lines, or of the workers, too. */
  touch(what: 'lines' | 'workers' = 'lines'): void {
    this.#stale.add('objective');
    if (what === 'workers') this.#stale.add('timeline').add('delays');
    if (this.#drawing !== undefined || this.#now() < this.#rested) return;
    this.finish().catch((error: unknown) => this.#post({ tell: 'notice', text: `A figure could not be drawn: ${String(error)}` }));
  }

  /** Draws what is not up to date. */
  async finish(): Promise<void> {
    // What is wrong with another drawing is for those to hear who asked for it.
    while (this.#drawing !== undefined) await this.#drawing.catch(() => undefined);
    this.#drawing = this.#draw().finally(() => (this.#drawing = undefined));
    await this.#drawing;
  }

  /** Posts a figure to keep. */
  async hand(figure: FigureName): Promise<void> {
    const study = this.#study;
    if (study === undefined) return;
    const caption = this.#caption(study);
    const spec =
      figure === 'objective'
        ? objectiveFigure(study)
        : figure === 'timeline'
          ? timelineFigureOf(await this.#fleet(study), caption)
          : delaysFigureOf((await this.#workers(study)).workers, caption);
    this.#post({ tell: 'download', name: `straggler-${figure}.svg`, svg: await svgOf(spec) });
  }

  async #draw(): Promise<void> {
    const study = this.#study;
    if (study === undefined) return;
    const post = (report: Report): void => {
      if (study === this.#study) this.#post(report);
    };
    const began = this.#now();
    const stale = [...this.#stale];
    this.#stale.clear();
    if (stale.includes('objective') && study.metrics.length > 0) {
      post({ tell: 'results', rows: rowsOf(study), notes: notesOf(study), headline: headlineOf(study), final: study.quantity().y === 'suboptimality' ? 'Final f\u00a0−\u00a0f*' : 'Final objective' });
      const spec = objectiveFigure(study, this.#view.wide);
      post({ tell: 'figure', figure: 'objective', svg: await svgOf(spec), label: 'Objective against simulated time; the slider below reads values off', note: '', readings: readingsOf(study, spec) });
    }
    // The page says itself whose workers these are.
    const own = this.#caption(study);
    const caption = { ...own, heading: '', room: this.#view.narrow };
    if (stale.includes('timeline')) {
      const fleet = await this.#fleet(study);
      post({ tell: 'figure', figure: 'timeline', svg: await svgOf(timelineFigureOf(fleet, caption)), label: `Timeline of ${own.heading}`, note: this.#noteOn(fleet, study), legend: legendOf(fleet) });
    }
    if (stale.includes('delays')) {
      const { workers, note } = await this.#workers(study);
      post({ tell: 'figure', figure: 'delays', svg: await svgOf(delaysFigureOf(workers, caption)), label: `Histogram of delays of ${own.heading}`, note });
    }
    const spent = this.#now() - began;
    this.#rested = this.#now() + Math.max(REST - spent, spent / SHARE);
  }

  #caption(study: Study): Caption {
    const method = this.#method(study);
    return { title: study.title, heading: titleOfMethod(method), colour: study.styles.get(method)!.colour };
  }

  /** Whose workers are shown. */
  #method(study: Study): string {
    const { methods } = study;
    return methods.includes(this.#view.method) ? this.#view.method : methods[0]!;
  }

  #fleet(study: Study): Promise<FleetReport> {
    const method = this.#method(study);
    const entry = study.experiment.methods.find(({ name }) => name === method)!;
    const fleet = this.#fleets.get(entry) ?? watchFleet(study.experiment, entry);
    this.#fleets.set(entry, fleet);
    return fleet;
  }

  /** What is to be said at a timeline: workers are watched without the optimisation, and do not stop where that diverges. */
  #noteOn({ note, until }: FleetReport, study: Study): string {
    const { status, time = 0 } = study.outcomeOf(this.#method(study))?.summary ?? {};
    if (status !== 'diverged' || time >= until) return note;
    return `${note} The run diverged at ${readableNumber(time)} s, and ended there.`.trim();
  }

  /** What the workers of the method did in its run; before there is one, what they will do. */
  async #workers(study: Study): Promise<Pick<FleetReport, 'workers' | 'note'>> {
    const workers = study.outcomeOf(this.#method(study))?.workers;
    if (workers != null) return { workers, note: '' };
    const fleet = await this.#fleet(study);
    const short = fleet.counted < study.experiment.budget.time!;
    return { workers: fleet.workers, note: short ? `Of the first ${Math.round(fleet.counted)} s.` : '' };
  }
}
