import type { Report } from '../protocol.js';
import { element, make } from './elements.js';
import { sample } from './sample.js';

const COLUMNS = 8;

/** The table of results and the notes below it. */
export function showResults({ rows, notes, final }: Report & { tell: 'results' }): void {
  element('final', HTMLTableCellElement).textContent = final;
  const lines = rows.map(({ method, title, style, stage, cells, digest }) => {
    const attributes = { 'data-method': method, class: stage, ...(digest === undefined ? {} : { 'data-digest': digest }) };
    return make('tr', attributes, make('th', { scope: 'row' }, sample(style), title), ...cells.map((cell) => make('td', {}, cell)));
  });
  element('table', HTMLTableElement).tBodies[0]!.replaceChildren(...lines);
  showList('notes', notes);
}

/** As before the first run. */
export function clearResults(): void {
  element('table', HTMLTableElement).tBodies[0]!.replaceChildren(make('tr', {}, make('td', { colspan: String(COLUMNS), class: 'empty' }, 'No run yet.')));
  showList('notes', []);
}

/** Fills a list with sentences. */
export function showList(id: string, sentences: readonly string[]): void {
  element(id, HTMLUListElement).replaceChildren(...sentences.map((sentence) => make('li', {}, sentence)));
}
