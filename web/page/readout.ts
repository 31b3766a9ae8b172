import { readableNumber } from '../../figures/index.js';
import type { Readings } from '../protocol.js';
import { element, make } from './elements.js';
import { sample } from './sample.js';

/** Reads values off the lines: by pointer, by touch, or with the slider below them. */
export class Readout {
  readonly #box = element('readout', HTMLElement);
  readonly #slider = element('reading', HTMLInputElement);
  readonly #values = element('reading-values', HTMLOutputElement);
  readonly #cursor = element('cursor', HTMLElement);
  readonly #figure = element('objective', HTMLElement);
  #readings: Readings | undefined;
  /** The time that was chosen; undefined: the latest. */
  #time: number | undefined;

  constructor() {
    this.#slider.addEventListener('input', () => this.#choose(Number(this.#slider.value)));
    const follow = ({ clientX }: PointerEvent): void => {
      const box = this.#figure.querySelector('svg')?.getBoundingClientRect();
      if (box === undefined || this.#readings === undefined) return;
      const { frame: { left, right, from, to }, times } = this.#readings;
      const share = ((clientX - box.left) / box.width - left) / (right - left);
      this.#choose(nearest(times, from + share * (to - from)));
    };
    this.#figure.addEventListener('pointermove', follow);
    this.#figure.addEventListener('pointerdown', follow);
  }

  show(readings: Readings): void {
    this.#readings = readings;
    this.#box.hidden = readings.times.length === 0;
    this.#slider.max = String(readings.times.length - 1);
    this.#update();
  }

  clear(): void {
    this.#readings = undefined;
    this.#time = undefined;
    this.#box.hidden = true;
    this.#cursor.hidden = true;
  }

  #choose(index: number): void {
    const { times } = this.#readings ?? { times: [] };
    // At the end it follows what is computed.
    this.#time = index >= times.length - 1 ? undefined : times[index];
    this.#update();
  }

  #update(): void {
    if (this.#readings === undefined) return;
    const { times, lines, quantity, frame } = this.#readings;
    const index = this.#time === undefined ? times.length - 1 : nearest(times, this.#time);
    const time = times[index];
    if (time === undefined) return;
    const read = lines.map(({ values, ...line }) => ({ ...line, value: values[index] ?? null }));
    read.sort((a, b) => (a.value ?? Infinity) - (b.value ?? Infinity));
    this.#slider.value = String(index);
    const words = read.map(({ title, value }) => `${title} ${value === null ? 'not there' : readableNumber(value)}`).join(', ');
    this.#slider.setAttribute('aria-valuetext', `${readableNumber(time)} seconds, ${quantity}: ${words}`);
    this.#values.replaceChildren(
      make('strong', {}, `${readableNumber(time)} s`),
      ...read.map(({ title, style, stepsize, value }) =>
        make('span', { class: 'legend' }, sample(style), `${title} `, make('small', {}, `γ = ${readableNumber(stepsize)}`), make('b', {}, value === null ? '—' : readableNumber(value)))),
    );
    this.#place(frame, time);
  }

  /** Puts the rule at a time. */
  #place({ left, right, top, bottom, from, to }: Readings['frame'], time: number): void {
    const { style } = this.#cursor;
    this.#cursor.hidden = this.#time === undefined;
    style.left = percent(left + ((right - left) * (time - from)) / (to - from));
    style.top = percent(top);
    style.height = percent(bottom - top);
  }
}

function nearest(times: readonly number[], time: number): number {
  return times.reduce((best, candidate, index) => (Math.abs(candidate - time) < Math.abs(times[best]! - time) ? index : best), 0);
}

function percent(share: number): string {
  return `${100 * share}%`;
}
