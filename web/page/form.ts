import { listOf } from '../setting/experiment.js';
import { fields, fieldsInUse, type Field, type Setting } from '../setting/fields.js';
import { element, make } from './elements.js';
import { MethodList } from './methods.js';

type Control = HTMLInputElement | HTMLSelectElement;

/** The form with the setting. */
export class SettingForm {
  readonly #form = element('setting', HTMLFormElement);
  readonly #controls = new Map<Field, Control>();
  readonly #methods = new MethodList();
  readonly #alpha = element('alpha-slider', HTMLInputElement);
  readonly #workers = element('workers-slider', HTMLInputElement);

  /** @param onChange Called with every change the user makes. */
  constructor(onChange: () => void) {
    for (const field of fields) {
      const control = document.getElementById(field);
      if (control instanceof HTMLInputElement || control instanceof HTMLSelectElement) this.#controls.set(field, control);
      this.#wrapper(field)?.append(make('p', { class: 'error', id: `${field}-error`, hidden: '' }));
    }
    this.#alpha.addEventListener('input', () => (this.#control('alpha').value = String(Number((10 ** Number(this.#alpha.value)).toPrecision(2)))));
    this.#workers.addEventListener('input', () => (this.#control('workers').value = this.#workers.value));
    this.#form.addEventListener('input', () => {
      this.#arrange();
      onChange();
    });
  }

  get setting(): Setting {
    const entries = fields.map((field) => [field, field === 'methods' ? this.#methods.chosen.join(',') : this.#control(field).value.trim()]);
    return Object.fromEntries(entries) as Setting;
  }

  set setting(setting: Setting) {
    for (const field of fields) if (field !== 'methods') choose(this.#control(field), setting[field]);
    this.#methods.chosen = listOf(setting.methods);
    this.#arrange();
  }

  /** Says what is wrong with a field, and takes back what was said of others. @param focus Whether to go there. */
  complain(field: Field | null, message: string | null, focus: boolean): void {
    for (const other of fields) this.#mark(other, other === field ? message : null);
    if (!focus || field === null) return;
    const target = field === 'methods' ? this.#form.querySelector<HTMLElement>('[name=method]') : this.#control(field);
    target?.focus();
    target?.scrollIntoView({ block: 'center' });
  }

  #mark(field: Field, message: string | null): void {
    const wrapper = this.#wrapper(field);
    const error = wrapper?.querySelector<HTMLElement>(':scope > .error');
    if (wrapper == null || error == null) return;
    error.hidden = message === null;
    error.textContent = message;
    const target = this.#controls.get(field) ?? wrapper;
    const hint = document.getElementById(`${field}-hint`)?.id;
    const described = [hint, message === null ? undefined : error.id].filter((id) => id !== undefined).join(' ');
    if (described === '') target.removeAttribute('aria-describedby');
    else target.setAttribute('aria-describedby', described);
    if (message === null) target.removeAttribute('aria-invalid');
    else target.setAttribute('aria-invalid', 'true');
  }

  /** Shows the fields that matter, and what follows from their values. */
  #arrange(): void {
    const { setting } = this;
    const used = new Set(fieldsInUse(setting));
    for (const field of fields) {
      const wrapper = this.#wrapper(field);
      if (wrapper !== null) wrapper.hidden = !used.has(field);
    }
    const alpha = Math.log10(Number(setting.alpha));
    if (Number.isFinite(alpha)) this.#alpha.value = String(alpha);
    this.#alpha.setAttribute('aria-valuetext', setting.alpha);
    if (Number(setting.workers) > 0) this.#workers.value = setting.workers;
    this.#methods.paint();
  }

  #control(field: Field): Control {
    return this.#controls.get(field)!;
  }

  #wrapper(field: Field): HTMLElement | null {
    return this.#form.querySelector(`[data-field=${field}]`);
  }
}

/** Sets a value; one that a list does not have is added to it, so that it can be seen and complained about. */
function choose(control: Control, value: string): void {
  control.querySelector('option[data-foreign]')?.remove();
  control.value = value;
  if (control instanceof HTMLSelectElement && control.value !== value) {
    control.append(make('option', { value, 'data-foreign': '' }, value));
    control.value = value;
  }
}
