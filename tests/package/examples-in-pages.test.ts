import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findChromium } from '../browser/chromium.js';
import { launchChromium } from '../browser/pages.js';
import { serveFolder, type Served } from '../browser/server.js';

const application = inject('application');

describe.skipIf(findChromium() === undefined)('examples in Chromium', () => {
  let browser: Browser;
  let served: Served;
  beforeAll(async () => {
    cpSync(join(application, 'node_modules/straggler/examples/browser'), application, { recursive: true });
    served = await serveFolder(application, { isolated: false });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  async function open(file: string): Promise<{ page: Page; errors: Error[] }> {
    const page = await browser.newPage();
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await page.goto(`${served.url}/${file}`);
    return { page, errors };
  }

  it('index.html runs an experiment without a bundler', async () => {
    const { page, errors } = await open('index.html');
    await page.getByText('Done.').waitFor();
    expect(errors).toEqual([]);
    expect(await page.locator('td:first-child').allInnerTexts()).toEqual(['minibatch-sgd', 'asgd', 'ringleader-asgd']);
    expect(await page.locator('td:nth-child(3)').allInnerTexts()).toContainEqual(expect.stringMatching(/^\d+$/));
    await page.close();
  });

  it('worker.html runs one in a Web Worker', async () => {
    const { page, errors } = await open('worker.html');
    await page.locator('#best:not(:empty)').waitFor();
    expect(errors).toEqual([]);
    expect(await page.locator('#best').innerText()).toMatch(/^ringleader-asgd {2}\S+ {2}\d+$/m);
    await page.close();
  });

  it('worker.html stops it', async () => {
    const { page } = await open('worker.html');
    await page.locator('#stop').click();
    await page.locator('#best:not(:empty)').waitFor();
    expect(await page.locator('#best').innerText()).toMatch(/^Stopped\./);
    await page.close();
  });
});
