import type { FigureName, LegendEntry, Report, View } from '../protocol.js';
import { element, make } from './elements.js';

const FIGURES: readonly FigureName[] = ['objective', 'timeline', 'delays'];

/** The figures on the page: their SVG, legends, sizes and buttons. */
export class Figures {
  readonly #shown = element('shown', HTMLSelectElement);

  /** @param onView Called when they are to be drawn otherwise. */
  constructor(onView: () => void, onDownload: (figure: FigureName) => void) {
    this.#shown.addEventListener('change', onView);
    for (const button of document.querySelectorAll<HTMLButtonElement>('[data-download]')) {
      button.addEventListener('click', () => onDownload(button.dataset['download'] as FigureName));
    }
    let width = '';
    new ResizeObserver(() => {
      const { wide, narrow } = this.view;
      if (width !== '' && width !== `${wide} ${narrow}`) onView();
      width = `${wide} ${narrow}`;
    }).observe(element('results', HTMLElement));
  }

  get view(): View {
    const width = (id: FigureName): number => Math.floor(element(id, HTMLElement).clientWidth);
    return { method: this.#shown.value, wide: width('objective'), narrow: width('timeline') };
  }

  /** Which methods one can look at. */
  offer(methods: readonly { name: string; title: string }[]): void {
    const { value } = this.#shown;
    this.#shown.replaceChildren(...methods.map(({ name, title }) => make('option', { value: name }, title)));
    if (methods.some(({ name }) => name === value)) this.#shown.value = value;
  }

  show({ figure, svg, label, note, legend }: Report & { tell: 'figure' }): void {
    const place = element(figure, HTMLElement);
    place.querySelector('svg, .empty')?.remove();
    place.insertAdjacentHTML('afterbegin', svg);
    const picture = place.querySelector('svg');
    picture?.setAttribute('role', 'img');
    picture?.setAttribute('aria-label', label);
    this.#enable(figure, true);
    if (figure !== 'objective') element(`${figure}-note`, HTMLElement).replaceChildren(...(legend ?? []).map(legendEntry), note);
  }

  /** Says why nothing is drawn yet, where that is so. */
  explain(sentence: string): void {
    for (const figure of ['timeline', 'delays']) {
      const empty = element(figure, HTMLElement).querySelector('.empty');
      if (empty !== null) empty.textContent = sentence;
    }
  }

  /** Without a worker that knows what is drawn, there is nothing to download. */
  lose(): void {
    for (const figure of FIGURES) this.#enable(figure, false);
  }

  /** As long as there are no results. */
  empty(): void {
    element('objective', HTMLElement).querySelector('svg, .empty')?.remove();
    element('objective', HTMLElement).prepend(make('p', { class: 'empty' }, 'The lines appear here as they are computed.'));
    this.#enable('objective', false);
  }

  #enable(figure: FigureName, enabled: boolean): void {
    const button = document.querySelector<HTMLButtonElement>(`[data-download=${figure}]`)!;
    button.disabled = !enabled;
  }
}

function legendEntry({ label, colour }: LegendEntry): HTMLElement {
  const swatch = make('i', { class: 'swatch' });
  swatch.style.background = colour;
  return make('span', { class: 'legend' }, swatch, label);
}

/** Lets the browser save a file. */
export function save(name: string, svg: string): void {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  make('a', { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}
