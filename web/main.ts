/** The page of the lab: what the user does goes to the worker, what the worker tells goes onto the page. */
import { methods } from '../bindings/index.js';
import { Copies } from './page/copies.js';
import { element, make } from './page/elements.js';
import { Figures, save } from './page/figures.js';
import { SettingForm } from './page/form.js';
import { LabThread } from './page/lab-thread.js';
import { describeMethods } from './page/methods.js';
import { Readout } from './page/readout.js';
import { clearResults, showList, showResults } from './page/results.js';
import { RunBar } from './page/run-bar.js';
import type { Report } from './protocol.js';
import { listOf } from './setting/experiment.js';
import type { Setting } from './setting/fields.js';
import { linkOf, settingOf } from './setting/link.js';
import { scenarios } from './setting/scenarios.js';
import { titleOf } from './setting/title.js';

/** Milliseconds without a change before the setting is looked at. */
const PAUSE = 250;
const READY = 'Pick a setting and press Run.';

const headline = element('headline', HTMLElement);
const status = element('status', HTMLElement);
const fold = element('fold', HTMLDetailsElement);
const small = matchMedia('(max-width: 860px)');

const thread = new LabThread(hear);
const form = new SettingForm(changed);
const bar = new RunBar(start, () => thread.stop());
const figures = new Figures(look, (figure) => thread.send({ do: 'download', figure }));
const readout = new Readout();
const copies = new Copies();
const notices: string[] = [];
/** What the results are of; undefined: there are none. */
let shown: string | undefined;
/** What was asked for, and has not begun. */
let asked: Setting | undefined;
/** A run that is not to leave results: another setting was opened. */
let dropped = false;
let pause: ReturnType<typeof setTimeout> | undefined;

/** Sentences that are read out as they come. */
function announce(text: string): void {
  headline.textContent = text;
  status.textContent = text;
}

function look(): void {
  thread.send({ do: 'view', view: figures.view });
}

/** Shows what the workers of a setting do. */
function draw(setting: Setting): void {
  look();
  thread.send({ do: 'check', setting, draw: true });
}

/** The user has changed the setting. */
function changed(): void {
  clearTimeout(pause);
  pause = setTimeout(() => {
    const { setting } = form;
    const link = linkOf(setting);
    history.replaceState(null, '', `#${link}`);
    describe(setting);
    thread.send({ do: 'check', setting, draw: shown === undefined && !bar.running });
  }, PAUSE);
}

/** Shows what follows from the setting alone. */
function describe(setting: Setting): void {
  copies.show(setting);
  element('setting-title', HTMLElement).textContent = titleOf(setting);
  for (const anchor of document.querySelectorAll('#scenarios a')) {
    if (anchor.getAttribute('href') === `#${linkOf(setting)}`) anchor.setAttribute('aria-current', 'true');
    else anchor.removeAttribute('aria-current');
  }
  const old = shown !== undefined && shown !== linkOf(setting);
  element('old', HTMLElement).hidden = !old;
  if (shown === undefined) offer(setting);
}

function offer(setting: Setting): void {
  figures.offer(methods.filter(({ name }) => listOf(setting.methods).includes(name)));
}

/** Whether a hash is a place on the page, and no setting. */
function isPlace(hash: string): boolean {
  return hash.length > 1 && !hash.includes('=');
}

/** The address has changed. */
function turn(): void {
  // The browser has gone to the place; the address is that of the setting.
  if (isPlace(location.hash)) history.replaceState(null, '', `#${linkOf(form.setting)}`);
  else open();
}

/** Opens the setting of the address. */
function open(): void {
  clearTimeout(pause);
  const { setting, unknown } = settingOf(isPlace(location.hash) ? '' : location.hash);
  const scenario = scenarios.find(({ link }) => link === linkOf(setting));
  dropped = bar.running;
  if (bar.running) thread.stop();
  form.setting = setting;
  form.complain(null, null, false);
  bar.complain(null);
  shown = undefined;
  clearResults();
  figures.empty();
  readout.clear();
  notices.length = 0;
  showList('notices', unknown.map((key) => `The link has a key that the lab does not know: ${key}.`));
  announce(scenario === undefined ? READY : `${scenario.description} Press Run.`);
  describe(setting);
  draw(setting);
}

function start(): void {
  clearTimeout(pause);
  const { setting } = form;
  history.replaceState(null, '', `#${linkOf(setting)}`);
  dropped = false;
  asked = setting;
  bar.begin();
  look();
  thread.send({ do: 'run', setting });
}

function hear(report: Report): void {
  if (dropped && report.tell !== 'checked' && report.tell !== 'figure') {
    if (report.tell === 'ended' || report.tell === 'refused' || report.tell === 'lost') {
      dropped = false;
      bar.end();
      draw(form.setting);
    }
    return;
  }
  switch (report.tell) {
    case 'checked':
      form.complain(report.field, report.message, false);
      if (report.message !== null) figures.explain('Shown when the setting is complete.');
      return bar.complain(report.field === null ? report.message : null);
    case 'refused':
      return refused(report);
    case 'begun':
      return begun(asked ?? form.setting, report.runs);
    case 'progress':
      return bar.progress(report.fraction, report.text);
    case 'figure':
      if (report.figure === 'objective' && shown === undefined) return; // late, of what was shown before
      figures.show(report);
      if (report.readings !== undefined) readout.show(report.readings);
      return;
    case 'results':
      if (shown === undefined) return;
      if (bar.running) headline.textContent = report.headline;
      return showResults(report);
    case 'notice':
      if (!notices.includes(report.text)) notices.push(report.text);
      return showList('notices', notices);
    case 'ended':
      bar.end();
      return announce(report.headline);
    case 'lost':
      bar.end();
      figures.lose();
      // The new worker knows of nothing yet.
      draw(shown === undefined ? form.setting : settingOf(shown).setting);
      return announce('Stopped. What was drawn stays.');
    case 'download':
      return save(report.name, report.svg);
  }
}

function begun(setting: Setting, runs: number): void {
  asked = undefined;
  shown = linkOf(setting);
  offer(setting);
  look();
  describe(form.setting);
  form.complain(null, null, false);
  bar.complain(null);
  clearResults();
  figures.empty();
  readout.clear();
  notices.length = 0;
  showList('notices', []);
  announce(`Running: ${listOf(setting.methods).length} methods, ${runs} runs.`);
  if (small.matches) {
    fold.open = false;
    element('results', HTMLElement).scrollIntoView();
  }
}

function refused({ field, message }: Report & { tell: 'refused' }): void {
  if (bar.running && asked === undefined) headline.textContent = 'The run failed.';
  asked = undefined;
  bar.end();
  fold.open = true;
  form.complain(field, message, true);
  bar.complain(field === null ? message : null);
  status.textContent = message;
  if (shown === undefined) headline.textContent = READY;
}

element('scenarios', HTMLUListElement).append(
  ...scenarios.map(({ name, description, link }) => make('li', {}, make('a', { href: `#${link}`, title: description }, name))),
);
describeMethods();
fold.open = !small.matches;
// A wide page shows the whole setting.
small.addEventListener('change', () => (fold.open ||= !small.matches));
addEventListener('hashchange', turn);
open();
