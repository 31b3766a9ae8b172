import { InputError } from '../../bindings/index.js';
import { commandOf, yamlOf } from '../setting/copies.js';
import { experimentOf } from '../setting/experiment.js';
import type { Setting } from '../setting/fields.js';
import { linkOf } from '../setting/link.js';
import { element, make } from './elements.js';

const WORDS: Readonly<Record<string, string>> = { link: 'Link copied.', command: 'Command copied.', yaml: 'YAML copied.' };

/** The setting in other forms, to copy: as a link, a command and a file. */
export class Copies {
  readonly #texts = new Map<string, string>();
  readonly #told = element('copied', HTMLElement);

  constructor() {
    for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
      button.addEventListener('click', () => void this.#copy(button.dataset['copy']!));
    }
  }

  show(setting: Setting): void {
    this.#texts.set('link', `${location.origin}${location.pathname}#${linkOf(setting)}`);
    const { command, yaml } = textsOf(setting);
    this.#texts.set('command', command).set('yaml', yaml);
    // Lines are broken between flags.
    const flags = command.split(/ (?=--)/).map((flag) => make('span', {}, flag));
    element('command', HTMLElement).replaceChildren(...flags.flatMap((flag) => [flag, ' ']));
    element('yaml', HTMLElement).textContent = yaml;
  }

  async #copy(name: string): Promise<void> {
    const text = this.#texts.get(name) ?? '';
    if (text === '') {
      this.#told.textContent = 'There is nothing to copy until the setting is complete.';
      return;
    }
    try {
      await navigator.clipboard.writeText(text);
      this.#told.textContent = WORDS[name] ?? '';
    } catch {
      this.#told.textContent = 'The browser does not let the page copy; the text is below.';
    }
  }
}

function textsOf(setting: Setting): { command: string; yaml: string } {
  try {
    const experiment = experimentOf(setting);
    return { command: commandOf(experiment), yaml: yamlOf(experiment) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { command: '', yaml: '' };
  }
}
