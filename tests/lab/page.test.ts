import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runExperiment } from '../../bindings/index.js';
import { readableNumber } from '../../figures/index.js';
import { experimentOf } from '../../web/setting/experiment.js';
import { settingOf } from '../../web/setting/link.js';
import { findChromium } from '../browser/chromium.js';
import { LabBrowser, runEnds, tableOf } from './browser.js';

/** Over soon. */
const SHORT = 'batch=4&workers=5&methods=asgd,malenia-sgd,ringleader-asgd&stepsizes=0.03,0.1&time=60&target=2';
/** Not over soon. */
const LONG = 'workers=50&time=100000';
/** A worker that begins, and then does not hear any more. */
const STUCK = `onmessage = ({ data }) => {
  if (data.do === 'check') postMessage({ tell: 'figure', figure: 'delays', svg: '<svg width="9" height="9"></svg>', label: '', note: '' });
  if (data.do !== 'run') return;
  postMessage({ tell: 'begun', runs: 1 });
  for (;;);
};`;

let lab: LabBrowser;

const headline = (page: Page): Promise<string | null> => page.textContent('#headline');
const focused = (page: Page): Promise<string | undefined> => page.evaluate(() => document.activeElement?.id);

describe.skipIf(findChromium() === undefined)('the page of the lab', () => {
  beforeAll(async () => {
    lab = await LabBrowser.start();
  });
  afterAll(() => lab.close());

  it('runs a setting, with the results of the library to the last bit', async () => {
    const page = await lab.open(SHORT);
    await page.click('#run');
    await page.waitForSelector('#table tr[data-digest]');
    await runEnds(page);
    const { best } = await runExperiment(experimentOf(settingOf(SHORT).setting));
    const table = await tableOf(page);
    expect(table.map(({ method }) => method).sort()).toEqual(['asgd', 'malenia-sgd', 'ringleader-asgd']);
    for (const { method, digest, cells } of table) {
      const entry = best.find((candidate) => candidate.method === method)!;
      expect(digest).toBe(entry.runs[0]!.digest);
      expect(cells[0]!.replace('*', '')).toBe(readableNumber(entry.stepsize));
      expect(cells.slice(1, 4)).toEqual([entry.timeToTarget === null ? '—' : readableNumber(entry.timeToTarget), readableNumber(entry.finalObjective), readableNumber(entry.updates)]);
    }
    expect(await headline(page)).toMatch(/^.+ reaches an objective of 2 first, after [\d.]+\u00a0s of simulated time/);
    expect(await page.textContent('#status')).toBe(await headline(page));
    await page.context().close();
  });

  it('shares memory between threads, and breaks no rule of its own', async () => {
    const page = await lab.open();
    expect(await page.evaluate(() => globalThis.crossOriginIsolated)).toBe(true);
    expect(lab.faults).toEqual([]);
    await page.context().close();
  });

  it('stops in the middle, keeps what was drawn, and runs again', async () => {
    const page = await lab.open(LONG);
    await page.click('#run');
    await page.waitForSelector('#objective svg');
    expect(await page.textContent('#run-word')).toBe('Stop');
    await page.click('#run');
    await runEnds(page);
    expect(await headline(page)).toMatch(/^Stopped\. /);
    expect(await page.$('#objective svg')).not.toBeNull();
    await page.click('#run');
    await page.waitForFunction(() => document.querySelector('#run-word')?.textContent === 'Stop');
    await page.keyboard.press('Escape');
    await runEnds(page);
    await page.context().close();
  });

  it('ends a worker that does not stop, and goes on with a new one', async () => {
    const page = await lab.open('time=20&batch=1&workers=3&stepsizes=0.1', {}, STUCK);
    await page.click('#run');
    await page.waitForFunction(() => document.querySelector('#headline')?.textContent.startsWith('Running'));
    await page.keyboard.press('Escape');
    await runEnds(page);
    expect(await headline(page)).toBe('Stopped. What was drawn stays.');
    await page.selectOption('#shown', 'asgd');
    await page.waitForSelector('#timeline svg[aria-label="Timeline of ASGD"]');
    await expect.poll(() => page.workers().length, { timeout: 30_000 }).toBe(1);
    await page.click('#run');
    await page.waitForSelector('#table tr[data-digest]');
    await runEnds(page);
    await page.context().close();
  });

  it('shows the same setting to whoever opens the link', async () => {
    const first = await lab.open();
    await first.selectOption('#data', 'dirichlet');
    await first.fill('#alpha', '0.4');
    await first.fill('#workers', '7');
    await first.uncheck('#method-asgd');
    await first.check('#method-fedbuff');
    await first.waitForFunction(() => location.hash.includes('fedbuff'));
    const link = first.url();
    expect(link).toContain('data=dirichlet&alpha=0.4&workers=7&methods=minibatch-sgd,rescaled-asgd,malenia-sgd,ringleader-asgd,fedbuff');
    const second = await lab.open(link.split('#')[1]);
    const read = (page: Page): Promise<unknown> => page.$$eval('#setting input, #setting select', (controls) =>
      (controls as HTMLInputElement[]).map(({ id, value, checked }) => [id, value, checked]));
    expect(await read(second)).toEqual(await read(first));
    expect(await second.isVisible('#alpha')).toBe(true);
    expect(await second.isVisible('#slow')).toBe(false);
    await first.context().close();
    await second.context().close();
  });

  it('keeps the setting in the address where one goes to a place on the page', async () => {
    const page = await lab.open(SHORT);
    const before = page.url();
    await page.click('text=How to read this >> nth=0');
    await page.waitForFunction(() => document.activeElement?.id === 'guide');
    await page.waitForFunction(() => location.hash.includes('methods='));
    await page.goto(`${before.split('#')[0]!}?again#guide`);
    await page.waitForSelector('#delays svg');
    expect(await page.inputValue('#workers')).toBe('10');
    expect(await page.textContent('#notices')).toBe('');
    await page.context().close();
  });

  it('says at the field what is wrong, goes there, and loses nothing', async () => {
    const page = await lab.open('stepsizes=0.1,-3&workers=7&unheard=of');
    expect(await page.textContent('#notices')).toContain('unheard');
    await page.waitForSelector('#stepsizes-error:not([hidden])');
    await page.click('#run');
    await page.waitForFunction(() => document.activeElement?.id === 'stepsizes');
    expect(await page.textContent('#stepsizes-error')).toBe('This must be greater than 0, got -3.');
    expect(await page.getAttribute('#stepsizes', 'aria-invalid')).toBe('true');
    expect(await page.getAttribute('#stepsizes', 'aria-describedby')).toBe('stepsizes-hint stepsizes-error');
    expect(await page.inputValue('#stepsizes')).toBe('0.1,-3');
    expect(await page.inputValue('#workers')).toBe('7');
    await page.fill('#stepsizes', '0.1');
    await page.waitForSelector('#stepsizes-error', { state: 'hidden' });
    expect(await page.getAttribute('#stepsizes', 'aria-invalid')).toBeNull();
    await page.context().close();
  });

  it('can be used without a mouse', async () => {
    const page = await lab.open('time=20&batch=1&workers=3&stepsizes=0.1');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the results');
    const press = async (until: string): Promise<void> => {
      for (let count = 0; count < 80 && (await focused(page)) !== until; count += 1) await page.keyboard.press('Tab');
      expect(await focused(page)).toBe(until);
    };
    await press('problem');
    await page.keyboard.press('ArrowDown');
    await press('method-asgd');
    await page.keyboard.press('Space');
    expect(await page.isChecked('#method-asgd')).toBe(false);
    await press('run');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#table tr[data-digest]');
    await runEnds(page);
    expect((await tableOf(page)).map(({ method }) => method)).not.toContain('asgd');
    await press('reading');
    await page.keyboard.press('ArrowLeft');
    expect(await page.getAttribute('#reading', 'aria-valuetext')).toMatch(/^19.6 seconds, objective f\(x\): .+ [\d.]+, /);
    await press('shown');
    await page.keyboard.press('ArrowDown');
    await page.waitForSelector('#timeline svg[aria-label="Timeline of Rescaled ASGD"]');
    await page.keyboard.press('Control+Enter');
    await page.waitForFunction(() => document.querySelector('#run-word')?.textContent === 'Stop');
    await runEnds(page);
    await page.context().close();
  });

  it('gives every control a name, and every field its label', async () => {
    const page = await lab.open();
    const nameless = await page.$$eval('input, select, button, progress, [role=region], pre[tabindex]', (controls) =>
      (controls as (HTMLElement & { labels?: NodeList })[]).filter((control) => {
        const labelled = control.getAttribute('aria-label') ?? control.getAttribute('aria-labelledby');
        return labelled === null && (control.labels?.length ?? 0) === 0 && control.textContent.trim() === '';
      }).map(({ id, outerHTML }) => id || outerHTML));
    expect(nameless).toEqual([]);
    const ids = await page.$$eval('[id]', (elements) => elements.map(({ id }) => id).filter((id) => !/^gradient|^clip/.test(id)));
    expect(new Set(ids).size).toBe(ids.length);
    await page.context().close();
  });

  it.each([360, 390, 768, 900, 1280])('does not scroll sideways at %i pixels', async (width) => {
    const page = await lab.open(SHORT, { viewport: { width, height: 800 } });
    const widths = async (): Promise<void> => expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await widths();
    await page.click('#run');
    await page.waitForSelector('#table tr[data-digest]');
    await runEnds(page);
    await widths();
    expect(await page.isVisible('#run')).toBe(true);
    for (const summary of await page.$$('details > summary')) if (await summary.isVisible()) await summary.click();
    await widths();
    await page.context().close();
  });

  it('hands out figures that are whole', async () => {
    const page = await lab.open(SHORT);
    await page.click('#run');
    await page.waitForSelector('#table tr[data-digest]');
    await runEnds(page);
    for (const [figure, text] of [['objective', 'ringleader-asgd (γ ='], ['timeline', 'computing'], ['delays', 'delay δ']] as const) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.click(`[data-download=${figure}]`)]);
      expect(download.suggestedFilename()).toBe(`straggler-${figure}.svg`);
      const svg = readFileSync(await download.path(), 'utf8');
      expect(svg).toContain(text);
      expect(svg).toContain('sorted by label; 5 workers');
      const faults = await page.evaluate((source) => new DOMParser().parseFromString(source, 'image/svg+xml').querySelectorAll('parsererror').length, svg);
      expect(faults).toBe(0);
    }
    await page.context().close();
  });

  it('opens a ready-made setting in the middle of a run', async () => {
    const page = await lab.open(LONG);
    await page.click('#run');
    await page.waitForSelector('#objective svg');
    await page.click('text=A slow network');
    await runEnds(page);
    await page.waitForFunction(() => document.querySelector('#objective svg') === null);
    expect(await page.inputValue('#latency')).toBe('10');
    expect(await headline(page)).toContain('LOSCAR-SGD goes on computing');
    await page.click('#run');
    await page.waitForFunction(() => /reaches f − f\* = 0.01 first/.test(document.querySelector('#status')?.textContent ?? ''));
    expect((await tableOf(page)).map(({ method }) => method)).toContain('loscar-sgd');
    await page.context().close();
  });

  it('has complained about nothing in all of this', () => {
    expect(lab.faults).toEqual([]);
  });
});
