import { methods } from '../../bindings/index.js';
import { lineStyles } from '../../figures/index.js';
import { element, make } from './elements.js';
import { sample } from './sample.js';

/** The checkboxes of the methods. */
export class MethodList {
  readonly #boxes = new Map<string, HTMLInputElement>();
  readonly #samples = new Map<string, HTMLElement>();

  constructor() {
    const list = element('methods', HTMLUListElement);
    for (const { name, title, summary } of methods) {
      const box = make('input', { type: 'checkbox', name: 'method', value: name, id: `method-${name}`, 'aria-describedby': `about-${name}` });
      const place = make('span', { class: 'place' });
      this.#boxes.set(name, box);
      this.#samples.set(name, place);
      const label = make('label', { for: box.id }, title, place);
      list.append(make('li', {}, box, make('div', {}, label, make('p', { class: 'hint', id: `about-${name}` }, summary))));
    }
  }

  /** The chosen ones, in the order of the registry. */
  get chosen(): string[] {
    return methods.map(({ name }) => name).filter((name) => this.#boxes.get(name)!.checked);
  }

  set chosen(names: readonly string[]) {
    for (const [name, box] of this.#boxes) box.checked = names.includes(name);
    this.paint();
  }

  /** Shows each chosen method as it will look in the figures. */
  paint(): void {
    const { chosen } = this;
    const styles = lineStyles(chosen.map((method) => ({ method })));
    for (const [name, place] of this.#samples) {
      const style = styles[chosen.indexOf(name)];
      place.replaceChildren(...(style === undefined ? [] : [sample(style)]));
    }
  }
}

/** Who is who, for the end of the page. */
export function describeMethods(): void {
  element('methods-guide', HTMLElement).append(
    ...methods.flatMap(({ title, summary, guarantee, source: { authors, year, arxiv } }) => {
      const paper = `${authors}, ${year}`;
      const source = arxiv === undefined ? paper : make('a', { href: `https://arxiv.org/abs/${arxiv}`, rel: 'noreferrer' }, `${paper} (arXiv ${arxiv})`);
      return [make('dt', {}, title), make('dd', {}, `${summary} ${guarantee} `, source)];
    }),
  );
}
