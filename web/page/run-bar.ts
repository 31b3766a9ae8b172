import { element } from './elements.js';

/** Run and Stop, and how far the runs are. */
export class RunBar {
  readonly #button = element('run', HTMLButtonElement);
  readonly #word = element('run-word', HTMLElement);
  readonly #key = element('run-key', HTMLElement);
  readonly #bar = element('progress', HTMLProgressElement);
  readonly #text = element('progress-text', HTMLElement);
  readonly #fault = element('fault', HTMLElement);
  #running = false;

  constructor(onRun: () => void, onStop: () => void) {
    const act = (): void => (this.#running ? onStop() : onRun());
    // Stopping is not what Enter in a field does: while it runs, the button does not submit the form.
    element('setting', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      if (!this.#running) onRun();
    });
    this.#button.addEventListener('click', () => {
      if (this.#running) onStop();
    });
    addEventListener('keydown', (event) => {
      const run = event.key === 'Enter' && (event.ctrlKey || event.metaKey);
      if (run ? !this.#running : event.key === 'Escape' && this.#running) {
        event.preventDefault();
        act();
      }
    });
    this.#show();
  }

  get running(): boolean {
    return this.#running;
  }

  begin(): void {
    this.#running = true;
    this.#bar.removeAttribute('value');
    this.#text.textContent = 'Getting ready …';
    this.#show();
  }

  progress(fraction: number, text: string): void {
    if (!this.#running) return;
    this.#bar.value = fraction;
    this.#text.textContent = text;
  }

  end(): void {
    this.#running = false;
    this.#text.textContent = '';
    this.#show();
  }

  /** Says what is wrong, where no field is to blame. */
  complain(message: string | null): void {
    this.#fault.hidden = message === null;
    this.#fault.textContent = message;
  }

  #show(): void {
    this.#word.textContent = this.#running ? 'Stop' : 'Run';
    this.#key.textContent = this.#running ? 'Esc' : navigator.userAgent.includes('Mac') ? '⌘ ↵' : 'Ctrl ↵';
    this.#button.type = this.#running ? 'button' : 'submit';
    this.#button.classList.toggle('stop', this.#running);
    this.#bar.hidden = !this.#running;
  }
}
