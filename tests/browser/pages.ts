import { chromium, type Browser, type Page } from 'playwright-core';
import { CHROMIUM_ARGS, findChromium } from './chromium.js';

/** Starts a browser with an empty profile. @throws Error where there is no Chromium. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('there is no Chromium');
  return chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] });
}

/**
 * What a page wrote into its `output` element, as JSON.
 * @param mayBeMissing Files that need not be there.
 * @throws Error with the first error of the page, the first file that is missing, or when there is no output in time.
 */
export async function outputOf(page: Page, url: string, mayBeMissing?: RegExp): Promise<unknown> {
  const failed = new Promise<never>((_, reject) => {
    const miss = (file: string, why: string): void => {
      if (!file.endsWith('/favicon.ico') && mayBeMissing?.test(file) !== true) reject(new Error(`${file} cannot be loaded: ${why}`));
    };
    page.on('pageerror', reject);
    page.on('requestfailed', (request) => miss(request.url(), request.failure()?.errorText ?? ''));
    page.on('response', (response) => {
      if (response.status() >= 400) miss(response.url(), `HTTP ${response.status()}`);
    });
  });
  return Promise.race([written(page, url), failed]);
}

async function written(page: Page, url: string): Promise<unknown> {
  await page.goto(url);
  await page.locator('output:not(:empty)').waitFor();
  return JSON.parse(await page.locator('output').innerText()) as unknown;
}
