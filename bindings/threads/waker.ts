import type { Jobs } from './jobs.js';

/** A helper that is woken pays when it then computes for so many seconds: waking one takes the owner up to 0.1 ms. */
const WORTHWHILE = 500e-6;
/** How long to let helpers sleep after one was woken in vain, in seconds: first, and at most. */
const SHORTEST_PAUSE = 250e-6;
const LONGEST_PAUSE = 20e-3;

/**
 * Decides when sleeping helpers are woken. Where the last ones did little before they slept again, as where other programs use the cores, or the owner
 * takes its jobs back, it waits longer and longer.
 */
export class Waker {
  readonly #jobs: Jobs;
  readonly #gradient: number;
  /** What each helper had finished when it was woken last; NaN before. */
  readonly #finished: Float64Array;
  #pause = 0;
  #next = -Infinity;

  /** @param gradient How long a job takes, about, in seconds. */
  constructor(jobs: Jobs, gradient: number) {
    this.#jobs = jobs;
    this.#gradient = gradient;
    this.#finished = new Float64Array(jobs.helpers).fill(NaN);
  }

  /** Wakes a helper that sleeps, or lets it sleep on. @param now In seconds. */
  consider(helper: number, now: number): void {
    if (now < this.#next) return;
    const finished = this.#jobs.finished(helper);
    const work = (finished - this.#finished[helper]!) * this.#gradient;
    if (work < WORTHWHILE) this.#pause = Math.min(Math.max(SHORTEST_PAUSE, 2 * this.#pause), LONGEST_PAUSE);
    else this.#pause = 0;
    this.#finished[helper] = finished;
    this.#next = now + this.#pause;
    this.#jobs.wake(helper);
  }
}
